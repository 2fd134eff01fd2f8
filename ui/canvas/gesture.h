// SPDX-License-Identifier: GPL-3.0-or-later
// What a pressed mouse button does until it is released. A gesture shows itself in the scene and changes the document
// once, in finish(); cancel() leaves no trace. Window thread.
#pragma once

#include <memory>
#include <optional>
#include <QPointF>

#include "ui/canvas/canvas_editor.h"

namespace kelter::ui {

class Gesture {
 public:
  virtual ~Gesture() = default;
  virtual void move(const QPointF& place, Qt::KeyboardModifiers modifiers) = 0;
  virtual void finish(const QPointF& place) = 0;
  virtual void cancel() = 0;
};

// Moves the selected nodes and notes on the grid; Shift keeps to one direction. `copies`: leaves them where they are
// and makes branches.
class MoveGesture : public Gesture {
 public:
  // `grabbed`: the corner of the item under the mouse, which lands on the grid.
  MoveGesture(CanvasScene& scene, CanvasEditor& editor, const QPointF& start, const QPointF& grabbed, bool copies);
  void move(const QPointF& place, Qt::KeyboardModifiers modifiers) override;
  void finish(const QPointF& place) override;
  void cancel() override;

 private:
  CanvasScene& scene_;
  CanvasEditor& editor_;
  QPointF start_, grabbed_, by_;
  bool copies_;
  std::vector<std::string> nodes_;
  std::vector<std::size_t> notes_;
};

// A rectangle; what it touches is selected.
class BandGesture : public Gesture {
 public:
  BandGesture(CanvasScene& scene, const QPointF& start, bool adds);
  void move(const QPointF& place, Qt::KeyboardModifiers modifiers) override;
  void finish(const QPointF& place) override;
  void cancel() override;

 private:
  CanvasScene& scene_;
  QPointF start_;
  bool adds_;
};

class ResizeNoteGesture : public Gesture {
 public:
  ResizeNoteGesture(CanvasScene& scene, CanvasEditor& editor, std::size_t index, const QPointF& start);
  void move(const QPointF& place, Qt::KeyboardModifiers modifiers) override;
  void finish(const QPointF& place) override;
  void cancel() override;

 private:
  NoteItem* item() const;
  CanvasScene& scene_;
  CanvasEditor& editor_;
  std::size_t index_;
  QPointF start_;
  QSizeF old_size_, size_;
};

}  // namespace kelter::ui
