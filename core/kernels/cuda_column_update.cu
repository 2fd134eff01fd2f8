// SPDX-License-Identifier: GPL-3.0-or-later
// The column update, and which weights Wanda prunes. Only the intrinsics that round to nearest even and are never fused:
// the results are the processor's.
#include "core/kernels/cuda_compress.h"
#include "core/kernels/cuda_launch.cuh"

namespace kelter {
namespace {

using namespace cuda;

constexpr int block_rows = 32, warps = 8, update_threads = 32 * warps;
constexpr int most_columns = static_cast<int>(ColumnUpdate::most_columns), most_pattern = static_cast<int>(ColumnUpdate::most_pattern);
constexpr int strip_columns = 16;

// One row for each lane.
struct UpdateShared {
  float upper[most_columns][most_columns];
  float errors[most_columns][block_rows];
  float strip[most_pattern][block_rows];
};

struct Lane {
  const ColumnUpdate& call;
  UpdateShared& shared;
  std::int64_t row;
  int lane;
  bool real;   // a row of the weight

  // Which of the columns that begin the pattern at strip[j] are pruned, a bit for each.
  __device__ std::uint32_t choose(int column, int j) const {
    const int of = static_cast<int>(call.of), wanted = static_cast<int>(call.of - call.kept);
    std::uint32_t chosen = 0;
    for (int a = 0; a < of; ++a) {
      const float mine = score(column + a, j + a);
      int smaller = 0;
      for (int b = 0; b < of; ++b) {
        const float other = score(column + b, j + b);
        smaller += b < a ? other <= mine : other < mine;
      }
      chosen |= smaller < wanted ? 1u << a : 0u;
    }
    return chosen;
  }

  __device__ float score(int column, int j) const {
    const float w = shared.strip[j][lane], d = shared.upper[column][column];
    return __fdiv_rn(__fmul_rn(w, w), __fmul_rn(d, d));
  }

  __device__ float round(float w, int column, bool pruned) const {
    if (call.rounding == ColumnRounding::none) return pruned ? 0.0f : w;
    if (!real) return 0.0f;
    const std::int64_t place = call.group[column] * call.rows + row;
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
    code = code > 0.0f ? code : 0.0f;
    code = code < call.largest_code ? code : call.largest_code;
    call.codes[column * call.rows + row] = static_cast<std::uint8_t>(code);
    return minima ? __fadd_rn(__fmul_rn(code, scale), zero) : __fmul_rn(__fsub_rn(code, zero), scale);
  }

