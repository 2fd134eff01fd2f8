// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/parameter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "core/base/units.h"
#include "core/describe/fields.h"
#include "core/describe/nearest.h"

namespace kelter {
namespace {

constexpr std::array<std::pair<ParameterType, const char*>, 9> type_names = {{
    {ParameterType::integer, "integer"},
    {ParameterType::number, "number"},
    {ParameterType::boolean, "boolean"},
    {ParameterType::text, "text"},
    {ParameterType::choice, "choice"},
    {ParameterType::path, "path"},
    {ParameterType::layers, "layers"},
    {ParameterType::names, "names"},
    {ParameterType::folder, "folder"},
}};

ParameterType parameter_type(const std::string& name, const Fields& fields) {
  for (const auto& [type, text] : type_names) {
    if (name == text) return type;
  }
  fields.fail("type", "there is no parameter type \"" + printable(name) + "\"");
}

// The whole text as a number of type T, in the C locale's form.
template <typename T>
std::optional<T> parse_number(const std::string& text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::string in_quotes(const std::string& text) { return "\"" + text + "\""; }

[[noreturn]] void refuse(const ParameterSchema& schema, const Json& value, const std::string& where,
                         const std::string& why, const std::string& remedy) {
  throw Error(ErrorCode::invalid_parameter, "The parameter " + in_quotes(schema.id) + " cannot be " + shown(value),
              where, why, remedy);
}

bool is_one_of(const Json& value, const std::vector<Json>& values) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::string allowed_values(const ParameterSchema& schema) {
  std::vector<std::string> values;
  for (const Json& choice : schema.choices) {
    values.push_back(choice.is_string() ? choice.get<std::string>() : choice.dump());
  }
  return join(values);
}

std::string range_text(const ParameterSchema& schema) {
  std::string text;
  if (schema.minimum) text += "at least " + format_number(*schema.minimum);
  if (schema.maximum) {
    text += std::string(text.empty() ? "" : " and ") + (schema.maximum_exclusive ? "less than " : "at most ") +
            format_number(*schema.maximum);
  }
  return text;
}

void check_range(const ParameterSchema& schema, double number, const Json& value, const std::string& where) {
  const bool low = schema.minimum && number < *schema.minimum;
  const bool high = schema.maximum && (schema.maximum_exclusive ? number >= *schema.maximum : number > *schema.maximum);
  if (low || high) refuse(schema, value, where, "it must be " + range_text(schema), "Choose a value in this range.");
}

void check_choice(const ParameterSchema& schema, const Json& canonical, const Json& value, const std::string& where) {
  if (schema.choices.empty() || is_one_of(canonical, schema.choices)) return;
  std::vector<std::string> names;
  for (const Json& choice : schema.choices) {
    if (choice.is_string()) names.push_back(choice.get<std::string>());
  }
  const std::string text = canonical.is_string() ? canonical.get<std::string>() : "";
  refuse(schema, value, where, "allowed are " + allowed_values(schema),
         did_you_mean(text, names, "Choose one of these."));
}

Json check_integer(const ParameterSchema& schema, const Json& value, const std::string& where, bool from_text) {
  std::optional<std::int64_t> number;
  if (from_text && value.is_string()) number = parse_number<std::int64_t>(value.get<std::string>());
  if (value.is_number_integer()) number = integer_in(value);
  if (value.is_number_float()) number = integer_in(whole_number(value.get<double>()));  // written as 4.0
  if (!number) refuse(schema, value, where, "it must be an integer", "Write a whole number such as 4.");
  check_range(schema, static_cast<double>(*number), value, where);
  check_choice(schema, *number, value, where);
  return *number;
}

Json check_number(const ParameterSchema& schema, const Json& value, const std::string& where, bool from_text) {
  std::optional<double> number;
  if (from_text && value.is_string()) number = parse_number<double>(value.get<std::string>());
  if (value.is_number()) number = value.get<double>();
  if (!number || !std::isfinite(*number)) {
    refuse(schema, value, where, "it must be a finite number", "Write a number such as 0.5, with a point.");
  }
  check_range(schema, *number, value, where);
  check_choice(schema, *number, value, where);
  return *number + 0.0;  // -0 becomes 0: one value, one recipe
}

Json check_boolean(const ParameterSchema& schema, const Json& value, const std::string& where, bool from_text) {
  if (value.is_boolean()) return value;
  if (from_text && value == "true") return true;
  if (from_text && value == "false") return false;
  refuse(schema, value, where, "it must be true or false", "Write true or false.");
}

std::string text_of(const ParameterSchema& schema, const Json& value, const std::string& where) {
  if (!value.is_string()) refuse(schema, value, where, "it must be a text", "Write it in quotation marks.");
  const std::string text = value.get<std::string>();
  try {
    static_cast<void>(value.dump());
  } catch (const Json::type_error&) {
    refuse(schema, value, where, "it is no valid UTF-8 text", "Rename the file, or write the text in UTF-8.");
  }
  if (text.find('\0') != std::string::npos) refuse(schema, value, where, "it holds a zero byte", "Remove it.");
  return text;
}

// A list of names, as text "a+b" or as JSON ["a", "b"].
Json check_names(const ParameterSchema& schema, const Json& value, const std::string& where) {
  std::vector<std::string> names;
  if (value.is_array()) {
    for (const Json& name : value)
      names.push_back(text_of(schema, name, where));
  } else {
    names = split_names(text_of(schema, value, where));
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) refuse(schema, value, where, "one of its names is empty", "Write names as a+b.");
    if (names[i].find('+') != std::string::npos) {
      refuse(schema, value, where, "a name cannot hold \"+\", which joins names", "Rename it.");
    }
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i)) {
      refuse(schema, value, where, in_quotes(names[i]) + " is there twice", "Name it once.");
    }
  }
  return join(names, "+");
}

