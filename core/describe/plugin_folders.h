// SPDX-License-Identifier: GPL-3.0-or-later
// Where plugin descriptions lie, and the catalogue of all of them. Reads descriptions only, so a program without
// libtorch knows every step. Any thread.
#pragma once

#include <vector>

#include "core/describe/step_descriptor.h"

namespace kelter {

// KELTER_SAFE_MODE=1: only plugins of Kelter's own folder.
bool safe_mode();

// Folders that hold plugin descriptions: plugin_folder(), then those of KELTER_PLUGIN_PATH (separated by ":"),
// where strangers' plugins live, unless in safe mode. Folders that do not exist are left out.
std::vector<fs::path> plugin_folders();

// The built-in steps and every description in plugin_folders(). One that cannot be read, or claims a step that is there
// already, is left out, and its error goes to `refused`; without `refused` it is thrown, Error(plugin | file_malformed).
StepCatalogue load_catalogue(std::vector<ErrorInfo>* refused = nullptr);

}  // namespace kelter
