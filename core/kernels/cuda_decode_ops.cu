// SPDX-License-Identifier: GPL-3.0-or-later
// The small operations of a forward, and what the driver says about its devices.
#include <type_traits>

#include "core/kernels/cuda_formats.h"
#include "core/kernels/cuda_kernels.h"
#include "core/kernels/cuda_launch.cuh"

namespace kelter {
namespace {

using namespace cuda;

constexpr int threads = 256;
constexpr int items_per_thread = 8;
constexpr std::int64_t norm_rows = 256;

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
template <typename T>
__global__ void rms_norm_kernel(const float* x, const float* weight, std::int64_t width, float epsilon, T* out) {
  const float* row = x + blockIdx.x * width;
  float squares = 0.0f;
  for (std::int64_t i = threadIdx.x; i < width; i += threads) squares = fmaf(row[i], row[i], squares);
  const float scale = 1.0f / sqrtf(block_sum(squares) / static_cast<float>(width) + epsilon);
  for (std::int64_t i = threadIdx.x; i < width; i += threads) put(out + blockIdx.x * width + i, row[i] * scale * weight[i]);
}

template <typename T>
__global__ void silu_multiply_kernel(const T* gate, const T* up, std::int64_t n, T* out) {
  const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * threads * items_per_thread + threadIdx.x;
#pragma unroll
  for (int k = 0; k < items_per_thread; ++k) {
    const std::int64_t i = first + k * threads;
    if (i >= n) return;
    const float value = to_float(gate[i]);
    put(out + i, value / (1.0f + expf(-value)) * to_float(up[i]));
  }
}

// A thread turns one pair of one head; x [tokens, heads * 2 * half], angles [angle_rows, half].
template <typename T>
__global__ void rotate_kernel(T* x, const float* cosine, const float* sine, std::int64_t pairs, std::int64_t heads, std::int64_t half,
                              std::int64_t angle_rows) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
  if (i >= pairs) return;
  const std::int64_t pair = i % half, head = i / half, angle = head / heads % angle_rows * half + pair;
  T *const first = x + head * 2 * half + pair, *const second = first + half;
  const float a = to_float(*first), b = to_float(*second), c = cosine[angle], s = sine[angle];
  put(first, __fsub_rn(__fmul_rn(a, c), __fmul_rn(b, s)));
  put(second, __fadd_rn(__fmul_rn(b, c), __fmul_rn(a, s)));
}

// Sums of squares over up to norm_rows rows, [chunks, columns]: every lane takes `Width` neighbouring columns.
template <typename T, int Width>
struct alignas(sizeof(T) * Width) Neighbours {
  T of[Width];
};

template <typename T, int Width>
__global__ void __launch_bounds__(threads) squared_norms_kernel(const T* x, std::int64_t rows, std::int64_t columns, float* sums) {
  constexpr int warps = threads / 32;
  __shared__ float parts[warps][32 * Width];
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const std::int64_t column = (static_cast<std::int64_t>(blockIdx.x) * 32 + lane) * Width, begin = static_cast<std::int64_t>(blockIdx.y) * norm_rows;
  const std::int64_t end = begin + norm_rows < rows ? begin + norm_rows : rows;
  float squares[Width] = {};
  if (column < columns) {
#pragma unroll 8
    for (std::int64_t row = begin + warp; row < end; row += warps) {
      const auto values = *reinterpret_cast<const Neighbours<T, Width>*>(x + row * columns + column);
      for (int k = 0; k < Width; ++k) squares[k] = fmaf(to_float(values.of[k]), to_float(values.of[k]), squares[k]);
    }
  }
  for (int k = 0; k < Width; ++k) parts[warp][lane * Width + k] = squares[k];
  __syncthreads();
  if (warp != 0 || column >= columns) return;
  for (int k = 0; k < Width; ++k) {
    float sum = 0;
    for (int w = 0; w < warps; ++w) sum += parts[w][lane * Width + k];
    sums[blockIdx.y * columns + column + k] = sum;
  }
}

template <typename T>
int squared_norms(const T* x, std::int64_t rows, std::int64_t columns, float* sums, cudaStream_t stream) {
  constexpr int width = 4;
  const auto chunks = static_cast<unsigned>(cuda_norm_chunks(rows));
  const auto tiles = [&](std::int64_t lane_columns) { return static_cast<unsigned>((columns + 32 * lane_columns - 1) / (32 * lane_columns)); };
  if (columns % width == 0) {
    squared_norms_kernel<T, width><<<dim3(tiles(width), chunks), threads, 0, stream>>>(x, rows, columns, sums);
  } else {
    squared_norms_kernel<T, 1><<<dim3(tiles(1), chunks), threads, 0, stream>>>(x, rows, columns, sums);
  }
  return cudaGetLastError();
}

// run(pointer of the type) with what `data` points to.
template <typename Pointer, typename Run>
int with_type(NumberType type, Pointer data, Run run) {
  constexpr bool constant = std::is_const_v<std::remove_pointer_t<Pointer>>;
  switch (type) {
    case NumberType::float16: return run(static_cast<std::conditional_t<constant, const __half, __half>*>(data));
    case NumberType::bfloat16: return run(static_cast<std::conditional_t<constant, const __nv_bfloat16, __nv_bfloat16>*>(data));
    default: return run(static_cast<std::conditional_t<constant, const float, float>*>(data));
  }
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

int cuda_rms_norm(const float* x, const float* weight, std::int64_t rows, std::int64_t width, float epsilon, NumberType type, void* out,
                  void* stream) {
  if (rows == 0) return cudaSuccess;
  return with_type(type, out, [&](auto* typed) {
    rms_norm_kernel<<<static_cast<unsigned>(rows), threads, 0, static_cast<cudaStream_t>(stream)>>>(x, weight, width, epsilon, typed);
    return cudaGetLastError();
  });
}

int cuda_silu_multiply(const void* gate, const void* up, std::int64_t n, NumberType type, void* out, void* stream) {
  if (n == 0) return cudaSuccess;
  return with_type(type, out, [&](auto* typed) {
    using T = std::remove_pointer_t<decltype(typed)>;
    silu_multiply_kernel<<<blocks_for((n + items_per_thread - 1) / items_per_thread), threads, 0, static_cast<cudaStream_t>(stream)>>>(
        static_cast<const T*>(gate), static_cast<const T*>(up), n, typed);
    return cudaGetLastError();
  });
}

int cuda_rotate(const CudaRotation& call, void* stream) {
  const std::int64_t half = call.head_dim / 2, pairs = call.tokens * call.heads * half;
  if (pairs == 0) return cudaSuccess;
  return with_type(call.type, call.x, [&](auto* typed) {
    rotate_kernel<<<blocks_for(pairs), threads, 0, static_cast<cudaStream_t>(stream)>>>(typed, call.cosine, call.sine, pairs, call.heads, half,
                                                                                       call.angle_rows);
    return cudaGetLastError();
  });
}

std::int64_t cuda_norm_chunks(std::int64_t rows) { return (rows + norm_rows - 1) / norm_rows; }

int cuda_squared_norms(const void* x, NumberType type, std::int64_t rows, std::int64_t columns, float* sums, void* stream) {
  if (rows == 0 || columns == 0) return cudaSuccess;
  return with_type(type, x, [&](const auto* typed) { return squared_norms(typed, rows, columns, sums, static_cast<cudaStream_t>(stream)); });
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
