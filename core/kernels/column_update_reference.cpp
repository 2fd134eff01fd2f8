// SPDX-License-Identifier: GPL-3.0-or-later
// As published: a column at a time, its error subtracted from all columns behind it at once.
#include <cmath>

#include "core/kernels/column_update_kernels.h"

namespace kelter {
namespace {

struct Row {
  const ColumnUpdate& call;
  std::int64_t row;

  float& weight(std::int64_t c) const { return call.weights[c * call.rows + row]; }
  float upper(std::int64_t c, std::int64_t j) const { return call.upper[c * call.upper_stride + j]; }

  float score(std::int64_t c) const {
    const float w = weight(c), d = upper(c, c);
    return w * w / (d * d);
  }

  // Marks the entries of the pattern that begins at column `first`.
  void choose(std::int64_t first, bool* pruned) const {
    for (std::int64_t j = 0; j < call.of; ++j) {
      std::int64_t smaller = 0;
      for (std::int64_t k = 0; k < call.of; ++k) {
        const float mine = score(first + j), other = score(first + k);
        smaller += k < j ? other <= mine : other < mine;
      }
      pruned[j] = smaller < call.of - call.kept;
    }
  }

  float round(float w, std::int64_t c, bool pruned) const {
    if (call.rounding == ColumnRounding::none) return pruned ? 0.0f : w;
    const std::int64_t place = call.group[c] * call.rows + row;
    const float scale = call.scale[place], zero = call.zero[place], factor = call.factor[place];
    const bool minima = call.rounding == ColumnRounding::minima;
    float code = 0;
    if (minima) {
      code = std::nearbyint((w - zero) / factor);
    } else if (pruned) {
      code = zero;
    } else {
      code = std::nearbyint(call.rounding == ColumnRounding::points ? w / factor : w * factor) + zero;
    }
    code = code > 0 ? code : 0.0f;
    code = code < call.largest_code ? code : call.largest_code;
    call.codes[c * call.rows + row] = static_cast<std::uint8_t>(code);
    return minima ? code * scale + zero : (code - zero) * scale;
  }

  void run() const {
    bool chosen[ColumnUpdate::most_pattern] = {};
    double loss = call.losses[row];
    for (std::int64_t c = 0; c < call.columns; ++c) {
      if (call.of > 0 && c % call.of == 0) choose(c, chosen);
      const bool pruned = (call.pruned && call.pruned[c * call.rows + row] != 0) || (call.of > 0 && chosen[c % call.of]);
      const float w = weight(c), q = round(w, c, pruned), error = (w - q) / upper(c, c);
      for (std::int64_t j = c + 1; j < call.columns; ++j) weight(j) -= error * upper(c, j);
      weight(c) = q;
      call.errors[c * call.rows + row] = error;
      loss += 0.5 * (static_cast<double>(error) * static_cast<double>(error));
    }
    call.losses[row] = loss;
  }
};

void run(const ColumnUpdate& call, std::int64_t begin, std::int64_t end) {
  for (std::int64_t row = begin; row < end; ++row) Row{call, row}.run();
}

}  // namespace

const ColumnUpdateKernels column_update_reference = {run};

}  // namespace kelter
