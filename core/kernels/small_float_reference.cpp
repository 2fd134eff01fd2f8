// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/scalar_blocks.h"
#include "core/kernels/small_float_kernels.h"

namespace kelter {
namespace {

template <Element element>
float value_of(std::uint8_t code) {
  if constexpr (element == Element::nf4) {
    return nf4_values[code & 15];
  } else if constexpr (element == Element::int8_64ths) {
    return static_cast<float>(static_cast<std::int8_t>(code)) / 64;
  } else {
    using Bits = HalfBits<element>;
    const int half = (code & Bits::sign_mask) << Bits::sign_shift | (code & Bits::magnitude_mask) << Bits::magnitude_shift;
    return Scalar::float16(static_cast<std::uint16_t>(half)) * Bits::factor;
  }
}

// body(column, weight) for the columns of a row.
template <Element element, class Body>
void each_weight(const MatvecTask& task, std::int64_t row, const Body& body) {
  constexpr int bits = element_bits(element);
  for (std::int64_t c = 0; c < task.columns; c += 32) {
    std::uint8_t codes[32];
    ScalarPlanes::unpack(task.weights + row * task.row_bytes + c / 32 * 4 * bits, bits, codes);
    const float scale = group_scale(*task.float_scales, row * task.groups + c / task.group, task.groups);
    const std::int64_t count = task.columns - c < 32 ? task.columns - c : 32;
    for (std::int64_t j = 0; j < count; ++j) body(c + j, value_of<element>(codes[j]) * scale);
  }
}

template <Element element>
void multiply(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  for (std::int64_t row = begin; row < end; ++row) {
    for (std::int64_t t = 0; t < task.tokens; ++t) {
      double sum = 0;
      each_weight<element>(task, row, [&](std::int64_t column, float weight) {
        sum += static_cast<double>(weight) * task.x[t * task.columns + column];
      });
      task.y[t * task.rows + row] = static_cast<float>(sum);
    }
  }
}

template <Element element>
void decode(const MatvecTask& task, std::int64_t begin, std::int64_t end, float* out) {
  for (std::int64_t row = begin; row < end; ++row, out += task.columns)
    each_weight<element>(task, row, [&](std::int64_t column, float weight) { out[column] = weight; });
}

template <Element element>
constexpr SmallFloatKernel kernel = {{nullptr, multiply<element>}, decode<element>};

}  // namespace

const SmallFloatKernel small_float_reference[element_count] = {
    kernel<Element::nf4>,  kernel<Element::e2m1>, kernel<Element::e2m3>,      kernel<Element::e3m2>,
    kernel<Element::e4m3>, kernel<Element::e5m2>, kernel<Element::int8_64ths>};

}  // namespace kelter
