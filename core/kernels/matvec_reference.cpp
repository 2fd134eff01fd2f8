// SPDX-License-Identifier: GPL-3.0-or-later
// The products in plain C++ with double sums: what the fast variants are tested against, and what runs on a
// processor without AVX2.
#include "core/kernels/matvec_kernels.h"
#include "core/kernels/scalar_blocks.h"
#include "core/kernels/scalar_groups.h"

namespace kelter {
namespace {

struct Float32Element {
  using Type = float;
  static float value(float element) { return element; }
};
struct BFloat16Element {
  using Type = std::uint16_t;
  static float value(std::uint16_t element) { return Scalar::bfloat16(element); }
};
struct Float16Element {
  using Type = std::uint16_t;
  static float value(std::uint16_t element) { return Scalar::float16(element); }
};

template <class Weight>
void multiply_dense(const MatvecTask& task, const float* x, std::int64_t stride, std::int64_t begin, std::int64_t end) {
  const auto* weights = reinterpret_cast<const typename Weight::Type*>(task.weights);
  for (std::int64_t row = begin; row < end; ++row) {
    for (std::int64_t t = 0; t < task.tokens; ++t) {
      double sum = 0;
      for (std::int64_t c = 0; c < task.columns; ++c) {
        sum += static_cast<double>(Weight::value(weights[row * task.columns + c])) * x[t * stride + c];
      }
      task.y[t * task.rows + row] = static_cast<float>(sum);
    }
  }
}

void multiply_float32(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  multiply_dense<Float32Element>(task, task.x, task.columns, begin, end);
}
void multiply_float16(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  multiply_dense<Float16Element>(task, task.x, task.columns, begin, end);
}
void multiply_bfloat16(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  multiply_dense<BFloat16Element>(task, task.prepared, task.prepared_stride, begin, end);
}
void round_input(const MatvecTask& task, float* prepared, float*) {
  for (std::int64_t t = 0; t < task.tokens; ++t) {
    for (std::int64_t c = 0; c < task.columns; ++c)
      prepared[t * task.prepared_stride + c] = Scalar::bfloat16(Scalar::to_bfloat16(task.x[t * task.columns + c]));
  }
}

// decode(row, block, out): the 32 weights of one block; the last may have fewer columns.
template <class Decode>
void multiply_blocks(const MatvecTask& task, std::int64_t begin, std::int64_t end, const Decode& decode) {
  for (std::int64_t row = begin; row < end; ++row) {
    for (std::int64_t t = 0; t < task.tokens; ++t) {
      double sum = 0;
      for (std::int64_t c = 0; c < task.columns; c += 32) {
        float weights[32];
        decode(row, c / 32, weights);
        const std::int64_t count = task.columns - c < 32 ? task.columns - c : 32;
        for (std::int64_t j = 0; j < count; ++j) {
          sum += static_cast<double>(weights[j]) * task.x[t * task.columns + c + j];
        }
      }
      task.y[t * task.rows + row] = static_cast<float>(sum);
    }
  }
}

template <class Block>
void multiply_ggml(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  for (std::int64_t row = begin; row < end; ++row) {
    for (std::int64_t t = 0; t < task.tokens; ++t) {
      double sum = 0;
      for (std::int64_t c = 0; c < task.columns; c += Block::size) {
        float weights[Block::size];
        Block::decode(task.weights + row * task.row_bytes + c / Block::size * Block::bytes, weights);
        for (int j = 0; j < Block::size; ++j) sum += static_cast<double>(weights[j]) * task.x[t * task.columns + c + j];
      }
      task.y[t * task.rows + row] = static_cast<float>(sum);
    }
  }
}

template <int bits>
void multiply_grouped(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  multiply_blocks(task, begin, end, [&](std::int64_t row, std::int64_t block, float* out) {
    std::uint8_t codes[32];
    ScalarPlanes::unpack(task.weights + row * task.row_bytes + block * 4 * bits, bits, codes);
    const ScalarGroup group = ScalarGroup::of(task, row * task.groups + block * 32 / task.group, bits);
    for (int j = 0; j < 32; ++j)
      out[j] = (static_cast<float>(codes[j]) - group.zero) * group.scale + group.minimum;
  });
}

}  // namespace

const MatvecKernels matvec_reference = {
    {nullptr, multiply_float32},          {round_input, multiply_bfloat16},     {nullptr, multiply_float16},
    {nullptr, multiply_ggml<ScalarQ4_0>}, {nullptr, multiply_ggml<ScalarQ4_1>}, {nullptr, multiply_ggml<ScalarQ8_0>},
    {nullptr, multiply_ggml<ScalarQ5_0>}, {nullptr, multiply_ggml<ScalarQ5_1>}, {nullptr, multiply_ggml<ScalarQ4_K>},
    {nullptr, multiply_ggml<ScalarQ5_K>}, {nullptr, multiply_ggml<ScalarQ6_K>},
    {nullptr, multiply_grouped<2>},       {nullptr, multiply_grouped<3>},       {nullptr, multiply_grouped<4>},
    {nullptr, multiply_grouped<5>},       {nullptr, multiply_grouped<6>},       {nullptr, multiply_grouped<8>}};

}  // namespace kelter
