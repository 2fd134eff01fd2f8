// SPDX-License-Identifier: GPL-3.0-or-later
// How much of a matrix a pruning step takes away, as its parameters say it.
#pragma once

#include <optional>

#include "core/base/json.h"
#include "core/describe/rules.h"
#include "core/run/step_registry.h"

namespace kelter {

struct PruningAmount {
  double sparsity = 0;                  // share of the weights, 0 <= sparsity < 1
  std::optional<KeepPattern> pattern;   // N of M consecutive inputs stay; sparsity is then what that means
};

// The values of `sparsity` and `pattern`. Error(invalid_parameter) where they contradict each other.
PruningAmount pruning_amount(const Json& parameters);

// The chosen layers that lose weights: one with sparsity 0 keeps its stored form. Error as above for any chosen layer.
std::vector<std::int64_t> pruned_layers(const StepInputs& inputs);

}  // namespace kelter
