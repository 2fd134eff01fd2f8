// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of this family; each is registered in register.cpp and described in formats.kelter-plugin.json.
#pragma once

#include "core/run/step_registry.h"

namespace kelter {

// format.expand: stores every matrix (linears, embedding, head) dense; norms keep their form.
ModelState expand(const StepInputs& inputs, StepContext& context);

// format.cast: rounds linears into a format, or stores pruned ones without their zeros.
ModelState cast(const StepInputs& inputs, StepContext& context);

}  // namespace kelter
