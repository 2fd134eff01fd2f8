// SPDX-License-Identifier: GPL-3.0-or-later
// What a press of the left button begins, by what lies under it: it selects at once, and becomes a gesture when the
// mouse moves far enough or a click when it does not. Window thread.
#pragma once

#include <functional>
#include <memory>
#include <QPoint>

#include "ui/canvas/link_gesture.h"

namespace kelter::ui {

struct Press {
  QPoint at;                                          // in the view
  std::function<std::unique_ptr<Gesture>()> gesture;  // may be empty
  std::function<void()> click;                        // may be empty
};

class PressReader {
 public:
  // All outlive it.
  PressReader(Workbench& bench, CanvasScene& scene, CanvasEditor& editor, LinkGesture::Answers answers);
  Press read(const QPointF& place, Qt::KeyboardModifiers modifiers) const;

 private:
  Press on_item(QGraphicsItem& item, const QPointF& place, Qt::KeyboardModifiers modifiers) const;
  Press on_note(NoteItem& note, const QPointF& place, Qt::KeyboardModifiers modifiers) const;
  Press on_link(LinkItem& link, const QPointF& place, Qt::KeyboardModifiers modifiers) const;
  Press on_group(const GroupItem& group, const QPointF& place) const;
  Press on_space(const QPointF& place, Qt::KeyboardModifiers modifiers) const;
  std::unique_ptr<Gesture> link_gesture(const OpenEnd& end) const;

  Workbench& bench_;
  CanvasScene& scene_;
  CanvasEditor& editor_;
  LinkGesture::Answers answers_;
};

}  // namespace kelter::ui
