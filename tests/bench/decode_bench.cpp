// SPDX-License-Identifier: GPL-3.0-or-later
// How near decoding a real model comes to the read bandwidth of this machine, in bfloat16 and in packed forms, these
// with exact activations and with activations rounded to 8 bits.
// All models are held by one process; every round measures the bandwidth and then each model in turn, starting with
// another one each time, so that a share and a ratio are always taken between neighbours in time. A round in which
// other processes took a processor away says nothing and is measured again; how many those were is printed.
// Usage: decode-bench [--model FILE] [--threads N] [--prompt N] [--output N] [--rounds N]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/compress/layer_walk.h"
#include "core/formats/dense_weight.h"
#include "core/formats/integer_weight.h"
#include "core/kernels/decode_ops.h"
#include "core/kernels/dispatch.h"
#include "core/measure/read_bandwidth.h"
#include "core/measure/statistics.h"
#include "core/measure/throughput.h"
#include "core/run/engine_thread.h"

using namespace kelter;

namespace {

struct Options {
  std::string model;
  int threads = 2;
  std::int64_t prompt = 64, output = 192;
  int rounds = 7;
};

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--model") options.model = value;
    if (name == "--threads") options.threads = std::stoi(value);
    if (name == "--prompt") options.prompt = std::stoll(value);
    if (name == "--output") options.output = std::stoll(value);
    if (name == "--rounds") options.rounds = std::stoi(value);
  }
  if (options.model.empty())
    options.model = (model_store_folder() / "smollm2-135m-instruct" / "SmolLM2-135M-Instruct.Q4_1.gguf").string();
  return options;
}

// ---- The models ----------------------------------------------------------------------------------------

ModelState expanded(const ModelState& model) {
  ModelState out = model;
  for (auto& [name, weight] : out.tensors)
    if (weight->shape().size() == 2) weight = DenseWeight::from_tensor(weight->decode(at::kBFloat16), at::kBFloat16);
  return out;
}

ModelState rounded(const ModelState& model, int bits, std::int64_t group, IntegerGrid grid) {
  std::vector<std::int64_t> layers(static_cast<std::size_t>(model.layer_count()));
  std::iota(layers.begin(), layers.end(), 0);
  NullContext context;
  return rewrite_linears(model, layers, context, [&](std::int64_t, const std::string&, const Weight& weight) {
    return IntegerWeight::quantize(weight->decode(at::kFloat), {bits, group, grid, false, at::kHalf});
  });
}

std::uint64_t stored_bytes(const ModelState& model) {
  std::uint64_t sum = 0;
  for (const auto& [name, weight] : model.tensors) sum += weight->bytes();
  return sum;
}

struct Subject {
  std::string name;
  std::uint64_t bytes = 0;             // of the whole model as stored
  std::unique_ptr<DecodeEngine> engine;
  std::int64_t vocabulary = 0;
  double bytes_per_token = 0;          // weights and KV cache, by the kernels' counters
  std::vector<double> speeds, shares, ratios;   // tokens/s, of the bandwidth, against bfloat16; one per round
};

std::vector<Subject> open_subjects(const Options& options) {
  std::vector<Subject> subjects;
  const auto add = [&](const std::string& name, const ModelState& model, Activations activations = Activations::exact) {
    Subject subject{name, stored_bytes(model), nullptr, model.config.vocabulary, 0, {}, {}, {}};
    subject.engine = std::make_unique<DecodeEngine>(model, at::kBFloat16, options.prompt + options.output, 1, at::kCPU, activations);
    subjects.push_back(std::move(subject));
  };
  const auto add_both = [&](const std::string& name, const ModelState& model) {
    add(name, model);
    add(name + ", int8 activations", model, Activations::int8);
  };
  const ModelState source = open_model(options.model);
  add("bfloat16", expanded(source));
  add_both("as in the file", source);
  add_both("RTN 8 bit g64", rounded(source, 8, 64, IntegerGrid::gptq));
  add_both("RTN 4 bit g64", rounded(source, 4, 64, IntegerGrid::gptq));
  add_both("RTN 4 bit g32 minmax", rounded(source, 4, 32, IntegerGrid::minmax));
  return subjects;
}

// ---- The rounds ----------------------------------------------------------------------------------------

