// SPDX-License-Identifier: GPL-3.0-or-later
// What the panels of one window share. Owned by the main window, which outlives its panels. Window thread.
#pragma once

#include <QObject>
#include <QTimer>
#include <deque>
#include <map>
#include <set>

#include "ui/bridge/engine_bridge.h"
#include "ui/models/document_model.h"
#include "ui/models/run_model.h"
#include "ui/models/selection.h"

namespace kelter::ui {

class Workbench : public QObject {
  Q_OBJECT
 public:
  // `bridge` may be shared by several windows and outlives them.
  Workbench(StepCatalogue catalogue, EngineBridge& bridge, QObject* parent = nullptr);

  const StepCatalogue catalogue;
  EngineBridge& engine;
  DocumentModel document;
  Selection selection;
  RunModel runs;

  // ---- errors: one place; whole text copyable ----
  const std::deque<ErrorInfo>& errors() const { return errors_; }   // oldest first
  void report(const ErrorInfo& error);  // shown in the errors panel and announced once, never a modal dialog
  void clear_errors();

  // ---- runs: one at a time is sent to the engine, the others wait in runs.queue() ----
  // The document with what it needs computed, as one run in its run folder, where finished models of an unchanged
  // recipe are used again: after a cancel or a failure this goes on. Does nothing while the document has a problem
  // (which is then reported). `only`: the nodes to run with what they need, all if empty.
  void run(const QStringList& only = {});
  bool can_run() const;                  // there are nodes, and an engine or one that starts
  // The nodes that failed or were skipped, with their measures, and what they need.
  void repeat_failed();
  QStringList failed_nodes() const;      // of the document, in its order
  void cancel();                         // the run under way
  void cancel_all();                     // and every one that waits
  void move_run(int from, int to);       // positions in runs.queue()
  void remove_run(const std::string& id);
  void run_next(const std::string& id);  // in front of the queue

  // The run folder of this document, whether or not it exists yet.
  QString run_folder() const;
  // A run folder made here or elsewhere: its document takes the place of this one and its record is shown.
  void open_run(const QString& folder);
  // Where the models of the record lie: "RUNDIR#NODE" for Try it; empty if the node has no model on disk.
  QString model_of(const std::string& graph_node) const;
  // Asks the engine what a run would do, soon; calls in a row become one.
  void refresh_plan();
  // What runs, plans and generations are computed with; changed through set_settings, which makes a new plan.
  EngineSettings settings;
  void set_settings(const EngineSettings& changed);
  // The device that `settings` come to on this machine; nullptr while the engine has not told, or has none of that name.
  const ComputeDevice* device() const;

 Q_SIGNALS:
  void error_reported(const kelter::ErrorInfo& error);
  void errors_cleared();
  void settings_changed();
  void run_requested();  // before it is sent: the document is to be saved

 private:
  struct Handler;
  void handle(const EngineEvent& event);
  void document_replaced();
  void engine_changed();
  void queue_run(Document sent, const QString& title, const QStringList& nodes);
  void send_next();
  void run_ended(const std::string& id);
  void send_plan();
  void opened(const RunOpened& event);
  void plan_failed(const ErrorInfo& error);
  void read_last_run();
  void adopt_run_folder();
  QString named_run_folder() const;
  bool continues_opened_run() const;

  std::deque<ErrorInfo> errors_;
  std::map<std::string, RunRequest> requests_;   // of the queue and the one that was sent
  std::string sent_id_;
  std::string plan_id_;
  std::string last_run_id_;                      // of the request that reads this document's own run folder
  std::string open_id_;                          // of the request that opens a run folder
  bool last_run_wanted_ = false;                 // as soon as the engine is there
  QString unsaved_name_;                         // of the run folder while the document has no path
  bool looks_at_run_ = false;                    // a run folder was opened and nothing edited since
  QString opened_folder_;                        // made here: an unchanged document goes on in it
  QString made_folder_;                          // the last one a run of this document was sent to
  std::string plan_error_shown_;
  QTimer* plan_timer_ = nullptr;
};

// `ids` with all nodes they need, in document order.
std::vector<std::string> with_inputs(const Document& document, const std::vector<std::string>& ids);

}  // namespace kelter::ui
