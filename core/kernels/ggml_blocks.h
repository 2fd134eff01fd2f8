// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks of ggml: decoding (bit-exact against the gguf Python package) and encoding of the plain types.
#pragma once

#include <cstdint>

namespace kelter {

// Rows of `columns` weights each, stored back to back, to float32. `type` is ggml's number (2 Q4_0, 3 Q4_1,
// 6 Q5_0, 7 Q5_1, 8 Q8_0, 12 Q4_K, 13 Q5_K, 14 Q6_K). Threads: core/base/parallel.h. Any other type returns false.
bool decode_ggml_rows(std::uint32_t type, const std::uint8_t* blocks, std::int64_t rows, std::int64_t columns, float* out);

// float32 rows to blocks (2 Q4_0, 3 Q4_1, 6 Q5_0, 7 Q5_1, 8 Q8_0 only), bytes as the gguf package writes them.
bool encode_ggml_rows(std::uint32_t type, const float* values, std::int64_t rows, std::int64_t columns, std::uint8_t* blocks);

float float16_to_float32(std::uint16_t half);
std::uint16_t float32_to_float16(float value);      // nearest even, overflow to infinity
float bfloat16_to_float32(std::uint16_t value);
std::uint16_t float32_to_bfloat16(float value);     // nearest even, NaN stays NaN

}  // namespace kelter
