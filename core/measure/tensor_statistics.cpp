// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/tensor_statistics.h"

#include <ATen/ATen.h>

#include <cmath>
#include <functional>
#include <limits>

namespace kelter {
namespace {

constexpr std::int64_t tile_values = 1 << 20;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// The finite values of each tile of rows, in order.
void for_each_tile(const WeightFormat& weight, StepContext& context, const std::function<void(const at::Tensor&)>& use) {
  const std::int64_t rows = std::max<std::int64_t>(1, tile_values / weight.columns());
  for (std::int64_t begin = 0; begin < weight.rows(); begin += rows) {
    context.check_cancelled();
    const at::Tensor tile = weight.decode_rows(begin, std::min(begin + rows, weight.rows()), at::kFloat).flatten();
    const at::Tensor finite = tile.masked_select(at::isfinite(tile));
    if (finite.numel() > 0) use(finite);
  }
}

double number(const at::Tensor& scalar) { return scalar.item<double>(); }

void first_pass(const WeightFormat& weight, StepContext& context, TensorStatistics& result) {
  double sum = 0;
  std::int64_t finite = 0;
  for_each_tile(weight, context, [&](const at::Tensor& tile) {
    const double low = number(tile.min()), high = number(tile.max());
    result.minimum = finite > 0 ? std::min(result.minimum, low) : low;
    result.maximum = finite > 0 ? std::max(result.maximum, high) : high;
    result.zeros += tile.numel() - at::count_nonzero(tile).item<std::int64_t>();
    sum += number(tile.sum(at::kDouble));
    finite += tile.numel();
  });
  result.not_finite = result.count - finite;
  result.mean = finite > 0 ? sum / static_cast<double>(finite) : not_a_number;
}

void second_pass(const WeightFormat& weight, StepContext& context, TensorStatistics& result) {
  const double finite = static_cast<double>(result.count - result.not_finite);
  const double width = (result.maximum - result.minimum) / static_cast<double>(histogram_bins);
  double second = 0, fourth = 0;
  result.histogram.assign(static_cast<std::size_t>(histogram_bins), 0);
  for_each_tile(weight, context, [&](const at::Tensor& tile) {
    const at::Tensor values = tile.to(at::kDouble);
    const at::Tensor squares = (values - result.mean).square();
    second += number(squares.sum());
    fourth += number(squares.square().sum());
    const at::Tensor bins = width > 0 ? ((values - result.minimum) / width).to(at::kLong).clamp_max(histogram_bins - 1)
                                      : at::zeros(values.sizes(), at::kLong);
    const at::Tensor counts = at::bincount(bins, {}, histogram_bins);
    for (std::int64_t i = 0; i < histogram_bins; ++i)
      result.histogram[static_cast<std::size_t>(i)] += counts.const_data_ptr<std::int64_t>()[i];
  });
  const double variance = second / finite;
  result.deviation = std::sqrt(variance);
  result.kurtosis = variance > 0 ? fourth / finite / (variance * variance) : not_a_number;
}

Json or_null(double value) { return std::isnan(value) ? Json() : Json(value); }

}  // namespace

Json TensorStatistics::to_json() const {
  return {{"count", count}, {"zeros", zeros}, {"not_finite", not_finite}, {"minimum", or_null(minimum)},
          {"maximum", or_null(maximum)}, {"mean", or_null(mean)}, {"deviation", or_null(deviation)},
          {"kurtosis", or_null(kurtosis)}, {"histogram", histogram}};
}

TensorStatistics tensor_statistics(const WeightFormat& weight, StepContext& context) {
  TensorStatistics result;
  result.count = weight.numel();
  first_pass(weight, context, result);
  if (result.not_finite < result.count) {
    second_pass(weight, context, result);
  } else {
    result.minimum = result.maximum = result.deviation = result.kurtosis = not_a_number;
  }
  return result;
}

}  // namespace kelter
