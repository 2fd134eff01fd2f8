// SPDX-License-Identifier: GPL-3.0-or-later
// Wanda (Sun, Liu, Bair, Kolter, arXiv 2306.11695): a weight counts as much as its size times the norm of what it is
// multiplied with, S_ij = |W_ij| ||X_j||_2, and the least of each row go. No weight is changed otherwise.
#include <ATen/ATen.h>

#include "core/compress/layer_sweep.h"
#include "core/compress/layer_walk.h"
#include "core/compress/magnitude_mask.h"
#include "core/describe/parameter.h"
#include "core/formats/device_weight.h"
#include "core/run/calibration.h"
#include "plugins/pruning/amount.h"
#include "plugins/pruning/steps.h"

namespace kelter {
namespace {

// |W| times the norms, of which the mean over windows is taken as the published code does: the same order of scores.
at::Tensor scores(const at::Tensor& values, const InputStatistics& input) {
  return values.abs() * (input.squared_norms / static_cast<double>(input.samples)).sqrt();
}

at::Tensor mask(const at::Tensor& score, const PruningAmount& amount, bool searched_threshold) {
  if (amount.pattern) return mask_of_pattern(score, amount.pattern->kept, amount.pattern->of);
  return searched_threshold ? mask_of_row_mass(score, amount.sparsity) : mask_of_rows(score, amount.sparsity);
}

}  // namespace

ModelState prune_wanda(const StepInputs& inputs, StepContext& context) {
  const ModelState& model = inputs.model();
  const std::vector<std::int64_t> layers = pruned_layers(inputs);
  if (layers.empty()) return model;   // the first point of a sweep is the model itself
  const Calibration calibration = calibration_of(inputs, context, "weights are scored by the inputs they meet");
  ModelState out = sweep_linears(model, layers, calibration, {}, context, [&](const SweptLinear& linear) {
    const Json parameters = inputs.parameters_of(linear.layer);
    at::Tensor values = linear.values();
    values.masked_fill_(mask(scores(values, linear.input), pruning_amount(parameters), parameters.at("threshold") == "searched"), 0);
    return dense_weight(values, at::kBFloat16);
  });
  add_badge(out, "masked");
  if (any_tensor_grew(model, out)) add_badge(out, "expanded");
  return out;
}

}  // namespace kelter
