// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/workbench.h"

#include <QDir>
#include <QFileInfo>
#include <QUuid>
#include <algorithm>

#include "core/base/hash.h"

namespace kelter::ui {
namespace {

constexpr std::size_t most_errors = 200;
constexpr int plan_delay_ms = 150;
constexpr int short_hash = 8;

QString fresh_name() { return "unsaved-" + QUuid::createUuid().toString(QUuid::Id128).left(short_hash); }

bool needs_repeat(NodeState state) { return state == NodeState::failed || state == NodeState::skipped; }

std::vector<std::string> to_ids(const QStringList& list) {
  std::vector<std::string> ids;
  for (const QString& id : list) ids.push_back(id.toStdString());
  return ids;
}

QStringList to_list(const std::vector<std::string>& ids) {
  QStringList list;
  for (const std::string& id : ids) list.append(QString::fromStdString(id));
  return list;
}

}  // namespace

std::vector<std::string> with_inputs(const Document& document, const std::vector<std::string>& ids) {
  std::set<std::string> wanted(ids.begin(), ids.end());
  for (bool grown = true; grown;) {
    grown = false;
    for (const Link& link : document.links) {
      if (wanted.count(link.to_node) != 0 && wanted.insert(link.from_node).second) grown = true;
    }
  }
  std::vector<std::string> out;
  for (const Node& node : document.nodes) {
    if (wanted.count(node.id) != 0) out.push_back(node.id);
  }
  return out;
}

Workbench::Workbench(StepCatalogue steps, EngineBridge& bridge, QObject* parent)
    : QObject(parent), catalogue(std::move(steps)), engine(bridge), document(catalogue), runs(document),
      unsaved_name_(fresh_name()), plan_timer_(new QTimer(this)) {
  plan_timer_->setSingleShot(true);
  plan_timer_->setInterval(plan_delay_ms);
  connect(plan_timer_, &QTimer::timeout, this, &Workbench::send_plan);
  connect(&document, &DocumentModel::replaced, this, &Workbench::document_replaced);
  connect(&document, &DocumentModel::changed, this, [this](const QStringList& touched) {
    if (!touched.isEmpty()) refresh_plan();
  });
  connect(&document, &DocumentModel::path_changed, this, &Workbench::adopt_run_folder);
  connect(&engine, &EngineBridge::event, this, &Workbench::handle);
  connect(&engine, &EngineBridge::state_changed, this, &Workbench::engine_changed);
}

// ---- errors -------------------------------------------------------------------------------------------------

void Workbench::report(const ErrorInfo& error) {
  errors_.push_back(error);
  if (errors_.size() > most_errors) errors_.pop_front();
  Q_EMIT error_reported(error);
}

void Workbench::clear_errors() {
  errors_.clear();
  Q_EMIT errors_cleared();
}

// ---- runs ---------------------------------------------------------------------------------------------------

void Workbench::run(const QStringList& only) {
  if (document.problem()) return report(*document.problem());
  if (document.document().nodes.empty()) {
    return report({ErrorCode::invalid_document, tr("There is nothing to run").toStdString(), {},
                   tr("the document has no steps").toStdString(), tr("Add a model and a step first.").toStdString()});
  }
  if (only.isEmpty()) return queue_run(document.document(), document.title(), {});
  const std::vector<std::string> ids = with_inputs(document.document(), to_ids(only));
  queue_run(excerpt(document.document(), ids), tr("%1: %2").arg(document.title(), only.join(", ")), to_list(ids));
}

bool Workbench::can_run() const { return engine.state() != EngineBridge::State::unavailable && !document.document().nodes.empty(); }

QStringList Workbench::failed_nodes() const {
  std::set<std::string> failed;
  for (const NodeRecord& node : runs.record().nodes) {
    if (needs_repeat(node.state)) failed.insert(document_node_of(node.id));
  }
  QStringList ids;
  for (const Node& node : document.document().nodes) {
    if (failed.count(node.id) != 0) ids.append(QString::fromStdString(node.id));
  }
  return ids;
}

void Workbench::repeat_failed() {
  if (document.problem()) return report(*document.problem());
  const QStringList failed = failed_nodes();
  if (failed.isEmpty()) return;
  std::vector<std::string> ids = with_inputs(document.document(), to_ids(failed));
  for (const Link& link : document.document().links) {
    const StepDescriptor* behind = document.step_of(link.to_node);
    if (behind && behind->is_measure() && failed.contains(QString::fromStdString(link.from_node))) ids.push_back(link.to_node);
  }
  queue_run(excerpt(document.document(), ids), tr("%1: what failed").arg(document.title()), to_list(ids));
}

void Workbench::queue_run(Document sent, const QString& title, const QStringList& nodes) {
  Q_EMIT run_requested();
  adopt_run_folder();
  sent.title = title.toStdString();
  const QString out = run_folder();
  made_folder_ = out;
  const std::string id = EngineBridge::new_id("run");
  requests_[id] = {id, sent.to_json(), document.document().folder.string(), out.toStdString(), true, settings};
  runs.add_queued(id, title, out, nodes);
  send_next();
}

void Workbench::send_next() {
  if (!sent_id_.empty() || runs.queue().empty()) return;
  sent_id_ = runs.queue().front().id;
  engine.send(RunRequest(requests_.at(sent_id_)));
}

void Workbench::run_ended(const std::string& id) {
  requests_.erase(id);
  if (id == sent_id_) sent_id_.clear();
  adopt_run_folder();
  refresh_plan();
  send_next();
}

void Workbench::cancel() {
  if (!sent_id_.empty()) engine.send(CancelRequest{sent_id_});
}

void Workbench::cancel_all() {
  while (!runs.queue().empty() && runs.queue().back().id != sent_id_) remove_run(runs.queue().back().id);
  cancel();
}

// The one that was sent and did not start yet keeps its place.
void Workbench::move_run(int from, int to) {
  const std::deque<RunModel::Queued>& queue = runs.queue();
  const int first = !queue.empty() && queue.front().id == sent_id_ ? 1 : 0;
  if (from < first) return;
  runs.move_queued(from, std::max(to, first));
}

void Workbench::run_next(const std::string& id) {
  const std::deque<RunModel::Queued>& queue = runs.queue();
  for (std::size_t i = 0; i < queue.size(); ++i) {
    if (queue[i].id == id) return move_run(static_cast<int>(i), 0);
  }
}

void Workbench::remove_run(const std::string& id) {
  if (id == sent_id_) return cancel();
  requests_.erase(id);
  runs.remove_queued(id);
}

// ---- run folders --------------------------------------------------------------------------------------------

// The same for the same path, so that what was computed is found again.
QString Workbench::named_run_folder() const {
  QString name = unsaved_name_;
  if (!document.path().isEmpty()) {
    const QFileInfo file(document.path());
    const std::string hash = xxh128_hex(file.absoluteFilePath().toStdString()).substr(0, short_hash);
    name = QString::fromStdString(free_id(Document(), file.completeBaseName().toStdString()) + "-" + hash);
  }
  return QString::fromStdString((data_folder() / "runs" / name.toStdString()).string());
}

// An opened run is only ever written to by the same document: its results cannot be made again from another one.
bool Workbench::continues_opened_run() const {
  return !opened_folder_.isEmpty() && !document.undo_stack().canUndo() && !document.undo_stack().canRedo();
}

QString Workbench::run_folder() const { return continues_opened_run() ? opened_folder_ : named_run_folder(); }

// A document that got its name takes along what was computed for it.
void Workbench::adopt_run_folder() {
  const QString named = named_run_folder();
  const bool ours = !made_folder_.isEmpty() && QFileInfo(made_folder_).fileName() == unsaved_name_;
  if (!ours || made_folder_ == named || !sent_id_.empty() || !runs.queue().empty() || QFileInfo::exists(named)) return;
  if (!QDir().rename(made_folder_, named)) return;   // computed again there
  if (runs.folder() == made_folder_) runs.set_folder(named);
  made_folder_ = named;
}

void Workbench::open_run(const QString& folder) {
  open_id_ = EngineBridge::new_id("open");
  engine.send(OpenRunRequest{open_id_, folder.toStdString()});
}

void Workbench::opened(const RunOpened& event) {
  if (event.id == open_id_) {
    open_id_.clear();
    try {
      Document read = Document::from_json(event.document, event.folder + "/document.kelter");
      read.folder = event.folder;
      document.replace(std::move(read), {});
    } catch (const Error& error) {
      return report(error.info());
    }
    looks_at_run_ = true;
    opened_folder_ = event.made_here ? QString::fromStdString(event.folder) : QString();
  } else if (event.id != last_run_id_ || runs.running() || !runs.record().nodes.empty()) {
    return;
  }
  runs.apply(event);
  refresh_plan();
}

// What an earlier session computed for this document is shown again.
void Workbench::read_last_run() {
  if (!last_run_wanted_ || engine.state() != EngineBridge::State::ready) return;
  last_run_wanted_ = false;
  last_run_id_ = EngineBridge::new_id("open");
  engine.send(OpenRunRequest{last_run_id_, run_folder().toStdString()});
}

void Workbench::document_replaced() {
  unsaved_name_ = fresh_name();
  opened_folder_.clear();
  looks_at_run_ = false;
  made_folder_.clear();
  last_run_id_.clear();
  plan_error_shown_.clear();
  last_run_wanted_ = !document.path().isEmpty() && QFileInfo::exists(run_folder() + "/run.json");
  read_last_run();
  refresh_plan();
}

QString Workbench::model_of(const std::string& graph_node) const {
  const NodeRecord* node = runs.node(graph_node);
  if (!node || runs.folder().isEmpty() || !node->ledger.is_object()) return {};
  const auto disk = node->ledger.find("disk_bytes");
  if (disk == node->ledger.end() || disk->is_null()) return {};
  return runs.folder() + "#" + QString::fromStdString(graph_node);
}

// ---- settings -------------------------------------------------------------------------------------------------

void Workbench::set_settings(const EngineSettings& changed) {
  if (changed == settings) return;
  settings = changed;
  const ComputeDevice* chosen = device();
  if (chosen && chosen->id == "cpu" && settings.dtype == "float16") settings.dtype.clear();   // processors have no such products
  Q_EMIT settings_changed();
  refresh_plan();
}

const ComputeDevice* Workbench::device() const {
  if (!engine.ready_info()) return nullptr;
  const std::vector<ComputeDevice>& all = engine.ready_info()->devices;
  const auto first_gpu = std::find_if(all.begin(), all.end(), [](const ComputeDevice& one) { return one.id == "cuda:0"; });
  std::string wanted = settings.device == "cuda" ? "cuda:0" : settings.device;
  if (wanted == "auto") wanted = first_gpu != all.end() && !first_gpu->problem ? first_gpu->id : "cpu";
  const auto found = std::find_if(all.begin(), all.end(), [&](const ComputeDevice& one) { return one.id == wanted; });
  return found == all.end() ? nullptr : &*found;
}

// ---- plans --------------------------------------------------------------------------------------------------

void Workbench::refresh_plan() {
  plan_id_.clear();   // an answer under way is of another document
  plan_timer_->start();
}

void Workbench::send_plan() {
  const bool possible = document.graph() && !document.document().nodes.empty();
  if (!possible || engine.state() != EngineBridge::State::ready) return;
  PlanRequest request;
  request.id = plan_id_ = EngineBridge::new_id("plan");
  request.document = document.document().to_json();
  request.folder = document.document().folder.string();
  request.out = run_folder().toStdString();
  request.settings = settings;
  request.recorded_device_class = runs.recorded_device_class();
  request.recorded_dtype = runs.recorded_dtype();
  engine.send(request);
}

// Every edit asks again: the same answer is told once.
void Workbench::plan_failed(const ErrorInfo& error) {
  plan_id_.clear();
  if (error.code == ErrorCode::cancelled) return refresh_plan();   // another window asked about the same folder
  runs.set_plan_error(error);
  if (looks_at_run_ && !document.undo_stack().canUndo()) return;   // its model may be on the server that made it
  if (error.text() == plan_error_shown_) return;
  plan_error_shown_ = error.text();
  report(error);
}

// ---- the engine ---------------------------------------------------------------------------------------------

void Workbench::engine_changed() {
  if (engine.state() == EngineBridge::State::unavailable && engine.error()) report(*engine.error());
  if (engine.state() != EngineBridge::State::ready) return;
  if (engine.ready_info()) {
    for (const ErrorInfo& warning : engine.ready_info()->warnings) report(warning);
  }
  read_last_run();
  refresh_plan();
}

struct Workbench::Handler {
  Workbench& bench;

