// SPDX-License-Identifier: GPL-3.0-or-later
// What runs, how far it is, what waits, what failed, and the log. Closing it stops nothing. The window owns it; the
// workbench outlives it. Window thread.
#pragma once

#include <QWidget>

#include "ui/models/workbench.h"

class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace kelter::ui {

class ElidedLabel;
class DeviceChoice;
class FailureList;
class LogView;
class ProgressBars;
class QueueView;

class RunPanel : public QWidget {
  Q_OBJECT
 public:
  explicit RunPanel(Workbench& bench, QWidget* parent = nullptr);
  QSize sizeHint() const override;
  QWidget* header() const { return header_; }  // what runs, how far, and the buttons; a dock may take it as its title

 protected:
  void changeEvent(QEvent* event) override;

 private:
  QWidget* build_header();
  QWidget* build_left();
  QWidget* build_queue();
  QPushButton* make_button(const QString& text, const QString& name, void (Workbench::*action)());
  void refresh();
  void refresh_progress();
  void refresh_queue();
  QString state_text() const;
  bool can_resume() const;
  void restyle();

  Workbench& bench_;
  QWidget* header_;
  QLabel* title_;
  ElidedLabel* caption_;
  DeviceChoice* device_;
  ProgressBars* bars_;
  QPushButton *run_, *cancel_, *resume_, *repeat_;
  QToolButton *copy_log_, *to_end_, *queue_up_, *queue_down_, *queue_next_, *queue_remove_;
  FailureList* failures_;
  LogView* log_;
  QueueView* queue_;
  QLabel* queue_empty_;
  QStackedWidget* queue_stack_;
};

}  // namespace kelter::ui
