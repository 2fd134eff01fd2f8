// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_frame.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "ui/figures/mark_geometry.h"
#include "ui/figures/report_text.h"
#include "ui/figures/shapes.h"

namespace kelter::ui {

void FigureFrame::draw_heading(QCPPainter& painter) const {
  const FigureLayout& place = at_.layout();
  double y = at_.px(2);
  const auto line = [&](const QFont& font, const QColor& color, const QString& text, double height) {
    if (text.isEmpty()) return;
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(QPointF(at_.px(2), y + QFontMetricsF(font).ascent()), text);
    y += height;
  };
  line(at_.style().title, at_.style().ink, place.heading, place.heading_line);
  for (const QString& row : place.subheading)
    line(at_.style().small, at_.style().muted, row, place.small_line);
  line(at_.style().small, at_.style().muted, place.protocol, place.small_line);
  if (place.y_title.isEmpty()) return;
  painter.setFont(at_.style().text);
  painter.setPen(at_.style().ink);
  draw_text(painter, QPointF(QFontMetricsF(at_.style().text).height() / 2, at_.axes().center().y()), place.y_title, -90);
}

void FigureFrame::draw_legend(QCPPainter& painter) const {
  painter.setFont(at_.style().small);
  for (const LegendEntry& entry : at_.layout().legend) {
    const Branch& branch = at_.figure().branches[entry.branch];
    painter.setPen(QPen(at_.style().outline(branch, entry.branch), at_.style().line));
    painter.setBrush(at_.style().fill(branch, entry.branch));
    draw_symbol(painter, QPointF(entry.place.left() + at_.px(4), entry.place.center().y()), at_.px(3), static_cast<int>(entry.branch));
    painter.setPen(at_.style().ink);
    const QFontMetricsF metrics(at_.style().small);
    painter.drawText(QPointF(entry.place.left() + at_.px(12), entry.place.top() + metrics.ascent()), entry.text);
  }
}

void FigureFrame::draw_names(QCPPainter& painter) const {
  const QRectF area = at_.axes();
  const QFontMetricsF metrics(at_.style().small);
  painter.setFont(at_.style().small);
  painter.setPen(at_.style().muted);
  const double line = at_.layout().small_line;
  if (at_.figure().kind == FigureKind::lines) {
    for (const AxisTick& tick : at_.layout().x.ticks)
      draw_text(painter, {at_.x_at(tick.value), area.bottom() + at_.px(3) + line / 2}, tick.label);
    painter.setFont(at_.style().text);
    const double y = area.bottom() + at_.px(3) + line + QFontMetricsF(at_.style().text).height() / 2;
    draw_text(painter, {area.center().x(), y}, QString::fromStdString(at_.figure().x_title));
    return;
  }
  for (qsizetype i = 0; i < at_.layout().names.size(); ++i) {
    const QStringList rows = at_.layout().names[i].split('\n');
    const double x = at_.x_of(static_cast<std::size_t>(i));
    painter.save();
    painter.translate(x, area.bottom() + at_.px(3));
    if (at_.layout().slanted) painter.rotate(-45);
    for (qsizetype row = 0; row < rows.size(); ++row) {
      const double width = metrics.horizontalAdvance(rows[row]);
      // Slanted names end at their mark, the middle of their lines in line with it.
      const double left = at_.layout().slanted ? -width : -width / 2;
      const double above = at_.layout().slanted ? line * static_cast<double>(rows.size()) * 0.25 : 0;
      painter.drawText(QPointF(left, metrics.ascent() + static_cast<double>(row) * line - above), rows[row]);
    }
    painter.restore();
  }
}

void FigureFrame::draw_baselines(QCPPainter& painter) const {
  const QRectF area = at_.axes();
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < at_.figure().baselines.size(); ++i) {
    const Baseline& baseline = at_.figure().baselines[i];
    const Branch& branch = at_.figure().branches[baseline.branch];
    const double y = at_.y_of(baseline.value);
    QPen pen(at_.style().look == Look::thesis ? at_.style().ink : at_.style().muted, at_.style().line);
    const double dash = at_.px(4) / std::max(pen.widthF(), 1e-9);
    const double gap = at_.px(3) / std::max(pen.widthF(), 1e-9);
    // The first baseline dashed, the next with shorter dashes.
    pen.setDashPattern(branch.shade == 0 ? QList<qreal>{dash, gap} : QList<qreal>{dash * 0.35, gap * 0.8});
    pen.setCapStyle(Qt::FlatCap);
    painter.setPen(pen);
    painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    order.emplace_back(y, i);
  }
  // Labels on the right, moved apart where their lines are close.
  std::sort(order.begin(), order.end());
  const double line = at_.layout().small_line * 0.95;
  for (std::size_t i = 1; i < order.size(); ++i) {
    const double overlap = line - (order[i].first - order[i - 1].first);
    if (overlap > 0) order[i].first += overlap / 2, order[i - 1].first -= overlap / 2;
  }
  painter.setFont(at_.style().small);
  painter.setPen(at_.style().muted);
  const QFontMetricsF metrics(at_.style().small);
  for (const auto& [y, i] : order) {
    const double middle = (metrics.ascent() - metrics.descent()) / 2;
    painter.drawText(QPointF(area.right() + at_.px(3), y + middle), at_.layout().baseline_labels[static_cast<qsizetype>(i)]);
  }
}

void FigureFrame::draw_refusal(QCPPainter& painter) const {
  QStringList text = {tr("Not drawn: these values were measured by different protocols.")};
  for (const std::string& difference : at_.figure().mixed_protocols)
    text << with_decimal_sign(QString::fromStdString(difference), at_.style().locale);
  text << tr("Give the measures the same settings, then measure again.");
  painter.setFont(at_.style().text);
  painter.setPen(at_.style().ink);
  const QRectF box(at_.px(2), at_.axes().top() + at_.px(2), at_.area().width() - at_.px(8), at_.axes().height() + at_.px(24));
  painter.drawText(box, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, text.join('\n'));
}

}  // namespace kelter::ui
