// SPDX-License-Identifier: GPL-3.0-or-later
// Areas and dots of figures, drawn with plain lines and paths so that vector files need no pattern of their device.
#pragma once

#include <QColor>
#include <QPointF>
#include <QRectF>

#include "ui/figures/figure_style.h"

class QPainter;

namespace kelter::ui {

// A rectangle with its upper corners rounded, filled, hatched and outlined.
struct Area {
  QColor fill, outline;
  Hatch hatch = Hatch::none;
  QColor hatch_color;
  double corner = 0, line = 1, spacing = 5;  // of outline and hatching; distance between hatch lines
};
void draw_area(QPainter& painter, const QRectF& rect, const Area& area);

// Lines of a hatching inside a rectangle, cut at its edges.
void draw_hatch(QPainter& painter, const QRectF& rect, Hatch hatch, double spacing);

// Circle, square, triangle, diamond, … by number, so that lines differ in shape too.
void draw_symbol(QPainter& painter, const QPointF& centre, double radius, int number);

// Text with its centre at `centre`, turned by `degrees`.
void draw_text(QPainter& painter, const QPointF& centre, const QString& text, double degrees = 0);

}  // namespace kelter::ui
