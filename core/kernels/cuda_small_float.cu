// SPDX-License-Identifier: GPL-3.0-or-later
// Small floats on a GPU. A warp multiplies two rows; each of its lanes takes blocks lane, lane + 32, … of 32 columns, reads their codes
// in words of 16 bytes and scales their sum once. x lies in shared memory in tiles.
#include <cuda_runtime_api.h>

#include "core/kernels/cuda_formats.cuh"
#include "core/kernels/cuda_planes.cuh"

namespace kelter {
namespace {

using namespace cuda;

struct Weights {
  const std::uint32_t* codes;
  SmallFloatScales scales;
  std::int64_t rows, columns;
  unsigned blocks, group_blocks, groups;  // blocks of 32 in a row, blocks in a group, groups in a row
};

Weights weights_of(const SmallFloatView& view) {
  const auto blocks = static_cast<unsigned>((view.columns + 31) / 32);
  const unsigned group_blocks = view.group >= view.columns ? blocks : static_cast<unsigned>(view.group / 32);
  return {reinterpret_cast<const std::uint32_t*>(view.codes), view.scales, view.rows, view.columns, blocks, group_blocks,
          static_cast<unsigned>(view.groups())};
}

bool is_valid_view(const SmallFloatView& view) {
  return view.rows >= 0 && view.columns >= 0 && view.scales.rows_per_scale > 0 && (view.rows * view.columns == 0 || view.group > 0) &&
         (view.group >= view.columns || view.group % 32 == 0);
}

__device__ __forceinline__ float scale_of(const Weights& weights, std::int64_t row, unsigned block) {
  const SmallFloatScales& scales = weights.scales;
  const std::int64_t index = row / scales.rows_per_scale * weights.groups + block / weights.group_blocks;
  if (scales.kind == FloatScale::float32) return static_cast<const float*>(scales.values)[index];
  const unsigned byte = static_cast<const std::uint8_t*>(scales.values)[index];
  // As on the processor, one multiplication and one addition.
  if (scales.kind == FloatScale::coded) return __fadd_rn(__fmul_rn(scales.table[byte], scales.block_scales[index / scales_per_block]), scales.offset);
  return __uint_as_float(byte == 0 ? 0x00400000u : byte << 23);
}

__constant__ float nf4_table[16] = {-1.0f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f,
                                    -0.18477343022823334f, -0.09105003625154495f, 0.0f, 0.07958029955625534f, 0.16093020141124725f,
                                    0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f,
                                    0.7229568362236023f, 1.0f};

template <Element element>
constexpr int bits_of = element_bits(element);
template <Element element>
constexpr int mantissa_of = element == Element::e2m1 ? 1 : element == Element::e3m2 || element == Element::e5m2 ? 2 : 3;
template <Element element>
constexpr int exponent_of = bits_of<element> - 1 - mantissa_of<element>;

// A number's bits moved to float16's places are the number times 2^-(15 - bias), subnormals included.
template <Element element>
__device__ __forceinline__ float value_of(unsigned code, const float* table) {
  if constexpr (element == Element::nf4) {
    return table[code];
  } else if constexpr (element == Element::int8_64ths) {
    return static_cast<float>(static_cast<std::int8_t>(code)) * (1.0f / 64);
  } else {
    constexpr int bits = bits_of<element>, bias = (1 << (exponent_of<element> - 1)) - 1;
    constexpr unsigned sign = 1u << (bits - 1);
    const auto half = static_cast<unsigned short>((code & sign) << (16 - bits) | (code & (sign - 1)) << (10 - mantissa_of<element>));
    return __half2float(__ushort_as_half(half)) * static_cast<float>(1 << (15 - bias));
  }
}

// NF4's table in shared memory: lanes that look up different places do not wait for each other.
template <Element element>
__device__ __forceinline__ const float* shared_table() {
  __shared__ float table[16];
  if constexpr (element == Element::nf4) {
    if (threadIdx.x < 16) table[threadIdx.x] = nf4_table[threadIdx.x];
    __syncthreads();
  }
  return table;
}

template <int Bits>
__device__ __forceinline__ void load_block(const std::uint32_t* source, std::uint32_t (&words)[Bits]) {
  if constexpr (Bits % 4 == 0) {
#pragma unroll
    for (int i = 0; i < Bits; i += 4) {
      const uint4 four = __ldcs(reinterpret_cast<const uint4*>(source + i));
      words[i] = four.x, words[i + 1] = four.y, words[i + 2] = four.z, words[i + 3] = four.w;
    }
  } else {
#pragma unroll
    for (int i = 0; i < Bits; i += 2) {
      const uint2 two = __ldcs(reinterpret_cast<const uint2*>(source + i));
      words[i] = two.x, words[i + 1] = two.y;
    }
  }
}

constexpr int product_warps = 8, rows_of_warp = 2;
// Of x in shared memory: blocks of 32 numbers lie 36 apart, so that lanes that read different blocks meet no bank twice.
constexpr unsigned block_stride = 36, tile_floats = 9216;

__device__ __forceinline__ float4 four_inputs(const CudaFormatProduct& call, int token, std::int64_t column, std::int64_t columns, bool whole) {
  if (token >= call.tokens || column >= columns) return {0.0f, 0.0f, 0.0f, 0.0f};
  const float* x = call.x + token * columns;
  if (whole) return *reinterpret_cast<const float4*>(x + column);
  const auto at = [&](int i) { return column + i < columns ? x[column + i] : 0.0f; };
  return {at(0), at(1), at(2), at(3)};
}

// Blocks [first, first + count) of x of all tokens.
template <int Tokens>
__device__ void stage(const CudaFormatProduct& call, std::int64_t columns, unsigned first, unsigned count, bool whole, float* shared) {
  for (int t = 0; t < Tokens; ++t) {
    for (unsigned i = threadIdx.x; i < count * 8; i += blockDim.x) {
      float* place = shared + (t * count + i / 8) * block_stride + i % 8 * 4;
      *reinterpret_cast<float4*>(place) = four_inputs(call, t, static_cast<std::int64_t>(first) * 32 + 4 * i, columns, whole);
    }
  }
}

// Adds one block of a row: `x` holds the block's numbers of token 0, those of token t lie t * token_stride further.
template <Element element, int Tokens>
__device__ __forceinline__ void add_block(const std::uint32_t (&words)[bits_of<element>], float scale, const float* x, unsigned token_stride,
                                          const float* table, float (&sums)[Tokens]) {
  float parts[Tokens] = {};
#pragma unroll
  for (int k = 0; k < 8; ++k) {
    const std::uint32_t codes = four_codes<bits_of<element>>(words, k);
    const float w0 = value_of<element>(codes & 255u, table), w1 = value_of<element>(codes >> 8 & 255u, table),
                w2 = value_of<element>(codes >> 16 & 255u, table), w3 = value_of<element>(codes >> 24, table);
#pragma unroll
    for (int t = 0; t < Tokens; ++t) {
      const float4 quad = *reinterpret_cast<const float4*>(x + t * token_stride + 4 * k);
      parts[t] = fmaf(w3, quad.w, fmaf(w2, quad.z, fmaf(w1, quad.y, fmaf(w0, quad.x, parts[t]))));
    }
  }
#pragma unroll
  for (int t = 0; t < Tokens; ++t) sums[t] = fmaf(scale, parts[t], sums[t]);
}

template <Element element, int Tokens>
__global__ void __launch_bounds__(32 * product_warps) product_kernel(Weights weights, CudaFormatProduct call, bool whole) {
  constexpr int bits = bits_of<element>;
  constexpr unsigned tile_blocks = tile_floats / (block_stride * Tokens) / 32 * 32;
  __shared__ alignas(16) float shared[tile_floats];
  const float* table = shared_table<element>();
  const std::int64_t first_row = (static_cast<std::int64_t>(blockIdx.x) * product_warps + threadIdx.x / 32) * rows_of_warp;
  float sums[rows_of_warp][Tokens] = {};
  for (unsigned tile = 0; tile < weights.blocks; tile += tile_blocks) {
    const unsigned count = min(tile_blocks, weights.blocks - tile);
    __syncthreads();
    stage<Tokens>(call, weights.columns, tile, count, whole, shared);
    __syncthreads();
    for (unsigned block = threadIdx.x % 32; block < count; block += 32) {
#pragma unroll
      for (int r = 0; r < rows_of_warp; ++r) {
        const std::int64_t row = min(first_row + r, weights.rows - 1);   // what lies behind the last row is not written
        std::uint32_t words[bits];
        load_block<bits>(weights.codes + (row * weights.blocks + tile + block) * bits, words);
        add_block<element, Tokens>(words, scale_of(weights, row, tile + block), shared + block * block_stride, count * block_stride, table, sums[r]);
      }
    }
  }
#pragma unroll
  for (int r = 0; r < rows_of_warp; ++r)
    if (first_row + r < weights.rows) write_sums<Tokens>(sums[r], call, first_row + r, weights.rows);
}

constexpr int piece = 8;

template <Element element, typename Out>
__global__ void decode_kernel(Weights weights, CudaRows rows, std::int64_t pieces, Out* out) {
  constexpr int bits = bits_of<element>;
  const float* table = shared_table<element>();
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  const unsigned row_pieces = weights.blocks * (32 / piece);
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < pieces; i += step) {
    const std::int64_t place = i / row_pieces, row = rows.ids ? rows.ids[place] : rows.begin + place;
    const auto column = static_cast<unsigned>(i % row_pieces) * piece;
    const unsigned block = column / 32;
    const float scale = scale_of(weights, row, block);
    const std::uint32_t* words = weights.codes + (row * weights.blocks + block) * bits;
#pragma unroll
    for (int j = 0; j < piece; ++j) {
      const std::uint32_t codes = four_codes<bits>(words, static_cast<int>(column % 32) / 4 + j / 4);
      if (column + j < weights.columns)
        put(out + place * weights.columns + column + j, value_of<element>(codes >> (j % 4 * 8) & 255u, table) * scale);
    }
  }
}

template <Element element, typename Out>
int decode(const SmallFloatView& view, const CudaRows& rows, void* out, cudaStream_t stream) {
  constexpr int threads = 256;
  constexpr std::int64_t most_blocks = 1 << 20;
  const Weights weights = weights_of(view);
  const std::int64_t pieces = rows.count * weights.blocks * (32 / piece), wanted = (pieces + threads - 1) / threads;
  decode_kernel<element><<<static_cast<unsigned>(wanted < most_blocks ? wanted : most_blocks), threads, 0, stream>>>(
      weights, rows, pieces, static_cast<Out*>(out));
  return cudaGetLastError();
}

template <Element element>
int decode_as(const SmallFloatView& view, const CudaRows& rows, NumberType type, void* out, cudaStream_t stream) {
  switch (type) {
    case NumberType::float32: return decode<element, float>(view, rows, out, stream);
    case NumberType::float16: return decode<element, __half>(view, rows, out, stream);
    case NumberType::bfloat16: return decode<element, __nv_bfloat16>(view, rows, out, stream);
  }
  return cudaErrorInvalidValue;
}

template <Element element>
int multiply(const SmallFloatView& view, const CudaFormatProduct& call, cudaStream_t stream) {
  const Weights weights = weights_of(view);
  constexpr int block_rows = product_warps * rows_of_warp;
  const auto grid = static_cast<unsigned>((view.rows + block_rows - 1) / block_rows);
  return in_passes(call, view.rows, view.columns, [&](const CudaFormatProduct& pass, auto tokens) {
    const bool whole = view.columns % 32 == 0 && reinterpret_cast<std::uintptr_t>(pass.x) % 16 == 0;
    product_kernel<element, decltype(tokens)::value><<<grid, 32 * product_warps, 0, stream>>>(weights, pass, whole);
    return static_cast<int>(cudaGetLastError());
  });
}

// call(std::integral_constant<Element, …>) of the view's element.
template <class Call>
int by_element(Element element, const Call& call) {
  switch (element) {
    case Element::nf4: return call(std::integral_constant<Element, Element::nf4>());
    case Element::e2m1: return call(std::integral_constant<Element, Element::e2m1>());
    case Element::e2m3: return call(std::integral_constant<Element, Element::e2m3>());
    case Element::e3m2: return call(std::integral_constant<Element, Element::e3m2>());
    case Element::e4m3: return call(std::integral_constant<Element, Element::e4m3>());
    case Element::e5m2: return call(std::integral_constant<Element, Element::e5m2>());
    case Element::int8_64ths: return call(std::integral_constant<Element, Element::int8_64ths>());
  }
  return cudaErrorInvalidValue;
}

}  // namespace

int cuda_decode_small_float(const SmallFloatView& weights, const CudaRows& rows, NumberType type, void* out, void* stream) {
  if (!is_valid_view(weights) || rows.count < 0) return cudaErrorInvalidValue;
  if (rows.count == 0 || weights.columns == 0) return cudaSuccess;
  return by_element(weights.element, [&](auto element) {
    return decode_as<decltype(element)::value>(weights, rows, type, out, static_cast<cudaStream_t>(stream));
  });
}

int cuda_small_float_product(const SmallFloatView& weights, const CudaFormatProduct& call, void* stream) {
  if (!is_valid_view(weights) || call.tokens < 0) return cudaErrorInvalidValue;
  if (weights.rows == 0 || call.tokens == 0) return cudaSuccess;
  return by_element(weights.element, [&](auto element) { return multiply<decltype(element)::value>(weights, call, static_cast<cudaStream_t>(stream)); });
}

}  // namespace kelter
