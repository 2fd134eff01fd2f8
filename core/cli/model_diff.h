// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between two models, tensor by tensor. Engine thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/model_state.h"

namespace kelter {

struct TensorDifference {
  std::string name_a, name_b;            // empty: the model has none
  Weight a, b;                           // null where there is none
  bool same = false;                     // format and content
  std::optional<double> sparsity_a, sparsity_b;     // share of decoded weights that are zero
  // Of b against a, where the shapes are equal: |b - a| / |a| in the Frobenius norm (absent if a is zero), and
  // the largest |b - a|.
  std::optional<double> relative_error, largest_error;
};

struct ModelDifference {
  std::vector<TensorDifference> tensors;            // in the order of model a, what only b has behind
  std::vector<std::int64_t> removed_layers;         // of a
  std::vector<std::int64_t> added_layers;           // of b
  std::optional<double> relative_error;             // over all tensors of equal shape together
};

// Layers of models of different depth are matched in order by the content of their norms, which pruning and
// quantisation leave alone; where none agree, by number. Throws Error(cancelled) between tensors when the user
// asked to stop.
ModelDifference compare_models(const ModelState& a, const ModelState& b);

}  // namespace kelter
