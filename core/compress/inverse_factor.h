// SPDX-License-Identifier: GPL-3.0-or-later
// The factor of an inverse Hessian that SparseGPT and GPTQ read their update factors from.
//
// H [in, in] float32, symmetric, the sum of x x^T over calibration tokens times any constant; on the processor or a GPU.
// Dead inputs (H_jj == 0) get H_jj = 1. Then H + damping * mean(diag H) * I = L L^T, and U^T U = H^-1 with U upper
// triangular. Where H is too near singular for float32, more damping is tried. Source: the code of both
// (arXiv 2301.00774, 2210.17323, "Cholesky reformulation"). Memory: up to 3 more matrices of the size of H. Engine thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace kelter {

struct InverseFactor {
  at::Tensor upper;      // U, float32 [in, in], contiguous, on the device of H
  at::Tensor order;      // long [in], likewise: row j of U is of input order[j]; undefined: of input j
  at::Tensor dead;       // bool [in], likewise
  double damping = 0;    // the share of mean(diag H) that was added
  std::int64_t dead_count = 0;
};

// Changes H (the damping stays on its diagonal). `by_importance`: inputs by falling diagonal, dead ones counting as 1, before
// damping (act-order). Error(not_finite) for NaN or infinity, Error(shape_mismatch) if H is no square float32 matrix,
// Error(invalid_parameter) for a damping that is not a positive number up to 1, Error(invalid_data) if no damping up to the whole mean diagonal makes H positive definite.
InverseFactor inverse_factor(at::Tensor hessian, double damping, bool by_importance = false);

}  // namespace kelter
