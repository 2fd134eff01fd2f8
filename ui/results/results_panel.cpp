// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/results_panel.h"

#include <QFrame>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "core/report/read_json.h"
#include "core/report/result_table.h"
#include "ui/figures/figure_export.h"
#include "ui/figures/report_text.h"
#include "ui/results/branch_legend.h"
#include "ui/results/figure_grid.h"
#include "ui/results/legend_area.h"
#include "ui/results/no_results.h"
#include "ui/results/results_banners.h"
#include "ui/results/results_table.h"
#include "ui/results/select_branches.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr const char* view_key = "results/view";
constexpr int both_height = 520;    // from here plots and table stand under each other by themselves
constexpr int table_height = 90;    // at least
constexpr int update_ms = 40;       // at most this often while results come in

int scaled(double pixels) { return qRound(theme().px(pixels)); }

}  // namespace

ResultsPanel::ResultsPanel(Workbench& bench, QWidget* parent)
    : QWidget(parent), bench_(bench), stale_(bench), model_(new ResultsTableModel(this)) {
  build();
  connect_widgets();
  connect_models();
  record_changed();
  refresh_selection();
}

ResultsPanel::~ResultsPanel() { delete export_; }

// ---- widgets ------------------------------------------------------------------------------------------------

void ResultsPanel::build() {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  pages_ = new QStackedWidget(this);
  pages_->addWidget(build_results());
  none_ = new NoResults(this);
  connect(none_, &NoResults::run_wanted, this, [this] { bench_.run(); });
  pages_->addWidget(none_);
  column->addWidget(pages_);
  view_chosen_ = QSettings().contains(view_key);
  view_ = static_cast<View>(std::clamp(QSettings().value(view_key, 0).toInt(), 0, 2));
  apply_view();
}

QWidget* ResultsPanel::build_results() {
  auto* page = new QFrame(this);
  page->setProperty("panel", true);
  header_ = new ResultsHeader(page);
  legend_area_ = new LegendArea(page);
  banners_ = new ResultsBanners(page);
  grid_ = new FigureGrid([this](const std::string& id) { return figure_choices(bench_.runs.record(), id, report_context(bench_)); }, page);
  table_ = new ResultsTable(*model_, page);
  table_->setMinimumHeight(scaled(table_height));
  splitter_ = new QSplitter(Qt::Vertical, page);
  splitter_->setChildrenCollapsible(false);
  for (QWidget* part : {static_cast<QWidget*>(grid_), static_cast<QWidget*>(table_)}) {
    splitter_->addWidget(part);
    splitter_->setStretchFactor(splitter_->indexOf(part), 1);
  }
  splitter_->setSizes({1000, 1000});
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(16, 8, 16, 8);
  column->setSpacing(6);
  column->addWidget(header_);
  column->addWidget(legend_area_);
  column->addWidget(banners_);
  column->addWidget(splitter_, 1);
  return page;
}

void ResultsPanel::connect_widgets() {
  const auto select = [this](const QString& node, bool extend) { select_branch(bench_.selection, node, extend); };
  connect(header_, &ResultsHeader::view_chosen, this, &ResultsPanel::set_view);
  connect(header_, &ResultsHeader::copy_wanted, this, [this](TableFormat format, bool comma) { table_->copy(format, comma); });
  connect(header_, &ResultsHeader::export_wanted, this, [this] { export_figure({}); });
  connect(&legend(), &BranchLegend::branch_clicked, this, select);
  connect(banners_, &ResultsBanners::run_wanted, this, [this] { bench_.run(); });
  connect(grid_, &FigureGrid::mark_clicked, this, select);
  connect(grid_, &FigureGrid::choice_made, this, [this](const QString& id, const QString& key) {
    choices_[id.toStdString()] = key.toStdString();
    refresh_figures();
  });
  connect(grid_, &FigureGrid::export_wanted, this, [this](const QString& id) { export_figure(id.toStdString()); });
  connect(grid_, &FigureGrid::remeasure_wanted, this, &ResultsPanel::remeasure);
  connect(table_, &ResultsTable::nodes_selected, this, [this](const QStringList& nodes) { select_branches(bench_.selection, nodes); });
  connect(table_, &ResultsTable::copy_wanted, this, [this] { table_->copy(TableFormat::csv, false); });
}

// ---- what it follows ----------------------------------------------------------------------------------------

void ResultsPanel::connect_models() {
  for (QTimer* timer : {&figures_timer_, &table_timer_}) {
    timer->setSingleShot(true);
    timer->setInterval(update_ms);
  }
  connect(&figures_timer_, &QTimer::timeout, this, &ResultsPanel::refresh_figures);
  connect(&table_timer_, &QTimer::timeout, this, &ResultsPanel::refresh_table);
  connect(&bench_.runs, &RunModel::record_changed, this, &ResultsPanel::record_changed);
  connect(&bench_.runs, &RunModel::status_changed, this, &ResultsPanel::refresh_stale);
  connect(&bench_.runs, &RunModel::plan_changed, this, &ResultsPanel::refresh_stale);
  // Labels and what is to be measured come from the document.
  connect(&bench_.document, &DocumentModel::changed, this, &ResultsPanel::document_changed);
  connect(&bench_.document, &DocumentModel::replaced, this, [this] { stale_.forget(); });
  connect(&bench_.engine, &EngineBridge::state_changed, this, [this] { none_->set_can_run(bench_.can_run()); });
  connect(&bench_.selection, &Selection::changed, this, &ResultsPanel::refresh_selection);
  connect(&theme(), &Theme::changed, this, [this] { grid_->arrange_anew(), record_changed(); });
}

