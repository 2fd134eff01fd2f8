// SPDX-License-Identifier: GPL-3.0-or-later
// ggml's blocks of 256 (Q4_K, Q5_K, Q6_K) as a file stores them, on a GPU. A warp takes a block at a time, eight neighbouring weights in each
// lane.
#include <cuda_runtime_api.h>

#include "core/kernels/cuda_formats.cuh"

namespace kelter {
namespace {

using namespace cuda;

constexpr int block_size = 256, piece = 8;

__device__ __forceinline__ float half_at(const std::uint8_t* bytes) {
  return __half2float(__ushort_as_half(*reinterpret_cast<const unsigned short*>(bytes)));
}

// Scale and minimum of part `j` of the eight that Q4_K and Q5_K pack into 12 bytes of 6 bits each.
__device__ __forceinline__ void sub_scale(const std::uint8_t* block, int j, float& scale, float& minimum) {
  const std::uint8_t* b = block + 4;
  const int sc = j < 4 ? b[j] & 63 : (b[j + 4] & 15) | (b[j - 4] >> 6) << 4;
  const int m = j < 4 ? b[j + 4] & 63 : (b[j + 4] >> 4) | (b[j] >> 6) << 4;
  scale = half_at(block) * static_cast<float>(sc);
  minimum = half_at(block + 2) * static_cast<float>(m);
}

// Weights 8 * lane to 8 * lane + 7 of a block, each operation rounded as on the processor (core/kernels/scalar_blocks.h).
template <Encoding encoding>
struct Block;

template <>
struct Block<Encoding::q4_k> {
  static constexpr int bytes = 144;
  __device__ __forceinline__ static void decode(const std::uint8_t* block, int lane, float (&out)[piece]) {
    const int part = lane / 4, shift = part % 2 * 4;
    float scale, minimum;
    sub_scale(block, part, scale, minimum);
    const std::uint8_t* codes = block + 16 + 32 * (part / 2) + lane % 4 * piece;
#pragma unroll
    for (int j = 0; j < piece; ++j) out[j] = __fsub_rn(__fmul_rn(scale, static_cast<float>(codes[j] >> shift & 15)), minimum);
  }
};

template <>
struct Block<Encoding::q5_k> {
  static constexpr int bytes = 176;
  __device__ __forceinline__ static void decode(const std::uint8_t* block, int lane, float (&out)[piece]) {
    const int part = lane / 4, shift = part % 2 * 4, first = lane % 4 * piece;
    float scale, minimum;
    sub_scale(block, part, scale, minimum);
    const std::uint8_t *codes = block + 48 + 32 * (part / 2) + first, *high = block + 16 + first;
#pragma unroll
    for (int j = 0; j < piece; ++j) {
      const int code = (codes[j] >> shift & 15) | (high[j] >> part & 1) << 4;
      out[j] = __fsub_rn(__fmul_rn(scale, static_cast<float>(code)), minimum);
    }
  }
};

template <>
struct Block<Encoding::q6_k> {
  static constexpr int bytes = 210;
  __device__ __forceinline__ static void decode(const std::uint8_t* block, int lane, float (&out)[piece]) {
    const int half = lane / 16, quarter = lane % 16 / 4, first = lane % 4 * piece;
    const std::uint8_t *low = block + 64 * half + 32 * (quarter % 2) + first, *high = block + 128 + 32 * half + first;
    const auto part = static_cast<std::int8_t>(block[192 + 8 * half + 2 * quarter + first / 16]);
    const float scale = half_at(block + 208) * static_cast<float>(part);
#pragma unroll
    for (int j = 0; j < piece; ++j) {
      const int code = (low[j] >> (quarter / 2 * 4) & 15) | (high[j] >> (2 * quarter) & 3) << 4;
      out[j] = scale * static_cast<float>(code - 32);
    }
  }
};

template <Encoding encoding, int Tokens>
__global__ void __launch_bounds__(32 * warps_of_block) product_kernel(const std::uint8_t* data, std::int64_t rows, std::int64_t columns,
                                                                      CudaFormatProduct call) {
  const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * warps_of_block + threadIdx.x / 32, blocks = columns / block_size;
  if (row >= rows) return;
  const int lane = threadIdx.x % 32;
  const std::uint8_t* block = data + row * blocks * Block<encoding>::bytes;
  float sums[Tokens] = {};
#pragma unroll 2
  for (std::int64_t b = 0; b < blocks; ++b, block += Block<encoding>::bytes) {
    float weights[piece];
    Block<encoding>::decode(block, lane, weights);
    const float* x = call.x + b * block_size + lane * piece;
#pragma unroll
    for (int t = 0; t < Tokens; ++t) {
      if (t >= call.tokens) continue;
#pragma unroll
      for (int j = 0; j < piece; ++j) sums[t] = fmaf(weights[j], x[t * columns + j], sums[t]);
    }
  }
  write_sums<Tokens>(sums, call, row, rows);
}

template <Encoding encoding, typename Out>
__global__ void __launch_bounds__(32 * warps_of_block) decode_kernel(const std::uint8_t* data, std::int64_t columns, CudaRows rows, Out* out) {
  const std::int64_t place = static_cast<std::int64_t>(blockIdx.x) * warps_of_block + threadIdx.x / 32, blocks = columns / block_size;
  if (place >= rows.count) return;
  const int lane = threadIdx.x % 32;
  const std::int64_t row = rows.ids ? rows.ids[place] : rows.begin + place;
  for (std::int64_t b = 0; b < blocks; ++b) {
    float weights[piece];
    Block<encoding>::decode(data + (row * blocks + b) * Block<encoding>::bytes, lane, weights);
    Out* target = out + place * columns + b * block_size + lane * piece;
#pragma unroll
    for (int j = 0; j < piece; ++j) put(target + j, weights[j]);
  }
}

template <Encoding encoding>
int decode_as(const MatrixView& weights, const CudaRows& rows, NumberType type, void* out, cudaStream_t stream) {
  const auto* data = static_cast<const std::uint8_t*>(weights.data);
  const unsigned grid = blocks_of_rows(rows.count), threads = 32 * warps_of_block;
  switch (type) {
    case NumberType::float32: decode_kernel<encoding><<<grid, threads, 0, stream>>>(data, weights.columns, rows, static_cast<float*>(out)); break;
    case NumberType::float16: decode_kernel<encoding><<<grid, threads, 0, stream>>>(data, weights.columns, rows, static_cast<__half*>(out)); break;
    case NumberType::bfloat16:
      decode_kernel<encoding><<<grid, threads, 0, stream>>>(data, weights.columns, rows, static_cast<__nv_bfloat16*>(out));
      break;
  }
  return cudaGetLastError();
}

template <Encoding encoding>
int multiply(const MatrixView& weights, const CudaFormatProduct& call, cudaStream_t stream) {
  return in_passes(call, weights.rows, weights.columns, [&](const CudaFormatProduct& pass, auto tokens) {
    product_kernel<encoding, decltype(tokens)::value><<<blocks_of_rows(weights.rows), 32 * warps_of_block, 0, stream>>>(
        static_cast<const std::uint8_t*>(weights.data), weights.rows, weights.columns, pass);
    return static_cast<int>(cudaGetLastError());
  });
}

template <class Call>
int by_encoding(const MatrixView& weights, const Call& call) {
  if (weights.columns % block_size != 0) return cudaErrorInvalidValue;
  switch (weights.encoding) {
    case Encoding::q4_k: return call(std::integral_constant<Encoding, Encoding::q4_k>());
    case Encoding::q5_k: return call(std::integral_constant<Encoding, Encoding::q5_k>());
    case Encoding::q6_k: return call(std::integral_constant<Encoding, Encoding::q6_k>());
    default: return cudaErrorInvalidValue;
  }
}

}  // namespace

int cuda_decode_blocks(const MatrixView& weights, const CudaRows& rows, NumberType type, void* out, void* stream) {
  if (rows.count < 0) return cudaErrorInvalidValue;
  if (rows.count == 0 || weights.columns == 0) return cudaSuccess;
  return by_encoding(weights, [&](auto encoding) {
    return decode_as<decltype(encoding)::value>(weights, rows, type, out, static_cast<cudaStream_t>(stream));
  });
}

int cuda_block_product(const MatrixView& weights, const CudaFormatProduct& call, void* stream) {
  if (call.tokens < 0) return cudaErrorInvalidValue;
  if (weights.rows == 0 || call.tokens == 0) return cudaSuccess;
  return by_encoding(weights, [&](auto encoding) { return multiply<decltype(encoding)::value>(weights, call, static_cast<cudaStream_t>(stream)); });
}

}  // namespace kelter
