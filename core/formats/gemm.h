// SPDX-License-Identifier: GPL-3.0-or-later
// The library's matrix product for many tokens, in one place. Engine thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace kelter {

// Whether this processor multiplies numbers of this type itself.
bool multiplied_natively(at::ScalarType dtype);

// x W^T with x: [tokens, columns], W: [rows, columns] of x's type -> [tokens, rows] of that type. Differentiable.
//
// bfloat16 on a processor that does not multiply it: libtorch would do so element by element (a hundred times
// slower), so both are widened and multiplied in float32. The products are exact in both ways; sums are float32 and
// rounded once, as the hardware does it.
at::Tensor gemm(const at::Tensor& x, const at::Tensor& weight);

// The kernel's name in the ledger: "onednn-bf16", "gemm-fp32-for-bf16", "gemm-fp16", "gemm-fp32"; on a GPU "cublas-bf16",
// "cublas-fp16", "cublas-fp32".
std::string gemm_name(at::ScalarType dtype, at::Device device = at::kCPU);

}  // namespace kelter
