// SPDX-License-Identifier: GPL-3.0-or-later
// The products in plain C++ with double sums: what the fast variants are tested against, and what runs on a
// processor without AVX2.
#include "core/kernels/matvec_kernels.h"
#include "core/kernels/scalar_blocks.h"

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

template <class Weight, class Input>
void multiply_dense(const MatvecTask& task, const typename Input::Type* x, std::int64_t begin, std::int64_t end) {
  const auto* weights = reinterpret_cast<const typename Weight::Type*>(task.weights);
  for (std::int64_t row = begin; row < end; ++row) {
    for (std::int64_t t = 0; t < task.tokens; ++t) {
      double sum = 0;
      for (std::int64_t c = 0; c < task.columns; ++c) {
        sum +=
            static_cast<double>(Weight::value(weights[row * task.columns + c])) * Input::value(x[t * task.columns + c]);
      }
      task.y[t * task.rows + row] = static_cast<float>(sum);
    }
  }
}

void multiply_float32(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  multiply_dense<Float32Element, Float32Element>(task, task.x, begin, end);
}
void multiply_float16(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  multiply_dense<Float16Element, Float32Element>(task, task.x, begin, end);
}
void multiply_bfloat16(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  multiply_dense<BFloat16Element, BFloat16Element>(task, task.x_bfloat16, begin, end);
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
  multiply_blocks(task, begin, end, [&](std::int64_t row, std::int64_t block, float* out) {
    Block::decode(task.weights + row * task.row_bytes + block * Block::bytes, out);
  });
}

template <int bits>
void multiply_grouped(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  multiply_blocks(task, begin, end, [&](std::int64_t row, std::int64_t block, float* out) {
    std::uint8_t codes[32];
    ScalarPlanes::unpack(task.weights + row * task.row_bytes + block * 4 * bits, bits, codes);
    const std::int64_t group = row * task.groups + block * 32 / task.group;
    for (int j = 0; j < 32; ++j)
      out[j] = task.scale[group] * static_cast<float>(codes[j]) + task.offset[group];
  });
}

}  // namespace

const MatvecKernels matvec_reference = {multiply_float32,          multiply_bfloat16,         multiply_float16,
                                        multiply_ggml<ScalarQ4_0>, multiply_ggml<ScalarQ4_1>, multiply_ggml<ScalarQ8_0>,
                                        multiply_grouped<2>,       multiply_grouped<3>,       multiply_grouped<4>,
                                        multiply_grouped<5>,       multiply_grouped<6>,       multiply_grouped<8>};

}  // namespace kelter
