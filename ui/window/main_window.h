// SPDX-License-Identifier: GPL-3.0-or-later
// One workbench window: start page, canvas with results, try it, tensors; library, inspector, layers, run and errors as docks that
// can be moved and are remembered. It owns its Workbench and panels; several windows share one EngineBridge. Window thread.
#pragma once

#include <QMainWindow>
#include <QPointer>
#include <QTimer>
#include <memory>
#include <vector>

#include "ui/models/workbench.h"
#include "ui/window/document_files.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTabWidget;
class QVBoxLayout;

namespace kelter::ui {

class CanvasPanel;
class ChatPanel;
class CommandPalette;
class ErrorsPanel;
class InspectorPanel;
class LayersPanel;
class LibraryPanel;
class ResultsPanel;
class RunPanel;
class StartPage;
class TensorsPanel;
struct Command;

class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  // `bridge` outlives the window. Error(plugin | file_malformed) if the steps cannot be read.
  explicit MainWindow(EngineBridge& bridge, QWidget* parent = nullptr);
  ~MainWindow() override;

  Workbench& bench() { return *bench_; }
  DocumentFiles& files() { return *files_; }
  CanvasPanel& canvas() { return *canvas_; }
  ResultsPanel& results() { return *results_; }
  TensorsPanel& tensors() { return *tensors_; }

  // ---- what the start page, menus, drops and the command line of the program ask for ----
  // A document, a model file or folder, or a run folder, as it is.
  void open_path(const QString& path);
  void open_document(const QString& path);
  void open_template(const QString& path);
  void open_demo();
  void open_model(const QString& path);
  void open_run_folder(const QString& path);
  void new_document();
  void show_start_page();
  enum class Page { canvas, results, chat, tensors };
  void show_page(Page page);
  void show_tensors(const QString& node);  // of the model this document node is or makes
  bool save();
  bool save_as();
  void set_language(const QString& code);  // "en", "de", "fr", empty: the system's; from the next start on

 Q_SIGNALS:
  void new_window_requested();
  void closed();   // accepted; whoever owns the window may delete it later

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  // main_window_layout.cpp
  QWidget* make_work_area();
  QDockWidget* add_dock(const QString& name, const QString& title, QWidget* panel, Qt::DockWidgetArea area);
  void make_docks();
  void make_status_bar();
  void place_results();
  void share_canvas();
  void follow_results();
  void restore_layout();
  void lay_out();
  QList<QDockWidget*> docks() const;
  void note_docks();
  void shrink_errors();
  void focus_panel(int by);   // the next or previous of page and visible docks

  void connect_panels();
  void connect_start_page();

  // main_window_actions.cpp
  QAction* action(const QString& text, const QKeySequence& shortcut, const QString& icon, std::function<void()> act);
  void make_actions();
  void make_file_menu();
  void make_edit_menu();
  void make_view_menu();
  void make_run_menu();
  void make_results_menu();
  void make_window_menu();
  void make_help_menu();
  void make_tool_bar();
  void make_compute_type(QToolBar& bar);
  void show_compute_type();
  void add_appearance_actions(QMenu& menu);
  std::vector<Command> palette_commands() const;
  void update_actions();

  void guarded(const std::function<void()>& act);  // reports a kelter::Error instead of letting it through
  // Saves, forgets or keeps the open document before another takes its place, then goes on; nothing is lost
  // without a question.
  void after_leaving_document(std::function<void()> go_on);
  void offer_recovery();
  void remember_run();
  void show_banner(const QString& text, std::vector<std::pair<QString, std::function<void()>>> actions);
  void update_title();
  void update_engine_label();
  void say(const QString& text, int milliseconds);  // in the status bar, for a while
  void update_progress_label();

  std::unique_ptr<Workbench> bench_;
  std::unique_ptr<DocumentFiles> files_;
  QStackedWidget* pages_ = nullptr;
  QTabWidget* tabs_ = nullptr;
  QSplitter* canvas_and_results_ = nullptr;
  QWidget* results_page_ = nullptr;
  QVBoxLayout* banner_place_ = nullptr;
  StartPage* start_ = nullptr;
  CanvasPanel* canvas_ = nullptr;
  ResultsPanel* results_ = nullptr;
  ChatPanel* chat_ = nullptr;
  TensorsPanel* tensors_ = nullptr;
  LibraryPanel* library_ = nullptr;
  InspectorPanel* inspector_ = nullptr;
  LayersPanel* layers_ = nullptr;
  RunPanel* run_ = nullptr;
  ErrorsPanel* errors_ = nullptr;
  CommandPalette* palette_ = nullptr;
  QComboBox* compute_ = nullptr;
  QPushButton* search_ = nullptr;
  QLabel* engine_label_ = nullptr;
  QTimer said_;  // while the label says something else
  QLabel* progress_label_ = nullptr;
  QDockWidget* library_dock_ = nullptr;
  QDockWidget* inspector_dock_ = nullptr;
  QDockWidget* layers_dock_ = nullptr;
  QDockWidget* run_dock_ = nullptr;
  QDockWidget* errors_dock_ = nullptr;
  int height_before_errors_ = 0;   // of the lower docks; 0: not enlarged for an error
  QAction *run_action_ = nullptr, *cancel_action_ = nullptr, *save_action_ = nullptr, *run_selected_action_ = nullptr;
  QAction *undo_action_ = nullptr, *redo_action_ = nullptr;
  QList<QDockWidget*> open_docks_;     // beside the work; the start page has none
  QList<int> split_ = {600, 400};      // heights of canvas and results below it, as shares
  QList<int> low_split_ = {750, 250};  // the same while there are no results
  bool results_low_ = true;
  bool laid_out_ = false;              // the docks have their sizes, by a person or by lay_out()
  bool leaving_ = false;               // the question about a run or unsaved work was answered
};

}  // namespace kelter::ui
