// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/step_descriptor.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "core/base/units.h"
#include "core/describe/builtin_steps.h"
#include "core/describe/document.h"
#include "core/describe/fields.h"
#include "core/describe/nearest.h"
#include "core/describe/rules.h"

namespace kelter {
namespace {

constexpr std::array<std::pair<PortType, const char*>, 4> port_types = {
    {{PortType::model, "model"}, {PortType::text, "text"}, {PortType::tasks, "tasks"}, {PortType::record, "record"}}};

constexpr const char* description_suffix = ".kelter-plugin.json";

Json port_to_json(const Port& port) {
  Json json = {{"name", port.name}, {"type", to_string(port.type)}};
  if (!port.required_parameter.empty()) {
    json["required"] = {{port.required_parameter, port.required_values}};
  } else if (!port.required) {
    json["required"] = false;
  }
  if (port.many) json["many"] = true;
  return json;
}

PortType port_type(const std::string& name, const Fields& fields) {
  for (const auto& [type, text] : port_types) {
    if (name == text) return type;
  }
  fields.fail("type", "there is no port type \"" + printable(name) + "\"");
}

// "required": true, false, or {"criterion": ["influence"]}.
void read_required(const Json& value, Port& port, const Fields& fields) {
  if (value.is_boolean()) {
    port.required = value.get<bool>();
    return;
  }
  const bool one_condition = value.is_object() && value.size() == 1 && value.front().is_array();
  if (!one_condition) fields.fail("required", "it must be true, false or one parameter with its values");
  port.required = false;
  port.required_parameter = value.begin().key();
  port.required_values.assign(value.front().begin(), value.front().end());
}

std::vector<Port> read_ports(const Json& list, const std::string& where) {
  std::vector<Port> ports;
  std::set<std::string> names;
  for (const Json& json : list) {
    Fields fields(json, where + ", ports");
    Port port;
    port.name = fields.text("name");
    port.type = port_type(fields.text_or("type", port.name), fields);
    if (const Json* required = fields.find("required")) read_required(*required, port, fields);
    port.many = fields.boolean_or("many", false);
    fields.finish();
    if (!is_valid_id(port.name)) fields.fail("name", "a name holds letters, digits, _ and - only");
    if (!names.insert(port.name).second) fields.fail("name", "another port has it too");
    ports.push_back(std::move(port));
  }
  return ports;
}

// Each id once; a parameter may depend only on one that stands before it, so that one pass resolves all.
Parameters read_parameters(const Json& list, const std::string& where) {
  Parameters parameters;
  for (const Json& json : list) {
    ParameterSchema schema = ParameterSchema::from_json(json, where);
    const std::vector<std::string> before = parameter_ids(parameters);
    const auto is_before = [&](const std::string& id) {
      return std::find(before.begin(), before.end(), id) != before.end();
    };
    const std::string at = where + ", parameter \"" + printable(schema.id) + "\"";
    if (is_before(schema.id)) throw Error(ErrorCode::file_malformed, "A parameter is described twice", at);
    for (const std::string& used : {schema.visible_parameter, schema.folder}) {
      if (used.empty() || is_before(used)) continue;
      throw Error(ErrorCode::file_malformed, "A parameter depends on \"" + printable(used) + "\"", at,
                  "no such parameter stands before it", "Describe that parameter first.");
    }
    parameters.push_back(std::move(schema));
  }
  return parameters;
}

// What decides whether layers may differ is one parameter for all of them; it may stand anywhere.
void check_per_layer(const Parameters& parameters, const std::string& where) {
  for (const ParameterSchema& schema : parameters) {
    if (schema.per_layer_parameter.empty()) continue;
    const ParameterSchema* used = find_parameter(parameters, schema.per_layer_parameter);
    if (used && !used->per_layer) continue;
    throw Error(ErrorCode::file_malformed, "A parameter depends on \"" + printable(schema.per_layer_parameter) + "\"",
                where + ", parameter \"" + printable(schema.id) + "\"",
                used ? "layers may differ in that one" : "there is no such parameter",
                "Name a parameter in which layers cannot differ.");
  }
}

StepCard read_card(const Json& json, const std::string& where) {
  Fields fields(json, where + ", card");
  StepCard card{fields.text_or("summary", ""), fields.text_or("formula", ""), fields.text_or("paper", ""),
                fields.text_or("cost", ""), fields.text_or("saves", "")};
  fields.finish();
  return card;
}

std::vector<std::string> read_rules(const Json& list, Fields& fields) {
  const std::vector<std::string> known = rule_names();
  std::vector<std::string> rules;
  for (const Json& rule : list) {
    if (!rule.is_string() || std::find(known.begin(), known.end(), rule.get<std::string>()) == known.end()) {
      fields.fail("rules", "there is no rule " + shown(rule));
    }
    rules.push_back(rule.get<std::string>());
  }
  return rules;
}

const Port* find_port(const std::vector<Port>& ports, const std::string& name) {
  const auto found = std::find_if(ports.begin(), ports.end(), [&](const Port& port) { return port.name == name; });
  return found == ports.end() ? nullptr : &*found;
}

// What is planned from the parameters must be there to plan from.
void check_linears(const StepDescriptor& step, const std::string& where) {
  static const std::map<std::string, std::vector<const char*>> wanted = {
      {"", {}}, {"kept", {}}, {"dense", {}}, {"grouped", {"bits", "group", "grid", "scale_type"}}, {"expanded", {"to"}}, {"cast", {"to"}}};
  const auto damaged = [&](const std::string& cause, const char* remedy) {
    throw Error(ErrorCode::file_malformed, "The step description is damaged", where, "\"linears\" is \"" + printable(step.linears) + "\"" + cause, remedy);
  };
  const auto found = wanted.find(step.linears);
  if (found == wanted.end()) return damaged("", "Use kept, dense, grouped, expanded or cast, or leave it out.");
  for (const std::string name : found->second) {
    const auto has = [&](const ParameterSchema& parameter) { return parameter.id == name; };
    if (std::none_of(step.parameters.begin(), step.parameters.end(), has))
      damaged(", and there is no parameter \"" + name + "\"", "Give the step this parameter, or use dense.");
  }
}

}  // namespace

const char* to_string(PortType type) {
  for (const auto& [known, text] : port_types) {
    if (type == known) return text;
  }
  return "model";
}

bool Port::is_required(const Json& resolved_parameters) const {
  if (required || required_parameter.empty()) return required;
  const auto found = resolved_parameters.find(required_parameter);
  return found != resolved_parameters.end() &&
         std::find(required_values.begin(), required_values.end(), *found) != required_values.end();
}

const Port* port_of_type(const std::vector<Port>& ports, PortType type) {
  const auto found = std::find_if(ports.begin(), ports.end(), [&](const Port& port) { return port.type == type; });
  return found == ports.end() ? nullptr : &*found;
}

const Port* StepDescriptor::input(const std::string& name) const { return find_port(inputs, name); }
const Port* StepDescriptor::output(const std::string& name) const { return find_port(outputs, name); }

Json StepDescriptor::resolve(const Json& given, const std::string& where, bool from_text) const {
  Json resolved = resolve_parameters(parameters, given, where, from_text);
  for (const std::string& rule : rules)
    apply_rule(rule, given, resolved, where);
  return resolved;
}

Json StepDescriptor::to_json() const {
  Json json = {{"id", id}, {"version", version}, {"family", family}, {"title", title}};
  json["inputs"] = Json::array();
  for (const Port& port : inputs)
    json["inputs"].push_back(port_to_json(port));
  json["outputs"] = Json::array();
  for (const Port& port : outputs)
    json["outputs"].push_back(port_to_json(port));
  json["parameters"] = Json::array();
  for (const ParameterSchema& schema : parameters)
    json["parameters"].push_back(schema.to_json());
  if (!rules.empty()) json["rules"] = rules;
  json["card"] = {{"summary", card.summary},
                  {"formula", card.formula},
                  {"paper", card.paper},
                  {"cost", card.cost},
                  {"saves", card.saves}};
  json["nominal_seconds_per_gigaweight"] = whole_number(nominal_seconds_per_gigaweight);
  if (!linears.empty()) json["linears"] = linears;
  if (!plugin.empty()) json["plugin"] = plugin;
  return json;
}

StepDescriptor StepDescriptor::from_json(const Json& json, const std::string& where) {
  StepDescriptor step;
  step.id = Fields(json, where).text("id");
  const std::string at = where + ", step \"" + printable(step.id) + "\"";
  Fields fields(json, at);
  static_cast<void>(fields.find("id"));
  step.version = static_cast<int>(fields.integer("version"));
  step.family = fields.text("family");
  step.title = fields.text("title");
  step.inputs = read_ports(fields.array_or_empty("inputs"), at);
  step.outputs = read_ports(fields.array_or_empty("outputs"), at);
  step.parameters = read_parameters(fields.array_or_empty("parameters"), at);
  check_per_layer(step.parameters, at);
  step.rules = read_rules(fields.array_or_empty("rules"), fields);
  step.card = read_card(fields.object_or_empty("card"), at);
  step.nominal_seconds_per_gigaweight = fields.number_or("nominal_seconds_per_gigaweight", 0);
  step.linears = fields.text_or("linears", "");
  check_linears(step, at);
  step.plugin = fields.text_or("plugin", "");
  fields.finish();
  return step;
}

PluginDescription PluginDescription::from_file(const fs::path& path) {
  Json json = read_json_file(path);
  Fields fields(json, path.string());
  PluginDescription plugin;
  plugin.name = fields.text("plugin");
  const bool is_file_name = !plugin.name.empty() && plugin.name.find('/') == std::string::npos;
  if (!is_file_name || path.filename() != plugin.name + description_suffix) {
    throw Error(ErrorCode::plugin, "The plugin description has another name than its file", path.string(),
                "it describes \"" + printable(plugin.name) + "\"", "Name the file after the plugin.");
  }
  plugin.library = path.parent_path() / (plugin.name + ".so");
  plugin.interface_version = static_cast<int>(fields.integer("interface"));
  plugin.kelter = fields.text("kelter");
  plugin.libtorch = fields.text("libtorch");
  plugin.compiler = fields.text("compiler");
  for (const Json& step : fields.array("steps")) {
    plugin.steps.push_back(StepDescriptor::from_json(step, path.string()));
    plugin.steps.back().plugin = plugin.name;
  }
  fields.finish();
  return plugin;
}

StepCatalogue StepCatalogue::builtin() {
  StepCatalogue catalogue;
  for (const Json& step : parse_json(builtin_steps_json(), "built-in steps")) {
    catalogue.steps_.push_back(StepDescriptor::from_json(step, "built-in steps"));
  }
  return catalogue;
}

StepCatalogue StepCatalogue::load(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename().string().ends_with(description_suffix)) files.push_back(entry.path());
  }
  if (error) {
    throw Error(ErrorCode::plugin, "The plugin folder cannot be read", folder.string(), error.message(),
                "Install Kelter again, or set KELTER_PLUGINS.");
  }
  std::sort(files.begin(), files.end());  // the order of the catalogue does not depend on the file system
  StepCatalogue catalogue = builtin();
  for (const fs::path& file : files)
    catalogue.add(PluginDescription::from_file(file));
  return catalogue;
}

