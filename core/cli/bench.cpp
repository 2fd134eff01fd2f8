// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli bench kernels|decode|compress
#include <charconv>
#include <sstream>
#include <tuple>

#include "core/base/units.h"
#include "core/cli/command.h"
#include "core/cli/interrupt.h"
#include "core/formats/compute_device.h"
#include "core/formats/dense_weight.h"
#include "core/kernels/dispatch.h"
#include "core/measure/decode_bench.h"
#include "core/measure/kernel_bench.h"
#include "core/report/numbers.h"
#include "core/run/compress_bench.h"
#include "core/run/device.h"
#include "core/run/engine_thread.h"
#include "core/run/model_source.h"
#include "core/run/sweep_bench.h"

namespace kelter {
namespace {

struct Arguments {
  std::string part, formats, jobs, shape = "4096x4096", tokens = "1,4,16", activations = "exact";
  std::vector<std::string> models;
  std::int64_t rounds = 5, prompt = 512, output = 64;
  ComputeOptions compute;
};

// Tells with --progress json what is being measured.
class BenchContext : public InterruptibleContext {
 public:
  explicit BenchContext(Console& console) : console_(console) {}
  void log(std::string_view message) override { console_.log({"info", "", std::string(message)}); }

 private:
  Console& console_;
};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

std::int64_t whole(const std::string& text, const char* option) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > 1 << 20)
    throw UsageError("A number is wanted", option, "\"" + text + "\"", "Write a whole number from 1 to 1048576.");
  return value;
}

std::string padded(std::string text, std::size_t width, bool left = false) {
  const std::string room(width > text.size() ? width - text.size() : 0, ' ');
  return left ? text + room : room + text;
}

Json figure(const MeasuredSpeed& speed) { return {{"value", speed.value}, {"spread", speed.spread}, {"samples", speed.samples}}; }

Json head_of(const Arguments& arguments, double bandwidth) {
  const at::Device device = arguments.compute.chosen_device();
  return {{"bench", arguments.part},
          {"device_class", device_class(arguments.compute.chosen_threads(), device)},
          {"bandwidth_bytes_per_second", bandwidth},
          {"bandwidth_of", device.is_cuda() ? "copy" : "read"},
          {"rounds", arguments.rounds}};
}

std::string headline(const Arguments& arguments, double bandwidth) {
  const at::Device device = arguments.compute.chosen_device();
  return device_class(arguments.compute.chosen_threads(), device) + "; " + (device.is_cuda() ? "copy (read and written) " : "reading ") +
         format_fixed(bandwidth * 1e-9, 1) + " GB/s; medians of " + std::to_string(arguments.rounds) + " rounds ± half the distance of the quartiles\n";
}

// ---- kernels

std::pair<std::int64_t, std::int64_t> shape_of(const std::string& text) {
  const std::vector<std::string> sizes = split(text, 'x');
  if (sizes.size() != 2) throw UsageError("The shape is not ROWSxCOLUMNS", "--shape", "\"" + text + "\"", "Write 4096x4096, for example.");
  return {whole(sizes[0], "--shape"), whole(sizes[1], "--shape")};
}

KernelBenchRequest kernel_request(const Arguments& arguments) {
  KernelBenchRequest request;
  request.formats = arguments.formats.empty() ? bench_formats() : split(arguments.formats, ',');
  std::tie(request.rows, request.columns) = shape_of(arguments.shape);
  request.tokens.clear();
  for (const std::string& count : split(arguments.tokens, ',')) request.tokens.push_back(whole(count, "--tokens"));
  request.rounds = static_cast<int>(arguments.rounds);
  request.device = arguments.compute.chosen_device();
  return request;
}

Json line_json(const KernelBenchLine& line, const KernelBenchRequest& request) {
  return {{"format", line.format}, {"kernel", line.kernel}, {"rows", request.rows}, {"columns", request.columns}, {"tokens", line.tokens},
          {"bytes", line.bytes}, {"seconds", figure(line.seconds)}, {"decoded_first_seconds", figure(line.decoded_seconds)},
          {"libtorch_bfloat16_seconds", figure(line.dense_seconds)}, {"share_of_bandwidth", line.share},
          {"faster_than_decoded_first", line.decoded_seconds.value / line.seconds.value},
          {"faster_than_libtorch_bfloat16", line.dense_seconds.value / line.seconds.value}};
}

