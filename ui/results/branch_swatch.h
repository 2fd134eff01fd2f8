// SPDX-License-Identifier: GPL-3.0-or-later
// Number and colour of a branch, as legend and table show them. Window thread.
#pragma once

#include <QIcon>
#include <QRectF>
#include <QSize>

#include "core/report/figure.h"
#include "ui/figures/figure_style.h"

class QPainter;

namespace kelter::ui {

// The coloured square of a branch, or its symbol on lines.
void draw_swatch(QPainter& painter, const QRectF& place, const FigureStyle& style, const Branch& branch,
                 std::size_t index, bool line);

QSize swatch_size();
QIcon swatch_icon(const FigureStyle& style, const Branch& branch, std::size_t index, bool line);

}  // namespace kelter::ui
