// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary embedding (Su et al. 2021, arXiv 2104.09864, eq. 15) and the ways its frequencies are stretched. Any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "core/model/model_config.h"

namespace kelter {

// The head_dim / 2 frequencies in radians per position: w_i = rope_theta^(-2i / head_dim), stretched by
//   linear   w_i / factor (Chen et al. 2023, arXiv 2306.15595)
//   dynamic  theta grown to theta * (factor * length / original - (factor - 1))^(d / (d - 2)) beyond the original context
//   llama3   w_i / factor below the low cut, w_i above the high cut, a line between (Llama 3.1): with wave length
//            l = 2 pi / w_i, s = (original / l - low) / (high - low) clipped to [0, 1], w_i * (s + (1 - s) / factor)
//   factors  w_i / factors[i]
// `length`: positions the sequence has by then; only `dynamic` depends on it. Float64 arithmetic, rounded once.
std::vector<float> rotary_frequencies(const ModelConfig& config, std::int64_t length = 0);

// Whether the frequencies change as a sequence grows.
inline bool rotary_depends_on_length(const ModelConfig& config) { return config.rope.scaling == RopeScaling::dynamic; }

}  // namespace kelter
