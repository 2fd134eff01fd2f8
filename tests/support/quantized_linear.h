// SPDX-License-Identifier: GPL-3.0-or-later
// A linear on a grid of integers, written as other programs store it: bit by bit from the published layouts, without
// the code that reads them.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/formats/packed_layouts.h"
#include "core/kernels/ggml_blocks.h"

namespace kelter::test {

struct QuantizedLinear {
  int bits = 4;
  std::int64_t rows = 0, columns = 0, group = 0;   // [out, in]; group divides columns
  std::vector<int> codes;                          // [rows, columns], inputs in their own order
  std::vector<int> zeros;                          // [rows, groups]
  std::vector<float> scales;                       // [rows, groups]; numbers of float16 and bfloat16
  std::vector<std::int32_t> group_of;              // [columns]

  std::int64_t groups() const { return columns / group; }
  float weight(std::int64_t row, std::int64_t column) const {
    const auto g = static_cast<std::size_t>(row * groups() + group_of[static_cast<std::size_t>(column)]);
    return scales[g] * static_cast<float>(codes[static_cast<std::size_t>(row * columns + column)] - zeros[g]);
  }
  std::vector<float> weights() const {
    std::vector<float> out;
    for (std::int64_t row = 0; row < rows; ++row)
      for (std::int64_t column = 0; column < columns; ++column) out.push_back(weight(row, column));
    return out;
  }
};

// Pseudo-random and the same on every machine; scales are about `scale` and have 5 bits. `shuffled`: inputs are dealt
// over the groups as act-order does.
inline QuantizedLinear random_linear(int bits, std::int64_t rows, std::int64_t columns, std::int64_t group, bool symmetric,
                                     bool shuffled, float scale, std::uint64_t seed = 1) {
  QuantizedLinear out{bits, rows, columns, group, {}, {}, {}, {}};
  std::uint64_t state = seed * 0x9e3779b97f4a7c15ULL + 1;
  const auto below = [&](int bound) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<int>((state >> 33) % static_cast<std::uint64_t>(bound));
  };
  for (std::int64_t i = 0; i < rows * columns; ++i) out.codes.push_back(below(1 << bits));
  for (std::int64_t i = 0; i < rows * out.groups(); ++i) {
    out.zeros.push_back(symmetric ? 1 << (bits - 1) : below(1 << bits));
    out.scales.push_back(scale * static_cast<float>(16 + below(16)) / 32.0f);
  }
  for (std::int64_t i = 0; i < columns; ++i) out.group_of.push_back(static_cast<std::int32_t>(i / group));
  for (std::int64_t i = columns - 1; shuffled && i > 0; --i)
    std::swap(out.group_of[static_cast<std::size_t>(i)], out.group_of[static_cast<std::size_t>(below(static_cast<int>(i + 1)))]);
  return out;
}

// Words that codes are put into; neighbours of one stream lie `stride` words apart.
class WordWriter {
 public:
  WordWriter(std::int64_t rows, std::int64_t columns) : rows_(rows), columns_(columns), words_(static_cast<std::size_t>(rows * columns)) {}

  void put(std::int64_t first, std::int64_t stride, std::int64_t index, int bits, int code) {
    for (int b = 0; b < bits; ++b) {
      const std::int64_t bit = index * bits + b;
      words_[static_cast<std::size_t>(first + bit / 32 * stride)] |= static_cast<std::uint32_t>(code >> b & 1) << (bit % 32);
    }
  }
  WeightPart part(const std::string& name) const { return {name, "I32", {rows_, columns_}, Bytes::own(words_)}; }

 private:
  std::int64_t rows_, columns_;
  std::vector<std::uint32_t> words_;
};

// [rows, columns] of `at(row, column)` as "F16", "BF16" or "F32".
template <typename At>
WeightPart number_part(const std::string& name, const std::string& dtype, std::int64_t rows, std::int64_t columns, const At& at) {
  std::vector<float> wide;
  std::vector<std::uint16_t> half;
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      wide.push_back(at(r, c));
      half.push_back(dtype == "F16" ? float32_to_float16(wide.back()) : float32_to_bfloat16(wide.back()));
    }
  }
  return {name, dtype, {rows, columns}, dtype == "F32" ? Bytes::own(std::move(wide)) : Bytes::own(std::move(half))};
}

inline StoredArrays by_name(std::vector<WeightPart> parts) {
  StoredArrays out;
  for (WeightPart& part : parts) out[part.name] = std::move(part);
  return out;
}

