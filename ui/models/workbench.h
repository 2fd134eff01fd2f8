// SPDX-License-Identifier: GPL-3.0-or-later
// What the panels of one window share. Owned by the main window, which outlives its panels. Window thread.
#pragma once

#include <QObject>
#include <deque>
#include <functional>

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
  const std::deque<ErrorInfo>& errors() const { return errors_; }
  void report(const ErrorInfo& error);  // shown in the errors panel and announced once, never a modal dialog

  // ---- actions more than one panel offers ----
  // The document with what it needs computed, as one run in its run folder; does nothing while the document has a
  // problem (which is then reported). `only`: the nodes to run with what they need, all if empty.
  void run(const QStringList& only = {});
  void cancel();
  // Where the models of the record lie: "RUNDIR#NODE" for Try it; empty if the node has no model on disk.
  QString model_of(const std::string& graph_node) const;
  // Asks the engine what a run would do, soon; calls in a row become one.
  void refresh_plan();
  EngineSettings settings;

 Q_SIGNALS:
  void error_reported(const kelter::ErrorInfo& error);
  void run_requested();  // before it is sent: the document is to be saved

 private:
  void handle(const EngineEvent& event);

  std::deque<ErrorInfo> errors_;
  std::string plan_id_;
  class QTimer* plan_timer_ = nullptr;
};

}  // namespace kelter::ui
