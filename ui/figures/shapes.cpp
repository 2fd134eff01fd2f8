// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/shapes.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>
#include <algorithm>
#include <cmath>

namespace kelter::ui {
namespace {

QPainterPath rounded_top(const QRectF& rect, double corner) {
  const double radius = std::min({corner, rect.width() / 2, rect.height()});
  QPainterPath path;
  path.moveTo(rect.bottomLeft());
  path.lineTo(rect.left(), rect.top() + radius);
  path.quadTo(rect.topLeft(), QPointF(rect.left() + radius, rect.top()));
  path.lineTo(rect.right() - radius, rect.top());
  path.quadTo(rect.topRight(), QPointF(rect.right(), rect.top() + radius));
  path.lineTo(rect.bottomRight());
  path.closeSubpath();
  return path;
}

// Lines at 45 degrees; `direction` 1 falls, -1 rises. x - direction * y is constant along a line.
void draw_diagonals(QPainter& painter, const QRectF& rect, double spacing, int direction) {
  const double step = spacing * std::sqrt(2.0);
  const double height = rect.height();
  // Parametrised by where the line meets the upper edge; anchored at a grid of the page, so that bars match.
  const double first = direction > 0 ? rect.left() - height : rect.left();
  const double last = direction > 0 ? rect.right() : rect.right() + height;
  for (double x = std::ceil(first / step) * step; x < last; x += step) {
    // From the upper edge at x down to the lower edge at x + direction * height.
    double x1 = x, y1 = rect.top(), x2 = x + direction * height, y2 = rect.bottom();
    const auto cut = [&](double& px, double& py) {
      const double inside = std::clamp(px, rect.left(), rect.right());
      py += (inside - px) * direction;
      px = inside;
    };
    cut(x1, y1);
    cut(x2, y2);
    if (y1 < y2) painter.drawLine(QPointF(x1, y1), QPointF(x2, y2));
  }
}

void draw_parallels(QPainter& painter, const QRectF& rect, double spacing, bool upright) {
  const double low = upright ? rect.left() : rect.top(), high = upright ? rect.right() : rect.bottom();
  for (double at = std::ceil(low / spacing) * spacing; at < high; at += spacing) {
    if (upright) {
      painter.drawLine(QPointF(at, rect.top()), QPointF(at, rect.bottom()));
    } else {
      painter.drawLine(QPointF(rect.left(), at), QPointF(rect.right(), at));
    }
  }
}

}  // namespace

void draw_hatch(QPainter& painter, const QRectF& rect, Hatch hatch, double spacing) {
  if (rect.isEmpty()) return;
  if (hatch == Hatch::falling || hatch == Hatch::crossed) draw_diagonals(painter, rect, spacing, 1);
  if (hatch == Hatch::rising || hatch == Hatch::crossed) draw_diagonals(painter, rect, spacing, -1);
  if (hatch == Hatch::upright) draw_parallels(painter, rect, spacing, true);
  if (hatch == Hatch::level) draw_parallels(painter, rect, spacing, false);
}

void draw_area(QPainter& painter, const QRectF& rect, const Area& area) {
  const QPainterPath path = rounded_top(rect, area.corner);
  painter.setPen(Qt::NoPen);
  painter.setBrush(area.fill);
  painter.drawPath(path);
  if (area.hatch != Hatch::none) {
    painter.setPen(QPen(area.hatch_color, area.line * 0.8, Qt::SolidLine, Qt::FlatCap));
    const double inset = area.corner / 3;  // hatch lines keep clear of rounded corners
    draw_hatch(painter, rect.adjusted(0, inset, 0, 0), area.hatch, area.spacing);
  }
  if (!area.outline.isValid()) return;
  painter.setPen(QPen(area.outline, area.line, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
  painter.setBrush(Qt::NoBrush);
  painter.drawPath(path);
}

void draw_symbol(QPainter& painter, const QPointF& centre, double radius, int number) {
  const auto polygon = [&](std::initializer_list<QPointF> corners) {
    QPolygonF shape;
    for (const QPointF& corner : corners)
      shape << centre + corner * radius;
    painter.drawPolygon(shape);
  };
  switch (number % 5) {
    case 1: return polygon({{-0.9, -0.9}, {0.9, -0.9}, {0.9, 0.9}, {-0.9, 0.9}});
    case 2: return polygon({{0, -1.2}, {1.1, 0.8}, {-1.1, 0.8}});
    case 3: return polygon({{0, -1.25}, {1.25, 0}, {0, 1.25}, {-1.25, 0}});
    case 4: return polygon({{0, 1.2}, {1.1, -0.8}, {-1.1, -0.8}});
    default: painter.drawEllipse(centre, radius, radius);
  }
}

void draw_text(QPainter& painter, const QPointF& centre, const QString& text, double degrees) {
  const QFontMetricsF metrics(painter.font());
  painter.save();
  painter.translate(centre);
  if (degrees != 0) painter.rotate(degrees);
  painter.drawText(QPointF(-metrics.horizontalAdvance(text) / 2, (metrics.ascent() - metrics.descent()) / 2), text);
  painter.restore();
}

}  // namespace kelter::ui
