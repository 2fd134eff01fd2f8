// SPDX-License-Identifier: GPL-3.0-or-later
// What views read of RunModel: states, staleness, progress.
#include <algorithm>

#include "ui/models/run_model.h"
#include "ui/models/run_records.h"

namespace kelter::ui {
namespace {

bool has_model_output(const StepDescriptor& step) {
  return std::any_of(step.outputs.begin(), step.outputs.end(), [](const Port& port) { return port.type == PortType::model; });
}

// What several copies of a sweep are, taken together.
NodeStatus combined(const std::vector<const NodeRecord*>& nodes, bool under_way) {
  const auto any = [&](NodeState state) {
    return std::any_of(nodes.begin(), nodes.end(), [state](const NodeRecord* node) { return node->state == state; });
  };
  if (nodes.empty()) return NodeStatus::idle;
  if (any(NodeState::running)) return NodeStatus::running;
  if (any(NodeState::failed)) return NodeStatus::failed;
  if (any(NodeState::waiting)) return under_way ? NodeStatus::queued : NodeStatus::idle;
  if (any(NodeState::cancelled)) return NodeStatus::cancelled;
  if (any(NodeState::skipped)) return NodeStatus::skipped;
  return NodeStatus::done;
}

}  // namespace

const NodeRecord* RunModel::node(const std::string& graph_node) const {
  return find_node(const_cast<RunRecord&>(record_), graph_node);
}

const LinearsMessage* RunModel::linears_so_far(const std::string& graph_node) const {
  const auto found = linears_.find(graph_node);
  return found == linears_.end() ? nullptr : &found->second;
}

std::vector<std::string> RunModel::variants(const std::string& document_node) const {
  std::vector<std::string> ids;
  for (const NodeRecord& node : record_.nodes) {
    if (document_node_of(node.id) == document_node) ids.push_back(node.id);
  }
  return ids;
}

std::string RunModel::recorded_device_class() const { return opened_ ? record_.device_class : std::string(); }
std::string RunModel::recorded_dtype() const { return opened_ ? text_in(record_.environment, "dtype") : std::string(); }

NodeStatus RunModel::status(const std::string& document_node) const {
  if (unconfigured_.count(document_node) != 0) return NodeStatus::unconfigured;
  const StepDescriptor* step = document_.step_of(document_node);
  if (!step) return NodeStatus::unconfigured;
  NodeStatus now = step->is_measure()         ? measure_status(document_node)
                   : has_model_output(*step) ? model_status(document_node)
                                             : text_status(document_node);
  const bool fresh = now == NodeStatus::running || now == NodeStatus::queued || now == NodeStatus::done;
  return !fresh && waits_in_queue(document_node) ? NodeStatus::queued : now;
}

NodeStatus RunModel::model_status(const std::string& document_node) const {
  const std::vector<const NodeRecord*> nodes = copies_of(document_node);
  const bool old = std::any_of(nodes.begin(), nodes.end(), [this](const NodeRecord* node) { return differs(node->id, node->recipe); });
  const NodeStatus now = combined(nodes, shows(running_id_));
  const bool moving = now == NodeStatus::running || now == NodeStatus::queued || now == NodeStatus::idle;
  return old && !moving ? NodeStatus::stale : now;
}

std::vector<const NodeRecord*> RunModel::copies_of(const std::string& document_node) const {
  std::vector<const NodeRecord*> nodes;
  for (const NodeRecord& node : record_.nodes) {
    if (document_node_of(node.id) == document_node) nodes.push_back(&node);
  }
  return nodes;
}

std::vector<const NodeRecord*> RunModel::linked_models(const std::string& measure) const {
  std::vector<const NodeRecord*> nodes;
  for (const Link& link : document_.document().links) {
    if (link.to_node != measure) continue;
    for (const NodeRecord* node : copies_of(link.from_node)) nodes.push_back(node);
  }
  return nodes;
}

bool RunModel::being_measured(const std::string& measure) const {
  const Node* found = document_.document().find(measure);
  if (!progress_ || !found || progress_->stage != found->step || !shows(running_id_)) return false;
  const std::vector<const NodeRecord*> models = linked_models(measure);
  return std::any_of(models.begin(), models.end(), [this](const NodeRecord* model) { return model->id == progress_->node; });
}

// A measure has no record of its own: it is what the models it reports on say.
NodeStatus RunModel::measure_status(const std::string& document_node) const {
  if (being_measured(document_node)) return NodeStatus::running;
  const std::string step = document_.document().find(document_node)->step;
  std::vector<NodeStatus> states;
  for (const NodeRecord* model : linked_models(document_node)) {
    const bool here = model->error && model->error->where.find(step) != std::string::npos;
    if (model->state == NodeState::failed && here) return NodeStatus::failed;
    const bool measured = model->state == NodeState::done || (model->state == NodeState::failed && has_result(*model));
    const bool waits = model->state == NodeState::waiting || model->state == NodeState::running;
    states.push_back(measured                               ? NodeStatus::done
                     : waits                                ? NodeStatus::queued
                     : model->state == NodeState::cancelled ? NodeStatus::cancelled
                                                            : NodeStatus::skipped);
  }
  if (states.empty()) return NodeStatus::idle;
  for (const NodeStatus state : {NodeStatus::queued, NodeStatus::cancelled}) {
    if (std::find(states.begin(), states.end(), state) == states.end()) continue;
    if (state != NodeStatus::queued) return stale_measure(document_node) ? NodeStatus::stale : state;
    return shows(running_id_) ? NodeStatus::queued : NodeStatus::idle;
  }
  const bool any_done = std::find(states.begin(), states.end(), NodeStatus::done) != states.end();
  if (!any_done) return NodeStatus::skipped;
  return stale_measure(document_node) ? NodeStatus::stale : NodeStatus::done;
}

// Texts and tasks are read where they are needed: done with whoever needed them.
NodeStatus RunModel::text_status(const std::string& document_node) const {
  bool any = false;
  for (const Link& link : document_.document().links) {
    if (link.from_node != document_node) continue;
    const NodeStatus behind = model_status(link.to_node);
    if (behind == NodeStatus::stale) return NodeStatus::stale;
    any = any || behind == NodeStatus::done;
  }
  return any ? NodeStatus::done : NodeStatus::idle;
}

bool RunModel::waits_in_queue(const std::string& document_node) const {
  return std::any_of(queue_.begin(), queue_.end(), [&](const Queued& queued) {
    const auto sent = sent_.find(queued.id);
    return sent != sent_.end() && sent->second.generation == generation_ && sent->second.nodes.count(document_node) != 0;
  });
}

double RunModel::fraction(const std::string& document_node) const {
  if (!progress_ || progress_->items <= 0 || !shows(running_id_)) return 0;
  const bool mine = document_node_of(progress_->node) == document_node || being_measured(document_node);
  if (!mine) return 0;
  return std::clamp(static_cast<double>(progress_->item) / static_cast<double>(progress_->items), 0.0, 1.0);
}

std::string RunModel::measure_recipe(const std::string& graph_node) const {
  const auto measures = record_.environment.find(measures_key);
  return measures == record_.environment.end() ? std::string() : text_in(*measures, graph_node.c_str());
}

// What was made under the recipe `recorded` would be made otherwise now.
bool RunModel::differs(const std::string& graph_node, const std::string& recorded) const {
  if (recorded.empty()) return false;
  if (edited_.count(document_node_of(graph_node)) != 0) return true;
  if (!recipes_known_) return false;
  const auto now = recipes_.find(graph_node);
  return now == recipes_.end() || now->second != recorded;
}

bool RunModel::stale(const std::string& graph_node) const {
  const NodeRecord* found = node(graph_node);
  return differs(graph_node, found ? found->recipe : measure_recipe(graph_node));
}

// Copies of a measure in a sweep have recipes of their own; one that differs is enough.
bool RunModel::stale_measure(const std::string& document_node) const {
  const auto measures = record_.environment.find(measures_key);
  if (measures == record_.environment.end()) return false;
  for (const auto& [measure, recipe] : measures->items()) {
    const bool this_one = document_node_of(measure) == document_node && recipe.is_string();
    if (this_one && differs(measure, recipe.get<std::string>())) return true;
  }
  return false;
}

bool RunModel::stale_measure_behind(const std::string& document_node) const {
  const auto& links = document_.document().links;
  return std::any_of(links.begin(), links.end(), [&](const Link& link) {
    return link.from_node == document_node && stale_measure(link.to_node);
  });
}

bool RunModel::values_stale(const std::string& graph_node) const {
  return stale(graph_node) || stale_measure_behind(document_node_of(graph_node));
}

bool RunModel::any_stale() const {
  return std::any_of(record_.nodes.begin(), record_.nodes.end(), [this](const NodeRecord& node) {
    return has_result(node) && (differs(node.id, node.recipe) || stale_measure_behind(document_node_of(node.id)));
  });
}

std::vector<std::string> RunModel::to_compute() const {
  std::vector<std::string> ids;
  if (!plan_) return ids;
  for (const PlannedNode& planned : plan_->nodes) {
    const StepDescriptor* step = document_.catalogue().find(planned.step);
    if (!planned.cached && step && !step->is_source() && has_model_output(*step)) ids.push_back(planned.id);
  }
  return ids;
}

}  // namespace kelter::ui
