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
  choice,  // one of `choices` (strings)
  path,    // a file; store: and resource: allowed
  layers,  // layer indices: "4:18" = 4 to 17, "3+5+7", mixtures "0:2+5"; empty = all
  names,   // a list of names joined with "+"
  folder,  // a folder that `names` are looked up in; its own name never enters a recipe
};

const char* to_string(ParameterType type);

struct ParameterSchema {
  std::string id;  // "sparsity"
  ParameterType type = ParameterType::text;
  std::string label;   // "Sparsity"
  std::string unit;    // "share of weights", "tokens"; "none" where there is none
  std::string help;    // one or two sentences
  Json default_value;  // null: required
  std::optional<double> minimum, maximum;
  bool maximum_exclusive = false;  // 0 <= s < 1
  std::vector<Json> choices;       // choice: strings; integer: the allowed values (bits), if not empty
  // Shown and checked only if another parameter has one of these values; always, if empty.
  std::string visible_parameter;
  std::vector<Json> visible_values;
  // names: id of the folder parameter that holds the files named; empty if the names are no files.
  std::string folder;
  // Layers may differ in it (core/describe/layer_settings.h); while another parameter has one of these values, or
  // always, if that is empty.
  bool per_layer = false;
  std::string per_layer_parameter;
  std::vector<Json> per_layer_values;

  Json to_json() const;
  static ParameterSchema from_json(const Json& json, const std::string& where);
};

using Parameters = std::vector<ParameterSchema>;

// The canonical JSON value of `value` (numbers in range, "4" for an integer accepted when `from_text`).
// Throws Error(invalid_parameter) naming step, parameter, value, what is allowed.
Json check_parameter(const ParameterSchema& schema, const Json& value, const std::string& where,
                     bool from_text = false);

// All parameters of a step: given values checked, defaults filled in, in schema order; unknown names and
// missing required ones are errors (with the nearest known name as a hint). A parameter that is not visible
// has its default, or null if it has none: what a document holds for it is kept there and has no effect.
// Text from a person (`from_text`) that would have no effect is an error.
Json resolve_parameters(const Parameters& schemas, const Json& given, const std::string& where, bool from_text = false);

// Is the parameter in force beside these resolved values?
bool is_visible(const ParameterSchema& schema, const Json& resolved);

// May layers differ in the parameter beside these resolved values?
bool may_differ_by_layer(const ParameterSchema& schema, const Json& resolved);

// nullptr if there is no such parameter.
const ParameterSchema* find_parameter(const Parameters& schemas, const std::string& id);

// The ids of all parameters, for hints.
std::vector<std::string> parameter_ids(const Parameters& schemas);

// "a+b" as its parts; empty text has none.
std::vector<std::string> split_names(const std::string& text);

struct LayerRange {
  std::int64_t begin = 0, end = 0;  // end exclusive
  bool operator==(const LayerRange&) const = default;
};

// The parts of "0:2+5" in their order, compared with no model; empty text has none. Throws Error(invalid_parameter).
std::vector<LayerRange> parse_layer_ranges(const std::string& text, const std::string& where);

// "4:18", "3+5+7", "0:2+5" as sorted indices without repeats, each < layer_count; empty text = all layers.
// Throws Error(invalid_parameter).
std::vector<std::int64_t> parse_layers(const std::string& text, std::int64_t layer_count, const std::string& where);

}  // namespace kelter
