// SPDX-License-Identifier: GPL-3.0-or-later
// y = x W^T for few tokens on the stored weights. A warp multiplies two or four rows; each of its lanes takes the blocks
// lane, lane + 32, … of a row, so that neighbouring lanes read neighbouring bytes. x lies in shared memory in tiles, its
// blocks four numbers apart from each other, so that the lanes' reads meet no bank twice.
#include <cuda_runtime_api.h>

#include "core/kernels/cuda_kernels.h"
#include "core/kernels/cuda_planes.cuh"

namespace kelter {
namespace {

using namespace cuda;

constexpr int tile_floats = 9216;
constexpr int most_warps = 8;
// Up to this many tokens a block's sum is scaled once; for more it is cheaper to scale each weight once for all.
constexpr int tokens_of_scaled_sums = 2;
constexpr unsigned all_lanes = 0xffffffffu;

struct Product {
  const float* x;
  float* y;
  const float *bias, *residual;
  const std::int32_t* order;  // the input of each column of the weights, or null
  int tokens;
  bool whole_quads;  // every four numbers of x that begin at a multiple of four can be read at once
};

// The codes of one block of packed integers in registers.
template <int Bits>
struct IntegerBlock {
  using Weights = Integers;
  static constexpr int width = 32;
  static constexpr bool grouped = true;
  std::uint32_t words[Bits];
  Group group;

  __device__ __forceinline__ static unsigned count(const Weights& weights) { return weights.blocks; }
  __device__ __forceinline__ static unsigned group_index(const Weights& weights, unsigned block) {
    return weights.group_shift >= 0 ? block >> weights.group_shift : block / weights.group_blocks;
  }
  __device__ __forceinline__ void load(const Weights& weights, std::int64_t row, unsigned block, unsigned group_index) {
    const std::uint32_t* source = weights.codes + (row * weights.blocks + block) * Bits;
    if constexpr (Bits % 4 == 0) {
#pragma unroll
      for (int i = 0; i < Bits; i += 4) {
        const uint4 four = __ldcs(reinterpret_cast<const uint4*>(source + i));
        words[i] = four.x, words[i + 1] = four.y, words[i + 2] = four.z, words[i + 3] = four.w;
      }
    } else if constexpr (Bits % 2 == 0) {
#pragma unroll
      for (int i = 0; i < Bits; i += 2) {
        const uint2 two = __ldcs(reinterpret_cast<const uint2*>(source + i));
        words[i] = two.x, words[i + 1] = two.y;
      }
    } else {
#pragma unroll
      for (int i = 0; i < Bits; ++i) words[i] = __ldg(source + i);
    }
    group = group_of<Bits>(weights, row, group_index);
  }
  __device__ __forceinline__ float4 four_decoded(int k) const {
    const float4 codes = four(k);
    return {fmaf(codes.x, group.scale, group.minimum), fmaf(codes.y, group.scale, group.minimum),
            fmaf(codes.z, group.scale, group.minimum), fmaf(codes.w, group.scale, group.minimum)};
  }
  // code - zero of columns 4k to 4k + 3, exact.
  __device__ __forceinline__ float4 four(int k) const {
    const std::uint32_t codes = four_codes<Bits>(words, k);
    const float zero = code_bias + group.zero;
    return {biased_code(codes, 0) - zero, biased_code(codes, 1) - zero, biased_code(codes, 2) - zero,
            biased_code(codes, 3) - zero};
  }
};

template <typename T>
struct Dense {
  const T* values;
  std::int64_t rows, columns;
  bool whole;  // rows are whole blocks and begin at multiples of 16 bytes
};

__device__ __forceinline__ float to_float(float value) { return value; }
__device__ __forceinline__ float to_float(__half value) { return __half2float(value); }
__device__ __forceinline__ float to_float(__nv_bfloat16 value) { return __bfloat162float(value); }

// Eight neighbouring numbers of a row; zero behind its end.
template <typename T>
struct DenseBlock {
  using Weights = Dense<T>;
  static constexpr int width = 8;
  static constexpr bool grouped = false;
  alignas(16) T values[width];

