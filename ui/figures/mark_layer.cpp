// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/mark_layer.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "ui/figures/figure_frame.h"
#include "ui/figures/figure_plot.h"
#include "ui/figures/shapes.h"

namespace kelter::ui {
namespace {

constexpr double stale_opacity = 0.35;

QColor with_alpha(QColor color, double alpha) {
  color.setAlphaF(static_cast<float>(alpha));
  return color;
}

QColor contrast_of(const QColor& fill) { return fill.lightness() > 140 ? QColor(0, 0, 0) : QColor(255, 255, 255); }

}  // namespace

MarkLayer::MarkLayer(FigurePlot* plot) : QCPLayerable(plot, QStringLiteral("main")), plot_(plot), at_(*plot) {}

void MarkLayer::applyDefaultAntialiasingHint(QCPPainter* painter) const { painter->setAntialiasing(true); }

void MarkLayer::draw(QCPPainter* painter) {
  const FigureFrame frame(at_);
  frame.draw_heading(*painter);
  if (!at_.figure().mixed_protocols.empty()) return frame.draw_refusal(*painter);
  if (!at_.figure().measured) return;  // whoever shows the plot says why
  frame.draw_legend(*painter);
  frame.draw_names(*painter);
  if (at_.figure().kind == FigureKind::lines) {
    draw_level_lines(*painter);
    draw_connections(*painter);
  }
  for (std::size_t i = 0; i < at_.figure().marks.size(); ++i)
    draw_mark(*painter, i);
  frame.draw_baselines(*painter);
  for (std::size_t i = 0; i < at_.figure().marks.size(); ++i) {
    if (has_value(i)) draw_error(*painter, i);
  }
  draw_values(*painter);
  for (std::size_t i = 0; i < at_.figure().marks.size(); ++i)
    draw_selection(*painter, i);
}

bool MarkLayer::has_value(std::size_t mark) const {
  return at_.figure().marks[mark].state == MarkState::value && !at_.is_level(mark);
}

// Branches without the swept parameter: their value holds along the whole axis.
void MarkLayer::draw_level_lines(QCPPainter& painter) const {
  for (std::size_t i = 0; i < at_.figure().marks.size(); ++i) {
    const Mark& mark = at_.figure().marks[i];
    const Branch& branch = at_.figure().branches[mark.branch];
    if (!at_.is_level(i) || branch.reference || mark.state != MarkState::value) continue;
    painter.setPen(QPen(at_.style().outline(branch, mark.branch), at_.style().line * 1.2, Qt::DashDotLine, Qt::FlatCap));
    painter.drawLine(QPointF(at_.axes().left(), at_.y_of(mark.value)), QPointF(at_.axes().right(), at_.y_of(mark.value)));
  }
}

void MarkLayer::draw_connections(QCPPainter& painter) const {
  std::map<std::size_t, QPolygonF> lines;
  for (std::size_t i = 0; i < at_.figure().marks.size(); ++i) {
    const Mark& mark = at_.figure().marks[i];
    if (mark.x && mark.state == MarkState::value) lines[mark.branch] << at_.point(i);
  }
  for (const auto& [branch, line] : lines) {
    painter.setPen(QPen(at_.style().outline(at_.figure().branches[branch], branch), at_.style().line * 1.4));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(line);
  }
}

void MarkLayer::draw_mark(QCPPainter& painter, std::size_t mark) const {
  const Mark& one = at_.figure().marks[mark];
  if (one.state != MarkState::value) return draw_word(painter, mark);
  if (at_.is_level(mark)) return;
  const bool stale = plot_->stale().count(one.node) != 0;
  at_.figure().kind == FigureKind::bars ? draw_bar(painter, mark, stale) : draw_dot(painter, mark, stale);
}

void MarkLayer::draw_bar(QCPPainter& painter, std::size_t mark, bool stale) const {
  const std::size_t index = at_.figure().marks[mark].branch;
  const Branch& branch = at_.figure().branches[index];
  Area area;
  area.fill = at_.style().fill(branch, index);
  area.hatch = at_.style().hatch(branch, index);
  area.hatch_color = at_.style().greyscale ? at_.style().ink : contrast_of(area.fill);
  area.hatch_color = at_.style().greyscale ? area.hatch_color : with_alpha(area.hatch_color, 0.55);
  area.corner = at_.style().corner;
  area.line = at_.style().line;
  area.spacing = at_.px(at_.style().look == Look::thesis ? 2.6 : 4);
  if (at_.style().look == Look::thesis) area.outline = at_.style().outline(branch, index);
  if (stale) {
    area.hatch_color = area.outline = area.fill;
    area.fill = with_alpha(area.fill, stale_opacity);
    area.hatch = Hatch::rising;
  }
  draw_area(painter, at_.body(mark), area);
}

void MarkLayer::draw_dot(QCPPainter& painter, std::size_t mark, bool stale) const {
  const std::size_t index = at_.figure().marks[mark].branch;
  const Branch& branch = at_.figure().branches[index];
  const QColor color = at_.style().outline(branch, index);
  painter.setPen(QPen(color, at_.style().line * (stale ? 1.4 : 1)));
  painter.setBrush(stale ? QBrush(at_.style().background) : QBrush(at_.style().fill(branch, index)));
  const bool lines = at_.figure().kind == FigureKind::lines;
  draw_symbol(painter, at_.point(mark), at_.dot_radius(), lines ? static_cast<int>(index) : branch.shade);
}

void MarkLayer::draw_error(QCPPainter& painter, std::size_t mark) const {
  const Mark& one = at_.figure().marks[mark];
  if (!one.error || *one.error <= 0) return;
  const auto [low, high] = error_ends(at_.figure(), one);
  const double x = at_.x_of(mark), cap = std::min(at_.px(at_.style().look == Look::thesis ? 2 : 4), at_.layout().slot > 0 ? at_.layout().slot * 0.3 : at_.px(4));
  const double top = at_.y_of(high), bottom = at_.y_of(low);
  painter.setPen(QPen(at_.style().ink, at_.style().line, Qt::SolidLine, Qt::FlatCap));
  const double radius = at_.figure().kind == FigureKind::bars ? 0 : at_.dot_radius();
  // A dot keeps its face: the bar of its error starts at its rim.
  if (radius == 0) {
    painter.drawLine(QPointF(x, top), QPointF(x, bottom));
  } else {
    const double centre = at_.point(mark).y();
    if (centre - top > radius) painter.drawLine(QPointF(x, top), QPointF(x, centre - radius));
    if (bottom - centre > radius) painter.drawLine(QPointF(x, centre + radius), QPointF(x, bottom));
  }
  painter.drawLine(QPointF(x - cap, top), QPointF(x + cap, top));
  painter.drawLine(QPointF(x - cap, bottom), QPointF(x + cap, bottom));
}

// A branch without a value says why; one that is under way has the outline of what is to come.
void MarkLayer::draw_word(QCPPainter& painter, std::size_t mark) const {
  if (at_.figure().kind == FigureKind::lines) return;  // a gap in its line; the legend and the callout say it
  const Mark& one = at_.figure().marks[mark];
  const QRectF box = at_.body(mark);
  painter.setFont(at_.style().small);
  if (one.state == MarkState::running) {
    painter.setPen(QPen(at_.style().muted, at_.style().line, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(box, at_.style().corner, at_.style().corner);
  }
  painter.setPen(at_.style().muted);
  const QFontMetricsF metrics(at_.style().small);
  const QString word = QString::fromStdString(one.reason);
  const double width = metrics.horizontalAdvance(word);
  if (at_.layout().slot < metrics.height() * 0.8) return;
  const double centre = one.state == MarkState::running ? box.center().y() : box.bottom() - at_.px(4) - width / 2;
  draw_text(painter, {box.center().x(), centre}, word, -90);
}

void MarkLayer::draw_selection(QCPPainter& painter, std::size_t mark) const {
  const bool current = plot_->hasFocus() && plot_->current() == mark;
  if (!plot_->is_selected(mark) && !current) return;
  const double gap = at_.px(3);
  const QRectF outline = at_.body(mark).adjusted(-gap, -gap, gap, at_.figure().kind == FigureKind::bars ? at_.px(1.5) : gap);
  painter.setBrush(Qt::NoBrush);
  if (plot_->is_selected(mark)) {
    painter.setPen(QPen(at_.style().accent, at_.px(1.6)));
    painter.drawRoundedRect(outline, at_.px(4), at_.px(4));
  }
  if (!current) return;
  painter.setPen(QPen(at_.style().ink, at_.px(1), Qt::DotLine));
  painter.drawRoundedRect(outline.adjusted(-gap, -gap, gap, gap), at_.px(5), at_.px(5));
}

// Along lines a value gives way to marks, error bars and values that stand there already; the callout has it then.
std::optional<QRectF> MarkLayer::free_box(std::size_t mark, const QStringList& rows, const std::vector<QRectF>& taken) const {
  if (at_.figure().kind != FigureKind::lines) return at_.value_box(mark, rows, true);
  for (const bool above : {true, false}) {
    const QRectF box = at_.value_box(mark, rows, above);
    const auto hides = [&](const QRectF& other) { return other.intersects(box); };
    if (box.bottom() <= at_.axes().bottom() && std::none_of(taken.begin(), taken.end(), hides)) return box;
  }
  return std::nullopt;
}

void MarkLayer::draw_values(QCPPainter& painter) const {
  if (at_.layout().labels == ValueLabels::none) return;
  painter.setFont(at_.style().small);
  std::vector<QRectF> taken;
  for (std::size_t i = 0; i < at_.figure().marks.size(); ++i) {
    if (has_value(i)) taken.push_back(at_.body(i).united(at_.error_box(i)));
  }
  for (std::size_t i = 0; i < at_.figure().marks.size(); ++i) {
    if (!has_value(i)) continue;
    const Mark& mark = at_.figure().marks[i];
    const QStringList rows = mark_lines(mark, at_.style(), plot_->stale().count(mark.node) != 0);
    const std::optional<QRectF> box = free_box(i, rows, taken);
    if (!box) continue;
    taken.push_back(*box);
    painter.fillRect(*box, with_alpha(at_.style().background, 0.8));  // dashed lines do not cross a number
    painter.setPen(at_.style().ink);
    if (at_.layout().labels == ValueLabels::upright) {
      draw_text(painter, box->center(), rows.join(' '), -90);
      continue;
    }
    const double line = at_.layout().small_line;
    for (qsizetype row = 0; row < rows.size(); ++row)
      draw_text(painter, {at_.x_of(i), box->top() + line * (static_cast<double>(row) + 0.5)}, rows[row]);
  }
}

}  // namespace kelter::ui
