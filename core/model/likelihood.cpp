// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/likelihood.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/parallel.h"
#include "core/formats/compute_device.h"
#include "core/kernels/cuda_likelihood.h"
#include "core/kernels/decode_ops.h"

namespace kelter {
namespace {

// Logits that exist at a time.
struct Tile {
  std::int64_t rows, entries;
};

// On a GPU: tile and part of the head, entries * (rows + hidden) numbers, are an eighth of rows * vocabulary or less. Whole
// thousands of entries fill the GPU's cores evenly.
Tile tile_of(at::Device device, std::int64_t rows, std::int64_t vocabulary, std::int64_t hidden) {
  if (!device.is_cuda()) return {1024, 4096};
  constexpr std::int64_t most_rows = 2048, step = 1024;
  const std::int64_t together = std::min(rows, most_rows), entries = together * vocabulary / (8 * (together + hidden));
  return {most_rows, std::max(step, entries / step * step)};
}

double merge_log_sums(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
  const double high = std::max(a, b), low = std::min(a, b);
  return std::isinf(high) ? high : high + std::log1p(std::exp(low - high));
}

}  // namespace

RunningLikelihood::RunningLikelihood(at::Tensor targets) : targets_(std::move(targets).contiguous()) {
  const at::TensorOptions options = targets_.options();
  const std::int64_t rows = targets_.size(0);
  nll_ = at::empty({rows}, options.dtype(at::kDouble));
  sum_ = at::empty({rows}, options.dtype(at::kDouble));
  wanted_ = at::empty({rows}, options.dtype(at::kFloat));
  if (targets_.is_cuda()) largest_ = at::empty({rows}, options.dtype(at::kFloat));
}

void RunningLikelihood::add(const at::Tensor& logits, std::int64_t row, std::int64_t first) {
  if (targets_.is_cuda()) return add_on_device(logits, row, first);
  const std::int64_t width = logits.size(1), stride = logits.stride(0);
  const float* values = logits.const_data_ptr<float>();
  const std::int64_t* target = targets_.const_data_ptr<std::int64_t>() + row;
  double *sums = sum_.mutable_data_ptr<double>() + row, *nll = nll_.mutable_data_ptr<double>() + row;
  float* wanted = wanted_.mutable_data_ptr<float>() + row;
  parallel_for(0, logits.size(0), 8, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      const float* here = values + r * stride;
      const double sum = log_sum_exp(here, width);
      sums[r] = first == 0 ? sum : merge_log_sums(sums[r], sum);
      const std::int64_t entry = target[r] - first;
      if (entry >= 0 && entry < width) wanted[r] = here[entry];
      else if (first == 0) wanted[r] = std::numeric_limits<float>::quiet_NaN();
      nll[r] = sums[r] - static_cast<double>(wanted[r]);
    }
  });
}

void RunningLikelihood::add_on_device(const at::Tensor& logits, std::int64_t row, std::int64_t first) {
  CudaLikelihood call;
  call.logits = logits.const_data_ptr<float>();
  call.rows = logits.size(0);
  call.width = logits.size(1);
  call.stride = logits.stride(0);
  call.first = first;
  call.targets = targets_.const_data_ptr<std::int64_t>() + row;
  call.largest = largest_.mutable_data_ptr<float>() + row;
  call.sum = sum_.mutable_data_ptr<double>() + row;
  call.wanted = wanted_.mutable_data_ptr<float>() + row;
  call.nll = nll_.mutable_data_ptr<double>() + row;
  check_kernel(cuda_likelihood(call, device_stream(logits.device())), "likelihood");
}

at::Tensor negative_log_likelihood(const WeightFormat& head, const at::Tensor& rows, const at::Tensor& targets) {
  const Tile tile = tile_of(rows.device(), rows.size(0), head.rows(), rows.size(1));
  RunningLikelihood likelihood(targets.to(rows.device()));
  for (std::int64_t first = 0; first < head.rows(); first += tile.entries) {
    const at::Tensor part = head.decode_rows(first, std::min(first + tile.entries, head.rows()), at::kFloat);
    for (std::int64_t row = 0; row < rows.size(0); row += tile.rows)
      likelihood.add(at::linear(rows.narrow(0, row, std::min(tile.rows, rows.size(0) - row)), part), row, first);
  }
  return likelihood.finish();
}

}  // namespace kelter
