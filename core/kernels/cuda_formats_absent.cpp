// SPDX-License-Identifier: GPL-3.0-or-later
// As cuda_kernels_absent.cpp.
#ifndef KELTER_WITH_CUDA

#include "core/kernels/cuda_formats.h"

namespace kelter {
namespace {
constexpr int built_without_cuda = 100;
}

int cuda_decode_small_float(const SmallFloatView&, const CudaRows&, NumberType, void*, void*) { return built_without_cuda; }
int cuda_decode_sparse(const SparseView&, const CudaRows&, NumberType, void*, void*) { return built_without_cuda; }
int cuda_decode_blocks(const MatrixView&, const CudaRows&, NumberType, void*, void*) { return built_without_cuda; }
int cuda_block_product(const MatrixView&, const CudaFormatProduct&, void*) { return built_without_cuda; }
int cuda_small_float_product(const SmallFloatView&, const CudaFormatProduct&, void*) { return built_without_cuda; }
int cuda_sparse_product(const SparseView&, const CudaFormatProduct&, void*) { return built_without_cuda; }

}  // namespace kelter

#endif
