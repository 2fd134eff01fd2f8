// SPDX-License-Identifier: GPL-3.0-or-later
// Tensors: what a model of the document consists of, and what the numbers of one tensor are like. Shows the model of the
// selected node, a file or a result; asks the engine only while it is seen. The window owns it; the workbench outlives
// it. Window thread.
#pragma once

#include <QWidget>

#include "ui/tensors/model_choices.h"
#include "ui/tensors/tensor_statistics.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace kelter::ui {

class ElidedLabel;
class TensorTree;

class TensorsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit TensorsPanel(Workbench& bench, QWidget* parent = nullptr);

  // The model that this document node is or makes; told in words if there is none yet.
  void show_node(const QString& node);
  TensorTree& tree() { return *tree_; }
  StatisticsView& statistics() { return *statistics_; }
  QSize sizeHint() const override { return {900, 480}; }

 protected:
  void showEvent(QShowEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* build_head();
  QWidget* build_body();
  void make_actions();
  void refresh_choices();
  void follow_selection();
  void choose(const std::string& node);
  const ModelChoice* chosen() const;
  void open();
  void show_message(const QString& title, const QString& text, bool again);
  void show_list(const Json& model);
  void show_waiting();
  void search();
  void update_caption();

  Workbench& bench_;
  TensorStatistics* statistics_;
  TensorReader* reader_;   // of statistics_
  std::vector<ModelChoice> choices_;
  QString missing_;   // a document node that was asked for and has no model yet
  QComboBox* models_;
  ElidedLabel* caption_;
  QLineEdit* search_;
  QLabel *count_, *message_title_, *message_text_;
  QPushButton* again_;
  QStackedWidget* stack_;
  QSplitter* splitter_;
  TensorTree* tree_;
};

}  // namespace kelter::ui
