// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_ranges.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace kelter::ui {
namespace {

constexpr double log_margin = 0.06;  // of the decades shown

}  // namespace

std::pair<double, double> error_ends(const Figure& figure, const Mark& mark) {
  const double error = mark.error.value_or(0);
  double low = mark.value - error;
  if (figure.logarithmic && low <= 0) low = mark.value;
  if (figure.kind == FigureKind::bars) low = std::max(low, std::min(figure.base, mark.value));
  return {low, mark.value + error};
}

AxisScale value_range(const Figure& figure) {
  double low = INFINITY, high = -INFINITY;
  for (const Mark& mark : figure.marks) {
    if (mark.state != MarkState::value) continue;
    const auto [bottom, top] = error_ends(figure, mark);
    low = std::min(low, bottom);
    high = std::max(high, top);
  }
  if (low > high) low = 0, high = 1;
  AxisScale y;
  y.logarithmic = figure.logarithmic;
  const bool from_base = figure.kind == FigureKind::bars;
  if (y.logarithmic) {
    const double pad = std::pow(high / low, log_margin);
    y.lower = from_base ? figure.base : low / pad;
    y.upper = high * (from_base ? std::pow(high / y.lower, 0.02) : pad);
  } else {
    const double spread = high > low ? high - low : std::max(std::abs(high) * 0.2, 1e-9);
    y.lower = from_base ? std::min(0.0, low) : low - 0.1 * spread;
    y.upper = from_base ? std::max(high * 1.02, y.lower + 1e-9) : high + 0.1 * spread;
  }
  return y;
}

std::vector<double> swept_values(const Figure& figure) {
  std::set<double> values;
  for (const Mark& mark : figure.marks) {
    if (mark.x) values.insert(*mark.x);
  }
  return {values.begin(), values.end()};
}

AxisScale swept_range(const std::vector<double>& values) {
  AxisScale x;
  if (values.empty()) return x;
  const double low = values.front(), high = values.back();
  x.logarithmic = low > 0 && high / low >= 16;
  if (x.logarithmic) {
    const double pad = std::pow(high / low, log_margin);
    x.lower = low / pad, x.upper = high * pad;
  } else {
    const double pad = high > low ? 0.06 * (high - low) : 0.5;
    x.lower = low - pad, x.upper = high + pad;
  }
  return x;
}

}  // namespace kelter::ui
