// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of 8 floats and the codes of a block of 32 as floats for AVX2. The interface is that of simd_avx512.h, so
// that matvec_simd.h and decode_ops_simd.h are written once. Only for *_avx2.cpp.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

#include "core/kernels/code_planes_avx2.h"

namespace kelter {
namespace {

// For each mask of 8 bits the number of set bits before each bit.
struct SpreadTable {
  std::uint8_t lane[256][8];
  constexpr SpreadTable() : lane{} {
    for (int mask = 0; mask < 256; ++mask) {
      for (int bit = 0, before = 0; bit < 8; before += mask >> bit & 1, ++bit) lane[mask][bit] = static_cast<std::uint8_t>(before);
    }
  }
};
constexpr SpreadTable spread_table;

struct Simd {
  using Vector = __m256;
  using Doubles = __m256d;
  static constexpr int lanes = 8;
  static constexpr int parts = 4;         // vectors of one block of 32
  static constexpr int rows_at_once = 1;   // 16 registers hold no more
  static constexpr int heads_at_once = 3;  // likewise

  static Vector zero() { return _mm256_setzero_ps(); }
  static Vector set(float value) { return _mm256_set1_ps(value); }
  static Vector load(const float* p) { return _mm256_loadu_ps(p); }
  static Vector load_bfloat16(const std::uint16_t* p) {
    const __m128i packed = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(packed), 16));
  }
  static Vector load_float16(const std::uint16_t* p) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static void store(float* p, Vector v) { _mm256_storeu_ps(p, v); }
  static Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
  static Vector subtract(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
  static Vector multiply(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
  static Vector divide(Vector a, Vector b) { return _mm256_div_ps(a, b); }
  static Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
  static Vector subtract_product(Vector a, Vector b, Vector c) { return _mm256_fnmadd_ps(a, b, c); }  // c - a b
  // Sixteen float16 as floats.
  static void widen_halves(__m256i halves, Vector* out) {
    out[0] = _mm256_cvtph_ps(_mm256_castsi256_si128(halves));
    out[1] = _mm256_cvtph_ps(_mm256_extracti128_si256(halves, 1));
  }
  // code - 8 of eight codes of 4 bits.
  static Vector nibbles(std::uint64_t word, std::uint64_t) {
    const __m256i all = _mm256_set1_epi32(static_cast<int>(word));
    const __m256i codes = _mm256_and_si256(_mm256_srlv_epi32(all, _mm256_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28)), _mm256_set1_epi32(15));
    return _mm256_cvtepi32_ps(_mm256_sub_epi32(codes, _mm256_set1_epi32(8)));
  }
  // Lane j of the result: the next of the lanes of v where bit j of the mask is set, else 0.
  static Vector spread(Vector v, std::uint32_t mask) {
    const __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    const __m256i kept = _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32(static_cast<int>(mask)), bit), bit);
    const __m128i source = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(spread_table.lane[mask]));
    return _mm256_and_ps(_mm256_permutevar8x32_ps(v, _mm256_cvtepu8_epi32(source)), _mm256_castsi256_ps(kept));
  }
  // The second operand if either is NaN, as the instruction does.
  static Vector maximum(Vector a, Vector b) { return _mm256_max_ps(a, b); }
  static Vector minimum(Vector a, Vector b) { return _mm256_min_ps(a, b); }
  static Vector round(Vector v) { return _mm256_round_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  // v * 2^n for integral n in [-300, 300]: in two steps, so that neither factor leaves the range.
  static Vector scale_by_power(Vector v, Vector n) {
    const __m256i whole = _mm256_cvtps_epi32(n);
    const __m256i half = _mm256_srai_epi32(whole, 1);
    return multiply(multiply(v, power(half)), power(_mm256_sub_epi32(whole, half)));
  }
  static float sum(Vector v) {
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    four = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
  }
  // The sum of each to out[0] to out[3].
  static void store_sums(float* out, Vector a, Vector b, Vector c, Vector d) {
    const __m256 pairs = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
    _mm_storeu_ps(out, _mm_add_ps(_mm256_castps256_ps128(pairs), _mm256_extractf128_ps(pairs, 1)));
  }
  static float maximum_of(Vector v) {
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    four = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(four, _mm_movehdup_ps(four)));
  }
  static bool any_equal(Vector a, Vector b) { return _mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_EQ_OQ)) != 0; }

  static constexpr int double_lanes = 4;
  static Doubles zero_doubles() { return _mm256_setzero_pd(); }
  static Doubles set_doubles(double value) { return _mm256_set1_pd(value); }
  static Doubles load_doubles(const float* p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
  static Doubles add(Doubles a, Doubles b) { return _mm256_add_pd(a, b); }
  static Doubles maximum(Doubles a, Doubles b) { return _mm256_max_pd(a, b); }
  static Doubles fma(Doubles a, Doubles b, Doubles c) { return _mm256_fmadd_pd(a, b, c); }
  static Doubles subtract_product(Doubles a, Doubles b, Doubles c) { return _mm256_fnmadd_pd(a, b, c); }
  static Doubles round(Doubles v) { return _mm256_round_pd(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  // v * 2^n for integral n in [-1000, 1000].
  static Doubles scale_by_power(Doubles v, Doubles n) {
    const __m256i exponent = _mm256_add_epi64(_mm256_cvtepi32_epi64(_mm256_cvtpd_epi32(n)), _mm256_set1_epi64x(1023));
    return _mm256_mul_pd(v, _mm256_castsi256_pd(_mm256_slli_epi64(exponent, 52)));
  }
  static double sum(Doubles v) {
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
  }

  // The first `count` lanes of v, zero in the others.
  static Vector keep_first(Vector v, std::int64_t count) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i limit = _mm256_set1_epi32(static_cast<int>(count < lanes ? count : lanes));
    return _mm256_and_ps(v, _mm256_castsi256_ps(_mm256_cmpgt_epi32(limit, lane)));
  }

  // Two float16 at the start of each of `count` blocks, `stride` bytes apart: scale and minimum where a block has
  // both. Lanes without a block are zero.
  static void read_headers(const std::uint8_t* blocks, std::int64_t stride, std::int64_t count, Vector& first,
                           Vector& second) {
    __m256i pairs;
    if (count >= lanes) {
      pairs = _mm256_setr_epi32(pair_at(blocks), pair_at(blocks + stride), pair_at(blocks + 2 * stride),
                                pair_at(blocks + 3 * stride), pair_at(blocks + 4 * stride),
                                pair_at(blocks + 5 * stride), pair_at(blocks + 6 * stride),
                                pair_at(blocks + 7 * stride));
    } else {
      int some[lanes] = {};
      for (std::int64_t b = 0; b < count; ++b)
        some[b] = pair_at(blocks + b * stride);
      pairs = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(some));
    }
    const __m256i apart = _mm256_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15,  //
                                           0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
    const __m256i halves = _mm256_permute4x64_epi64(_mm256_shuffle_epi8(pairs, apart), 0xd8);
    first = _mm256_cvtph_ps(_mm256_castsi256_si128(halves));
    second = _mm256_cvtph_ps(_mm256_extracti128_si256(halves, 1));
  }

  // Eight entries of `bits` bits each: from a word that holds them (and more) and, for entries 8 to 15 of a wider
  // vector, from a second one.
  template <int bits>
  static Vector stream_values(std::uint64_t word, std::uint64_t) {
    const __m256i all = _mm256_set1_epi64x(static_cast<long long>(word));
    const __m256i mask = _mm256_set1_epi64x((1 << bits) - 1);
    const __m256i low = _mm256_and_si256(_mm256_srlv_epi64(all, _mm256_setr_epi64x(0, bits, 2 * bits, 3 * bits)), mask);
    const __m256i high =
        _mm256_and_si256(_mm256_srlv_epi64(all, _mm256_setr_epi64x(4 * bits, 5 * bits, 6 * bits, 7 * bits)), mask);
    return _mm256_cvtepi32_ps(_mm256_castps_si256(evens(_mm256_castsi256_ps(low), _mm256_castsi256_ps(high))));
  }

  // Lanes 0, 2, 4, 6 of a, then of b; and lanes 1, 3, 5, 7.
  static Vector evens(Vector a, Vector b) { return in_order(_mm256_shuffle_ps(a, b, 0x88)); }
  static Vector odds(Vector a, Vector b) { return in_order(_mm256_shuffle_ps(a, b, 0xdd)); }
  // Words 0, 2, 4, ... as bfloat16, and words 1, 3, 5, ...
  static Vector even_words(__m256i words) { return _mm256_castsi256_ps(_mm256_slli_epi32(words, 16)); }
  static Vector odd_words(__m256i words) {
    return _mm256_castsi256_ps(_mm256_and_si256(words, _mm256_set1_epi32(static_cast<int>(0xffff0000u))));
  }

 private:
  static int pair_at(const std::uint8_t* p) {
    int pair;
    std::memcpy(&pair, p, sizeof pair);
    return pair;
  }
  static Vector in_order(Vector v) {
    return _mm256_castsi256_ps(_mm256_permute4x64_epi64(_mm256_castps_si256(v), 0xd8));
  }
  static Vector power(__m256i n) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(n, _mm256_set1_epi32(127)), 23));
  }
};