std::string line_text(const KernelBenchLine& line, const KernelBenchRequest& request) {
  const double bits = 8.0 * static_cast<double>(line.bytes) / static_cast<double>(request.rows * request.columns);
  return padded(line.format, 16, true) + padded(format_fixed(bits, 2), 7) + padded(std::to_string(line.tokens), 8) +
         padded(format_fixed(line.seconds.value * 1e6, 1) + " ± " + format_fixed(line.seconds.spread * 1e6, 1), 20) +
         padded(format_fixed(100 * line.share, 1) + " %", 10) + padded(format_fixed(line.decoded_seconds.value / line.seconds.value, 2), 15) +
         padded(format_fixed(line.dense_seconds.value / line.seconds.value, 2), 16) + "  " + line.kernel + "\n";
}

int run_kernels(const Arguments& arguments, Console& console) {
  const KernelBenchRequest request = kernel_request(arguments);
  BenchContext context(console);
  const KernelBenchResult result = bench_kernels(request, context);
  if (console.json()) {
    Json document = head_of(arguments, result.bandwidth);
    for (const KernelBenchLine& line : result.lines) document["lines"].push_back(line_json(line, request));
    console.document(document);
    return 0;
  }
  std::string out = headline(arguments, result.bandwidth) + std::to_string(request.rows) + " x " + std::to_string(request.columns) + "\n\n" +
                    padded("format", 16, true) + padded("bits", 7) + padded("tokens", 8) + padded("us", 19) + padded("bandwidth", 11) +
                    padded("decoded first", 15) + padded("libtorch bf16", 16) + "  kernel\n";
  for (const KernelBenchLine& line : result.lines) out += line_text(line, request);
  console.text(out + "\nThe last two figures say how many times faster the kernel is than those.\n");
  return 0;
}

// ---- decode

int run_decode(const Arguments& arguments, Console& console) {
  if (arguments.models.empty()) throw UsageError("No model to measure was named", "bench decode", "", "Name one or more behind decode.");
  std::vector<NamedModel> models;
  for (const std::string& name : arguments.models) models.push_back({name, open_model(resolve_model(name))});
  const DecodeBenchRequest request{arguments.prompt, arguments.output, static_cast<int>(arguments.rounds), dtype_from_name(arguments.compute.chosen_dtype()),
                                   arguments.compute.chosen_device(), activations_from_name(arguments.activations)};
  BenchContext context(console);
  const DecodeBenchResult result = bench_decode(models, request, context);
  if (console.json()) {
    Json document = head_of(arguments, result.bandwidth);
    document.update({{"prompt", request.prompt}, {"output", request.output}, {"dtype", dtype_name(request.dtype)}, {"activations", arguments.activations}});
    for (const DecodeBenchLine& line : result.lines)
      document["lines"].push_back({{"model", line.name}, {"bytes", line.bytes}, {"bytes_per_token", line.bytes_per_token},
                                   {"decode_tokens_per_second", figure(line.decode)}, {"prefill_tokens_per_second", figure(line.prefill)},
                                   {"libtorch_decode_tokens_per_second", figure(line.plain_decode)}, {"share_of_bandwidth", line.share},
                                   {"faster_than_libtorch", line.decode.value / line.plain_decode.value}});
    console.document(document);
    return 0;
  }
  std::string out = headline(arguments, result.bandwidth) + "batch 1, prompt " + std::to_string(request.prompt) + ", output " +
                    std::to_string(request.output) + ", " + dtype_name(request.dtype) + ", activations " + arguments.activations + "\n\n" +
                    padded("decode tok/s", 20) + padded("bandwidth", 11) + padded("libtorch tok/s", 16) + padded("ratio", 8) + padded("prefill tok/s", 15) +
                    padded("bytes", 11) + "  model\n";
  for (const DecodeBenchLine& line : result.lines)
    out += padded(format_fixed(line.decode.value, 1) + " ± " + format_fixed(line.decode.spread, 1), 21) + padded(format_fixed(100 * line.share, 1) + " %", 11) +
           padded(format_fixed(line.plain_decode.value, 1), 16) + padded(format_fixed(line.decode.value / line.plain_decode.value, 2), 8) +
           padded(format_fixed(line.prefill.value, 0), 15) + padded(format_bytes(line.bytes), 11) + "  " + line.name + "\n";
  console.text(out + "\nlibtorch: the same model decoded to " + dtype_name(request.dtype) + ", by its operations alone.\n");
  return 0;
}

