// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/chain.h"

#include <algorithm>

#include "core/cli/console.h"
#include "core/describe/nearest.h"

namespace kelter {
namespace {

constexpr const char* measure_prefix = "measure.";
constexpr double column_width = 280, row_height = 80;   // of the canvas

const Port* first_port(const std::vector<Port>& ports, PortType type) {
  const auto found = std::find_if(ports.begin(), ports.end(), [&](const Port& port) { return port.type == type; });
  return found == ports.end() ? nullptr : &*found;
}

template <typename Wanted>
const StepDescriptor& find_step(const std::string& id, const std::string& option, const StepCatalogue& catalogue,
                                const Wanted& wanted) {
  if (const StepDescriptor* step = catalogue.find(id); step && wanted(*step)) return *step;
  std::vector<std::string> ids;
  for (const StepDescriptor& step : catalogue.steps()) {
    if (wanted(step)) ids.push_back(step.id);
  }
  throw UsageError("There is no step \"" + id + "\" for " + option, option + " " + id, "",
                   did_you_mean(id, ids, "Choose one of " + join(ids) + "."));
}

Node make_node(std::string id, std::string step, Json parameters, double x, double y) {
  Node node;
  node.id = std::move(id);
  node.step = std::move(step);
  node.parameters = std::move(parameters);
  node.x = x;
  node.y = y;
  return node;
}

class ChainBuilder {
 public:
  ChainBuilder(const ChainRequest& request, const StepCatalogue& catalogue) : request_(request), catalogue_(catalogue) {}

  Document build() {
    document_.title = "Chain from " + request_.model;
    document_.nodes.push_back(make_node("source", "source.model", {{"path", request_.model}}, 0, 0));
    if (request_.text) add_text();
    for (const std::string& step : request_.steps) add_step(step);
    if (request_.text && !text_used_) {
      throw UsageError("The text has no effect", "--text " + *request_.text, "no step of the chain takes a text", "Leave it out.");
    }
    for (const std::string& measure : request_.measures) add_measure(measure);
    return std::move(document_);
  }

 private:
  void add_text() {
    const StepDescriptor& step = catalogue_.get("source.text");
    const Json parameters = parameters_from(parse_assignments(*request_.text, "--text"), step, "--text");
    document_.nodes.push_back(make_node("text", step.id, parameters, 0, 2 * row_height));
  }

  void add_step(const std::string& text) {
    const StepArgument argument = parse_step_argument(text, "--step");
    const auto transforms = [](const StepDescriptor& step) {
      return !step.is_source() && !step.is_measure() && first_port(step.inputs, PortType::model) &&
             first_port(step.outputs, PortType::model);
    };
    const StepDescriptor& step = find_step(argument.id, "--step", catalogue_, transforms);
    const std::string id = "step" + std::to_string(++steps_);
    document_.nodes.push_back(make_node(id, step.id, parameters_from(argument.values, step, "--step"), column_width * steps_, 0));
    document_.links.push_back({last_, last_port_, id, first_port(step.inputs, PortType::model)->name});
    for (const Port& port : step.inputs) {
      if (port.type != PortType::text || !request_.text) continue;
      document_.links.push_back({"text", "text", id, port.name});
      text_used_ = true;
    }
    last_ = id;
    last_port_ = first_port(step.outputs, PortType::model)->name;
  }

  void add_measure(const std::string& text) {
    const StepArgument argument = parse_step_argument(text, "--measure");
    const bool full = argument.id.starts_with(measure_prefix);
    const StepDescriptor& step = find_step(full ? argument.id : measure_prefix + argument.id, "--measure", catalogue_,
                                           [](const StepDescriptor& one) { return one.is_measure(); });
    const std::string id = "measure" + std::to_string(++measures_);
    document_.nodes.push_back(make_node(id, step.id, parameters_from(argument.values, step, "--measure"),
                                        column_width * (steps_ + 1), row_height * (measures_ - 1)));
    const std::string& port = first_port(step.inputs, PortType::model)->name;
    if (request_.measure_source && last_ != "source") document_.links.push_back({"source", "model", id, port});
    document_.links.push_back({last_, last_port_, id, port});
  }

  const ChainRequest& request_;
  const StepCatalogue& catalogue_;
  Document document_;
  std::string last_ = "source", last_port_ = "model";
  int steps_ = 0, measures_ = 0;
  bool text_used_ = false;
};

const ParameterSchema& find_parameter(const StepDescriptor& step, const std::string& name, const std::string& where) {
  if (const ParameterSchema* schema = find_parameter(step.parameters, name)) return *schema;
  const std::vector<std::string> ids = parameter_ids(step.parameters);
  throw UsageError("The step " + step.id + " has no parameter \"" + name + "\"", where, "",
                   did_you_mean(name, ids, "Its parameters are " + join(ids) + "."));
}

Node& find_node(Document& document, const std::string& id, const std::string& where) {
  std::vector<std::string> ids;
  for (Node& node : document.nodes) {
    if (node.id == id) return node;
    ids.push_back(node.id);
  }
  throw UsageError("The document has no node \"" + id + "\"", where, "", did_you_mean(id, ids, "Its nodes are " + join(ids) + "."));
}

Json sweep_value(const std::string& text, const std::string& where) {
  try {
    return parse_json(text, where);
  } catch (const Error& error) {
    throw UsageError(error.info());
  }
}

}  // namespace

Document make_chain(const ChainRequest& request, const StepCatalogue& catalogue) {
  return ChainBuilder(request, catalogue).build();
}

void set_parameter(Document& document, const std::string& assignment, const StepCatalogue& catalogue) {
  const std::string where = "--set " + assignment;
  const std::size_t equals = assignment.find('='), dot = assignment.find('.');
  if (equals == std::string::npos || dot == std::string::npos || dot == 0 || dot + 1 >= equals) {
    throw UsageError("The value of --set cannot be read", where, "it is not NODE.PARAM=VALUE", "Write for example --set rtn.bits=3.");
  }
  Node& node = find_node(document, assignment.substr(0, dot), where);
  const StepDescriptor& step = catalogue.get(node.step);
  const ParameterSchema& schema = find_parameter(step, assignment.substr(dot + 1, equals - dot - 1), where);
  const std::string value = assignment.substr(equals + 1);
  if (value.starts_with('{')) {
    node.parameters[schema.id] = sweep_value(value, where);
    return;
  }
  try {
    node.parameters[schema.id] = check_parameter(schema, value, where, true);
  } catch (const Error& error) {
    throw UsageError(error.info());
  }
}

}  // namespace kelter
