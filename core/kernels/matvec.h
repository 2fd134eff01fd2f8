// SPDX-License-Identifier: GPL-3.0-or-later
// y = x W^T for few tokens with the weights in their stored form. Raw pointers and sizes, no torch.
//
// x: [tokens, columns] float32, y: [tokens, rows] float32, both row-major; rows of W are independent and
// are split over threads with core/base/parallel.h. `tokens` is any number >= 0, made for 1 to 8.
// Products are exact up to float32 rounding and summation order (tested against a float64 reference); dense
// bfloat16 rounds x to bfloat16 (nearest even) first, because its GEMM does the same. NaN and infinity propagate
// as in the product of the decoded weights.
// The input of permuted columns (GroupedIntegerView::order) is gathered first; the weights stay as they lie.
// With Activations::int8, x is rounded to 8 bits in blocks of 32 columns, as core/kernels/int8_matvec_kernels.h says, if
// has_int8_product() of the weights; others are multiplied as always. Then NaN or infinity in x or in the scales of a row
// makes each y it touches NaN or infinite.
// Each product counts itself (core/kernels/dispatch.h) with the weight bytes it read.
#pragma once

#include <cstdint>
#include <span>

#include "core/kernels/activations.h"
#include "core/kernels/matrix_view.h"

namespace kelter {

struct MatvecCall {
  MatrixView weights;
  const float* x;
  std::int64_t tokens;
  float* y;
  Activations activations = Activations::exact;
};

// Q4_0, Q4_1, Q8_0 and packed integers of 4 or 8 bits have one.
bool has_int8_product(const MatrixView& weights);

// Independent products (no y is an x of another), run together: the threads meet once, at the end.
// Error(internal) for packed codes of an unknown width.
void matvec(std::span<const MatvecCall> calls);
inline void matvec(const MatvecCall& call) { matvec(std::span(&call, 1)); }

}  // namespace kelter
