// SPDX-License-Identifier: GPL-3.0-or-later
// The actions of the main window: menus, tool bar, command palette.
#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QComboBox>
#include <QDesktopServices>
#include <QDockWidget>
#include <QFileDialog>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QTabWidget>
#include <QToolBar>

#include "core/base/files.h"
#include "core/base/version.h"
#include "ui/canvas/canvas_panel.h"
#include "ui/library/library_panel.h"
#include "ui/library/recent_documents.h"
#include "ui/library/start_page.h"
#include "ui/models/step_text.h"
#include "ui/results/results_panel.h"
#include "ui/theme/theme.h"
#include "ui/window/command_palette.h"
#include "ui/window/main_window.h"

namespace kelter::ui {

QAction* MainWindow::action(const QString& text, const QKeySequence& shortcut, const QString& icon,
                            std::function<void()> act) {
  auto* made = new QAction(text, this);
  made->setShortcut(shortcut);
  if (!icon.isEmpty()) {
    made->setIcon(theme().icon(icon));
    connect(&theme(), &Theme::changed, made, [made, icon] { made->setIcon(theme().icon(icon)); });
  }
  connect(made, &QAction::triggered, this, [this, act = std::move(act)] { guarded(act); });
  addAction(made);
  return made;
}

void MainWindow::make_actions() {
  make_file_menu();
  make_edit_menu();
  make_view_menu();
  QMenu* pipeline = menuBar()->addMenu(tr("&Pipeline"));
  for (QAction* one : canvas_->actions_for_menu()) pipeline->addAction(one);
  make_run_menu();
  make_results_menu();
  make_window_menu();
  make_help_menu();
  make_tool_bar();
  update_actions();
}

void MainWindow::make_file_menu() {
  QMenu* menu = menuBar()->addMenu(tr("&File"));
  menu->addAction(action(tr("&New document"), QKeySequence::New, "add", [this] { new_document(); }));
  menu->addAction(action(tr("&Open …"), QKeySequence::Open, "open", [this] { Q_EMIT start_->open_requested(); }));
  QMenu* recent = menu->addMenu(tr("Open &recent"));
  connect(recent, &QMenu::aboutToShow, this, [this, recent] {
    recent->clear();
    for (const RecentDocument& document : RecentDocuments::shared().documents()) {
      recent->addAction(document.title, this, [this, path = document.path] { open_document(path); });
    }
    if (recent->isEmpty()) recent->addAction(tr("None so far"))->setEnabled(false);
  });
  menu->addAction(action(tr("Open a model &folder …"), {}, {}, [this] {
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a model folder"));
    if (!path.isEmpty()) open_model(path);
  }));
  menu->addAction(action(tr("Open a r&un folder …"), {}, {}, [this] {
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a run folder"));
    if (!path.isEmpty()) open_run_folder(path);
  }));
  menu->addAction(action(tr("Open the &demo"), {}, {}, [this] { open_demo(); }));
  menu->addSeparator();
  menu->addAction(save_action_ = action(tr("&Save"), QKeySequence::Save, "save", [this] { save(); }));
  menu->addAction(action(tr("Save &as …"), QKeySequence::SaveAs, {}, [this] { save_as(); }));
  QMenu* earlier = menu->addMenu(tr("&Earlier versions"));
  connect(earlier, &QMenu::aboutToShow, this, [this, earlier] {
    earlier->clear();
    for (const QString& path : DocumentFiles::backups(bench_->document.path())) {
      const QString saved = QLocale().toString(QFileInfo(path).lastModified(), QLocale::ShortFormat);
      earlier->addAction(tr("Saved %1").arg(saved), this, [this, path] { open_template(path); });
    }
    if (earlier->isEmpty()) earlier->addAction(tr("None so far"))->setEnabled(false);
  });
  menu->addSeparator();
  menu->addAction(action(tr("Start &page"), {}, {}, [this] { show_start_page(); }));
  menu->addAction(action(tr("&Close window"), QKeySequence::Close, {}, [this] { close(); }));
  menu->addAction(action(tr("&Quit"), QKeySequence::Quit, {}, [] { QApplication::closeAllWindows(); }));
}

void MainWindow::make_edit_menu() {
  QMenu* menu = menuBar()->addMenu(tr("&Edit"));
  QUndoStack& stack = bench_->document.undo_stack();
  undo_action_ = stack.createUndoAction(this);
  redo_action_ = stack.createRedoAction(this);
  undo_action_->setShortcut(QKeySequence::Undo);
  redo_action_->setShortcuts({QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")});
  for (QAction* one : {undo_action_, redo_action_}) {
    const QString icon = one == undo_action_ ? "undo" : "redo";
    one->setIcon(theme().icon(icon));
    connect(&theme(), &Theme::changed, one, [one, icon] { one->setIcon(theme().icon(icon)); });
    addAction(one);
    menu->addAction(one);
  }
  menu->addSeparator();
  menu->addAction(action(tr("Search everything …"), QKeySequence("Ctrl+K"), "search", [this] { palette_->open(); }));
}

void MainWindow::make_view_menu() {
  QMenu* menu = menuBar()->addMenu(tr("&View"));
  const std::pair<QString, Page> pages[] = {{tr("&Canvas"), Page::canvas}, {tr("&Results"), Page::results}, {tr("&Try it"), Page::chat}, {tr("Te&nsors"), Page::tensors}};
  int number = 1;
  for (const auto& [title, page] : pages) {
    menu->addAction(action(title, QKeySequence(QString("Alt+%1").arg(number++)), {}, [this, page = page] { show_page(page); }));
  }
  menu->addSeparator();
  for (QDockWidget* dock : docks()) menu->addAction(dock->toggleViewAction());
  menu->addSeparator();
  add_appearance_actions(*menu);
}

void MainWindow::add_appearance_actions(QMenu& menu) {
  QMenu* look = menu.addMenu(tr("&Appearance"));
  auto* group = new QActionGroup(this);
  const std::pair<QString, Theme::Mode> modes[] = {
      {tr("As the system"), Theme::Mode::system}, {tr("Light"), Theme::Mode::light}, {tr("Dark"), Theme::Mode::dark}};
  for (const auto& [title, mode] : modes) {
    QAction* one = action(title, {}, {}, [mode = mode] {
      theme().set_mode(mode);
      QSettings().setValue("appearance/mode", static_cast<int>(mode));
    });
    one->setCheckable(true);
    one->setChecked(theme().mode() == mode);
    group->addAction(one);
    look->addAction(one);
  }
  QAction* large = action(tr("Large type"), QKeySequence("Ctrl+Alt+L"), {}, [] {
    theme().set_large_type(!theme().large_type());
    QSettings().setValue("appearance/large_type", theme().large_type());
  });
  large->setCheckable(true);
  large->setChecked(theme().large_type());
  menu.addAction(large);
  QMenu* languages = menu.addMenu(tr("&Language"));
  const std::pair<const char*, const char*> known[] = {{"English", "en"}, {"Deutsch", "de"}, {"Français", "fr"}};
  auto* one_language = new QActionGroup(this);
  const QString now = QSettings().value("language").toString();
  const auto add_language = [&](const QString& name, const QString& code) {
    QAction* one = action(name, {}, {}, [this, code] { set_language(code); });
    one->setCheckable(true);
    one->setChecked(now == code);
    one_language->addAction(one);
    languages->addAction(one);
  };
  add_language(tr("As the system"), {});
  for (const auto& [name, code] : known) add_language(QString::fromUtf8(name), code);
}

void MainWindow::make_run_menu() {
  QMenu* menu = menuBar()->addMenu(tr("&Run"));
  run_action_ = action(tr("Run all"), QKeySequence("Ctrl+R"), "play", [this] {
    if (pages_->currentWidget() == start_) show_page(Page::canvas);
    bench_->run();
  });
  run_selected_action_ = action(tr("Run the selection"), QKeySequence("Ctrl+Shift+R"), {}, [this] {
    bench_->run(bench_->selection.nodes());
  });
  cancel_action_ = action(tr("Cancel"), QKeySequence("Ctrl+."), "stop", [this] { bench_->cancel(); });
  for (QAction* one : {run_action_, run_selected_action_, cancel_action_}) menu->addAction(one);
}

void MainWindow::make_results_menu() {
  QMenu* menu = menuBar()->addMenu(tr("Re&sults"));
  const std::pair<QString, std::string> figures[] = {{tr("Export the figure: accuracy …"), "accuracy"},
                                                     {tr("Export the figure: perplexity …"), "perplexity"},
                                                     {tr("Export the figure: memory …"), "memory"},
                                                     {tr("Export the figure: throughput …"), "throughput"}};
  for (const auto& [title, id] : figures) {
    menu->addAction(action(title, {}, {}, [this, id = id] { results_->export_figure(id); }));
  }
  menu->addSeparator();
  for (QAction* one : results_->copy_menu().actions()) menu->addAction(one);
}

void MainWindow::make_window_menu() {
  QMenu* menu = menuBar()->addMenu(tr("&Window"));
  menu->addAction(action(tr("&New window"), QKeySequence("Ctrl+Shift+N"), {}, [this] { Q_EMIT new_window_requested(); }));
  menu->addSeparator();
  menu->addAction(action(tr("Ne&xt panel"), QKeySequence("F6"), {}, [this] { focus_panel(1); }));
  menu->addAction(action(tr("&Previous panel"), QKeySequence("Shift+F6"), {}, [this] { focus_panel(-1); }));
}

void MainWindow::make_help_menu() {
  QMenu* menu = menuBar()->addMenu(tr("&Help"));
  menu->addAction(action(tr("&About Kelter"), {}, {}, [this] {
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Kelter"),
                                tr("Kelter %1\n\nPresses language models, and shows honestly what came out.\n\n"
                                   "Licence: GPL-3.0-or-later. Uses Qt, libtorch, QCustomPlot and others: see THIRD_PARTY.md.")
                                    .arg(QString::fromLatin1(version)),
                                QMessageBox::Ok, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
  }));
}

void MainWindow::make_tool_bar() {
  QToolBar* bar = addToolBar(tr("Main tool bar"));
  bar->setObjectName("tools");
  bar->setMovable(false);
  const auto button = [&](QAction* act, const QString& text, bool primary = false) {
    auto* made = new QPushButton(text, bar);
    made->setProperty("primary", primary);
    made->setFocusPolicy(Qt::TabFocus);
    made->setToolTip(act->text().remove('&') + (act->shortcut().isEmpty() ? QString() : " (" + act->shortcut().toString(QKeySequence::NativeText) + ")"));
    made->setEnabled(act->isEnabled());
    connect(made, &QPushButton::clicked, act, &QAction::trigger);
    connect(act, &QAction::changed, made, [made, act] { made->setEnabled(act->isEnabled()); });
    bar->addWidget(made);
    return made;
  };
  button(action(tr("Open"), {}, {}, [this] { Q_EMIT start_->open_requested(); }), tr("Open"));
  button(action(tr("Add step"), {}, {}, [this] {
    show_page(Page::canvas);
    canvas_->canvas_actions().add_step->trigger();
  }), tr("Add step"));
  button(undo_action_, tr("Undo"));
  button(redo_action_, tr("Redo"));
  button(run_action_, tr("Run all"), true)->setObjectName("run");
  button(cancel_action_, tr("Cancel"))->setObjectName("cancel");
  make_compute_type(*bar);
  auto* space = new QWidget(bar);
  space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  bar->addWidget(space);
  search_ = new QPushButton(theme().icon("search", theme().colors().muted), {}, bar);
  search_->setAccessibleName(tr("Search everything"));
  connect(&theme(), &Theme::changed, search_, [this] { search_->setIcon(theme().icon("search", theme().colors().muted)); });
  connect(search_, &QPushButton::clicked, this, [this] { palette_->open(); });
  bar->addWidget(search_);
}

void MainWindow::make_compute_type(QToolBar& bar) {
  auto* label = new QLabel(tr("Compute type"), &bar);
  label->setProperty("role", "muted");
  bar.addWidget(label);
  compute_ = new QComboBox(&bar);
  compute_->setAccessibleName(tr("Compute type"));
  compute_->setToolTip(tr("The type numbers are computed in; the device is chosen in the run panel"));
  compute_->addItem(tr("automatic"), "");
  for (const char* type : {"bfloat16", "float16", "float32"}) compute_->addItem(type, type);
  connect(compute_, &QComboBox::activated, this, [this] {
    EngineSettings settings = bench_->settings;
    settings.dtype = compute_->currentData().toString().toStdString();
    bench_->set_settings(settings);
  });
  connect(bench_.get(), &Workbench::settings_changed, this, &MainWindow::show_compute_type);
  bar.addWidget(compute_);
  show_compute_type();
}

// float16 is of GPUs alone.
void MainWindow::show_compute_type() {
  const ComputeDevice* device = bench_->device();
  compute_->setCurrentIndex(compute_->findData(QString::fromStdString(bench_->settings.dtype)));
  const int half = compute_->findData("float16");
  static_cast<QStandardItemModel*>(compute_->model())->item(half)->setEnabled(device && device->id != "cpu");
  compute_->setItemData(half, tr("On a GPU only"), Qt::ToolTipRole);
}

void MainWindow::update_actions() {
  if (!run_action_ || !cancel_action_) return;
  run_action_->setEnabled(bench_->can_run());
  run_selected_action_->setEnabled(bench_->can_run() && !bench_->selection.nodes().isEmpty());
  cancel_action_->setEnabled(bench_->runs.running());
}

std::vector<Command> MainWindow::palette_commands() const {
  std::vector<Command> commands;
  for (QAction* one : actions()) {
    if (!one->isEnabled() || one->text().isEmpty()) continue;
    QString title = one->text();
    commands.push_back({title.remove('&').remove(" …"), one->shortcut().toString(QKeySequence::NativeText), [one] { one->trigger(); }});
  }
  for (QAction* one : canvas_->actions_for_menu()) {
    if (one->isSeparator() || !one->isEnabled()) continue;
    QString title = one->text();
    commands.push_back({title.remove('&'), one->shortcut().toString(QKeySequence::NativeText), [one] { one->trigger(); }});
  }
  for (const StepDescriptor& step : bench_->catalogue.steps()) {
    commands.push_back({tr("Add step: %1").arg(step_text(step.title)), QString::fromStdString(step.id), [this, id = step.id] {
                          const_cast<MainWindow*>(this)->show_page(Page::canvas);
                          canvas_->add_step(QString::fromStdString(id));
                        }});
  }
  for (const Node& node : bench_->document.document().nodes) {
    commands.push_back({tr("Go to node: %1").arg(QString::fromStdString(node.id)), QString::fromStdString(node.step), [this, id = node.id] {
                          const_cast<MainWindow*>(this)->show_page(Page::canvas);
                          bench_->selection.set({QString::fromStdString(id)});
                        }});
  }
  for (const RecentDocument& document : RecentDocuments::shared().documents()) {
    commands.push_back({tr("Open recent: %1").arg(document.title), document.path,
                        [this, path = document.path] { const_cast<MainWindow*>(this)->open_document(path); }});
  }
  return commands;
}

}  // namespace kelter::ui