// The parts of "0:2+5". `refuse_text(why)` throws.
template <typename Refuse>
std::vector<LayerRange> layer_ranges(const std::string& text, const Refuse& refuse_text) {
  std::vector<LayerRange> ranges;
  for (const std::string& part : split_names(text)) {
    const std::size_t colon = part.find(':');
    const auto begin = parse_number<std::int64_t>(part.substr(0, colon));
    auto end = begin;
    if (colon != std::string::npos) end = parse_number<std::int64_t>(part.substr(colon + 1));
    if (!begin || !end) refuse_text(in_quotes(printable(part)) + " is neither a layer nor a range");
    if (*begin < 0 || *end < 0) refuse_text("a layer number cannot be negative");
    if (*end > std::numeric_limits<std::int32_t>::max()) refuse_text("a layer number is too large");
    if (colon == std::string::npos) end = *end + 1;
    if (*begin >= *end) refuse_text("the range " + part + " is empty: its end is exclusive");
    ranges.push_back({*begin, *end});
  }
  return ranges;
}

const char* layers_remedy = "Write ranges with exclusive end and single layers joined with +, such as 4:18 or 0:2+5.";

Json check_layers(const ParameterSchema& schema, const Json& value, const std::string& where) {
  const std::string text = text_of(schema, value, where);
  layer_ranges(text, [&](const std::string& why) { refuse(schema, value, where, why, layers_remedy); });
  return text;
}

[[noreturn]] void refuse_layers(const std::string& text, const std::string& where, const std::string& why) {
  throw Error(ErrorCode::invalid_parameter, "The layers cannot be " + in_quotes(printable(text)), where, why,
              layers_remedy);
}

bool is_missing(const ParameterSchema& schema, const Json& value) {
  const bool names_something = schema.type == ParameterType::path || schema.type == ParameterType::layers ||
                               schema.type == ParameterType::names || schema.type == ParameterType::folder;
  const bool names_nothing = names_something && (value == "" || value == Json::array());
  return value.is_null() || (names_nothing && schema.default_value.is_null());
}

std::vector<Json> json_list(const Json& array) { return {array.begin(), array.end()}; }