// ---- The codes of a block as floats ---------------------------------------------------------------------
// values(): code - centre, exact, in an order of its own; arrange() puts 32 floats into the same order.

// In the order of the elements.
template <int bits>
struct NaturalCodes {
  static constexpr float centre = 0;
  static void arrange(__m256*) {}
  static void values(const std::uint8_t* block, __m256* out) {
    const __m256i codes = CodePlanes::codes<bits>(block);
    for (int part = 0; part < Simd::parts; ++part) {
      const __m128i half = part < 2 ? _mm256_castsi256_si128(codes) : _mm256_extracti128_si256(codes, 1);
      const __m128i eight = part % 2 == 0 ? half : _mm_srli_si128(half, 8);
      out[part] = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(eight));
    }
  }
};

// 32 codes of 4 bits as the numbers of a table of 16.
inline void table_values(const float* table, const std::uint8_t* block, __m256* out) {
  const __m256 low = _mm256_loadu_ps(table), high = _mm256_loadu_ps(table + 8);
  const __m256i codes = CodePlanes::codes<4>(block);
  for (int part = 0; part < Simd::parts; ++part) {
    const __m128i half = part < 2 ? _mm256_castsi256_si128(codes) : _mm256_extracti128_si256(codes, 1);
    const __m256i index = _mm256_cvtepu8_epi32(part % 2 == 0 ? half : _mm_srli_si128(half, 8));
    const __m256 upper = _mm256_castsi256_ps(_mm256_slli_epi32(index, 28));  // bit 3 becomes the sign
    out[part] = _mm256_blendv_ps(_mm256_permutevar8x32_ps(low, index), _mm256_permutevar8x32_ps(high, index), upper);
  }
}

