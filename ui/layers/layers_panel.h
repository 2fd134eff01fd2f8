// SPDX-License-Identifier: GPL-3.0-or-later
// Layers: what the selected step (without a selection: the one that finished last) did to each linear of the model, as a
// heat map; the numbers of the chosen linear's tensor beside it, and the way to settings of its layer. Asks the engine
// only for a cell that is chosen. The window owns it; the workbench outlives it. Window thread.
#pragma once

#include <QWidget>

#include "ui/layers/layer_records.h"
#include "ui/models/workbench.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace kelter::ui {

class ElidedLabel;
class HeatLegend;
class LayerMap;
class StatisticsView;
class TensorReader;

class LayersPanel : public QWidget {
  Q_OBJECT
 public:
  explicit LayersPanel(Workbench& bench, QWidget* parent = nullptr);

  LayerMap& map() { return *map_; }
  StatisticsView& statistics() { return *statistics_; }
  QSize sizeHint() const override;

 Q_SIGNALS:
  // The person wants to give this layer of the document node settings of its own.
  void settings_requested(const QString& node, qint64 layer);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* build_head();
  QWidget* build_body();
  std::string shown_node() const;   // of the graph; empty: none
  void refresh();
  void show_records(const NodeRecord& node);
  void offer_quantities(const LayerRecords& records);
  void explain(const std::string& graph_node);
  void show_message(const QString& title, const QString& text);
  void show_cell(const QModelIndex& cell);
  void show_statistics(const QModelIndex& cell);
  bool layers_may_differ() const;
  void ask_for_settings();

  Workbench& bench_;
  TensorReader* reader_;
  std::string node_;               // of the graph, whose records are shown; empty: none
  std::string content_;            // what the statistics were read from
  LayerRecords records_;
  QComboBox* quantity_;
  ElidedLabel* caption_;
  HeatLegend* legend_;
  LayerMap* map_;
  StatisticsView* statistics_;
  QPushButton* settings_;
  QLabel *message_title_, *message_text_;
  QStackedWidget* stack_;
  QSplitter* splitter_;
};

}  // namespace kelter::ui
