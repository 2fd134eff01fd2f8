// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/results_panel.h"

#include <QActionGroup>
#include <QButtonGroup>
#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/report/read_json.h"
#include "core/report/result_table.h"
#include "core/report/slots.h"
#include "ui/figures/figure_export.h"
#include "ui/figures/report_text.h"
#include "ui/results/branch_legend.h"
#include "ui/results/branch_swatch.h"
#include "ui/results/elided_label.h"
#include "ui/results/figure_cell.h"
#include "ui/results/results_table.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr std::array figure_ids = {"accuracy", "perplexity", "memory", "throughput"};
// Of a plot, at 100 %. From the comfortable width on four stand side by side in any case.
constexpr int least_plot_width = 150, comfortable_plot_width = 220, least_plot_height = 160;
constexpr int both_height = 520;    // from here plots and table stand under each other by themselves
constexpr int update_ms = 40;       // at most this often while results come in

int scaled(double pixels) { return qRound(theme().px(pixels)); }

std::string measure_of(const std::string& figure) { return figure == "accuracy" ? "measure.tasks" : "measure." + figure; }

QString document_node(const QString& graph_node) {
  return QString::fromStdString(document_node_of(graph_node.toStdString()));
}

QToolButton* tool_button(QWidget* parent, const char* icon, const QString& name) {
  auto* button = new QToolButton(parent);
  button->setToolTip(name);
  button->setAccessibleName(name);
  const auto paint = [button, icon] { button->setIcon(theme().icon(icon)); };
  paint();
  QObject::connect(&theme(), &Theme::changed, button, paint);
  return button;
}

// A strip with an icon and a sentence above the results.
QFrame* banner(QWidget* parent, const char* icon, QLabel*& text, QPushButton* button = nullptr) {
  auto* frame = new QFrame(parent);
  frame->setProperty("soft", true);
  frame->setMinimumHeight(scaled(32));
  auto* row = new QHBoxLayout(frame);
  row->setContentsMargins(12, 2, 8, 2);
  auto* picture = new QLabel(frame);
  const auto paint = [picture, icon] { picture->setPixmap(theme().icon(icon).pixmap(16, 16)); };
  paint();
  QObject::connect(&theme(), &Theme::changed, picture, paint);
  text = new QLabel(frame);
  text->setWordWrap(true);
  row->addWidget(picture);
  row->addWidget(text, 1);
  if (button) row->addWidget(button);
  frame->hide();
  return frame;
}

}  // namespace

ResultsPanel::ResultsPanel(Workbench& bench, QWidget* parent)
    : QWidget(parent), bench_(bench), model_(new ResultsTableModel(this)) {
  build();
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
  auto* results = new QFrame(this);
  results->setProperty("panel", true);
  auto* inner = new QVBoxLayout(results);
  inner->setContentsMargins(16, 8, 16, 8);
  inner->setSpacing(6);
  inner->addWidget(build_header());
  inner->addWidget(build_legend());
  inner->addWidget(build_banners());
  splitter_ = new QSplitter(Qt::Vertical, results);
  splitter_->setChildrenCollapsible(false);
  splitter_->addWidget(build_plots());
  table_ = new ResultsTable(*model_, results);
  splitter_->addWidget(table_);
  plots_area_->setMinimumHeight(scaled(least_plot_height));
  table_->setMinimumHeight(scaled(90));
  splitter_->setStretchFactor(0, 1);
  splitter_->setStretchFactor(1, 1);
  splitter_->setSizes({1000, 1000});
  inner->addWidget(splitter_, 1);
  pages_->addWidget(results);
  pages_->addWidget(build_empty());
  column->addWidget(pages_);
  view_chosen_ = QSettings().contains("results/view");
  view_ = static_cast<View>(std::clamp(QSettings().value("results/view", 0).toInt(), 0, 2));
  apply_view();
}

QWidget* ResultsPanel::build_header() {
  auto* header = new QWidget(this);
  auto* row = new QHBoxLayout(header);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(12);
  auto* title = new QLabel(tr("Results"), header);
  title->setProperty("role", "title");
  row->addWidget(title);
  protocol_ = new ElidedLabel(header);
  row->addWidget(protocol_, 1);
  views_ = new QButtonGroup(this);
  const std::array<std::pair<const char*, QString>, 3> kinds = {
      {{"plots", tr("Plots")}, {"table", tr("Table")}, {"plots-table", tr("Plots and table")}}};
  auto* segment = new QHBoxLayout;
  segment->setSpacing(2);
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    QToolButton* button = tool_button(header, kinds[i].first, kinds[i].second);
    button->setCheckable(true);
    views_->addButton(button, static_cast<int>(i));
    segment->addWidget(button);
  }
  row->addLayout(segment);
  copy_ = tool_button(header, "copy", tr("Copy the table"));
  copy_->setPopupMode(QToolButton::InstantPopup);
  build_copy_menu();
  copy_->setMenu(copy_menu_);
  row->addWidget(copy_);
  QToolButton* save = tool_button(header, "export-figure", tr("Export figure…"));
  row->addWidget(save);
  connect(save, &QToolButton::clicked, this, [this] { export_figure({}); });
  connect(views_, &QButtonGroup::idClicked, this, [this](int id) { set_view(static_cast<View>(id)); });
  return header;
}