  __device__ __forceinline__ static unsigned count(const Weights& weights) {
    return static_cast<unsigned>((weights.columns + width - 1) / width);
  }
  __device__ __forceinline__ static unsigned group_index(const Weights&, unsigned) { return 0; }
  __device__ __forceinline__ void load(const Weights& weights, std::int64_t row, unsigned block, unsigned) {
    const std::int64_t first = static_cast<std::int64_t>(block) * width;
    const T* source = weights.values + row * weights.columns + first;
    if (weights.whole) {
#pragma unroll
      for (int i = 0; i < static_cast<int>(sizeof values / 16); ++i)
        reinterpret_cast<uint4*>(values)[i] = __ldcs(reinterpret_cast<const uint4*>(source) + i);
    } else {
#pragma unroll
      for (int i = 0; i < width; ++i) values[i] = first + i < weights.columns ? source[i] : T(0.0f);
    }
  }
  __device__ __forceinline__ float4 four(int k) const {
    return {to_float(values[4 * k]), to_float(values[4 * k + 1]), to_float(values[4 * k + 2]), to_float(values[4 * k + 3])};
  }
  __device__ __forceinline__ float4 four_decoded(int k) const { return four(k); }
};

__device__ __forceinline__ float dot(const float4& a, const float4& b, float sum) {
  return fmaf(a.w, b.w, fmaf(a.z, b.z, fmaf(a.y, b.y, fmaf(a.x, b.x, sum))));
}

__device__ __forceinline__ float warp_sum(float value) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) value += __shfl_xor_sync(all_lanes, value, step);
  return value;
}

// Whether the sum of each block of x is needed beside its numbers.
template <class Block, int Tokens>
constexpr bool wants_sums = Block::grouped && Tokens <= tokens_of_scaled_sums;

// What four neighbouring columns multiply of a row of x; zero behind its end.
__device__ __forceinline__ float4 quad_of(const Product& product, int token, std::int64_t columns, std::int64_t column) {
  if (token >= product.tokens || column >= columns) return {0.0f, 0.0f, 0.0f, 0.0f};
  const float* x = product.x + token * columns;
  if (product.whole_quads) return *reinterpret_cast<const float4*>(x + column);
  const auto at = [&](int i) {
    if (column + i >= columns) return 0.0f;
    return x[product.order ? product.order[column + i] : column + i];
  };
  return {at(0), at(1), at(2), at(3)};
}

// Blocks [first, first + count) of x of all tokens into shared memory, each with its sum behind it where that is wanted.
template <class Block, int Tokens>
__device__ void stage(const Product& product, std::int64_t columns, unsigned first, unsigned count, float* shared) {
  constexpr unsigned stride = Block::width + 4, block_quads = Block::width / 4;
  const unsigned quads = count * block_quads, rounds = (quads + 31) / 32 * 32;  // whole warps, which sum together
  for (int t = 0; t < Tokens; ++t) {
    for (unsigned i = threadIdx.x; i < rounds; i += blockDim.x) {
      const bool inside = i < quads;
      const float4 quad = quad_of(product, inside ? t : Tokens, columns, static_cast<std::int64_t>(first) * Block::width + 4 * i);
      float* block = shared + (t * count + i / block_quads) * stride;
      if (inside) *reinterpret_cast<float4*>(block + i % block_quads * 4) = quad;
      if constexpr (wants_sums<Block, Tokens>) {
        float sum = (quad.x + quad.y) + (quad.z + quad.w);
#pragma unroll
        for (unsigned step = block_quads / 2; step > 0; step /= 2) sum += __shfl_xor_sync(all_lanes, sum, step);
        if (inside && i % block_quads == 0) block[Block::width] = sum;
      }
    }
  }
}

