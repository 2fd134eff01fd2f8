// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace kelter {

// The descriptors of the sources and measures that the engine itself provides: a JSON list in the form of the
// key "steps" of a plugin description, so that one reader serves both.
const char* builtin_steps_json();

}  // namespace kelter