  void operator()(const PlanMade& event) const {
    if (event.id != bench.plan_id_) return;
    bench.plan_error_shown_.clear();
    bench.runs.apply(event);
  }
  void operator()(const RunOpened& event) const {
    if (event.id == bench.open_id_ || event.id == bench.last_run_id_) bench.opened(event);
  }
  void operator()(const RunFinished& event) const {
    if (event.id != bench.sent_id_) return;
    bench.runs.apply(event);
    for (const NodeRecord& node : event.record.nodes) {
      if (node.state == NodeState::failed && node.error) bench.report(*node.error);
    }
    bench.run_ended(event.id);
  }
  void operator()(const RequestFailed& event) const {
    if (event.id.empty()) return;
    if (event.id == bench.plan_id_) return bench.plan_failed(event.error);
    const bool told = event.error.code != ErrorCode::cancelled && event.id != bench.last_run_id_;
    const bool run = event.id == bench.sent_id_;
    if (!run && event.id != bench.open_id_) return;
    if (told) bench.report(event.error);
    if (!run) return bench.open_id_.clear();
    bench.runs.apply(event);
    bench.run_ended(event.id);
  }
  template <typename Other>
  void operator()(const Other& event) const {
    bench.runs.apply(event);   // knows its own runs
  }
};

void Workbench::handle(const EngineEvent& event) { std::visit(Handler{*this}, event); }

}  // namespace kelter::ui
