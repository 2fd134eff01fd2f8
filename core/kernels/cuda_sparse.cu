// SPDX-License-Identifier: GPL-3.0-or-later
// Sparse weights on a GPU. A warp takes a row, 1024 columns at a time: lane l reads word l of their bits, a scan over the lanes gives the
// place of each word's first value, and then the warp goes through the words, two at a time, a pair of columns in each lane. Values and
// inputs are read side by side, and the loads of different words are independent.
#include <cuda_runtime_api.h>

#include "core/kernels/cuda_formats.cuh"

namespace kelter {
namespace {

using namespace cuda;

__device__ __forceinline__ std::int64_t start_of(const SparseView& weights, std::int64_t row) {
  return weights.starts ? static_cast<std::int64_t>(weights.starts[row]) : row * weights.kept_per_row;
}

template <SparseValues type>
__device__ __forceinline__ float value_at(const std::uint8_t* values, std::uint64_t index) {
  if constexpr (type == SparseValues::float32) return __ldcs(reinterpret_cast<const float*>(values) + index);
  if constexpr (type == SparseValues::float16) return __half2float(__ushort_as_half(__ldcs(reinterpret_cast<const unsigned short*>(values) + index)));
  if constexpr (type == SparseValues::bfloat16)
    return __uint_as_float(static_cast<unsigned>(__ldcs(reinterpret_cast<const unsigned short*>(values) + index)) << 16);
  if constexpr (type == SparseValues::int4) return static_cast<float>(static_cast<int>(values[index / 2] >> (index % 2 * 4) & 15) - 8);
}

// Of the 4-bit values of one word of a row; 1 for other types.
template <SparseValues type>
__device__ __forceinline__ float word_scale(const SparseView& weights, std::int64_t row, unsigned word) {
  if constexpr (type != SparseValues::int4) return 1.0f;
  const unsigned groups = static_cast<unsigned>(weights.columns) / static_cast<unsigned>(weights.group);
  return __half2float(__ushort_as_half(weights.scales[row * groups + word / (static_cast<unsigned>(weights.group) / 32)]));
}

// body(column, weight, weight of the next column) in each lane for the even columns of a row; columns behind the last have weight 0,
// and body checks for them.
template <SparseValues type, class Body>
__device__ __forceinline__ void each_pair(const SparseView& weights, std::int64_t row, const Body& body) {
  const unsigned lane = threadIdx.x % 32, words = static_cast<unsigned>((weights.columns + 31) / 32);
  const unsigned bit = lane % 16 * 2;
  std::int64_t place = start_of(weights, row);
  for (unsigned first = 0; first < words; first += 32) {
    const std::uint32_t mine = first + lane < words ? __ldcs(weights.bits + row * words + first + lane) : 0u;
    int before = __popc(mine);
#pragma unroll
    for (unsigned step = 1; step < 32; step *= 2) {
      const int other = __shfl_up_sync(all_lanes, before, step);
      if (lane >= step) before += other;
    }
    const int all = __shfl_sync(all_lanes, before, 31);
    before -= __popc(mine);
    const unsigned count = min(words - first, 32u);
#pragma unroll 8
    for (unsigned w = 0; w < count; w += 2) {   // two words: a pair of columns for each lane
      const unsigned of_lane = w + lane / 16;
      const std::uint32_t word = __shfl_sync(all_lanes, mine, of_lane);
      const std::uint64_t at = static_cast<std::uint64_t>(place + __shfl_sync(all_lanes, before, of_lane) + __popc(word & ((1u << bit) - 1)));
      const unsigned kept = word >> bit & 3u;
      if (kept == 0 && of_lane >= count) continue;
      const float scale = word_scale<type>(weights, row, min(first + of_lane, words - 1));
      const float one = kept & 1u ? value_at<type>(weights.values, at) * scale : 0.0f;
      const float next = kept & 2u ? value_at<type>(weights.values, at + (kept & 1u)) * scale : 0.0f;
      body(static_cast<std::int64_t>(first + of_lane) * 32 + bit, one, next);
    }
    place += all;
  }
}

template <SparseValues type, int Tokens>
__global__ void __launch_bounds__(32 * warps_of_block) product_kernel(SparseView weights, CudaFormatProduct call, bool whole) {
  const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * warps_of_block + threadIdx.x / 32;
  if (row >= weights.rows) return;
  float sums[Tokens] = {};
  each_pair<type>(weights, row, [&](std::int64_t column, float one, float next) {
    if (column >= weights.columns) return;
#pragma unroll
    for (int t = 0; t < Tokens; ++t) {
      if (t >= call.tokens) continue;
      const float* x = call.x + t * weights.columns + column;
      const float2 pair = whole ? *reinterpret_cast<const float2*>(x) : float2{x[0], column + 1 < weights.columns ? x[1] : 0.0f};
      sums[t] = fmaf(next, pair.y, fmaf(one, pair.x, sums[t]));
    }
  });
  write_sums<Tokens>(sums, call, row, weights.rows);
}

template <SparseValues type, typename Out>
__global__ void __launch_bounds__(32 * warps_of_block) decode_kernel(SparseView weights, CudaRows rows, Out* out) {
  const std::int64_t place = static_cast<std::int64_t>(blockIdx.x) * warps_of_block + threadIdx.x / 32;
  if (place >= rows.count) return;
  const std::int64_t row = rows.ids ? rows.ids[place] : rows.begin + place;
  each_pair<type>(weights, row, [&](std::int64_t column, float one, float next) {
    Out* target = out + place * weights.columns + column;
    if (column < weights.columns) put(target, one);
    if (column + 1 < weights.columns) put(target + 1, next);
  });
}

template <SparseValues type>
int decode_as(const SparseView& weights, const CudaRows& rows, NumberType number, void* out, cudaStream_t stream) {
  const unsigned grid = blocks_of_rows(rows.count), threads = 32 * warps_of_block;
  switch (number) {
    case NumberType::float32: decode_kernel<type><<<grid, threads, 0, stream>>>(weights, rows, static_cast<float*>(out)); break;
    case NumberType::float16: decode_kernel<type><<<grid, threads, 0, stream>>>(weights, rows, static_cast<__half*>(out)); break;
    case NumberType::bfloat16: decode_kernel<type><<<grid, threads, 0, stream>>>(weights, rows, static_cast<__nv_bfloat16*>(out)); break;
  }
  return cudaGetLastError();
}

template <SparseValues type>
int multiply(const SparseView& weights, const CudaFormatProduct& call, cudaStream_t stream) {
  return in_passes(call, weights.rows, weights.columns, [&](const CudaFormatProduct& pass, auto tokens) {
    const bool whole = weights.columns % 2 == 0 && reinterpret_cast<std::uintptr_t>(pass.x) % 8 == 0;
    product_kernel<type, decltype(tokens)::value><<<blocks_of_rows(weights.rows), 32 * warps_of_block, 0, stream>>>(weights, pass, whole);
    return static_cast<int>(cudaGetLastError());
  });
}

template <class Call>
int by_values(SparseValues type, const Call& call) {
  switch (type) {
    case SparseValues::float32: return call(std::integral_constant<SparseValues, SparseValues::float32>());
    case SparseValues::float16: return call(std::integral_constant<SparseValues, SparseValues::float16>());
    case SparseValues::bfloat16: return call(std::integral_constant<SparseValues, SparseValues::bfloat16>());
    case SparseValues::int4: return call(std::integral_constant<SparseValues, SparseValues::int4>());
  }
  return cudaErrorInvalidValue;
}

}  // namespace

int cuda_decode_sparse(const SparseView& weights, const CudaRows& rows, NumberType type, void* out, void* stream) {
  if (rows.count < 0) return cudaErrorInvalidValue;
  if (rows.count == 0 || weights.columns == 0) return cudaSuccess;
  return by_values(weights.type, [&](auto values) {
    return decode_as<decltype(values)::value>(weights, rows, type, out, static_cast<cudaStream_t>(stream));
  });
}

int cuda_sparse_product(const SparseView& weights, const CudaFormatProduct& call, void* stream) {
  if (call.tokens < 0) return cudaErrorInvalidValue;
  if (weights.rows == 0 || call.tokens == 0) return cudaSuccess;
  return by_values(weights.type, [&](auto values) { return multiply<decltype(values)::value>(weights, call, static_cast<cudaStream_t>(stream)); });
}

}  // namespace kelter
