// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_model.h"

#include <algorithm>

namespace kelter::ui {
namespace {

constexpr const char* measures_key = "measures";   // of the environment: measure node -> recipe

bool has_result(const NodeRecord& node) { return !node.ledger.is_null(); }

// What a sweep holds is checked value by value when the graph is built; here the first stands for all.
Json without_sweeps(Json parameters) {
  if (!parameters.is_object()) return parameters;
  for (Json& value : parameters) {
    const bool sweep = value.is_object() && value.contains("sweep") && value["sweep"].is_array() && !value["sweep"].empty();
    if (sweep) value = Json(value["sweep"].front());
  }
  return parameters;
}

bool input_is_linked(const Document& document, const std::string& node, const std::string& port) {
  return std::any_of(document.links.begin(), document.links.end(),
                     [&](const Link& link) { return link.to_node == node && link.to_port == port; });
}

// Whether a node can run as it stands, whatever stands before it.
bool is_configured(const Document& document, const Node& node, const StepCatalogue& catalogue) {
  const StepDescriptor* step = catalogue.find(node.step);
  if (!step) return false;
  try {
    const Json resolved = step->resolve(without_sweeps(node.parameters), node.id);
    return std::all_of(step->inputs.begin(), step->inputs.end(), [&](const Port& port) {
      return !port.is_required(resolved) || input_is_linked(document, node.id, port.name);
    });
  } catch (const Error&) {
    return false;
  }
}

bool has_model_output(const StepDescriptor& step) {
  return std::any_of(step.outputs.begin(), step.outputs.end(), [](const Port& port) { return port.type == PortType::model; });
}

std::string text_in(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// What is left of a run that was killed is shown as what it is: not finished.
void settle(RunRecord& record) {
  for (NodeRecord& node : record.nodes) {
    if (node.state == NodeState::running || node.state == NodeState::waiting) node.state = NodeState::cancelled;
  }
}

NodeRecord* find_node(RunRecord& record, const std::string& id) {
  const auto found = std::find_if(record.nodes.begin(), record.nodes.end(),
                                  [&](const NodeRecord& node) { return node.id == id; });
  return found == record.nodes.end() ? nullptr : &*found;
}

// The same recipe gives the same values: they stay visible until the run has come by, and for good if it never does.
void keep_values(NodeRecord& node, const NodeRecord& before) {
  if (has_result(node) || !has_result(before) || before.recipe != node.recipe) return;
  if (node.state == NodeState::cancelled && before.state == NodeState::waiting) {
    node.state = NodeState::done;
    node.cached = true;
  }
  node.ledger = before.ledger;
  node.measures = before.measures;
  node.content = before.content;
  node.seconds = before.seconds;
}

// A run of some nodes: the others keep their records. In the order of `before`, new ones behind.
RunRecord merged(RunRecord before, RunRecord run) {
  for (NodeRecord& node : run.nodes) {
    if (NodeRecord* old = find_node(before, node.id)) {
      *old = std::move(node);
    } else {
      before.nodes.push_back(std::move(node));
    }
  }
  Json measures = before.environment.value(measures_key, Json::object());
  measures.update(run.environment.value(measures_key, Json::object()));
  run.environment[measures_key] = std::move(measures);
  run.nodes = std::move(before.nodes);
  return run;
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

RunModel::RunModel(DocumentModel& document, QObject* parent) : QObject(parent), document_(document) {
  connect(&document, &DocumentModel::replaced, this, &RunModel::clear);
  connect(&document, &DocumentModel::changed, this, &RunModel::document_changed);
  find_unconfigured();
}

// ---- what views read --------------------------------------------------------------------------------------

const NodeRecord* RunModel::node(const std::string& graph_node) const {
  return find_node(const_cast<RunRecord&>(record_), graph_node);
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
  std::vector<const NodeRecord*> nodes;
  bool old = false;
  for (const std::string& id : variants(document_node)) {
    nodes.push_back(node(id));
    old = old || stale(id);
  }
  const NodeStatus now = combined(nodes, shows(running_id_));
  const bool moving = now == NodeStatus::running || now == NodeStatus::queued || now == NodeStatus::idle;
  return old && !moving ? NodeStatus::stale : now;
}

std::vector<std::string> RunModel::linked_models(const std::string& measure) const {
  std::vector<std::string> ids;
  for (const Link& link : document_.document().links) {
    if (link.to_node != measure) continue;
    for (const std::string& id : variants(link.from_node)) ids.push_back(id);
  }
  return ids;
}

bool RunModel::being_measured(const std::string& measure) const {
  const Node* found = document_.document().find(measure);
  if (!progress_ || !found || progress_->stage != found->step || !shows(running_id_)) return false;
  const std::vector<std::string> models = linked_models(measure);
  return std::find(models.begin(), models.end(), progress_->node) != models.end();
}

// A measure has no record of its own: it is what the models it reports on say.
NodeStatus RunModel::measure_status(const std::string& document_node) const {
  if (being_measured(document_node)) return NodeStatus::running;
  const std::string step = document_.document().find(document_node)->step;
  std::vector<NodeStatus> states;
  for (const std::string& id : linked_models(document_node)) {
    const NodeRecord& model = *node(id);
    const bool here = model.error && model.error->where.find(step) != std::string::npos;
    if (model.state == NodeState::failed && here) return NodeStatus::failed;
    const bool measured = model.state == NodeState::done || (model.state == NodeState::failed && has_result(model));
    const bool waits = model.state == NodeState::waiting || model.state == NodeState::running;
    states.push_back(measured                                 ? NodeStatus::done
                     : waits                                  ? NodeStatus::queued
                     : model.state == NodeState::cancelled    ? NodeStatus::cancelled
                                                              : NodeStatus::skipped);
  }
  if (states.empty()) return NodeStatus::idle;
  for (const NodeStatus state : {NodeStatus::queued, NodeStatus::cancelled}) {
    if (std::find(states.begin(), states.end(), state) == states.end()) continue;
    if (state != NodeStatus::queued) return stale(document_node) ? NodeStatus::stale : state;
    return shows(running_id_) ? NodeStatus::queued : NodeStatus::idle;
  }
  const bool any_done = std::find(states.begin(), states.end(), NodeStatus::done) != states.end();
  if (!any_done) return NodeStatus::skipped;
  return stale(document_node) ? NodeStatus::stale : NodeStatus::done;
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

std::string RunModel::recorded_recipe(const std::string& graph_node) const {
  if (const NodeRecord* found = node(graph_node)) return found->recipe;
  const auto measures = record_.environment.find(measures_key);
  return measures == record_.environment.end() ? std::string() : text_in(*measures, graph_node.c_str());
}

// Absent while it is not known.
std::optional<std::string> RunModel::current_recipe(const std::string& graph_node) const {
  if (!plan_) return std::nullopt;
  const auto found = recipes_.find(graph_node);
  return found == recipes_.end() ? std::string() : found->second;
}

bool RunModel::stale(const std::string& graph_node) const {
  const std::string recorded = recorded_recipe(graph_node);
  if (recorded.empty()) return false;
  if (edited_.count(document_node_of(graph_node)) != 0) return true;
  const std::optional<std::string> now = current_recipe(graph_node);
  return now && *now != recorded;
}

bool RunModel::values_stale(const std::string& graph_node) const {
  if (stale(graph_node)) return true;
  const std::string id = document_node_of(graph_node);
  return std::any_of(document_.document().links.begin(), document_.document().links.end(), [&](const Link& link) {
    return link.from_node == id && node(link.to_node) == nullptr && stale(link.to_node);
  });
}

bool RunModel::any_stale() const {
  return std::any_of(record_.nodes.begin(), record_.nodes.end(),
                     [&](const NodeRecord& node) { return has_result(node) && values_stale(node.id); });
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

// ---- the document -------------------------------------------------------------------------------------------

void RunModel::find_unconfigured() {
  unconfigured_.clear();
  for (const Node& node : document_.document().nodes) {
    if (!is_configured(document_.document(), node, document_.catalogue())) unconfigured_.insert(node.id);
  }
}

void RunModel::document_changed(const QStringList& touched) {
  find_unconfigured();
  if (!touched.isEmpty()) {
    std::vector<std::string> ids;
    for (const QString& id : touched) ids.push_back(id.toStdString());
    for (const std::string& id : downstream(document_.document(), ids)) edited_.insert(id);
    plan_.reset();
    plan_error_.reset();
    Q_EMIT plan_changed();
  }
  Q_EMIT status_changed();
}

void RunModel::clear() {
  ++generation_;
  record_ = {};
  record_id_.clear();
  folder_.clear();
  made_elsewhere_ = opened_ = false;
  plan_.reset();
  plan_error_.reset();
  recipes_.clear();
  edited_.clear();
  find_unconfigured();
  if (!running()) clear_log();
  Q_EMIT record_changed();
  Q_EMIT plan_changed();
  Q_EMIT status_changed();
}

void RunModel::clear_log() {
  log_.clear();
  log_times_.clear();
  Q_EMIT log_cleared();
}

void RunModel::set_plan_error(const ErrorInfo& error) {
  plan_error_ = error;
  Q_EMIT plan_changed();
}

void RunModel::set_folder(const QString& folder) {
  folder_ = folder;
  Q_EMIT record_changed();
}

// ---- the queue ----------------------------------------------------------------------------------------------

void RunModel::add_queued(const std::string& id, const QString& title, const QString& out, const QStringList& nodes) {
  Sent sent{title, out, {}, nodes.isEmpty(), generation_};
  for (const QString& node : nodes) sent.nodes.insert(node.toStdString());
  if (nodes.isEmpty()) {
    for (const Node& node : document_.document().nodes) sent.nodes.insert(node.id);
  }
  sent_[id] = std::move(sent);
  queue_.push_back({id, title});
  Q_EMIT queue_changed();
  Q_EMIT status_changed();
}

void RunModel::remove_queued(const std::string& id) {
  if (std::erase_if(queue_, [&](const Queued& queued) { return queued.id == id; }) == 0) return;
  Q_EMIT queue_changed();
  Q_EMIT status_changed();
}

void RunModel::move_queued(int from, int to) {
  const int count = static_cast<int>(queue_.size());
  if (from < 0 || to < 0 || from >= count || to >= count || from == to) return;
  Queued moved = queue_[static_cast<std::size_t>(from)];
  queue_.erase(queue_.begin() + from);
  queue_.insert(queue_.begin() + to, std::move(moved));
  Q_EMIT queue_changed();
}

// ---- events -------------------------------------------------------------------------------------------------

struct RunModel::Applier {
  RunModel& model;

  void operator()(const RunStarted& event) const { model.start(event); }
  void operator()(const RunProgress& event) const {
    if (event.id.empty() || event.id != model.running_id_) return;
    model.progress_ = event.progress;
    Q_EMIT model.progress_changed();
    if (model.shows(event.id)) Q_EMIT model.status_changed();
  }
  void operator()(const RunLog& event) const {
    if (event.id.empty() || event.id != model.running_id_) return;
    model.log_.push_back(event.message);
    model.log_times_.push_back(QTime::currentTime());
    Q_EMIT model.log_added(event.message);
  }
  void operator()(const NodeChanged& event) const { model.apply_node(event); }
  void operator()(const RunFinished& event) const { model.apply_finished(event); }
  void operator()(const RequestFailed& event) const { model.apply_failed(event); }
  void operator()(const RunOpened& event) const { model.open(event); }
  void operator()(const PlanMade& event) const {
    model.plan_ = event.plan;
    model.plan_error_.reset();
    model.recipes_ = event.recorded_recipes;
    if (event.recorded_recipes.empty()) {
      for (const PlannedNode& node : event.plan.nodes) model.recipes_[node.id] = node.recipe;
    }
    model.edited_.clear();
    Q_EMIT model.plan_changed();
    Q_EMIT model.status_changed();
  }
  template <typename Other>
  void operator()(const Other&) const {}
};

void RunModel::apply(const EngineEvent& event) { std::visit(Applier{*this}, event); }

void RunModel::start(const RunStarted& event) {
  const auto found = sent_.find(event.id);
  if (found == sent_.end()) return;
  const Sent& sent = found->second;
  running_id_ = event.id;
  running_title_ = sent.title;
  progress_.reset();
  clear_log();
  if (sent.generation == generation_) {
    RunRecord record = event.record;
    for (NodeRecord& node : record.nodes) {
      const NodeRecord* before = this->node(node.id);
      if (before && before->state == NodeState::done) keep_values(node, *before);
    }
    record_ = sent.whole || opened_ ? std::move(record) : merged(std::move(record_), std::move(record));
    record_id_ = event.id;
    folder_ = sent.out;
    made_elsewhere_ = opened_ = false;
    Q_EMIT record_changed();
  }
  remove_queued(event.id);
  Q_EMIT progress_changed();
  Q_EMIT status_changed();
}

void RunModel::apply_node(const NodeChanged& event) {
  if (!shows(event.id)) return;
  NodeRecord* old = find_node(record_, event.node.id);
  if (!old) return;
  NodeRecord now = event.node;
  keep_values(now, *old);
  *old = std::move(now);
  Q_EMIT node_changed(QString::fromStdString(event.node.id));
  Q_EMIT record_changed();
  Q_EMIT status_changed();
}

void RunModel::finish(const std::string& id) {
  sent_.erase(id);
  running_id_.clear();
  progress_.reset();
  Q_EMIT record_changed();
  Q_EMIT progress_changed();
  Q_EMIT status_changed();
  Q_EMIT run_finished(QString::fromStdString(id));
}

void RunModel::apply_finished(const RunFinished& event) {
  const auto found = sent_.find(event.id);
  if (found == sent_.end()) return;
  const bool whole = found->second.whole;
  if (shows(event.id)) {
    RunRecord record = event.record;
    for (NodeRecord& node : record.nodes) {
      if (const NodeRecord* before = this->node(node.id); before && node.state == NodeState::cancelled && before->state == NodeState::done)
        node = *before;   // kept in apply_node
    }
    record_ = whole ? std::move(record) : merged(std::move(record_), std::move(record));
  }
  finish(event.id);
}

void RunModel::apply_failed(const RequestFailed& event) {
  if (sent_.count(event.id) == 0) return;
  if (event.id != running_id_) {   // it never began
    sent_.erase(event.id);
    remove_queued(event.id);
    Q_EMIT run_finished(QString::fromStdString(event.id));
    return;
  }
  if (shows(event.id)) {
    for (NodeRecord& node : record_.nodes) {
      if (node.state != NodeState::running) continue;
      node.state = NodeState::failed;
      node.error = event.error;
    }
    settle(record_);
  }
  finish(event.id);
}

void RunModel::open(const RunOpened& event) {
  record_ = event.record;
  settle(record_);
  record_id_.clear();
  folder_ = QString::fromStdString(event.folder);
  made_elsewhere_ = !event.made_here;
  opened_ = true;
  plan_.reset();   // its recipes are those of this machine's settings
  Q_EMIT record_changed();
  Q_EMIT plan_changed();
  Q_EMIT status_changed();
}

}  // namespace kelter::ui
