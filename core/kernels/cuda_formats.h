// SPDX-License-Identifier: GPL-3.0-or-later
// Small floats, sparse weights and ggml's blocks of 256 on an NVIDIA GPU; the rules of core/kernels/cuda_kernels.h hold. Views hold device pointers,
// the table of coded scales and the scales of their blocks among them.
#pragma once

#include <cstdint>

#include "core/kernels/cuda_kernels.h"
#include "core/kernels/small_float.h"
#include "core/kernels/sparse.h"

namespace kelter {

// Which rows to decode: ids[0], ids[1], … or, without ids, begin, begin + 1, …
struct CudaRows {
  const std::int32_t* ids = nullptr;
  std::int64_t begin = 0, count = 0;
};

// To numbers [count, columns]; the float32 values are those of decode_small_float, decode_sparse and decode_ggml_rows, bit for bit.
int cuda_decode_small_float(const SmallFloatView& weights, const CudaRows& rows, NumberType type, void* out, void* stream);
int cuda_decode_sparse(const SparseView& weights, const CudaRows& rows, NumberType type, void* out, void* stream);
// Of Encoding::q4_k, q5_k and q6_k.
int cuda_decode_blocks(const MatrixView& weights, const CudaRows& rows, NumberType type, void* out, void* stream);

// y [tokens, rows] = x [tokens, columns] W^T + bias + residual (either may be null), float32; any number of tokens, the weights are read once
// for every 8. Where the decoded product is NaN or infinite, so is y.
struct CudaFormatProduct {
  const float* x = nullptr;
  std::int64_t tokens = 0;
  float* y = nullptr;
  const float *bias = nullptr, *residual = nullptr;
};
int cuda_small_float_product(const SmallFloatView& weights, const CudaFormatProduct& call, void* stream);
int cuda_block_product(const MatrixView& weights, const CudaFormatProduct& call, void* stream);
int cuda_sparse_product(const SparseView& weights, const CudaFormatProduct& call, void* stream);

// The same of a view in any of these encodings; other encodings are invalid.
bool is_cuda_format(Encoding encoding);
int cuda_decode_format(const MatrixView& weights, const CudaRows& rows, NumberType type, void* out, void* stream);
int cuda_format_product(const MatrixView& weights, const CudaFormatProduct& call, void* stream);

}  // namespace kelter
