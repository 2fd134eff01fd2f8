// SPDX-License-Identifier: GPL-3.0-or-later
// The calibration text of a step, ready for the machines of core/compress. Engine thread.
#pragma once

#include <string>

#include "core/compress/layer_sweep.h"
#include "core/run/step_registry.h"

namespace kelter {

// The windows of the text linked to the port, in the compute type and on the device of the step; what is to be said of them becomes a
// warning. Error(invalid_parameter) without a text, saying that `reason`; those of calibration_windows.
Calibration calibration_of(const StepInputs& inputs, StepContext& context, const std::string& reason);

}  // namespace kelter
