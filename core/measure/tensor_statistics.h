// SPDX-License-Identifier: GPL-3.0-or-later
// What the decoded numbers of a weight are like. Engine thread; reads the weight twice in tiles, so that memory stays
// small whatever the tensor. Sums are float64.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/step_context.h"
#include "core/formats/weight_format.h"

namespace kelter {

inline constexpr std::int64_t histogram_bins = 64;

// NaN and infinite values are counted and left out of everything else; without a finite value all numbers are NaN and
// the histogram is empty.
struct TensorStatistics {
  std::int64_t count = 0, zeros = 0, not_finite = 0;
  double minimum = 0, maximum = 0, mean = 0;
  double deviation = 0;                  // of the population: sqrt(m2)
  double kurtosis = 0;                   // m4 / m2^2: 3 for a normal distribution; NaN if all values are equal
  std::vector<std::int64_t> histogram;   // equal bins from minimum to maximum, the last with its upper border

  Json to_json() const;                  // NaN as null
};

// Error(cancelled) through context.check_cancelled().
TensorStatistics tensor_statistics(const WeightFormat& weight, StepContext& context);

}  // namespace kelter