void StepCatalogue::add(const PluginDescription& plugin) {
  std::set<std::string> own;
  for (const StepDescriptor& step : plugin.steps) {
    const StepDescriptor* known = find(step.id);
    if (!known && own.insert(step.id).second) continue;
    const std::string owner = !known ? plugin.name : known->plugin.empty() ? "Kelter itself" : known->plugin;
    throw Error(ErrorCode::plugin, "The step " + step.id + " is described twice", "plugin " + plugin.name,
                owner + " provides it already", "Remove one of the two plugins.");
  }
  steps_.insert(steps_.end(), plugin.steps.begin(), plugin.steps.end());
  plugins_.push_back(plugin);
}

const StepDescriptor* StepCatalogue::find(const std::string& id) const {
  const auto found =
      std::find_if(steps_.begin(), steps_.end(), [&](const StepDescriptor& step) { return step.id == id; });
  return found == steps_.end() ? nullptr : &*found;
}

const StepDescriptor& StepCatalogue::get(const std::string& id) const {
  if (const StepDescriptor* step = find(id)) return *step;
  std::vector<std::string> ids;
  for (const StepDescriptor& step : steps_)
    ids.push_back(step.id);
  throw Error(ErrorCode::invalid_document, "There is no step \"" + printable(id) + "\"", "",
              "neither Kelter nor one of its plugins provides it",
              did_you_mean(id, ids, "Install its plugin, or choose a step that \"kelter-cli steps\" lists."));
}

}  // namespace kelter