// Drawn when there is time, and not at all while nobody looks.
void ResultsPanel::record_changed() {
  none_->set_can_run(bench_.can_run());
  pages_->setCurrentIndex(bench_.runs.record().nodes.empty() ? 1 : 0);
  figures_due_ = table_due_ = true;
  if (!isVisible()) return;
  if (!figures_timer_.isActive()) figures_timer_.start();
  if (!table_timer_.isActive()) table_timer_.start();
}

void ResultsPanel::document_changed(const QStringList& touched) {
  stale_.document_changed(touched);
  record_changed();
  refresh_stale();
}

void ResultsPanel::refresh_now() {
  figures_timer_.stop();
  table_timer_.stop();
  if (figures_due_) refresh_figures();
  if (table_due_) refresh_table();
}

void ResultsPanel::refresh_figures() {
  figures_due_ = false;
  FigureOptions options;
  options.context = report_context(bench_);
  options.choices = choices_;
  figures_ = result_figures(bench_.runs.record(), options);
  const std::vector<NodeRecord>& nodes = bench_.runs.record().nodes;
  const bool ended_early = !bench_.runs.running() && std::any_of(nodes.begin(), nodes.end(), [](const NodeRecord& node) {
    return node.state == NodeState::cancelled || node.state == NodeState::failed || node.state == NodeState::waiting;
  });
  grid_->set_figures(figures_, ended_early);
  legend().set_branches(figures_.front().branches, figures_.front().kind == FigureKind::lines);
  legend_area_->setVisible(!figures_.front().branches.empty());
  refresh_header();
  refresh_stale();
  if (export_) export_->set_figures(figures_);
}

void ResultsPanel::refresh_table() {
  table_due_ = false;
  model_->set_table(result_table(bench_.runs.record()));
  if (!figures_.empty()) model_->set_swatches(swatches_of(figures_.front()));
  refresh_selection();
}

void ResultsPanel::refresh_header() {
  const RunRecord& record = bench_.runs.record();
  header_->set_protocols(figures_, QString::fromStdString(text_in(record.environment, "dtype")));
  banners_->show_elsewhere(bench_.runs.made_elsewhere(), QString::fromStdString(text_in(record.environment, "host")),
                           QString::fromStdString(record.device_class));
}

void ResultsPanel::refresh_stale() {
  stale_.update();
  if (figures_due_ && !isVisible()) return;
  std::set<std::string> any = stale_.models();
  for (std::size_t i = 0; i < figures_.size(); ++i) {
    const std::set<std::string> nodes = stale_.nodes_of(figures_[i]);
    grid_->set_stale(i, nodes);
    any.insert(nodes.begin(), nodes.end());
  }
  model_->set_stale(any);
  banners_->show_stale(!any.empty() && !bench_.runs.running());
}

// ---- selection ----------------------------------------------------------------------------------------------

void ResultsPanel::refresh_selection() {
  const QStringList& nodes = bench_.selection.nodes();
  grid_->set_selected(nodes, bench_.selection.variant());
  legend().set_selected(nodes);
  table_->select_nodes(nodes, bench_.selection.variant());
}

void ResultsPanel::remeasure(const QString& id) {
  const Figure figure = plot(id.toStdString()).figure();   // the edit draws it anew
  const Edit alike = measured_alike(bench_.document.document(), bench_.catalogue, figure);
  const QStringList measures = measures_of(bench_.document.document(), figure);
  if (!alike.empty()) bench_.document.push(alike, tr("Measure with one protocol"));
  Q_EMIT remeasure_requested(alike.empty() ? measures : measures.mid(0, 1));
}

// ---- parts and views ----------------------------------------------------------------------------------------

FigureCell& ResultsPanel::cell(const std::string& id) { return grid_->cell(id); }
FigurePlot& ResultsPanel::plot(const std::string& id) { return cell(id).plot(); }
BranchLegend& ResultsPanel::legend() { return legend_area_->legend(); }

FigureExport& ResultsPanel::export_figure(const std::string& id) {
  if (!export_) export_ = new FigureExport(bench_, this);
  refresh_now();
  export_->set_figures(figures_, id);
  export_->show();
  export_->raise();
  export_->activateWindow();
  return *export_;
}

void ResultsPanel::set_view(View view) {
  view_ = view;
  view_chosen_ = true;
  QSettings().setValue(view_key, static_cast<int>(view));
  apply_view();
}

void ResultsPanel::apply_view() {
  if (!view_chosen_) view_ = height() >= scaled(both_height) ? View::both : View::plots;
  grid_->setVisible(view_ != View::table);
  table_->setVisible(view_ != View::plots);
  header_->set_view(view_);
}

void ResultsPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh_now();
}

void ResultsPanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  apply_view();
}

}  // namespace kelter::ui
