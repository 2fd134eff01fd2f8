// SPDX-License-Identifier: GPL-3.0-or-later
// Loads the libraries behind plugin descriptions. Every family, built-in or a stranger's, comes through here.
// A library is never unloaded: its functions, type information and torch registrations stay in use.
#pragma once

#include <vector>

#include "core/base/error.h"
#include "core/describe/step_descriptor.h"
#include "core/run/step_registry.h"

namespace kelter {

// KELTER_SAFE_MODE=1: only plugins of Kelter's own folder.
bool safe_mode();

// Folders that hold plugin descriptions: plugin_folder(), then those of KELTER_PLUGIN_PATH (separated by ":"),
// where strangers' plugins live, unless in safe mode. Folders that do not exist are left out.
std::vector<fs::path> plugin_folders();

// The built-in steps and every description in plugin_folders().
StepCatalogue load_catalogue();

// Compares interface, Kelter, libtorch and compiler versions (of the description before the library is
// opened, of the library before its code is called), then registers its steps, which must be exactly those
// described. Throws Error(plugin) naming the plugin, what differs and what to do; `registry` is then unchanged.
void load_plugin(const PluginDescription& plugin, StepRegistry& registry);

// All plugins of a catalogue. One that cannot be loaded is reported in the result and the others go on.
std::vector<ErrorInfo> load_plugins(const StepCatalogue& catalogue, StepRegistry& registry);

}  // namespace kelter
