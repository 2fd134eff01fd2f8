// SPDX-License-Identifier: GPL-3.0-or-later
// The error a call throws, so that a test can look at each of its parts.
#pragma once

#include <stdexcept>

#include "core/base/error.h"

namespace kelter::test {

template <typename Call>
ErrorInfo error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.info();
  }
  throw std::logic_error("the call threw no Error");
}

// Every error says what, where, why and what to try.
inline bool is_complete(const ErrorInfo& info) {
  return !info.what.empty() && !info.where.empty() && !info.why.empty() && !info.remedy.empty();
}

inline bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace kelter::test
