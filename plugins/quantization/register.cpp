// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins/quantization/steps.h"

namespace {

void register_steps(kelter::StepRegistry& registry) {
  registry.add("quant.rtn", 1, kelter::round_to_nearest);
  registry.add("quant.gptq", 1, kelter::quantize_gptq);
}

}  // namespace

KELTER_PLUGIN(register_steps)