void ResultsPanel::build_copy_menu() {
  copy_menu_ = new QMenu(this);
  comma_ = new QAction(tr("Decimal comma in LaTeX"), this);
  comma_->setCheckable(true);
  comma_->setChecked(QSettings().value("results/decimal-comma", false).toBool());
  connect(comma_, &QAction::toggled, this, [](bool on) { QSettings().setValue("results/decimal-comma", on); });
  const auto copy = [this](TableFormat format) {
    return [this, format] { table_->copy(format, comma_->isChecked()); };
  };
  copy_menu_->addAction(tr("Copy as CSV"), this, copy(TableFormat::csv));
  copy_menu_->addAction(tr("Copy as Markdown"), this, copy(TableFormat::markdown));
  copy_menu_->addAction(tr("Copy as LaTeX (booktabs)"), this, copy(TableFormat::latex));
  copy_menu_->addSeparator();
  copy_menu_->addAction(comma_);
}

// Three rows at most; with more branches it scrolls.
QWidget* ResultsPanel::build_legend() {
  legend_area_ = new QScrollArea(this);
  legend_area_->setWidgetResizable(true);
  legend_area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  legend_area_->setFrameShape(QFrame::NoFrame);
  legend_area_->setFocusPolicy(Qt::NoFocus);
  auto* page = new QFrame(legend_area_);
  page->setProperty("panel", true);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  legend_ = new BranchLegend(page);
  legend_->installEventFilter(this);
  column->addWidget(legend_);
  legend_area_->setWidget(page);
  return legend_area_;
}

QWidget* ResultsPanel::build_banners() {
  auto* box = new QWidget(this);
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(4);
  elsewhere_ = banner(box, "open", elsewhere_text_);
  auto* run = new QPushButton(tr("Run"), box);
  run->setProperty("flat", true);
  run->setAccessibleName(tr("Run what is stale"));
  connect(run, &QPushButton::clicked, this, [this] { bench_.run(); });
  QLabel* text = nullptr;
  stale_ = banner(box, "warning", text, run);
  text->setText(tr("Results marked stale were made with other settings than the document has now."));
  column->addWidget(elsewhere_);
  column->addWidget(stale_);
  return box;
}

QWidget* ResultsPanel::build_plots() {
  plots_area_ = new QScrollArea(this);
  plots_area_->setWidgetResizable(true);
  plots_area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  plots_area_->setFrameShape(QFrame::NoFrame);
  plots_area_->setFocusPolicy(Qt::NoFocus);
  plots_area_->viewport()->installEventFilter(this);
  auto* page = new QFrame(plots_area_);
  page->setProperty("panel", true);
  grid_ = new QGridLayout(page);
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setHorizontalSpacing(16);
  grid_->setVerticalSpacing(12);
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    FigureCell* cell = cells_[i] = new FigureCell(page);
    cell->set_choices([this, id = figure_ids[i]] { return figure_choices(bench_.runs.record(), id, report_context(bench_)); });
    connect(&cell->plot(), &FigurePlot::mark_clicked, this, &ResultsPanel::select);
    connect(cell, &FigureCell::choice_made, this, [this](const QString& id, const QString& key) {
      choices_[id.toStdString()] = key.toStdString();
      refresh_figures();
    });
    connect(cell, &FigureCell::export_wanted, this, [this](const QString& id) { export_figure(id.toStdString()); });
    connect(cell, &FigureCell::remeasure_wanted, this, [this](const QString& id) { remeasure(id.toStdString()); });
  }
  plots_area_->setWidget(page);
  return plots_area_;
}

