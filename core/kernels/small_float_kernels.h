// SPDX-License-Identifier: GPL-3.0-or-later
// What the variants of small-float kernels share with the functions that pick among them; internal to this room. Only
// plain data and functions with internal linkage (see matvec_kernels.h).
#pragma once

#include <cstdint>
#include <cstring>

#include "core/kernels/decode_kernels.h"
#include "core/kernels/matvec_kernels.h"
#include "core/kernels/small_float.h"

namespace kelter {

struct SmallFloatKernel {
  MatvecKernel product;
  GroupedDecoder decode;
};

// In the order of Element.
inline constexpr int element_count = 7;
extern const SmallFloatKernel small_float_reference[element_count], small_float_avx2[element_count],
    small_float_avx512[element_count];

namespace {

// Scale `index` of those stored. A byte of 0 is 2^-127, a subnormal.
inline float scale_at(const SmallFloatScales& scales, std::int64_t index) {
  if (scales.kind == FloatScale::float32) {
    float value;
    std::memcpy(&value, static_cast<const std::uint8_t*>(scales.values) + 4 * index, sizeof value);
    return value;
  }
  const std::uint8_t byte = static_cast<const std::uint8_t*>(scales.values)[index];
  if (scales.kind == FloatScale::coded) return scales.table[byte] * scales.block_scales[index / scales_per_block] + scales.offset;
  const std::uint32_t bits = byte == 0 ? 0x00400000u : static_cast<std::uint32_t>(byte) << 23;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// Of group `index`, counted over all rows.
inline float group_scale(const SmallFloatScales& scales, std::int64_t index, std::int64_t groups) {
  if (scales.rows_per_scale == 1) return scale_at(scales, index);
  return scale_at(scales, index / groups / scales.rows_per_scale * groups + index % groups);
}

// A float of the OCP formats is a float16 with other bits: its magnitude shifted to float16's exponent is the value times
// 2^-(15 - bias), subnormals included, and float16 converts fast and exactly.
template <Element element>
struct HalfBits;
template <int exponent_bits, int mantissa_bits>
struct HalfBitsOf {
  static constexpr int bits = 1 + exponent_bits + mantissa_bits;
  static constexpr int bias = (1 << (exponent_bits - 1)) - 1;
  static constexpr int sign_shift = 16 - bits, magnitude_shift = 10 - mantissa_bits;
  static constexpr int sign_mask = 1 << (bits - 1), magnitude_mask = sign_mask - 1;
  static constexpr float factor = static_cast<float>(1 << (15 - bias));
};
template <> struct HalfBits<Element::e2m1> : HalfBitsOf<2, 1> {};
template <> struct HalfBits<Element::e2m3> : HalfBitsOf<2, 3> {};
template <> struct HalfBits<Element::e3m2> : HalfBitsOf<3, 2> {};
template <> struct HalfBits<Element::e4m3> : HalfBitsOf<4, 3> {};
template <> struct HalfBits<Element::e5m2> : HalfBitsOf<5, 2> {};

constexpr float nf4_values[16] = {-1.0f,
                                  -0.6961928009986877f,
                                  -0.5250730514526367f,
                                  -0.39491748809814453f,
                                  -0.28444138169288635f,
                                  -0.18477343022823334f,
                                  -0.09105003625154495f,
                                  0.0f,
                                  0.07958029955625534f,
                                  0.16093020141124725f,
                                  0.24611230194568634f,
                                  0.33791524171829224f,
                                  0.44070982933044434f,
                                  0.5626170039176941f,
                                  0.7229568362236023f,
                                  1.0f};

}  // namespace
}  // namespace kelter
