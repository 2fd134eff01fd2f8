// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_model.h"

#include <algorithm>

#include "ui/models/run_records.h"

namespace kelter::ui {
namespace {

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
      const bool idle = node.bypass && port.type != PortType::model;   // a bypassed node passes a model on
      return idle || !port.is_required(resolved) || input_is_linked(document, node.id, port.name);
    });
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

RunModel::RunModel(DocumentModel& document, QObject* parent) : QObject(parent), document_(document) {
  connect(&document, &DocumentModel::replaced, this, &RunModel::clear);
  connect(&document, &DocumentModel::changed, this, &RunModel::document_changed);
  find_unconfigured();
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
    for (const std::string& id : downstream(document_.document(), ids)) {
      edited_.insert(id);
      for (auto& [run, sent] : sent_) sent.edited.insert(id);
    }
    plan_.reset();
    plan_error_.reset();
    Q_EMIT plan_changed();
  }
  Q_EMIT status_changed();
}

void RunModel::clear() {
  ++generation_;
  record_ = {};
  linears_.clear();
  record_id_.clear();
  folder_.clear();
  made_elsewhere_ = opened_ = false;
  plan_.reset();
  plan_error_.reset();
  recipes_.clear();
  recipes_known_ = false;
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
  Sent sent{title, out, {}, {}, nodes.isEmpty(), generation_};
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
  void operator()(const LinearsRecorded& event) const { model.add_linears(event); }
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
    model.recipes_known_ = true;
    model.edited_.clear();
    Q_EMIT model.plan_changed();
    Q_EMIT model.status_changed();
  }
  template <typename Other>
  void operator()(const Other&) const {}
};

void RunModel::apply(const EngineEvent& event) { std::visit(Applier{*this}, event); }

// A run that begins says the recipes of the document it was sent, before any plan does.
void RunModel::take_recipes(const RunRecord& record, const Sent& sent) {
  if (sent.whole) {
    recipes_.clear();
    recipes_known_ = true;
  }
  for (const NodeRecord& node : record.nodes) recipes_[node.id] = node.recipe;
  if (const auto measures = record.environment.find(measures_key); measures != record.environment.end()) {
    for (const auto& [measure, recipe] : measures->items()) recipes_[measure] = recipe.is_string() ? recipe.get<std::string>() : "";
  }
  std::erase_if(edited_, [&](const std::string& node) { return sent.nodes.count(node) != 0 && sent.edited.count(node) == 0; });
}

// Nodes that begin anew, and those that have whole records.
void RunModel::forget_linears(const RunRecord& record) {
  for (const NodeRecord& node : record.nodes) linears_.erase(node.id);
}

void RunModel::add_linears(const LinearsRecorded& event) {
  if (!shows(event.id)) return;
  const auto [known, first] = linears_.try_emplace(event.message.node, event.message);
  if (!first) {
    for (const Json& linear : event.message.linears) known->second.linears.push_back(linear);
  }
  Q_EMIT linears_changed(QString::fromStdString(event.message.node));
}

void RunModel::start(const RunStarted& event) {
  const auto found = sent_.find(event.id);
  if (found == sent_.end()) return;
  const Sent& sent = found->second;
  running_id_ = event.id;
  running_title_ = sent.title;
  progress_.reset();
  clear_log();
  if (sent.generation == generation_) {
    take_recipes(event.record, sent);
    RunRecord record = event.record;
    for (NodeRecord& node : record.nodes) {
      const NodeRecord* before = this->node(node.id);
      if (before && before->state == NodeState::done) keep_values(node, *before);
    }
    if (sent.whole || opened_) linears_.clear();
    forget_linears(record);
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
  if (has_result(now) && now.state != NodeState::running) linears_.erase(now.id);
  *old = std::move(now);
  Q_EMIT node_changed(QString::fromStdString(event.node.id));
  Q_EMIT record_changed();
  Q_EMIT status_changed();
}

void RunModel::finish(const std::string& id) {
  sent_.erase(id);
  running_id_.clear();
  progress_.reset();
  plan_.reset();   // what it said is to be computed is there now
  Q_EMIT plan_changed();
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
  linears_.clear();
  settle(record_);
  record_id_.clear();
  folder_ = QString::fromStdString(event.folder);
  made_elsewhere_ = !event.made_here;
  opened_ = true;
  plan_.reset();
  recipes_known_ = false;   // they are those of this machine's settings
  if (!running()) clear_log();
  Q_EMIT record_changed();
  Q_EMIT plan_changed();
  Q_EMIT status_changed();
}

}  // namespace kelter::ui
