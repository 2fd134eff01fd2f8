// SPDX-License-Identifier: GPL-3.0-or-later
// Layers: what the selected step (without a selection: the one that runs and has recorded something, or the one that
// finished last) did to each linear of the model, as a heat map that fills while the step runs; the numbers of the chosen linear's tensor beside it, and the way to settings of its layer. Asks the engine
// only for a cell that is chosen. The window owns it; the workbench outlives it. Window thread.
#pragma once

#include <QWidget>

#include "ui/layers/layer_records.h"
#include "ui/models/workbench.h"
#include "ui/tensors/tensor_statistics.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace kelter::ui {

class ElidedLabel;
class HeatLegend;
class LayerMap;

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
  // Whole records; or those so far, of a step that goes on or has stopped before its end.
  enum class Extent { whole, under_way, halted };
  void show_map(const NodeRecord& node, LayerRecords records, Extent extent);
  void show_nothing(const std::string& graph_node);
  QString caption_of(const NodeRecord& node, const LayerRecords& records, Extent extent) const;
  void offer_quantities(const LayerRecords& records);
  void explain(const std::string& graph_node);
  void show_message(const QString& title, const QString& text);
  void show_cell(const QModelIndex& cell);
  void show_statistics(const QModelIndex& cell);
  bool layers_may_differ() const;
  void ask_for_settings();

  Workbench& bench_;
  TensorStatistics* statistics_;
  std::string node_;               // of the graph, whose records are shown; empty: none
  std::string content_;            // what the statistics were read from
  LayerRecords records_;
  Extent extent_ = Extent::whole;
  std::vector<LayerQuantity> offered_;   // in quantity_
  QComboBox* quantity_;
  ElidedLabel* caption_;
  HeatLegend* legend_;
  LayerMap* map_;
  QPushButton* settings_;
  QLabel *message_title_, *message_text_;
  QStackedWidget* stack_;
  QSplitter* splitter_;
};

}  // namespace kelter::ui
