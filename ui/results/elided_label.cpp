// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/elided_label.h"

#include <QFontMetrics>
#include <QPainter>

#include "ui/theme/theme.h"

namespace kelter::ui {

ElidedLabel::ElidedLabel(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(&theme(), &Theme::changed, this, [this] { updateGeometry(), update(); });
}

void ElidedLabel::set_text(const QString& text, const QString& tooltip) {
  setToolTip(tooltip.isEmpty() ? text : tooltip);
  if (text == text_) return;
  text_ = text;
  setAccessibleName(text);
  updateGeometry();
  update();
}

QSize ElidedLabel::sizeHint() const {
  const QFontMetrics metrics(theme().font(Text::small));
  return {metrics.horizontalAdvance(text_) + 2, metrics.height() + 2};
}

QSize ElidedLabel::minimumSizeHint() const { return {40, sizeHint().height()}; }

void ElidedLabel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setFont(theme().font(Text::small));
  painter.setPen(theme().colors().muted);
  painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(text_, Qt::ElideRight, width()));
}

}  // namespace kelter::ui
