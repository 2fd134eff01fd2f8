// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/link_item.h"

#include <QPainter>
#include <QPainterPathStroker>
#include <QStyleOptionGraphicsItem>

#include "ui/canvas/canvas_look.h"
#include "ui/canvas/node_item.h"
#include "ui/canvas/state_ring.h"

namespace kelter::ui {
namespace {

QPointF port_place(NodeItem* node, const std::string& name, bool input) {
  if (const PortItem* port = node->port(name, input)) return port->scenePos();
  return node->pos() + QPointF(input ? 0 : NodeItem::width(), look::first_port);
}

}  // namespace

LinkItem::LinkItem(Link link, NodeItem* from, NodeItem* to) : link_(std::move(link)), from_(from), to_(to) {
  setFlag(ItemIsSelectable);
  setAcceptHoverEvents(true);
  setZValue(0);
  setToolTip(QString::fromUtf8("%1.%2 → %3.%4")
                 .arg(QString::fromStdString(link_.from_node), QString::fromStdString(link_.from_port),
                      QString::fromStdString(link_.to_node), QString::fromStdString(link_.to_port)));
  follow();
}

void LinkItem::follow() {
  const QPointF start = port_place(from_, link_.from_port, false), end = port_place(to_, link_.to_port, true);
  if (start == start_ && end == end_ && !path_.isEmpty()) return;
  prepareGeometryChange();
  start_ = start;
  end_ = end;
  path_ = look::link_path(start, end);
  bounds_ = path_.controlPointRect().adjusted(-10, -10, 10, 10);
}

void LinkItem::set_emphasis(Emphasis emphasis) {
  if (emphasis == emphasis_) return;
  emphasis_ = emphasis;
  setZValue(emphasis == Emphasis::none ? 0 : 1);
  update();
}

void LinkItem::set_target(bool target) {
  if (target == target_) return;
  target_ = target;
  update();
}

void LinkItem::set_dragged(bool dragged) {
  dragged_ = dragged;
  update();
}

QPainterPath LinkItem::shape() const {
  QPainterPathStroker stroker;
  stroker.setWidth(12);
  return stroker.createStroke(path_);
}

void LinkItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  const double detail = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  const Colors& colors = theme().colors();
  const PortItem* port = from_->port(link_.from_port, false);
  const bool broken = !port || !port->content().type || !to_->port(link_.to_port, true);
  QColor color = look::port_color(port ? port->content().type : std::nullopt);
  double width = 1.5;
  // Many links lie under each other: quiet ones are pale.
  if (!broken) color = look::mixed(color, colors.background, 0.4);
  if (emphasis_ == Emphasis::beside_selection) color = look::mixed(color, colors.ink, 0.65);
  if (emphasis_ == Emphasis::running) {
    color = state_color({NodeStatus::running});
    width = 2;
  }
  if (hovered_) color = colors.ink;
  if (isSelected() || target_) color = colors.accent;
  if (isSelected() || target_ || hovered_) width = 2.25;
  width = std::max(width, 0.8 / detail);
  QPen pen(color, width, broken ? Qt::DashLine : Qt::SolidLine, Qt::RoundCap);
  if (dragged_) pen.setStyle(Qt::DotLine);
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setBrush(Qt::NoBrush);
  painter->setPen(pen);
  painter->drawPath(path_);
  if (!isSelected()) return;
  painter->setBrush(colors.accent);  // where its ends can be taken
  for (const double at : {18.0, path_.length() - 18.0}) {
    painter->drawEllipse(path_.pointAtPercent(path_.percentAtLength(std::max(0.0, at))), 3, 3);
  }
}

void LinkItem::hoverEnterEvent(QGraphicsSceneHoverEvent*) {
  hovered_ = true;
  update();
}

void LinkItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*) {
  hovered_ = false;
  update();
}

}  // namespace kelter::ui
