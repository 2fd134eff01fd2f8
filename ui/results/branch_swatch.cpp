// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/branch_swatch.h"

#include <QGuiApplication>
#include <QPainter>
#include <QPixmap>

#include "ui/figures/shapes.h"
#include "ui/theme/theme.h"

namespace kelter::ui {

void draw_swatch(QPainter& painter, const QRectF& place, const FigureStyle& style, const Branch& branch,
                 std::size_t index, bool line) {
  const QColor fill = style.fill(branch, index);
  if (line && !branch.reference) {
    painter.setPen(QPen(fill, style.line));
    painter.setBrush(fill);
    draw_symbol(painter, place.center(), place.width() * 0.4, static_cast<int>(index));
    return;
  }
  QColor hatch = fill.lightness() > 140 ? QColor(0, 0, 0) : QColor(255, 255, 255);
  hatch.setAlphaF(0.6f);
  draw_area(painter, place, {fill, QColor(), style.hatch(branch, index), hatch, 2, 1, 3});
}

QSize swatch_size() { return {qRound(theme().px(30)), qRound(theme().px(14))}; }

QIcon swatch_icon(const FigureStyle& style, const Branch& branch, std::size_t index, bool line) {
  const double ratio = qGuiApp->devicePixelRatio();
  QPixmap pixmap(swatch_size() * ratio);
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  const QSizeF size = swatch_size();
  const double side = theme().px(10);
  draw_swatch(painter, {size.width() - side, (size.height() - side) / 2, side, side}, style, branch, index, line);
  painter.setFont(style.small);
  painter.setPen(style.muted);
  painter.drawText(QRectF(0, 0, size.width() - side - theme().px(4), size.height()), Qt::AlignRight | Qt::AlignVCenter,
                   QString::number(index + 1));
  return QIcon(pixmap);
}

}  // namespace kelter::ui
