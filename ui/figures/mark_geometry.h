// SPDX-License-Identifier: GPL-3.0-or-later
// Where the marks of a FigurePlot are, in its pixels: bars, dots, errors and values, and which mark is at a place.
// Follows the axes as QCustomPlot has laid them out. Window thread.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QStringList>
#include <cstddef>
#include <optional>

#include "ui/figures/figure_layout.h"

namespace kelter::ui {

class FigurePlot;

class MarkGeometry {
 public:
  // `plot` outlives it.
  explicit MarkGeometry(const FigurePlot& plot) : plot_(plot) {}

  const Figure& figure() const;
  const FigureStyle& style() const;
  const FigureLayout& layout() const;
  double px(double units) const { return style().length(units); }

  QRectF area() const;   // the whole figure
  QRectF axes() const;
  double x_at(double coordinate) const;
  double x_of(std::size_t mark) const;
  double y_of(double value) const;
  QPointF point(std::size_t mark) const;
  double dot_radius() const;
  bool is_level(std::size_t mark) const;   // a line across: a branch that the sweep does not reach

  // The strip a mark has for itself (bars, dots), or a square around its point (lines).
  QRectF column(std::size_t mark) const;
  // The bar, or a square around the dot; a running mark's outline.
  QRectF body(std::size_t mark) const;
  // The bar of the error with its caps.
  QRectF error_box(std::size_t mark) const;
  // Where the lines of a value go: above the mark and its error bar, or below it.
  QRectF value_box(std::size_t mark, const QStringList& rows, bool above) const;
  // The mark at a place of the widget: its strip, the nearest point, or a level line.
  std::optional<std::size_t> mark_at(const QPointF& position) const;

 private:
  const FigurePlot& plot_;
};

}  // namespace kelter::ui
