// SPDX-License-Identifier: GPL-3.0-or-later
// Negative log-likelihoods on a device against float64. Needs the room model.
#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "core/formats/device_weight.h"
#include "core/formats/integer_weight.h"
#include "core/model/likelihood.h"
#include "tests/parity/weight_parity.h"

namespace kelter::test {

struct LikelihoodShape {
  std::int64_t rows, width;
  std::int64_t tile;            // of the vocabulary
  std::int64_t before, behind;  // numbers of a stored row on either side of the logits

  std::string text() const {
    return std::to_string(rows) + "x" + std::to_string(width) + " by " + std::to_string(tile) + ", " + std::to_string(before) + "+" + std::to_string(behind);
  }
};

inline std::vector<LikelihoodShape> likelihood_shapes() {
  std::vector<LikelihoodShape> shapes;
  for (const std::int64_t width : {1, 2, 3, 4, 5, 31, 127, 1000, 1023, 1025, 4099})
    for (const std::int64_t before : {0, 1, 2, 3}) shapes.push_back({3, width, width, before, width % 2});
  for (const std::int64_t tile : {1, 7, 64, 511, 512, 4096}) shapes.push_back({3, 1027, tile, 0, 1});
  for (const std::int64_t rows : {1, 2, 33, 2048}) shapes.push_back({rows, 5003, 1024, 1, 2});
  for (const std::int64_t tile : {1024, 4000, 16385, 32000}) shapes.push_back({5, 32000, tile, 0, 0});
  return shapes;
}

// Targets at the borders of the tiles, and in between.
inline at::Tensor likelihood_targets(const LikelihoodShape& shape) {
  const std::vector<std::int64_t> wanted = {shape.tile - 1, shape.tile, 0, shape.width - 1, shape.width / 2, 2 * shape.tile - 1};
  at::Tensor targets = at::empty({shape.rows}, at::kLong);
  std::int64_t* out = targets.mutable_data_ptr<std::int64_t>();
  for (std::int64_t r = 0; r < shape.rows; ++r)
    out[r] = std::min(r < 6 ? wanted[static_cast<std::size_t>(r)] : 7919 * r % shape.width, shape.width - 1);
  return targets;
}

// The logits within rows whose other numbers are NaN, so that reading one of them shows.
inline at::Tensor within_rows(const at::Tensor& logits, const LikelihoodShape& shape, at::Device device) {
  const at::Tensor stored = at::full({shape.rows, shape.before + shape.width + shape.behind}, std::nan(""), at::kFloat).to(device);
  stored.narrow(1, shape.before, shape.width).copy_(logits);
  return stored.narrow(1, shape.before, shape.width);
}

// Tile by tile, the rows in two parts.
inline at::Tensor likelihood_by_tiles(const at::Tensor& logits, const at::Tensor& targets, std::int64_t tile) {
  RunningLikelihood likelihood(targets.to(logits.device()));
  const std::int64_t rows = logits.size(0), width = logits.size(1), upper = rows / 2;
  for (std::int64_t first = 0; first < width; first += tile) {
    const at::Tensor part = logits.narrow(1, first, std::min(tile, width - first));
    if (upper > 0) likelihood.add(part.narrow(0, 0, upper), 0, first);
    likelihood.add(part.narrow(0, upper, rows - upper), upper, first);
  }
  return likelihood.finish();
}

// The largest error in parts of the log-sum-exp (of 1, if that is less); a failure unless NaN is just where it belongs.
inline double likelihood_error(const at::Tensor& nll, const at::Tensor& logits, const at::Tensor& targets, const at::Tensor& without) {
  if (!nll.sizes().equals(targets.sizes()) || nll.scalar_type() != at::kDouble || !nll.device().is_cpu()) return failed;
  if (!at::equal(nll.isnan(), without)) return failed;
  const at::Tensor exact = logits.to(at::kDouble).nan_to_num(0, 0, 0), sum = exact.logsumexp(1);
  const at::Tensor error = (nll - (sum - exact.gather(1, targets.unsqueeze(1)).squeeze(1))).abs() / sum.abs().clamp_min(1);
  return error.masked_fill(without, 0).max().item<double>();
}

inline void compare_likelihood_shapes(at::Device device, const Judge& give) {
  for (const LikelihoodShape& shape : likelihood_shapes()) {
    for (const auto& [name, scale, shift] : {std::tuple<const char*, double, double>{"", 1, 0}, {"peaked", 30, 0}, {"shifted", 3, -10000}, {"huge", 1e37, 0}}) {
      judge(give, {"likelihood", to_string(device), "float32", name, shape.text(), 0, 1e-6, ""}, [&] {
        const at::Tensor logits = random_values({shape.rows, shape.width}, 21, scale) + shift, targets = likelihood_targets(shape);
        const at::Tensor nll = likelihood_by_tiles(within_rows(logits, shape, device), targets, shape.tile);
        return likelihood_error(nll, logits, targets, at::zeros({shape.rows}, at::kBool));
      });
    }
  }
}

// Numbers that are not finite, in the first, a middle and the last tile, in front of the aligned part of a row and behind it.
inline void compare_likelihood_non_finite(at::Device device, const Judge& give) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float wrong : {std::nanf(""), infinity, -infinity}) {
    for (const std::int64_t tile : {300, 1027}) {
      const LikelihoodShape shape{9, 1027, tile, 1, 2};
      judge(give, {"likelihood", to_string(device), "float32", "not finite: " + std::to_string(wrong), shape.text(), 0, 1e-6, ""}, [&] {
        const at::Tensor logits = random_values({shape.rows, shape.width}, 22, 3), targets = likelihood_targets(shape), without = at::zeros({shape.rows}, at::kBool);
        for (const auto& [row, column] : {std::pair<std::int64_t, std::int64_t>{0, 0}, {2, 1}, {3, 300}, {5, 513}, {6, 1026}}) {
          logits.select(0, row).select(0, column).fill_(wrong);
          without.select(0, row).fill_(true);
        }
        logits.select(0, 8).fill_(wrong);   // the whole row
        without.select(0, 8).fill_(true);
        return likelihood_error(likelihood_by_tiles(within_rows(logits, shape, device), targets, tile), logits, targets, without);
      });
    }
  }
}

