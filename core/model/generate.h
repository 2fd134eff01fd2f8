// SPDX-License-Identifier: GPL-3.0-or-later
// Continuing a prompt, greedily or by seeded sampling. Engine thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/model/decode_engine.h"

namespace kelter {

struct GenerateOptions {
  std::int64_t max_tokens = 64;
  double temperature = 0;         // 0 = greedy (the largest logit, the lowest id among equals)
  std::uint64_t seed = 0;         // the same seed gives the same text on one device class
  bool stop_at_end = true;        // the model's end token ends the text and is not part of it
  at::Device device = at::kCPU;
  std::vector<std::int32_t> more_ends = {};   // tokens that end the text as the model's end token does
  Activations activations = Activations::exact;
};

struct Generated {
  std::vector<std::int32_t> ids;
  double prefill_seconds = 0, decode_seconds = 0;   // decode covers ids.size() - 1 steps
  RoundedLinears rounded_linears = {};
};

// `each` sees every new token at once and may throw Error(cancelled).
Generated generate(const ModelState& model, at::ScalarType dtype, const std::vector<std::int32_t>& prompt,
                   const GenerateOptions& options, const std::function<void(std::int32_t)>& each = nullptr);

}  // namespace kelter
