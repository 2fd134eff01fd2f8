// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/mini_map.h"

#include <QMouseEvent>
#include <QPainter>

#include "ui/canvas/canvas_look.h"
#include "ui/canvas/canvas_scene.h"
#include "ui/canvas/canvas_view.h"

namespace kelter::ui {

MiniMap::MiniMap(const CanvasScene& scene, CanvasView& view, QWidget* parent)
    : QWidget(parent), scene_(scene), view_(view) {
  setObjectName("mini_map");
  setAccessibleName(tr("Overview of the canvas"));
  setToolTip(tr("Overview: click or drag to go there"));
  setCursor(Qt::PointingHandCursor);
  connect(&scene_, &CanvasScene::places_changed, this, qOverload<>(&QWidget::update));
  connect(&view_, &CanvasView::view_moved, this, qOverload<>(&QWidget::update));
  connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize MiniMap::sizeHint() const { return {qRound(theme().px(156)), qRound(theme().px(88))}; }

QTransform MiniMap::to_map() const {
  const QRectF content = scene_.content_rect() | view_.visible_rect();
  if (content.isEmpty()) return {};
  const QRectF inner = QRectF(rect()).adjusted(8, 8, -8, -8);
  const double scale = std::min(inner.width() / content.width(), inner.height() / content.height());
  QTransform transform;
  transform.translate(inner.center().x(), inner.center().y());
  transform.scale(scale, scale);
  transform.translate(-content.center().x(), -content.center().y());
  return transform;
}

void MiniMap::paintEvent(QPaintEvent*) {
  const Colors& colors = theme().colors();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(colors.line, 1));
  painter.setBrush(colors.panel);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
  const QTransform transform = to_map();
  painter.setPen(Qt::NoPen);
  for (const GroupItem* item : scene_.groups()) {
    painter.setBrush(look::mixed(colors.panel, colors.ink, 0.06));
    painter.drawRoundedRect(transform.mapRect(item->ground()), 2, 2);
  }
  for (const auto& [id, item] : scene_.nodes()) {
    const QColor family = item->face().known ? theme().family(item->face().family) : colors.danger;
    painter.setBrush(item->isSelected() ? colors.accent : look::mixed(family, colors.panel, 0.25));
    painter.drawRoundedRect(transform.mapRect(item->scene_card()), 1.5, 1.5);
  }
  QColor seen = colors.ink;
  seen.setAlphaF(0.05F);
  painter.setBrush(seen);
  painter.setPen(QPen(colors.muted, 1));
  painter.drawRoundedRect(transform.mapRect(view_.visible_rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
}

void MiniMap::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) go(event->position());
}

void MiniMap::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons() & Qt::LeftButton) go(event->position());
}

void MiniMap::go(const QPointF& place) { view_.look_at(to_map().inverted().map(place)); }

}  // namespace kelter::ui