// The condition "parameter has one of these values"; no parameter is no condition.
bool holds(const std::string& parameter, const std::vector<Json>& values, const Json& resolved) {
  if (parameter.empty()) return true;
  const auto found = resolved.find(parameter);
  return found != resolved.end() && is_one_of(*found, values);
}

// Files and folders would need an identity in each layer; lists of layers and names concern the whole node.
bool may_be_per_layer(ParameterType type) {
  return type == ParameterType::integer || type == ParameterType::number || type == ParameterType::boolean ||
         type == ParameterType::choice || type == ParameterType::text;
}

// "per_layer": true, false, or {"scope": ["matrix", "row"]}.
void read_per_layer(const Json& value, ParameterSchema& schema, const Fields& fields) {
  const bool conditional = value.is_object() && value.size() == 1 && value.front().is_array() && !value.front().empty();
  if (!value.is_boolean() && !conditional) {
    fields.fail("per_layer", "it must be true, false or one parameter with its values");
  }
  schema.per_layer = conditional || value.get<bool>();
  if (schema.per_layer && !may_be_per_layer(schema.type)) {
    fields.fail("per_layer", "layers cannot differ in a parameter of type " + std::string(to_string(schema.type)));
  }
  if (!conditional) return;
  schema.per_layer_parameter = value.begin().key();
  schema.per_layer_values = json_list(value.front());
}

}  // namespace

const char* to_string(ParameterType type) {
  for (const auto& [known, text] : type_names) {
    if (type == known) return text;
  }
  return "text";
}

Json ParameterSchema::to_json() const {
  Json json = {{"id", id},     {"type", to_string(type)}, {"label", label}, {"unit", unit},
               {"help", help}, {"default", default_value}};
  if (minimum) json["minimum"] = whole_number(*minimum);
  if (maximum) json["maximum"] = whole_number(*maximum);
  if (maximum_exclusive) json["maximum_exclusive"] = true;
  if (!choices.empty()) json["choices"] = choices;
  if (!visible_parameter.empty()) json["visible"] = {{visible_parameter, visible_values}};
  if (!folder.empty()) json["folder"] = folder;
  if (per_layer) json["per_layer"] = true;
  if (per_layer && !per_layer_parameter.empty()) json["per_layer"] = {{per_layer_parameter, per_layer_values}};
  return json;
}

ParameterSchema ParameterSchema::from_json(const Json& json, const std::string& where) {
  ParameterSchema schema;
  schema.id = Fields(json, where).text("id");
  Fields named(json, where + ", parameter " + in_quotes(printable(schema.id)));
  static_cast<void>(named.find("id"));
  schema.type = parameter_type(named.text("type"), named);
  schema.label = named.text("label");
  schema.unit = named.text("unit");
  schema.help = named.text("help");
  if (const Json* value = named.find("default")) schema.default_value = *value;
  schema.minimum = named.number_if("minimum");
  schema.maximum = named.number_if("maximum");
  schema.maximum_exclusive = named.boolean_or("maximum_exclusive", false);
  schema.choices = json_list(named.array_or_empty("choices"));
  schema.folder = named.text_or("folder", "");
  for (const auto& [parameter, values] : named.object_or_empty("visible").items()) {
    if (!values.is_array() || values.empty()) named.fail("visible", "a list of values is wanted for " + parameter);
    if (!schema.visible_parameter.empty()) named.fail("visible", "it may depend on one parameter only");
    schema.visible_parameter = parameter;
    schema.visible_values = json_list(values);
  }
  if (const Json* per_layer = named.find("per_layer")) read_per_layer(*per_layer, schema, named);
  named.finish();
  if (schema.type == ParameterType::choice && schema.choices.empty()) named.fail("choices", "a choice needs some");
  if (!schema.default_value.is_null()) schema.default_value = check_parameter(schema, schema.default_value, where);
  return schema;
}

