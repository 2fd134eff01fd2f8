// SPDX-License-Identifier: GPL-3.0-or-later
// SparseGPT's and GPTQ's block of columns on the device, and the selection of the smallest scores of a row or a pattern.
#include "core/kernels/cuda_compress.h"
#include "core/kernels/cuda_launch.cuh"

namespace kelter {
namespace {

using namespace cuda;

constexpr int tile_rows = 32;    // of a block of threads: one for each lane
constexpr int tile_warps = 8;    // each updates every eighth column
constexpr int select_threads = 256;
constexpr int digit_values = 256;

// The weights of 32 rows lie in shared memory. Every warp settles each column for itself, from the same numbers to the same
// result, so that one barrier a column is enough; the first warp writes it.
struct Tile {
  const ColumnUpdate& call;
  float (*weights)[tile_rows];   // [columns]
  std::int64_t row;
  int lane;

  __device__ float diagonal(int c) const { return call.upper[c * call.upper_stride + c]; }

  __device__ float score(int c) const {
    const float w = weights[c][lane], d = diagonal(c);
    return __fdiv_rn(__fmul_rn(w, w), __fmul_rn(d, d));
  }

  // Bit j: the entry `first` + j goes. Among equals the first.
  __device__ unsigned choose(int first) const {
    unsigned pruned = 0;
    const int of = static_cast<int>(call.of), gone = static_cast<int>(call.of - call.kept);
    for (int j = 0; j < of; ++j) {
      const float mine = score(first + j);
      int smaller = 0;
      for (int k = 0; k < of; ++k) {
        const float other = score(first + k);
        smaller += k < j ? other <= mine : other < mine;
      }
      pruned |= (smaller < gone ? 1u : 0u) << j;
    }
    return pruned;
  }

  __device__ float settle(int c, float w, bool pruned, bool writes) const {
    if (call.rounding == ColumnRounding::none) return pruned ? 0.0f : w;
    const std::int64_t place = call.group[c] * call.rows + row;
    const float scale = call.scale[place], zero = call.zero[place], factor = call.factor[place];
    const bool minima = call.rounding == ColumnRounding::minima;
    float code;
    if (minima) {
      code = rintf(__fdiv_rn(__fsub_rn(w, zero), factor));
    } else if (pruned) {
      code = zero;
    } else {
      code = __fadd_rn(rintf(call.rounding == ColumnRounding::points ? __fdiv_rn(w, factor) : __fmul_rn(w, factor)), zero);
    }
    code = code > 0 ? code : 0.0f;
    code = code < call.largest_code ? code : call.largest_code;
    if (writes) call.codes[c * call.rows + row] = static_cast<std::uint8_t>(code);
    return minima ? __fadd_rn(__fmul_rn(code, scale), zero) : __fmul_rn(__fsub_rn(code, zero), scale);
  }
};

__global__ void __launch_bounds__(tile_rows * tile_warps) column_update_kernel(ColumnUpdate call) {
  __shared__ float weights[ColumnUpdate::most_columns][tile_rows];
  const int lane = threadIdx.x, warp = threadIdx.y, columns = static_cast<int>(call.columns);
  const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * tile_rows + lane;
  const bool there = row < call.rows, writes = there && warp == 0;
  for (int c = warp; c < columns; c += tile_warps) weights[c][lane] = there ? call.weights[c * call.rows + row] : 0.0f;
  const Tile tile{call, weights, there ? row : 0, lane};
  double loss = writes ? call.losses[row] : 0.0;
  unsigned chosen = 0;
  for (int c = 0; c < columns; ++c) {
    __syncthreads();
    if (call.of > 0 && c % call.of == 0) {
      chosen = tile.choose(c);
      __syncthreads();   // before anybody changes what others still compare
    }
    const bool pruned = (call.pruned && call.pruned[c * call.rows + tile.row] != 0) || (call.of > 0 && (chosen >> (c % call.of) & 1u));
    const float w = weights[c][lane], q = tile.settle(c, w, pruned, writes), error = __fdiv_rn(__fsub_rn(w, q), tile.diagonal(c));
    const float* upper = call.upper + c * call.upper_stride;
    for (int j = c + 1 + warp; j < columns; j += tile_warps) weights[j][lane] = __fsub_rn(weights[j][lane], __fmul_rn(error, upper[j]));
    if (!writes) continue;
    call.weights[c * call.rows + row] = q;
    call.errors[c * call.rows + row] = error;
    loss = __dadd_rn(loss, __dmul_rn(0.5, __dmul_rn(static_cast<double>(error), static_cast<double>(error))));
  }
  if (writes) call.losses[row] = loss;
}

// Not negative, so its bits are in the order of its values.
struct Scores {
  const float *weights, *norm;

