// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/feedback_sweep.h"

#include <optional>
#include <tuple>

#include "core/base/units.h"
#include "core/compress/layer_walk.h"
#include "core/formats/device_weight.h"
#include "core/run/calibration.h"

namespace kelter {
namespace {

std::string warning_of(const FeedbackResult& result, const FeedbackOptions& options) {
  if (result.damping <= options.damping) return "";
  return "the inputs of the text are too much alike for a damping of " + format_number(options.damping) + "; " +
         format_number(result.damping) + " was used. More text makes that unnecessary.";
}

// The factor of the last input asked for: linears that read one input share it.
class SharedFactor {
 public:
  const InverseFactor& of(const SweptLinear& linear, const FeedbackOptions& options) {
    Key key{linear.layer, linear.input.first, options.damping, options.act_order};
    if (key_ == key) return factor_;
    key_.reset();
    factor_ = {};   // two of them would not fit
    factor_ = inverse_factor(linear.input.hessian(), options.damping, options.act_order);
    key_ = std::move(key);
    return factor_;
  }

 private:
  using Key = std::tuple<std::int64_t, std::string, double, bool>;
  std::optional<Key> key_;
  InverseFactor factor_;
};

ChangedLinear changed(const SweptLinear& linear, SharedFactor& factor, const FeedbackOptions& options) {
  const FeedbackResult result = compensate(linear.values(), factor.of(linear, options), options);
  ChangedLinear out = result.codes ? Weight(IntegerWeight::pack(*result.codes, *options.grid)) : dense_weight(result.weights, at::kBFloat16);
  out.values["loss"] = result.loss;
  out.values["dead_inputs"] = static_cast<double>(result.dead_inputs);
  out.warning = warning_of(result, options);
  return out;
}

}  // namespace

FeedbackOptions feedback_options(const Json& parameters) {
  FeedbackOptions options;
  options.damping = parameters.at("damping").get<double>();
  options.block = parameters.at("block").get<std::int64_t>();
  return options;
}

ModelState sweep_with_feedback(const StepInputs& inputs, const std::vector<std::int64_t>& layers, StepContext& context,
                               const FeedbackChoice& choose) {
  for_each_linear(inputs.model(), layers, context, [&](std::int64_t layer, const std::string&, const Weight& weight) {
    check(choose(layer, *weight), weight->columns());
  });
  const Calibration calibration = calibration_of(inputs, context, "the other weights make up for errors on the inputs it gives");
  const SweepOptions options{Statistic::gram, inputs.parameters.at("true_sequential").get<bool>(), true};
  SharedFactor factor;
  return sweep_linears(inputs.model(), layers, calibration, options, context, [&](const SweptLinear& linear) {
    return changed(linear, factor, choose(linear.layer, *linear.weight));
  });
}

}  // namespace kelter
