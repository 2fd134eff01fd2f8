// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins/pruning/amount.h"

#include <cmath>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/describe/parameter.h"

namespace kelter {

PruningAmount pruning_amount(const Json& parameters) {
  const PruningAmount amount{parameters.at("sparsity").get<double>(), parse_pattern(parameters.at("pattern").get<std::string>(), "pattern")};
  if (amount.pattern && std::abs(amount.sparsity - amount.pattern->sparsity()) > 1e-9)
    throw Error(ErrorCode::invalid_parameter, "Sparsity and pattern contradict each other", "sparsity",
                "it is " + format_number(amount.sparsity) + ", the pattern means " + format_number(amount.pattern->sparsity()),
                "Leave sparsity out, or choose the pattern that belongs to it.");
  return amount;
}

std::vector<std::int64_t> pruned_layers(const StepInputs& inputs) {
  std::vector<std::int64_t> layers =
      parse_layers(inputs.parameters.at("layers").get<std::string>(), inputs.model().layer_count(), "layers");
  std::erase_if(layers, [&](std::int64_t layer) { return pruning_amount(inputs.parameters_of(layer)).sparsity == 0; });
  return layers;
}

}  // namespace kelter
