// SPDX-License-Identifier: GPL-3.0-or-later
// SparseGPT (Frantar, Alistarh, arXiv 2301.00774): prunes a linear column by column and lets the weights not yet reached make
// up for it, as the second-order picture of its output error says. Rounds in the same go, if asked to.
#include "core/compress/layer_walk.h"
#include "core/run/feedback_sweep.h"
#include "plugins/pruning/amount.h"
#include "plugins/pruning/steps.h"

namespace kelter {
namespace {

constexpr int no_rounding = 16;

FeedbackOptions options_of(const Json& parameters) {
  FeedbackOptions options = feedback_options(parameters);
  const PruningAmount amount = pruning_amount(parameters);
  if (amount.pattern) {
    options.kept = amount.pattern->kept;
    options.of = amount.pattern->of;
  } else {
    options.sparsity = amount.sparsity;
  }
  const int bits = parameters.at("bits").get<int>();
  if (bits == no_rounding) return options;
  options.grid.emplace();
  options.grid->bits = bits;
  options.grid->group = 0;   // the published grid of joint rounding: one of the whole row
  return options;
}

}  // namespace

ModelState prune_sparsegpt(const StepInputs& inputs, StepContext& context) {
  const ModelState& model = inputs.model();
  const std::vector<std::int64_t> layers = pruned_layers(inputs);
  if (layers.empty()) return model;   // the first point of a sweep is the model itself
  ModelState out = sweep_with_feedback(inputs, layers, context, [&](std::int64_t layer, const WeightFormat&) {
    return options_of(inputs.parameters_of(layer));
  });
  add_badge(out, "masked");
  if (any_tensor_grew(model, out)) add_badge(out, "expanded");
  return out;
}

}  // namespace kelter