QWidget* ResultsPanel::build_empty() {
  auto* page = new QFrame(this);
  page->setProperty("panel", true);
  auto* column = new QVBoxLayout(page);
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
  run_ = new QPushButton(tr("Run"), page);
  run_->setProperty("primary", true);
  run_->setAccessibleName(tr("Run the pipeline"));
  connect(run_, &QPushButton::clicked, this, [this] { bench_.run(); });
  column->addWidget(title);
  column->addWidget(text);
  column->addSpacing(8);
  column->addWidget(run_, 0, Qt::AlignHCenter);
  column->addStretch();
  return page;
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
  connect(&bench_.document, &DocumentModel::replaced, this, [this] { stale_measures_.clear(); });
  connect(&bench_.selection, &Selection::changed, this, &ResultsPanel::refresh_selection);
  connect(table_, &ResultsTable::nodes_selected, this, &ResultsPanel::select_rows);
  connect(table_, &ResultsTable::copy_wanted, this, [this] { table_->copy(TableFormat::csv, false); });
  connect(legend_, &BranchLegend::branch_clicked, this, &ResultsPanel::select);
  connect(&theme(), &Theme::changed, this, [this] { columns_ = 0, arrange_plots(), record_changed(); });
}

// Drawn when there is time, and not at all while nobody looks.
void ResultsPanel::record_changed() {
  pages_->setCurrentIndex(bench_.runs.record().nodes.empty() ? 1 : 0);
  figures_due_ = table_due_ = true;
  if (!isVisible()) return;
  if (!figures_timer_.isActive()) figures_timer_.start();
  if (!table_timer_.isActive()) table_timer_.start();
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
  arrange_plots();
}

void ResultsPanel::refresh_figures() {
  figures_due_ = false;
  const RunRecord& record = bench_.runs.record();
  FigureOptions options;
  options.context = report_context(bench_);
  options.choices = choices_;
  figures_ = result_figures(record, options);
  for (std::size_t i = 0; i < cells_.size(); ++i)
    cells_[i]->set_figure(figures_[i]);
  legend_->set_branches(figures_.front().branches, figures_.front().kind == FigureKind::lines);
  legend_area_->setVisible(!figures_.front().branches.empty());
  refresh_header();
  refresh_stale();
  if (export_) export_->set_figures(figures_);
}

void ResultsPanel::refresh_table() {
  table_due_ = false;
  model_->set_table(result_table(bench_.runs.record()));
  QHash<QString, ResultsTableModel::Swatch> swatches;
  const FigureStyle style = screen_style();
  if (figures_.empty()) return;
  for (const Mark& mark : figures_.front().marks) {
    const Branch& branch = figures_.front().branches[mark.branch];
    swatches[QString::fromStdString(mark.node)] = {
        style.fill(branch, mark.branch), QString::number(mark.branch + 1),
        swatch_icon(style, branch, mark.branch, figures_.front().kind == FigureKind::lines)};
  }
  model_->set_swatches(swatches);
  refresh_selection();
}

void ResultsPanel::refresh_header() {
  QStringList parts, whole;
  for (const Figure& figure : figures_) {
    if (!figure.protocol.is_object()) continue;
    const QString part = protocol_summary(figure.id, figure.protocol);
    if (!part.isEmpty() && !parts.contains(part)) parts << part;
    whole << QString::fromStdString(figure.title) + ": " + QString::fromStdString(protocol_text(figure.protocol));
  }
  const QString dtype = QString::fromStdString(text_in(bench_.runs.record().environment, "dtype"));
  if (!dtype.isEmpty() && !parts.isEmpty()) parts << dtype;
  protocol_->set_text(parts.join(QString::fromUtf8(" · ")), whole.join('\n'));
  const RunRecord& record = bench_.runs.record();
  const QString host = QString::fromStdString(text_in(record.environment, "host"));
  elsewhere_->setVisible(bench_.runs.made_elsewhere());
  elsewhere_text_->setText(tr("Recorded on %1, %2").arg(host.isEmpty() ? tr("another machine") : host,
                                                        QString::fromStdString(record.device_class)));
}

// Of one figure: the model is stale, or the measure that gave the figure its values.
std::set<std::string> ResultsPanel::stale_nodes(const Figure& figure) const {
  std::set<std::string> measured_anew;
  for (const Link& link : bench_.document.document().links) {
    const Node* measure = bench_.document.document().find(link.to_node);
    const bool of_figure = measure && measure->step == measure_of(figure.id);
    if (of_figure && stale_measures_.count(measure->id) != 0) measured_anew.insert(link.from_node);
  }
  std::set<std::string> nodes;
  for (const Mark& mark : figure.marks) {
    const bool measure = measured_anew.count(figure.branches[mark.branch].node) != 0;
    if (mark.state == MarkState::value && (measure || bench_.runs.stale(mark.node))) nodes.insert(mark.node);
  }
  return nodes;
}

