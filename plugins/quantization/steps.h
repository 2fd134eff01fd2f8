// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of this family; each is registered in register.cpp and described in quantization.kelter-plugin.json.
#pragma once

#include "core/run/step_registry.h"

namespace kelter {

// quant.rtn: rounds every weight to the nearest level of its group's grid and stores the packed codes.
ModelState round_to_nearest(const StepInputs& inputs, StepContext& context);

// quant.gptq: rounds with error feedback on the inputs of a calibration text; packed as quant.rtn packs.
ModelState quantize_gptq(const StepInputs& inputs, StepContext& context);

}  // namespace kelter
