// SPDX-License-Identifier: GPL-3.0-or-later
// Cross-checks between parameters of one step that no single schema can state. A descriptor names them in
// its key "rules"; they run after resolve_parameters and before any work. Any thread.
//
// pattern-sparsity: with `pattern` N:M (N kept of M) `sparsity` is 1 - N/M: filled in when not given, an
// error when given otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace kelter {

// N kept of M consecutive inputs.
struct KeepPattern {
  std::int64_t kept = 0, of = 0;
  double sparsity() const { return 1.0 - static_cast<double>(kept) / static_cast<double>(of); }
  bool operator==(const KeepPattern&) const = default;
};

// "2:4" as a pattern, nothing for "unstructured". Throws Error(invalid_parameter).
std::optional<KeepPattern> parse_pattern(const std::string& text, const std::string& where);

std::vector<std::string> rule_names();

// Completes or checks `resolved`; `given` says which values came from a person. Error(invalid_parameter);
// Error(internal) for a rule that does not exist.
void apply_rule(const std::string& rule, const Json& given, Json& resolved, const std::string& where);

}  // namespace kelter
