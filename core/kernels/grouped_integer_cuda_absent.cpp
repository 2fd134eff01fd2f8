// SPDX-License-Identifier: GPL-3.0-or-later
// The CUDA interface in a build without CUDA (KELTER_WITH_CUDA=OFF): callers need no conditional compilation.
#ifndef KELTER_WITH_CUDA

#include "core/kernels/grouped_integer_cuda.h"

namespace {
constexpr int built_without_cuda = 100;  // the number of "no device" in the CUDA runtime
}

extern "C" int kelter_cuda_decode_int4_float32(const std::uint8_t*, const float*, const float*, std::int64_t,
                                               std::int64_t, std::int64_t, float*, void*) {
  return built_without_cuda;
}

extern "C" int kelter_cuda_decode_int4_bfloat16(const std::uint8_t*, const float*, const float*, std::int64_t,
                                                std::int64_t, std::int64_t, std::uint16_t*, void*) {
  return built_without_cuda;
}

extern "C" const char* kelter_cuda_error_text(int status) {
  return status == 0 ? "no error" : "this build of Kelter has no CUDA kernels";
}

bool kelter::cuda_device_available() noexcept { return false; }

#endif
