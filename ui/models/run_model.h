// SPDX-License-Identifier: GPL-3.0-or-later
// What the window knows about runs: the record shown, what is under way, what is queued, what is stale. It is fed by
// events of the engine and by edits of the document, and asks the engine nothing itself. Window thread.
#pragma once

#include <QObject>
#include <QString>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "core/describe/engine.h"
#include "ui/models/document_model.h"

namespace kelter::ui {

// Of a node on the canvas. `stale`: its result was made with other settings or inputs than the document has now.
enum class NodeStatus { unconfigured, idle, stale, queued, running, done, failed, skipped, cancelled };

class RunModel : public QObject {
  Q_OBJECT
 public:
  // `document` outlives the model.
  explicit RunModel(DocumentModel& document, QObject* parent = nullptr);

  // ---- what views read ----
  // The record shown: of the run under way or of the last one; no nodes before the first.
  const RunRecord& record() const { return record_; }
  const NodeRecord* node(const std::string& graph_node) const;
  // Graph nodes of this document node that the record has, in its order (more than one in a sweep).
  std::vector<std::string> variants(const std::string& document_node) const;
  QString folder() const { return folder_; }              // run folder of the record, empty if there is none
  bool made_elsewhere() const { return made_elsewhere_; } // on another machine; never stale for that alone
  bool running() const { return !running_id_.empty(); }
  std::string running_id() const { return running_id_; }
  const std::optional<ProgressMessage>& progress() const { return progress_; }
  NodeStatus status(const std::string& document_node) const;
  double fraction(const std::string& document_node) const;  // 0 to 1 of the stage under way, 0 otherwise
  bool stale(const std::string& graph_node) const;
  bool any_stale() const;
  const std::optional<Plan>& plan() const { return plan_; }  // of the document as it is; absent while unknown
  // Model nodes (graph ids) a run would compute now; what "re-runs 2 of 8 steps" counts. With measures still missing
  // on them only, they are not counted.
  std::vector<std::string> to_compute() const;

  struct Queued {
    std::string id;
    QString title;
  };
  const std::deque<Queued>& queue() const { return queue_; }  // waiting runs, next one first
  const std::vector<LogMessage>& log() const { return log_; }

  // ---- what feeds it ----
  void apply(const EngineEvent& event);
  // A run was sent to the engine: its nodes are queued, or the whole run waits behind the one under way.
  void add_queued(const std::string& id, const QString& title, const QString& out);
  void remove_queued(const std::string& id);
  void move_queued(int from, int to);
  void clear();  // another document

 Q_SIGNALS:
  void record_changed();                        // nodes or values of record(), or the whole record
  void node_changed(const QString& graph_node); // one record, before record_changed()
  void status_changed();                        // status(), stale(), fraction() of some node
  void progress_changed();
  void plan_changed();
  void queue_changed();
  void log_added(const kelter::LogMessage& message);
  void run_finished(const QString& id);

 private:
  struct Applier;

  DocumentModel& document_;
  RunRecord record_;
  QString folder_;
  bool made_elsewhere_ = false;
  std::string running_id_;
  std::optional<ProgressMessage> progress_;
  std::optional<Plan> plan_;
  std::map<std::string, std::string> recorded_recipes_;  // graph node -> key as the record's device would give it
  std::set<std::string> edited_;                         // document nodes edited since the last plan, and those behind
  std::deque<Queued> queue_;
  std::map<std::string, QString> outs_;                  // run id -> folder
  std::vector<LogMessage> log_;
};

}  // namespace kelter::ui
