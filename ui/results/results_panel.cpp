// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/results_panel.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "core/report/read_json.h"
#include "core/report/result_table.h"
#include "core/report/slots.h"
#include "ui/figures/figure_export.h"
#include "ui/figures/report_text.h"
#include "ui/results/branch_swatch.h"
#include "ui/results/legend_area.h"
#include "ui/results/plot_grid.h"
#include "ui/results/results_banners.h"
#include "ui/results/results_table_model.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int both_height = 520;  // from here plots and table stand under each other by themselves, at 100 %
constexpr int least_table_height = 90;
constexpr int update_ms = 40;     // at most this often while results come in
constexpr const char* view_key = "results/view";

int scaled(double pixels) { return qRound(theme().px(pixels)); }

QString document_node(const QString& graph_node) {
  return QString::fromStdString(document_node_of(graph_node.toStdString()));
}

}  // namespace

ResultsPanel::ResultsPanel(Workbench& bench, QWidget* parent)
    : QWidget(parent), bench_(bench), stale_results_(bench), pages_(new QStackedWidget(this)),
      model_(new ResultsTableModel(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  pages_->addWidget(build_results());
  pages_->addWidget(build_empty());
  column->addWidget(pages_);
  view_chosen_ = QSettings().contains(view_key);
  view_ = static_cast<ResultsView>(std::clamp(QSettings().value(view_key, 0).toInt(), 0, 2));
  apply_view();
  connect_cells();
  connect_models();
  record_changed();
  refresh_selection();
}

ResultsPanel::~ResultsPanel() { delete export_; }

// ---- widgets ------------------------------------------------------------------------------------------------

QWidget* ResultsPanel::build_results() {
  auto* page = new QFrame(this);
  page->setProperty("panel", true);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(16, 8, 16, 8);
  column->setSpacing(6);
  column->addWidget(header_ = new ResultsHeader(page));
  column->addWidget(legend_ = new LegendArea(page));
  column->addWidget(banners_ = new ResultsBanners(page));
  splitter_ = new QSplitter(Qt::Vertical, page);
  splitter_->setChildrenCollapsible(false);
  splitter_->addWidget(plots_ = new PlotGrid(page));
  splitter_->addWidget(table_ = new ResultsTable(*model_, page));
  table_->setMinimumHeight(scaled(least_table_height));
  splitter_->setStretchFactor(0, 1);
  splitter_->setStretchFactor(1, 1);
  splitter_->setSizes({1000, 1000});
  column->addWidget(splitter_, 1);
  return page;
}

QWidget* ResultsPanel::build_empty() {
  auto* page = new QFrame(this);
  page->setProperty("panel", true);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(32, 8, 32, 8);
  column->setSpacing(8);
  column->addStretch();
  auto* title = new QLabel(tr("No results yet: press Run"), page);
  title->setProperty("role", "title");
  title->setAlignment(Qt::AlignCenter);
  auto* text = new QLabel(tr("Accuracy, perplexity, memory and speed of every branch that a measure is linked to "
                             "appear here side by side while they are computed."), page);
  text->setProperty("role", "muted");
  text->setWordWrap(true);
  text->setAlignment(Qt::AlignCenter);
  auto* run = new QPushButton(tr("Run"), page);
  run->setProperty("primary", true);
  run->setAccessibleName(tr("Run the pipeline"));
  connect(run, &QPushButton::clicked, this, [this] { bench_.run(); });
  column->addWidget(title);
  column->addWidget(text);
  column->addSpacing(8);
  column->addWidget(run, 0, Qt::AlignHCenter);
  column->addStretch();
  return page;
}

// ---- what it follows ----------------------------------------------------------------------------------------

void ResultsPanel::connect_cells() {
  for (std::size_t i = 0; i < plots_->cells().size(); ++i) {
    FigureCell* cell = plots_->cells()[i];
    cell->set_choices([this, id = PlotGrid::figure_ids[i]] {
      return figure_choices(bench_.runs.record(), id, report_context(bench_));
    });
    connect(&cell->plot(), &FigurePlot::mark_clicked, this, &ResultsPanel::select);
    connect(cell, &FigureCell::choice_made, this, [this](const QString& id, const QString& key) {
      choices_[id.toStdString()] = key.toStdString();
      refresh_figures();
    });
    connect(cell, &FigureCell::export_wanted, this, [this](const QString& id) { export_figure(id.toStdString()); });
    connect(cell, &FigureCell::remeasure_wanted, this, [this](const QString& id) { remeasure(id.toStdString()); });
  }
}

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
  connect(&bench_.document, &DocumentModel::changed, this, &ResultsPanel::document_changed);
  connect(&bench_.document, &DocumentModel::replaced, this, [this] { stale_results_.clear(); });
  connect(&bench_.selection, &Selection::changed, this, &ResultsPanel::refresh_selection);
  connect(table_, &ResultsTable::nodes_selected, this, &ResultsPanel::select_rows);
  connect(table_, &ResultsTable::copy_wanted, this, [this] { table_->copy(TableFormat::csv, false); });
  connect(&legend_->legend(), &BranchLegend::branch_clicked, this, &ResultsPanel::select);
  connect(header_, &ResultsHeader::view_chosen, this, &ResultsPanel::set_view);
  connect(header_, &ResultsHeader::copy_wanted, table_, &ResultsTable::copy);
  connect(header_, &ResultsHeader::export_wanted, this, [this] { export_figure({}); });
  connect(banners_, &ResultsBanners::run_wanted, this, [this] { bench_.run(); });
  connect(&theme(), &Theme::changed, this, [this] {
    plots_->arrange_again();
    refresh_swatches();
  });
}

