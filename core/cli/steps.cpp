// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli steps [ID]
#include "core/base/units.h"
#include "core/cli/command.h"
#include "core/describe/nearest.h"
#include "core/report/table.h"
#include "core/run/plugin_loader.h"

namespace kelter {
namespace {

Cell cell(const std::string& text) { return {text, {}, {}}; }

std::string value_text(const Json& value) {
  if (value.is_null()) return "required";
  if (value.is_string()) return value.get<std::string>().empty() ? "\"\"" : value.get<std::string>();
  return value.is_number_float() ? format_number(value.get<double>()) : value.dump();
}

std::string allowed_text(const ParameterSchema& schema) {
  if (!schema.choices.empty()) {
    std::vector<std::string> choices;
    for (const Json& choice : schema.choices) choices.push_back(value_text(choice));
    return join(choices, "|");
  }
  std::string text = to_string(schema.type);
  if (schema.minimum) text += ", from " + format_number(*schema.minimum);
  if (schema.maximum) text += std::string(schema.maximum_exclusive ? ", below " : ", up to ") + format_number(*schema.maximum);
  return text;
}

std::string layers_text(const ParameterSchema& schema) {
  if (!schema.per_layer) return "";
  if (schema.per_layer_parameter.empty()) return " Layers may differ in it.";
  std::vector<std::string> values;
  for (const Json& value : schema.per_layer_values) values.push_back(value_text(value));
  return " With " + schema.per_layer_parameter + "=" + join(values, "|") + " layers may differ in it.";
}

std::string port_text(const std::vector<Port>& ports) {
  std::vector<std::string> texts;
  for (const Port& port : ports) {
    std::string text = port.name + " (" + to_string(port.type) + (port.many ? ", several" : "");
    if (!port.required && !port.required_parameter.empty()) text += ", depends on " + port.required_parameter;
    texts.push_back(text + ")");
  }
  return texts.empty() ? "none" : join(texts);
}

std::string list_text(const std::vector<StepDescriptor>& steps) {
  Table table;
  for (const char* title : {"Step", "Title", "What it does"}) table.add_column(title, ColumnKind::text);
  for (const StepDescriptor& step : steps) table.rows.push_back({cell(step.id), cell(step.title), cell(step.card.summary)});
  return table_to_text(table);
}

std::string step_text(const StepDescriptor& step) {
  std::string text = step.id + ", version " + std::to_string(step.version) + ": " + step.title + "\n\n" + step.card.summary + "\n\n";
  const std::pair<const char*, const std::string&> lines[] = {
      {"Formula", step.card.formula}, {"Paper", step.card.paper}, {"Cost", step.card.cost}, {"Saves", step.card.saves}};
  for (const auto& [label, line] : lines) text += std::string(label) + ": " + line + "\n";
  text += "Inputs: " + port_text(step.inputs) + "\nOutputs: " + port_text(step.outputs) + "\n\n";
  Table table;
  for (const char* title : {"Parameter", "Default", "Values", "Unit"}) table.add_column(title, ColumnKind::text);
  for (const ParameterSchema& schema : step.parameters) {
    table.rows.push_back({cell(schema.id), cell(value_text(schema.default_value)), cell(allowed_text(schema)), cell(schema.unit)});
  }
  text += table_to_text(table);
  for (const ParameterSchema& schema : step.parameters) text += "\n" + schema.id + ": " + schema.help + layers_text(schema);
  return text + "\n";
}

int show_steps(const std::string& id, Console& console) {
  const StepCatalogue catalogue = load_catalogue();
  if (!id.empty()) {
    const StepDescriptor& step = catalogue.get(id);
    if (console.json()) console.document(step.to_json());
    console.text(step_text(step));
    return 0;
  }
  if (console.json()) {
    Json steps = Json::array();
    for (const StepDescriptor& step : catalogue.steps()) steps.push_back(step.to_json());
    console.document({{"steps", std::move(steps)}});
  }
  console.text(list_text(catalogue.steps()));
  return 0;
}

}  // namespace

Command declare_steps(CLI::App& app) {
  CLI::App* command = add_command(app, "steps", "List the steps, or explain one: its card and its parameters.", "[ID] [OPTION]...",
                                  {"kelter-cli steps", "kelter-cli steps quant.rtn", "kelter-cli steps prune.depth --json"});
  auto id = std::make_shared<std::string>();
  add_option(command, "ID", *id, " ", "A step, such as quant.rtn; without it all are listed.");
  return {command, [id](Console& console) { return show_steps(*id, console); }};
}

}  // namespace kelter