// A plan knows which measures would give other values. Until the next one a measure counts only where it was edited
// itself: an edit of one branch does not make the others stale because one measure looks at all of them.
void ResultsPanel::find_stale_measures() {
  if (!bench_.runs.plan()) return;
  stale_measures_.clear();
  for (const Node& node : bench_.document.document().nodes) {
    if (bench_.runs.stale(node.id) && node.step.starts_with("measure.")) stale_measures_.insert(node.id);
  }
}

void ResultsPanel::document_changed(const QStringList& touched) {
  for (const QString& id : touched) {
    const Node* node = bench_.document.document().find(id.toStdString());
    if (node && node->step.starts_with("measure.") && bench_.runs.stale(node->id)) stale_measures_.insert(node->id);
  }
  record_changed();
  refresh_stale();
}

void ResultsPanel::refresh_stale() {
  find_stale_measures();
  if (figures_due_ && !isVisible()) return;
  std::set<std::string> any;
  for (std::size_t i = 0; i < figures_.size(); ++i) {
    const std::set<std::string> nodes = stale_nodes(figures_[i]);
    cells_[i]->plot().set_stale(nodes);
    any.insert(nodes.begin(), nodes.end());
  }
  for (const NodeRecord* node : model_nodes(bench_.runs.record())) {
    if (!node->ledger.is_null() && bench_.runs.stale(node->id)) any.insert(node->id);
  }
  model_->set_stale(any);
  stale_->setVisible(!any.empty() && !bench_.runs.running());
}

// ---- selection ----------------------------------------------------------------------------------------------

void ResultsPanel::refresh_selection() {
  const QStringList& nodes = bench_.selection.nodes();
  for (FigureCell* cell : cells_)
    cell->plot().set_selected(nodes, bench_.selection.variant());
  legend_->set_selected(nodes);
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
  const Figure& figure = plot(id).figure();
  QStringList measures, models;
  for (const std::string& node : figure.mixed_nodes) {
    models << QString::fromStdString(node);
    for (const Link& link : bench_.document.document().links) {
      const Node* measure = bench_.document.document().find(link.to_node);
      const bool of_figure = measure && measure->step == measure_of(id) && link.from_node == node;
      const QString name = QString::fromStdString(link.to_node);
      if (of_figure && !measures.contains(name)) measures << name;
    }
  }
  Q_EMIT remeasure_requested(measures.isEmpty() ? models : measures);
}

// ---- arrangement --------------------------------------------------------------------------------------------

FigureCell& ResultsPanel::cell(const std::string& id) {
  const auto found = std::find(figure_ids.begin(), figure_ids.end(), id);
  return *cells_[static_cast<std::size_t>(std::min<std::ptrdiff_t>(found - figure_ids.begin(), 3))];
}

FigurePlot& ResultsPanel::plot(const std::string& id) { return cell(id).plot(); }

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
  QSettings().setValue("results/view", static_cast<int>(view));
  apply_view();
}

void ResultsPanel::apply_view() {
  if (!view_chosen_) view_ = height() >= scaled(both_height) ? View::both : View::plots;
  plots_area_->setVisible(view_ != View::table);
  table_->setVisible(view_ != View::plots);
  views_->button(static_cast<int>(view_))->setChecked(true);
}

// Four side by side where there is room; two by two where that leaves each of them more; one under the other.
void ResultsPanel::arrange_plots() {
  const QSize room = plots_area_->viewport()->size();
  const bool four = room.width() >= 4 * scaled(least_plot_width), two = room.width() >= 2 * scaled(least_plot_width);
  const bool roomy = room.width() >= 4 * scaled(comfortable_plot_width);
  const bool high = room.height() >= 2 * scaled(least_plot_height) + grid_->verticalSpacing();
  const int wanted = four && (roomy || !high) ? 4 : two ? 2 : 1;
  if (wanted == columns_) return;
  columns_ = wanted;
  for (int i = 0; i < 4; ++i) {
    grid_->removeWidget(cells_[static_cast<std::size_t>(i)]);
    grid_->setColumnStretch(i, i < columns_ ? 1 : 0);
  }
  for (int i = 0; i < 4; ++i) {
    FigureCell* cell = cells_[static_cast<std::size_t>(i)];
    cell->setMinimumHeight(scaled(least_plot_height));
    grid_->addWidget(cell, i / columns_, i % columns_);
  }
}

void ResultsPanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  apply_view();
}

bool ResultsPanel::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize && watched == legend_) {
    legend_area_->setFixedHeight(std::min(legend_->height(), 3 * legend_->row_height()));
  } else if (event->type() == QEvent::Resize) {
    arrange_plots();  // the room for plots has changed
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace kelter::ui
