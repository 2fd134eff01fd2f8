// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/rules.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "core/base/error.h"
#include "core/base/units.h"

namespace kelter {
namespace {

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

void pattern_sparsity(const Json& given, Json& resolved, const std::string& where) {
  const std::string text = resolved.at("pattern").get<std::string>();
  const std::optional<KeepPattern> pattern = parse_pattern(text, where);
  if (!pattern) return;
  const auto found = given.find("sparsity");
  const bool is_given = found != given.end() && !found->is_null();
  const double sparsity = resolved.at("sparsity").get<double>();
  if (is_given && std::abs(sparsity - pattern->sparsity()) > 1e-9) {
    throw Error(ErrorCode::invalid_parameter, "The parameter \"sparsity\" cannot be " + format_number(sparsity), where,
                "the pattern " + text + " means a sparsity of " + format_number(pattern->sparsity()),
                "Leave sparsity out, or choose the pattern that belongs to it.");
  }
  resolved["sparsity"] = pattern->sparsity();
}

using Rule = void (*)(const Json& given, Json& resolved, const std::string& where);
constexpr std::pair<const char*, Rule> rules[] = {{"pattern-sparsity", pattern_sparsity}};

}  // namespace

std::optional<KeepPattern> parse_pattern(const std::string& text, const std::string& where) {
  if (text == "unstructured") return std::nullopt;
  constexpr std::int64_t longest = 1024;
  const std::size_t colon = text.find(':');
  if (colon != std::string::npos) {
    const auto kept = whole(std::string_view(text).substr(0, colon));
    const auto of = whole(std::string_view(text).substr(colon + 1));
    if (kept && of && *kept >= 1 && *kept < *of && *of <= longest) return KeepPattern{*kept, *of};
  }
  throw Error(ErrorCode::invalid_parameter, "The parameter \"pattern\" cannot be \"" + printable(text) + "\"", where,
              "it is neither \"unstructured\" nor N:M with N kept of M consecutive inputs, 1 <= N < M",
              "Write unstructured or a pattern such as 2:4.");
}

std::vector<std::string> rule_names() {
  std::vector<std::string> names;
  for (const auto& [name, rule] : rules)
    names.emplace_back(name);
  return names;
}

void apply_rule(const std::string& rule, const Json& given, Json& resolved, const std::string& where) {
  for (const auto& [name, function] : rules) {
    if (rule == name) return function(given, resolved, where);
  }
  throw Error(ErrorCode::internal, "There is no rule \"" + printable(rule) + "\"", where);
}

}  // namespace kelter
