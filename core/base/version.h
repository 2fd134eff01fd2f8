// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace kelter {
inline constexpr const char* version = "0.1.0";
// Bumped whenever a plugin built before could misbehave.
inline constexpr int plugin_interface = 1;
}
