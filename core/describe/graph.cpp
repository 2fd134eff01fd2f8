// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/graph.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/units.h"
#include "core/describe/fields.h"
#include "core/describe/nearest.h"

namespace kelter {
namespace {

constexpr std::size_t most_nodes = 10000;  // more is a slip in a sweep, not a plan

// One swept parameter of one document node.
struct Axis {
  std::size_t node;
  std::string parameter;
  std::vector<Json> values;        // canonical, no value twice
  std::vector<std::string> texts;  // the values as they stand in ids, no text twice
};

// The value (index) a copy has on each axis that reaches it; axes in ascending order.
using Assignment = std::map<std::size_t, std::size_t>;

struct Copy {
  std::size_t index;  // in Graph::nodes
  Assignment assignment;
};

std::string in_quotes(const std::string& text) { return "\"" + printable(text) + "\""; }

[[noreturn]] void refuse(const std::string& what, const std::string& where, const std::string& why,
                         const std::string& remedy) {
  throw Error(ErrorCode::invalid_document, what, where, why, remedy);
}

std::string place(const Node& node) { return "node " + in_quotes(node.id) + ", step " + printable(node.step); }

std::vector<std::string> port_names(const std::vector<Port>& ports) {
  std::vector<std::string> names;
  for (const Port& port : ports)
    names.push_back(port.name);
  return names;
}

// The input port whose value leaves a bypassed node at `output`, nullptr if there is none.
const Port* passed_input(const StepDescriptor& step, const std::string& output) {
  const Port* out = step.output(output);
  const auto found = std::find_if(step.inputs.begin(), step.inputs.end(),
                                  [&](const Port& port) { return out && port.type == out->type; });
  return found == step.inputs.end() ? nullptr : &*found;
}

// A value as part of an id, which also names a folder: other characters become _, equal texts get a number.
std::string id_text(const Json& value, const std::vector<std::string>& taken) {
  std::string text = value.dump();
  if (value.is_string()) text = value.get<std::string>();
  if (value.is_number_float()) text = format_number(value.get<double>());
  for (char& c : text) {
    const bool keep = is_valid_id(std::string(1, c)) || c == '.' || c == ':' || c == '+';
    if (!keep) c = '_';
  }
  const std::string first = text.empty() ? "_" : text;
  text = first;
  for (int count = 2; std::find(taken.begin(), taken.end(), text) != taken.end(); ++count) {
    text = first + "~" + std::to_string(count);
  }
  return text;
}

bool agree(const Assignment& copy, const Assignment& other) {
  return std::all_of(copy.begin(), copy.end(), [&](const auto& entry) {
    const auto found = other.find(entry.first);
    return found == other.end() || found->second == entry.second;
  });
}

class Builder {
 public:
  Builder(const Document& document, const StepCatalogue& catalogue) : document_(document), catalogue_(catalogue) {}

  Graph build() {
    find_nodes();
    find_steps();
    check_links();
    check_order();
    for (std::size_t node : order_) {
      find_axes(node);
      add_copies(node);
    }
    return std::move(graph_);
  }

 private:
  struct End {
    std::size_t from;
    const Port* output;
    std::size_t to;
    const Port* input;
  };

  void find_nodes() {
    for (std::size_t i = 0; i < document_.nodes.size(); ++i) {
      const Node& node = document_.nodes[i];
      if (!is_valid_id(node.id)) {
        refuse("The node id " + in_quotes(node.id) + " cannot be used", "node " + std::to_string(i + 1),
               "an id holds letters, digits, _ and - only", "Rename the node.");
      }
      if (!index_.emplace(node.id, i).second) {
        refuse("Two nodes have the id " + in_quotes(node.id), "node " + std::to_string(i + 1), "ids are unique",
               "Rename one of them.");
      }
    }
  }

  void find_steps() {
    for (const Node& node : document_.nodes) {
      try {
        steps_.push_back(&catalogue_.get(node.step));
      } catch (const Error& error) {
        throw error.at("node " + in_quotes(node.id));
      }
      if (node.bypass) check_bypass(node, *steps_.back());
    }
  }

