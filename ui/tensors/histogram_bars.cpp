// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tensors/histogram_bars.h"

#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int digits = 4;
constexpr double scientific_below = 1e-3, scientific_from = 1e5;

}  // namespace

QString value_text(double value) {
  if (!std::isfinite(value)) return QStringLiteral("—");
  const double size = std::abs(value);
  if (size == 0) return QStringLiteral("0");
  const bool scientific = size < scientific_below || size >= scientific_from;
  QString text = scientific ? QLocale().toString(value, 'e', digits - 2) : QLocale().toString(value, 'g', digits);
  return text.replace('E', 'e').replace('-', QStringLiteral("−"));
}

HistogramBars::HistogramBars(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Histogram"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(&theme(), &Theme::changed, this, [this] {
    updateGeometry();
    update();
  });
}

void HistogramBars::set(std::vector<std::int64_t> bins, double least, double largest) {
  bins_ = std::move(bins);
  least_ = least;
  largest_ = largest;
  const auto fullest = std::max_element(bins_.begin(), bins_.end());
  setAccessibleDescription(bins_.empty() ? QString()
                                         : tr("%1 bins; the fullest: %2").arg(bins_.size()).arg(bin_text(static_cast<int>(fullest - bins_.begin()))));
  update();
}

QSize HistogramBars::sizeHint() const { return {qRound(theme().px(240)), qRound(theme().px(112))}; }

QSize HistogramBars::minimumSizeHint() const { return {qRound(theme().px(120)), sizeHint().height()}; }

int HistogramBars::bin_at(int x) const {
  if (bins_.empty() || x < 0 || x >= width()) return -1;
  return static_cast<int>(static_cast<std::size_t>(x) * bins_.size() / static_cast<std::size_t>(width()));
}

QString HistogramBars::bin_text(int bin) const {
  const double step = (largest_ - least_) / static_cast<double>(bins_.size());
  return tr("%1 to %2: %3").arg(value_text(least_ + step * bin), value_text(least_ + step * (bin + 1)),
                                QLocale().toString(static_cast<qlonglong>(bins_[static_cast<std::size_t>(bin)])));
}

bool HistogramBars::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const int bin = bin_at(help->pos().x());
  QToolTip::showText(help->globalPos(), bin < 0 ? QString() : bin_text(bin), this);
  return true;
}

void HistogramBars::paintEvent(QPaintEvent*) {
  if (bins_.empty()) return;
  QPainter painter(this);
  painter.setFont(theme().font(Text::small));
  const QFontMetrics metrics = painter.fontMetrics();
  const int floor = height() - metrics.height() - 4;
  const auto fullest = static_cast<double>(std::max<std::int64_t>(1, *std::max_element(bins_.begin(), bins_.end())));
  const double step = static_cast<double>(width()) / static_cast<double>(bins_.size());
  for (std::size_t i = 0; i < bins_.size(); ++i) {
    if (bins_[i] == 0) continue;
    const double tall = std::max(1.0, (floor - 2) * static_cast<double>(bins_[i]) / fullest);
    painter.fillRect(QRectF(step * static_cast<double>(i), floor - tall, std::max(1.0, step - 1), tall), theme().colors().accent);
  }
  painter.fillRect(QRectF(0, floor, width(), 1), theme().colors().line);
  painter.setPen(theme().colors().muted);
  const QRect below(0, floor + 3, width(), metrics.height());
  painter.drawText(below, Qt::AlignLeft, value_text(least_));
  painter.drawText(below, Qt::AlignRight, value_text(largest_));
}

}  // namespace kelter::ui
