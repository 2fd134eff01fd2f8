// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of all products y = x W^T of few tokens on stored weights; a Core knows one kind of weights. Included by .cu
// files only.
//
// A block of 8 warps takes tiles of 16 rows, one after the other. Of a tile each warp takes every eighth chunk of columns;
// lane 4 r + q holds rows r and r + 8 and the q-th part of the chunk's columns. A warp's next weights are on their
// way while it multiplies the last, across tiles, too, and the first while the kernel before this one still runs. x lies in shared
// memory in records of 32 columns, all of it if it fits, else in slices, for each of which all of the block's tiles are visited.
//
// An RMS norm of x costs no pass of its own: x times its weight is multiplied while the squares are added up, and the sums
// are scaled at the end.
#pragma once

#include "core/kernels/cuda_kernels.h"
#include "core/kernels/cuda_launch.cuh"

namespace kelter::cuda {

constexpr unsigned warps = 8, threads = 32 * warps, tile_rows = 16;
constexpr unsigned record_columns = 32;
constexpr unsigned record_bytes = 144;   // 16 more than 32 floats: the lanes' reads meet no bank twice
constexpr unsigned sliced_tiles = 8;     // most tiles of a block where x comes in slices
constexpr unsigned shared_reserve = 14 << 10;

// Blocks of threads that share a multiprocessor: many tokens want the registers and the room for x of two.
constexpr unsigned blocks_each(int tokens) { return tokens <= 4 ? 2 : 1; }

template <class Weights>
struct Job {
  Weights weights[CudaProducts::most];
  float* y[CudaProducts::most];
  const float* bias[CudaProducts::most];
  unsigned first_tile[CudaProducts::most];   // of each matrix; the largest number for those that are not there
  unsigned tiles;
  bool gated;                  // a tile holds 8 rows of each of two matrices, and silu(one) * other is written
  const float* x;
  const float* norm;           // or null
  const float* residual;       // or null
  const std::int32_t* order;   // the input of each column of the weights, or null
  std::int64_t columns;
  float epsilon;
  int tokens;
  bool whole_quads;            // every four numbers of x that begin at a multiple of four can be read at once
  unsigned blocks, slice_blocks, slices;   // of 32 columns: all, of a slice; how many slices
};

// Two rows of a tile, as a lane holds them.
struct TileRows {
  unsigned matrix[2];
  std::int64_t row[2];
};

template <class Weights>
__device__ __forceinline__ unsigned matrix_of(const Job<Weights>& job, unsigned tile) {
  return (tile >= job.first_tile[1] ? 1 : 0) + (tile >= job.first_tile[2] ? 1 : 0);
}

template <class Weights>
__device__ __forceinline__ TileRows rows_of(const Job<Weights>& job, unsigned tile) {
  const unsigned row = threadIdx.x % 32 / 4;
  if (job.gated) {
    const std::int64_t both = min(static_cast<std::int64_t>(tile) * (tile_rows / 2) + row, job.weights[0].rows - 1);
    return {{0, 1}, {both, both}};
  }
  const unsigned matrix = matrix_of(job, tile);
  const std::int64_t last = job.weights[matrix].rows - 1;
  const std::int64_t first = static_cast<std::int64_t>(tile - job.first_tile[matrix]) * tile_rows + row;
  return {{matrix, matrix}, {min(first, last), min(first + tile_rows / 2, last)}};
}

// Four neighbouring numbers of a vector in the order of the weights' columns; zero behind its end.
template <bool Whole, class Weights>
__device__ __forceinline__ float4 quad_of(const Job<Weights>& job, const float* values, std::int64_t column) {
  float4 quad{0.0f, 0.0f, 0.0f, 0.0f};
  if constexpr (Whole) {
    if (column < job.columns) quad = *reinterpret_cast<const float4*>(values + column);
    return quad;
  }
  const auto at = [&](int i) {
    if (column + i >= job.columns) return 0.0f;
    return values[job.order ? job.order[column + i] : column + i];
  };
  return {at(0), at(1), at(2), at(3)};
}

// Writes the records of `count` blocks from `first` on, a multiple of 4 of them, of one token; returns the squares of the numbers
// this thread has read, if there is a norm. Whole: every four numbers can be read at once.
template <class Core, bool Whole, bool Normed>
__device__ __forceinline__ float stage_token(const Job<typename Core::Weights>& job, int token, unsigned first, unsigned count, char* records) {
  constexpr unsigned block_quads = record_columns / 4, together = !Whole ? 1 : Normed ? 4 : 8;   // on their way at once
  const unsigned quads = count * block_quads;                                                    // whole warps
  const float* x = job.x + token * job.columns;
  float squares = 0.0f;
#pragma unroll 1
  for (unsigned base = threadIdx.x; base < quads; base += together * threads) {
    float4 quad[together], norm[together];
#pragma unroll
    for (unsigned u = 0; u < together; ++u) {
      const unsigned i = base + u * threads;
      const std::int64_t column = i < quads && token < job.tokens ? static_cast<std::int64_t>(first) * record_columns + 4 * i : job.columns;
      quad[u] = quad_of<Whole>(job, x, column);
      norm[u] = Normed ? quad_of<Whole>(job, job.norm, column) : float4{1.0f, 1.0f, 1.0f, 1.0f};
    }
#pragma unroll
    for (unsigned u = 0; u < together; ++u) {
      const unsigned i = base + u * threads;
      if (i >= quads) break;
      float4& one = quad[u];
      if constexpr (Normed) {
        squares = fmaf(one.x, one.x, fmaf(one.y, one.y, fmaf(one.z, one.z, fmaf(one.w, one.w, squares))));
        one = {one.x * norm[u].x, one.y * norm[u].y, one.z * norm[u].z, one.w * norm[u].w};
      }
      Core::put_quad(records + i / block_quads * record_bytes, i % block_quads, one);
    }
  }
  return squares;
}

// The records of all tokens; adds their warps' squares to `squares` [tokens][warps], if there is a norm.
template <class Core, int Tokens>
__device__ __forceinline__ void stage(const Job<typename Core::Weights>& job, unsigned first, unsigned count, char* records,
                                      float (&squares)[Tokens][warps]) {
#pragma unroll 1
  for (int t = 0; t < Tokens; ++t) {
    char* const out = records + t * job.slice_blocks * record_bytes;
    if (!job.norm) {
      job.whole_quads ? stage_token<Core, true, false>(job, t, first, count, out)
                      : stage_token<Core, false, false>(job, t, first, count, out);
      continue;
    }
    float sum = job.whole_quads ? stage_token<Core, true, true>(job, t, first, count, out)
                                : stage_token<Core, false, true>(job, t, first, count, out);
    sum = warp_sum(sum);
    if (threadIdx.x % 32 != 0) continue;
    float& total = squares[t][threadIdx.x / 32];
    total = first == 0 ? sum : total + sum;
  }
}

// Where thread i of a tile's 16 * Tokens results puts its number.
struct Place {
  unsigned matrix;
  std::int64_t row, index;
  bool inside;
};

template <class Weights>
__device__ __forceinline__ Place place_of(const Job<Weights>& job, unsigned tile) {
  const unsigned token = threadIdx.x / tile_rows, row = threadIdx.x % tile_rows;
  Place place{};
  if (job.gated) {
    place.matrix = row / (tile_rows / 2);
    place.row = static_cast<std::int64_t>(tile) * (tile_rows / 2) + row % (tile_rows / 2);
  } else {
    place.matrix = matrix_of(job, tile);
    place.row = static_cast<std::int64_t>(tile - job.first_tile[place.matrix]) * tile_rows + row;
  }
  const std::int64_t rows = job.weights[place.matrix].rows;
  place.index = token * rows + place.row;
  place.inside = token < static_cast<unsigned>(job.tokens) && place.row < rows;
  return place;
}

// What is added to a result; read early, so that it is there when the result is.
template <class Weights>
__device__ __forceinline__ float addend_of(const Job<Weights>& job, const Place& place) {
  if (!place.inside) return 0.0f;
  const float* bias = job.bias[place.matrix];
  return (bias ? bias[place.row] : 0.0f) + (job.residual ? job.residual[place.index] : 0.0f);
}

template <class Weights>
__device__ __forceinline__ void write_result(const Job<Weights>& job, const Place& place, float value) {
  const float up = __shfl_down_sync(all_lanes, value, tile_rows / 2);   // of the row that this thread's row gates
  if (!place.inside || (job.gated && place.matrix > 0)) return;
  job.y[place.matrix][place.index] = job.gated ? value / (1.0f + expf(-value)) * up : value;
}

// The weights that a warp multiplies next: where it is, and where the lane's two rows begin.
template <class Core>
struct Walk {
  unsigned slice = 0, tile = blockIdx.x, round = 0;
  unsigned matrix[2];
  typename Core::Source source[2];

