// SPDX-License-Identifier: GPL-3.0-or-later
// The small operations of a decode step, and what the driver says about its devices.
#include "core/kernels/cuda_formats.h"
#include "core/kernels/cuda_kernels.h"
#include "core/kernels/cuda_launch.cuh"

namespace kelter {
namespace {

using namespace cuda;

constexpr int threads = 256;

unsigned blocks_for(std::int64_t items) { return static_cast<unsigned>((items + threads - 1) / threads); }

// The sum of all threads' values, known to all of them.
__device__ float block_sum(float value) {
  __shared__ float parts[threads / 32];
  value = warp_sum(value);
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

template <typename T>
__global__ void gather_kernel(const T* values, const std::int32_t* ids, std::int64_t columns, float* out) {
  const std::int64_t row = blockIdx.y, i = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
  if (i < columns) out[row * columns + i] = to_float(values[ids[row] * columns + i]);
}

template <typename T>
int gather(const MatrixView& weights, const std::int32_t* ids, std::int64_t count, float* out, cudaStream_t stream) {
  const dim3 grid(blocks_for(weights.columns), static_cast<unsigned>(count));
  gather_kernel<<<grid, threads, 0, stream>>>(static_cast<const T*>(weights.data), ids, weights.columns, out);
  return cudaGetLastError();
}

// Grows with the number; among equals with falling index. NaN comes last.
__device__ __forceinline__ unsigned long long rank(float value, unsigned index) {
  const std::uint32_t bits = __float_as_uint(value + 0.0f);   // one zero
  const std::uint32_t order = isnan(value) ? all_lanes : bits >> 31 ? ~bits : bits | 0x80000000u;
  return static_cast<unsigned long long>(order) << 32 | static_cast<std::uint32_t>(~index);
}

__device__ unsigned long long warp_largest(unsigned long long value) {
  for (int step = 16; step > 0; step /= 2) value = max(value, __shfl_xor_sync(all_lanes, value, step));
  return value;
}

struct ArgmaxScratch {
  unsigned long long best;
  unsigned done, unused;
};

// Blocks (x) of a row (y); the last one to finish writes the result and clears the scratch.
__global__ void argmax_kernel(const float* x, std::int64_t width, std::int32_t* out, ArgmaxScratch* scratch) {
  let_next_start();
  wait_for_previous();
  const float* row = x + blockIdx.y * width;
  unsigned long long best = 0;
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * threads;
#pragma unroll 4
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x; i < width; i += step)
    best = max(best, rank(row[i], static_cast<unsigned>(i)));
  best = warp_largest(best);
  if (threadIdx.x % 32 == 0) atomicMax(&scratch[blockIdx.y].best, best);
  __threadfence();
  __syncthreads();
  ArgmaxScratch& mine = scratch[blockIdx.y];
  if (threadIdx.x != 0 || atomicAdd(&mine.done, 1u) != gridDim.x - 1) return;
  out[blockIdx.y] = static_cast<std::int32_t>(~static_cast<std::uint32_t>(atomicExch(&mine.best, 0ull)));
  mine.done = 0;
}

}  // namespace

int cuda_gather_rows(const MatrixView& weights, const std::int32_t* ids, std::int64_t count, float* out, void* stream) {
  if (count == 0 || weights.columns == 0) return cudaSuccess;
  auto* const on = static_cast<cudaStream_t>(stream);
  switch (weights.encoding) {
    case Encoding::float32: return gather<float>(weights, ids, count, out, on);
    case Encoding::float16: return gather<__half>(weights, ids, count, out, on);
    case Encoding::bfloat16: return gather<__nv_bfloat16>(weights, ids, count, out, on);
    case Encoding::grouped_integer: return cuda_decode_rows(weights.integers, ids, 0, count, NumberType::float32, out, stream);
    default: return cuda_decode_format(weights, {ids, 0, count}, NumberType::float32, out, stream);
  }
}

int cuda_argmax(const float* x, std::int64_t rows, std::int64_t width, std::int32_t* out, void* scratch, bool chained, void* stream) {
  static_assert(sizeof(ArgmaxScratch) == 16);
  if (rows == 0) return cudaSuccess;
  constexpr unsigned most_blocks = 64;
  const unsigned wanted = blocks_for((width + 3) / 4), blocks = wanted < 1 ? 1 : wanted < most_blocks ? wanted : most_blocks;
  return launch(&argmax_kernel, {dim3(blocks, static_cast<unsigned>(rows)), threads, 0, chained}, static_cast<cudaStream_t>(stream), x,
                width, out, static_cast<ArgmaxScratch*>(scratch));
}

int cuda_copy_to_device(void* to, const void* from, std::int64_t bytes, void* stream) {
  return cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyHostToDevice, static_cast<cudaStream_t>(stream));
}

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
