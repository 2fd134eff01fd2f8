// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/generate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>


namespace kelter {
namespace {

// A token drawn from softmax(logits / temperature). The uniform number is made from the generator's bits here,
// since the standard library's distributions differ between implementations.
std::int32_t draw(std::span<const float> logits, double temperature, std::mt19937_64& generator) {
  const double uniform = static_cast<double>(generator() >> 11) * 0x1.0p-53;
  const double largest = *std::max_element(logits.begin(), logits.end());
  std::vector<double> weight(logits.size());
  double sum = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) sum += weight[i] = std::exp((logits[i] - largest) / temperature);
  double left = uniform * sum;
  for (std::size_t i = 0; i < weight.size(); ++i)
    if ((left -= weight[i]) < 0) return static_cast<std::int32_t>(i);
  return static_cast<std::int32_t>(weight.size() - 1);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Continues a prompt, one token after the other, by what the engine's last call says.
class Writer {
 public:
  Writer(DecodeEngine& engine, const GenerateOptions& options) : engine_(engine), options_(options), generator_(options.seed) {}

  std::int32_t first(const std::vector<std::int32_t>& prompt) {
    return greedy() ? engine_.prefill_greedy(prompt)[0] : draw(engine_.prefill(prompt), options_.temperature, generator_);
  }
  std::int32_t next(std::int32_t id) {
    const std::span<const std::int32_t> ids(&id, 1);
    return greedy() ? engine_.step_greedy(ids)[0] : draw(engine_.step(ids), options_.temperature, generator_);
  }

 private:
  bool greedy() const { return options_.temperature == 0; }

  DecodeEngine& engine_;
  const GenerateOptions& options_;
  std::mt19937_64 generator_;
};

}  // namespace

Generated generate(const ModelState& model, at::ScalarType dtype, const std::vector<std::int32_t>& prompt,
                   const GenerateOptions& options, const std::function<void(std::int32_t)>& each) {
  if (options.max_tokens < 1 || options.temperature < 0 || !std::isfinite(options.temperature))
    throw Error(ErrorCode::invalid_parameter, "The generation settings make no sense", "max-tokens, temperature",
                std::to_string(options.max_tokens) + ", " + std::to_string(options.temperature),
                "Use at least 1 token and a temperature of at least 0.");
  DecodeEngine engine(model, dtype, static_cast<std::int64_t>(prompt.size()) + options.max_tokens, 1, options.device, options.activations);
  Writer writer(engine, options);
  const std::int64_t end = model.tokenizer ? model.tokenizer->data().eos : -1;
  Generated out;
  out.rounded_linears = engine.rounded_linears();
  auto start = std::chrono::steady_clock::now();
  std::int32_t id = writer.first(prompt);
  out.prefill_seconds = seconds_since(start);
  start = std::chrono::steady_clock::now();
  while (true) {
    if (options.stop_at_end && (id == end || std::find(options.more_ends.begin(), options.more_ends.end(), id) != options.more_ends.end())) break;
    out.ids.push_back(id);
    if (each) each(id);
    if (static_cast<std::int64_t>(out.ids.size()) == options.max_tokens) break;
    id = writer.next(id);
  }
  out.decode_seconds = seconds_since(start);
  return out;
}

}  // namespace kelter
