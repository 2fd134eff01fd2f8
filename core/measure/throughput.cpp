// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/throughput.h"

#include <chrono>
#include <random>
#include <string>

#include "core/kernels/dispatch.h"
#include "core/measure/statistics.h"

namespace kelter {
namespace {

struct BytesRead {
  double weights = 0, cache = 0;
};

BytesRead bytes_read() {
  BytesRead sum;
  for (const auto& [name, count] : kernel_counts())
    (name.starts_with("decode_attention") ? sum.cache : sum.weights) += static_cast<double>(count.bytes_read);
  return sum;
}

struct Round {
  double first_token_seconds = 0, prefill_seconds = 0, decode_seconds = 0;
  BytesRead decode;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Round run_round(DecodeEngine& engine, const std::vector<std::int32_t>& prompt, std::int64_t output, StepContext& context) {
  Round round;
  auto start = std::chrono::steady_clock::now();
  engine.prefill(prompt);
  round.prefill_seconds = seconds_since(start);
  std::span<const std::int32_t> chosen = engine.largest();
  std::vector<std::int32_t> ids(chosen.begin(), chosen.end());
  round.first_token_seconds = seconds_since(start);
  const BytesRead before = bytes_read();
  start = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < output; ++i) {
    context.check_cancelled();
    chosen = engine.step_greedy(ids);
    ids.assign(chosen.begin(), chosen.end());
  }
  round.decode_seconds = seconds_since(start);
  const BytesRead after = bytes_read();
  round.decode = {after.weights - before.weights, after.cache - before.cache};
  return round;
}

void check(const ThroughputRequest& request) {
  if (request.prompt < 1 || request.output < 1 || request.batch < 1 || request.repeats < 1)
    throw Error(ErrorCode::invalid_parameter, "The throughput settings make no sense", "prompt, output, batch, repeats", "one is below 1");
}

}  // namespace

void summarise(MeasuredSpeed& speed) {
  speed.value = median(speed.samples);
  speed.spread = quartile_spread(speed.samples);
}

std::vector<std::int32_t> fixed_prompt(std::int64_t count, std::int64_t vocabulary) {
  std::mt19937_64 generator(20240229);
  std::vector<std::int32_t> ids(static_cast<std::size_t>(count));
  for (std::int32_t& id : ids) id = static_cast<std::int32_t>(generator() % static_cast<std::uint64_t>(vocabulary));
  return ids;
}

ThroughputResult measure_throughput(DecodeEngine& engine, std::int64_t vocabulary, const ThroughputRequest& request,
                                    StepContext& context) {
  check(request);
  const std::vector<std::int32_t> prompt = fixed_prompt(request.batch * request.prompt, vocabulary);
  ThroughputResult result;
  run_round(engine, prompt, request.output, context);
  for (std::int64_t r = 0; r < request.repeats; ++r) {
    const Round round = run_round(engine, prompt, request.output, context);
    const auto tokens = [&](std::int64_t length) { return static_cast<double>(length * request.batch); };
    result.prefill_tokens_per_second.samples.push_back(tokens(request.prompt) / round.prefill_seconds);
    result.decode_tokens_per_second.samples.push_back(tokens(request.output) / round.decode_seconds);
    result.time_to_first_token_ms.samples.push_back(round.first_token_seconds * 1e3);
    result.weight_bytes_per_step = round.decode.weights / static_cast<double>(request.output);
    result.cache_bytes_per_step = round.decode.cache / static_cast<double>(request.output);
    context.progress(r + 1, request.repeats, "round " + std::to_string(r + 1));
  }
  for (MeasuredSpeed* speed : {&result.prefill_tokens_per_second, &result.decode_tokens_per_second, &result.time_to_first_token_ms})
    summarise(*speed);
  return result;
}

}  // namespace kelter
