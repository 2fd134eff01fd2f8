// SPDX-License-Identifier: GPL-3.0-or-later
// A note on the canvas; its lower right corner resizes it. Owned by the scene. Window thread.
#pragma once

#include <QGraphicsItem>

#include "ui/canvas/annotations.h"

namespace kelter::ui {

class NoteItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 5 };
  NoteItem();
  int type() const override { return Type; }
  const Note& note() const { return note_; }
  void set(const Note& note);
  void restyle();
  void show_size(const QSizeF& size);  // while its corner is dragged
  QSizeF size() const { return size_; }
  QRectF scene_rect() const { return QRectF(pos(), size_); }
  bool on_corner(const QPointF& scene) const;

  QRectF boundingRect() const override { return QRectF(QPointF(), size_).adjusted(-4, -4, 4, 4); }
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 protected:
  void hoverEnterEvent(QGraphicsSceneHoverEvent* event) override;
  void hoverMoveEvent(QGraphicsSceneHoverEvent* event) override;
  void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;

 private:
  void paint_text(QPainter& painter, QRectF room, double detail) const;

  Note note_;
  QSizeF size_;
  bool hovered_ = false;
};

}  // namespace kelter::ui
