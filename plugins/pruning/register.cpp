// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins/pruning/steps.h"

namespace {

void register_steps(kelter::StepRegistry& registry) {
  registry.add("prune.magnitude", 1, kelter::prune_magnitude);
  registry.add("prune.wanda", 1, kelter::prune_wanda);
  registry.add("prune.sparsegpt", 1, kelter::prune_sparsegpt);
  registry.add("prune.depth", 1, kelter::prune_depth);
}

}  // namespace

KELTER_PLUGIN(register_steps)
