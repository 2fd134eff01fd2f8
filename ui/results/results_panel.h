// SPDX-License-Identifier: GPL-3.0-or-later
// The results of the run shown: accuracy, perplexity, memory and throughput side by side with one legend, and the
// table. Follows the run while it is under way; a click on a branch selects it everywhere. Window thread.
#pragma once

#include <QPointer>
#include <QTimer>
#include <QWidget>
#include <array>
#include <map>
#include <set>

#include "core/report/figure.h"
#include "ui/models/workbench.h"

class QAction;
class QButtonGroup;
class QFrame;
class QGridLayout;
class QLabel;
class QMenu;
class QPushButton;
class QScrollArea;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace kelter::ui {

class BranchLegend;
class ElidedLabel;
class FigureCell;
class FigureExport;
class FigurePlot;
class ResultsTable;
class ResultsTableModel;

class ResultsPanel : public QWidget {
  Q_OBJECT
 public:
  enum class View { plots, table, both };

  // `bench` outlives the panel.
  explicit ResultsPanel(Workbench& bench, QWidget* parent = nullptr);
  ~ResultsPanel() override;

  View view() const { return view_; }
  void set_view(View view);
  // "accuracy", "perplexity", "memory", "throughput"
  FigurePlot& plot(const std::string& id);
  FigureCell& cell(const std::string& id);
  ResultsTable& table() { return *table_; }
  BranchLegend& legend() { return *legend_; }
  QMenu& copy_menu() { return *copy_menu_; }
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
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void build();
  QWidget* build_header();
  QWidget* build_legend();
  QWidget* build_banners();
  QWidget* build_plots();
  QWidget* build_empty();
  void build_copy_menu();
  void connect_models();
  void record_changed();
  void refresh_figures();
  void refresh_table();
  void refresh_stale();
  void find_stale_measures();
  void document_changed(const QStringList& touched);
  void refresh_selection();
  void refresh_header();
  void arrange_plots();
  void apply_view();
  void select(const QString& graph_node, bool extend);
  void select_rows(const QStringList& graph_nodes);
  void remeasure(const std::string& id);
  std::set<std::string> stale_nodes(const Figure& figure) const;

  Workbench& bench_;
  std::vector<Figure> figures_;
  std::map<std::string, std::string> choices_;   // figure -> what it shows
  View view_ = View::plots;
  bool view_chosen_ = false;                     // by the person: no longer by the height
  int columns_ = 0;                              // of plots side by side
  QTimer figures_timer_, table_timer_;
  bool figures_due_ = true, table_due_ = true;
  std::set<std::string> stale_measures_;         // document nodes

  QStackedWidget* pages_;
  ElidedLabel* protocol_;
  BranchLegend* legend_;
  QButtonGroup* views_;
  QToolButton* copy_;
  QMenu* copy_menu_;
  QAction* comma_;
  QFrame *elsewhere_, *stale_;
  QLabel* elsewhere_text_;
  QSplitter* splitter_;
  QScrollArea *plots_area_, *legend_area_;
  QGridLayout* grid_;
  std::array<FigureCell*, 4> cells_{};
  ResultsTableModel* model_;
  ResultsTable* table_;
  QPushButton* run_;
  QPointer<FigureExport> export_;
};

}  // namespace kelter::ui
