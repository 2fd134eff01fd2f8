// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/state_ring.h"

#include <QLocale>
#include <QPainterPath>

#include "ui/canvas/canvas_look.h"

namespace kelter::ui {
namespace {

// Signs are drawn in a square of 16 units with one stroke width, like the icons.
void check_mark(QPainter& painter) { painter.drawPolyline(QPolygonF({{5, 8.3}, {7.2, 10.4}, {11, 5.9}})); }

void cross(QPainter& painter) {
  painter.drawLine(QPointF(5.6, 5.6), QPointF(10.4, 10.4));
  painter.drawLine(QPointF(10.4, 5.6), QPointF(5.6, 10.4));
}

// Most of a circle with an arrow head: to be done again.
void turned_arrow(QPainter& painter) {
  painter.drawArc(QRectF(2, 2, 12, 12), 60 * 16, 300 * 16);
  painter.drawPolyline(QPolygonF({{11.2, 0.9}, {11.3, 3.1}, {13.6, 3.3}}));
  painter.drawLine(QPointF(8, 5.2), QPointF(8, 8.4));
  painter.drawLine(QPointF(8, 8.4), QPointF(10, 9.6));
}

void ring(QPainter& painter) { painter.drawEllipse(QRectF(2, 2, 12, 12)); }

void dots(QPainter& painter) {
  painter.setBrush(painter.pen().color());
  for (const double x : {5.2, 8.0, 10.8})
    painter.drawEllipse(QPointF(x, 8), 0.45, 0.45);
  painter.setBrush(Qt::NoBrush);
}

void warning_sign(QPainter& painter) {
  QPen pen = painter.pen();
  pen.setDashPattern({1.6, 1.9});
  painter.save();
  painter.setPen(pen);
  ring(painter);
  painter.restore();
  painter.drawLine(QPointF(8, 5), QPointF(8, 8.6));
  painter.drawPoint(QPointF(8, 11));
}

void progress_arc(QPainter& painter, double fraction) {
  painter.save();
  QPen faint = painter.pen();
  faint.setColor(theme().colors().line);
  faint.setWidthF(2.4);
  painter.setPen(faint);
  ring(painter);
  faint.setColor(state_color({NodeStatus::running}));
  painter.setPen(faint);
  painter.drawArc(QRectF(2, 2, 12, 12), 90 * 16, -static_cast<int>(std::max(0.03, fraction) * 360 * 16));
  painter.restore();
}

// Computed: a filled disc; from the cache: an open ring.
void done_sign(QPainter& painter, bool cached) {
  if (!cached) {
    painter.setBrush(painter.pen().color());
    ring(painter);
    painter.setBrush(Qt::NoBrush);
    QPen pen = painter.pen();
    pen.setColor(theme().colors().panel);
    painter.setPen(pen);
  } else {
    ring(painter);
  }
  check_mark(painter);
}

}  // namespace

QString state_words(const ShownState& state) {
  switch (state.status) {
    case NodeStatus::unconfigured:
      return CanvasText::tr("not ready: something is missing");
    case NodeStatus::idle:
      return CanvasText::tr("not run yet");
    case NodeStatus::stale:
      return CanvasText::tr("stale: its result was made with other settings or inputs");
    case NodeStatus::queued:
      return CanvasText::tr("queued");
    case NodeStatus::running:
      return CanvasText::tr("running, %1 %").arg(QLocale().toString(qRound(state.fraction * 100)));
    case NodeStatus::failed:
      return CanvasText::tr("failed");
    case NodeStatus::skipped:
      return CanvasText::tr("skipped: what it needs failed");
    case NodeStatus::cancelled:
      return CanvasText::tr("cancelled");
    case NodeStatus::done:
      break;
  }
  if (state.elsewhere) return CanvasText::tr("done, on another machine");
  return state.cached ? CanvasText::tr("done, from the cache") : CanvasText::tr("done, computed");
}

QColor state_color(const ShownState& state) {
  const Colors& colors = theme().colors();
  switch (state.status) {
    case NodeStatus::unconfigured:
    case NodeStatus::stale:
      return colors.warning;
    case NodeStatus::running:
      return theme().family_text("quantization");
    case NodeStatus::done:
      return colors.success;
    case NodeStatus::failed:
      return colors.danger;
    case NodeStatus::idle:
    case NodeStatus::queued:
    case NodeStatus::skipped:
    case NodeStatus::cancelled:
      break;
  }
  return colors.muted;
}

void paint_state(QPainter& painter, const QRectF& rect, const ShownState& state) {
  painter.save();
  painter.translate(rect.topLeft());
  painter.scale(rect.width() / 16, rect.height() / 16);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(state_color(state), 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  switch (state.status) {
    case NodeStatus::unconfigured:
      warning_sign(painter);
      break;
    case NodeStatus::idle:
      ring(painter);
      break;
    case NodeStatus::stale:
      turned_arrow(painter);
      break;
    case NodeStatus::queued:
      ring(painter);
      dots(painter);
      break;
    case NodeStatus::running:
      progress_arc(painter, state.fraction);
      break;
    case NodeStatus::done:
      done_sign(painter, state.cached);
      break;
    case NodeStatus::failed:
      ring(painter);
      cross(painter);
      break;
    case NodeStatus::skipped:
      ring(painter);
      painter.drawLine(QPointF(5.2, 8), QPointF(10.8, 8));
      break;
    case NodeStatus::cancelled:
      ring(painter);
      painter.drawRect(QRectF(6.2, 6.2, 3.6, 3.6));
      break;
  }
  painter.restore();
}

}  // namespace kelter::ui
