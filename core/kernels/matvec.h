// SPDX-License-Identifier: GPL-3.0-or-later
// y = x W^T for few tokens with the weights in their stored form. Raw pointers and sizes, no torch.
//
// x: [tokens, columns] float32, y: [tokens, rows] float32, both row-major; rows of W are independent and
// are split over threads with core/base/parallel.h. `tokens` is any number >= 0, made for 1 to 8.
// Products are exact up to float32 summation order (tested against a float64 reference); dense bfloat16
// rounds x to bfloat16 (nearest even) first, because its GEMM does the same. NaN and infinity propagate.
// Each call counts itself (core/kernels/dispatch.h) with the weight bytes it read.
#pragma once

#include <cstdint>

namespace kelter {

void matvec_float32(const float* weights, std::int64_t rows, std::int64_t columns,
                    const float* x, std::int64_t tokens, float* y);
void matvec_bfloat16(const std::uint16_t* weights, std::int64_t rows, std::int64_t columns,
                     const float* x, std::int64_t tokens, float* y);
void matvec_float16(const std::uint16_t* weights, std::int64_t rows, std::int64_t columns,
                    const float* x, std::int64_t tokens, float* y);

// Blocks of ggml, row after row (core/kernels/ggml_blocks.h); columns is a multiple of 32.
void matvec_q4_0(const std::uint8_t* blocks, std::int64_t rows, std::int64_t columns,
                 const float* x, std::int64_t tokens, float* y);
void matvec_q4_1(const std::uint8_t* blocks, std::int64_t rows, std::int64_t columns,
                 const float* x, std::int64_t tokens, float* y);
void matvec_q8_0(const std::uint8_t* blocks, std::int64_t rows, std::int64_t columns,
                 const float* x, std::int64_t tokens, float* y);

// Grouped integers (layout: core/kernels/grouped_integer.h). scale and offset are float32 per group, row-major
// [rows, groups per row]: W[r, c] = scale[r, g] * code + offset[r, g]. The caller expands 16-bit scales, zero
// points and minima into that form once (offset = -scale * zero, or the free minimum).
struct GroupedIntegerView;
void matvec_grouped_integer(const GroupedIntegerView& weights, const float* x, std::int64_t tokens, float* y);

}  // namespace kelter
