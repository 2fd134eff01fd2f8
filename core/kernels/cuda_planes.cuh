// SPDX-License-Identifier: GPL-3.0-or-later
// What the CUDA kernels of grouped integers share: codes, scales and zeros of one block of 32 columns. Device code only.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

#include "core/kernels/grouped_integer.h"

namespace kelter::cuda {

// GroupedIntegerView as a kernel's argument.
struct Integers {
  const std::uint32_t* codes;
  const void *scales, *zeros;
  const std::int32_t* order;  // [columns], or null: stored column j belongs to input order[j]
  std::int64_t rows, columns;
  unsigned blocks;        // of 32 columns in a row
  unsigned group_blocks;  // blocks in a group
  int group_shift;        // their binary logarithm; -1 if that is no whole number
  unsigned group_inverse; // 2^32 / group_blocks, rounded up, if it is none
  unsigned groups;
  ScaleType scale_type;
  ZeroKind zero_kind;
};

inline Integers integers_of(const GroupedIntegerView& view) {
  const auto blocks = static_cast<unsigned>((view.columns + 31) / 32);
  const unsigned group_blocks = view.group >= view.columns ? blocks : static_cast<unsigned>(view.group / 32);
  int shift = 0;
  while (group_blocks >> shift > 1) ++shift;
  const bool shifts = group_blocks == 1u << shift;
  const std::uint64_t above = (std::uint64_t{1} << 32) + group_blocks - 1;
  const auto inverse = shifts || group_blocks == 0 ? 0 : static_cast<unsigned>(above / group_blocks);
  return {reinterpret_cast<const std::uint32_t*>(view.codes), view.scales, view.zeros, view.order, view.rows, view.columns,
          blocks, group_blocks, shifts ? shift : -1, inverse, static_cast<unsigned>(view.groups()), view.scale_type,
          view.zero_kind};
}

// The group of a block; exact while blocks * group_blocks stays below 2^32.
__device__ __forceinline__ unsigned group_of_block(const Integers& weights, unsigned block) {
  return weights.group_shift >= 0 ? block >> weights.group_shift : __umulhi(block, weights.group_inverse);
}

inline bool is_valid(const GroupedIntegerView& view) {
  return view.rows >= 0 && view.columns >= 0 && (view.rows * view.columns == 0 || view.group > 0) &&
         (view.group >= view.columns || view.group % 32 == 0);
}

// Four codes of a block as the bytes of a word: elements 4k to 4k + 3. `words` are the block's 32-bit words, in
// registers (k known to the compiler) or in memory.
template <int Bits>
__device__ __forceinline__ std::uint32_t four_codes(const std::uint32_t* words, int k) {
  std::uint32_t codes = 0;
  int shift = 0;
  if constexpr ((Bits & 8) != 0) codes = words[k];
  if constexpr ((Bits & 4) != 0) {
    codes = (words[k % 4] >> (k / 4 * 4)) & 0x0f0f0f0fu;
    words += 4;
    shift = 4;
  }
  if constexpr ((Bits & 2) != 0) {
    codes |= ((words[k % 2] >> (k / 2 * 2)) & 0x03030303u) << shift;
    words += 2;
    shift += 2;
  }
  // Bit j of the word belongs to element j: the product puts four neighbouring bits into four bytes.
  if constexpr ((Bits & 1) != 0) codes |= ((((words[0] >> (4 * k)) & 15u) * 0x00204081u) & 0x01010101u) << shift;
  return codes;
}

// 2^23 + byte j of the codes; subtracting 2^23 + n gives code - n exactly.
constexpr float code_bias = 8388608.0f;
__device__ __forceinline__ float biased_code(std::uint32_t codes, int j) {
  return __uint_as_float(__byte_perm(codes, 0x4b000000u, 0x7440u + static_cast<unsigned>(j)));
}

__device__ __forceinline__ float number_at(const void* values, ScaleType type, std::int64_t index) {
  if (type == ScaleType::float32) return static_cast<const float*>(values)[index];
  if (type == ScaleType::float16) return __half2float(static_cast<const __half*>(values)[index]);
  return __bfloat162float(static_cast<const __nv_bfloat16*>(values)[index]);
}

// W = (code - zero) * scale + minimum.
struct Group {
  float scale, zero, minimum;
};

// Entry `index` of a little-endian bit stream.
template <int Bits>
__device__ __forceinline__ float zero_point(const void* stream, std::int64_t index) {
  const std::int64_t first = index * Bits;
  const auto* bytes = static_cast<const std::uint8_t*>(stream) + first / 8;
  const int shift = static_cast<int>(first % 8);
  const unsigned both = shift + Bits > 8 ? bytes[0] | bytes[1] << 8 : bytes[0];
  return static_cast<float>((both >> shift) & ((1u << Bits) - 1));
}

template <int Bits>
__device__ __forceinline__ Group group_of(const Integers& weights, std::int64_t row, unsigned group_of_row) {
  const std::int64_t index = row * weights.groups + group_of_row;
  Group group{number_at(weights.scales, weights.scale_type, index), 0.0f, 0.0f};
  if (weights.zero_kind == ZeroKind::middle) group.zero = static_cast<float>(1 << (Bits - 1));
  if (weights.zero_kind == ZeroKind::points) group.zero = zero_point<Bits>(weights.zeros, index);
  if (weights.zero_kind == ZeroKind::minima) group.minimum = number_at(weights.zeros, weights.scale_type, index);
  return group;
}

}  // namespace kelter::cuda