// ---- compress

Json line_json(const CompressBenchLine& line) {
  Json out = {{"job", line.job}, {"rows", line.rows}, {"columns", line.columns}, {"seconds", figure(line.seconds)},
              {"eager_seconds", figure(line.eager_seconds)}, {"faster_than_eager", line.eager_seconds.value / line.seconds.value},
              {"same", line.same}};
  if (line.bandwidth) out["share_of_bandwidth"] = *line.bandwidth;
  if (line.extra_memory) out["extra_memory_of_logits"] = *line.extra_memory;
  return out;
}

std::string percent(const std::optional<double>& share) { return share ? format_fixed(100 * *share, 1) + " %" : ""; }

Json line_json(const SweepGrowthLine& line) {
  Json out = {{"layers", line.layers}, {"tokens", line.tokens}, {"seconds", figure(line.seconds)}, {"of_linear", line.of_linear}};
  if (line.peak_bytes) out["peak_device_bytes"] = *line.peak_bytes;
  return out;
}

std::string milliseconds(const MeasuredSpeed& speed) { return format_fixed(speed.value * 1e3, 2) + " ± " + format_fixed(speed.spread * 1e3, 2); }

std::string jobs_text(const std::vector<CompressBenchLine>& lines, at::Device device) {
  std::string out = "\n" + padded("job", 18, true) + padded("matrix", 14) + padded("ms", 20) + padded("eager ms", 20) + padded("ratio", 9) +
                    padded("same", 11) + padded("bandwidth", 11) + padded("memory", 9) + "\n";
  for (const CompressBenchLine& line : lines)
    out += padded(line.job, 18, true) + padded(std::to_string(line.rows) + "x" + std::to_string(line.columns), 14) + padded(milliseconds(line.seconds), 21) +
           padded(milliseconds(line.eager_seconds), 21) + padded(format_fixed(line.eager_seconds.value / line.seconds.value, 1), 9) +
           padded(format_fixed(100 * line.same, 3) + " %", 11) + padded(percent(line.bandwidth), 11) + padded(percent(line.extra_memory), 9) + "\n";
  return out + "\neager: the same by libtorch's operations, column by column, by sorting, or log_softmax and gather; same: equal codes, equal entries "
               "of the masks, or likelihoods within 1e-4.\nbandwidth: of reading the logits, as a share of " +
         (device.is_cuda() ? "a copy (read and written)" : "reading") + "; memory: the peak beside the inputs, in parts of the logits.\n";
}

std::string growth_text(const std::vector<SweepGrowthLine>& lines) {
  std::string out = "\n" + padded("layer sweep", 18, true) + padded("layers", 8) + padded("tokens", 9) + padded("ms", 20) + padded("of linear", 14) +
                    padded("GPU memory", 13) + "\n";
  for (const SweepGrowthLine& line : lines)
    out += padded("", 18) + padded(std::to_string(line.layers), 8) + padded(std::to_string(line.tokens), 9) + padded(milliseconds(line.seconds), 21) +
           padded(format_fixed(line.of_linear, 2), 13) + padded(line.peak_bytes ? format_bytes(*line.peak_bytes) : "", 13) + "\n";
  return out + "\nof linear: time for a layer and token, in parts of the first line's.\n";
}