// Adds one block's products to sums[row][token]. `x`: the block's numbers of token 0, token t at t * token_stride.
template <class Block, int Tokens, int Rows>
__device__ __forceinline__ void accumulate(const Block (&blocks)[Rows], const float* x, unsigned token_stride,
                                           float (&sums)[Rows][Tokens]) {
  constexpr bool scaled_sums = wants_sums<Block, Tokens>;
  float parts[Rows][Tokens] = {};
#pragma unroll
  for (int k = 0; k < Block::width / 4; ++k) {
    float4 weights[Rows];
#pragma unroll
    for (int r = 0; r < Rows; ++r) weights[r] = scaled_sums ? blocks[r].four(k) : blocks[r].four_decoded(k);
#pragma unroll
    for (int t = 0; t < Tokens; ++t) {
      const float4 quad = *reinterpret_cast<const float4*>(x + t * token_stride + 4 * k);
#pragma unroll
      for (int r = 0; r < Rows; ++r) {
        float& sum = scaled_sums ? parts[r][t] : sums[r][t];
        sum = dot(weights[r], quad, sum);
      }
    }
  }
  if constexpr (scaled_sums) {
#pragma unroll
    for (int t = 0; t < Tokens; ++t) {
      const float input = x[t * token_stride + Block::width];
#pragma unroll
      for (int r = 0; r < Rows; ++r)
        sums[r][t] += fmaf(blocks[r].group.scale, parts[r][t], blocks[r].group.minimum * input);
    }
  }
}

template <class Block, int Rows>
__device__ __forceinline__ void load_rows(Block (&blocks)[Rows], const typename Block::Weights& weights, std::int64_t row,
                                          unsigned block) {
  const unsigned group = Block::group_index(weights, block);
#pragma unroll
  for (int r = 0; r < Rows; ++r) blocks[r].load(weights, min(row + r, weights.rows - 1), block, group);
}

template <int Tokens, int Rows>
__device__ void finish(float (&sums)[Rows][Tokens], const Product& product, std::int64_t first, std::int64_t rows) {
#pragma unroll
  for (int r = 0; r < Rows; ++r) {
#pragma unroll
    for (int t = 0; t < Tokens; ++t) {
      float sum = warp_sum(sums[r][t]);
      const std::int64_t row = first + r, place = t * rows + row;
      if (threadIdx.x % 32 != 0 || t >= product.tokens || row >= rows) continue;
      if (product.bias) sum += product.bias[row];
      if (product.residual) sum += product.residual[place];
      product.y[place] = sum;
    }
  }
}

template <class Block, int Tokens, int Rows>
__global__ void __launch_bounds__(32 * most_warps) matvec_kernel(typename Block::Weights weights, Product product) {
  constexpr int stride = Block::width + 4;
  constexpr unsigned tile_blocks = tile_floats / (stride * Tokens) / 32 * 32;
  __shared__ alignas(16) float shared[tile_floats];
  const unsigned lane = threadIdx.x % 32, blocks = Block::count(weights);
  const std::int64_t row = (static_cast<std::int64_t>(blockIdx.x) * (blockDim.x / 32) + threadIdx.x / 32) * Rows;
  const bool works = row < weights.rows;
  float sums[Rows][Tokens] = {};
  for (unsigned tile = 0; tile < blocks; tile += tile_blocks) {
    const unsigned count = min(tile_blocks, blocks - tile);
    Block now[Rows], next[Rows];
    if (works && lane < count) load_rows(now, weights, row, tile + lane);  // on its way while x is staged
    __syncthreads();
    stage<Block, Tokens>(product, weights.columns, tile, count, shared);
    __syncthreads();
    for (unsigned block = lane; works && block < count; block += 32) {
      if (block + 32 < count) load_rows(next, weights, row, tile + block + 32);
      accumulate<Block, Tokens>(now, shared + block * stride, count * stride, sums);
#pragma unroll
      for (int r = 0; r < Rows; ++r) now[r] = next[r];
    }
  }
  if (works) finish<Tokens>(sums, product, row, weights.rows);
}

