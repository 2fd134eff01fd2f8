// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cuda_matvec.h"

#include <cuda_runtime_api.h>

#include "core/kernels/cuda_formats.h"

namespace kelter {
namespace {

bool is_packed(const MatrixView& view) { return view.encoding == Encoding::grouped_integer; }

bool alike(const MatrixView& a, const MatrixView& b) {
  if (a.encoding != b.encoding || a.columns != b.columns) return false;
  return !is_packed(a) || (a.integers.bits == b.integers.bits && !a.integers.order && !b.integers.order);
}

bool is_valid(const CudaProducts& call) {
  if (call.count < 1 || call.count > CudaProducts::most || !cuda_one_launch(call)) return false;
  if (call.gated && (call.count != 2 || call.residual || call.of[0].weights.rows != call.of[1].weights.rows)) return false;
  return call.count == 1 || !call.residual;
}

}  // namespace

bool cuda_one_launch(const CudaProducts& call) {
  if (is_cuda_format(call.of[0].weights.encoding)) return call.count == 1 && !call.norm && !call.gated;
  for (int m = 1; m < call.count; ++m)
    if (!alike(call.of[0].weights, call.of[m].weights)) return false;
  return true;
}

int cuda_products(const CudaProducts& call, void* stream) {
  if (!is_valid(call)) return cudaErrorInvalidValue;
  std::int64_t rows = 0;
  for (int m = 0; m < call.count; ++m) rows += call.of[m].weights.rows;
  if (rows == 0 || call.tokens == 0) return cudaSuccess;
  const CudaProducts::One& first = call.of[0];
  if (is_cuda_format(first.weights.encoding))
    return cuda_format_product(first.weights, {call.x, call.tokens, first.y, first.bias, call.residual}, stream);
  return is_packed(first.weights) ? multiply_integers(call, stream) : multiply_dense(call, stream);
}

}  // namespace kelter
