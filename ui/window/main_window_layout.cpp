// SPDX-License-Identifier: GPL-3.0-or-later
// Where things are in the main window: pages, docks, and the sizes they begin with.
#include <QDockWidget>
#include <QLabel>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/canvas/canvas_panel.h"
#include "ui/chat/chat_panel.h"
#include "ui/inspector/inspector_panel.h"
#include "ui/layers/layers_panel.h"
#include "ui/library/library_panel.h"
#include "ui/library/start_page.h"
#include "ui/results/results_panel.h"
#include "ui/run/errors_panel.h"
#include "ui/run/run_panel.h"
#include "ui/tensors/tensors_panel.h"
#include "ui/theme/theme.h"
#include "ui/window/dock_title.h"
#include "ui/window/main_window.h"

namespace kelter::ui {
namespace {

constexpr int least_results_height = 262;  // below the canvas: one row of plots; of large ones a part
constexpr int least_empty_height = 120;    // of the results while they have one sentence to say
constexpr int side_margin = 16;           // of words in the status bar

}  // namespace

QWidget* MainWindow::make_work_area() {
  auto* whole = new QWidget(this);
  auto* layout = new QVBoxLayout(whole);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  banner_place_ = new QVBoxLayout;
  layout->addLayout(banner_place_);
  pages_ = new QStackedWidget(whole);
  layout->addWidget(pages_, 1);

  start_ = new StartPage(*bench_, pages_);
  canvas_ = new CanvasPanel(*bench_);
  results_ = new ResultsPanel(*bench_);
  chat_ = new ChatPanel(*bench_);
  tensors_ = new TensorsPanel(*bench_);
  canvas_and_results_ = new QSplitter(Qt::Vertical);
  canvas_and_results_->setChildrenCollapsible(false);
  canvas_and_results_->addWidget(canvas_);
  connect(canvas_and_results_, &QSplitter::splitterMoved, this,
          [this] { (results_low_ ? low_split_ : split_) = canvas_and_results_->sizes(); });
  connect(&bench_->runs, &RunModel::record_changed, this, &MainWindow::follow_results);
  results_page_ = new QWidget;
  auto* page = new QVBoxLayout(results_page_);
  page->setContentsMargins(0, 0, 0, 0);
  tabs_ = new QTabWidget(pages_);
  tabs_->setAccessibleName(tr("Workbench pages"));
  tabs_->addTab(canvas_and_results_, tr("Canvas"));
  tabs_->addTab(results_page_, tr("Results"));
  tabs_->addTab(chat_, tr("Try it"));
  tabs_->addTab(tensors_, tr("Tensors"));
  tabs_->setCornerWidget(canvas_->bar());
  connect(tabs_, &QTabWidget::currentChanged, this, &MainWindow::place_results);
  pages_->addWidget(start_);
  pages_->addWidget(tabs_);
  place_results();
  return whole;
}

// One results panel: below the canvas, or alone on its page.
void MainWindow::place_results() {
  const QWidget* page = tabs_->currentWidget();
  if (page == results_page_) {
    results_->setMinimumHeight(0);
    results_page_->layout()->addWidget(results_);
  } else if (page == canvas_and_results_ && results_->parentWidget() != canvas_and_results_) {
    // It may come from its page, arranged for more room than there is here.
    canvas_and_results_->addWidget(results_);
    results_->show();
    share_canvas();
  }
  results_->show();
  canvas_->bar()->setVisible(page == canvas_and_results_);
}

// The canvas has most of the room until there is something to see below it.
void MainWindow::share_canvas() {
  results_->setMinimumHeight(results_low_ ? least_empty_height : least_results_height);
  canvas_and_results_->setSizes(results_low_ ? low_split_ : split_);
}

void MainWindow::follow_results() {
  const bool low = bench_->runs.record().nodes.empty();
  if (low == results_low_) return;
  results_low_ = low;
  if (results_->parentWidget() == canvas_and_results_) share_canvas();
}

QDockWidget* MainWindow::add_dock(const QString& name, const QString& title, QWidget* panel, Qt::DockWidgetArea area) {
  auto* dock = new QDockWidget(title, this);
  dock->setObjectName(name);
  dock->setWidget(panel);
  dock->setTitleBarWidget(new DockTitle(*dock, panel == run_ ? run_->header() : nullptr));
  addDockWidget(area, dock);
  return dock;
}

void MainWindow::make_docks() {
  setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
  setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
  library_dock_ = add_dock("library", tr("Library"), library_ = new LibraryPanel(*bench_), Qt::LeftDockWidgetArea);
  inspector_dock_ = add_dock("inspector", tr("Inspector"), inspector_ = new InspectorPanel(*bench_), Qt::RightDockWidgetArea);
  layers_dock_ = add_dock("layers", tr("Layers"), layers_ = new LayersPanel(*bench_), Qt::RightDockWidgetArea);
  tabifyDockWidget(inspector_dock_, layers_dock_);
  layers_dock_->hide();  // until somebody asks for it
  run_dock_ = add_dock("run", tr("Run"), run_ = new RunPanel(*bench_), Qt::BottomDockWidgetArea);
  errors_dock_ = add_dock("errors", tr("Errors"), errors_ = new ErrorsPanel(*bench_), Qt::BottomDockWidgetArea);
  tabifyDockWidget(run_dock_, errors_dock_);
  errors_dock_->hide();  // until there is one
  open_docks_ = {library_dock_, inspector_dock_, run_dock_};
}

void MainWindow::make_status_bar() {
  engine_label_ = new QLabel(this);
  engine_label_->setContentsMargins(side_margin, 0, 0, 0);
  engine_label_->setProperty("role", "caption");
  engine_label_->setAccessibleName(tr("Engine"));
  progress_label_ = new QLabel(this);
  progress_label_->setContentsMargins(0, 0, side_margin, 0);
  progress_label_->setProperty("role", "caption");
  progress_label_->setAccessibleName(tr("Progress"));
  said_.setSingleShot(true);
  connect(&said_, &QTimer::timeout, this, &MainWindow::update_engine_label);
  statusBar()->addWidget(engine_label_);
  statusBar()->addPermanentWidget(progress_label_);
  statusBar()->setSizeGripEnabled(false);
}

void MainWindow::show_start_page() {
  if (pages_->currentWidget() != start_) note_docks();
  pages_->setCurrentWidget(start_);
  for (QDockWidget* dock : docks()) dock->hide();
  update_actions();
}

void MainWindow::show_page(Page page) {
  const bool from_start = pages_->currentWidget() == start_;
  pages_->setCurrentWidget(tabs_);
  if (from_start) {
    for (QDockWidget* dock : open_docks_) dock->show();
    run_dock_->raise();
    if (!laid_out_) QTimer::singleShot(0, this, &MainWindow::lay_out);  // once the docks know how small they can be
  }
  tabs_->setCurrentIndex(static_cast<int>(page));
  update_actions();
}

void MainWindow::show_tensors(const QString& node) {
  tensors_->show_node(node);
  show_page(Page::tensors);
}

void MainWindow::restore_layout() {
  const QSettings settings;
  restoreGeometry(settings.value("window/geometry").toByteArray());
  laid_out_ = restoreState(settings.value("window/state").toByteArray());
  if (laid_out_) note_docks();
  const QList<int> split = settings.value("window/split").value<QList<int>>();
  if (split.size() == 2) split_ = split;
  share_canvas();
}

// Of a window that nobody has arranged yet: the panels at the sides as wide as their words ask for, the run as low as
// can be, for its log has nothing to say before the first run.
void MainWindow::lay_out() {
  laid_out_ = true;
  const bool narrow = width() < theme().px(1280);
  resizeDocks({library_dock_, inspector_dock_},
              {qRound(theme().px(narrow ? 190 : 230)), qRound(theme().px(narrow ? 272 : 310))}, Qt::Horizontal);
  resizeDocks({run_dock_}, {1}, Qt::Vertical);
}

QList<QDockWidget*> MainWindow::docks() const { return {library_dock_, inspector_dock_, layers_dock_, run_dock_, errors_dock_}; }

void MainWindow::note_docks() {
  open_docks_.clear();
  for (QDockWidget* dock : docks()) {
    if (!dock->isHidden()) open_docks_.append(dock);
  }
}

// Room that only an error needed goes back to the canvas.
void MainWindow::shrink_errors() {
  if (height_before_errors_ > 0) resizeDocks({run_dock_}, {height_before_errors_}, Qt::Vertical);
  height_before_errors_ = 0;
}

namespace {

// The first widget in `panel` that Tab would stop at.
QWidget* first_stop(QWidget* panel) {
  for (QWidget* one = panel->nextInFocusChain(); one && one != panel; one = one->nextInFocusChain()) {
    if (panel->isAncestorOf(one) && one->isVisible() && one->isEnabled() && (one->focusPolicy() & Qt::TabFocus)) return one;
  }
  return nullptr;
}

}  // namespace

void MainWindow::focus_panel(int by) {
  QWidgetList panels{pages_};
  for (QDockWidget* dock : docks()) {
    if (dock->isVisible() && !dock->visibleRegion().isEmpty()) panels.append(dock);
  }
  const auto current = std::find_if(panels.begin(), panels.end(), [this](QWidget* panel) { return panel->isAncestorOf(focusWidget()); });
  const qsizetype count = panels.size();
  qsizetype at = current == panels.end() ? 0 : current - panels.begin();
  for (qsizetype tried = 0; tried < count; ++tried) {
    at = (at + by + count) % count;
    QWidget* stop = at == 0 && tabs_->currentWidget() && tabs_->isVisible() ? first_stop(tabs_->currentWidget()) : first_stop(panels[at]);
    if (stop) return stop->setFocus(Qt::TabFocusReason);
  }
}

}  // namespace kelter::ui