  // A bypassed measure measures nothing; any other bypassed node must have something to pass through.
  static void check_bypass(const Node& node, const StepDescriptor& step) {
    for (const Port& output : step.outputs) {
      if (!passed_input(step, output.name)) {
        refuse("The node cannot be bypassed", place(node),
               "it has no " + std::string(to_string(output.type)) + " input to pass through",
               "Switch the bypass off, or remove the node.");
      }
    }
  }

  std::size_t linked_node(const std::string& id, const std::string& where) const {
    const auto found = index_.find(id);
    if (found != index_.end()) return found->second;
    std::vector<std::string> ids;
    for (const Node& node : document_.nodes)
      ids.push_back(node.id);
    refuse("A link names the node " + in_quotes(id), where, "there is no such node",
           did_you_mean(id, ids, "Remove the link, or add the node."));
  }

  const Port& linked_port(std::size_t node, const std::string& name, bool input, const std::string& where) const {
    const StepDescriptor& step = *steps_[node];
    const Port* port = input ? step.input(name) : step.output(name);
    if (port) return *port;
    const std::vector<std::string> names = port_names(input ? step.inputs : step.outputs);
    const std::string kind = input ? "input" : "output";
    refuse("A link names the " + kind + " " + in_quotes(name) + " of the node " + in_quotes(document_.nodes[node].id),
           where, step.id + (names.empty() ? " has no " + kind + "s" : " has the " + kind + "s " + join(names)),
           did_you_mean(name, names, "Link another port, or remove the link."));
  }

  void check_links() {
    ends_.resize(document_.nodes.size());
    for (const Link& link : document_.links) {
      const std::string from_text = link.from_node + "." + link.from_port, to_text = link.to_node + "." + link.to_port;
      const std::string where = "link from " + in_quotes(from_text) + " to " + in_quotes(to_text);
      const std::size_t from = linked_node(link.from_node, where), to = linked_node(link.to_node, where);
      const Port& output = linked_port(from, link.from_port, false, where);
      const Port& input = linked_port(to, link.to_port, true, where);
      if (output.type != input.type) {
        refuse("A link joins two kinds of port", where,
               in_quotes(from_text) + " gives " + to_string(output.type) + ", " + in_quotes(to_text) + " takes " +
                   to_string(input.type),
               "Link ports of one kind.");
      }
      for (const End& other : ends_[to])
        check_pair(other, {from, &output, to, &input}, where);
      ends_[to].push_back({from, &output, to, &input});
    }
  }

  void check_pair(const End& other, const End& end, const std::string& where) const {
    if (other.input != end.input) return;
    const std::string input = in_quotes(document_.nodes[end.to].id + "." + end.input->name);
    if (!end.input->many) {
      refuse("The input " + input + " has two links", where, "it takes one", "Remove one of the links.");
    }
    if (other.from == end.from && other.output == end.output) {
      refuse("The input " + input + " is linked twice to the same output", where, "one link is enough",
             "Remove one of the links.");
    }
  }

  // Topological order; among nodes that are ready the first of the document comes first.
  void check_order() {
    const std::size_t count = document_.nodes.size();
    std::vector<std::size_t> waiting(count, 0);
    std::vector<std::vector<std::size_t>> behind(count);
    for (std::size_t node = 0; node < count; ++node) {
      waiting[node] = ends_[node].size();
      for (const End& end : ends_[node])
        behind[end.from].push_back(node);
    }
    std::set<std::size_t> ready;
    for (std::size_t node = 0; node < count; ++node) {
      if (waiting[node] == 0) ready.insert(node);
    }
    while (!ready.empty()) {
      const std::size_t node = *ready.begin();
      ready.erase(ready.begin());
      order_.push_back(node);
      for (std::size_t next : behind[node]) {
        if (--waiting[next] == 0) ready.insert(next);
      }
    }
    if (order_.size() < count) refuse_cycle(waiting);
  }