  __device__ float of(std::int64_t i, std::int64_t column) const { return norm ? __fmul_rn(fabsf(weights[i]), norm[column]) : fabsf(weights[i]); }
};

__device__ void prune(const CudaPrune& call, std::int64_t i, bool pruned) {
  if (pruned) call.weights[i] = 0;
  if (call.mask) call.mask[i] = pruned ? 1 : 0;
}

// The bin of `counts` that holds the entry of this rank, which becomes the rank inside it. One thread.
__device__ unsigned bin_of(const unsigned* counts, unsigned& rank) {
  unsigned bin = 0;
  while (rank >= counts[bin]) rank -= counts[bin++];
  return bin;
}

// One row: its key of rank `count` - 1 digit by digit, then all smaller keys, and of its equals the first.
// A count of 0 prunes nothing, but scores that are not finite are found.
__global__ void __launch_bounds__(select_threads) prune_rows_kernel(CudaPrune call, unsigned count) {
  __shared__ unsigned counts[digit_values], found, rank_left, before;
  const std::int64_t start = blockIdx.x * call.columns;
  const auto columns = static_cast<unsigned>(call.columns);
  const Scores scores{call.weights, call.norm};
  const auto key = [&](unsigned column) { return __float_as_uint(scores.of(start + column, column)); };
  if (threadIdx.x == 0) {
    found = 0;
    rank_left = count == 0 ? 0 : count - 1;
  }
  for (int shift = 24; shift >= 0; shift -= 8) {
    for (unsigned i = threadIdx.x; i < digit_values; i += select_threads) counts[i] = 0;
    __syncthreads();
    const unsigned high = shift == 24 ? 0 : found >> (shift + 8);
    for (unsigned column = threadIdx.x; column < columns; column += select_threads) {
      const unsigned bits = key(column);
      if (shift == 24 && bits >= 0x7f800000u) *call.not_finite = 1;
      if (shift == 24 || bits >> (shift + 8) == high) atomicAdd(counts + (bits >> shift & (digit_values - 1)), 1u);
    }
    __syncthreads();
    if (threadIdx.x == 0) found |= bin_of(counts, rank_left) << shift;
    __syncthreads();
  }
  // Equals are counted in the order of the columns.
  const unsigned threshold = found, equals = count == 0 ? 0 : rank_left + 1;
  __shared__ unsigned warp_counts[select_threads / 32];
  if (threadIdx.x == 0) before = 0;
  __syncthreads();
  for (unsigned first = 0; first < columns; first += select_threads) {
    const unsigned column = first + threadIdx.x, bits = column < columns ? key(column) : 0xffffffffu;
    const unsigned same = __ballot_sync(all_lanes, bits == threshold), lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    if (lane == 0) warp_counts[warp] = __popc(same);
    __syncthreads();
    unsigned place = before + __popc(same & ((1u << lane) - 1));
    for (unsigned w = 0; w < warp; ++w) place += warp_counts[w];
    if (column < columns) prune(call, start + column, bits < threshold || (bits == threshold && place < equals));
    __syncthreads();
    if (threadIdx.x == 0)
      for (const unsigned one : warp_counts) before += one;
    __syncthreads();
  }
}

__global__ void prune_pattern_kernel(CudaPrune call, int gone, int of) {
  const std::int64_t group = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const std::int64_t first = group * of;
  if (first >= call.rows * call.columns) return;
  const Scores scores{call.weights, call.norm};
  const std::int64_t column = first % call.columns;
  unsigned pruned = 0;
  for (int j = 0; j < of; ++j) {
    const float mine = scores.of(first + j, column + j);
    if (!(mine < __int_as_float(0x7f800000))) *call.not_finite = 1;
    int smaller = 0;
    for (int k = 0; k < of; ++k) {
      const float other = scores.of(first + k, column + k);
      smaller += k < j ? other <= mine : other < mine;
    }
    pruned |= (smaller < gone ? 1u : 0u) << j;
  }
  for (int j = 0; j < of; ++j) prune(call, first + j, pruned >> j & 1u);
}

}  // namespace

int cuda_update_columns(const ColumnUpdate& call, void* stream) {
  if (call.rows == 0 || call.columns == 0) return cudaSuccess;
  const auto blocks = static_cast<unsigned>((call.rows + tile_rows - 1) / tile_rows);
  column_update_kernel<<<blocks, dim3(tile_rows, tile_warps), 0, static_cast<cudaStream_t>(stream)>>>(call);
  return cudaGetLastError();
}

int cuda_prune_rows(const CudaPrune& call, std::int64_t count, void* stream) {
  const auto queue = static_cast<cudaStream_t>(stream);
  if (call.rows == 0 || call.columns == 0) return cudaSuccess;
  prune_rows_kernel<<<static_cast<unsigned>(call.rows), select_threads, 0, queue>>>(call, static_cast<unsigned>(count));
  return cudaGetLastError();
}

int cuda_prune_pattern(const CudaPrune& call, std::int64_t kept, std::int64_t of, void* stream) {
  const std::int64_t groups = call.rows * call.columns / of;
  if (groups == 0) return cudaSuccess;
  constexpr unsigned threads = 128;
  prune_pattern_kernel<<<static_cast<unsigned>((groups + threads - 1) / threads), threads, 0, static_cast<cudaStream_t>(stream)>>>(
      call, static_cast<int>(of - kept), static_cast<int>(of));
  return cudaGetLastError();
}

}  // namespace kelter
