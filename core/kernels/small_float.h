// SPDX-License-Identifier: GPL-3.0-or-later
// Weights as codes of small numbers with shared scales: NF4 and FP4, FP8, and the OCP microscaling (MX) formats.
//
//   W[r, c] = scale[r / rows_per_scale, c / group] * value(code[r, c])
//
// Codes of 4, 6 or 8 bits are packed in the planes of core/kernels/grouped_integer.h. Values (OCP Microscaling Formats
// Specification v1.0, 5.3; OCP 8-bit Floating Point Specification; Dettmers et al.: QLoRA, arXiv:2305.14314, for NF4): sign,
// exponent, mantissa with subnormals; E4M3 has no infinity, and its NaN (0x7f, 0xff) is no valid code here.
#pragma once

#include <cstdint>

#include "core/kernels/encodings.h"

namespace kelter {

// For the compiler: the widths of kernels follow from it.
constexpr int element_bits(Element element) {
  return element == Element::nf4 || element == Element::e2m1 ? 4 : element == Element::e2m3 || element == Element::e3m2 ? 6 : 8;
}
// The largest finite value: 1 for NF4, 6, 7.5, 28, 448, 57344, 127/64.
float element_maximum(Element element);
// Of a code below 2^element_bits.
float element_value(Element element, std::uint8_t code);

enum class TieRule : std::uint8_t { even, away_from_zero };
// The code of the nearest value; beyond the largest one the largest. The sign bit is that of `value`, also for zero. NF4: an
// exact middle takes the lower code, whatever the rule. A NaN has no code: the caller has looked for it.
std::uint8_t encode_element(Element element, float value, TieRule ties = TieRule::even);

// The stored scales; borrowed.
struct SmallFloatScales {
  FloatScale kind = FloatScale::float32;
  const void* values = nullptr;      // float32, or a byte each: 2^(byte - 127), or a code of `table`
  const float* table = nullptr;      // coded: table[byte] * block_scales[index / scales_per_block] + offset
  const float* block_scales = nullptr;
  float offset = 0;
  std::int64_t rows_per_scale = 1;   // rows that share scales
};
inline constexpr std::int64_t scales_per_block = 256;

struct SmallFloatView {
  const std::uint8_t* codes = nullptr;
  SmallFloatScales scales;
  std::int64_t rows = 0, columns = 0;
  std::int64_t group = 0;            // columns per scale: a multiple of 32 that divides columns, or = columns
  Element element = Element::nf4;
  std::int64_t groups() const { return group > 0 ? (columns + group - 1) / group : 0; }
  std::int64_t scale_count() const { return (rows + scales.rows_per_scale - 1) / scales.rows_per_scale * groups(); }
  std::uint64_t stored_bytes() const;  // codes and scales: what a pass over all rows reads
};

// Rows [begin, end) as float32: value * scale, rounded once.
void decode_small_float(const SmallFloatView& weights, std::int64_t begin, std::int64_t end, float* out);

}  // namespace kelter
