// SPDX-License-Identifier: GPL-3.0-or-later
// GPTQ (Frantar, Ashkboos, Hoefler, Alistarh, arXiv 2210.17323): rounds a linear column by column and lets the weights not yet
// rounded make up for it, as the second-order picture of its output error says.
#include "core/describe/parameter.h"
#include "core/run/feedback_sweep.h"
#include "plugins/quantization/integer_options.h"
#include "plugins/quantization/steps.h"

namespace kelter {
namespace {

// A weight of which a tenth is zero was pruned; fewer zeros are those of any rounding.
constexpr double pruned_share = 0.1;

bool keeps_zeros(const std::string& zeros, const WeightFormat& weight) {
  if (zeros != "auto") return zeros == "keep";
  return static_cast<double>(weight.count_zeros()) >= pruned_share * static_cast<double>(weight.numel());
}

FeedbackOptions options_of(const Json& parameters, const WeightFormat& weight) {
  FeedbackOptions options = feedback_options(parameters);
  options.grid = integer_options(parameters);
  options.act_order = parameters.at("act_order").get<bool>();
  options.static_groups = parameters.at("static_groups").get<bool>();
  options.search = parameters.at("search").get<bool>();
  options.keep_zeros = keeps_zeros(parameters.at("zeros").get<std::string>(), weight);
  return options;
}

}  // namespace

ModelState quantize_gptq(const StepInputs& inputs, StepContext& context) {
  const ModelState& model = inputs.model();
  const std::vector<std::int64_t> layers = parse_layers(inputs.parameters.at("layers").get<std::string>(), model.layer_count(), "layers");
  return sweep_with_feedback(inputs, layers, context, [&](std::int64_t layer, const WeightFormat& weight) {
    return options_of(inputs.parameters_of(layer), weight);
  });
}

}  // namespace kelter