template <class Block, int Tokens, int Rows>
int launch(const typename Block::Weights& weights, const Product& product, cudaStream_t stream) {
  // As many warps share a staged x as leave a block for every processor.
  constexpr std::int64_t processors = 128;
  int warps = most_warps;
  while (warps > 2 && weights.rows < processors * warps * Rows) warps /= 2;
  const std::int64_t block_rows = warps * Rows;
  const auto grid = static_cast<unsigned>((weights.rows + block_rows - 1) / block_rows);
  matvec_kernel<Block, Tokens, Rows><<<grid, warps * 32, 0, stream>>>(weights, product);
  return cudaGetLastError();
}

template <class Block, int Tokens>
int launch(const typename Block::Weights& weights, const Product& product, cudaStream_t stream) {
  // Few tokens leave the weights' bytes as the limit: more warps have more of them on their way. Many tokens read x often:
  // more rows share what was read.
  return launch<Block, Tokens, Tokens <= tokens_of_scaled_sums ? 2 : 4>(weights, product, stream);
}

template <class Block>
int run(const typename Block::Weights& weights, const std::int32_t* order, const CudaMatvec& call, cudaStream_t stream) {
  for (std::int64_t first = 0; first < call.tokens; first += cuda_matvec_tokens) {
    const int tokens = static_cast<int>(call.tokens - first < cuda_matvec_tokens ? call.tokens - first : cuda_matvec_tokens);
    const std::int64_t place = first * weights.rows;
    const float* x = call.x + first * weights.columns;
    const bool whole_quads = !order && weights.columns % 4 == 0 && reinterpret_cast<std::uintptr_t>(x) % 16 == 0;
    const float* residual = call.residual ? call.residual + place : nullptr;
    const Product product{x, call.y + place, call.bias, residual, order, tokens, whole_quads};
    const int status = tokens == 1   ? launch<Block, 1>(weights, product, stream)
                       : tokens == 2 ? launch<Block, 2>(weights, product, stream)
                       : tokens <= 4 ? launch<Block, 4>(weights, product, stream)
                                     : launch<Block, 8>(weights, product, stream);
    if (status != cudaSuccess) return status;
  }
  return cudaSuccess;
}

template <typename T>
int run_dense(const CudaMatvec& call, cudaStream_t stream) {
  const MatrixView& view = call.weights;
  const bool whole = view.columns % DenseBlock<T>::width == 0;
  return run<DenseBlock<T>>({static_cast<const T*>(view.data), view.rows, view.columns, whole}, nullptr, call, stream);
}

int run_integers(const CudaMatvec& call, cudaStream_t stream) {
  const GroupedIntegerView& view = call.weights.integers;
  if (!is_valid(view)) return cudaErrorInvalidValue;
  const Integers weights = integers_of(view);
  switch (view.bits) {
    case 2: return run<IntegerBlock<2>>(weights, view.order, call, stream);
    case 3: return run<IntegerBlock<3>>(weights, view.order, call, stream);
    case 4: return run<IntegerBlock<4>>(weights, view.order, call, stream);
    case 5: return run<IntegerBlock<5>>(weights, view.order, call, stream);
    case 6: return run<IntegerBlock<6>>(weights, view.order, call, stream);
    case 8: return run<IntegerBlock<8>>(weights, view.order, call, stream);
    default: return cudaErrorInvalidValue;
  }
}

}  // namespace

int cuda_matvec(const CudaMatvec& call, void* stream) {
  if (call.weights.rows == 0 || call.tokens == 0) return cudaSuccess;
  auto* const on = static_cast<cudaStream_t>(stream);
  switch (call.weights.encoding) {
    case Encoding::float32: return run_dense<float>(call, on);
    case Encoding::float16: return run_dense<__half>(call, on);
    case Encoding::bfloat16: return run_dense<__nv_bfloat16>(call, on);
    case Encoding::grouped_integer: return run_integers(call, on);
    default: return cudaErrorInvalidValue;  // ggml's blocks are split before they reach a device
  }
}

}  // namespace kelter
