// SPDX-License-Identifier: GPL-3.0-or-later
// The 32 codes of a packed block as 32 bytes in element order (layout: core/kernels/grouped_integer.h).
// Only for files compiled with AVX2 or more; internal linkage keeps the code there.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace kelter {
namespace {

struct CodePlanes {
  static __m256i plane4(const std::uint8_t* p) {
    const __m256i twice = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    return _mm256_and_si256(_mm256_srlv_epi64(twice, _mm256_setr_epi64x(0, 0, 4, 4)), _mm256_set1_epi8(15));
  }
  // The 64-bit lane k of the result holds bits 2k and 2k+1 of each of the 8 bytes: elements 8k to 8k+7.
  static __m256i plane2(const std::uint8_t* p) {
    long long packed;
    std::memcpy(&packed, p, sizeof packed);
    const __m256i shifted = _mm256_srlv_epi64(_mm256_set1_epi64x(packed), _mm256_setr_epi64x(0, 2, 4, 6));
    return _mm256_and_si256(shifted, _mm256_set1_epi8(3));
  }
  // 0xff where the bit of the element is set.
  static __m256i plane1(const std::uint8_t* p) {
    int word;
    std::memcpy(&word, p, sizeof word);
    const __m256i byte_of_element = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(word), byte_of_element);
    const __m256i bit_of_element = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201u));
    return _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit_of_element), bit_of_element);
  }
  static __m256i above(__m256i low, __m256i plane1_mask, int weight) {
    return _mm256_or_si256(low, _mm256_and_si256(plane1_mask, _mm256_set1_epi8(static_cast<char>(weight))));
  }

  template <int bits>
  static __m256i codes(const std::uint8_t* p) {
    if constexpr (bits == 2) return plane2(p);
    if constexpr (bits == 3) return above(plane2(p), plane1(p + 8), 4);
    if constexpr (bits == 4) return plane4(p);
    if constexpr (bits == 5) return above(plane4(p), plane1(p + 16), 16);
    if constexpr (bits == 6) return _mm256_or_si256(plane4(p), _mm256_slli_epi16(plane2(p + 16), 4));
    if constexpr (bits == 8) return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
};

}  // namespace
}  // namespace kelter
