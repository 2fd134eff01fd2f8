// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks of activations as 8-bit codes, and tiles of weights multiplied with them, for AVX-512 with VNNI. The interface
// is that of int8_tiles_avx2.h, so that int8_matvec_simd.h is written once. Only for *_avx512.cpp.
#pragma once

#include "core/kernels/int8_rounding.h"
#include "core/kernels/simd_avx512.h"
#include "core/kernels/unroll.h"

namespace kelter {
namespace {

struct Int8Simd {
  using Integers = __m512i;

  // Rounds 32 values; the codes of the first 16 go to `first`, the others to `second`. Returns their sum.
  static int round_block(const float* x, std::int8_t* first, std::int8_t* second, float& scale) {
    const __m512 a = _mm512_loadu_ps(x), b = _mm512_loadu_ps(x + 16);
    const __m512i sign_off = _mm512_set1_epi32(0x7fffffff);
    const __m512i largest = _mm512_max_epi32(_mm512_and_si512(_mm512_castps_si512(a), sign_off),
                                             _mm512_and_si512(_mm512_castps_si512(b), sign_off));
    const Int8Scale found = Int8Scale::of(static_cast<std::uint32_t>(_mm512_reduce_max_epi32(largest)));
    scale = found.scale;
    const __mmask16 some = found.inverse == 0.0f ? 0 : 0xffff;
    const __m512i p = _mm512_maskz_cvtps_epi32(some, _mm512_mul_ps(a, _mm512_set1_ps(found.inverse)));
    const __m512i q = _mm512_maskz_cvtps_epi32(some, _mm512_mul_ps(b, _mm512_set1_ps(found.inverse)));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(first), _mm512_cvtepi32_epi8(p));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(second), _mm512_cvtepi32_epi8(q));
    return _mm512_reduce_add_epi32(_mm512_add_epi32(p, q));
  }

  static void store_negative(std::int32_t* out, Integers v) { _mm512_storeu_si512(out, _mm512_sub_epi32(_mm512_setzero_si512(), v)); }
  static Simd::Vector to_floats(Integers v) { return _mm512_cvtepi32_ps(v); }
  // Lane i is from[index[i] % 4].
  static Simd::Vector look_up(const std::int32_t* index, const float* from) {
    return _mm512_permutevar_ps(_mm512_broadcast_f32x4(_mm_loadu_ps(from)), _mm512_loadu_si512(index));
  }
};

// Codes of 4 bits in blocks `stride` bytes apart: the lower halves of 4 blocks meet the first 16 columns of each, the
// upper halves the others.
template <int stride>
struct NibbleTile {
  static constexpr int blocks = 4;
  static constexpr bool has_bias = true;
  static constexpr int half_place(int block, int half) { return half * 16 * blocks + 16 * block; }
  using Codes = __m512i;

  static Codes centres() { return _mm512_set1_epi8(static_cast<char>(0x88)); }
  static Codes load(const std::uint8_t* p) {
    if constexpr (stride == 16) return _mm512_loadu_si512(p);
    if constexpr (stride == 20) {  // codes are the words 0-3, 5-8, 10-13 and 15-18; the second load begins at word 3
      const __m512i word = _mm512_setr_epi32(0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 15, 16 + 13, 16 + 14, 16 + 15);
      return _mm512_permutex2var_epi32(_mm512_loadu_si512(p), word, _mm512_loadu_si512(p + 12));
    }
    return load_first(p, blocks);
  }
  static Codes load_first(const std::uint8_t* p, std::int64_t count) {
    if constexpr (stride == 16) return _mm512_maskz_loadu_epi32(static_cast<__mmask16>((1u << 4 * count) - 1), p);
    __m512i codes = _mm512_setzero_si512();
    repeat<blocks>([&](int b) {
      if (b >= count) return;
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + b * stride));
      codes = _mm512_mask_broadcast_i32x4(codes, static_cast<__mmask16>(15u << 4 * b), block);
    });
    return codes;
  }
  // A sum for every 4 codes of each half, 4 lanes to a block.
  static __m512i dot(const std::int32_t* bias, Codes codes, const std::int8_t* x) {
    asm("" : "+v"(codes));  // one load: the compiler would make it two, one for each half
    const __m512i low_bits = _mm512_set1_epi8(15);
    const __m512i low = _mm512_and_si512(codes, low_bits);
    const __m512i high = _mm512_and_si512(_mm512_srli_epi16(codes, 4), low_bits);
    const __m512i sums = _mm512_dpbusd_epi32(_mm512_loadu_si512(bias), low, _mm512_loadu_si512(x));
    return _mm512_dpbusd_epi32(sums, high, _mm512_loadu_si512(x + 64));
  }
};

// Codes of 8 bits: 0 to 255 around 128, or signed ones, which become so.
template <int stride, bool is_signed>
struct ByteTile {
  static constexpr int blocks = 2;
  static constexpr bool has_bias = true;
  static constexpr int half_place(int block, int half) { return 32 * block + 16 * half; }
  using Codes = __m512i;

  static Codes centres() { return _mm512_set1_epi8(static_cast<char>(0x80)); }
  static Codes load(const std::uint8_t* p) {
    if constexpr (stride == 32) return above(_mm512_loadu_si512(p));
    return above(_mm512_inserti64x4(_mm512_castsi256_si512(half(p)), half(p + stride), 1));
  }
  static Codes load_first(const std::uint8_t* p, std::int64_t) { return above(_mm512_zextsi256_si512(half(p))); }
  static __m512i dot(const std::int32_t* bias, Codes codes, const std::int8_t* x) {
    return _mm512_dpbusd_epi32(_mm512_loadu_si512(bias), codes, _mm512_loadu_si512(x));
  }

 private:
  static __m256i half(const std::uint8_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
  static __m512i above(__m512i codes) {
    return is_signed ? _mm512_xor_si512(codes, _mm512_set1_epi8(static_cast<char>(0x80))) : codes;
  }
};

}  // namespace
}  // namespace kelter
