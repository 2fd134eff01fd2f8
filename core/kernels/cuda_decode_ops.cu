// SPDX-License-Identifier: GPL-3.0-or-later
// The small operations of a decode step, and what the driver says about its devices.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime_api.h>

#include "core/kernels/cuda_kernels.h"

namespace kelter {
namespace {

constexpr int threads = 256;

unsigned blocks_for(std::int64_t items) { return static_cast<unsigned>((items + threads - 1) / threads); }

__device__ void put(float* target, float value) { *target = value; }
__device__ void put(__half* target, float value) { *target = __float2half_rn(value); }
__device__ void put(__nv_bfloat16* target, float value) { *target = __float2bfloat16_rn(value); }

// The sum of all threads' values, known to all of them.
__device__ float block_sum(float value) {
  __shared__ float parts[threads / 32];
  for (int step = 16; step > 0; step /= 2) value += __shfl_xor_sync(0xffffffffu, value, step);
  if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = value;
  __syncthreads();
  float sum = 0.0f;
  for (const float part : parts) sum += part;
  return sum;
}

// One block for each row.
__global__ void rms_norm_kernel(const float* x, const float* weight, std::int64_t width, float epsilon, float* out) {
  const float* row = x + blockIdx.x * width;
  float squares = 0.0f;
  for (std::int64_t i = threadIdx.x; i < width; i += threads) squares = fmaf(row[i], row[i], squares);
  const float scale = 1.0f / sqrtf(block_sum(squares) / static_cast<float>(width) + epsilon);
  for (std::int64_t i = threadIdx.x; i < width; i += threads) out[blockIdx.x * width + i] = row[i] * scale * weight[i];
}

__global__ void silu_multiply_kernel(const float* gate, const float* up, std::int64_t n, float* out) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
  if (i < n) out[i] = gate[i] / (1.0f + expf(-gate[i])) * up[i];
}

// One thread for each pair of each query and key head; a pair of a key head takes the value's pair along.
template <typename T>
__global__ void rotary_append_kernel(CudaRotary call) {
  const std::int64_t half = call.head_dim / 2, all_heads = call.heads + call.kv_heads;
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
  if (i >= call.batch * all_heads * half) return;
  const std::int64_t pair = i % half, head = i / half % all_heads, sequence = i / half / all_heads;
  const float cosine = call.cosine[pair], sine = call.sine[pair];
  const auto rotate = [&](const float* in, T* out) {
    put(out + pair, in[pair] * cosine - in[pair + half] * sine);
    put(out + pair + half, in[pair + half] * cosine + in[pair] * sine);
  };
  if (head < call.heads) {
    const std::int64_t place = (sequence * call.heads + head) * call.head_dim;
    return rotate(call.query + place, static_cast<T*>(call.rotated) + place);
  }
  const std::int64_t row = sequence * call.kv_heads + head - call.heads;
  const std::int64_t cached = (row * call.capacity + call.position) * call.head_dim;
  rotate(call.key + row * call.head_dim, static_cast<T*>(call.keys) + cached);
  const float* value = call.value + row * call.head_dim;
  T* kept = static_cast<T*>(call.values) + cached;
  put(kept + pair, value[pair]);
  put(kept + pair + half, value[pair + half]);
}

}  // namespace

int cuda_rms_norm(const float* x, const float* weight, std::int64_t rows, std::int64_t width, float epsilon, float* out,
                  void* stream) {
  if (rows == 0) return cudaSuccess;
  rms_norm_kernel<<<static_cast<unsigned>(rows), threads, 0, static_cast<cudaStream_t>(stream)>>>(x, weight, width,
                                                                                                 epsilon, out);
  return cudaGetLastError();
}

int cuda_silu_multiply(const float* gate, const float* up, std::int64_t n, float* out, void* stream) {
  if (n == 0) return cudaSuccess;
  silu_multiply_kernel<<<blocks_for(n), threads, 0, static_cast<cudaStream_t>(stream)>>>(gate, up, n, out);
  return cudaGetLastError();
}

int cuda_rotary_append(const CudaRotary& call, void* stream) {
  const unsigned blocks = blocks_for(call.batch * (call.heads + call.kv_heads) * (call.head_dim / 2));
  auto* const on = static_cast<cudaStream_t>(stream);
  switch (call.type) {
    case NumberType::float32: rotary_append_kernel<float><<<blocks, threads, 0, on>>>(call); break;
    case NumberType::float16: rotary_append_kernel<__half><<<blocks, threads, 0, on>>>(call); break;
    case NumberType::bfloat16: rotary_append_kernel<__nv_bfloat16><<<blocks, threads, 0, on>>>(call); break;
  }
  return cudaGetLastError();
}

const char* cuda_error_text(int status) { return cudaGetErrorString(static_cast<cudaError_t>(status)); }

CudaSupport cuda_support() noexcept {
  CudaSupport support;
  cudaDriverGetVersion(&support.driver);
  cudaRuntimeGetVersion(&support.runtime);
  support.status = cudaGetDeviceCount(&support.devices);
  if (support.status != cudaSuccess) {
    support.devices = 0;
    cudaGetLastError();  // not to be found by the next caller
  }
  return support;
}

CudaDeviceInfo cuda_device_info(int index) {
  cudaDeviceProp properties{};
  if (cudaGetDeviceProperties(&properties, index) != cudaSuccess) {
    cudaGetLastError();
    return {};
  }
  return {properties.name, properties.major, properties.minor, properties.totalGlobalMem};
}

}  // namespace kelter
