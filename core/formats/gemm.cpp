// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/gemm.h"

#include <ATen/ops/linear.h>

#include "core/kernels/dispatch.h"

namespace kelter {

bool multiplied_natively(at::ScalarType dtype) { return dtype != at::kBFloat16 || best_isa() == Isa::avx512; }

at::Tensor gemm(const at::Tensor& x, const at::Tensor& weight) {
  if (multiplied_natively(x.scalar_type())) return at::linear(x, weight);
  return at::linear(x.to(at::kFloat), weight.to(at::kFloat)).to(at::kBFloat16);
}

std::string gemm_name(at::ScalarType dtype, at::Device device) {
  if (device.is_cuda()) return dtype == at::kBFloat16 ? "cublas-bf16" : dtype == at::kHalf ? "cublas-fp16" : "cublas-fp32";
  if (!multiplied_natively(dtype)) return "gemm-fp32-for-bf16";
  return dtype == at::kBFloat16 ? "onednn-bf16" : dtype == at::kHalf ? "gemm-fp16" : "gemm-fp32";
}

}  // namespace kelter
