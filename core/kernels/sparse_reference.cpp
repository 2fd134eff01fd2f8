// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/scalar_blocks.h"
#include "core/kernels/sparse_kernels.h"

namespace kelter {
namespace {

template <SparseValues type>
float value_at(const SparseView& weights, std::int64_t row, std::int64_t column, std::int64_t index) {
  if constexpr (type == SparseValues::float32) {
    float value;
    std::memcpy(&value, weights.values + 4 * index, sizeof value);
    return value;
  } else if constexpr (type == SparseValues::float16) {
    return Scalar::half_at(weights.values + 2 * index);
  } else if constexpr (type == SparseValues::bfloat16) {
    return Scalar::bfloat16(static_cast<std::uint16_t>(weights.values[2 * index] | weights.values[2 * index + 1] << 8));
  } else {
    const int code = weights.values[index / 2] >> (index % 2 * 4) & 15;
    return static_cast<float>(code - 8) * Scalar::float16(weights.scales[row * weights.groups() + column / weights.group]);
  }
}

// body(column, weight) for all columns of a row.
template <SparseValues type, class Body>
void each_weight(const SparseView& weights, std::int64_t row, const Body& body) {
  std::int64_t index = sparse_start(weights, row);
  const std::uint32_t* bits = weights.bits + row * weights.words();
  for (std::int64_t c = 0; c < weights.columns; ++c) {
    const bool kept = (bits[c / 32] >> (c % 32) & 1u) != 0;
    body(c, kept ? value_at<type>(weights, row, c, index) : 0.0f);
    index += kept;
  }
}

template <SparseValues type>
void multiply(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  for (std::int64_t row = begin; row < end; ++row) {
    for (std::int64_t t = 0; t < task.tokens; ++t) {
      double sum = 0;
      each_weight<type>(*task.sparse, row, [&](std::int64_t column, float weight) {
        sum += static_cast<double>(weight) * task.x[t * task.columns + column];
      });
      task.y[t * task.rows + row] = static_cast<float>(sum);
    }
  }
}

template <SparseValues type>
void decode(const MatvecTask& task, std::int64_t begin, std::int64_t end, float* out) {
  for (std::int64_t row = begin; row < end; ++row, out += task.columns)
    each_weight<type>(*task.sparse, row, [&](std::int64_t column, float weight) { out[column] = weight; });
}

template <SparseValues type>
constexpr SparseKernel kernel = {{nullptr, multiply<type>}, decode<type>};

}  // namespace

const SparseKernel sparse_reference[sparse_value_count] = {kernel<SparseValues::float32>, kernel<SparseValues::float16>,
                                                           kernel<SparseValues::bfloat16>, kernel<SparseValues::int4>};

}  // namespace kelter
