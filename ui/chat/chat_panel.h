// SPDX-License-Identifier: GPL-3.0-or-later
// Try it: one prompt, the models of the run side by side, the same settings and seed for all. The engine answers them
// one after the other; while a document runs, at its borders. The window owns it; the workbench outlives it. Window
// thread.
#pragma once

#include <QWidget>
#include <deque>
#include <set>
#include <vector>

#include "ui/chat/chat_column.h"
#include "ui/models/workbench.h"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QMenu;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QSplitter;
class QStackedWidget;

namespace kelter::ui {

class ChatPanel : public QWidget {
  Q_OBJECT
 public:
  explicit ChatPanel(Workbench& bench, QWidget* parent = nullptr);

  // Models that can be tried, the file first.
  std::vector<ChatBranch> branches() const;
  const std::vector<ChatColumn*>& columns() const { return columns_; }
  bool busy() const { return !id_.empty(); }
  void write();   // asks every column's model
  void stop();
  QSize sizeHint() const override { return {900, 480}; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* build_prompt();
  QWidget* build_controls();
  void refresh();
  void refresh_menu(const std::vector<ChatBranch>& branches);
  void refresh_columns(const std::vector<ChatBranch>& branches);
  void refresh_controls();
  void choose(const std::string& node, bool chosen);
  void choose_all();
  void ask_next();
  void answered();
  void handle(const EngineEvent& event);
  void compare();
  QString waiting_text() const;

  Workbench& bench_;
  QPlainTextEdit* prompt_;
  QPushButton* branches_button_;
  QMenu* branches_menu_;
  QComboBox* mode_;
  QDoubleSpinBox* temperature_;
  QSpinBox *seed_, *tokens_;
  QPushButton *write_, *stop_;
  QStackedWidget* stack_;
  QSplitter* splitter_;
  std::vector<ChatColumn*> columns_;
  std::vector<ChatBranch> shown_;
  bool shown_busy_ = false;
  std::set<std::string> chosen_;
  bool chosen_by_hand_ = false;
  std::string id_;                      // of the generation under way
  ChatColumn* asked_ = nullptr;         // whose it is
  std::deque<ChatColumn*> waiting_;
  GenerateRequest request_;             // what is asked of all
};

}  // namespace kelter::ui