  using Weights = typename Core::Weights;
  __device__ __forceinline__ explicit Walk(const Job<Weights>& job) { find_rows(job); }
  __device__ __forceinline__ void find_rows(const Job<Weights>& job) {
    const TileRows rows = rows_of(job, tile);
#pragma unroll
    for (int r = 0; r < 2; ++r) {
      matrix[r] = rows.matrix[r];
      source[r].find(job.weights[matrix[r]], rows.row[r]);
    }
  }
  __device__ __forceinline__ void advance(const Job<Weights>& job, unsigned rounds) {
    if (++round < rounds) return;
    round = 0;
    tile += gridDim.x;
    if (tile >= job.tiles) {
      tile = blockIdx.x;
      ++slice;
    }
    if (slice < job.slices) find_rows(job);
  }
};

// The chunks that a warp multiplies in one round.
template <class Core, int Depth>
struct Batch {
  typename Core::Chunk chunks[Depth];
  // The first block of chunk d in its slice.
  __device__ __forceinline__ static unsigned block(unsigned round, int d) {
    return ((round * Depth + d) * warps + threadIdx.x / 32) * Core::chunk_blocks;
  }
  __device__ __forceinline__ void load(const Job<typename Core::Weights>& job, const Walk<Core>& walk) {
    const unsigned first = walk.slice * job.slice_blocks, end = min(job.blocks, first + job.slice_blocks);
#pragma unroll
    for (int d = 0; d < Depth; ++d) {
#pragma unroll
      for (int r = 0; r < 2; ++r)
        chunks[d].load(r, job.weights[walk.matrix[r]], walk.source[r], first + this->block(walk.round, d), end);
    }
  }
};

template <class Core, int Tokens>
__global__ void __launch_bounds__(threads, blocks_each(Tokens)) products_kernel(const __grid_constant__ Job<typename Core::Weights> job) {
  constexpr int depth = Core::depth(Tokens);
  constexpr unsigned results = tile_rows * Tokens;
  extern __shared__ uint4 shared_memory[];
  __shared__ float parts[2][warps][results];
  __shared__ float kept[sliced_tiles][results];
  __shared__ float warp_squares[Tokens][warps];
  char* const records = reinterpret_cast<char*>(shared_memory);
  const unsigned warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const unsigned rounds = (job.slice_blocks + warps * depth * Core::chunk_blocks - 1) / (warps * depth * Core::chunk_blocks);

  let_next_start();
  Walk<Core> ahead(job);
  Batch<Core, depth> next;
  if (rounds > 0) next.load(job, ahead);
  Core::prepare();
  wait_for_previous();

  unsigned flip = 0;
  for (unsigned slice = 0; slice < job.slices; ++slice) {
    const unsigned first = slice * job.slice_blocks, count = min(job.slice_blocks, job.blocks - first);
    stage<Core, Tokens>(job, first, (count + 3) / 4 * 4, records, warp_squares);
    __syncthreads();
    for (unsigned tile = blockIdx.x, visited = 0; tile < job.tiles; tile += gridDim.x, ++visited) {
      const Place place = place_of(job, tile);
      const float addend = threadIdx.x < results ? addend_of(job, place) : 0.0f;
      float sums[2][Tokens] = {};
      for (unsigned round = 0; round < rounds; ++round) {
        const Batch<Core, depth> now = next;
        const unsigned matrix[2] = {ahead.matrix[0], ahead.matrix[1]};
        ahead.advance(job, rounds);
        if (ahead.slice < job.slices) next.load(job, ahead);
        if (now.block(round, 0) >= count) continue;
#pragma unroll
        for (int d = 0; d < depth; ++d) {
          // A chunk behind the end counts nothing; that its work is done, too, spares a branch between the chunks.
          const unsigned block = now.block(round, d);
          const bool valid = block < count;
          Core::accumulate(now.chunks[d], job.weights[matrix[0]], job.weights[matrix[1]], valid,
                           records + (valid ? block : 0) * record_bytes, job.slice_blocks * record_bytes, sums);
        }
      }
#pragma unroll
      for (int t = 0; t < Tokens; ++t) {
#pragma unroll
        for (int r = 0; r < 2; ++r) {
          float sum = sums[r][t];
          sum += __shfl_xor_sync(all_lanes, sum, 1);
          sum += __shfl_xor_sync(all_lanes, sum, 2);
          if (lane % 4 == 0) parts[flip][warp][t * tile_rows + r * (tile_rows / 2) + lane / 4] = sum;
        }
      }
      __syncthreads();
      if (threadIdx.x < (results > 32 ? results : 32)) {
        const unsigned i = min(threadIdx.x, results - 1);
        float sum = slice > 0 ? kept[visited][i] : 0.0f;
#pragma unroll
        for (unsigned w = 0; w < warps; ++w) sum += parts[flip][w][i];
        if (slice + 1 < job.slices) {
          kept[visited][i] = sum;
        } else {
          if (job.norm) {
            float total = 0.0f;
#pragma unroll
            for (unsigned w = 0; w < warps; ++w) total += warp_squares[i / tile_rows][w];
            sum *= rsqrtf(total / static_cast<float>(job.columns) + job.epsilon);
          }
          write_result(job, place, sum + addend);
        }
      }
      flip ^= 1;
    }
  }
}

// Deals the work out.
template <class Core, int Tokens>
int launch_products(Job<typename Core::Weights> job, bool chained, cudaStream_t stream) {
  constexpr unsigned share = blocks_each(Tokens);
  const unsigned room = static_cast<unsigned>(device_attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin)) / share - shared_reserve;
  const unsigned most = room / (record_bytes * Tokens) / 4 * 4;
  const auto parts = [](unsigned whole, unsigned size) { return (whole + size - 1) / size; };
  job.slices = job.blocks > most ? parts(job.blocks, most) : 1;
  job.slice_blocks = (parts(job.blocks, job.slices) + 3) / 4 * 4;
  unsigned tiles_each = parts(job.tiles, share * static_cast<unsigned>(device_attribute(cudaDevAttrMultiProcessorCount)));
  if (job.slices > 1 && tiles_each > sliced_tiles) tiles_each = sliced_tiles;
  const std::size_t shared = static_cast<std::size_t>(job.slice_blocks) * record_bytes * Tokens;
  const auto kernel = &products_kernel<Core, Tokens>;
  if (shared + shared_reserve > (48 << 10)) {
    const int status = cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(room));
    if (status != cudaSuccess) return status;
  }
  return launch(kernel, {dim3(parts(job.tiles, tiles_each)), threads, shared, chained}, stream, job);
}

