// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/note_item.h"

#include <QCursor>
#include <QFontMetricsF>
#include <QGraphicsSceneHoverEvent>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include "ui/canvas/canvas_look.h"

namespace kelter::ui {
namespace {

constexpr double pad = 10;
constexpr double corner = 14;
constexpr int text_flags = Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap;

QFont note_font() { return look::font(Text::small); }

double height_of(const QString& text, double width) {
  const QFontMetricsF metrics(note_font());
  const QRectF rect = metrics.boundingRect(QRectF(0, 0, width - 2 * pad, 100000), text_flags, text);
  return std::ceil((std::max(rect.height(), metrics.height()) + 2 * pad) / look::grid) * look::grid;
}

}  // namespace

NoteItem::NoteItem() {
  setFlag(ItemIsSelectable);
  setAcceptHoverEvents(true);
  setZValue(5);  // above the links: notes are there to be read
}

void NoteItem::set(const Note& note) {
  if (note == note_ && !size_.isEmpty() && pos() == note.place) return;
  note_ = note;
  setPos(note.place);
  restyle();
}

void NoteItem::restyle() {
  show_size({note_.width, note_.height > 0 ? std::max(note_.height, 2 * pad) : height_of(note_.text, note_.width)});
}

void NoteItem::show_size(const QSizeF& size) {
  prepareGeometryChange();
  size_ = size;
  update();
}

bool NoteItem::on_corner(const QPointF& scene) const {
  const QPointF local = scene - pos();
  return local.x() > size_.width() - corner && local.y() > size_.height() - corner && local.x() <= size_.width() + 3 &&
         local.y() <= size_.height() + 3;
}

QPainterPath NoteItem::shape() const {
  QPainterPath path;
  path.addRect(QRectF(QPointF(), size_));
  return path;
}

void NoteItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  const Colors& colors = theme().colors();
  const double detail = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  const QRectF rect(QPointF(), size_);
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(QPen(isSelected() ? colors.accent : colors.line, isSelected() ? 2 : 1));
  painter->setBrush(look::mixed(colors.background, colors.warning, theme().dark() ? 0.1 : 0.08));
  painter->drawRoundedRect(rect, 6, 6);
  if (detail < look::overview_detail * 0.6) return;
  paint_text(*painter, rect.adjusted(pad, pad, -pad, -pad / 2), detail);
  if (!hovered_ && !isSelected()) return;
  painter->setPen(QPen(colors.muted, 1.2, Qt::SolidLine, Qt::RoundCap));
  for (const double inset : {4.0, 8.0}) {
    painter->drawLine(rect.bottomRight() - QPointF(inset, 3), rect.bottomRight() - QPointF(3, inset));
  }
}

// From afar in larger letters, and then only the lines that fit whole.
void NoteItem::paint_text(QPainter& painter, QRectF room, double detail) const {
  QFont font = note_font();
  if (detail < look::overview_detail) {
    font.setPointSizeF(font.pointSizeF() * std::min(2.0, 0.8 / detail));
    const double line = QFontMetricsF(font).lineSpacing();
    room.setHeight(std::max(1.0, std::floor(room.height() / line)) * line);
  }
  painter.save();
  painter.setFont(font);
  painter.setPen(look::mixed(theme().colors().ink, theme().colors().muted, 0.4));
  painter.setClipRect(room, Qt::IntersectClip);
  painter.drawText(room, text_flags, note_.text);
  painter.restore();
}

void NoteItem::hoverEnterEvent(QGraphicsSceneHoverEvent*) {
  hovered_ = true;
  update();
}

void NoteItem::hoverMoveEvent(QGraphicsSceneHoverEvent* event) {
  setCursor(on_corner(event->scenePos()) ? Qt::SizeFDiagCursor : Qt::ArrowCursor);
}

void NoteItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*) {
  hovered_ = false;
  update();
}

}  // namespace kelter::ui
