// SPDX-License-Identifier: GPL-3.0-or-later
// How stored weights are encoded. Only enumerations: the files compiled for an instruction set include this header.
#pragma once

#include <cstdint>

namespace kelter {

enum class Encoding : std::uint8_t { float32, bfloat16, float16, q4_0, q4_1, q8_0, grouped_integer };

// The numbers that scales (and minima) of grouped integers are stored as.
enum class ScaleType : std::uint8_t { float32, float16, bfloat16 };

// How grouped integers are placed around zero: W = scale * (code - zero) with the middle code 2^(bits - 1) or a
// stored integer point as zero, or W = scale * code + minimum.
enum class ZeroKind : std::uint8_t { middle, points, minima };

}  // namespace kelter