// Up to `Most` tokens, by the kernel for as many.
template <class Core, int Most>
int launch_tokens(const Job<typename Core::Weights>& job, bool chained, cudaStream_t stream) {
  if constexpr (Most > 1)
    if (job.tokens <= Most / 2) return launch_tokens<Core, Most / 2>(job, chained, stream);
  return launch_products<Core, Most>(job, chained, stream);
}

// Reads the weights once for each `Most` tokens. `job` has its weights.
template <class Core, int Most = cuda_matvec_tokens>
int run_products(Job<typename Core::Weights> job, const CudaProducts& call, cudaStream_t stream) {
  for (std::int64_t first = 0; first < call.tokens; first += Most) {
    job.tokens = static_cast<int>(call.tokens - first < Most ? call.tokens - first : Most);
    job.x = call.x + first * job.columns;
    job.whole_quads = !job.order && job.columns % 4 == 0 && reinterpret_cast<std::uintptr_t>(job.x) % 16 == 0 &&
                      reinterpret_cast<std::uintptr_t>(job.norm) % 16 == 0;
    for (int m = 0; m < call.count; ++m) job.y[m] = call.of[m].y + first * job.weights[m].rows;
    job.residual = call.residual ? call.residual + first * job.weights[0].rows : nullptr;
    const int status = launch_tokens<Core, Most>(job, call.chained, stream);
    if (status != cudaSuccess) return status;
  }
  return cudaSuccess;
}

// A job of the call's matrices, which `weights_of` turns into the Core's form.
template <class Weights, class WeightsOf>
Job<Weights> make_job(const CudaProducts& call, WeightsOf weights_of) {
  Job<Weights> job{};
  const std::int64_t rows_each = call.gated ? tile_rows / 2 : tile_rows;
  for (int m = 0; m < CudaProducts::most; ++m) {
    job.first_tile[m] = m < call.count && !call.gated ? job.tiles : 0xffffffffu;
    if (m >= call.count) continue;
    job.weights[m] = weights_of(call.of[m].weights);
    job.bias[m] = call.of[m].bias;
    const auto tiles = static_cast<unsigned>((job.weights[m].rows + rows_each - 1) / rows_each);
    job.tiles = call.gated ? tiles : job.tiles + tiles;
  }
  job.first_tile[0] = 0;
  job.gated = call.gated;
  job.norm = call.norm;
  job.epsilon = call.epsilon;
  job.columns = job.weights[0].columns;
  job.blocks = static_cast<unsigned>((job.columns + record_columns - 1) / record_columns);
  return job;
}

}  // namespace kelter::cuda
