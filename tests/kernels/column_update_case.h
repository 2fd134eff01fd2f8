// SPDX-License-Identifier: GPL-3.0-or-later
// Random blocks for the column update, the same for every variant and for a GPU. No Qt.
#pragma once

#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "core/kernels/column_update.h"

namespace kelter_tests {

struct ColumnCaseSize {
  std::int64_t rows, columns, kept, of;
  kelter::ColumnRounding rounding;
  bool masked;
  std::string text() const {
    return std::to_string(rows) + "x" + std::to_string(columns) + " " + std::to_string(kept) + ":" + std::to_string(of) + " rounding " +
           std::to_string(static_cast<int>(rounding)) + (masked ? " masked" : "");
  }
};

inline std::vector<ColumnCaseSize> column_case_sizes() {
  std::vector<ColumnCaseSize> out;
  for (const kelter::ColumnRounding rounding : {kelter::ColumnRounding::none, kelter::ColumnRounding::points, kelter::ColumnRounding::multiplied, kelter::ColumnRounding::minima}) {
    for (const auto& [rows, columns] : {std::pair{1, 1}, {1, 128}, {15, 17}, {16, 128}, {33, 127}, {100, 64}, {67, 5}}) out.push_back({rows, columns, 0, 0, rounding, rows % 2 == 1});
    for (const auto& [kept, of, columns] : {std::tuple{2, 4, 128}, {1, 3, 126}, {4, 8, 40}, {20, 32, 96}, {5, 24, 120}}) out.push_back({45, columns, kept, of, rounding, of == 8});
  }
  return out;
}

class ColumnCase {
 public:
  explicit ColumnCase(const ColumnCaseSize& size) : size_(size) {
    const auto count = static_cast<std::size_t>(size.rows * size.columns);
    std::mt19937 random(7);
    const auto uniform = [&](float low, float high) { return std::uniform_real_distribution<float>(low, high)(random); };
    // Quarters: ties in scores and in rounding.
    for (std::size_t i = 0; i < count; ++i) weights.push_back(i % 3 != 0 ? 0.25f * static_cast<float>(static_cast<int>(random() % 17) - 8) : uniform(-2, 2));
    before_ = weights;
    for (std::int64_t c = 0; c < size.columns; ++c)
      for (std::int64_t j = 0; j < stride(); ++j) upper.push_back(j < c ? 0 : j == c ? 0.5f * static_cast<float>(1 + random() % 2) : random() % 3 != 0 ? 0 : uniform(-0.1f, 0.1f));
    for (std::size_t i = 0; i < count; ++i) mask.push_back(random() % 3 == 0);
    for (std::int64_t i = 0; i < groups * size.rows; ++i) {
      const bool minima = size.rounding == kelter::ColumnRounding::minima;
      scale.push_back(i % 11 == 5 ? 0.0f : i % 4 == 0 ? 0.25f : uniform(0.1f, 0.4f));
      zero.push_back(minima ? uniform(-2, 0) : static_cast<float>(random() % 16));
      factor.push_back(size.rounding == kelter::ColumnRounding::multiplied ? 1 / (scale.back() + 0.1f) : scale.back() == 0 ? std::numeric_limits<float>::infinity() : scale.back());
    }
    for (std::int64_t c = 0; c < size.columns; ++c) group.push_back(static_cast<std::int32_t>(c / 7 % groups));
    codes.assign(count, 99);
    errors.assign(count, -77);
    losses.assign(static_cast<std::size_t>(size.rows), 0.125);
  }

  kelter::ColumnUpdate call() {
    kelter::ColumnUpdate out;
    out.rows = size_.rows;
    out.columns = size_.columns;
    out.weights = weights.data();
    out.upper = upper.data();
    out.upper_stride = stride();
    out.pruned = size_.masked ? mask.data() : nullptr;
    out.kept = size_.kept;
    out.of = size_.of;
    out.rounding = size_.rounding;
    out.largest_code = 15;
    out.scale = scale.data();
    out.zero = zero.data();
    out.factor = factor.data();
    out.group = group.data();
    out.codes = codes.data();
    out.errors = errors.data();
    out.losses = losses.data();
    return out;
  }

  bool changed() const { return size_.rounding == kelter::ColumnRounding::none && !size_.masked && size_.of == 0 ? true : weights != before_; }
  bool operator==(const ColumnCase& other) const {
    return same(weights, other.weights) && same(errors, other.errors) && same(losses, other.losses) && codes == other.codes;
  }

  static constexpr std::int64_t groups = 3;
  std::int64_t stride() const { return size_.columns + 3; }
  std::vector<float> weights, upper, scale, zero, factor, errors;
  std::vector<std::uint8_t> mask, codes;
  std::vector<std::int32_t> group;
  std::vector<double> losses;

 private:
  template <class Number>
  static bool same(const std::vector<Number>& a, const std::vector<Number>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Number)) == 0;
  }
  ColumnCaseSize size_;
  std::vector<float> before_;
};

}  // namespace kelter_tests
