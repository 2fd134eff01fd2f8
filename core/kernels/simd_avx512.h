// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of 16 floats and the decoders of a block of 32 codes for AVX-512. The interface is that of
// simd_avx2.h, so that matvec_simd.h and decode_ops_simd.h are written once. Only for *_avx512.cpp.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

#include "core/kernels/code_planes_avx2.h"

// GCC 12 takes the deliberately undefined operands inside its own AVX-512 header for a mistake (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

namespace kelter {
namespace {

struct Simd {
  using Vector = __m512;
  using Doubles = __m512d;
  static constexpr int lanes = 16;
  static constexpr int parts = 2;  // vectors of one block of 32
  static constexpr int rows_at_once = 2;

  static Vector zero() { return _mm512_setzero_ps(); }
  static Vector set(float value) { return _mm512_set1_ps(value); }
  static Vector load(const float* p) { return _mm512_loadu_ps(p); }
  static Vector load_bfloat16(const std::uint16_t* p) {
    const __m256i packed = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(packed), 16));
  }
  static Vector load_float16(const std::uint16_t* p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  }
  static void store(float* p, Vector v) { _mm512_storeu_ps(p, v); }
  static Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
  static Vector multiply(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
  static Vector divide(Vector a, Vector b) { return _mm512_div_ps(a, b); }
  static Vector fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
  static Vector subtract_product(Vector a, Vector b, Vector c) { return _mm512_fnmadd_ps(a, b, c); }  // c - a b
  // The second operand if either is NaN, as the instruction does.
  static Vector maximum(Vector a, Vector b) { return _mm512_max_ps(a, b); }
  static Vector minimum(Vector a, Vector b) { return _mm512_min_ps(a, b); }
  static Vector round(Vector v) { return _mm512_roundscale_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static Vector scale_by_power(Vector v, Vector n) { return _mm512_scalef_ps(v, n); }
  static float sum(Vector v) { return _mm512_reduce_add_ps(v); }
  static float maximum_of(Vector v) { return _mm512_reduce_max_ps(v); }
  static bool any_equal(Vector a, Vector b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ) != 0; }

  static constexpr int double_lanes = 8;
  static Doubles zero_doubles() { return _mm512_setzero_pd(); }
  static Doubles set_doubles(double value) { return _mm512_set1_pd(value); }
  static Doubles load_doubles(const float* p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
  static Doubles add(Doubles a, Doubles b) { return _mm512_add_pd(a, b); }
  static Doubles maximum(Doubles a, Doubles b) { return _mm512_max_pd(a, b); }
  static Doubles fma(Doubles a, Doubles b, Doubles c) { return _mm512_fmadd_pd(a, b, c); }
  static Doubles subtract_product(Doubles a, Doubles b, Doubles c) { return _mm512_fnmadd_pd(a, b, c); }
  static Doubles round(Doubles v) { return _mm512_roundscale_pd(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static Doubles scale_by_power(Doubles v, Doubles n) { return _mm512_scalef_pd(v, n); }
  static double sum(Doubles v) { return _mm512_reduce_add_pd(v); }

  // The float16 scale of each block and, if offset is not null, the float16 after it. Both arrays are written
  // up to the next multiple of 16.
  static void read_scales(const std::uint8_t* blocks, std::int64_t stride, int count, float* scale, float* offset) {
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i place = _mm512_mullo_epi32(lane, _mm512_set1_epi32(static_cast<int>(stride)));
    for (int b = 0; b < count; b += 16) {
      const __mmask16 valid = static_cast<__mmask16>(count - b >= 16 ? 0xffff : (1 << (count - b)) - 1);
      const __m512i pairs = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), valid, place, blocks + b * stride, 1);
      store(scale + b, _mm512_cvtph_ps(_mm512_cvtepi32_epi16(pairs)));
      if (offset) store(offset + b, _mm512_cvtph_ps(_mm512_cvtepi32_epi16(_mm512_srli_epi32(pairs, 16))));
    }
  }
};

// A coder turns one block of codes into floats: scale * code + offset, one multiplication and one addition.
// Up to 16 values are worked out once per scale and looked up: the look-up uses the low 4 bits of each 32-bit
// lane and ignores the rest, so that most codes need no mask and no conversion.
struct Lookup {
  static __m512 counting(int modulus) {
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return _mm512_cvtepi32_ps(_mm512_and_si512(lane, _mm512_set1_epi32(modulus - 1)));
  }
  static __m512 affine(__m512 codes, float scale, float offset) {
    return _mm512_add_ps(_mm512_mul_ps(codes, _mm512_set1_ps(scale)), _mm512_set1_ps(offset));
  }
  static __m512i nibble_bytes(const std::uint8_t* p) {
    return _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  // Lane j holds byte j % 8 of a plane of 2 bits, shifted so that elements 0 to 15 are on the right.
  static __m512i pair_bytes(const std::uint8_t* p) {
    long long packed;
    std::memcpy(&packed, p, sizeof packed);
    const __m512i shift = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2);
    return _mm512_srlv_epi32(_mm512_cvtepu8_epi32(_mm_set1_epi64x(packed)), shift);
  }
  static __mmask16 mask_at(const std::uint8_t* p) {
    std::uint16_t bits;
    std::memcpy(&bits, p, sizeof bits);
    return static_cast<__mmask16>(bits);
  }
};

template <int bits>
struct AffineCoder {
  struct Map {
    __m512 scale, offset;
  };
  static Map map(const float* scale, const float* offset) { return {_mm512_set1_ps(*scale), _mm512_set1_ps(*offset)}; }
  static void decode(const std::uint8_t* block, const Map& map, __m512* out) {
    const __m256i codes = CodePlanes::codes<bits>(block);
    const __m512i low = _mm512_cvtepu8_epi32(_mm256_castsi256_si128(codes));
    const __m512i high = _mm512_cvtepu8_epi32(_mm256_extracti128_si256(codes, 1));
    out[0] = _mm512_add_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(low), map.scale), map.offset);
    out[1] = _mm512_add_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(high), map.scale), map.offset);
  }
};

