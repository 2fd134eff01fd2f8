// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cuda_likelihood.h"

#include <cfloat>

#include "core/kernels/cuda_launch.cuh"

namespace kelter {
namespace {

using namespace cuda;

constexpr int row_threads = 256, row_warps = row_threads / 32;
constexpr int loads = 4;   // of 16 bytes, in flight at a time

// Of the numbers of one thread. The lowest number instead of -infinity: differences of two of them are no NaN.
struct Running {
  float largest = -FLT_MAX, sum = 0;
  float nothing = 0;   // 0, or NaN once a number was not finite

  template <int count>
  __device__ __forceinline__ void add(const float (&x)[count]) {
    float high = largest;
#pragma unroll
    for (int i = 0; i < count; ++i) high = fmaxf(high, x[i]);
    float part[4] = {sum * __expf(largest - high), 0, 0, 0};
#pragma unroll
    for (int i = 0; i < count; ++i) {
      part[i % 4] += __expf(x[i] - high);
      nothing = fmaf(x[i], 0.0f, nothing);
    }
    sum = (part[0] + part[1]) + (part[2] + part[3]);
    largest = high;
  }
};

// The numbers of a row in front of the first 16 aligned bytes, whole packs of 16 bytes, and what is left.
struct Packs {
  std::int64_t head, count, tail;

  __device__ Packs(const float* row, std::int64_t width) {
    const auto behind = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(row) / sizeof(float) % 4);
    const std::int64_t before = (4 - behind) % 4;
    head = before < width ? before : width;
    count = (width - head) / 4;
    tail = width - head - 4 * count;
  }
};

__device__ __forceinline__ void read_row(const float* row, std::int64_t width, Running& running) {
  const Packs packs(row, width);
  const auto thread = static_cast<std::int64_t>(threadIdx.x);
  const float4* source = reinterpret_cast<const float4*>(row + packs.head);
  std::int64_t i = thread;
  for (; i + (loads - 1) * row_threads < packs.count; i += loads * row_threads) {
    float x[4 * loads];
#pragma unroll
    for (int k = 0; k < loads; ++k) {
      const float4 four = __ldg(source + i + k * row_threads);
      x[4 * k] = four.x, x[4 * k + 1] = four.y, x[4 * k + 2] = four.z, x[4 * k + 3] = four.w;
    }
    running.add(x);
  }
  for (; i < packs.count; i += row_threads) {
    const float4 four = __ldg(source + i);
    const float x[4] = {four.x, four.y, four.z, four.w};
    running.add(x);
  }
  // Those at the two ends are taken by one warp each.
  if (thread < packs.head) {
    const float x[1] = {row[thread]};
    running.add(x);
  } else if (thread >= 32 && thread - 32 < packs.tail) {
    const float x[1] = {row[packs.head + 4 * packs.count + thread - 32]};
    running.add(x);
  }
}

__device__ __forceinline__ float block_max(float value, float (&shared)[row_warps]) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) value = fmaxf(value, __shfl_xor_sync(all_lanes, value, step));
  if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = value;
  __syncthreads();
  for (const float other : shared) value = fmaxf(value, other);
  return value;
}

// The sum is the first thread's alone.
__device__ __forceinline__ double block_sum(double value, double (&shared)[row_warps]) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) value += __shfl_xor_sync(all_lanes, value, step);
  if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = value;
  __syncthreads();
  double total = 0;
  if (threadIdx.x == 0)
    for (const double one : shared) total += one;
  return total;
}

// What is known of a row; one thread's.
struct RowState {
  float largest, wanted;
  double sum;

  __device__ void load(const CudaLikelihood& call, std::int64_t r) {
    const bool known = call.first != 0;
    largest = known ? call.largest[r] : -FLT_MAX;
    wanted = known ? call.wanted[r] : __int_as_float(0x7fc00000);   // NaN
    sum = known ? call.sum[r] : 0.0;
    const std::int64_t entry = call.targets[r] - call.first;
    if (entry >= 0 && entry < call.width) wanted = call.logits[r * call.stride + entry];
  }

  __device__ void merge(float high, double more) {
    const float top = fmaxf(largest, high);
    sum = sum * exp(static_cast<double>(largest) - top) + more * exp(static_cast<double>(high) - top);
    largest = top;
  }

  __device__ void store(const CudaLikelihood& call, std::int64_t r) const {
    call.largest[r] = largest;
    call.sum[r] = sum;
    call.wanted[r] = wanted;
    call.nll[r] = static_cast<double>(largest) + log(sum) - static_cast<double>(wanted);
  }
};

// A block of threads for each row.
__global__ void __launch_bounds__(row_threads) likelihood_kernel(CudaLikelihood call) {
  __shared__ float highs[row_warps];
  __shared__ double sums[row_warps];
  const std::int64_t r = blockIdx.x;
  RowState state{};
  if (threadIdx.x == 0) state.load(call, r);
  Running running;
  read_row(call.logits + r * call.stride, call.width, running);
  const float high = block_max(running.largest, highs);
  const float scaled = running.sum * expf(running.largest - high);
  const double sum = block_sum(static_cast<double>(scaled) + static_cast<double>(running.nothing), sums);
  if (threadIdx.x != 0) return;
  state.merge(high, sum);
  state.store(call, r);
}

}  // namespace

int cuda_likelihood(const CudaLikelihood& call, void* stream) {
  if (call.rows == 0 || call.width == 0) return cudaSuccess;
  likelihood_kernel<<<static_cast<unsigned>(call.rows), row_threads, 0, static_cast<cudaStream_t>(stream)>>>(call);
  return cudaGetLastError();
}

}  // namespace kelter
