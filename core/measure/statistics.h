// SPDX-License-Identifier: GPL-3.0-or-later
// Closed forms shared by all measures. Pure; any thread.
#pragma once

#include <vector>

namespace kelter {

double mean(const std::vector<double>& values);               // NaN if empty
// Sample standard deviation / sqrt(n); NaN for fewer than two values.
double standard_error(const std::vector<double>& values);
double median(std::vector<double> values);                    // NaN if empty
// Half the distance between the quartiles (linear interpolation): the spread stated beside a median; 0 for one value.
double quartile_spread(std::vector<double> values);

}  // namespace kelter
