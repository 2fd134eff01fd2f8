// SPDX-License-Identifier: GPL-3.0-or-later
// As cuda_kernels_absent.cpp.
#ifndef KELTER_WITH_CUDA

#include "core/kernels/cuda_likelihood.h"

namespace kelter {

int cuda_likelihood(const CudaLikelihood&, void*) { return 100; }   // built without CUDA

}  // namespace kelter

#endif
