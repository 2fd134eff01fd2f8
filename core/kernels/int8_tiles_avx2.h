// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks of activations as 8-bit codes, and tiles of weights multiplied with them, for AVX2. The interface is that of
// int8_tiles_avx512.h. Pairs of products are summed to 16 bits, which saturate: neither 2 * 2 * 15 * 127 nor
// 2 * 128 * 127 reaches 2^15. Only for *_avx2.cpp.
#pragma once

#include "core/kernels/int8_rounding.h"
#include "core/kernels/simd_avx2.h"
#include "core/kernels/unroll.h"

namespace kelter {
namespace {

struct Int8Simd {
  using Integers = __m256i;

  // Rounds 32 values; the codes of the first 16 go to `first`, the others to `second`. Returns their sum.
  static int round_block(const float* x, std::int8_t* first, std::int8_t* second, float& scale) {
    const __m256i sign_off = _mm256_set1_epi32(0x7fffffff);
    __m256i largest = _mm256_setzero_si256(), codes[4];
    repeat<4>([&](int part) {
      largest = _mm256_max_epi32(largest, _mm256_and_si256(_mm256_castps_si256(_mm256_loadu_ps(x + 8 * part)), sign_off));
    });
    const Int8Scale found = Int8Scale::of(largest_of(largest));
    scale = found.scale;
    const __m256i some = _mm256_set1_epi32(found.inverse == 0.0f ? 0 : -1);
    repeat<4>([&](int part) {
      const __m256 scaled = _mm256_mul_ps(_mm256_loadu_ps(x + 8 * part), _mm256_set1_ps(found.inverse));
      codes[part] = _mm256_and_si256(_mm256_cvtps_epi32(scaled), some);
    });
    // Packing goes by halves of a vector: 4 codes of each part, then the other 4 of each.
    const __m256i packed = _mm256_packs_epi16(_mm256_packs_epi32(codes[0], codes[1]), _mm256_packs_epi32(codes[2], codes[3]));
    const __m256i ordered = _mm256_permutevar8x32_epi32(packed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(first), _mm256_castsi256_si128(ordered));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(second), _mm256_extracti128_si256(ordered, 1));
    return sum_of(_mm256_add_epi32(_mm256_add_epi32(codes[0], codes[1]), _mm256_add_epi32(codes[2], codes[3])));
  }

  static void store_negative(std::int32_t* out, Integers v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_sub_epi32(_mm256_setzero_si256(), v));
  }
  static Simd::Vector to_floats(Integers v) { return _mm256_cvtepi32_ps(v); }
  // Lane i is from[index[i] % 4].
  static Simd::Vector look_up(const std::int32_t* index, const float* from) {
    const __m256 four = _mm256_broadcast_ps(reinterpret_cast<const __m128*>(from));
    return _mm256_permutevar_ps(four, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(index)));
  }

 private:
  static std::uint32_t largest_of(__m256i v) {
    __m128i four = _mm_max_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4e));
    return static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_max_epi32(four, _mm_shuffle_epi32(four, 0xb1))));
  }
  static int sum_of(__m256i v) {
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(four, _mm_shuffle_epi32(four, 0xb1)));
  }
};

inline __m256i load_bytes(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }

// Codes of 4 bits in blocks `stride` bytes apart: the lower halves of 2 blocks meet the first 16 columns of each, the
// upper halves the others.
template <int stride>
struct NibbleTile {
  static constexpr int blocks = 2;
  static constexpr bool has_bias = true;
  static constexpr int half_place(int block, int half) { return half * 16 * blocks + 16 * block; }
  using Codes = __m256i;

  static Codes centres() { return _mm256_set1_epi8(static_cast<char>(0x88)); }
  static Codes load(const std::uint8_t* p) {
    if constexpr (stride == 16) return load_bytes(p);
    return _mm256_inserti128_si256(_mm256_castsi128_si256(block(p)), block(p + stride), 1);
  }
  static Codes load_first(const std::uint8_t* p, std::int64_t) { return _mm256_zextsi128_si256(block(p)); }
  // A sum for every 4 codes of each half, 4 lanes to a block.
  static __m256i dot(const std::int32_t* bias, Codes codes, const std::int8_t* x) {
    const __m256i low_bits = _mm256_set1_epi8(15);
    const __m256i low = _mm256_maddubs_epi16(_mm256_and_si256(codes, low_bits), load_bytes(x));
    const __m256i high = _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(codes, 4), low_bits), load_bytes(x + 32));
    return _mm256_add_epi32(load_bytes(bias), _mm256_madd_epi16(_mm256_add_epi16(low, high), _mm256_set1_epi16(1)));
  }

 private:
  static __m128i block(const std::uint8_t* p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }
};

// Codes of 8 bits: signed ones, or 0 to 255 around 128, which become so. The product takes an unsigned factor: the
// magnitude of the code, whose sign goes to x.
template <int stride, bool is_signed>
struct ByteTile {
  static constexpr int blocks = 1;
  static constexpr bool has_bias = false;
  static constexpr int half_place(int, int half) { return 16 * half; }
  using Codes = __m256i;

  static Codes load(const std::uint8_t* p) {
    return is_signed ? load_bytes(p) : _mm256_xor_si256(load_bytes(p), _mm256_set1_epi8(static_cast<char>(0x80)));
  }
  static Codes load_first(const std::uint8_t* p, std::int64_t) { return load(p); }
  static __m256i dot(const std::int32_t*, Codes codes, const std::int8_t* x) {
    const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(codes), _mm256_sign_epi8(load_bytes(x), codes));
    return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
  }
};

}  // namespace
}  // namespace kelter
