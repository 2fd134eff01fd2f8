// SPDX-License-Identifier: GPL-3.0-or-later
// Small floats on the product of matvec_simd.h, once for vectors of any width. Internal linkage: each instruction set keeps
// its own copy.
#pragma once

#include "core/kernels/matvec_simd.h"
#include "core/kernels/small_float_kernels.h"

namespace kelter {
namespace {

// values(): the values of a block of 32 codes divided by `factor`, in the order that arrange() gives.
template <Element element>
struct ElementCodes {
  using Bits = HalfBits<element>;
  static constexpr int bits = Bits::bits;
  static constexpr float factor = Bits::factor, centre = 0;
  static void arrange(Simd::Vector*) {}
  static void values(const std::uint8_t* block, Simd::Vector* out) {
    const __m256i codes = CodePlanes::codes<bits>(block);
    halves(_mm256_cvtepu8_epi16(_mm256_castsi256_si128(codes)), out);
    halves(_mm256_cvtepu8_epi16(_mm256_extracti128_si256(codes, 1)), out + Simd::parts / 2);
  }

 private:
  static void halves(__m256i codes, Simd::Vector* out) {
    const __m256i sign = _mm256_slli_epi16(_mm256_and_si256(codes, _mm256_set1_epi16(Bits::sign_mask)), Bits::sign_shift);
    const __m256i magnitude =
        _mm256_slli_epi16(_mm256_and_si256(codes, _mm256_set1_epi16(Bits::magnitude_mask)), Bits::magnitude_shift);
    Simd::widen_halves(_mm256_or_si256(sign, magnitude), out);
  }
};

template <>
struct ElementCodes<Element::nf4> {
  static constexpr int bits = 4;
  static constexpr float factor = 1, centre = 0;
  static void arrange(Simd::Vector*) {}
  static void values(const std::uint8_t* block, Simd::Vector* out) { table_values(nf4_values, block, out); }
};

template <>
struct ElementCodes<Element::int8_64ths> {
  static constexpr int bits = 8;
  static constexpr float factor = 1.0f / 64, centre = 0;
  static void arrange(Simd::Vector*) {}
  static void values(const std::uint8_t* block, Simd::Vector* out) { SignedByteCodes::values(block, out); }
};

template <Element element>
struct ElementBlocks {
  using Codes = ElementCodes<element>;
  static constexpr int stride = 4 * Codes::bits, header = 0;
  static constexpr bool has_offset = false;

  // The factor joins the scale; where that overflows, the result is not finite and the reference computes the row.
  static void groups(const MatvecTask& task, std::int64_t first, std::int64_t count, Simd::Vector& scale, Simd::Vector&) {
    alignas(64) float values[Simd::lanes] = {};
    for (std::int64_t i = 0; i < Simd::lanes && i < count; ++i)
      values[i] = group_scale(*task.float_scales, first + i, task.groups) * Codes::factor;
    scale = Simd::load(values);
  }
};

template <Element element>
[[gnu::flatten]] void decode_elements(const MatvecTask& task, std::int64_t begin, std::int64_t end, float* out) {
  using Codes = ElementCodes<element>;
  const std::uint8_t* codes = task.weights + begin * task.row_bytes;
  for (std::int64_t g = begin * task.groups; g < end * task.groups; ++g) {
    const Simd::Vector scale = Simd::set(group_scale(*task.float_scales, g, task.groups));
    for (std::int64_t c = 0; c < task.group; c += block_size, codes += 4 * Codes::bits) {
      const std::int64_t count = task.group - c < block_size ? task.group - c : block_size;
      Simd::Vector w[Simd::parts];
      Codes::values(codes, w);
      alignas(64) float buffer[block_size];
      float* target = count < block_size ? buffer : out;
      repeat<Simd::parts>([&](int part) {
        const Simd::Vector value = Simd::multiply(w[part], Simd::set(Codes::factor));  // exact
        Simd::store(target + part * Simd::lanes, Simd::multiply(value, scale));
      });
      if (count < block_size) std::memcpy(out, buffer, static_cast<std::size_t>(count) * sizeof(float));
      out += count;
    }
  }
}

template <Element element>
constexpr SmallFloatKernel element_kernel = {packed_kernel<ElementBlocks<element>>, decode_elements<element>};

}  // namespace
}  // namespace kelter