template <>
struct AffineCoder<4> {
  struct Map {
    __m512 table;
  };
  static Map map(const float* scale, const float* offset) {
    return {Lookup::affine(Lookup::counting(16), *scale, *offset)};
  }
  static void decode(const std::uint8_t* block, const Map& map, __m512* out) {
    const __m512i index = Lookup::nibble_bytes(block);
    out[0] = _mm512_permutexvar_ps(index, map.table);
    out[1] = _mm512_permutexvar_ps(_mm512_srli_epi32(index, 4), map.table);
  }
};

template <>
struct AffineCoder<2> {
  struct Map {
    __m512 table;
  };
  static Map map(const float* scale, const float* offset) {
    return {Lookup::affine(Lookup::counting(4), *scale, *offset)};
  }
  static void decode(const std::uint8_t* block, const Map& map, __m512* out) {
    const __m512i index = Lookup::pair_bytes(block);
    out[0] = _mm512_permutexvar_ps(index, map.table);
    out[1] = _mm512_permutexvar_ps(_mm512_srli_epi32(index, 4), map.table);
  }
};

// A plane of 1 bit is a mask as it lies there: it chooses between two tables.
template <>
struct AffineCoder<3> {
  struct Map {
    __m512 lower, upper;
  };
  static Map map(const float* scale, const float* offset) {
    const __m512 codes = Lookup::counting(4);
    return {Lookup::affine(codes, *scale, *offset),
            Lookup::affine(_mm512_add_ps(codes, _mm512_set1_ps(4.0f)), *scale, *offset)};
  }
  static void decode(const std::uint8_t* block, const Map& map, __m512* out) {
    const __m512i index = Lookup::pair_bytes(block);
    const __m512i next = _mm512_srli_epi32(index, 4);
    out[0] = _mm512_mask_permutexvar_ps(_mm512_permutexvar_ps(index, map.lower), Lookup::mask_at(block + 8), index,
                                        map.upper);
    out[1] = _mm512_mask_permutexvar_ps(_mm512_permutexvar_ps(next, map.lower), Lookup::mask_at(block + 10), next,
                                        map.upper);
  }
};

template <>
struct AffineCoder<5> {
  struct Map {
    __m512 lower, upper;
  };
  static Map map(const float* scale, const float* offset) {
    const __m512 codes = Lookup::counting(16);
    return {Lookup::affine(codes, *scale, *offset),
            Lookup::affine(_mm512_add_ps(codes, _mm512_set1_ps(16.0f)), *scale, *offset)};
  }
  static void decode(const std::uint8_t* block, const Map& map, __m512* out) {
    const __m512i index = Lookup::nibble_bytes(block);
    const __m512i next = _mm512_srli_epi32(index, 4);
    out[0] = _mm512_mask_permutexvar_ps(_mm512_permutexvar_ps(index, map.lower), Lookup::mask_at(block + 16), index,
                                        map.upper);
    out[1] = _mm512_mask_permutexvar_ps(_mm512_permutexvar_ps(next, map.lower), Lookup::mask_at(block + 18), next,
                                        map.upper);
  }
};

struct CentredNibbleCoder {
  using Map = AffineCoder<4>::Map;
  static Map map(const float* scale, const float*) {
    return {_mm512_mul_ps(_mm512_sub_ps(Lookup::counting(16), _mm512_set1_ps(8.0f)), _mm512_set1_ps(*scale))};
  }
  static void decode(const std::uint8_t* block, const Map& map, __m512* out) {
    AffineCoder<4>::decode(block, map, out);
  }
};

// A float16 scale times a code of 4 bits is exact, so that fusing the addition changes no bit.
struct NibbleMinimumCoder {
  using Map = AffineCoder<4>::Map;
  static Map map(const float* scale, const float* offset) {
    return {_mm512_fmadd_ps(Lookup::counting(16), _mm512_set1_ps(*scale), _mm512_set1_ps(*offset))};
  }
  static void decode(const std::uint8_t* block, const Map& map, __m512* out) {
    AffineCoder<4>::decode(block, map, out);
  }
};

struct SignedByteCoder {
  struct Map {
    __m512 scale;
  };
  static Map map(const float* scale, const float*) { return {_mm512_set1_ps(*scale)}; }
  static void decode(const std::uint8_t* block, const Map& map, __m512* out) {
    for (int part = 0; part < Simd::parts; ++part) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * part));
      out[part] = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes)), map.scale);
    }
  }
};

}  // namespace
}  // namespace kelter
