// SPDX-License-Identifier: GPL-3.0-or-later
// A group: a titled ground under its nodes. Only its title takes the mouse. Owned by the scene. Window thread.
#pragma once

#include <QGraphicsItem>

#include "ui/canvas/annotations.h"

namespace kelter::ui {

class GroupItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 4 };
  GroupItem();
  int type() const override { return Type; }
  const Group& group() const { return group_; }
  // `members`: the rectangle around its nodes.
  void set(const Group& group, const QRectF& members);
  void set_chosen(bool chosen);  // all its nodes are selected
  QRectF title_rect() const;     // scene
  QRectF ground() const { return ground_; }

  QRectF boundingRect() const override { return ground_.adjusted(-2, -2, 2, 2); }
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  Group group_;
  QRectF ground_;
  bool chosen_ = false;
};

}  // namespace kelter::ui