// With the head's product: more rows and entries than a tile has, dense and packed heads.
inline void compare_heads(at::Device device, const Judge& give) {
  const std::int64_t hidden = 64, vocabulary = 9001;
  const at::Tensor values = random_values({vocabulary, hidden}, 23, 0.3);
  const std::vector<Weight> heads = {DenseWeight::from_tensor(values, at::kFloat), DenseWeight::from_tensor(values, at::kBFloat16),
                                     IntegerWeight::quantize(values, {4, 32, IntegerGrid::minmax, false, at::kHalf})};
  for (const Weight& head : heads) {
    for (const std::int64_t rows : {1, 3, 2051}) {
      judge(give, {"head and likelihood", to_string(device), "float32", head->name(), std::to_string(rows) + "x" + std::to_string(vocabulary), 0, 3e-6, ""}, [&] {
        const at::Tensor x = random_values({rows, hidden}, 24, 1), targets = at::arange(rows, at::kLong).mul(4999).remainder(vocabulary);
        const at::Tensor exact = at::matmul(x.to(at::kDouble), head->decode(at::kFloat).to(at::kDouble).t());
        return likelihood_error(negative_log_likelihood(*on_device(head, device), x.to(device), targets), exact, targets, at::zeros({rows}, at::kBool));
      });
    }
  }
}

// Peak of the device's memory during head and likelihood, as a share of all logits.
inline void compare_likelihood_memory(at::Device device, const Judge& give) {
  const std::int64_t rows = 2048, vocabulary = 32000, hidden = 4096;
  judge(give, {"memory of likelihood", to_string(device), "bfloat16", "share of the logits", std::to_string(rows) + "x" + std::to_string(vocabulary), 0, 0.125, ""}, [&] {
    const Weight head = on_device(DenseWeight::from_tensor(random_values({vocabulary, hidden}, 25, 0.02), at::kBFloat16), device);
    const at::Tensor x = random_values({rows, hidden}, 26, 1).to(device), targets = at::zeros({rows}, at::kLong);
    const auto run = [&] { negative_log_likelihood(*head, x, targets); };
    run();   // what libtorch keeps for all later products is taken here
    return static_cast<double>(peak_memory_of(device, run)) / static_cast<double>(rows * vocabulary * 4);
  });
}

inline void compare_likelihoods(at::Device device, const Judge& give) {
  compare_likelihood_shapes(device, give);
  compare_likelihood_non_finite(device, give);
  compare_heads(device, give);
  if (device.is_cuda()) compare_likelihood_memory(device, give);
}

}  // namespace kelter::test
