// SPDX-License-Identifier: GPL-3.0-or-later
// The end a link is drawn from and dropped on; a child of its node. A circle, with a letter for all but models.
// Window thread.
#pragma once

#include <QGraphicsItem>

#include "ui/canvas/node_content.h"

namespace kelter::ui {

class NodeItem;

class PortItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 2 };
  // While a link is dragged: `offered` would take it, `faded` would not.
  enum class Offer { none, offered, faded, chosen };

  PortItem(NodeItem* node, PortContent content, bool input);

  int type() const override { return Type; }
  NodeItem* node() const { return node_; }
  const PortContent& content() const { return content_; }
  std::string name() const { return content_.name.toStdString(); }
  bool input() const { return input_; }
  Offer offer() const { return offer_; }
  void set_offer(Offer offer);

  QRectF boundingRect() const override;
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 protected:
  void hoverEnterEvent(QGraphicsSceneHoverEvent* event) override;
  void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;

 private:
  NodeItem* node_;
  PortContent content_;
  bool input_;
  bool hovered_ = false;
  Offer offer_ = Offer::none;
};

}  // namespace kelter::ui
