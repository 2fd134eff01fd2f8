// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/gesture.h"

#include <cmath>

#include "ui/canvas/canvas_look.h"

namespace kelter::ui {

// ---- moving ----------------------------------------------------------------------------------------------

MoveGesture::MoveGesture(CanvasScene& scene, CanvasEditor& editor, const QPointF& start, const QPointF& grabbed,
                         bool copies)
    : scene_(scene),
      editor_(editor),
      start_(start),
      grabbed_(grabbed),
      copies_(copies),
      nodes_(editor.chosen()),
      notes_(scene.selected_notes()) {}

void MoveGesture::move(const QPointF& place, Qt::KeyboardModifiers modifiers) {
  QPointF by = place - start_;
  if (modifiers & Qt::ShiftModifier) (std::abs(by.x()) > std::abs(by.y()) ? by.ry() : by.rx()) = 0;
  QPointF landed = look::snapped(grabbed_ + by);
  if (by.x() == 0) landed.setX(grabbed_.x());
  if (by.y() == 0) landed.setY(grabbed_.y());
  by_ = landed - grabbed_;
  if (!copies_) {
    scene_.show_moved(nodes_, notes_, by_);
    return;
  }
  std::vector<QRectF> ghosts;
  for (const std::string& id : nodes_) {
    if (const NodeItem* item = scene_.node(id)) ghosts.push_back(item->scene_card().translated(by_));
  }
  scene_.show_ghosts(ghosts);
}

void MoveGesture::finish(const QPointF&) {
  const QPointF by = by_;
  cancel();
  if (by.isNull()) return;
  if (copies_) {
    editor_.branch_by(nodes_, by);
  } else {
    editor_.move(nodes_, notes_, by);
  }
}

void MoveGesture::cancel() {
  if (copies_) {
    scene_.show_ghosts({});
  } else {
    scene_.show_moved(nodes_, notes_, {});
  }
}

// ---- rubber band -----------------------------------------------------------------------------------------

BandGesture::BandGesture(CanvasScene& scene, const QPointF& start, bool adds)
    : scene_(scene), start_(start), adds_(adds) {}

void BandGesture::move(const QPointF& place, Qt::KeyboardModifiers) {
  scene_.show_band(QRectF(start_, place).normalized());
}

void BandGesture::finish(const QPointF& place) {
  scene_.show_band({});
  const QRectF band = QRectF(start_, place).normalized();
  if (!adds_) scene_.select_only(nullptr);
  scene_.select_inside(band);
}

void BandGesture::cancel() { scene_.show_band({}); }

// ---- a note's corner -------------------------------------------------------------------------------------

ResizeNoteGesture::ResizeNoteGesture(CanvasScene& scene, CanvasEditor& editor, std::size_t index, const QPointF& start)
    : scene_(scene), editor_(editor), index_(index), start_(start) {
  if (NoteItem* note = item()) old_size_ = size_ = note->size();
}

NoteItem* ResizeNoteGesture::item() const {
  for (NoteItem* note : scene_.notes()) {
    if (note->note().index == index_) return note;
  }
  return nullptr;
}

void ResizeNoteGesture::move(const QPointF& place, Qt::KeyboardModifiers) {
  const QPointF by = place - start_;
  size_ = {std::max(96.0, look::snapped(old_size_.width() + by.x())),
           std::max(40.0, look::snapped(old_size_.height() + by.y()))};
  if (NoteItem* note = item()) note->show_size(size_);
}

void ResizeNoteGesture::finish(const QPointF&) {
  if (size_ != old_size_) editor_.resize_note(index_, size_);
}

void ResizeNoteGesture::cancel() {
  if (NoteItem* note = item()) note->restyle();
}

}  // namespace kelter::ui