double bytes_read() {
  double sum = 0;
  for (const auto& [name, count] : kernel_counts()) sum += static_cast<double>(count.bytes_read);
  return sum;
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Speed {
  double tokens_per_second;
  double processors;   // that the process had; a thread that waits for another one spins, so that this is all of them
};

// Greedy decoding behind the prompt; the first steps are not timed.
Speed decode_once(Subject& subject, const Options& options) {
  constexpr std::int64_t warm_up = 4;
  DecodeEngine& engine = *subject.engine;
  std::span<const float> logits = engine.prefill(fixed_prompt(options.prompt, subject.vocabulary));
  const auto step = [&] {
    const auto id = static_cast<std::int32_t>(argmax(logits.data(), static_cast<std::int64_t>(logits.size())));
    logits = engine.step(std::span(&id, 1));
  };
  for (std::int64_t i = 0; i < warm_up; ++i) step();
  const double before = bytes_read(), processor_start = processor_seconds();
  const auto start = std::chrono::steady_clock::now();
  for (std::int64_t i = warm_up; i < options.output; ++i) step();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto tokens = static_cast<double>(options.output - warm_up);
  subject.bytes_per_token = (bytes_read() - before) / tokens;
  return {tokens / seconds, (processor_seconds() - processor_start) / seconds};
}

// Returns the bandwidth of this round, the mean of before and after it; nothing if the round was disturbed.
std::optional<double> run_round(std::vector<Subject>& subjects, std::size_t round, const Options& options) {
  constexpr double enough = 0.97;
  const double before = measure_read_bandwidth();
  std::vector<double> speeds(subjects.size());
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const std::size_t place = (round + i) % subjects.size();
    const Speed speed = decode_once(subjects[place], options);
    if (speed.processors < enough * options.threads) return std::nullopt;
    speeds[place] = speed.tokens_per_second;
  }
  const double bandwidth = (before + measure_read_bandwidth()) / 2;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    Subject& subject = subjects[i];
    subject.speeds.push_back(speeds[i]);
    subject.shares.push_back(100 * speeds[i] * subject.bytes_per_token / bandwidth);
    subject.ratios.push_back(speeds[i] / speeds[0]);
  }
  return bandwidth;
}

std::string with_spread(const std::vector<double>& values, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f ± %.*f", decimals, median(values), decimals, quartile_spread(values));
  return text;
}

void print_table(const std::vector<Subject>& subjects, const std::vector<double>& bandwidths, int disturbed,
                 const Options& options) {
  std::vector<double> gigabytes;
  for (double value : bandwidths) gigabytes.push_back(value / 1e9);
  std::printf("%s, %d threads, prompt %lld, output %lld, batch 1, KV cache bfloat16, %zu rounds (%d more were disturbed)\n",
              cpu_description().c_str(), options.threads, static_cast<long long>(options.prompt),
              static_cast<long long>(options.output), bandwidths.size(), disturbed);
  std::printf("read bandwidth %s GB/s (medians ± half the distance of the quartiles)\n\n", with_spread(gigabytes, 2).c_str());
  std::printf("| model | bytes stored | bytes/token | tokens/s | %% of bandwidth | x bfloat16 |\n|---|--:|--:|--:|--:|--:|\n");
  for (const Subject& subject : subjects)
    std::printf("| %s | %.1f MB | %.1f MB | %s | %s | %s |\n", subject.name.c_str(), static_cast<double>(subject.bytes) / 1e6,
                subject.bytes_per_token / 1e6, with_spread(subject.speeds, 1).c_str(), with_spread(subject.shares, 1).c_str(),
                with_spread(subject.ratios, 2).c_str());
}

}  // namespace

int main(int argc, char** argv) try {
  const Options options = read_options(argc, argv);
  own_torch(options.threads);
  std::vector<Subject> subjects = open_subjects(options);
  for (Subject& subject : subjects) decode_once(subject, options);
  std::vector<double> bandwidths;
  const auto wanted = static_cast<std::size_t>(options.rounds);
  int disturbed = 0;
  while (bandwidths.size() < wanted && disturbed < 10 * options.rounds) {
    const std::optional<double> bandwidth = run_round(subjects, bandwidths.size(), options);
    if (bandwidth) bandwidths.push_back(*bandwidth);
    else ++disturbed;
  }
  print_table(subjects, bandwidths, disturbed, options);
  return 0;
} catch (const Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
