// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/mark_geometry.h"

#include <QLineF>
#include <algorithm>
#include <QFontMetricsF>
#include <cmath>

#include "ui/figures/figure_plot.h"

namespace kelter::ui {
namespace {

constexpr double bar_share = 0.66;       // of its slot
constexpr double running_share = 0.38;   // of the height, where that is enough for its word

}  // namespace

const Figure& MarkGeometry::figure() const { return plot_.figure(); }
const FigureStyle& MarkGeometry::style() const { return plot_.figure_style(); }
const FigureLayout& MarkGeometry::layout() const { return plot_.figure_layout(); }
double MarkGeometry::y_of(double value) const { return plot_.yAxis->coordToPixel(value); }
double MarkGeometry::x_at(double coordinate) const { return plot_.xAxis->coordToPixel(coordinate); }
QRectF MarkGeometry::area() const { return plot_.viewport(); }
QRectF MarkGeometry::axes() const { return plot_.axisRect()->rect(); }

double MarkGeometry::x_of(std::size_t mark) const {
  const auto& x = figure().marks[mark].x;
  const double at = figure().kind == FigureKind::lines ? x.value_or(0) : static_cast<double>(mark) + 0.5;
  return x_at(at);
}

bool MarkGeometry::is_level(std::size_t mark) const {
  return figure().kind == FigureKind::lines && !figure().marks[mark].x;
}

double MarkGeometry::dot_radius() const {
  return px(style().look == Look::thesis ? 2.2 : figure().kind == FigureKind::lines ? 3.5 : 4.5);
}

QPointF MarkGeometry::point(std::size_t mark) const { return {x_of(mark), y_of(figure().marks[mark].value)}; }

QRectF MarkGeometry::body(std::size_t mark) const {
  const Mark& one = figure().marks[mark];
  const QRectF area = axes();
  const double width = figure().kind == FigureKind::lines ? px(14) : std::min(layout().slot * bar_share, px(46));
  if (is_level(mark)) return {area.left(), y_of(one.value) - px(3), area.width(), px(6)};
  const double left = x_of(mark) - width / 2;
  if (one.state != MarkState::value) {
    // As tall as the word in it, in a plot that is low.
    const double word = QFontMetricsF(style().small).horizontalAdvance(QString::fromStdString(one.reason)) + px(8);
    const double height = std::min(area.height(), std::max(area.height() * running_share, word));
    return {left, area.bottom() - height, width, height};
  }
  if (figure().kind == FigureKind::bars) {
    const double base = y_of(style().look == Look::screen || figure().logarithmic ? plot_.yAxis->range().lower : 0);
    const double top = y_of(one.value);
    return {left, std::min(top, base), width, std::abs(base - top)};
  }
  const double radius = dot_radius() * 1.1;
  const QPointF centre = point(mark);
  return {centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius};
}

QRectF MarkGeometry::column(std::size_t mark) const {
  if (figure().kind == FigureKind::lines) return body(mark);
  const QRectF area = axes();
  return {x_of(mark) - layout().slot / 2, area.top(), layout().slot, area.height()};
}

std::optional<std::size_t> MarkGeometry::mark_at(const QPointF& position) const {
  const std::size_t count = figure().marks.size();
  const QRectF area = axes();
  if (count == 0 || position.y() > plot_.height() || !area.adjusted(-px(2), -area.top(), px(2), px(20)).contains(position))
    return std::nullopt;
  if (figure().kind != FigureKind::lines) {
    if (position.y() < area.top() - px(40)) return std::nullopt;
    for (std::size_t i = 0; i < count; ++i) {
      const QRectF strip = column(i);
      if (position.x() >= strip.left() && position.x() < strip.right()) return i;
    }
    return std::nullopt;
  }
  std::optional<std::size_t> nearest;
  double least = px(12);
  for (std::size_t i = 0; i < count; ++i) {
    if (figure().marks[i].state != MarkState::value) continue;
    const double distance = is_level(i) ? std::abs(position.y() - y_of(figure().marks[i].value)) + px(6)
                                        : QLineF(position, point(i)).length();
    if (distance < least) nearest = i, least = distance;
  }
  return nearest;
}

QRectF MarkGeometry::error_box(std::size_t mark) const {
  const auto [low, high] = error_ends(figure(), figure().marks[mark]);
  return {x_of(mark) - px(3), y_of(high), px(6), y_of(low) - y_of(high)};
}

QRectF MarkGeometry::value_box(std::size_t mark, const QStringList& rows, bool above) const {
  const QFontMetricsF metrics(style().small);
  const double line = layout().small_line;
  const bool upright = layout().labels == ValueLabels::upright;
  double width = 0, height = line * static_cast<double>(rows.size());
  for (const QString& row : rows)
    width = std::max(width, metrics.horizontalAdvance(row));
  if (upright) {
    height = metrics.horizontalAdvance(rows.join(' ')) + px(2);
    width = line;
  }
  const bool capped = figure().marks[mark].error.value_or(0) > 0;
  const double gap = capped ? style().cap_gap(upright) : 0;
  const auto [low, high] = error_ends(figure(), figure().marks[mark]);
  const QRectF shape = body(mark);
  const double top = std::min(y_of(high) - gap, shape.top() - px(style().value_gap));
  const double bottom = std::max(y_of(low) + gap, shape.bottom() + px(style().value_gap));
  return {x_of(mark) - width / 2, above ? top - height : bottom, width, height};
}

}  // namespace kelter::ui