inline StoredArrays as_gptq(const QuantizedLinear& linear, bool version2, const std::string& scale_type = "F16", bool with_index = true) {
  const std::int64_t groups = linear.groups(), width = (linear.rows * linear.bits + 31) / 32;
  const auto at = [&](std::int64_t g, std::int64_t row) { return static_cast<std::size_t>(row * groups + g); };
  WordWriter weight((linear.columns * linear.bits + 31) / 32, linear.rows), zeros(groups, width);
  for (std::int64_t row = 0; row < linear.rows; ++row) {
    for (std::int64_t i = 0; i < linear.columns; ++i)
      weight.put(row, linear.rows, i, linear.bits, linear.codes[static_cast<std::size_t>(row * linear.columns + i)]);
    for (std::int64_t g = 0; g < groups; ++g) zeros.put(g * width, 1, row, linear.bits, linear.zeros[at(g, row)] - (version2 ? 0 : 1));
  }
  StoredArrays out = by_name({weight.part("qweight"), zeros.part("qzeros"),
                              number_part("scales", scale_type, groups, linear.rows, [&](auto g, auto row) { return linear.scales[at(g, row)]; })});
  if (with_index) out["g_idx"] = {"g_idx", "I32", {linear.columns}, Bytes::own(linear.group_of)};
  return out;
}

inline StoredArrays as_awq(const QuantizedLinear& linear) {
  constexpr int order[8] = {0, 2, 4, 6, 1, 3, 5, 7};   // the output that nibble i of a word holds
  const std::int64_t groups = linear.groups(), width = linear.rows / 8;
  WordWriter weight(linear.columns, width), zeros(groups, width);
  for (std::int64_t word = 0; word < width; ++word) {
    for (int nibble = 0; nibble < 8; ++nibble) {
      const std::int64_t row = word * 8 + order[nibble];
      for (std::int64_t i = 0; i < linear.columns; ++i)
        weight.put(i * width + word, 1, nibble, 4, linear.codes[static_cast<std::size_t>(row * linear.columns + i)]);
      for (std::int64_t g = 0; g < groups; ++g) zeros.put(g * width + word, 1, nibble, 4, linear.zeros[static_cast<std::size_t>(row * groups + g)]);
    }
  }
  return by_name({weight.part("qweight"), zeros.part("qzeros"),
                  number_part("scales", "F16", groups, linear.rows,
                              [&](auto g, auto row) { return linear.scales[static_cast<std::size_t>(row * groups + g)]; })});
}

enum class ZeroForm { none, packed, bytes };

inline StoredArrays as_compressed(const QuantizedLinear& linear, ZeroForm form, const std::string& scale_type, bool with_index) {
  const std::int64_t groups = linear.groups(), width = (linear.columns * linear.bits + 31) / 32;
  WordWriter weight(linear.rows, width), zeros((linear.rows * linear.bits + 31) / 32, groups);
  std::vector<std::int8_t> points;
  for (std::int64_t row = 0; row < linear.rows; ++row) {
    for (std::int64_t i = 0; i < linear.columns; ++i)
      weight.put(row * width, 1, i, linear.bits, linear.codes[static_cast<std::size_t>(row * linear.columns + i)]);
    for (std::int64_t g = 0; g < groups; ++g) {
      const int zero = linear.zeros[static_cast<std::size_t>(row * groups + g)];
      zeros.put(g, groups, row, linear.bits, zero);
      points.push_back(static_cast<std::int8_t>(zero - (1 << (linear.bits - 1))));
    }
  }
  StoredArrays out = by_name({weight.part("weight_packed"),
                              {"weight_shape", "I64", {2}, Bytes::own(std::vector<std::int64_t>{linear.rows, linear.columns})},
                              number_part("weight_scale", scale_type, linear.rows, groups,
                                          [&](auto row, auto g) { return linear.scales[static_cast<std::size_t>(row * groups + g)]; })});
  if (form == ZeroForm::packed) out["weight_zero_point"] = zeros.part("weight_zero_point");
  if (form == ZeroForm::bytes) out["weight_zero_point"] = {"weight_zero_point", "I8", {linear.rows, groups}, Bytes::own(points)};
  if (with_index) out["weight_g_idx"] = {"weight_g_idx", "I32", {linear.columns}, Bytes::own(linear.group_of)};
  return out;
}

}  // namespace kelter::test
