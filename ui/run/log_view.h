// SPDX-License-Identifier: GPL-3.0-or-later
// The log of the run under way or of the last one: a line each with time, level and node, in a fixed-width font. Only
// what is visible is laid out. It follows the end until somebody scrolls up. Window thread.
#pragma once

#include <QPlainTextEdit>
#include <QTimer>

#include "ui/models/run_model.h"

namespace kelter::ui {

class LogView : public QPlainTextEdit {
  Q_OBJECT
 public:
  explicit LogView(RunModel& runs, QWidget* parent = nullptr);

  bool follows() const { return follows_; }
  void follow();   // back to the end
  void copy_all();

  static QString line(const LogMessage& message, const QTime& time);

 Q_SIGNALS:
  void follows_changed();

 protected:
  void contextMenuEvent(QContextMenuEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void add_new_lines();
  void show_recorded();          // the log in the folder of an opened run
  void start_anew();
  void set_follows(bool follows);
  void restyle();

  RunModel& runs_;
  std::size_t shown_ = 0;        // lines of runs_.log()
  bool follows_ = true;
  QTimer soon_;                  // lines that come together are added together
  class LogColors* colors_;
};

}  // namespace kelter::ui