  // Walks back from a node that waits for ever until one comes again.
  [[noreturn]] void refuse_cycle(const std::vector<std::size_t>& waiting) const {
    std::size_t node = 0;
    while (waiting[node] == 0)
      ++node;
    std::vector<std::size_t> path;
    while (std::find(path.begin(), path.end(), node) == path.end()) {
      path.push_back(node);
      const auto blocked =
          std::find_if(ends_[node].begin(), ends_[node].end(), [&](const End& end) { return waiting[end.from] > 0; });
      node = blocked->from;
    }
    path.erase(path.begin(), std::find(path.begin(), path.end(), node));
    std::vector<std::string> names = {document_.nodes[node].id};
    for (auto step = path.rbegin(); step != path.rend(); ++step)
      names.push_back(document_.nodes[*step].id);
    refuse("The links form a cycle", "nodes " + join(names, " -> "), "a node cannot wait for its own result",
           "Remove one of these links.");
  }

  void find_axes(std::size_t index) {
    const Node& node = document_.nodes[index];
    for (const auto& [name, value] : node.parameters.items()) {
      if (!value.is_object() || !value.contains("sweep")) continue;
      const ParameterSchema* schema = find_parameter(steps_[index]->parameters, name);
      if (!schema) continue;  // resolving reports the unknown name
      Axis axis = read_axis(*schema, value["sweep"], index);
      if (node.bypass) axis.values.resize(1);
      axes_.push_back(std::move(axis));
    }
  }

  Axis read_axis(const ParameterSchema& schema, const Json& list, std::size_t index) const {
    const std::string where = place(document_.nodes[index]);
    const auto refuse_sweep = [&](const std::string& why) {
      throw Error(ErrorCode::invalid_parameter, "The sweep of the parameter " + in_quotes(schema.id) + " cannot be run",
                  where, why, "Write {\"sweep\": [value, value, ...]}.");
    };
    if (!list.is_array()) refuse_sweep("it is " + shown(list) + " and no list");
    if (list.empty()) refuse_sweep("it has no values");
    if (list.size() > most_nodes) refuse_sweep("it has more than " + std::to_string(most_nodes) + " values");
    Axis axis{index, schema.id, {}, {}};
    for (const Json& value : list) {
      const Json canonical = check_parameter(schema, value, where);
      if (std::find(axis.values.begin(), axis.values.end(), canonical) != axis.values.end()) {
        refuse_sweep(shown(canonical) + " is there twice");
      }
      axis.values.push_back(canonical);
      axis.texts.push_back(id_text(canonical, axis.texts));
    }
    return axis;
  }

  // The axes that multiply a node: its own and those of the copies at its single inputs.
  std::set<std::size_t> axes_of(std::size_t node) const {
    std::set<std::size_t> axes;
    for (const End& end : ends_[node]) {
      if (end.input->many) continue;
      for (const auto& [axis, value] : copies_.at(end.from).front().assignment)
        axes.insert(axis);
    }
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
      if (axes_[axis].node == node && !document_.nodes[node].bypass) axes.insert(axis);
    }
    return axes;
  }

  std::vector<Assignment> assignments_of(std::size_t node) const {
    std::vector<Assignment> all(1);
    for (std::size_t axis : axes_of(node)) {  // the first axis varies slowest
      if (graph_.nodes.size() + all.size() * axes_[axis].values.size() > most_nodes) {
        refuse("The sweeps cannot be run", place(document_.nodes[node]),
               "they multiply to more than " + std::to_string(most_nodes) + " nodes", "Sweep fewer values.");
      }
      std::vector<Assignment> extended;
      for (const Assignment& assignment : all) {
        for (std::size_t value = 0; value < axes_[axis].values.size(); ++value) {
          extended.push_back(assignment);
          extended.back()[axis] = value;
        }
      }
      all = std::move(extended);
    }
    return all;
  }

  void add_copies(std::size_t node) {
    for (const Assignment& assignment : assignments_of(node)) {
      GraphNode copy = make_copy(node, assignment);
      copies_[node].push_back({graph_.nodes.size(), assignment});
      graph_.nodes.push_back(std::move(copy));
    }
  }

