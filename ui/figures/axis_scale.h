// SPDX-License-Identifier: GPL-3.0-or-later
// Where an axis has its ticks and what is written at them. Pure; any thread.
#pragma once

#include <QLocale>
#include <QString>
#include <vector>

namespace kelter::ui {

struct AxisTick {
  double value = 0;
  QString label;
};

struct AxisScale {
  double lower = 0, upper = 1;
  bool logarithmic = false;
  std::vector<AxisTick> ticks;  // ascending, within the range
};

// About `wanted` ticks at multiples of 1, 2, 2.5 or 5 times a power of ten. The range stays as it is.
AxisScale linear_scale(double lower, double upper, int wanted, const QLocale& locale);

// Ticks at 1, 2, 5 of a decade, at decades, or at every few of them, as `wanted` allows. 0 < lower < upper.
AxisScale logarithmic_scale(double lower, double upper, int wanted, const QLocale& locale);

// Ticks at these values, thinned out to `wanted`.
AxisScale scale_at(const std::vector<double>& values, double lower, double upper, bool logarithmic, int wanted,
                   const QLocale& locale);

}  // namespace kelter::ui
