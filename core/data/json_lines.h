// SPDX-License-Identifier: GPL-3.0-or-later
// Files of one JSON object a line.
#pragma once

#include <functional>
#include <string>

#include "core/base/files.h"

namespace kelter {

// Calls `use` with each object of the file and its place ("file.jsonl, line 3") in order; empty lines are passed
// over. Error(file_malformed) names the line that is no JSON object.
void for_each_json_line(const fs::path& file,
                        const std::function<void(const Json& object, const std::string& where)>& use);

// The text under `key`; Error(invalid_data) naming `where` when it is missing or no text.
std::string text_member(const Json& object, const std::string& key, const std::string& where);

}  // namespace kelter
