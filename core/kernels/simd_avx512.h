// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of 16 floats and the codes of a block of 32 as floats for AVX-512. The interface is that of simd_avx2.h, so
// that matvec_simd.h and decode_ops_simd.h are written once. Only for *_avx512.cpp.
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
  static constexpr int heads_at_once = 3;

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
  static void widen_halves(__m256i halves, Vector* out) { out[0] = _mm512_cvtph_ps(halves); }  // sixteen float16 as floats
  // code - 8 of sixteen codes of 4 bits, eight in each word.
  static Vector nibbles(std::uint64_t first, std::uint64_t second) {
    const __m128i bytes = _mm_cvtsi64_si128(static_cast<long long>((first & 0xffffffffu) | second << 32));
    const __m128i low = _mm_set1_epi8(15);
    const __m128i codes = _mm_unpacklo_epi8(_mm_and_si128(bytes, low), _mm_and_si128(_mm_srli_epi16(bytes, 4), low));
    return _mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_cvtepu8_epi32(codes), _mm512_set1_epi32(8)));
  }
  // Lane j of the result: the next of the lanes of v where bit j of the mask is set, else 0.
  static Vector spread(Vector v, std::uint32_t mask) { return _mm512_maskz_expand_ps(static_cast<__mmask16>(mask), v); }
  static void store(float* p, Vector v) { _mm512_storeu_ps(p, v); }
  static Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
  static Vector subtract(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
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
  // The sum of each to out[0] to out[3].
  static void store_sums(float* out, Vector a, Vector b, Vector c, Vector d) {
    const __m256 pairs = _mm256_hadd_ps(_mm256_hadd_ps(half_sum(a), half_sum(b)), _mm256_hadd_ps(half_sum(c), half_sum(d)));
    _mm_storeu_ps(out, _mm_add_ps(_mm256_castps256_ps128(pairs), _mm256_extractf128_ps(pairs, 1)));
  }
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

  // The first `count` lanes of v, zero in the others.
  static Vector keep_first(Vector v, std::int64_t count) { return _mm512_maskz_mov_ps(first_lanes(count), v); }

  // Two float16 at the start of each of `count` blocks, `stride` bytes apart: scale and minimum where a block has
  // both. Lanes without a block are zero.
  static void read_headers(const std::uint8_t* blocks, std::int64_t stride, std::int64_t count, Vector& first,
                           Vector& second) {
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i place = _mm512_mullo_epi32(lane, _mm512_set1_epi32(static_cast<int>(stride)));
    const __m512i pairs = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), first_lanes(count), place, blocks, 1);
    first = _mm512_cvtph_ps(_mm512_cvtepi32_epi16(pairs));
    second = _mm512_cvtph_ps(_mm512_cvtepi32_epi16(_mm512_srli_epi32(pairs, 16)));
  }

  // Entries of `bits` bits each: eight from each word (which may hold more).
  template <int bits>
  static Vector stream_values(std::uint64_t word, std::uint64_t next) {
    return _mm512_cvtepi32_ps(_mm512_inserti64x4(_mm512_castsi256_si512(entries<bits>(word)), entries<bits>(next), 1));
  }

 private:
  static __m256 half_sum(Vector v) { return _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1)); }
  static __mmask16 first_lanes(std::int64_t count) {
    return static_cast<__mmask16>(count >= lanes ? 0xffff : (1 << count) - 1);
  }
  template <int bits>
  static __m256i entries(std::uint64_t word) {
    const __m512i shift = _mm512_setr_epi64(0, bits, 2 * bits, 3 * bits, 4 * bits, 5 * bits, 6 * bits, 7 * bits);
    const __m512i shifted = _mm512_srlv_epi64(_mm512_set1_epi64(static_cast<long long>(word)), shift);
    return _mm512_cvtepi64_epi32(_mm512_and_si512(shifted, _mm512_set1_epi64((1 << bits) - 1)));
  }
};

