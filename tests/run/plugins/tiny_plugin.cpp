// SPDX-License-Identifier: GPL-3.0-or-later
// A plugin with one step, "tiny.same" version 2, that returns its input; and its broken relatives.
#include "core/run/step_registry.h"

namespace {

void register_steps(kelter::StepRegistry& registry) {
  registry.add("tiny.same", 2, [](const kelter::StepInputs& inputs, kelter::StepContext&) { return inputs.model(); });
#ifdef TINY_PLUGIN_DISAGREEING
  registry.add("tiny.hidden", 1, [](const kelter::StepInputs& inputs, kelter::StepContext&) { return inputs.model(); });
#endif
}

}  // namespace

#if defined(TINY_PLUGIN_OLD_INTERFACE)
extern "C" const kelter::PluginInfo kelter_plugin_info;
const kelter::PluginInfo kelter_plugin_info = {kelter::plugin_interface - 1, kelter::version, KELTER_LIBTORCH, KELTER_COMPILER,
                                               register_steps};
#elif defined(TINY_PLUGIN_MISSING_SYMBOL)
extern "C" void (*tiny_plugin_entry)(kelter::StepRegistry&);
void (*tiny_plugin_entry)(kelter::StepRegistry&) = register_steps;
#else
KELTER_PLUGIN(register_steps)
#endif
