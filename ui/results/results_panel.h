// SPDX-License-Identifier: GPL-3.0-or-later
// The results of the run shown: accuracy, perplexity, memory and throughput side by side with one legend, and the
// table. Follows the run while it is under way; a click on a branch selects it everywhere. Window thread.
#pragma once

#include <QPointer>
#include <QTimer>
#include <QWidget>
#include <map>

#include "core/report/figure.h"
#include "ui/models/workbench.h"
#include "ui/results/results_header.h"
#include "ui/results/stale_results.h"

class QMenu;
class QSplitter;
class QStackedWidget;

namespace kelter::ui {

class BranchLegend;
class FigureCell;
class FigureExport;
class FigureGrid;
class FigurePlot;
class LegendArea;
class NoResults;
class ResultsBanners;
class ResultsTable;
class ResultsTableModel;

class ResultsPanel : public QWidget {
  Q_OBJECT
 public:
  using View = ResultsView;

  // `bench` outlives the panel.
  explicit ResultsPanel(Workbench& bench, QWidget* parent = nullptr);
  ~ResultsPanel() override;

  View view() const { return view_; }
  void set_view(View view);
  // "accuracy", "perplexity", "memory", "throughput"
  FigurePlot& plot(const std::string& id);
  FigureCell& cell(const std::string& id);
  ResultsTable& table() { return *table_; }
  BranchLegend& legend();
  QMenu& copy_menu() { return header_->copy_menu(); }
  const std::vector<Figure>& figures() const { return figures_; }
  // The export window with this figure, opened once and kept.
  FigureExport& export_figure(const std::string& id);
  // Everything that waits for the next turn of the event loop, now.
  void refresh_now();

 Q_SIGNALS:
  // Document nodes to run again, because a figure refused to mix protocols: for Workbench::run().
  void remeasure_requested(const QStringList& nodes);

 protected:
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void build();
  QWidget* build_results();
  void connect_widgets();
  void connect_models();
  void record_changed();
  void refresh_figures();
  void refresh_table();
  void refresh_stale();
  void document_changed(const QStringList& touched);
  void refresh_selection();
  void refresh_header();
  void apply_view();
  void remeasure(const QString& id);

  Workbench& bench_;
  StaleResults stale_;
  std::vector<Figure> figures_;
  std::map<std::string, std::string> choices_;   // figure -> what it shows
  View view_ = View::plots;
  bool view_chosen_ = false;                     // by the person: no longer by the height
  QTimer figures_timer_, table_timer_;
  bool figures_due_ = true, table_due_ = true;

  QStackedWidget* pages_;
  NoResults* none_;
  ResultsHeader* header_;
  LegendArea* legend_area_;
  ResultsBanners* banners_;
  QSplitter* splitter_;
  FigureGrid* grid_;
  ResultsTableModel* model_;
  ResultsTable* table_;
  QPointer<FigureExport> export_;
};

}  // namespace kelter::ui
