// SPDX-License-Identifier: GPL-3.0-or-later
// The halves of cuda_products (core/kernels/cuda_kernels.h), compiled apart. Internal to this room's CUDA sources.
#pragma once

#include "core/kernels/cuda_kernels.h"

namespace kelter {

// All matrices of one kind of numbers, or of as many bits each; checked by cuda_products.
int multiply_dense(const CudaProducts& call, void* stream);
int multiply_integers(const CudaProducts& call, void* stream);

}  // namespace kelter