  GraphNode make_copy(std::size_t index, const Assignment& assignment) const {
    const Node& node = document_.nodes[index];
    GraphNode copy;
    copy.document_node = node.id;
    copy.step = steps_[index];
    copy.bypass = node.bypass;
    copy.sweep = sweep_values(assignment);
    copy.id = node.id;
    std::size_t count = 0;
    for (const auto& [axis, value] : assignment) {
      copy.id += (count++ ? "," : "@") + axis_label(axis, assignment) + "=" + axes_[axis].texts[value];
    }
    const Json given = given_parameters(index, assignment);
    copy.parameters = copy.step->resolve(given, place(node));
    copy.overrides = check_overrides(node.overrides, *copy.step, copy.parameters, place(node));
    copy.layer_settings = LayerSettings(copy.overrides, *copy.step, given, copy.parameters, place(node));
    check_inputs(index, copy);
    for (const End& end : ends_[index]) {
      auto& sources = copy.inputs[end.input->name];
      for (const Copy& source : copies_.at(end.from)) {
        if (agree(source.assignment, assignment)) sources.emplace_back(source.index, end.output->name);
      }
    }
    return copy;
  }

  Json given_parameters(std::size_t index, const Assignment& assignment) const {
    Json given = document_.nodes[index].parameters;
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
      if (axes_[axis].node != index) continue;
      const auto chosen = assignment.find(axis);
      given[axes_[axis].parameter] = axes_[axis].values[chosen == assignment.end() ? 0 : chosen->second];
    }
    return given;
  }

  // "bits", or "rtn.bits" where two nodes on the path sweep a parameter of that name.
  std::string axis_label(std::size_t axis, const Assignment& assignment) const {
    const auto same = std::count_if(assignment.begin(), assignment.end(), [&](const auto& entry) {
      return axes_[entry.first].parameter == axes_[axis].parameter;
    });
    return (same > 1 ? document_.nodes[axes_[axis].node].id + "." : "") + axes_[axis].parameter;
  }

  Json sweep_values(const Assignment& assignment) const {
    Json values = Json::object();
    for (const auto& [axis, value] : assignment)
      values[axis_label(axis, assignment)] = axes_[axis].values[value];
    return values;
  }

  void check_inputs(std::size_t index, const GraphNode& node) const {
    for (const Port& port : node.step->inputs) {
      const bool linked =
          std::any_of(ends_[index].begin(), ends_[index].end(), [&](const End& end) { return end.input == &port; });
      if (linked || !needs(node, port)) continue;
      std::string why = "the step needs a " + std::string(to_string(port.type)) + " there";
      if (!port.required && !node.bypass) {
        why += " with " + port.required_parameter + "=" + shown(node.parameters[port.required_parameter]);
      }
      refuse("The input " + in_quotes(node.document_node + "." + port.name) + " is not linked",
             place(document_.nodes[index]), why, "Link a " + std::string(to_string(port.type)) + " to it.");
    }
  }

  static bool needs(const GraphNode& node, const Port& port) {
    if (!node.bypass) return port.is_required(node.parameters);
    const auto& outputs = node.step->outputs;
    return std::any_of(outputs.begin(), outputs.end(),
                       [&](const Port& output) { return passed_input(*node.step, output.name) == &port; });
  }

  const Document& document_;
  const StepCatalogue& catalogue_;
  std::map<std::string, std::size_t> index_;
  std::vector<const StepDescriptor*> steps_;  // by document node, as the next
  std::vector<std::vector<End>> ends_;        // links into each node
  std::vector<std::size_t> order_;
  std::vector<Axis> axes_;
  std::map<std::size_t, std::vector<Copy>> copies_;
  Graph graph_;
};

}  // namespace

std::size_t Graph::index(const std::string& id) const {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].id == id) return i;
    ids.push_back(nodes[i].id);
  }
  refuse("There is no node " + in_quotes(id), "", "the document has other nodes",
         did_you_mean(id, ids, "Its nodes are " + join(ids) + "."));
}

Graph::Output Graph::producer(Output output) const {
  while (nodes[output.first].bypass) {
    const GraphNode& node = nodes[output.first];
    output = node.inputs.at(passed_input(*node.step, output.second)->name).front();
  }
  return output;
}

Graph build_graph(const Document& document, const StepCatalogue& catalogue) {
  return Builder(document, catalogue).build();
}

}  // namespace kelter
