// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/progress_bars.h"

#include <QLocale>
#include <QPainter>
#include <algorithm>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr double bar_height = 5, gap = 5;

void paint_bar(QPainter& painter, const QRectF& area, double share, const QColor& color) {
  const double radius = area.height() / 2;
  painter.setBrush(theme().colors().line);
  painter.drawRoundedRect(area, radius, radius);
  if (share <= 0) return;
  QRectF done = area;
  done.setWidth(std::max(area.height(), area.width() * std::min(share, 1.0)));
  painter.setBrush(color);
  painter.drawRoundedRect(done, radius, radius);
}

}  // namespace

ProgressBars::ProgressBars(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("Progress of the run"));
  connect(&theme(), &Theme::changed, this, [this] { updateGeometry(), update(); });
}

void ProgressBars::set(double stages, double items, const QColor& color) {
  if (stages == stages_ && items == items_ && color == color_) return;
  stages_ = stages;
  items_ = items;
  color_ = color;
  const QLocale locale;
  setAccessibleDescription(tr("%1 % of the run, %2 % of this step")
                               .arg(locale.toString(qRound(100 * stages)), locale.toString(qRound(100 * items))));
  update();
}

QSize ProgressBars::sizeHint() const { return {240, qRound(theme().px(2 * bar_height + gap))}; }

void ProgressBars::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  const double height = theme().px(bar_height);
  paint_bar(painter, QRectF(0, 0, width(), height), stages_, theme().colors().accent);
  paint_bar(painter, QRectF(0, height + theme().px(gap), width(), height), items_, color_);
}

}  // namespace kelter::ui
