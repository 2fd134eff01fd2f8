// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/port_item.h"

#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include "ui/canvas/canvas_look.h"
#include "ui/canvas/node_item.h"

namespace kelter::ui {
namespace {

constexpr double reach = 12;  // of the mouse

// Models are most links: their ports are plain.
QString letter(const std::optional<PortType>& type) {
  if (!type) return "?";
  switch (*type) {
    case PortType::text:
      return "T";
    case PortType::tasks:
      return "Q";  // questions
    case PortType::record:
      return "R";
    case PortType::model:
      break;
  }
  return {};
}

}  // namespace

PortItem::PortItem(NodeItem* node, PortContent content, bool input)
    : QGraphicsItem(node), node_(node), content_(std::move(content)), input_(input) {
  setAcceptHoverEvents(true);
  setCursor(Qt::CrossCursor);
  setToolTip(port_words(content_, input_));
}

void PortItem::set_offer(Offer offer) {
  if (offer == offer_) return;
  offer_ = offer;
  setOpacity(offer == Offer::faded ? 0.25 : 1);
  update();
}

QRectF PortItem::boundingRect() const { return {-reach, -reach, 2 * reach, 2 * reach}; }

QPainterPath PortItem::shape() const {
  QPainterPath path;
  path.addEllipse(boundingRect());
  return path;
}

void PortItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  const double detail = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  if (detail < look::blob_detail) return;
  const Colors& colors = theme().colors();
  const bool lit = offer_ == Offer::offered || offer_ == Offer::chosen;
  const QColor color = lit ? colors.accent : look::port_color(content_.type);
  const QString sign = letter(content_.type);
  double radius = sign.isEmpty() ? look::port_radius : look::port_radius + 1;
  if (hovered_ || offer_ == Offer::offered) radius += 1.5;
  if (offer_ == Offer::chosen) radius += 3;
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(QPen(color, 1.5));
  painter->setBrush(offer_ == Offer::chosen || hovered_ ? color : lit ? colors.accent_soft : colors.panel);
  painter->drawEllipse(QPointF(), radius, radius);
  if (sign.isEmpty() || detail < look::overview_detail) return;
  QFont font = look::font(Text::small, QFont::Bold);
  font.setPointSizeF(font.pointSizeF() * (radius - 0.5) / 8);
  painter->setFont(font);
  painter->setPen(offer_ == Offer::chosen || hovered_ ? colors.panel : color);
  painter->drawText(QRectF(-radius, -radius, 2 * radius, 2 * radius), Qt::AlignCenter, sign);
}

void PortItem::hoverEnterEvent(QGraphicsSceneHoverEvent*) {
  hovered_ = true;
  update();
}

void PortItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*) {
  hovered_ = false;
  update();
}

}  // namespace kelter::ui
