// SPDX-License-Identifier: GPL-3.0-or-later
// As cuda_kernels_absent.cpp.
#ifndef KELTER_WITH_CUDA

#include "core/kernels/cuda_compress.h"

namespace kelter {
namespace {
constexpr int built_without_cuda = 100;
}

int cuda_update_columns(const ColumnUpdate&, void*) { return built_without_cuda; }
int cuda_prune_rows(const CudaPrune&, std::int64_t, void*) { return built_without_cuda; }
int cuda_prune_pattern(const CudaPrune&, std::int64_t, std::int64_t, void*) { return built_without_cuda; }

}  // namespace kelter

#endif
