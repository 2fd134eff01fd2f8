// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/mark_layer.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "ui/figures/figure_plot.h"
#include "ui/figures/report_text.h"
#include "ui/figures/shapes.h"

namespace kelter::ui {
namespace {

constexpr double bar_share = 0.66;       // of its slot
constexpr double running_share = 0.38;   // of the height
constexpr double stale_opacity = 0.35;

QColor with_alpha(QColor color, double alpha) {
  color.setAlphaF(static_cast<float>(alpha));
  return color;
}

// Text with its centre at `centre`, turned by `degrees`.
void draw_text(QPainter& painter, const QPointF& centre, const QString& text, double degrees = 0) {
  const QFontMetricsF metrics(painter.font());
  painter.save();
  painter.translate(centre);
  if (degrees != 0) painter.rotate(degrees);
  painter.drawText(QPointF(-metrics.horizontalAdvance(text) / 2, (metrics.ascent() - metrics.descent()) / 2), text);
  painter.restore();
}

QColor contrast_of(const QColor& fill) { return fill.lightness() > 140 ? QColor(0, 0, 0) : QColor(255, 255, 255); }

}  // namespace

MarkLayer::MarkLayer(FigurePlot* plot) : QCPLayerable(plot, QStringLiteral("main")), plot_(plot) {}

const Figure& MarkLayer::figure() const { return plot_->figure(); }
const FigureStyle& MarkLayer::style() const { return plot_->figure_style(); }
const FigureLayout& MarkLayer::layout() const { return plot_->figure_layout(); }
double MarkLayer::px(double units) const { return style().length(units); }
double MarkLayer::y_of(double value) const { return plot_->yAxis->coordToPixel(value); }
QRectF MarkLayer::axes() const { return plot_->axisRect()->rect(); }

void MarkLayer::applyDefaultAntialiasingHint(QCPPainter* painter) const { painter->setAntialiasing(true); }

// ---- geometry -----------------------------------------------------------------------------------------------

double MarkLayer::x_of(std::size_t mark) const {
  const auto& x = figure().marks[mark].x;
  const double at = figure().kind == FigureKind::lines ? x.value_or(0) : static_cast<double>(mark) + 0.5;
  return plot_->xAxis->coordToPixel(at);
}

bool MarkLayer::is_level(std::size_t mark) const {
  return figure().kind == FigureKind::lines && !figure().marks[mark].x;
}

double MarkLayer::dot_radius() const {
  return px(style().look == Look::thesis ? 2.2 : figure().kind == FigureKind::lines ? 3.5 : 4.5);
}

QPointF MarkLayer::point(std::size_t mark) const { return {x_of(mark), y_of(figure().marks[mark].value)}; }

QRectF MarkLayer::body(std::size_t mark) const {
  const Mark& one = figure().marks[mark];
  const QRectF area = axes();
  const double width = figure().kind == FigureKind::lines ? px(14) : std::min(layout().slot * bar_share, px(46));
  if (is_level(mark)) return {area.left(), y_of(one.value) - px(3), area.width(), px(6)};
  const double left = x_of(mark) - width / 2;
  if (one.state != MarkState::value) {
    const double height = area.height() * running_share;
    return {left, area.bottom() - height, width, height};
  }
  if (figure().kind == FigureKind::bars) {
    const double base = y_of(style().look == Look::screen || figure().logarithmic ? plot_->yAxis->range().lower : 0);
    const double top = y_of(one.value);
    return {left, std::min(top, base), width, std::abs(base - top)};
  }
  const double radius = dot_radius() * 1.1;
  const QPointF centre = point(mark);
  return {centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius};
}

QRectF MarkLayer::column(std::size_t mark) const {
  if (figure().kind == FigureKind::lines) return body(mark);
  const QRectF area = axes();
  return {x_of(mark) - layout().slot / 2, area.top(), layout().slot, area.height()};
}

std::optional<std::size_t> MarkLayer::mark_at(const QPointF& position) const {
  const std::size_t count = figure().marks.size();
  const QRectF area = axes();
  if (count == 0 || position.y() > plot_->height() || !area.adjusted(-px(2), -area.top(), px(2), px(20)).contains(position))
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

// ---- drawing ------------------------------------------------------------------------------------------------

void MarkLayer::draw(QCPPainter* painter) {
  draw_heading(*painter);
  if (!figure().mixed_protocols.empty()) return draw_refusal(*painter);
  draw_legend(*painter);
  draw_names(*painter);
  if (figure().kind == FigureKind::lines) {
    draw_level_lines(*painter);
    draw_connections(*painter);
  }
  for (std::size_t i = 0; i < figure().marks.size(); ++i)
    draw_mark(*painter, i);
  draw_baselines(*painter);
  for (std::size_t i = 0; i < figure().marks.size(); ++i) {
    if (figure().marks[i].state == MarkState::value && !is_level(i)) draw_error(*painter, i);
  }
  draw_values(*painter);
  for (std::size_t i = 0; i < figure().marks.size(); ++i)
    draw_selection(*painter, i);
}

void MarkLayer::draw_heading(QCPPainter& painter) const {
  const FigureLayout& place = layout();
  double y = px(2);
  const auto line = [&](const QFont& font, const QColor& color, const QString& text, double height) {
    if (text.isEmpty()) return;
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(QPointF(px(2), y + QFontMetricsF(font).ascent()), text);
    y += height;
  };
  line(style().title, style().ink, place.heading, place.heading_line);
  line(style().small, style().muted, place.subheading, place.small_line);
  line(style().small, style().muted, place.protocol, place.small_line);
  if (place.y_title.isEmpty()) return;
  painter.setFont(style().text);
  painter.setPen(style().ink);
  draw_text(painter, QPointF(QFontMetricsF(style().text).height() / 2, axes().center().y()), place.y_title, -90);
}

void MarkLayer::draw_legend(QCPPainter& painter) const {
  painter.setFont(style().small);
  for (const LegendEntry& entry : layout().legend) {
    const Branch& branch = figure().branches[entry.branch];
    painter.setPen(QPen(style().outline(branch, entry.branch), style().line));
    painter.setBrush(style().fill(branch, entry.branch));
    draw_symbol(painter, QPointF(entry.place.left() + px(4), entry.place.center().y()), px(3), static_cast<int>(entry.branch));
    painter.setPen(style().ink);
    const QFontMetricsF metrics(style().small);
    painter.drawText(QPointF(entry.place.left() + px(12), entry.place.top() + metrics.ascent()), entry.text);
  }
}

void MarkLayer::draw_names(QCPPainter& painter) const {
  const QRectF area = axes();
  const QFontMetricsF metrics(style().small);
  painter.setFont(style().small);
  painter.setPen(style().muted);
  const double line = layout().small_line;
  if (figure().kind == FigureKind::lines) {
    for (const AxisTick& tick : layout().x.ticks)
      draw_text(painter, {plot_->xAxis->coordToPixel(tick.value), area.bottom() + px(3) + line / 2}, tick.label);
    painter.setFont(style().text);
    const double y = area.bottom() + px(3) + line + QFontMetricsF(style().text).height() / 2;
    draw_text(painter, {area.center().x(), y}, QString::fromStdString(figure().x_title));
    return;
  }
  for (qsizetype i = 0; i < layout().names.size(); ++i) {
    const QStringList rows = layout().names[i].split('\n');
    const double x = x_of(static_cast<std::size_t>(i));
    painter.save();
    painter.translate(x, area.bottom() + px(3));
    if (layout().slanted) painter.rotate(-45);
    for (qsizetype row = 0; row < rows.size(); ++row) {
      const double width = metrics.horizontalAdvance(rows[row]);
      // Slanted names end at their mark, the middle of their lines in line with it.
      const double left = layout().slanted ? -width : -width / 2;
      const double above = layout().slanted ? line * static_cast<double>(rows.size()) * 0.25 : 0;
      painter.drawText(QPointF(left, metrics.ascent() + static_cast<double>(row) * line - above), rows[row]);
    }
    painter.restore();
  }
}

void MarkLayer::draw_baselines(QCPPainter& painter) const {
  const QRectF area = axes();
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < figure().baselines.size(); ++i) {
    const Baseline& baseline = figure().baselines[i];
    const Branch& branch = figure().branches[baseline.branch];
    const double y = y_of(baseline.value);
    QPen pen(style().look == Look::thesis ? style().ink : style().muted, style().line);
    const double dash = px(4) / std::max(pen.widthF(), 1e-9);
    const double gap = px(3) / std::max(pen.widthF(), 1e-9);
    // The first baseline dashed, the next with shorter dashes.
    pen.setDashPattern(branch.shade == 0 ? QList<qreal>{dash, gap} : QList<qreal>{dash * 0.35, gap * 0.8});
    pen.setCapStyle(Qt::FlatCap);
    painter.setPen(pen);
    painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    order.emplace_back(y, i);
  }
  // Labels on the right, moved apart where their lines are close.
  std::sort(order.begin(), order.end());
  const double line = layout().small_line * 0.95;
  for (std::size_t i = 1; i < order.size(); ++i) {
    const double overlap = line - (order[i].first - order[i - 1].first);
    if (overlap > 0) order[i].first += overlap / 2, order[i - 1].first -= overlap / 2;
  }
  painter.setFont(style().small);
  painter.setPen(style().muted);
  const QFontMetricsF metrics(style().small);
  for (const auto& [y, i] : order) {
    const double middle = (metrics.ascent() - metrics.descent()) / 2;
    painter.drawText(QPointF(area.right() + px(3), y + middle), layout().baseline_labels[static_cast<qsizetype>(i)]);
  }
}

// Branches without the swept parameter: their value holds along the whole axis.
void MarkLayer::draw_level_lines(QCPPainter& painter) const {
  for (std::size_t i = 0; i < figure().marks.size(); ++i) {
    const Mark& mark = figure().marks[i];
    const Branch& branch = figure().branches[mark.branch];
    if (!is_level(i) || branch.reference || mark.state != MarkState::value) continue;
    painter.setPen(QPen(style().outline(branch, mark.branch), style().line * 1.2, Qt::DashDotLine, Qt::FlatCap));
    painter.drawLine(QPointF(axes().left(), y_of(mark.value)), QPointF(axes().right(), y_of(mark.value)));
  }
}

void MarkLayer::draw_connections(QCPPainter& painter) const {
  std::map<std::size_t, QPolygonF> lines;
  for (std::size_t i = 0; i < figure().marks.size(); ++i) {
    const Mark& mark = figure().marks[i];
    if (mark.x && mark.state == MarkState::value) lines[mark.branch] << point(i);
  }
  for (const auto& [branch, line] : lines) {
    painter.setPen(QPen(style().outline(figure().branches[branch], branch), style().line * 1.4));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(line);
  }
}

void MarkLayer::draw_mark(QCPPainter& painter, std::size_t mark) const {
  const Mark& one = figure().marks[mark];
  if (one.state != MarkState::value) return draw_word(painter, mark);
  if (is_level(mark)) return;
  const bool stale = plot_->stale().count(one.node) != 0;
  figure().kind == FigureKind::bars ? draw_bar(painter, mark, stale) : draw_dot(painter, mark, stale);
}

void MarkLayer::draw_bar(QCPPainter& painter, std::size_t mark, bool stale) const {
  const std::size_t index = figure().marks[mark].branch;
  const Branch& branch = figure().branches[index];
  Area area;
  area.fill = style().fill(branch, index);
  area.hatch = style().hatch(branch, index);
  area.hatch_color = style().greyscale ? style().ink : contrast_of(area.fill);
  area.hatch_color = style().greyscale ? area.hatch_color : with_alpha(area.hatch_color, 0.55);
  area.corner = style().corner;
  area.line = style().line;
  area.spacing = px(style().look == Look::thesis ? 2.6 : 4);
  if (style().look == Look::thesis) area.outline = style().outline(branch, index);
  if (stale) {
    area.hatch_color = area.outline = area.fill;
    area.fill = with_alpha(area.fill, stale_opacity);
    area.hatch = Hatch::rising;
  }
  draw_area(painter, body(mark), area);
}

void MarkLayer::draw_dot(QCPPainter& painter, std::size_t mark, bool stale) const {
  const std::size_t index = figure().marks[mark].branch;
  const Branch& branch = figure().branches[index];
  const QColor color = style().outline(branch, index);
  painter.setPen(QPen(color, style().line * (stale ? 1.4 : 1)));
  painter.setBrush(stale ? QBrush(style().background) : QBrush(style().fill(branch, index)));
  const bool lines = figure().kind == FigureKind::lines;
  draw_symbol(painter, point(mark), dot_radius(), lines ? static_cast<int>(index) : branch.shade);
}

void MarkLayer::draw_error(QCPPainter& painter, std::size_t mark) const {
  const Mark& one = figure().marks[mark];
  if (!one.error || *one.error <= 0) return;
  const auto [low, high] = error_ends(figure(), one);
  const double x = x_of(mark), cap = std::min(px(style().look == Look::thesis ? 2 : 4), layout().slot > 0 ? layout().slot * 0.3 : px(4));
  const double top = y_of(high), bottom = y_of(low);
  painter.setPen(QPen(style().ink, style().line, Qt::SolidLine, Qt::FlatCap));
  const double radius = figure().kind == FigureKind::bars ? 0 : dot_radius();
  // A dot keeps its face: the bar of its error starts at its rim.
  if (radius == 0) {
    painter.drawLine(QPointF(x, top), QPointF(x, bottom));
  } else {
    const double centre = point(mark).y();
    if (centre - top > radius) painter.drawLine(QPointF(x, top), QPointF(x, centre - radius));
    if (bottom - centre > radius) painter.drawLine(QPointF(x, centre + radius), QPointF(x, bottom));
  }
  painter.drawLine(QPointF(x - cap, top), QPointF(x + cap, top));
  painter.drawLine(QPointF(x - cap, bottom), QPointF(x + cap, bottom));
}

// A branch without a value says why; one that is under way has the outline of what is to come.
void MarkLayer::draw_word(QCPPainter& painter, std::size_t mark) const {
  if (figure().kind == FigureKind::lines) return;  // a gap in its line; the legend and the callout say it
  const Mark& one = figure().marks[mark];
  const QRectF box = body(mark);
  painter.setFont(style().small);
  if (one.state == MarkState::running) {
    painter.setPen(QPen(style().muted, style().line, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(box, style().corner, style().corner);
  }
  painter.setPen(style().muted);
  const QFontMetricsF metrics(style().small);
  const QString word = QString::fromStdString(one.reason);
  const double width = metrics.horizontalAdvance(word);
  if (layout().slot < metrics.height() * 0.8) return;
  const double centre = one.state == MarkState::running ? box.center().y() : box.bottom() - px(4) - width / 2;
  draw_text(painter, {box.center().x(), centre}, word, -90);
}

void MarkLayer::draw_selection(QCPPainter& painter, std::size_t mark) const {
  const bool current = plot_->hasFocus() && plot_->current() == mark;
  if (!plot_->is_selected(mark) && !current) return;
  const double gap = px(3);
  const QRectF outline = body(mark).adjusted(-gap, -gap, gap, figure().kind == FigureKind::bars ? px(1.5) : gap);
  painter.setBrush(Qt::NoBrush);
  if (plot_->is_selected(mark)) {
    painter.setPen(QPen(style().accent, px(1.6)));
    painter.drawRoundedRect(outline, px(4), px(4));
  }
  if (!current) return;
  painter.setPen(QPen(style().ink, px(1), Qt::DotLine));
  painter.drawRoundedRect(outline.adjusted(-gap, -gap, gap, gap), px(5), px(5));
}

// Where the lines of a value go: above the mark and its error bar, or below it.
QRectF MarkLayer::value_box(std::size_t mark, const QStringList& rows, bool above) const {
  const QFontMetricsF metrics(style().small);
  const double line = layout().small_line;
  double width = 0, height = line * static_cast<double>(rows.size());
  for (const QString& row : rows)
    width = std::max(width, metrics.horizontalAdvance(row));
  if (layout().labels == ValueLabels::upright) {
    height = metrics.horizontalAdvance(rows.join(' ')) + px(2);
    width = line;
  }
  const auto [low, high] = error_ends(figure(), figure().marks[mark]);
  const QRectF shape = body(mark);
  const double top = std::min(y_of(high), shape.top()) - px(2), bottom = std::max(y_of(low), shape.bottom()) + px(2);
  return {x_of(mark) - width / 2, above ? top - height : bottom, width, height};
}

// Along lines a value gives way to marks, error bars and values that stand there already; the callout has it then.
std::optional<QRectF> MarkLayer::free_box(std::size_t mark, const QStringList& rows, const std::vector<QRectF>& taken) const {
  if (figure().kind != FigureKind::lines) return value_box(mark, rows, true);
  for (const bool above : {true, false}) {
    const QRectF box = value_box(mark, rows, above);
    const auto hides = [&](const QRectF& other) { return other.intersects(box); };
    if (box.bottom() <= axes().bottom() && std::none_of(taken.begin(), taken.end(), hides)) return box;
  }
  return std::nullopt;
}

void MarkLayer::draw_values(QCPPainter& painter) const {
  if (layout().labels == ValueLabels::none) return;
  painter.setFont(style().small);
  std::vector<QRectF> taken;
  for (std::size_t i = 0; i < figure().marks.size(); ++i) {
    const Mark& mark = figure().marks[i];
    if (mark.state != MarkState::value || is_level(i)) continue;
    const auto [low, high] = error_ends(figure(), mark);
    taken.push_back(body(i).united(QRectF(x_of(i) - px(3), y_of(high), px(6), y_of(low) - y_of(high))));
  }
  for (std::size_t i = 0; i < figure().marks.size(); ++i) {
    const Mark& mark = figure().marks[i];
    if (mark.state != MarkState::value || is_level(i)) continue;
    const QStringList rows = mark_lines(mark, style(), plot_->stale().count(mark.node) != 0);
    const std::optional<QRectF> box = free_box(i, rows, taken);
    if (!box) continue;
    taken.push_back(*box);
    painter.fillRect(*box, with_alpha(style().background, 0.8));  // dashed lines do not cross a number
    painter.setPen(style().ink);
    if (layout().labels == ValueLabels::upright) {
      draw_text(painter, box->center(), rows.join(' '), -90);
      continue;
    }
    const double line = layout().small_line;
    for (qsizetype row = 0; row < rows.size(); ++row)
      draw_text(painter, {x_of(i), box->top() + line * (static_cast<double>(row) + 0.5)}, rows[row]);
  }
}

void MarkLayer::draw_refusal(QCPPainter& painter) const {
  QStringList text = {tr("Not drawn: these values were measured by different protocols.")};
  for (const std::string& difference : figure().mixed_protocols)
    text << with_decimal_sign(QString::fromStdString(difference), style().locale);
  text << tr("Give the measures the same settings, then measure again.");
  painter.setFont(style().text);
  painter.setPen(style().ink);
  const QRectF box(px(2), axes().top() + px(2), plot_->viewport().width() - px(8), axes().height() + px(24));
  painter.drawText(box, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, text.join('\n'));
}

}  // namespace kelter::ui