// Drawn when there is time, and not at all while nobody looks.
void ResultsPanel::record_changed() {
  pages_->setCurrentIndex(bench_.runs.record().nodes.empty() ? 1 : 0);
  figures_due_ = table_due_ = true;
  if (!isVisible()) return;
  if (!figures_timer_.isActive()) figures_timer_.start();
  if (!table_timer_.isActive()) table_timer_.start();
}

// Labels and what is to be measured come from the document.
void ResultsPanel::document_changed(const QStringList& touched) {
  stale_results_.edited(touched);
  record_changed();
  refresh_stale();
}

void ResultsPanel::refresh_now() {
  figures_timer_.stop();
  table_timer_.stop();
  if (figures_due_) refresh_figures();
  if (table_due_) refresh_table();
}

void ResultsPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh_now();
}

void ResultsPanel::refresh_figures() {
  figures_due_ = false;
  FigureOptions options;
  options.context = report_context(bench_);
  options.choices = choices_;
  figures_ = result_figures(bench_.runs.record(), options);
  for (std::size_t i = 0; i < figures_.size(); ++i)
    plots_->cells()[i]->set_figure(figures_[i]);
  legend().set_branches(figures_.front().branches, figures_.front().kind == FigureKind::lines);
  legend_->setVisible(!figures_.front().branches.empty());
  refresh_protocol();
  refresh_stale();
  if (export_) export_->set_figures(figures_);
}

void ResultsPanel::refresh_table() {
  table_due_ = false;
  model_->set_table(result_table(bench_.runs.record()));
  refresh_swatches();
  refresh_selection();
}

void ResultsPanel::refresh_swatches() {
  if (figures_.empty()) return;
  const Figure& figure = figures_.front();
  const FigureStyle style = screen_style();
  std::vector<QIcon> pictures;
  for (std::size_t i = 0; i < figure.branches.size(); ++i)
    pictures.push_back(swatch_icon(style, figure.branches[i], i, figure.kind == FigureKind::lines));
  QHash<QString, ResultsTableModel::Swatch> swatches;
  for (const Mark& mark : figure.marks) {
    const QColor color = style.fill(figure.branches[mark.branch], mark.branch);
    swatches[QString::fromStdString(mark.node)] = {color, mark.branch, pictures[mark.branch]};
  }
  model_->set_swatches(swatches);
}

