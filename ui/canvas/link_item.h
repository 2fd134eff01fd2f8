// SPDX-License-Identifier: GPL-3.0-or-later
// A link as a curve from an output to an input. Owned by the scene, which tells it when an end moved. Window thread.
#pragma once

#include <QGraphicsItem>
#include <QPainterPath>

#include "core/describe/document.h"

namespace kelter::ui {

class NodeItem;

class LinkItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 3 };
  enum class Emphasis { none, beside_selection, running };

  // The nodes outlive the item.
  LinkItem(Link link, NodeItem* from, NodeItem* to);

  int type() const override { return Type; }
  const Link& link() const { return link_; }
  NodeItem* from() const { return from_; }
  NodeItem* to() const { return to_; }
  QPointF start() const { return start_; }
  QPointF end() const { return end_; }
  void follow();  // the ends moved, or the ports changed
  void set_emphasis(Emphasis emphasis);
  void set_target(bool target);    // a step dropped here would go in between
  void set_dragged(bool dragged);  // one of its ends is in the hand

  QRectF boundingRect() const override { return bounds_; }
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 protected:
  void hoverEnterEvent(QGraphicsSceneHoverEvent* event) override;
  void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;

 private:
  Link link_;
  NodeItem *from_, *to_;
  QPointF start_, end_;
  QPainterPath path_;
  QRectF bounds_;
  Emphasis emphasis_ = Emphasis::none;
  bool hovered_ = false, target_ = false, dragged_ = false;
};

}  // namespace kelter::ui