// The bytes of bfloat16(code - 2^(bits - 1)) by code, for look-ups.
template <int bits>
struct CentredBytes {
  std::uint8_t low[16], high[16];
  constexpr CentredBytes() : low{}, high{} {
    for (int code = 0; code < 16; ++code) {
      const auto bfloat16 = __builtin_bit_cast(std::uint32_t, static_cast<float>(code - (1 << (bits - 1)))) >> 16;
      low[code] = static_cast<std::uint8_t>(bfloat16);
      high[code] = static_cast<std::uint8_t>(bfloat16 >> 8);
    }
  }
};

// Codes become bfloat16 words, of which every other one is a float after one instruction: cheaper than widening
// bytes to integers and converting those. The order is that of unpacking: elements 0, 2, 4, 6, 16, 18, 20, 22, then
// 1, 3, 5, 7, 17, ..., then the same from 8 on.
template <int bits>
struct FastCodes {
  static constexpr float centre = 1 << (bits - 1);
  static void arrange(__m256* v) {
    const __m256 a = v[0], b = v[1], c = v[2], d = v[3];
    v[0] = Simd::evens(a, c);
    v[1] = Simd::odds(a, c);
    v[2] = Simd::evens(b, d);
    v[3] = Simd::odds(b, d);
  }
  static void values(const std::uint8_t* block, __m256* out) {
    const __m256i codes = CodePlanes::codes<bits>(block);
    __m256i low, high;
    if constexpr (bits <= 4) {
      low = look_up(bytes.low, codes);
      high = look_up(bytes.high, codes);
    } else {  // 128 + code as bfloat16
      low = codes;
      high = _mm256_set1_epi8(0x43);
    }
    const __m256i front = _mm256_unpacklo_epi8(low, high), back = _mm256_unpackhi_epi8(low, high);
    out[0] = Simd::even_words(front);
    out[1] = Simd::odd_words(front);
    out[2] = Simd::even_words(back);
    out[3] = Simd::odd_words(back);
    if constexpr (bits > 4) {
      for (int part = 0; part < Simd::parts; ++part)
        out[part] = _mm256_sub_ps(out[part], _mm256_set1_ps(128 + centre));
    }
  }

 private:
  static constexpr CentredBytes<bits> bytes{};
  static __m256i look_up(const std::uint8_t* table, __m256i codes) {
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table))),
                               codes);
  }
};

template <>
struct FastCodes<8> {
  static constexpr float centre = 128;
  static void arrange(__m256*) {}
  static void values(const std::uint8_t* block, __m256* out) {
    for (int part = 0; part < Simd::parts; ++part) {
      const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(block + 8 * part));
      out[part] = _mm256_cvtepi32_ps(_mm256_sub_epi32(_mm256_cvtepu8_epi32(bytes), _mm256_set1_epi32(128)));
    }
  }
};

// Q8_0.
struct SignedByteCodes {
  static constexpr float centre = 0;
  static void arrange(__m256*) {}
  static void values(const std::uint8_t* block, __m256* out) {
    for (int part = 0; part < Simd::parts; ++part) {
      const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(block + 8 * part));
      out[part] = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
    }
  }
};

}  // namespace
}  // namespace kelter
