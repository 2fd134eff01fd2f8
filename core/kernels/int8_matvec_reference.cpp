// SPDX-License-Identifier: GPL-3.0-or-later
// The products with rounded activations in plain C++: integer sums of a block, double sums over the blocks.
#include "core/kernels/int8_matvec_kernels.h"
#include "core/kernels/int8_rounding.h"
#include "core/kernels/scalar_groups.h"

namespace kelter {
namespace {

// What prepare() puts in place of each block of x: its codes, its scale and their sum.
constexpr std::int64_t block_floats = 32 / 4 + 2;

void prepare(const MatvecTask& task, float* prepared, float*) {
  for (std::int64_t t = 0; t < task.tokens; ++t) {
    float* out = prepared + t * task.prepared_stride;
    for (std::int64_t c = 0; c < task.columns; c += 32, out += block_floats) {
      const Int8Block block(task.x + t * task.columns + c, task.columns - c < 32 ? task.columns - c : 32);
      const auto sum = static_cast<float>(block.sum);
      std::memcpy(out, block.codes, 32);
      std::memcpy(out + 8, &block.scale, 4);
      std::memcpy(out + 9, &sum, 4);
    }
  }
}

// A block of weights: integers, and W = scale * integer + offset.
struct WeightBlock {
  int integers[32];
  double scale, offset;
};

// read(row, block): the WeightBlock.
template <class Read>
void multiply(const MatvecTask& task, std::int64_t begin, std::int64_t end, const Read& read) {
  for (std::int64_t row = begin; row < end; ++row) {
    for (std::int64_t t = 0; t < task.tokens; ++t) {
      const float* x = task.prepared + t * task.prepared_stride;
      double sum = 0;
      for (std::int64_t block = 0; block < (task.columns + 31) / 32; ++block, x += block_floats) {
        const WeightBlock weights = read(row, block);
        std::int8_t codes[32];
        std::memcpy(codes, x, 32);
        int dot = 0;
        for (int j = 0; j < 32; ++j) dot += weights.integers[j] * codes[j];
        sum += x[8] * (weights.scale * dot + weights.offset * static_cast<double>(x[9]));
      }
      task.y[t * task.rows + row] = static_cast<float>(sum);
    }
  }
}

// Nibbles as they are, or bytes with their sign, behind a scale and perhaps a minimum.
template <int bytes, int bits, int zero>
void multiply_ggml(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  constexpr int header = bytes - 4 * bits;
  multiply(task, begin, end, [&](std::int64_t row, std::int64_t index) {
    const std::uint8_t* block = task.weights + row * task.row_bytes + index * bytes;
    WeightBlock out{{}, Scalar::half_at(block), header == 4 ? Scalar::half_at(block + 2) : 0.0f};
    std::uint8_t codes[32];
    ScalarPlanes::unpack(block + header, bits, codes);
    for (int j = 0; j < 32; ++j) out.integers[j] = (bits == 8 ? static_cast<std::int8_t>(codes[j]) : codes[j]) - zero;
    return out;
  });
}

template <int bits>
void multiply_grouped(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  multiply(task, begin, end, [&](std::int64_t row, std::int64_t block) {
    const ScalarGroup group = ScalarGroup::of(task, row * task.groups + block * 32 / task.group, bits);
    WeightBlock out{{}, group.scale, group.minimum};
    std::uint8_t codes[32];
    ScalarPlanes::unpack(task.weights + row * task.row_bytes + block * 4 * bits, bits, codes);
    for (int j = 0; j < 32; ++j) out.integers[j] = codes[j] - static_cast<int>(group.zero);
    return out;
  });
}

}  // namespace

const Int8MatvecKernels int8_matvec_reference = {{prepare, multiply_ggml<18, 4, 8>},
                                                 {prepare, multiply_ggml<20, 4, 0>},
                                                 {prepare, multiply_ggml<34, 8, 0>},
                                                 {prepare, multiply_grouped<4>},
                                                 {prepare, multiply_grouped<8>}};

}  // namespace kelter
