// SPDX-License-Identifier: GPL-3.0-or-later
// Everything the canvas can be told to do, for its menus, the window's menus and the command palette. The shortcuts
// work while the canvas has the focus. Owned by the view they are given to. Window thread.
#pragma once

#include <QAction>
#include <QList>

namespace kelter::ui {

struct CanvasActions {
  explicit CanvasActions(QWidget& view);

  QAction *add_step, *add_note, *link, *inspect, *tensors, *run_to_here;
  QAction *copy, *cut, *paste, *remove, *select_all;
  QAction *branch, *bypass, *group, *ungroup, *rename;
  QAction *align_left, *align_top, *align_row, *align_column, *distribute_across, *distribute_down, *auto_layout;
  QAction *zoom_in, *zoom_out, *zoom_reset, *fit, *mini_map;

  QList<QAction*> all() const;        // in the order of a menu
  QList<QAction*> arranging() const;  // align, distribute

 private:
  QAction* make(const QString& text, const char* icon, const QList<QKeySequence>& keys);
  QWidget& view_;
};

}  // namespace kelter::ui
