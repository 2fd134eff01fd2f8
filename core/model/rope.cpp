// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace kelter {
namespace {

double grown_base(const ModelConfig& config, std::int64_t length) {
  const RopeConfig& rope = config.rope;
  if (rope.scaling != RopeScaling::dynamic || length <= rope.original_context || config.head_dim <= 2) return config.rope_theta;
  const auto dim = static_cast<double>(config.head_dim);
  const double ratio = static_cast<double>(length) / static_cast<double>(rope.original_context);
  return config.rope_theta * std::pow(rope.factor * ratio - (rope.factor - 1), dim / (dim - 2));
}

double llama3_share(const RopeConfig& rope, double frequency) {
  const double wave_length = 2 * std::numbers::pi / frequency;
  const double share = (static_cast<double>(rope.original_context) / wave_length - rope.low_frequency_factor) /
                       (rope.high_frequency_factor - rope.low_frequency_factor);
  return std::clamp(share, 0.0, 1.0);
}

double stretched(const RopeConfig& rope, double frequency, std::size_t index) {
  switch (rope.scaling) {
    case RopeScaling::linear: return frequency / rope.factor;
    case RopeScaling::factors: return frequency / rope.factors[index];
    case RopeScaling::llama3: {
      const double share = llama3_share(rope, frequency);
      return frequency * (share + (1 - share) / rope.factor);
    }
    case RopeScaling::none:
    case RopeScaling::dynamic: break;
  }
  return frequency;
}

}  // namespace

std::vector<float> rotary_frequencies(const ModelConfig& config, std::int64_t length) {
  const double base = grown_base(config, length);
  std::vector<float> frequencies(static_cast<std::size_t>(config.head_dim / 2));
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    const double exponent = -2.0 * static_cast<double>(i) / static_cast<double>(config.head_dim);
    frequencies[i] = static_cast<float>(stretched(config.rope, std::pow(base, exponent), i));
  }
  return frequencies;
}

}  // namespace kelter
