// SPDX-License-Identifier: GPL-3.0-or-later
// The runs that wait, next one first. Reordered by dragging or with Alt+Up and Alt+Down, removed with Delete, put in
// front with Ctrl+Return. Window thread.
#pragma once

#include <QAbstractListModel>
#include <QListView>

#include "ui/models/workbench.h"

namespace kelter::ui {

class QueueModel : public QAbstractListModel {
  Q_OBJECT
 public:
  explicit QueueModel(RunModel& runs, QObject* parent = nullptr);
  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  RunModel& runs_;
  std::deque<RunModel::Queued> rows_;
};

class QueueView : public QListView {
  Q_OBJECT
 public:
  explicit QueueView(Workbench& bench, QWidget* parent = nullptr);

  std::string id_at(int row) const;
  void move_current(int by);
  void remove_current();
  void run_current_next();

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  int gap_at(const QPoint& point) const;   // the row in front of which something dropped here goes

  Workbench& bench_;
  int dragged_ = -1;        // row under the mouse when it was pressed
  bool dragging_ = false;
  QPoint pressed_, at_;
};

}  // namespace kelter::ui
