// SPDX-License-Identifier: GPL-3.0-or-later
// What the CUDA kernels of small floats and of sparse weights share. Device code only.
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/kernels/cuda_formats.h"
#include "core/kernels/cuda_launch.cuh"

namespace kelter::cuda {

inline constexpr int warps_of_block = 4;

// Of warps_of_block rows each, a warp for a row.
inline unsigned blocks_of_rows(std::int64_t rows) { return static_cast<unsigned>((rows + warps_of_block - 1) / warps_of_block); }

// Writes y for one row from the sums that the lanes of a warp hold.
template <int Tokens>
__device__ __forceinline__ void write_sums(const float (&sums)[Tokens], const CudaFormatProduct& call, std::int64_t row, std::int64_t rows) {
#pragma unroll
  for (int t = 0; t < Tokens; ++t) {
    float sum = warp_sum(sums[t]);
    if (threadIdx.x % 32 != 0 || t >= call.tokens) continue;
    const std::int64_t place = t * rows + row;
    if (call.bias) sum += call.bias[row];
    if (call.residual) sum += call.residual[place];
    call.y[place] = sum;
  }
}

// launch(call, std::integral_constant<int, Tokens>()) for at most 8 tokens at a time.
template <class Launch>
int in_passes(const CudaFormatProduct& call, std::int64_t rows, std::int64_t columns, const Launch& launch) {
  for (std::int64_t first = 0; first < call.tokens; first += 8) {
    CudaFormatProduct pass = call;
    pass.x += first * columns;
    pass.y += first * rows;
    if (pass.residual) pass.residual += first * rows;
    pass.tokens = call.tokens - first < 8 ? call.tokens - first : 8;
    const int status = pass.tokens == 1   ? launch(pass, std::integral_constant<int, 1>())
                       : pass.tokens == 2 ? launch(pass, std::integral_constant<int, 2>())
                       : pass.tokens <= 4 ? launch(pass, std::integral_constant<int, 4>())
                                          : launch(pass, std::integral_constant<int, 8>());
    if (status != 0) return status;
  }
  return 0;
}

}  // namespace kelter::cuda
