// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/main_window.h"

#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QToolBar>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/files.h"
#include "core/describe/plugin_folders.h"
#include "ui/canvas/canvas_panel.h"
#include "ui/chat/chat_panel.h"
#include "ui/inspector/inspector_panel.h"
#include "ui/layers/layers_panel.h"
#include "ui/library/dropped_path.h"
#include "ui/library/library_panel.h"
#include "ui/library/recent_documents.h"
#include "ui/library/start_page.h"
#include "ui/results/results_panel.h"
#include "ui/run/errors_panel.h"
#include "ui/run/run_panel.h"
#include "ui/run/run_text.h"
#include "ui/tensors/tensors_panel.h"
#include "ui/theme/theme.h"
#include "ui/window/command_palette.h"

namespace kelter::ui {
namespace {

constexpr int least_errors_height = 236;  // that an error is read without scrolling

// Refused descriptions are told by the engine, which reads them again.
StepCatalogue usable_catalogue() {
  std::vector<ErrorInfo> refused;
  return load_catalogue(&refused);
}

}  // namespace

MainWindow::MainWindow(EngineBridge& bridge, QWidget* parent)
    : QMainWindow(parent), bench_(std::make_unique<Workbench>(usable_catalogue(), bridge)),
      files_(std::make_unique<DocumentFiles>(bench_->document)) {
  setObjectName("main");
  setAttribute(Qt::WA_DeleteOnClose, false);
  setAcceptDrops(true);
  setDockNestingEnabled(true);
  setCentralWidget(make_work_area());
  make_docks();
  make_status_bar();
  make_actions();
  connect_panels();
  connect_start_page();
  palette_ = new CommandPalette(this);
  palette_->set_source([this] { return palette_commands(); });
  resize(1280, 800);
  restore_layout();
  show_start_page();
  update_title();
  update_engine_label();
  offer_recovery();
}

MainWindow::~MainWindow() {
  // Panels refer to the workbench: they go first, and none of them hears that it lost the focus.
  if (QWidget* focused = focusWidget()) focused->clearFocus();
  for (QToolBar* bar : findChildren<QToolBar*>(QString(), Qt::FindDirectChildrenOnly)) delete bar;
  delete takeCentralWidget();
  for (QDockWidget* dock : docks()) delete dock;
}

void MainWindow::connect_panels() {
  Workbench* bench = bench_.get();
  connect(&bench->document, &DocumentModel::path_changed, this, &MainWindow::update_title);
  connect(&bench->document, &DocumentModel::problem_changed, this, &MainWindow::update_actions);
  connect(&bench->document, &DocumentModel::replaced, this, [this] { canvas_->setFocus(); });
  connect(&bench->selection, &Selection::changed, this, &MainWindow::update_actions);
  connect(&bench->runs, &RunModel::progress_changed, this, &MainWindow::update_progress_label);
  connect(&bench->runs, &RunModel::queue_changed, this, &MainWindow::update_actions);
  connect(&bench->runs, &RunModel::status_changed, this, &MainWindow::update_actions);
  connect(&bench->engine, &EngineBridge::state_changed, this, [this] {
    update_engine_label();
    show_compute_type();
  });
  connect(bench, &Workbench::settings_changed, this, &MainWindow::update_engine_label);
  connect(bench, &Workbench::run_requested, this, [this] { guarded([this] { files_->autosave(); }); });
  connect(bench, &Workbench::error_reported, this, [this](const ErrorInfo& error) {
    errors_dock_->show();
    errors_dock_->raise();
    const int whole = qRound(theme().px(least_errors_height));
    if (errors_dock_->height() < whole) {
      if (height_before_errors_ == 0) height_before_errors_ = errors_dock_->height();
      resizeDocks({errors_dock_}, {whole}, Qt::Vertical);
    }
    say(QString::fromStdString(error.what), 15000);
  });
  connect(errors_dock_, &QDockWidget::visibilityChanged, this, [this](bool visible) {
    if (!visible) shrink_errors();
  });
  connect(canvas_, &CanvasPanel::inspect_requested, this, [this] {
    inspector_dock_->show();
    inspector_dock_->raise();
    inspector_->focus_first_field();
  });
  connect(layers_, &LayersPanel::settings_requested, this, [this](const QString& node, qint64 layer) {
    inspector_dock_->show();
    inspector_dock_->raise();
    inspector_->edit_layer(node, layer);
  });
  // Behind the inspector it would be shown without being seen.
  connect(layers_dock_->toggleViewAction(), &QAction::triggered, this, [this](bool shown) {
    if (shown) layers_dock_->raise();
  });
  connect(canvas_, &CanvasPanel::tensors_requested, this, &MainWindow::show_tensors);
  connect(inspector_, &InspectorPanel::tensors_requested, this, &MainWindow::show_tensors);
  connect(canvas_, &CanvasPanel::run_requested, bench, &Workbench::run);
  connect(results_, &ResultsPanel::remeasure_requested, bench, &Workbench::run);
  connect(library_, &LibraryPanel::template_requested, this, &MainWindow::open_template);
  connect(&bench->runs, &RunModel::run_finished, this, &MainWindow::remember_run);
}

void MainWindow::connect_start_page() {
  connect(start_, &StartPage::return_requested, this, [this] { show_page(static_cast<Page>(tabs_->currentIndex())); });
  connect(start_, &StartPage::demo_requested, this, &MainWindow::open_demo);
  connect(start_, &StartPage::document_requested, this, &MainWindow::open_document);
  connect(start_, &StartPage::template_requested, this, &MainWindow::open_template);
  connect(start_, &StartPage::model_requested, this, &MainWindow::open_model);
  connect(start_, &StartPage::run_folder_requested, this, &MainWindow::open_run_folder);
  connect(start_, &StartPage::empty_requested, this, &MainWindow::new_document);
  connect(start_, &StartPage::open_requested, this, [this] {
    auto* dialog = new QFileDialog(this, tr("Open a document or a model"), {},
                                   tr("Documents and models (*.kelter *.gguf);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::open_path);
    dialog->open();
  });
}

// ---- documents ------------------------------------------------------------------------------------------------

void MainWindow::guarded(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    bench_->report(error.info());
  } catch (const std::exception& error) {
    bench_->report({ErrorCode::internal, tr("Something went wrong").toStdString(), "", error.what(), ""});
  }
}

void MainWindow::after_leaving_document(std::function<void()> go_on) {
  if (!bench_->document.modified()) return guarded(go_on);
  auto* question = new QMessageBox(QMessageBox::Question, tr("Save changes?"),
                                   tr("“%1” has changes that are not saved.").arg(bench_->document.title()),
                                   QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
  question->setAttribute(Qt::WA_DeleteOnClose);
  connect(question, &QMessageBox::finished, this, [this, go_on = std::move(go_on)](int answer) {
    if (answer == QMessageBox::Cancel || (answer == QMessageBox::Save && !save())) return;
    guarded(go_on);
  });
  question->open();
}

void MainWindow::open_path(const QString& path) {
  const DroppedPath dropped = classify_dropped_path(path);
  switch (dropped.kind) {
    case DroppedPath::Kind::document: return open_document(dropped.path);
    case DroppedPath::Kind::model_file:
    case DroppedPath::Kind::model_folder: return open_model(dropped.path);
    case DroppedPath::Kind::run_folder: return open_run_folder(dropped.path);
    case DroppedPath::Kind::unknown:
      bench_->report({ErrorCode::unsupported, tr("This cannot be opened").toStdString(), path.toStdString(),
                      dropped.reason.toStdString(),
                      tr("Open a .kelter document, a GGUF file, a model folder (Hugging Face or Kelter) or a run folder.").toStdString()});
  }
}

void MainWindow::open_document(const QString& path) {
  after_leaving_document([this, path] {
    files_->open(path);
    RecentDocuments::shared().add(bench_->document.path(), bench_->document.title());
    show_page(Page::canvas);
  });
}

void MainWindow::open_template(const QString& path) {
  after_leaving_document([this, path] {
    files_->open_template(path);
    show_page(Page::canvas);
  });
}

void MainWindow::open_demo() {
  guarded([this] { open_template(QString::fromStdString((resource_folder() / "demo" / "demo.kelter").string())); });
}

void MainWindow::open_model(const QString& path) {
  after_leaving_document([this, path] {
    files_->create();
    show_page(Page::canvas);
    canvas_->add_model(path);
  });
}

void MainWindow::open_run_folder(const QString& path) {
  after_leaving_document([this, path] {
    bench_->open_run(QFileInfo(path).absoluteFilePath());
    show_page(Page::results);
  });
}

void MainWindow::new_document() {
  after_leaving_document([this] {
    files_->create();
    show_page(Page::canvas);
  });
}

bool MainWindow::save() {
  if (bench_->document.path().isEmpty()) return save_as();
  bool saved = false;
  guarded([&] {
    files_->save(bench_->document.path());
    RecentDocuments::shared().add(bench_->document.path(), bench_->document.title());
    say(tr("Saved"), 4000);
    saved = true;
  });
  return saved;
}

bool MainWindow::save_as() {
  QString path = QFileDialog::getSaveFileName(this, tr("Save the document"), bench_->document.title() + ".kelter",
                                              tr("Kelter documents (*.kelter)"));
  if (path.isEmpty()) return false;
  if (QFileInfo(path).suffix().isEmpty()) path += ".kelter";
  bool saved = false;
  guarded([&] {
    files_->save(path);
    RecentDocuments::shared().add(path, bench_->document.title());
    saved = true;
  });
  return saved;
}

// What the list of recent documents says about this one.
void MainWindow::remember_run() {
  const RunRecord& record = bench_->runs.record();
  if (bench_->document.path().isEmpty() || record.nodes.empty()) return;
  const auto count = [&](NodeState state) {
    return std::count_if(record.nodes.begin(), record.nodes.end(), [&](const NodeRecord& node) { return node.state == state; });
  };
  const auto done = count(NodeState::done), total = static_cast<std::ptrdiff_t>(record.nodes.size());
  const QString end = count(NodeState::failed) > 0      ? tr("failed")
                      : count(NodeState::cancelled) > 0 ? tr("cancelled")
                                                        : tr("done");
  RecentDocuments::shared().set_last_run(bench_->document.path(), tr("%1 of %2 models, %3").arg(done).arg(total).arg(end), done < total);
}

void MainWindow::offer_recovery() {
  const std::vector<DocumentFiles::Recovery> found = DocumentFiles::recoveries();
  if (found.empty()) return;
  const DocumentFiles::Recovery newest = found.front();
  const QString text = tr("Kelter ended before “%1” was saved (%2).")
                           .arg(newest.title, QLocale().toString(newest.time, QLocale::ShortFormat));
  show_banner(text, {{tr("Restore"),
                      [this, newest] {
                        after_leaving_document([this, newest] {
                          files_->recover(newest);
                          show_page(Page::canvas);
                          offer_recovery();
                        });
                      }},
                     {tr("Discard"), [this, newest] {
                        DocumentFiles::discard(newest);
                        offer_recovery();
                      }}});
}

void MainWindow::show_banner(const QString& text, std::vector<std::pair<QString, std::function<void()>>> actions) {
  auto* banner = new QFrame(this);
  banner->setProperty("soft", true);
  banner->setObjectName("banner");
  auto* row = new QHBoxLayout(banner);
  row->setContentsMargins(16, 8, 16, 8);
  auto* label = new QLabel(text, banner);
  label->setWordWrap(true);
  row->addWidget(label, 1);
  for (auto& [title, act] : actions) {
    auto* button = new QPushButton(title, banner);
    connect(button, &QPushButton::clicked, banner, [banner, act = std::move(act)] {
      banner->hide();
      banner->deleteLater();
      act();
    });
    row->addWidget(button);
  }
  banner_place_->addWidget(banner);
}

// ---- titles, closing -------------------------------------------------------------------------------

void MainWindow::update_title() {
  setWindowTitle(tr("%1[*] — Kelter").arg(bench_->document.title()));
  setWindowModified(bench_->document.modified());
  setWindowFilePath(bench_->document.path());
}

void MainWindow::say(const QString& text, int milliseconds) {
  engine_label_->setText(text);
  said_.start(milliseconds);
}

void MainWindow::update_engine_label() {
  said_.stop();
  const EngineBridge& engine = bench_->engine;
  const ComputeDevice* device = bench_->device();
  switch (engine.state()) {
    case EngineBridge::State::off: engine_label_->setText(tr("Engine not started")); break;
    case EngineBridge::State::loading: engine_label_->setText(tr("Loading the engine …")); break;
    case EngineBridge::State::ready:
      engine_label_->setText(QString::fromStdString(device ? device->device_class : engine.ready_info()->device_class));
      break;
    case EngineBridge::State::unavailable:
      engine_label_->setText(tr("No engine: %1").arg(QString::fromStdString(engine.error()->what)));
      break;
  }
  update_actions();
}

void MainWindow::update_progress_label() {
  const std::optional<ProgressMessage>& progress = bench_->runs.progress();
  if (!progress || !bench_->runs.running()) return progress_label_->clear();
  progress_label_->setText(tr("Step %1 of %2 · %3 · %4")
                               .arg(progress->stage_index)
                               .arg(progress->stage_count)
                               .arg(QString::fromStdString(progress->node), remaining_text(*progress)));
}

void MainWindow::closeEvent(QCloseEvent* event) {
  const bool running = bench_->runs.running() || !bench_->runs.queue().empty();
  if (!leaving_ && (running || bench_->document.modified())) {
    event->ignore();
    QStringList reasons;
    if (running) reasons << tr("A run is under way. What is finished is kept and can be resumed.");
    if (bench_->document.modified()) reasons << tr("“%1” has changes that are not saved.").arg(bench_->document.title());
    auto* question = new QMessageBox(QMessageBox::Question, tr("Close the window?"), reasons.join("\n"),
                                     QMessageBox::Discard | QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    if (bench_->document.modified()) question->addButton(QMessageBox::Save);
    question->button(QMessageBox::Discard)->setText(running ? tr("Stop and close") : tr("Close without saving"));
    connect(question, &QMessageBox::finished, this, [this](int answer) {
      if (answer == QMessageBox::Cancel || (answer == QMessageBox::Save && !save())) return;
      leaving_ = true;
      close();
    });
    question->open();
    return;
  }
  if (running) bench_->cancel_all();
  shrink_errors();
  QSettings settings;
  settings.setValue("window/geometry", saveGeometry());
  if (pages_->currentWidget() != start_) settings.setValue("window/state", saveState());
  settings.setValue("window/split", QVariant::fromValue(split_));
  files_->stop();  // its autosave goes: the person has decided
  QMainWindow::closeEvent(event);
  Q_EMIT closed();
}

// A tool bar would hide what does not fit.
void MainWindow::resizeEvent(QResizeEvent* event) {
  const QString keys = QKeySequence("Ctrl+K").toString(QKeySequence::NativeText);
  const bool narrow = width() < theme().px(1200);
  search_->setText((narrow ? tr("Search (%1)") : tr("Search steps, nodes, commands (%1)")).arg(keys));
  QMainWindow::resizeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  if (!urls.isEmpty() && urls.first().isLocalFile()) open_path(urls.first().toLocalFile());
}

void MainWindow::set_language(const QString& code) {
  QSettings().setValue("language", code);
  say(tr("The language changes when Kelter is opened next."), 8000);
}

}  // namespace kelter::ui
