// SPDX-License-Identifier: GPL-3.0-or-later
// How a block of activations is rounded to 8 bits, as far as all variants share it (core/kernels/int8_matvec_kernels.h).
// Internal linkage as in scalar_blocks.h.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "core/kernels/scalar_blocks.h"

namespace kelter {
namespace {

struct Int8Scale {
  float scale, inverse;  // the inverse is 0 where the block has no codes

  // From the largest bits of |x|: as integers, those of NaN and infinity lie above those of all numbers.
  static Int8Scale of(std::uint32_t largest_bits) {
    constexpr std::uint32_t infinity = 0x7f800000u, smallest = (127u - 100u) << 23;  // 2^-100
    if (largest_bits >= infinity) return {std::numeric_limits<float>::quiet_NaN(), 0.0f};
    if (largest_bits < smallest) return {0.0f, 0.0f};
    const float largest = Scalar::from_bits(largest_bits);
    return {largest / 127.0f, 127.0f / largest};
  }
};

// In plain C++; fewer than 32 columns are padded with zeros.
struct Int8Block {
  std::int8_t codes[32] = {};
  float scale = 0;
  int sum = 0;  // of the codes

  Int8Block(const float* x, std::int64_t count) {
    std::uint32_t largest = 0;
    for (std::int64_t j = 0; j < count; ++j) {
      const std::uint32_t magnitude = Scalar::to_bits(x[j]) & 0x7fffffffu;
      if (magnitude > largest) largest = magnitude;
    }
    const Int8Scale found = Int8Scale::of(largest);
    scale = found.scale;
    if (found.inverse == 0.0f) return;
    for (std::int64_t j = 0; j < count; ++j) {
      codes[j] = static_cast<std::int8_t>(std::nearbyint(x[j] * found.inverse));
      sum += codes[j];
    }
  }
};

}  // namespace
}  // namespace kelter
