// SPDX-License-Identifier: GPL-3.0-or-later
// What the CUDA sources share: chained launches, numbers and sums over threads. Included by .cu files only.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <cstdint>
#include <utility>

namespace kelter::cuda {

constexpr unsigned all_lanes = 0xffffffffu;

__device__ __forceinline__ float to_float(float value) { return value; }
__device__ __forceinline__ float to_float(__half value) { return __half2float(value); }
__device__ __forceinline__ float to_float(__nv_bfloat16 value) { return __bfloat162float(value); }

__device__ __forceinline__ void put(float* target, float value) { *target = value; }
__device__ __forceinline__ void put(__half* target, float value) { *target = __float2half_rn(value); }
__device__ __forceinline__ void put(__nv_bfloat16* target, float value) { *target = __float2bfloat16_rn(value); }

__device__ __forceinline__ float warp_sum(float value) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) value += __shfl_xor_sync(all_lanes, value, step);
  return value;
}

// A chained kernel may start while the one before it still runs. Each kernel here first lets the next one start, then
// reads what no kernel of the chain writes (weights), and waits before it touches anything else.
__device__ __forceinline__ void let_next_start() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}
__device__ __forceinline__ void wait_for_previous() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

// Whether the code that this device runs was compiled with the two above in it.
template <class Kernel>
bool can_chain(Kernel* kernel) {
  constexpr int first_architecture = 90;
  cudaFuncAttributes attributes{};
  return cudaFuncGetAttributes(&attributes, kernel) == cudaSuccess && attributes.ptxVersion >= first_architecture;
}

struct LaunchShape {
  dim3 grid;
  unsigned threads;
  std::size_t shared_bytes;
  bool chained;
};

template <class... Parameters, class... Arguments>
int launch(void (*kernel)(Parameters...), const LaunchShape& shape, cudaStream_t stream, Arguments&&... arguments) {
  cudaLaunchAttribute early{};
  early.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  early.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = shape.grid;
  config.blockDim = dim3(shape.threads);
  config.dynamicSmemBytes = shape.shared_bytes;
  config.stream = stream;
  config.attrs = &early;
  config.numAttrs = shape.chained && can_chain(kernel) ? 1 : 0;
  return cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...);
}

inline int device_attribute(cudaDeviceAttr attribute) {
  int device = 0, value = 0;
  if (cudaGetDevice(&device) != cudaSuccess || cudaDeviceGetAttribute(&value, attribute, device) != cudaSuccess) return 0;
  return value;
}

}  // namespace kelter::cuda
