// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/group_item.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include "ui/canvas/canvas_look.h"

namespace kelter::ui {
namespace {
constexpr double margin = 20;
constexpr double title_height = 28;
}  // namespace

GroupItem::GroupItem() {
  setZValue(-20);
  setCursor(Qt::SizeAllCursor);
  setToolTip(CanvasText::tr("A group: drag its title to move its steps, double-click to rename it"));
}

void GroupItem::set(const Group& group, const QRectF& members) {
  const QRectF ground = members.adjusted(-margin, -margin - title_height + 8, margin, margin);
  if (group == group_ && ground == ground_) return;
  prepareGeometryChange();
  group_ = group;
  ground_ = ground;
  // Smaller groups lie on larger ones.
  setZValue(-20 - std::min(9.0, ground.width() * ground.height() * 1e-6));
  update();
}

void GroupItem::set_chosen(bool chosen) {
  if (chosen == chosen_) return;
  chosen_ = chosen;
  update();
}

QRectF GroupItem::title_rect() const { return {ground_.topLeft(), QSizeF(ground_.width(), title_height)}; }

QPainterPath GroupItem::shape() const {
  QPainterPath path;
  path.addRect(title_rect());
  return path;
}

void GroupItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  const Colors& colors = theme().colors();
  const double detail = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setBrush(look::mixed(colors.background, colors.ink, theme().dark() ? 0.05 : 0.035));
  painter->setPen(QPen(chosen_ ? colors.accent : colors.line, 1));
  painter->drawRoundedRect(ground_, 10, 10);
  QFont font = look::font(Text::body, QFont::DemiBold);
  if (detail < look::overview_detail) font.setPointSizeF(font.pointSizeF() * std::min(1.8, 0.7 / detail));
  painter->setFont(font);
  painter->setPen(chosen_ ? colors.accent : colors.muted);
  const QString title = group_.title.isEmpty() ? CanvasText::tr("Group") : group_.title;
  const QRectF rect = title_rect().adjusted(12, 0, -12, 0);
  painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter,
                    QFontMetricsF(font).elidedText(title, Qt::ElideRight, rect.width()));
}

}  // namespace kelter::ui
