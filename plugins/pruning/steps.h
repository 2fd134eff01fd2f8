// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of this family; each is registered in register.cpp and described in pruning.kelter-plugin.json.
#pragma once

#include "core/run/step_registry.h"

namespace kelter {

// prune.magnitude: sets the weights of smallest absolute value to zero and stores the linears as dense bfloat16.
ModelState prune_magnitude(const StepInputs& inputs, StepContext& context);

// prune.wanda: sets the weights of least |W_ij| ||X_j|| in each row to zero; the rest as prune.magnitude.
ModelState prune_wanda(const StepInputs& inputs, StepContext& context);

// prune.sparsegpt: prunes with error feedback on the inputs of a calibration text, and rounds in the same go if asked to.
ModelState prune_sparsegpt(const StepInputs& inputs, StepContext& context);

// prune.depth: removes whole layers and renumbers the rest, which keep their stored form.
ModelState prune_depth(const StepInputs& inputs, StepContext& context);

}  // namespace kelter
