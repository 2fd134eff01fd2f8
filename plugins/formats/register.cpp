// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins/formats/steps.h"

namespace {

void register_steps(kelter::StepRegistry& registry) {
  registry.add("format.expand", 1, kelter::expand);
  registry.add("format.cast", 1, kelter::cast);
}

}  // namespace

KELTER_PLUGIN(register_steps)
