// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace kelter {
namespace {

std::string to_text(double value, std::chars_format format, int places) {
  std::array<char, 400> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, places);
  return std::string(buffer.data(), end.ptr);
}

// A smaller error would show as zero: rounding of equal differences, no uncertainty.
constexpr double least_error = 1e-6;

bool is_usable(const std::optional<double>& error) { return error && std::isfinite(*error) && *error >= least_error; }

// Places that show two significant digits of the error.
int places_of(double error) { return std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 6); }

// sample_i - baseline_i; nothing if the two cannot be paired.
std::optional<std::vector<double>> differences(const Json& samples, const Json& baseline) {
  if (!samples.is_array() || !baseline.is_array() || samples.size() != baseline.size() || samples.empty())
    return std::nullopt;
  std::vector<double> out;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!samples[i].is_number() || !baseline[i].is_number()) return std::nullopt;
    out.push_back(samples[i].get<double>() - baseline[i].get<double>());
  }
  return out;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values)
    sum += value;
  return sum / static_cast<double>(values.size());
}

std::optional<double> standard_error_of(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  const double mean = mean_of(values);
  double squares = 0;
  for (double value : values)
    squares += (value - mean) * (value - mean);
  const auto n = static_cast<double>(values.size());
  return std::sqrt(squares / (n - 1) / n);
}

}  // namespace

std::string format_fixed(double value, int places) {
  if (std::isnan(value)) return "not a number";
  if (std::isinf(value)) return value > 0 ? "infinite" : "-infinite";
  if (std::abs(value) >= 1e9) return to_text(value, std::chars_format::scientific, 2);
  const std::string text = to_text(value, std::chars_format::fixed, places);
  const bool is_zero = text.find_first_of("123456789") == std::string::npos;
  return is_zero && text.front() == '-' ? text.substr(1) : text;
}

std::string format_scientific(double value) { return value == 0 ? "0" : to_text(value, std::chars_format::scientific, 2); }

std::string format_with_error(double value, std::optional<double> error, int places) {
  if (!is_usable(error)) return format_fixed(value, places);
  const int shown = places_of(*error);
  return format_fixed(value, shown) + " \u00b1 " + format_fixed(*error, shown);
}

std::string format_change(double change, std::optional<double> error, int places) {
  const std::string text = format_with_error(change, error, places);
  const std::string number = text.substr(0, text.find(' '));
  return change > 0 && number.find_first_of("123456789i") != std::string::npos ? "+" + text : text;
}

int usual_places(const std::string& metric) {
  if (metric == "accuracy" || metric == "same_top_token") return 3;
  if (metric == "kl_divergence" || metric == "bits_per_byte" || metric == "joules_per_token") return 4;
  if (metric.ends_with("_per_second") || metric.ends_with("_ms")) return 1;
  return 2;
}

bool same_protocol(const MeasureRecord& a, const MeasureRecord& b) {
  return nlohmann::json(a.protocol) == nlohmann::json(b.protocol);  // keys sorted
}

std::optional<Change> paired_change(const MeasureRecord& record, const MeasureRecord& baseline) {
  if (!record.value || !baseline.value) return std::nullopt;
  Change change{*record.value - *baseline.value, std::nullopt};
  const bool is_perplexity = record.metric == "perplexity";
  if (!is_perplexity && record.metric != "accuracy") return change;
  const auto paired = differences(record.samples, baseline.samples);
  if (!paired) return change;
  change.error = standard_error_of(*paired);
  if (is_perplexity && change.error) change.error = *change.error * *record.value;
  if (!is_perplexity) change.value = mean_of(*paired);
  return change;
}

}  // namespace kelter
