// SPDX-License-Identifier: GPL-3.0-or-later
// What the window knows about runs: the record shown, what is under way, what is queued, what is stale. It is fed by
// events of the engine and by edits of the document, and asks the engine nothing itself. Window thread.
#pragma once

#include <QObject>
#include <QString>
#include <QTime>
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
  // Device class and compute type of a record that was opened and not made by this window, empty otherwise: its recipes
  // are compared under these.
  std::string recorded_device_class() const;
  std::string recorded_dtype() const;
  bool running() const { return !running_id_.empty(); }
  std::string running_id() const { return running_id_; }
  QString running_title() const { return running_title_; }
  const std::optional<ProgressMessage>& progress() const { return progress_; }
  // What a step has recorded of linears that has not finished: it runs, was cancelled or failed. nullptr else.
  const LinearsMessage* linears_so_far(const std::string& graph_node) const;
  NodeStatus status(const std::string& document_node) const;
  double fraction(const std::string& document_node) const;  // 0 to 1 of the stage under way, 0 otherwise
  // Of a model node, or of a measure: made with other settings or inputs than the document has now.
  bool stale(const std::string& graph_node) const;
  // The model, or a measure that reports on it, is stale: the values shown for it are not those of the document.
  bool values_stale(const std::string& graph_node) const;
  bool any_stale() const;                                    // among the nodes that have a result
  const std::optional<Plan>& plan() const { return plan_; }  // of the document as it is; absent while unknown
  const std::optional<ErrorInfo>& plan_error() const { return plan_error_; }  // why there is none, if the engine said so
  // Model nodes (graph ids) a run would compute now; what "re-runs 2 of 8 steps" counts. With measures still missing
  // on them only, they are not counted.
  std::vector<std::string> to_compute() const;

  struct Queued {
    std::string id;
    QString title;
  };
  const std::deque<Queued>& queue() const { return queue_; }  // waiting runs, next one first
  bool opened() const { return opened_; }                     // the record was read from a folder: its log is there
  const std::vector<LogMessage>& log() const { return log_; }
  const std::vector<QTime>& log_times() const { return log_times_; }  // when each arrived

  // ---- what feeds it ----
  void apply(const EngineEvent& event);
  // A run was sent to the engine: its nodes are queued, or the whole run waits behind the one under way.
  // `nodes`: the document nodes it computes, all if empty.
  void add_queued(const std::string& id, const QString& title, const QString& out, const QStringList& nodes = {});
  void remove_queued(const std::string& id);
  void move_queued(int from, int to);
  void set_plan_error(const ErrorInfo& error);
  void set_folder(const QString& folder);   // the run folder was moved
  void clear();  // another document: what runs goes on, but its record is not this document's

 Q_SIGNALS:
  void record_changed();                        // nodes or values of record(), or the whole record
  void node_changed(const QString& graph_node); // one record, before record_changed()
  void status_changed();                        // status(), stale(), fraction() of some node
  void progress_changed();
  void linears_changed(const QString& graph_node);   // linears_so_far() grew
  void plan_changed();
  void queue_changed();
  void log_added(const kelter::LogMessage& message);
  void log_cleared();
  void run_finished(const QString& id);

 private:
  // A run that was sent or waits.
  struct Sent {
    QString title, out;
    std::set<std::string> nodes;   // of the document
    std::set<std::string> edited;  // of the document since it was sent, and those behind
    bool whole = true;             // all nodes of the document
    int generation = 0;            // of the document, counted by clear()
  };

  struct Applier;
  void start(const RunStarted& event);
  void take_recipes(const RunRecord& record, const Sent& sent);
  void forget_linears(const RunRecord& record);
  void add_linears(const LinearsRecorded& event);
  void finish(const std::string& id);
  void apply_node(const NodeChanged& event);
  void apply_finished(const RunFinished& event);
  void apply_failed(const RequestFailed& event);
  void open(const RunOpened& event);
  bool shows(const std::string& id) const { return !id.empty() && id == record_id_; }
  void document_changed(const QStringList& touched);
  void find_unconfigured();
  NodeStatus model_status(const std::string& document_node) const;
  NodeStatus measure_status(const std::string& document_node) const;
  NodeStatus text_status(const std::string& document_node) const;
  std::vector<const NodeRecord*> copies_of(const std::string& document_node) const;
  std::vector<const NodeRecord*> linked_models(const std::string& measure) const;
  bool being_measured(const std::string& measure) const;
  bool waits_in_queue(const std::string& document_node) const;
  std::string measure_recipe(const std::string& graph_node) const;
  bool differs(const std::string& graph_node, const std::string& recorded) const;
  bool stale_measure(const std::string& document_node) const;
  bool stale_measure_behind(const std::string& document_node) const;

  DocumentModel& document_;
  RunRecord record_;
  std::string record_id_;          // of the run the record belongs to; empty if it was opened or is of no run
  QString folder_;
  bool made_elsewhere_ = false;
  bool opened_ = false;
  std::string running_id_;
  QString running_title_;
  std::optional<ProgressMessage> progress_;
  std::map<std::string, LinearsMessage> linears_;   // by graph node, of those that have not finished
  std::optional<Plan> plan_;
  std::optional<ErrorInfo> plan_error_;
  // Of the last plan: graph node -> key that the record's is compared with. Right for all nodes but the edited ones.
  std::map<std::string, std::string> recipes_;
  bool recipes_known_ = false;
  std::set<std::string> edited_;                // document nodes edited since the last plan, and those behind
  std::set<std::string> unconfigured_;
  std::deque<Queued> queue_;
  std::map<std::string, Sent> sent_;
  int generation_ = 0;
  void clear_log();

  std::vector<LogMessage> log_;
  std::vector<QTime> log_times_;
};

}  // namespace kelter::ui
