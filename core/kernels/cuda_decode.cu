// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of grouped integers to numbers. A thread writes eight neighbouring columns, so that a warp's writes are whole
// lines; it reads only the words that hold their codes.
#include "core/kernels/cuda_kernels.h"
#include "core/kernels/cuda_launch.cuh"
#include "core/kernels/cuda_planes.cuh"

namespace kelter {
namespace {

using namespace cuda;

constexpr int piece = 8;

template <int Bits, typename Out>
__global__ void decode_kernel(Integers weights, const std::int32_t* ids, std::int64_t begin, std::int64_t pieces,
                              Out* out) {
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  const unsigned row_pieces = weights.blocks * (32 / piece);
  const bool whole = weights.columns % piece == 0 && !weights.order;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < pieces; i += step) {
    const std::int64_t place = i / row_pieces;
    const auto column = static_cast<unsigned>(i % row_pieces) * piece;
    if (column >= weights.columns) continue;
    const std::int64_t row = ids ? ids[place] : begin + place;
    const unsigned block = column / 32;
    const Group group = group_of<Bits>(weights, row, block / weights.group_blocks);
    const std::uint32_t* words = weights.codes + (row * weights.blocks + block) * Bits;
    alignas(16) Out values[piece];
#pragma unroll
    for (int j = 0; j < piece; ++j) {
      const std::uint32_t codes = four_codes<Bits>(words, static_cast<int>(column % 32) / 4 + j / 4);
      const float code = biased_code(codes, j % 4) - (code_bias + group.zero);
      // Rounded twice as on the CPU; the compiler may not fuse these.
      put(values + j, __fadd_rn(__fmul_rn(code, group.scale), group.minimum));
    }
    Out *row_out = out + place * weights.columns, *target = row_out + column;
    if (whole) {
#pragma unroll
      for (int j = 0; j < static_cast<int>(sizeof values / 16); ++j)
        reinterpret_cast<uint4*>(target)[j] = reinterpret_cast<const uint4*>(values)[j];
    } else {
      for (int j = 0; j < piece && column + j < weights.columns; ++j)
        row_out[weights.order ? static_cast<unsigned>(weights.order[column + j]) : column + j] = values[j];
    }
  }
}

struct Rows {
  const std::int32_t* ids;
  std::int64_t begin, count;
};

template <int Bits, typename Out>
int launch(const Integers& weights, const Rows& rows, Out* out, cudaStream_t stream) {
  constexpr int threads = 256;
  constexpr std::int64_t most_blocks = 1 << 20;
  const std::int64_t pieces = rows.count * weights.blocks * (32 / piece);
  const std::int64_t wanted = (pieces + threads - 1) / threads;
  const auto grid = static_cast<unsigned>(wanted < most_blocks ? wanted : most_blocks);
  decode_kernel<Bits><<<grid, threads, 0, stream>>>(weights, rows.ids, rows.begin, pieces, out);
  return cudaGetLastError();
}

template <typename Out>
int run(const GroupedIntegerView& view, const Rows& rows, void* out, cudaStream_t stream) {
  const Integers weights = integers_of(view);
  auto* const target = static_cast<Out*>(out);
  switch (view.bits) {
    case 2: return launch<2>(weights, rows, target, stream);
    case 3: return launch<3>(weights, rows, target, stream);
    case 4: return launch<4>(weights, rows, target, stream);
    case 5: return launch<5>(weights, rows, target, stream);
    case 6: return launch<6>(weights, rows, target, stream);
    case 8: return launch<8>(weights, rows, target, stream);
    default: return cudaErrorInvalidValue;
  }
}

}  // namespace

int cuda_decode_rows(const GroupedIntegerView& weights, const std::int32_t* ids, std::int64_t begin, std::int64_t rows,
                     NumberType type, void* out, void* stream) {
  if (!is_valid(weights) || rows < 0) return cudaErrorInvalidValue;
  if (rows == 0 || weights.columns == 0) return cudaSuccess;
  const Rows which{ids, begin, rows};
  auto* const on = static_cast<cudaStream_t>(stream);
  switch (type) {
    case NumberType::float32: return run<float>(weights, which, out, on);
    case NumberType::float16: return run<__half>(weights, which, out, on);
    case NumberType::bfloat16: return run<__nv_bfloat16>(weights, which, out, on);
  }
  return cudaErrorInvalidValue;
}

}  // namespace kelter
