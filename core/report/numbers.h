// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as a table shows them, and the paired differences between two measured values. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "core/describe/messages.h"

namespace kelter {

// "21.63"; scientific from a billion on; "-0.00" is written "0.00".
std::string format_fixed(double value, int places);

// "1.72e-03"; zero is "0".
std::string format_scientific(double value);

// "21.63 ± 0.20": the error with two significant digits, the value with as many places. Without a usable error
// the value has `places`.
std::string format_with_error(double value, std::optional<double> error, int places);

// The same with a sign in front: "+1.20 ± 0.10".
std::string format_change(double change, std::optional<double> error, int places);

// Decimal places that suit a metric when no error says more.
int usual_places(const std::string& metric);

// Equal whatever the order of the keys.
bool same_protocol(const MeasureRecord& a, const MeasureRecord& b);

struct Change {
  double value = 0;
  std::optional<double> error;  // standard error of the paired difference; absent without paired samples
};

// value - baseline; nothing if either has no value. Both must have one metric and one protocol.
// perplexity: samples are the mean NLL of each window; with d_i their differences the error is value * se(d).
// accuracy: samples are hits; the change is mean(d_i), its error se(d). se = sample standard deviation / sqrt(n).
std::optional<Change> paired_change(const MeasureRecord& record, const MeasureRecord& baseline);

}  // namespace kelter