// ---- The codes of a block as floats ---------------------------------------------------------------------
// values(): code - centre, exact, in an order of its own; arrange() puts 32 floats into the same order.
// Up to 16 values are looked up: the look-up uses the low 4 bits of each 32-bit lane and ignores the rest, so that
// most codes need no mask and no conversion.
struct Lookup {
  // code - centre for code = 0 to 15, where only the codes below `modulus` differ.
  static __m512 counting(int modulus, float centre) {
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i codes = _mm512_and_si512(lane, _mm512_set1_epi32(modulus - 1));
    return _mm512_sub_ps(_mm512_cvtepi32_ps(codes), _mm512_set1_ps(centre));
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
  // The upper 16 elements of a block are 4 bits further on in every lane; `high` chooses between two tables.
  static void choose(__m512i index, const std::uint8_t* high, __m512 lower, __m512 upper, __m512* out) {
    const __m512i next = _mm512_srli_epi32(index, 4);
    out[0] = _mm512_mask_permutexvar_ps(_mm512_permutexvar_ps(index, lower), mask_at(high), index, upper);
    out[1] = _mm512_mask_permutexvar_ps(_mm512_permutexvar_ps(next, lower), mask_at(high + 2), next, upper);
  }
};

// 32 codes of 4 bits as the numbers of a table of 16.
inline void table_values(const float* table, const std::uint8_t* block, __m512* out) {
  const __m512 numbers = _mm512_loadu_ps(table);
  const __m512i index = Lookup::nibble_bytes(block);
  out[0] = _mm512_permutexvar_ps(index, numbers);
  out[1] = _mm512_permutexvar_ps(_mm512_srli_epi32(index, 4), numbers);
}

// In the order of the elements.
template <int bits>
struct NaturalCodes {
  static constexpr float centre = 1 << (bits - 1);
  static void arrange(__m512*) {}
  static void values(const std::uint8_t* block, __m512* out) {
    if constexpr (bits == 4 || bits == 2) {
      const __m512 table = Lookup::counting(1 << bits, centre);
      const __m512i index = bits == 4 ? Lookup::nibble_bytes(block) : Lookup::pair_bytes(block);
      out[0] = _mm512_permutexvar_ps(index, table);
      out[1] = _mm512_permutexvar_ps(_mm512_srli_epi32(index, 4), table);
    } else if constexpr (bits == 3) {
      Lookup::choose(Lookup::pair_bytes(block), block + 8, Lookup::counting(4, 4), Lookup::counting(4, 0), out);
    } else if constexpr (bits == 5) {
      Lookup::choose(Lookup::nibble_bytes(block), block + 16, Lookup::counting(16, 16), Lookup::counting(16, 0), out);
    } else {
      const __m256i codes = CodePlanes::codes<bits>(block);
      const __m512i low = _mm512_cvtepu8_epi32(_mm256_castsi256_si128(codes));
      const __m512i high = _mm512_cvtepu8_epi32(_mm256_extracti128_si256(codes, 1));
      out[0] = _mm512_sub_ps(_mm512_cvtepi32_ps(low), _mm512_set1_ps(centre));
      out[1] = _mm512_sub_ps(_mm512_cvtepi32_ps(high), _mm512_set1_ps(centre));
    }
  }
};

template <int bits>
struct FastCodes : NaturalCodes<bits> {};

// Shifting four copies of the block by four amounts brings every code to the right of a lane without widening bytes;
// lane 4k + d is then element 4d + k (and 16 + that).
template <>
struct FastCodes<4> {
  static constexpr float centre = 8;
  static void arrange(__m512* v) {
    const __m512i element = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    v[0] = _mm512_permutexvar_ps(element, v[0]);
    v[1] = _mm512_permutexvar_ps(element, v[1]);
  }
  static void values(const std::uint8_t* block, __m512* out) {
    const __m512i copies = _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i*>(block)));
    const __m512i low = _mm512_setr_epi32(0, 0, 0, 0, 8, 8, 8, 8, 16, 16, 16, 16, 24, 24, 24, 24);
    const __m512i high = _mm512_add_epi32(low, _mm512_set1_epi32(4));
    const __m512 table = Lookup::counting(16, centre);
    out[0] = _mm512_permutexvar_ps(_mm512_srlv_epi32(copies, low), table);
    out[1] = _mm512_permutexvar_ps(_mm512_srlv_epi32(copies, high), table);
  }
};

// Q8_0.
struct SignedByteCodes {
  static constexpr float centre = 0;
  static void arrange(__m512*) {}
  static void values(const std::uint8_t* block, __m512* out) {
    for (int part = 0; part < Simd::parts; ++part) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * part));
      out[part] = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes));
    }
  }
};

}  // namespace
}  // namespace kelter
