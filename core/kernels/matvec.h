// SPDX-License-Identifier: GPL-3.0-or-later
// y = x W^T for few tokens with the weights in their stored form. Raw pointers and sizes, no torch.
//
// x: [tokens, columns] float32, y: [tokens, rows] float32, both row-major; rows of W are independent and
// are split over threads with core/base/parallel.h. `tokens` is any number >= 0, made for 1 to 8.
// Products are exact up to float32 rounding and summation order (tested against a float64 reference); dense
// bfloat16 rounds x to bfloat16 (nearest even) first, because its GEMM does the same. NaN and infinity propagate
// as in the product of the decoded weights.
// The input of permuted columns (GroupedIntegerView::order) is gathered first; the weights stay as they lie.
// Each product counts itself (core/kernels/dispatch.h) with the weight bytes it read.
#pragma once

#include <cstdint>
#include <span>

#include "core/kernels/matrix_view.h"

namespace kelter {

struct MatvecCall {
  MatrixView weights;
  const float* x;
  std::int64_t tokens;
  float* y;
};

// Independent products (no y is an x of another), run together: the threads meet once, at the end.
// Error(internal) for packed codes of an unknown width.
void matvec(std::span<const MatvecCall> calls);
inline void matvec(const MatvecCall& call) { matvec(std::span(&call, 1)); }

}  // namespace kelter
