// SPDX-License-Identifier: GPL-3.0-or-later
// One-shot magnitude pruning (Han et al., arXiv 1506.02626) with the threshold rules of core/compress/magnitude_mask.h.
#include <ATen/ATen.h>

#include <map>

#include "core/base/units.h"
#include "core/compress/layer_walk.h"
#include "core/compress/magnitude_mask.h"
#include "core/describe/parameter.h"
#include "core/formats/dense_weight.h"
#include "plugins/pruning/amount.h"
#include "plugins/pruning/steps.h"

namespace kelter {
namespace {

using Layers = std::vector<std::int64_t>;
using MaskRule = std::function<at::Tensor(const at::Tensor& values)>;

// One threshold for the linears of all chosen layers. They are decoded once for each pass, never all at a time.
MaskRule model_rule(const StepInputs& inputs, const Layers& layers, StepContext& context) {
  const std::optional<float> threshold = magnitude_threshold(
      [&](const ValuesVisitor& visit) {
        for_each_linear(inputs.model(), layers, context, [&](std::int64_t, const std::string&, const Weight& weight) {
          visit(weight->decode(at::kFloat));
        });
      },
      inputs.parameters.at("sparsity").get<double>());
  return [threshold](const at::Tensor& values) { return mask_up_to(values, threshold); };
}

// `whole_model` is the rule of scope=model, where layers cannot differ.
MaskRule layer_rule(const Json& parameters, const MaskRule& whole_model) {
  const auto [sparsity, pattern] = pruning_amount(parameters);
  if (pattern) return [kept = *pattern](const at::Tensor& values) { return mask_of_pattern(values, kept.kept, kept.of); };
  const auto scope = parameters.at("scope").get<std::string>();
  if (scope == "matrix") return [sparsity = sparsity](const at::Tensor& values) { return mask_of_matrix(values, sparsity); };
  if (scope == "row") return [sparsity = sparsity](const at::Tensor& values) { return mask_of_rows(values, sparsity); };
  if (scope == "model") return whole_model;
  throw Error(ErrorCode::invalid_parameter, "The scope is not known", "scope", printable(scope), "Use matrix, row or model.");
}

// Of every layer that loses weights: one with sparsity 0 keeps its stored form.
std::map<std::int64_t, MaskRule> layer_rules(const StepInputs& inputs, StepContext& context) {
  const Layers layers =
      parse_layers(inputs.parameters.at("layers").get<std::string>(), inputs.model().layer_count(), "layers");
  const bool one_threshold = inputs.parameters.at("scope") == "model" && inputs.parameters.at("pattern") == "unstructured";
  const MaskRule whole_model = one_threshold ? model_rule(inputs, layers, context) : MaskRule();
  std::map<std::int64_t, MaskRule> rules;
  for (const std::int64_t layer : layers) {
    const Json parameters = inputs.parameters_of(layer);
    MaskRule rule = layer_rule(parameters, whole_model);
    if (parameters.at("sparsity").get<double>() > 0) rules[layer] = std::move(rule);
  }
  return rules;
}

}  // namespace

ModelState prune_magnitude(const StepInputs& inputs, StepContext& context) {
  const ModelState& model = inputs.model();
  const std::map<std::int64_t, MaskRule> rules = layer_rules(inputs, context);
  if (rules.empty()) return model;   // the first point of a sweep is the model itself
  Layers layers;
  for (const auto& [layer, rule] : rules) layers.push_back(layer);
  ModelState out = rewrite_linears(model, layers, context, [&](std::int64_t layer, const std::string&, const Weight& weight) {
    at::Tensor values = weight->decode(at::kFloat);
    values.masked_fill_(rules.at(layer)(values), 0);
    return DenseWeight::from_tensor(values, at::kBFloat16);
  });
  add_badge(out, "masked");
  if (any_tensor_grew(model, out)) add_badge(out, "expanded");
  return out;
}

}  // namespace kelter