void ResultsPanel::refresh_protocol() {
  const RunRecord& record = bench_.runs.record();
  QStringList parts, whole;
  for (const Figure& figure : figures_) {
    if (!figure.protocol.is_object()) continue;
    const QString part = protocol_summary(figure.id, figure.protocol);
    if (!part.isEmpty() && !parts.contains(part)) parts << part;
    whole << QString::fromStdString(figure.title) + ": " + QString::fromStdString(protocol_text(figure.protocol));
  }
  const QString dtype = QString::fromStdString(text_in(record.environment, "dtype"));
  if (!dtype.isEmpty() && !parts.isEmpty()) parts << dtype;
  header_->set_protocol(parts.join(QString::fromUtf8(" · ")), whole.join('\n'));
  const QString host = QString::fromStdString(text_in(record.environment, "host"));
  const QString machine = (host.isEmpty() ? tr("another machine") : host) + ", " + QString::fromStdString(record.device_class);
  banners_->set_elsewhere(bench_.runs.made_elsewhere() ? machine : QString());
}

void ResultsPanel::refresh_stale() {
  stale_results_.update();
  if (figures_due_ && !isVisible()) return;
  std::set<std::string> any = stale_results_.models();
  for (std::size_t i = 0; i < figures_.size(); ++i) {
    const std::set<std::string> nodes = stale_results_.nodes(figures_[i]);
    plots_->cells()[i]->plot().set_stale(nodes);
    any.insert(nodes.begin(), nodes.end());
  }
  model_->set_stale(any);
  banners_->set_stale(!any.empty() && !bench_.runs.running());
}

// ---- selection ----------------------------------------------------------------------------------------------

void ResultsPanel::refresh_selection() {
  const QStringList& nodes = bench_.selection.nodes();
  for (FigureCell* cell : plots_->cells())
    cell->plot().set_selected(nodes, bench_.selection.variant());
  legend().set_selected(nodes);
  table_->select_nodes(nodes, bench_.selection.variant());
}

void ResultsPanel::select(const QString& graph_node, bool extend) {
  const QString node = document_node(graph_node);
  QStringList nodes = extend ? bench_.selection.nodes() : QStringList();
  if (extend && nodes.removeAll(node) > 0) return bench_.selection.set(nodes);
  nodes << node;
  bench_.selection.set(nodes, graph_node.contains('@') ? graph_node : QString());
}

void ResultsPanel::select_rows(const QStringList& graph_nodes) {
  QStringList nodes;
  for (const QString& graph_node : graph_nodes) {
    if (!nodes.contains(document_node(graph_node))) nodes << document_node(graph_node);
  }
  const bool one_copy = graph_nodes.size() == 1 && graph_nodes.front().contains('@');
  bench_.selection.set(nodes, one_copy ? graph_nodes.front() : QString());
}

// The measures that gave the figure its values, so that they look again at every model linked to them.
void ResultsPanel::remeasure(const std::string& id) {
  const Document& document = bench_.document.document();
  QStringList measures, models;
  for (const std::string& node : plot(id).figure().mixed_nodes) {
    models << QString::fromStdString(node);
    for (const Link& link : document.links) {
      const Node* measure = document.find(link.to_node);
      const bool of_figure = measure && measure->step == measure_of_figure(id) && link.from_node == node;
      const QString name = QString::fromStdString(link.to_node);
      if (of_figure && !measures.contains(name)) measures << name;
    }
  }
  Q_EMIT remeasure_requested(measures.isEmpty() ? models : measures);
}

// ---- arrangement --------------------------------------------------------------------------------------------

FigureCell& ResultsPanel::cell(const std::string& id) { return plots_->cell(id); }
FigurePlot& ResultsPanel::plot(const std::string& id) { return plots_->cell(id).plot(); }
BranchLegend& ResultsPanel::legend() { return legend_->legend(); }

FigureExport& ResultsPanel::export_figure(const std::string& id) {
  if (!export_) export_ = new FigureExport(bench_, this);
  refresh_now();
  export_->set_figures(figures_, id);
  export_->show();
  export_->raise();
  export_->activateWindow();
  return *export_;
}

void ResultsPanel::set_view(ResultsView view) {
  view_ = view;
  view_chosen_ = true;
  QSettings().setValue(view_key, static_cast<int>(view));
  apply_view();
}

void ResultsPanel::apply_view() {
  if (!view_chosen_) view_ = height() >= scaled(both_height) ? ResultsView::both : ResultsView::plots;
  plots_->setVisible(view_ != ResultsView::table);
  table_->setVisible(view_ != ResultsView::plots);
  header_->set_view(view_);
}

void ResultsPanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  apply_view();
}

}  // namespace kelter::ui
