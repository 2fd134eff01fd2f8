// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace kelter {

// The candidate most like `name` (fewest edits; "rtn" finds "quant.rtn"), empty if none is close enough to be
// what a person meant.
std::string nearest_name(const std::string& name, const std::vector<std::string>& candidates);

// "Did you mean X?", or `otherwise` if nothing is close.
std::string did_you_mean(const std::string& name, const std::vector<std::string>& candidates,
                         const std::string& otherwise);

// "a, b, c"
std::string join(const std::vector<std::string>& parts, const std::string& separator = ", ");

}  // namespace kelter
