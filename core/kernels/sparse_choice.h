// SPDX-License-Identifier: GPL-3.0-or-later
// The variant of a sparse kernel for this processor; internal to this room.
#pragma once

#include "core/kernels/sparse_kernels.h"
#include "core/kernels/variants.h"

namespace kelter {

// The fastest enabled variant, counted as one call: "sparse-bfloat16-matvec-avx512".
const SparseKernel& choose_sparse_product(SparseValues type, std::uint64_t bytes_read);

// Where the weight lies, without x and y. `weights` must outlive it.
MatvecTask sparse_task(const SparseView& weights);

}  // namespace kelter
