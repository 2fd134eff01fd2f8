// SPDX-License-Identifier: GPL-3.0-or-later
// The CUDA interface in a build without CUDA (KELTER_WITH_CUDA=OFF): callers need no conditional compilation.
#ifndef KELTER_WITH_CUDA

#include "core/kernels/cuda_kernels.h"

namespace kelter {
namespace {
constexpr int built_without_cuda = 100;  // the number of "no device" in the CUDA runtime
}

bool cuda_one_launch(const CudaProducts&) { return false; }
int cuda_products(const CudaProducts&, void*) { return built_without_cuda; }
int cuda_decode_rows(const GroupedIntegerView&, const std::int32_t*, std::int64_t, std::int64_t, NumberType, void*, void*) {
  return built_without_cuda;
}
int cuda_rms_norm(const float*, const float*, std::int64_t, std::int64_t, float, NumberType, void*, void*) {
  return built_without_cuda;
}
int cuda_rotate(const CudaRotation&, void*) { return built_without_cuda; }
int cuda_squared_norms(const void*, NumberType, std::int64_t, std::int64_t, float*, void*) { return built_without_cuda; }
std::int64_t cuda_norm_chunks(std::int64_t) { return 0; }
int cuda_silu_multiply(const void*, const void*, std::int64_t, NumberType, void*, void*) { return built_without_cuda; }
int cuda_gather_rows(const MatrixView&, const std::int32_t*, std::int64_t, float*, void*) { return built_without_cuda; }
int cuda_attention(const CudaAttention&, void*) { return built_without_cuda; }
std::int64_t cuda_attention_scratch(const CudaAttention&) { return 0; }
int cuda_argmax(const float*, std::int64_t, std::int64_t, std::int32_t*, void*, bool, void*) { return built_without_cuda; }
int cuda_copy_to_device(void*, const void*, std::int64_t, void*) { return built_without_cuda; }
CudaGraph::~CudaGraph() = default;
int CudaGraph::record(const std::function<void(void*)>&) { return built_without_cuda; }
int CudaGraph::play(void*) const { return built_without_cuda; }
const char* cuda_error_text(int status) {
  return status == 0 ? "no error" : "this build of Kelter has no CUDA kernels";
}
CudaSupport cuda_support() noexcept { return {0, 0, 0, built_without_cuda}; }
CudaDeviceInfo cuda_device_info(int) { return {}; }

}  // namespace kelter

#endif
