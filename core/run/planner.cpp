// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/planner.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/error.h"
#include "core/base/units.h"

namespace kelter {
namespace {

std::uint64_t bytes_of(std::uint64_t weights, double bits) {
  return static_cast<std::uint64_t>(std::ceil(static_cast<double>(weights) * bits / 8));
}

// Of codes in groups with a scale, and a zero point or a minimum where the grid has one; a whole row counts as 1024.
double grouped_bits(const Json& parameters) {
  const auto bits = parameters.at("bits").get<double>();
  const auto group = parameters.at("group").get<double>();
  const double scale = parameters.at("scale_type") == "float32" ? 32 : 16;
  const bool symmetric = parameters.value("symmetric", false);
  const double zero = parameters.at("grid") == "minmax" ? scale : symmetric ? 0 : bits;
  return bits + (scale + zero) / (group > 0 ? group : 1024);
}

// What format.cast stores a weight in. Of sparse storage the most: how many weights are zero is not known before.
double cast_bits(const Json& parameters) {
  static const std::map<std::string, double> bits = {
      {"float32", 32}, {"int8", 8 + 32.0 / 1024}, {"nf4", 4.5},   {"fp4", 4.5},   {"fp8", 8 + 32.0 / 1024}, {"mxfp8", 8.25},
      {"mxfp6", 6.25}, {"mxfp4", 4.25},           {"mxint8", 8.25}, {"q4_0", 4.5},  {"q4_1", 5},              {"q5_0", 5.5},
      {"q5_1", 6},     {"q8_0", 8.5},
      {"bitmap", 17},  {"2:4", 9}};
  if (parameters.at("to") == "int8-outliers") {
    const double outliers = parameters.value("outliers", 0.0);
    return 8 + (32 + (outliers < 1 ? 16 * 1024 * outliers : 16 * outliers)) / 1024;
  }
  const auto found = bits.find(parameters.at("to").get<std::string>());
  const bool twice = parameters.value("double_quantization", false), in_4_bits = parameters.value("values", "") == "int4";
  if (found == bits.end()) return 16;
  if (in_4_bits) return found->first == "bitmap" ? 5.25 : 3.25;
  return twice ? 4.127 : found->second;
}

// Of a linear weight behind the step (StepDescriptor::linears).
double linear_bits(const std::string& linears, const Json& parameters) {
  if (linears == "grouped") return grouped_bits(parameters);
  if (linears == "cast") return cast_bits(parameters);
  return linears == "expanded" && parameters.at("to") == "float32" ? 32 : 16;
}

// Of the model a step returns.
ModelTotals size_behind(const GraphNode& node, ModelTotals size) {
  const std::string& linears = node.step->linears;
  if (linears == "kept") return size;
  const double bits = linear_bits(linears, node.parameters);
  const std::uint64_t after = bytes_of(size.linear_weights, bits);
  const bool others_too = linears.empty() || linears == "expanded" || node.parameters.value("embedding", false);
  if (others_too) return {bytes_of(size.weights, bits), size.weights, after, size.linear_weights};
  const bool some = !node.parameters.value("layers", std::string()).empty();
  const std::uint64_t kept = some ? std::max(after, size.linear_bytes) : after;
  size.bytes += kept - size.linear_bytes;
  size.linear_bytes = kept;
  return size;
}

class Planner {
 public:
  explicit Planner(const PlanInputs& inputs)
      : in_(inputs), nodes_(inputs.graph.nodes), held_(nodes_.size()), in_place_(nodes_.size()), runs_(nodes_.size()),
        opened_(nodes_.size()), sizes_(nodes_.size()) {}

  Plan plan() {
    if (in_.keep_models) find_held_models();
    find_work();
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (is_model_node(nodes_[i])) add_model(i);
      if (nodes_[i].step->is_measure()) add_measure(i);
    }
    return std::move(plan_);
  }

 private:
  // The run folder as it will be when each node's turn comes: a node before it may have put its model there, or have
  // overwritten one.
  void find_held_models() {
    FinishedWork work = in_.finished ? *in_.finished : FinishedWork();
    std::map<std::string, std::string> recipes;   // by node
    for (const auto& [node, model] : work.models()) {
      if (work.model_in(node)) recipes[node] = model.recipe;
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (!is_model_node(nodes_[i]) || nodes_[i].step->is_source()) continue;
      const std::string& recipe = in_.recipes[i];
      if (passes_a_source(i)) {   // only named there
        recipes.erase(nodes_[i].id);
        continue;
      }
      const auto own = recipes.find(nodes_[i].id);
      in_place_[i] = own != recipes.end() && own->second == recipe;
      held_[i] = std::any_of(recipes.begin(), recipes.end(), [&](const auto& model) { return model.second == recipe; });
      recipes[nodes_[i].id] = recipe;
    }
  }

  bool passes_a_source(std::size_t i) const {
    if (!nodes_[i].bypass) return false;
    const Graph::Output origin = in_.graph.producer({i, nodes_[i].step->outputs.front().name});
    return nodes_[origin.first].step->is_source();
  }

  // Backwards: a node's model is wanted by steps that run, by measures without a result, by the run folder.
  void find_work() {
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      const GraphNode& node = nodes_[i];
      if (!is_model_node(node)) continue;
      const std::vector<std::size_t> measures = measures_of(in_.graph, i);
      const bool to_measure =
          std::any_of(measures.begin(), measures.end(), [&](std::size_t m) { return !in_.has_result(m, i); });
      const bool to_keep = in_.keep_models && !node.step->is_source();
      opened_[i] = opened_[i] || to_measure || to_keep || !in_.cache.has_summary(in_.recipes[i]);
      const bool made = held_[i] || in_.cache.has_state(in_.recipes[i]);
      runs_[i] = opened_[i] && !node.step->is_source() && (node.bypass || !made);
      if (!runs_[i]) continue;
      for (const std::size_t input : model_inputs(node)) opened_[input] = true;
    }
  }

