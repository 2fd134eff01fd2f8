// SPDX-License-Identifier: GPL-3.0-or-later
// Products on rows of plain numbers, in float32.
#include "core/kernels/cuda_matvec.h"
#include "core/kernels/cuda_products.cuh"

namespace kelter {
namespace {

using namespace cuda;

template <typename T>
struct Dense {
  const T* values;
  std::int64_t rows, columns;
  unsigned blocks;
  bool whole;   // rows begin at multiples of 16 bytes
};

template <typename T>
struct DenseCore {
  using Weights = Dense<T>;
  static constexpr int width = 16 / sizeof(T), reads = 2;   // numbers of a read of 16 bytes; reads of a chunk
  static constexpr unsigned chunk_blocks = 4 * width * reads / record_columns;
  __host__ __device__ static constexpr int depth(int tokens) { return tokens != 4 ? 2 : 1; }

  struct Source {
    const T* values;   // of the row, where the lane begins
    __device__ __forceinline__ void find(const Weights& weights, std::int64_t row) {
      values = weights.values + row * weights.columns + threadIdx.x % 4 * width;
    }
  };

  struct Chunk {
    alignas(16) T values[2][reads][width];
    __device__ __forceinline__ void load(int r, const Weights& weights, const Source& source, unsigned first, unsigned end) {
      const std::int64_t limit = min(weights.columns, static_cast<std::int64_t>(end) * record_columns);
#pragma unroll
      for (int i = 0; i < reads; ++i) {
        const std::int64_t begin = static_cast<std::int64_t>(first) * record_columns + 4 * i * width;
        const std::int64_t column = begin + threadIdx.x % 4 * width;
        if (weights.whole) {
          uint4 all{};
          if (column < limit) all = __ldcs(reinterpret_cast<const uint4*>(source.values + begin));
          *reinterpret_cast<uint4*>(values[r][i]) = all;
        } else {
#pragma unroll
          for (int j = 0; j < width; ++j) values[r][i][j] = column + j < limit ? source.values[begin + j] : T(0.0f);
        }
      }
    }
  };
  __device__ __forceinline__ static void prepare() {}

  __device__ __forceinline__ static void put_quad(char* record, unsigned quad_index, const float4& quad) {
    reinterpret_cast<float4*>(record)[quad_index] = quad;
  }

  template <int Tokens>
  __device__ __forceinline__ static void accumulate(const Chunk& chunk, const Weights&, const Weights&, bool, const char* records,
                                                    unsigned token_bytes, float (&sums)[2][Tokens]) {
#pragma unroll
    for (int i = 0; i < reads; ++i) {
      const unsigned column = (4 * i + threadIdx.x % 4) * width;
      const char* place = records + column / record_columns * record_bytes + column % record_columns * sizeof(float);
#pragma unroll
      for (int t = 0; t < Tokens; ++t) {
#pragma unroll
        for (int j = 0; j < width; j += 4) {
          const float4 x = *reinterpret_cast<const float4*>(place + t * token_bytes + j * sizeof(float));
#pragma unroll
          for (int r = 0; r < 2; ++r) {
            const T* four = chunk.values[r][i] + j;
            float& sum = sums[r][t];
            sum = fmaf(to_float(four[0]), x.x, sum);
            sum = fmaf(to_float(four[1]), x.y, sum);
            sum = fmaf(to_float(four[2]), x.z, sum);
            sum = fmaf(to_float(four[3]), x.w, sum);
          }
        }
      }
    }
  }
};

template <typename T>
int run(const CudaProducts& call, cudaStream_t stream) {
  const auto weights_of = [](const MatrixView& view) -> Dense<T> {
    const auto blocks = static_cast<unsigned>((view.columns + record_columns - 1) / record_columns);
    return {static_cast<const T*>(view.data), view.rows, view.columns, blocks, view.columns % DenseCore<T>::width == 0};
  };
  return run_products<DenseCore<T>>(make_job<Dense<T>>(call, weights_of), call, stream);
}

}  // namespace

int multiply_dense(const CudaProducts& call, void* stream) {
  auto* const on = static_cast<cudaStream_t>(stream);
  switch (call.of[0].weights.encoding) {
    case Encoding::float32: return run<float>(call, on);
    case Encoding::float16: return run<__half>(call, on);
    case Encoding::bfloat16: return run<__nv_bfloat16>(call, on);
    default: return cudaErrorInvalidValue;
  }
}

}  // namespace kelter
