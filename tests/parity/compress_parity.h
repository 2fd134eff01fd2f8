// SPDX-License-Identifier: GPL-3.0-or-later
// What compression methods compute on a GPU against the processor: the same bits. GPU only.
#pragma once

#include <map>

#include "core/compress/error_feedback.h"
#include "core/compress/magnitude_mask.h"
#include "core/kernels/cuda_compress.h"
#include "tests/kernels/column_update_case.h"
#include "tests/parity/weight_parity.h"

namespace kelter::test {

// The case computed on the device, in place of its numbers.
inline void update_on_device(kelter_tests::ColumnCase& one, at::Device device) {
  ColumnUpdate call = one.call();
  std::vector<std::pair<at::Tensor, at::Tensor>> held;   // here, there
  const auto place = [&](auto& numbers, at::ScalarType type) {
    const at::Tensor here = at::from_blob(numbers.data(), {static_cast<std::int64_t>(numbers.size())}, type);
    held.emplace_back(here, here.to(device));
    return held.back().second.mutable_data_ptr();
  };
  call.weights = static_cast<float*>(place(one.weights, at::kFloat));
  call.upper = static_cast<float*>(place(one.upper, at::kFloat));
  if (call.pruned) call.pruned = static_cast<std::uint8_t*>(place(one.mask, at::kByte));
  call.scale = static_cast<float*>(place(one.scale, at::kFloat));
  call.zero = static_cast<float*>(place(one.zero, at::kFloat));
  call.factor = static_cast<float*>(place(one.factor, at::kFloat));
  call.group = static_cast<std::int32_t*>(place(one.group, at::kInt));
  call.codes = static_cast<std::uint8_t*>(place(one.codes, at::kByte));
  call.errors = static_cast<float*>(place(one.errors, at::kFloat));
  call.losses = static_cast<double*>(place(one.losses, at::kDouble));
  check_kernel(cuda_update_columns(call, device_stream(device)), "column update");
  for (const auto& [here, there] : held) here.copy_(there);
}

inline void compare_column_updates(at::Device device, const Judge& give) {
  for (const kelter_tests::ColumnCaseSize& size : kelter_tests::column_case_sizes()) {
    judge(give, {"column update", to_string(device), "float32", "", size.text(), 0, 0, ""}, [&] {
      kelter_tests::ColumnCase here(size), there(size);
      update_columns(here.call());
      update_on_device(there, device);
      return here == there ? 0.0 : failed;
    });
  }
}

// Weights of few different magnitudes: ties everywhere.
inline double pruning_error(at::Device device, std::int64_t rows, std::int64_t columns, double sparsity, std::int64_t kept, std::int64_t of) {
  const at::Tensor weights = (random_values({rows, columns}, 3, 4).round_() * 0.25).contiguous(), norm = random_values({columns}, 4, 2).abs().round_();
  const at::Tensor scores = weights.abs() * norm, expected = of > 0 ? mask_of_pattern(scores, kept, of) : mask_of_rows(scores, sparsity);
  const at::Tensor there = weights.to(device), norms = norm.to(device), mask = at::full({rows, columns}, 7, at::TensorOptions(device).dtype(at::kByte)),
                   bad = at::zeros({1}, at::TensorOptions(device).dtype(at::kInt));
  CudaPrune call{there.mutable_data_ptr<float>(), norms.const_data_ptr<float>(), rows, columns, mask.mutable_data_ptr<std::uint8_t>(), bad.mutable_data_ptr<std::int32_t>()};
  const auto count = static_cast<std::int64_t>(static_cast<double>(columns) * sparsity);
  const auto run = [&] {
    check_kernel(of > 0 ? cuda_prune_pattern(call, kept, of, device_stream(device)) : cuda_prune_rows(call, count, device_stream(device)), "pruning");
  };
  run();
  if (bad.item<int>() != 0) return failed;
  const double different = differing(mask, expected.to(at::kByte)) + differing(there, weights.masked_fill(expected, 0));
  there.select(0, rows - 1).select(0, columns - 1).fill_(std::nan(""));
  run();
  return bad.item<int>() == 1 ? different : failed;
}

inline void compare_pruning(at::Device device, const Judge& give) {
  for (const auto& [rows, columns] : {std::pair<std::int64_t, std::int64_t>{1, 1}, {3, 31}, {5, 300}, {65, 4099}}) {
    for (const double sparsity : {0.0, 0.1, 0.5, 0.97})
      judge(give, {"prune rows", to_string(device), "float32", "", std::to_string(rows) + "x" + std::to_string(columns), 0, 0, ""},
            [&] { return pruning_error(device, rows, columns, sparsity, 0, 0); });
  }
  for (const auto& [kept, of, columns] : {std::tuple<std::int64_t, std::int64_t, std::int64_t>{2, 4, 4}, {1, 3, 999}, {5, 8, 4096}, {20, 32, 96}, {4, 24, 480}})
    judge(give, {"prune pattern", to_string(device), "float32", std::to_string(kept) + ":" + std::to_string(of), "7x" + std::to_string(columns), 0, 0, ""},
          [&] { return pruning_error(device, 7, columns, 0, kept, of); });
}

// By name.
inline std::map<std::string, FeedbackOptions> feedback_kinds() {
  std::map<std::string, FeedbackOptions> kinds;
  kinds["gptq int4 g32"].grid = IntegerOptions{4, 32, IntegerGrid::gptq, false, at::kHalf};
  kinds["gptq int3 row"].grid = IntegerOptions{3, 0, IntegerGrid::gptq, true, at::kFloat};
  kinds["gptq act-order"].grid = kinds["gptq int4 g32"].grid;
  kinds["gptq act-order"].act_order = true;
  kinds["sparsegpt 50"].sparsity = 0.5;
  kinds["sparsegpt 2:4"].kept = 2;
  kinds["sparsegpt 2:4"].of = 4;
  return kinds;
}

// The share of other codes, or of other zeros where nothing is rounded.
inline double other_decisions(const FeedbackResult& here, const FeedbackResult& there) {
  if (!here.codes) return differing(there.weights.eq(0), here.weights.eq(0)) / static_cast<double>(here.weights.numel());
  std::size_t other = 0;
  for (std::size_t i = 0; i < here.codes->codes.size(); ++i) other += here.codes->codes[i] != there.codes->codes[i];
  return static_cast<double>(other) / static_cast<double>(here.codes->codes.size());
}

// Whole layers: factor and products differ in their last bits, so decisions may where a weight lies on an edge.
inline void compare_feedback(at::Device device, const Judge& give) {
  for (const auto& [rows, columns] : {std::pair<std::int64_t, std::int64_t>{1, 32}, {33, 160}, {33, 352}, {129, 384}, {256, 1024}}) {
    const at::Tensor weights = random_values({rows, columns}, 5, 1), inputs = random_values({3 * columns, columns}, 6, 1), hessian = inputs.t().matmul(inputs);
    for (const auto& [name, options] : feedback_kinds()) {
      const std::string shape = std::to_string(rows) + "x" + std::to_string(columns);
      FeedbackResult here, there;
      judge(give, {"error feedback", to_string(device), "float32", name, shape, 0, 0.002, ""}, [&] {
        here = compensate(weights, hessian.clone(), options);
        there = compensate(weights.to(device), hessian.to(device, at::kFloat, /*non_blocking=*/false, /*copy=*/true), options);
        return other_decisions(here, there);
      });
      judge(give, {"feedback loss", to_string(device), "float32", name, shape, 0, 0.02, ""}, [&] { return std::abs(there.loss / here.loss - 1); });
    }
  }
}

inline void compare_compression(at::Device device, const Judge& give) {
  compare_column_updates(device, give);
  compare_pruning(device, give);
  compare_feedback(device, give);
}

}  // namespace kelter::test
