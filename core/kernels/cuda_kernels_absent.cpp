// SPDX-License-Identifier: GPL-3.0-or-later
// The CUDA interface in a build without CUDA (KELTER_WITH_CUDA=OFF): callers need no conditional compilation.
#ifndef KELTER_WITH_CUDA

#include "core/kernels/cuda_kernels.h"

namespace kelter {
namespace {
constexpr int built_without_cuda = 100;  // the number of "no device" in the CUDA runtime
}

int cuda_matvec(const CudaMatvec&, void*) { return built_without_cuda; }
int cuda_decode_rows(const GroupedIntegerView&, const std::int32_t*, std::int64_t, std::int64_t, NumberType, void*, void*) {
  return built_without_cuda;
}
int cuda_rms_norm(const float*, const float*, std::int64_t, std::int64_t, float, float*, void*) { return built_without_cuda; }
int cuda_silu_multiply(const float*, const float*, std::int64_t, float*, void*) { return built_without_cuda; }
int cuda_rotary_append(const CudaRotary&, void*) { return built_without_cuda; }
const char* cuda_error_text(int status) {
  return status == 0 ? "no error" : "this build of Kelter has no CUDA kernels";
}
CudaSupport cuda_support() noexcept { return {0, 0, 0, built_without_cuda}; }
CudaDeviceInfo cuda_device_info(int) { return {}; }

}  // namespace kelter

#endif
