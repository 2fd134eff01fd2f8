// SPDX-License-Identifier: GPL-3.0-or-later
// How stored weights are encoded. Only enumerations: the files compiled for an instruction set include this header.
#pragma once

#include <cstdint>

namespace kelter {

enum class Encoding : std::uint8_t {
  float32, bfloat16, float16, q4_0, q4_1, q8_0, q5_0, q5_1, q4_k, q5_k, q6_k, grouped_integer, small_float, sparse
};

// The numbers that scales (and minima) of grouped integers are stored as.
enum class ScaleType : std::uint8_t { float32, float16, bfloat16 };

// How grouped integers are placed around zero: W = scale * (code - zero) with the middle code 2^(bits - 1) or a
// stored integer point as zero, or W = scale * code + minimum.
enum class ZeroKind : std::uint8_t { middle, points, minima };

// The numbers that the codes of small floats stand for (core/kernels/small_float.h): the table of NF4; the floats of the OCP
// formats with their exponent and mantissa bits; signed bytes in units of 2^-6, as in MXINT8.
enum class Element : std::uint8_t { nf4, e2m1, e2m3, e3m2, e4m3, e5m2, int8_64ths };

// How scales of small floats are stored: as numbers; as a power of two with the exponent's byte less 127; as codes of a table
// of 256 numbers with a scale and an offset of their own (double quantization).
enum class FloatScale : std::uint8_t { float32, power_of_two, coded };

}  // namespace kelter
