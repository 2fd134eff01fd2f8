// SPDX-License-Identifier: GPL-3.0-or-later
// The kelter::Error that an action throws, for tests of error messages; any other exception passes through.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/error.h"

namespace kelter::test {

template <typename Action>
std::optional<ErrorInfo> thrown(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.info();
  }
  return std::nullopt;
}

inline bool mentions(const std::optional<ErrorInfo>& error, std::string_view text) {
  return error && error->text().find(text) != std::string::npos;
}

}  // namespace kelter::test
