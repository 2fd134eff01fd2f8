// SPDX-License-Identifier: GPL-3.0-or-later
// Steps for tests that drive the whole engine: test.slow works `items` times `seconds` and stops at any of them,
// test.fail fails at a layer. Both return their input.
#include <chrono>
#include <thread>

#include "core/run/step_registry.h"

namespace {

using kelter::Error;
using kelter::ErrorCode;
using kelter::ModelState;
using kelter::StepContext;
using kelter::StepInputs;

ModelState slow(const StepInputs& inputs, StepContext& context) {
  const auto items = inputs.parameters.at("items").get<std::int64_t>();
  const std::chrono::duration<double> pause(inputs.parameters.at("seconds").get<double>());
  for (std::int64_t item = 1; item <= items; ++item) {
    std::this_thread::sleep_for(pause);
    context.progress(item, items, "item " + std::to_string(item));
    context.log("item " + std::to_string(item) + " of " + std::to_string(items) + " is done");
  }
  return inputs.model();
}

ModelState fail(const StepInputs& inputs, StepContext& context) {
  const auto layer = inputs.parameters.at("layer").get<std::int64_t>();
  context.progress(layer, inputs.model().layer_count(), "layer " + std::to_string(layer));
  throw Error(ErrorCode::not_finite, "The Hessian is not finite", "layer " + std::to_string(layer),
              "a calibration token is NaN", "Use another text.");
}

void register_steps(kelter::StepRegistry& registry) {
  registry.add("test.slow", 1, slow);
  registry.add("test.fail", 1, fail);
}

}  // namespace

KELTER_PLUGIN(register_steps)
