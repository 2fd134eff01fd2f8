// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/small_float.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/parallel.h"
#include "core/kernels/ggml_blocks.h"
#include "core/kernels/grouped_integer.h"
#include "core/kernels/small_float_choice.h"

namespace kelter {
namespace {

const FormFamilies& families_of(Element element) {
  static const FormFamilies all[element_count] = {  // in the order of Element
      FormFamilies("nf4"),  FormFamilies("e2m1"), FormFamilies("e2m3"),  FormFamilies("e3m2"),
      FormFamilies("e4m3"), FormFamilies("e5m2"), FormFamilies("mxint8")};
  return all[static_cast<int>(element)];
}

const SmallFloatKernel& variant(const KernelFamily& family, Element element, std::uint64_t bytes_read) {
  const auto i = static_cast<std::size_t>(element);
  return variant_of(family.choose(bytes_read), small_float_reference[i], small_float_avx2[i], small_float_avx512[i]);
}

struct FloatShape {
  int exponent_bits, mantissa_bits;
  float maximum;
  int bias() const { return (1 << (exponent_bits - 1)) - 1; }
};

FloatShape shape_of(Element element) {
  switch (element) {
    case Element::e2m1: return {2, 1, 6};
    case Element::e2m3: return {2, 3, 7.5f};
    case Element::e3m2: return {3, 2, 28};
    case Element::e4m3: return {4, 3, 448};
    case Element::e5m2: return {5, 2, 57344};
    case Element::nf4:
    case Element::int8_64ths: break;
  }
  return {0, 0, 0};
}

// To a whole number; `value` is not negative.
float round_whole(float value, TieRule ties) {
  if (ties == TieRule::even) return std::nearbyint(value);
  const float floor = std::floor(value);
  return value - floor >= 0.5f ? floor + 1 : floor;
}

std::uint8_t encode_nf4(float value) {
  std::uint8_t code = 0;
  while (code < 15) {
    const double middle = (static_cast<double>(nf4_values[code]) + static_cast<double>(nf4_values[code + 1])) / 2;
    if (static_cast<double>(value) <= middle) break;
    ++code;
  }
  return code;
}

std::uint8_t encode_64ths(float value, TieRule ties) {
  const float whole = std::min(round_whole(std::abs(value) * 64, ties), 127.0f);
  return static_cast<std::uint8_t>(static_cast<std::int8_t>(std::signbit(value) ? -whole : whole));
}

}  // namespace

float element_maximum(Element element) {
  if (element == Element::nf4) return 1;
  return element == Element::int8_64ths ? 127.0f / 64 : shape_of(element).maximum;
}

float element_value(Element element, std::uint8_t code) {
  if (element == Element::nf4) return nf4_values[code & 15];
  if (element == Element::int8_64ths) return static_cast<float>(static_cast<std::int8_t>(code)) / 64;
  const FloatShape shape = shape_of(element);
  const int sign = code >> (shape.exponent_bits + shape.mantissa_bits) & 1;
  const int exponent = code >> shape.mantissa_bits & ((1 << shape.exponent_bits) - 1), mantissa = code & ((1 << shape.mantissa_bits) - 1);
  float value = std::ldexp(static_cast<float>(mantissa + (exponent > 0 ? 1 << shape.mantissa_bits : 0)),
                           std::max(exponent, 1) - shape.bias() - shape.mantissa_bits);
  if (element == Element::e4m3 && (code & 0x7f) == 0x7f) value = std::numeric_limits<float>::quiet_NaN();
  if (element == Element::e5m2 && exponent == 31) {
    value = mantissa == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  }
  return sign != 0 ? -value : value;
}

std::uint8_t encode_element(Element element, float value, TieRule ties) {
  if (element == Element::nf4) return encode_nf4(value);
  if (element == Element::int8_64ths) return encode_64ths(value, ties);
  const FloatShape shape = shape_of(element);
  const int code_bits = shape.exponent_bits + shape.mantissa_bits, least = 1 - shape.bias();
  int exponent = least;
  const float magnitude = std::min(std::abs(value), shape.maximum);
  if (magnitude > 0) exponent = std::max(std::ilogb(magnitude), least);
  // In units of the last place; rounding up to the next power of two carries into the exponent by itself.
  const float units = round_whole(std::ldexp(magnitude, shape.mantissa_bits - exponent), ties);
  const int code = static_cast<int>(units) + ((exponent - least) << shape.mantissa_bits);
  return static_cast<std::uint8_t>(code | (std::signbit(value) ? 1 << code_bits : 0));
}

std::uint64_t SmallFloatView::stored_bytes() const {
  const std::int64_t count = scale_count(), codes_bytes = rows * packed_row_bytes(columns, element_bits(element));
  if (scales.kind == FloatScale::float32) return static_cast<std::uint64_t>(codes_bytes + 4 * count);
  if (scales.kind == FloatScale::power_of_two) return static_cast<std::uint64_t>(codes_bytes + count);
  const std::int64_t blocks = (count + scales_per_block - 1) / scales_per_block;
  return static_cast<std::uint64_t>(codes_bytes + count + 4 * blocks + 4);
}

const SmallFloatKernel& choose_small_float_product(Element element, std::uint64_t bytes_read) {
  return variant(families_of(element).product, element, bytes_read);
}

MatvecTask small_float_task(const SmallFloatView& weights) {
  MatvecTask task{};
  task.weights = weights.codes;
  task.row_bytes = packed_row_bytes(weights.columns, element_bits(weights.element));
  task.rows = weights.rows;
  task.columns = weights.columns;
  task.group = weights.group;
  task.groups = weights.groups();
  task.float_scales = &weights.scales;
  return task;
}

void decode_small_float(const SmallFloatView& weights, std::int64_t begin, std::int64_t end, float* out) {
  if (begin >= end || weights.columns <= 0) return;
  const MatvecTask task = small_float_task(weights);
  const auto rows = static_cast<std::uint64_t>(end - begin);
  const SmallFloatKernel& kernel =
      variant(families_of(weights.element).decode, weights.element, weights.stored_bytes() * rows / static_cast<std::uint64_t>(weights.rows));
  parallel_for(begin, end, row_grain(task.row_bytes), [&](std::int64_t first, std::int64_t last) {
    kernel.decode(task, first, last, out + (first - begin) * weights.columns);
  });
}

}  // namespace kelter
