// SPDX-License-Identifier: GPL-3.0-or-later
// What the variants of sparse kernels share with the functions that pick among them; internal to this room, plain data only
// (see matvec_kernels.h).
#pragma once

#include "core/kernels/decode_kernels.h"
#include "core/kernels/matvec_kernels.h"
#include "core/kernels/sparse.h"

namespace kelter {

struct SparseKernel {
  MatvecKernel product;
  GroupedDecoder decode;
};

// In the order of SparseValues.
inline constexpr int sparse_value_count = 4;
extern const SparseKernel sparse_reference[sparse_value_count], sparse_avx2[sparse_value_count], sparse_avx512[sparse_value_count];

namespace {

// First value of a row, in values.
inline std::int64_t sparse_start(const SparseView& weights, std::int64_t row) {
  return weights.starts ? static_cast<std::int64_t>(weights.starts[row]) : row * weights.kept_per_row;
}

}  // namespace
}  // namespace kelter
