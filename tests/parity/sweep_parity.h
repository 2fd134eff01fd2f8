// SPDX-License-Identifier: GPL-3.0-or-later
// The layer sweep and the masks on a device against the processor's float32. Needs the room compress.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/compress/layer_sweep.h"
#include "core/compress/magnitude_mask.h"
#include "tests/parity/model_parity.h"

namespace kelter::test {

inline std::vector<std::vector<std::int32_t>> parity_windows() {
  std::vector<std::vector<std::int32_t>> windows(37, std::vector<std::int32_t>(29));
  TinyRandom random(3, "sweep");
  for (auto& window : windows)
    for (auto& id : window) id = static_cast<std::int32_t>(random.next() % 300);
  return windows;
}

// Gram matrices of every input, by layer and module; the model stays as it is.
inline std::map<std::string, at::Tensor> swept_grams(const ModelState& model, at::Device device, at::ScalarType dtype) {
  std::map<std::string, at::Tensor> grams;
  NullContext context;
  sweep_linears(model, {0, 1}, {parity_windows(), dtype, device}, {Statistic::gram, false, true}, context, [&](const SweptLinear& linear) {
    grams[std::to_string(linear.layer) + " " + linear.module] = linear.input.gram.cpu();
    return linear.weight;
  });
  return grams;
}

inline void compare_sweep(at::Device device, const Judge& give) {
  const ModelState model = tiny_state({});
  const auto wanted = swept_grams(model, at::kCPU, at::kFloat);
  for (const at::ScalarType dtype : compute_types(device)) {
    judge(give, {"sweep grams", to_string(device), dtype_name(dtype), "float32", "2 layers", 0, by_type(dtype, 1e-5, 0.03, 0.004), ""}, [&] {
      double error = 0;
      for (const auto& [name, gram] : swept_grams(model, device, dtype)) error = std::max(error, relative_error(gram, wanted.at(name)));
      return error;
    });
  }
  at::manual_seed(11);
  for (const auto& [rows, columns] : {std::pair<std::int64_t, std::int64_t>{1, 32}, {33, 160}, {129, 384}, {256, 1024}}) {
    const at::Tensor inputs = at::randn({2 * columns, columns}), weights = at::randn({rows, columns}), gram = at::mm(inputs.t(), inputs);
    const std::string shape = std::to_string(rows) + "x" + std::to_string(columns);
    const at::Tensor scores = weights.abs() * gram.diagonal().sqrt();
    judge(give, {"mask of rows", to_string(device), "float32", "50 %", shape, 0, 0, ""},
          [&] { return differing(mask_of_rows(scores.to(device), 0.5), mask_of_rows(scores, 0.5)); });
    judge(give, {"mask of pattern", to_string(device), "float32", "2:4", shape, 0, 0, ""},
          [&] { return differing(mask_of_pattern(scores.to(device), 2, 4), mask_of_pattern(scores, 2, 4)); });
  }
}

}  // namespace kelter::test
