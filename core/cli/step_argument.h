// SPDX-License-Identifier: GPL-3.0-or-later
// `ID:name=value,name=value` as --step, --measure and --text take it. The first ':' ends the id, the first '=' of
// a part its name; `\,` and `\\` are a comma and a backslash, any other backslash stands for itself. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/describe/step_descriptor.h"

namespace kelter {

using Assignments = std::vector<std::pair<std::string, std::string>>;   // in the order given

struct StepArgument {
  std::string id;
  Assignments values;
};

// Throws UsageError naming `option` and the part that cannot be read.
StepArgument parse_step_argument(const std::string& text, const std::string& option);
Assignments parse_assignments(const std::string& text, const std::string& option);

// The values as parameters of `step`: known names, checked and of the schema's types; together they must be
// complete. Only what was given is returned. Throws UsageError with the schema's own error.
Json parameters_from(const Assignments& values, const StepDescriptor& step, const std::string& option);

}  // namespace kelter