Json check_parameter(const ParameterSchema& schema, const Json& value, const std::string& where, bool from_text) {
  switch (schema.type) {
    case ParameterType::integer:
      return check_integer(schema, value, where, from_text);
    case ParameterType::number:
      return check_number(schema, value, where, from_text);
    case ParameterType::boolean:
      return check_boolean(schema, value, where, from_text);
    case ParameterType::names:
      return check_names(schema, value, where);
    case ParameterType::layers:
      return check_layers(schema, value, where);
    case ParameterType::choice:
      check_choice(schema, text_of(schema, value, where), value, where);
      break;
    case ParameterType::text:
    case ParameterType::path:
    case ParameterType::folder:
      break;
  }
  return text_of(schema, value, where);
}

bool is_visible(const ParameterSchema& schema, const Json& resolved) {
  return holds(schema.visible_parameter, schema.visible_values, resolved);
}

bool may_differ_by_layer(const ParameterSchema& schema, const Json& resolved) {
  return schema.per_layer && holds(schema.per_layer_parameter, schema.per_layer_values, resolved);
}

const ParameterSchema* find_parameter(const Parameters& schemas, const std::string& id) {
  const auto found =
      std::find_if(schemas.begin(), schemas.end(), [&](const ParameterSchema& schema) { return schema.id == id; });
  return found == schemas.end() ? nullptr : &*found;
}

std::vector<std::string> parameter_ids(const Parameters& schemas) {
  std::vector<std::string> ids;
  for (const ParameterSchema& schema : schemas)
    ids.push_back(schema.id);
  return ids;
}

Json resolve_parameters(const Parameters& schemas, const Json& given, const std::string& where, bool from_text) {
  if (!given.is_object()) {
    throw Error(ErrorCode::invalid_parameter, "The parameters cannot be " + shown(given), where,
                "they must be an object of names and values", "Write {\"name\": value, ...}.");
  }
  const std::vector<std::string> ids = parameter_ids(schemas);
  for (const auto& [name, value] : given.items()) {
    if (std::find(ids.begin(), ids.end(), name) != ids.end()) continue;
    const std::string known = ids.empty() ? "It has no parameters." : "Its parameters are " + join(ids) + ".";
    throw Error(ErrorCode::invalid_parameter, "There is no parameter " + in_quotes(printable(name)), where,
                "the step does not have it", did_you_mean(name, ids, known));
  }
  Json resolved = Json::object();
  for (const ParameterSchema& schema : schemas) {
    const auto found = given.find(schema.id);
    const bool is_given = found != given.end() && !is_missing(schema, *found);
    const bool visible = is_visible(schema, resolved);
    if (is_given && !visible && from_text) {
      refuse(schema, *found, where,
             "it has no effect with " + schema.visible_parameter + "=" + shown(resolved[schema.visible_parameter]),
             "Leave it out.");
    }
    if (visible && !is_given && schema.default_value.is_null()) {
      throw Error(ErrorCode::invalid_parameter, "The parameter " + in_quotes(schema.id) + " is missing", where,
                  "the step needs it: " + schema.help, "Give it a value.");
    }
    resolved[schema.id] = schema.default_value;
    if (visible && is_given) resolved[schema.id] = check_parameter(schema, *found, where, from_text);
  }
  return resolved;
}

std::vector<std::string> split_names(const std::string& text) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('+', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::vector<LayerRange> parse_layer_ranges(const std::string& text, const std::string& where) {
  return layer_ranges(text, [&](const std::string& why) { refuse_layers(text, where, why); });
}

std::vector<std::int64_t> parse_layers(const std::string& text, std::int64_t layer_count, const std::string& where) {
  std::set<std::int64_t> chosen;
  for (const auto& [begin, end] : parse_layer_ranges(text, where)) {
    if (end > layer_count) refuse_layers(text, where, "the model's layers are 0 to " + std::to_string(layer_count - 1));
    for (std::int64_t layer = begin; layer < end; ++layer) chosen.insert(layer);
  }
  std::vector<std::int64_t> layers(chosen.begin(), chosen.end());
  if (text.empty()) {
    for (std::int64_t layer = 0; layer < layer_count; ++layer) layers.push_back(layer);
  }
  return layers;
}

}  // namespace kelter
