// SPDX-License-Identifier: GPL-3.0-or-later
// The layer sweep (core/compress/layer_sweep.h) with error feedback (core/compress/error_feedback.h): what the steps that prune or round
// a linear and let its other weights make up for it share. Engine thread.
#pragma once

#include <functional>

#include "core/compress/error_feedback.h"
#include "core/run/step_registry.h"

namespace kelter {

// `damping` and `block` of a step's parameters.
FeedbackOptions feedback_options(const Json& parameters);

// What is done to a linear of the layer.
using FeedbackChoice = std::function<FeedbackOptions(std::int64_t layer, const WeightFormat& weight)>;

// The model with the linears of `layers` changed: packed where the options have a grid, else dense bfloat16. The parameter
// `true_sequential` is read from `inputs`. All options are checked against all linears before any work. Beside its errors each
// linear records "loss", the estimated growth of its squared output error; more damping than wanted and dead inputs are
// said in a warning.
ModelState sweep_with_feedback(const StepInputs& inputs, const std::vector<std::int64_t>& layers, StepContext& context,
                               const FeedbackChoice& choose);

}  // namespace kelter