  // The columns of a strip one after the other; the loss they add.
  __device__ void finish(int first, int width, double& loss) const {
    std::uint32_t chosen = 0;
    for (int j = 0; j < width; ++j) {
      const int column = first + j, of = static_cast<int>(call.of);
      if (of > 0 && j % of == 0) chosen = choose(column, j);
      const std::int64_t place = column * call.rows + row;
      const bool pruned = (of > 0 && (chosen >> (j % of) & 1u) != 0) || (real && call.pruned && call.pruned[place] != 0);
      const float w = shared.strip[j][lane], q = round(w, column, pruned);
      const float error = __fdiv_rn(__fsub_rn(w, q), shared.upper[column][column]);
      for (int k = j + 1; k < width; ++k)
        shared.strip[k][lane] = __fsub_rn(shared.strip[k][lane], __fmul_rn(error, shared.upper[column][first + k]));
      shared.errors[column][lane] = error;
      const double e = static_cast<double>(error);
      loss = __dadd_rn(loss, __dmul_rn(0.5, __dmul_rn(e, e)));
      if (!real) continue;
      call.weights[place] = q;
      call.errors[place] = error;
    }
  }
};

// Strips as in core/kernels/column_update_simd.h: all warps subtract the earlier errors, the first one does the strip.
__global__ void __launch_bounds__(update_threads) update_kernel(const ColumnUpdate call, int strip) {
  extern __shared__ float4 memory[];
  UpdateShared& shared = *reinterpret_cast<UpdateShared*>(memory);
  const int columns = static_cast<int>(call.columns), warp = static_cast<int>(threadIdx.x) / 32, lane = static_cast<int>(threadIdx.x) % 32;
  const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * block_rows + lane;
  const bool real = row < call.rows;
  const Lane mine{call, shared, row, lane, real};
  for (int i = static_cast<int>(threadIdx.x); i < columns * columns; i += update_threads)
    shared.upper[i / columns][i % columns] = call.upper[i / columns * call.upper_stride + i % columns];
  double loss = warp == 0 && real ? call.losses[row] : 0.0;
  __syncthreads();
  for (int first = 0; first < columns; first += strip) {
    const int width = min(strip, columns - first);
    for (int j = warp; j < width; j += warps) {
      float w = real ? call.weights[(first + j) * call.rows + row] : 0.0f;
#pragma unroll 8
      for (int c = 0; c < first; ++c) w = __fsub_rn(w, __fmul_rn(shared.errors[c][lane], shared.upper[c][first + j]));
      shared.strip[j][lane] = w;
    }
    __syncthreads();
    if (warp == 0) mine.finish(first, width, loss);
    __syncthreads();
  }
  if (warp == 0 && real) call.losses[row] = loss;
}

// ---- Wanda's choice -------------------------------------------------------------------------------------

constexpr int prune_threads = 256, radix_bits = 8, bins = 1 << radix_bits;
static_assert(prune_threads == bins);
constexpr std::uint32_t infinity_bits = 0x7f800000u;

// Ordered like the scores, which are not negative.
__device__ __forceinline__ std::uint32_t score_bits(const CudaPrune& call, std::int64_t row, std::int64_t column) {
  const float w = fabsf(call.weights[row * call.columns + column]);
  return __float_as_uint(call.norm ? __fmul_rn(w, fabsf(call.norm[column])) : w) & 0x7fffffffu;
}

__device__ __forceinline__ void note_unranked(const CudaPrune& call, std::uint32_t bits) {
  if (bits >= infinity_bits && call.not_finite) *call.not_finite = 1;
}

struct Threshold {
  std::uint32_t bits;   // of the largest score that is pruned
  std::int64_t equal;   // how many of that score are
};

// Narrows the bits of the entry of rank count - 1 down, 8 at a time from the top.
__device__ Threshold find_threshold(const CudaPrune& call, std::int64_t row, std::int64_t count) {
  __shared__ std::uint32_t histogram[bins];
  __shared__ std::uint32_t found;
  __shared__ std::int64_t left;
  std::uint32_t prefix = 0;
  std::int64_t wanted = count;
  for (int shift = 32 - radix_bits; shift >= 0; shift -= radix_bits) {
    histogram[threadIdx.x] = 0;
    __syncthreads();
    for (std::int64_t c = threadIdx.x; c < call.columns; c += prune_threads) {
      const std::uint32_t bits = score_bits(call, row, c);
      if (shift == 32 - radix_bits) note_unranked(call, bits);
      if (shift == 32 - radix_bits || bits >> (shift + radix_bits) == prefix) atomicAdd(&histogram[bits >> shift & (bins - 1)], 1u);
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      std::uint32_t bin = 0;
      while (wanted > histogram[bin]) wanted -= histogram[bin++];
      found = bin;
      left = wanted;
    }
    __syncthreads();
    prefix = prefix << radix_bits | found;
    wanted = left;
    __syncthreads();
  }
  return {prefix, wanted};
}

__device__ __forceinline__ void mark(const CudaPrune& call, std::int64_t place, bool pruned) {
  if (pruned) call.weights[place] = 0.0f;
  if (call.mask) call.mask[place] = pruned ? 1 : 0;
}

// One block for each row. Its last pass goes from left to right, so that the first of equal scores are taken.
__global__ void __launch_bounds__(prune_threads) prune_rows_kernel(const CudaPrune call, std::int64_t count) {
  __shared__ int in_warp[prune_threads / 32];
  const std::int64_t row = blockIdx.x;
  const int warp = static_cast<int>(threadIdx.x) / 32, lane = static_cast<int>(threadIdx.x) % 32;
  const Threshold threshold = find_threshold(call, row, count);
  std::int64_t before = 0;
  for (std::int64_t start = 0; start < call.columns; start += prune_threads) {
    const std::int64_t c = start + threadIdx.x;
    const bool inside = c < call.columns;
    const std::uint32_t bits = inside ? score_bits(call, row, c) : all_lanes;
    const bool equal = inside && bits == threshold.bits;
    const unsigned ballot = __ballot_sync(all_lanes, equal);
    if (lane == 0) in_warp[warp] = __popc(ballot);
    __syncthreads();
    std::int64_t place = before + __popc(ballot & ((1u << lane) - 1));
    for (int w = 0; w < prune_threads / 32; ++w) {
      place += w < warp ? in_warp[w] : 0;
      before += in_warp[w];
    }
    if (inside) mark(call, row * call.columns + c, bits < threshold.bits || (equal && place < threshold.equal));
    __syncthreads();
  }
}

// Nothing is pruned: the mask and the check alone.
__global__ void __launch_bounds__(prune_threads) keep_rows_kernel(const CudaPrune call) {
  for (std::int64_t c = threadIdx.x; c < call.columns; c += prune_threads) {
    note_unranked(call, score_bits(call, blockIdx.x, c));
    mark(call, blockIdx.x * call.columns + c, false);
  }
}

// A thread for each entry; a block holds whole patterns, so that all are read before one is written.
__global__ void __launch_bounds__(prune_threads) prune_pattern_kernel(const CudaPrune call, int wanted, int of, int used) {
  const std::int64_t place = static_cast<std::int64_t>(blockIdx.x) * used + threadIdx.x;
  const bool inside = static_cast<int>(threadIdx.x) < used && place < call.rows * call.columns;
  bool pruned = false;
  if (inside) {
    const std::int64_t row = place / call.columns, column = place % call.columns, first = column - column % of;
    const std::uint32_t mine = score_bits(call, row, column);
    note_unranked(call, mine);
    int smaller = 0;
    for (std::int64_t c = first; c < first + of; ++c) {
      const std::uint32_t other = score_bits(call, row, c);
      smaller += c < column ? other <= mine : other < mine;
    }
    pruned = smaller < wanted;
  }
  __syncthreads();
  if (inside) mark(call, place, pruned);
}

bool too_wide(std::int64_t blocks) { return blocks > 0x7fffffff; }

}  // namespace

int cuda_update_columns(const ColumnUpdate& call, void* stream) {
  if (call.rows == 0 || call.columns == 0) return cudaSuccess;
  const std::int64_t blocks = (call.rows + block_rows - 1) / block_rows;
  if (call.columns > most_columns || call.of > most_pattern || too_wide(blocks)) return cudaErrorInvalidValue;
  // Whole patterns: they are judged with all errors of the columns before them subtracted.
  const int of = static_cast<int>(call.of), strip = of <= 0 ? strip_columns : of >= strip_columns ? of : strip_columns / of * of;
  const auto bytes = static_cast<int>(sizeof(UpdateShared));
  const cudaError_t status = cudaFuncSetAttribute(update_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
  if (status != cudaSuccess) return status;
  update_kernel<<<static_cast<unsigned>(blocks), update_threads, sizeof(UpdateShared), static_cast<cudaStream_t>(stream)>>>(call, strip);
  return cudaGetLastError();
}

int cuda_prune_rows(const CudaPrune& call, std::int64_t count, void* stream) {
  if (call.rows == 0 || call.columns == 0) return cudaSuccess;
  if (count < 0 || count > call.columns || too_wide(call.rows) || too_wide(call.columns)) return cudaErrorInvalidValue;
  const auto blocks = static_cast<unsigned>(call.rows);
  auto* const on = static_cast<cudaStream_t>(stream);
  if (count == 0) {
    keep_rows_kernel<<<blocks, prune_threads, 0, on>>>(call);
  } else {
    prune_rows_kernel<<<blocks, prune_threads, 0, on>>>(call, count);
  }
  return cudaGetLastError();
}

int cuda_prune_pattern(const CudaPrune& call, std::int64_t kept, std::int64_t of, void* stream) {
  if (call.rows == 0 || call.columns == 0) return cudaSuccess;
  if (of < 1 || of > most_pattern || kept < 0 || kept > of || call.columns % of != 0) return cudaErrorInvalidValue;
  const int used = static_cast<int>(prune_threads / of * of);
  const std::int64_t blocks = (call.rows * call.columns + used - 1) / used;
  if (too_wide(blocks)) return cudaErrorInvalidValue;
  prune_pattern_kernel<<<static_cast<unsigned>(blocks), prune_threads, 0, static_cast<cudaStream_t>(stream)>>>(
      call, static_cast<int>(of - kept), static_cast<int>(of), used);
  return cudaGetLastError();
}

}  // namespace kelter
