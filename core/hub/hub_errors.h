// SPDX-License-Identifier: GPL-3.0-or-later
// What a hub's answer without success means to a person. Pure; any thread.
#pragma once

#include <string>

#include "core/hub/http.h"

namespace kelter {

struct HubQuestion {
  std::string model, revision;
  std::string file;  // empty: the model's list of files
  std::string url;
  bool with_token = false;
};

[[noreturn]] void throw_hub_error(const HttpAnswer& answer, const HubQuestion& question);

}  // namespace kelter
