// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas_actions.h"

#include <QWidget>

#include "ui/canvas/canvas_look.h"

namespace kelter::ui {

QAction* CanvasActions::make(const QString& text, const char* icon, const QList<QKeySequence>& keys) {
  auto* action = new QAction(text, &view_);
  action->setShortcuts(keys);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  const QString name = icon;
  const auto draw = [action, name] { action->setIcon(theme().icon(name)); };
  draw();
  QObject::connect(&theme(), &Theme::changed, action, draw);
  view_.addAction(action);
  return action;
}

CanvasActions::CanvasActions(QWidget& view) : view_(view) {
  add_step = make(CanvasText::tr("Add a step…"), "add-step", {Qt::Key_Tab, Qt::CTRL | Qt::Key_Space});
  add_note = make(CanvasText::tr("Add a note"), "note", {Qt::Key_N});
  link = make(CanvasText::tr("Link to…"), "link", {Qt::Key_L});
  inspect = make(CanvasText::tr("Settings"), "settings", {Qt::Key_Return, Qt::Key_Enter});
  tensors = make(CanvasText::tr("Show the tensors"), "table", {Qt::Key_T});
  tensors->setToolTip(CanvasText::tr("What the model consists of: names, shapes, formats, bytes"));
  run_to_here = make(CanvasText::tr("Run to here"), "run-to-here", {Qt::SHIFT | Qt::Key_Return});
  copy = make(CanvasText::tr("Copy"), "copy", QKeySequence::keyBindings(QKeySequence::Copy));
  cut = make(CanvasText::tr("Cut"), "cut", QKeySequence::keyBindings(QKeySequence::Cut));
  paste = make(CanvasText::tr("Paste"), "paste", QKeySequence::keyBindings(QKeySequence::Paste));
  remove = make(CanvasText::tr("Delete"), "delete", {Qt::Key_Delete, Qt::Key_Backspace});
  select_all = make(CanvasText::tr("Select all"), "select-all", QKeySequence::keyBindings(QKeySequence::SelectAll));
  branch = make(CanvasText::tr("Branch"), "branch", {Qt::CTRL | Qt::Key_D});
  branch->setToolTip(CanvasText::tr("Once more with the same inputs, to try other settings beside it"));
  bypass = make(CanvasText::tr("Bypass"), "bypass", {Qt::Key_B});
  bypass->setToolTip(CanvasText::tr("Let what comes in go out unchanged"));
  group = make(CanvasText::tr("Group the selection"), "group", {Qt::CTRL | Qt::Key_G});
  ungroup = make(CanvasText::tr("Ungroup"), "ungroup", {Qt::CTRL | Qt::SHIFT | Qt::Key_G});
  rename = make(CanvasText::tr("Rename"), "rename", {Qt::Key_F2});
  align_left = make(CanvasText::tr("Align left edges"), "align-left", {});
  align_top = make(CanvasText::tr("Align top edges"), "align-top", {});
  align_row = make(CanvasText::tr("Align centres in a row"), "align-row", {});
  align_column = make(CanvasText::tr("Align centres in a column"), "align-column", {});
  distribute_across = make(CanvasText::tr("Distribute from left to right"), "distribute-across", {});
  distribute_down = make(CanvasText::tr("Distribute from top to bottom"), "distribute-down", {});
  auto_layout = make(CanvasText::tr("Auto-layout"), "auto-layout", {Qt::CTRL | Qt::SHIFT | Qt::Key_L});
  zoom_in = make(CanvasText::tr("Zoom in"), "zoom-in", {Qt::CTRL | Qt::Key_Plus, Qt::CTRL | Qt::Key_Equal});
  zoom_out = make(CanvasText::tr("Zoom out"), "zoom-out", {Qt::CTRL | Qt::Key_Minus});
  zoom_reset = make(CanvasText::tr("Zoom to 100 %"), "zoom-reset", {Qt::CTRL | Qt::Key_0});
  fit = make(CanvasText::tr("Fit"), "fit", {Qt::Key_F, Qt::CTRL | Qt::Key_1});
  fit->setToolTip(CanvasText::tr("Show the whole canvas"));
  mini_map = make(CanvasText::tr("Overview"), "mini-map", {});
  mini_map->setCheckable(true);
  mini_map->setChecked(true);
}

QList<QAction*> CanvasActions::arranging() const {
  return {align_left, align_top, align_row, align_column, distribute_across, distribute_down};
}

QList<QAction*> CanvasActions::all() const {
  return QList<QAction*>{add_step, add_note,   link,   inspect, tensors, run_to_here, copy,    cut,   paste,
                         remove,   select_all, branch, bypass,  group,       ungroup, rename} +
         arranging() + QList<QAction*>{auto_layout, zoom_in, zoom_out, zoom_reset, fit, mini_map};
}

}  // namespace kelter::ui
