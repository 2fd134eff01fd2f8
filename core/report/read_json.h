// SPDX-License-Identifier: GPL-3.0-or-later
// Reading the optional keys of ledgers, details and parameters. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "core/base/json.h"

namespace kelter {

// The number under `key`; nothing if `object` is none or holds something else there.
inline std::optional<double> number_in(const Json& object, const std::string& key) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

// The text under `key`; empty if there is none.
inline std::string text_in(const Json& object, const std::string& key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace kelter
