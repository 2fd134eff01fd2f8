// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of 8 floats and the decoders of a block of 32 codes for AVX2. The interface is that of
// simd_avx512.h, so that matvec_simd.h and decode_ops_simd.h are written once. Only for *_avx2.cpp.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

#include "core/kernels/code_planes_avx2.h"

namespace kelter {
namespace {

struct Simd {
  using Vector = __m256;
  using Doubles = __m256d;
  static constexpr int lanes = 8;
  static constexpr int parts = 4;         // vectors of one block of 32
  static constexpr int rows_at_once = 1;  // 16 registers hold no more

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
  static Vector multiply(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
  static Vector divide(Vector a, Vector b) { return _mm256_div_ps(a, b); }
  static Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
  static Vector subtract_product(Vector a, Vector b, Vector c) { return _mm256_fnmadd_ps(a, b, c); }  // c - a b
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

  // The float16 scale of each block and, if offset is not null, the float16 after it. Both arrays are written
  // up to the next multiple of 16.
  static void read_scales(const std::uint8_t* blocks, std::int64_t stride, int count, float* scale, float* offset) {
    for (int b = 0; b < count; ++b) {
      std::uint32_t pair;
      std::memcpy(&pair, blocks + b * stride, sizeof pair);
      const __m128 both = _mm_cvtph_ps(_mm_cvtsi32_si128(static_cast<int>(pair)));
      scale[b] = _mm_cvtss_f32(both);
      if (offset) offset[b] = _mm_cvtss_f32(_mm_movehdup_ps(both));
    }
  }

 private:
  static Vector power(__m256i n) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(n, _mm256_set1_epi32(127)), 23));
  }
};

// A coder turns one block of codes into floats: scale * code + offset, one multiplication and one addition.
struct ByteWidening {
  static __m256 at(__m256i codes, int part) {
    const __m128i half = part < 2 ? _mm256_castsi256_si128(codes) : _mm256_extracti128_si256(codes, 1);
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(part % 2 == 0 ? half : _mm_srli_si128(half, 8)));
  }
};

template <int bits>
struct AffineCoder {
  struct Map {
    __m256 scale, offset;
  };
  static Map map(const float* scale, const float* offset) { return {_mm256_set1_ps(*scale), _mm256_set1_ps(*offset)}; }
  static void decode(const std::uint8_t* block, const Map& map, __m256* out) {
    const __m256i codes = CodePlanes::codes<bits>(block);
    for (int part = 0; part < Simd::parts; ++part) {
      out[part] = _mm256_add_ps(_mm256_mul_ps(ByteWidening::at(codes, part), map.scale), map.offset);
    }
  }
};

struct CentredNibbleCoder {
  struct Map {
    __m256 scale;
  };
  static Map map(const float* scale, const float*) { return {_mm256_set1_ps(*scale)}; }
  static void decode(const std::uint8_t* block, const Map& map, __m256* out) {
    const __m256i codes = CodePlanes::codes<4>(block);
    for (int part = 0; part < Simd::parts; ++part) {
      out[part] = _mm256_mul_ps(_mm256_sub_ps(ByteWidening::at(codes, part), _mm256_set1_ps(8.0f)), map.scale);
    }
  }
};

// A float16 scale times a code of 4 bits is exact, so that fusing the addition changes no bit.
struct NibbleMinimumCoder {
  using Map = AffineCoder<4>::Map;
  static Map map(const float* scale, const float* offset) { return AffineCoder<4>::map(scale, offset); }
  static void decode(const std::uint8_t* block, const Map& map, __m256* out) {
    const __m256i codes = CodePlanes::codes<4>(block);
    for (int part = 0; part < Simd::parts; ++part) {
      out[part] = _mm256_fmadd_ps(ByteWidening::at(codes, part), map.scale, map.offset);
    }
  }
};

struct SignedByteCoder {
  struct Map {
    __m256 scale;
  };
  static Map map(const float* scale, const float*) { return {_mm256_set1_ps(*scale)}; }
  static void decode(const std::uint8_t* block, const Map& map, __m256* out) {
    for (int part = 0; part < Simd::parts; ++part) {
      const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(block + 8 * part));
      out[part] = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)), map.scale);
    }
  }
};

}  // namespace
}  // namespace kelter
