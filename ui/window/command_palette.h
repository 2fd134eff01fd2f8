// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a person can do, found by typing: actions of the menus, steps to add, nodes to go to, recent documents.
// A popup over the window; closes on Escape or when it loses the focus. Window thread.
#pragma once

#include <QFrame>
#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;

namespace kelter::ui {

struct Command {
  QString title, hint;  // hint: shortcut or kind, shown at the right
  std::function<void()> act;
};

class CommandPalette : public QFrame {
  Q_OBJECT
 public:
  explicit CommandPalette(QWidget* window);
  // Asked for every time it opens, so that it never shows what has gone.
  void set_source(std::function<std::vector<Command>()> source) { source_ = std::move(source); }
  void open();

  // How well `typed` fits: every character in order; runs and beginnings of words count more. 0: does not fit.
  static int score(const QString& typed, const QString& title);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void refill();
  void run_current();

  std::function<std::vector<Command>()> source_;
  std::vector<Command> commands_;
  QLineEdit* field_;
  QListWidget* list_;
};

}  // namespace kelter::ui