int run_compress(const Arguments& arguments, Console& console) {
  CompressBenchRequest request;
  request.jobs = arguments.jobs.empty() ? compress_bench_jobs() : split(arguments.jobs, ',');
  const bool growth = std::erase(request.jobs, sweep_growth_job) > 0;
  request.shapes.clear();
  for (const std::string& shape : split(arguments.shape, ',')) request.shapes.push_back(shape_of(shape));
  request.rounds = static_cast<int>(arguments.rounds);
  request.device = arguments.compute.chosen_device();
  BenchContext context(console);
  const std::vector<CompressBenchLine> lines = bench_compress(request, context);
  std::vector<SweepGrowthLine> sizes;
  if (growth) sizes = bench_sweep_growth(request.rounds, request.device, context);
  const std::string machine = device_class(arguments.compute.chosen_threads(), request.device);
  if (console.json()) {
    Json document = {{"bench", arguments.part}, {"device_class", machine}, {"rounds", arguments.rounds}, {"lines", Json::array()}};
    for (const CompressBenchLine& line : lines) document["lines"].push_back(line_json(line));
    for (const SweepGrowthLine& line : sizes) document[sweep_growth_job].push_back(line_json(line));
    console.document(document);
    return 0;
  }
  console.text(machine + "; medians of " + std::to_string(arguments.rounds) + " rounds\n" + (lines.empty() ? "" : jobs_text(lines, request.device)) +
               (growth ? growth_text(sizes) : ""));
  return 0;
}

int run_bench(const Arguments& arguments, Console& console) {
  arguments.compute.check();
  if (arguments.compute.progress == "json") console.use_json_messages();
  own_torch(arguments.compute.chosen_threads());
  if (arguments.part != "decode" && !arguments.models.empty())
    throw UsageError("bench " + arguments.part + " takes no model", arguments.models.front(), "", "Write bench decode MODEL... for models.");
  if (arguments.part == "compress") return run_compress(arguments, console);
  return arguments.part == "kernels" ? run_kernels(arguments, console) : run_decode(arguments, console);
}

}  // namespace

Command declare_bench(CLI::App& app) {
  CLI::App* command = add_command(app, "bench", "Measure kernels, models or methods beside libtorch and the memory's bandwidth.",
                                  "kernels|decode|compress [MODEL]... [OPTION]...",
                                  {"kelter-cli bench kernels --formats int4-g64,nf4,bitmap-50,2:4 --shape 4096x4096 --tokens 1,4,16",
                                   "kelter-cli bench decode store:smollm2-135m-instruct out/demo#rtn-g64 --prompt 512 --output 64 --json",
                                   "kelter-cli bench compress --jobs gptq-int4-g128,wanda-50 --shape 4096x4096,11008x4096",
                                   "kelter-cli bench compress --jobs nll,head-nll --shape 2048x32000"});
  auto arguments = std::make_shared<Arguments>();
  command->add_option("part", arguments->part, "kernels: products of stored weights; decode: whole models; compress: one-shot methods on one matrix, and likelihoods.")
      ->option_text(" ")
      ->required()
      ->check(CLI::IsMember({"kernels", "decode", "compress"}));
  command->add_option("MODEL", arguments->models, "Models to decode with, one after the other in every round.")->option_text(" ");
  add_option(command, "--formats", arguments->formats, "NAME,...", "Of kernels: which formats (all without it), as \"bench kernels\" prints them.");
  add_option(command, "--shape", arguments->shape, "ROWSxCOLUMNS", "Of kernels and compress: the matrix (default 4096x4096); of compress also several, with commas; of likelihoods tokens x vocabulary.");
  add_option(command, "--jobs", arguments->jobs, "NAME,...", "Of compress: which methods (all without it), as \"bench compress\" prints them; sweep-growth: the layer sweep over layers and tokens.");
  add_option(command, "--tokens", arguments->tokens, "N,...", "Of kernels: how many inputs at once (default 1,4,16).");
  add_option(command, "--prompt", arguments->prompt, "N", "Of decode: tokens before the first (default 512).")->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 20));
  add_option(command, "--output", arguments->output, "N", "Of decode: tokens written (default 64).")->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 20));
  add_option(command, "--activations", arguments->activations, "exact|int8", "Of decode: activations as they are, or rounded to 8 bits (default exact).")
      ->check(CLI::IsMember({"exact", "int8"}));
  add_option(command, "--rounds", arguments->rounds, "N", "How often everything is measured (default 5).")->check(CLI::Range(std::int64_t{1}, std::int64_t{1000}));
  add_compute_options(command, arguments->compute);
  return {command, [arguments](Console& console) { return run_bench(*arguments, console); }};
}

}  // namespace kelter
