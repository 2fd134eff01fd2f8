// SPDX-License-Identifier: GPL-3.0-or-later
// One schema per parameter: it drives the form, the file, the command line, validation, help pages, undo
// text and sweep axes. Values are JSON; a schema never changes after it was read. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/json.h"

namespace kelter {

enum class ParameterType {
  integer,
  number,
  boolean,
  text,
  choice,    // one of `choices` (strings)
  path,      // a file or folder; store: and resource: allowed
  layers,    // layer indices: "4:18" = 4 to 17, "3+5+7", mixtures "0:2+5"; empty = all
  names,     // a list of names joined with "+"
};

struct ParameterSchema {
  std::string id;                      // "sparsity"
  ParameterType type = ParameterType::text;
  std::string label;                   // "Sparsity"
  std::string unit;                    // "share of weights", "tokens", "" where there is none (says so by "none")
  std::string help;                    // one or two sentences
  Json default_value;                  // null: required
  std::optional<double> minimum, maximum;
  bool maximum_exclusive = false;      // 0 <= s < 1
  std::vector<Json> choices;           // choice: strings; integer: the allowed values (bits), if not empty
  // Shown and checked only if another parameter has one of these values; always, if empty.
  std::string visible_parameter;
  std::vector<Json> visible_values;

  Json to_json() const;
  static ParameterSchema from_json(const Json& json, const std::string& where);
};

using Parameters = std::vector<ParameterSchema>;

// The canonical JSON value of `value` (numbers in range, "4" for an integer accepted when `from_text`).
// Throws Error(invalid_parameter) naming step, parameter, value, what is allowed.
Json check_parameter(const ParameterSchema& schema, const Json& value, const std::string& where, bool from_text = false);

// All parameters of a step: given values checked, defaults filled in, in schema order; unknown names and
// missing required ones are errors (with the nearest known name as a hint).
Json resolve_parameters(const Parameters& schemas, const Json& given, const std::string& where, bool from_text = false);

// "4:18", "3+5+7", "0:2+5" as sorted indices without repeats, each < layer_count; empty text = all layers.
// Throws Error(invalid_parameter).
std::vector<std::int64_t> parse_layers(const std::string& text, std::int64_t layer_count, const std::string& where);

}  // namespace kelter
