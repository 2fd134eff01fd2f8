// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/step_argument.h"

#include <algorithm>

#include "core/cli/console.h"

namespace kelter {
namespace {

constexpr const char* remedy = "Write ID:name=value,name=value; a comma inside a value is written \\, and a backslash \\\\.";

// At commas that no backslash escapes; the parts keep no escapes.
std::vector<std::string> split_parts(const std::string& text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == ',' || text[i + 1] == '\\');
    if (escape) {
      parts.back() += text[++i];
    } else if (text[i] == ',') {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

[[noreturn]] void refuse(const std::string& text, const std::string& option, const std::string& why) {
  throw UsageError("The value of " + option + " cannot be read", option + " " + text, why, remedy);
}

}  // namespace

Assignments parse_assignments(const std::string& text, const std::string& option) {
  Assignments values;
  for (const std::string& part : split_parts(text)) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos || equals == 0) refuse(text, option, "\"" + part + "\" is not name=value");
    const std::string name = part.substr(0, equals);
    const bool repeated = std::any_of(values.begin(), values.end(), [&](const auto& value) { return value.first == name; });
    if (repeated) refuse(text, option, "\"" + name + "\" is given twice");
    values.emplace_back(name, part.substr(equals + 1));
  }
  return values;
}

StepArgument parse_step_argument(const std::string& text, const std::string& option) {
  const std::size_t colon = text.find(':');
  StepArgument argument{text.substr(0, colon), {}};
  if (argument.id.empty()) refuse(text, option, "it names nothing before the colon");
  if (colon != std::string::npos) argument.values = parse_assignments(text.substr(colon + 1), option);
  return argument;
}

Json parameters_from(const Assignments& values, const StepDescriptor& step, const std::string& option) {
  const std::string where = option + " " + step.id;
  Json given = Json::object();
  for (const auto& [name, value] : values) given[name] = value;
  try {
    const Json resolved = step.resolve(given, where, true);
    for (auto& [name, value] : given.items()) value = resolved.at(name);
  } catch (const Error& error) {
    throw UsageError(error.info());
  }
  return given;
}

}  // namespace kelter
