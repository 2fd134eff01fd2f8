// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/axis_scale.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace kelter::ui {
namespace {

constexpr double slack = 1e-9;  // of a step: rounding does not lose the tick at the end

QString fixed(double value, int places, QLocale locale) {
  locale.setNumberOptions(QLocale::OmitGroupSeparator);
  return locale.toString(value == 0 ? 0.0 : value, 'f', places);  // no "-0"
}

// "10⁶"
QString power_of_ten(int exponent) {
  static const QString digits = QString::fromUtf8("⁰¹²³⁴⁵⁶⁷⁸⁹");
  QString text = QStringLiteral("10");
  if (exponent < 0) text += QString::fromUtf8("⁻");
  for (const QChar digit : QString::number(std::abs(exponent)))
    text += digits[digit.digitValue()];
  return text;
}

// The digits a number of one or two significant digits needs.
QString short_number(double value, const QLocale& locale) {
  const double size = std::abs(value);
  if (size >= 1e5 || (size > 0 && size < 1e-3)) {
    const int exponent = static_cast<int>(std::floor(std::log10(size) + slack));
    const double digit = value / std::pow(10.0, exponent);
    const QString power = power_of_ten(exponent);
    return std::abs(digit - 1) < 1e-6 ? power : fixed(digit, 0, locale) + QString::fromUtf8("·") + power;
  }
  int places = 0;
  for (double scaled = size; places < 6 && std::abs(scaled - std::round(scaled)) > 1e-6 * std::max(1.0, scaled); ++places)
    scaled *= 10;
  return fixed(value, places, locale);
}

double nice_step(double rough) {
  const double decade = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double digit : {1.0, 2.0, 2.5, 5.0}) {
    if (digit * decade >= rough * (1 - slack)) return digit * decade;
  }
  return 10 * decade;
}

int places_of(double step) {
  int places = 0;
  for (double scaled = step; places < 12 && std::abs(scaled - std::round(scaled)) > 1e-6; ++places)
    scaled *= 10;
  return places;
}

// Powers of ten times each digit that lie in the range.
std::vector<double> log_ticks(double lower, double upper, const std::vector<double>& digits, int every) {
  std::vector<double> ticks;
  const int first = static_cast<int>(std::floor(std::log10(lower) - slack));
  const int last = static_cast<int>(std::ceil(std::log10(upper) + slack));
  for (int exponent = first; exponent <= last; ++exponent) {
    if (every > 1 && exponent % every != 0) continue;
    for (const double digit : digits) {
      const double value = digit * std::pow(10.0, exponent);
      if (value >= lower * (1 - slack) && value <= upper * (1 + slack)) ticks.push_back(value);
    }
  }
  return ticks;
}

}  // namespace

AxisScale linear_scale(double lower, double upper, int wanted, const QLocale& locale) {
  AxisScale scale{lower, upper, false, {}};
  if (!(upper > lower)) return scale;
  const double step = nice_step((upper - lower) / std::max(1, wanted));
  const int places = places_of(step);
  const double first = std::ceil(lower / step - slack), last = std::floor(upper / step + slack);
  for (double k = first; k <= last; ++k)
    scale.ticks.push_back({k * step, upper >= 1e6 ? short_number(k * step, locale) : fixed(k * step, places, locale)});
  return scale;
}

AxisScale logarithmic_scale(double lower, double upper, int wanted, const QLocale& locale) {
  AxisScale scale{lower, upper, true, {}};
  if (!(lower > 0) || !(upper > lower)) return scale;
  const auto most = static_cast<std::size_t>(std::max(2, wanted));
  std::vector<double> values;
  const std::vector<std::vector<double>> choices = {{1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 5}, {1, 3}, {1}};
  for (const std::vector<double>& digits : choices) {
    values = log_ticks(lower, upper, digits, 1);
    if (values.size() <= most) break;
  }
  for (int every = 2; values.size() > most; ++every)
    values = log_ticks(lower, upper, {1}, every);
  for (const double value : values)
    scale.ticks.push_back({value, short_number(value, locale)});
  return scale;
}

AxisScale scale_at(const std::vector<double>& values, double lower, double upper, bool logarithmic, int wanted,
                   const QLocale& locale) {
  AxisScale scale{lower, upper, logarithmic, {}};
  const std::size_t every = (values.size() + static_cast<std::size_t>(std::max(1, wanted)) - 1) /
                            static_cast<std::size_t>(std::max(1, wanted));
  for (std::size_t i = 0; i < values.size(); i += std::max<std::size_t>(every, 1))
    scale.ticks.push_back({values[i], short_number(values[i], locale)});
  return scale;
}

}  // namespace kelter::ui
