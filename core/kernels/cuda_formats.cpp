// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cuda_formats.h"

namespace kelter {

bool is_cuda_format(Encoding encoding) {
  switch (encoding) {
    case Encoding::small_float:
    case Encoding::sparse:
    case Encoding::q4_k:
    case Encoding::q5_k:
    case Encoding::q6_k: return true;
    default: return false;
  }
}

int cuda_decode_format(const MatrixView& weights, const CudaRows& rows, NumberType type, void* out, void* stream) {
  if (weights.encoding == Encoding::small_float) return cuda_decode_small_float(weights.floats, rows, type, out, stream);
  if (weights.encoding == Encoding::sparse) return cuda_decode_sparse(weights.sparse, rows, type, out, stream);
  return cuda_decode_blocks(weights, rows, type, out, stream);
}

int cuda_format_product(const MatrixView& weights, const CudaFormatProduct& call, void* stream) {
  if (weights.encoding == Encoding::small_float) return cuda_small_float_product(weights.floats, call, stream);
  if (weights.encoding == Encoding::sparse) return cuda_sparse_product(weights.sparse, call, stream);
  return cuda_block_product(weights, call, stream);
}

}  // namespace kelter