  // A known size, the source's own, or what the step makes of the largest input.
  ModelTotals size_of(std::size_t i) {
    const GraphNode& node = nodes_[i];
    if (const auto summary = in_.cache.load_summary(in_.recipes[i])) {
      const Json& ledger = summary->ledger;
      return {ledger.at("total_bytes").get<std::uint64_t>(), summary->weights, ledger.value("linear_bytes", std::uint64_t{0}),
              ledger.value("linear_weights", std::uint64_t{0})};
    }
    if (node.step->is_source()) return in_.source_size(i);
    ModelTotals largest;
    for (const std::size_t input : model_inputs(node))
      if (sizes_[input].weights >= largest.weights) largest = sizes_[input];
    return size_behind(node, largest);
  }

  void add_model(std::size_t i) {
    const GraphNode& node = nodes_[i];
    sizes_[i] = node.bypass ? sizes_[model_inputs(node).front()] : size_of(i);
    const bool works = node.step->is_source() ? opened_[i] : runs_[i] && !node.bypass;
    PlannedNode planned{node.id, node.step->id, in_.recipes[i], !works, {}, {}, {}};
    if (runs_[i] && !node.bypass) {
      planned.seconds = estimate(node, sizes_[i].weights);
      planned.peak_bytes = sizes_[i].bytes;
      for (const std::size_t input : model_inputs(node)) *planned.peak_bytes += sizes_[input].bytes;
    }
    if (in_.keep_models && !node.step->is_source() && !in_place_[i]) planned.disk_bytes = sizes_[i].bytes;
    add(std::move(planned));
  }

  void add_measure(std::size_t i) {
    const GraphNode& node = nodes_[i];
    PlannedNode planned{node.id, node.step->id, in_.recipes[i], true, {}, {}, {}};
    for (const std::size_t model : model_inputs(node)) {
      if (in_.has_result(i, model)) continue;
      planned.cached = false;
      planned.peak_bytes = std::max(planned.peak_bytes.value_or(0), sizes_[model].bytes);
      const std::optional<double> seconds = estimate(node, sizes_[model].weights);
      if (seconds) planned.seconds = planned.seconds.value_or(0) + *seconds;
    }
    add(std::move(planned));
  }

  std::optional<double> estimate(const GraphNode& node, std::uint64_t weights) const {
    if (in_.store) {
      const auto measured = in_.store->seconds_of(node.step->id, timing_key(node), in_.device_class, weights);
      if (measured) return measured;
    }
    const double guess = node.step->nominal_seconds_per_gigaweight;
    if (guess > 0 && weights > 0) return guess * static_cast<double>(weights) * 1e-9;
    return std::nullopt;
  }

  void add(PlannedNode planned) {
    if (planned.seconds) plan_.seconds = plan_.seconds.value_or(0) + *planned.seconds;
    plan_.disk_bytes += planned.disk_bytes.value_or(0);
    plan_.peak_bytes = std::max(plan_.peak_bytes, planned.peak_bytes.value_or(0));
    plan_.nodes.push_back(std::move(planned));
  }

  const PlanInputs& in_;
  const std::vector<GraphNode>& nodes_;
  std::vector<bool> held_;      // the run folder has its model
  std::vector<bool> in_place_;  // in the node's own folder
  std::vector<bool> runs_;      // the step's function is called, or that of what is bypassed
  std::vector<bool> opened_;    // its model is needed in memory
  std::vector<ModelTotals> sizes_;
  Plan plan_;
};

fs::path existing_parent(fs::path path) {
  path = fs::absolute(path);
  while (!fs::exists(path) && path.has_relative_path()) path = path.parent_path();
  return path;
}

}  // namespace

Plan make_plan(const PlanInputs& inputs) { return Planner(inputs).plan(); }

void check_free_disk(const fs::path& folder, std::uint64_t needed) {
  const std::uint64_t available = fs::space(existing_parent(folder)).available;
  if (needed <= available) return;
  throw Error(ErrorCode::disk_full, "There is not enough free disk space for this run", folder.string(),
              "it may need " + format_bytes(needed) + ", " + format_bytes(available) + " are free",
              "Free some space, choose another disk, or run without a run folder.");
}

bool is_model_node(const GraphNode& node) {
  const auto& outputs = node.step->outputs;
  return std::any_of(outputs.begin(), outputs.end(), [](const Port& port) { return port.type == PortType::model; });
}

std::vector<std::size_t> model_inputs(const GraphNode& node) {
  std::vector<std::size_t> found;
  for (const auto& [name, sources] : node.inputs) {
    const Port* port = node.step->input(name);
    if (!port || port->type != PortType::model) continue;
    for (const auto& [source, output] : sources) found.push_back(source);
  }
  return found;
}

std::vector<std::size_t> measures_of(const Graph& graph, std::size_t model) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!graph.nodes[i].step->is_measure() || graph.nodes[i].bypass) continue;
    const std::vector<std::size_t> models = model_inputs(graph.nodes[i]);
    if (std::find(models.begin(), models.end(), model) != models.end()) found.push_back(i);
  }
  return found;
}

std::string timing_key(const GraphNode& node) { return node.parameters.dump(); }

}  // namespace kelter
