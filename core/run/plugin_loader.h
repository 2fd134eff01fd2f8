// SPDX-License-Identifier: GPL-3.0-or-later
// Loads the libraries behind plugin descriptions. Every family, built-in or a stranger's, comes through here.
// A library is never unloaded: its functions, type information and torch registrations stay in use.
#pragma once

#include <vector>

#include "core/base/error.h"
#include "core/describe/plugin_folders.h"
#include "core/run/step_registry.h"

namespace kelter {

// Compares interface, Kelter, libtorch and compiler versions (of the description before the library is
// opened, of the library before its code is called), then registers its steps, which must be exactly those
// described. Throws Error(plugin) naming the plugin, what differs and what to do; `registry` is then unchanged.
void load_plugin(const PluginDescription& plugin, StepRegistry& registry);

// All plugins of a catalogue. One that cannot be loaded is reported in the result and the others go on.
std::vector<ErrorInfo> load_plugins(const StepCatalogue& catalogue, StepRegistry& registry);

}  // namespace kelter
