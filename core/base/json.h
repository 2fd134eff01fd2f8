// SPDX-License-Identifier: GPL-3.0-or-later
// JSON with stable key order, as every file and every output of Kelter has it.
#pragma once

#include <nlohmann/json.hpp>

namespace kelter {
using Json = nlohmann::ordered_json;
}
