// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_plot.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <algorithm>

#include "ui/figures/figure_callout.h"
#include "ui/figures/mark_layer.h"
#include "ui/figures/report_text.h"
#include "ui/models/document_model.h"
#include "ui/theme/theme.h"

namespace kelter::ui {

FigurePlot::FigurePlot(QWidget* parent) : QCustomPlot(parent), style_(screen_style()), marks_(new MarkLayer(this)) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setNoAntialiasingOnDrag(false);
  setInteractions(QCP::Interactions());
  setPlottingHint(QCP::phCacheLabels, false);  // pixmaps of text would blur and differ between display scales
  plotLayout()->setRowSpacing(0);
  axisRect()->setAutoMargins(QCP::msNone);
  axisRect()->setupFullAxesBox(false);
  for (QCPAxis* axis : {xAxis, yAxis}) {
    axis->setSubTicks(false);
    axis->setTicks(axis == yAxis);
    axis->setTickLabels(axis == yAxis);
    axis->grid()->setSubGridVisible(false);
    axis->grid()->setZeroLinePen(Qt::NoPen);
  }
  xAxis->grid()->setVisible(false);
  xAxis2->setVisible(false);
  yAxis2->setVisible(false);
  connect(&theme(), &Theme::changed, this, [this] {
    if (style_.look == Look::screen && style_.numbered) set_style(screen_style());
  });
  arrange(size());
}

FigurePlot::~FigurePlot() { delete callout_; }  // would stay in the window

// ---- content ------------------------------------------------------------------------------------------------

void FigurePlot::set_figure(const Figure& figure) {
  if (figure == figure_) return;
  figure_ = figure;
  if (current_ && *current_ >= figure_.marks.size()) current_.reset();
  show_record({}, {});
  describe();
  redraw();
}

void FigurePlot::set_style(const FigureStyle& style) {
  style_ = style;
  redraw();
}

void FigurePlot::set_stale(const std::set<std::string>& nodes) {
  if (nodes == stale_) return;
  stale_ = nodes;
  describe();
  redraw();
}

void FigurePlot::set_selected(const QStringList& nodes, const QString& variant) {
  if (nodes == selected_ && variant == variant_) return;
  selected_ = nodes;
  variant_ = variant;
  replot(rpQueuedReplot);
}

bool FigurePlot::is_selected(std::size_t mark) const {
  const Mark& one = figure_.marks[mark];
  if (!selected_.contains(QString::fromStdString(figure_.branches[one.branch].node))) return false;
  const QString node = QString::fromStdString(one.node);
  const bool same_node = document_node_of(variant_.toStdString()) == document_node_of(one.node);
  return variant_.isEmpty() || !same_node || variant_ == node;
}

// What a screen reader says: the heading and every value.
void FigurePlot::describe() {
  setAccessibleName(figure_title(figure_, style_.locale) + ", " + figure_subheading(figure_));
  QStringList values;
  for (const Mark& mark : figure_.marks) {
    const QString pattern = stale_.count(mark.node) != 0 ? tr("%1 %2 (stale)", "branch and value") : QStringLiteral("%1 %2");
    const std::string& value = mark.state == MarkState::value ? mark.facts.front().second : mark.reason;
    const QString text = pattern.arg(QString::fromStdString(mark.label), QString::fromStdString(value));
    values << with_decimal_sign(text, style_.locale);
  }
  for (const std::string& difference : figure_.mixed_protocols)
    values << QString::fromStdString(difference);
  setAccessibleDescription(values.join("; "));
}

// ---- drawing ------------------------------------------------------------------------------------------------

void FigurePlot::redraw() {
  arrange(size());
  replot(rpQueuedReplot);
}

void FigurePlot::arrange(const QSize& size) {
  layout_ = lay_out(figure_, style_, size, stale_);
  axisRect()->setMargins(layout_.margins);
  const auto apply = [](QCPAxis* axis, const AxisScale& scale) {
    axis->setScaleType(scale.logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    axis->setRange(scale.lower, scale.upper);
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    for (const AxisTick& tick : scale.ticks)
      ticker->addTick(tick.value, tick.label);
    axis->setTicker(ticker);
  };
  apply(xAxis, layout_.x);
  apply(yAxis, layout_.y);
  apply_axis_style();
}

void FigurePlot::apply_axis_style() {
  const bool drawn = figure_.mixed_protocols.empty() && figure_.measured;
  setBackground(QBrush(style_.background));
  const QPen grid(style_.grid, style_.thin);
  const QPen base(style_.look == Look::thesis ? style_.ink : style_.muted, style_.line);
  yAxis->grid()->setPen(grid);
  yAxis->grid()->setVisible(drawn);
  yAxis->setVisible(drawn);
  xAxis->setVisible(drawn);
  xAxis->setBasePen(base);
  yAxis->setBasePen(style_.look == Look::thesis ? base : QPen(Qt::NoPen));
  yAxis->setTickPen(style_.look == Look::thesis ? base : QPen(Qt::NoPen));
  yAxis->setTickLength(0, static_cast<int>(style_.length(style_.look == Look::thesis ? 2.5 : 0)));
  yAxis->setTickLabelFont(style_.small);
  yAxis->setTickLabelColor(style_.muted);
  yAxis->setTickLabelPadding(static_cast<int>(style_.length(style_.look == Look::thesis ? 2 : 5)));
  // A grid line on the base of the bars would be drawn twice.
  setAntialiasedElements(style_.unit > 3 ? QCP::aeAll : QCP::aeNone);
}

void FigurePlot::paint_on(QCPPainter& painter, const QSize& size) {
  arrange(size);
  toPainter(&painter, size.width(), size.height());
}

void FigurePlot::resizeEvent(QResizeEvent* event) {
  arrange(event->size());
  QCustomPlot::resizeEvent(event);
}

QSize FigurePlot::sizeHint() const { return QSize(qRound(theme().px(260)), qRound(theme().px(210))); }
QSize FigurePlot::minimumSizeHint() const { return QSize(qRound(theme().px(150)), qRound(theme().px(150))); }

// ---- answers to mouse and keys ------------------------------------------------------------------------------

const MarkGeometry& FigurePlot::geometry() const { return marks_->geometry(); }
QRectF FigurePlot::mark_rect(std::size_t mark) const { return geometry().body(mark); }
std::optional<std::size_t> FigurePlot::mark_at(const QPointF& position) const { return geometry().mark_at(position); }

QStringList FigurePlot::callout_lines(std::size_t mark) const {
  const Mark& one = figure_.marks[mark];
  QStringList lines;
  for (const auto& [what, text] : one.facts)
    lines << QString::fromStdString(what) + '\t' + with_decimal_sign(QString::fromStdString(text), style_.locale);
  if (stale_.count(one.node) != 0) lines << tr("Stale: made with other settings than the document has now.");
  return lines;
}

void FigurePlot::show_record(std::optional<std::size_t> mark, const QPoint& at) {
  hovered_ = mark;
  if (!mark) {
    if (callout_) callout_->hide();
    return;
  }
  if (callout_ && callout_->parentWidget() != window()) {  // the panel moved to another window
    delete callout_;
  }
  if (!callout_) callout_ = new FigureCallout(window());
  const Mark& one = figure_.marks[*mark];
  callout_->show_at(with_decimal_sign(QString::fromStdString(one.label), style_.locale), callout_lines(*mark),
                    mapTo(window(), at));
}

void FigurePlot::mouseMoveEvent(QMouseEvent* event) {
  const std::optional<std::size_t> mark = mark_at(event->position());
  if (mark || hovered_) show_record(mark, event->position().toPoint());
  setCursor(mark ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void FigurePlot::mousePressEvent(QMouseEvent* event) {
  pressed_ = event->button() == Qt::LeftButton ? mark_at(event->position()) : std::nullopt;
}

void FigurePlot::mouseReleaseEvent(QMouseEvent* event) {
  const std::optional<std::size_t> mark = mark_at(event->position());
  const bool click = event->button() == Qt::LeftButton && mark && mark == pressed_;
  pressed_.reset();
  if (!click) return;
  current_ = mark;
  Q_EMIT mark_clicked(QString::fromStdString(figure_.marks[*mark].node), event->modifiers() & Qt::ControlModifier);
}

void FigurePlot::leaveEvent(QEvent* event) {
  show_record({}, {});
  QCustomPlot::leaveEvent(event);
}

void FigurePlot::move_current(int step) {
  const int count = static_cast<int>(figure_.marks.size());
  if (count == 0) return;
  const int from = current_ ? static_cast<int>(*current_) : step > 0 ? -1 : count;
  current_ = static_cast<std::size_t>(std::clamp(from + step, 0, count - 1));
  show_record(current_, mark_rect(*current_).center().toPoint());
  replot(rpQueuedReplot);
}

void FigurePlot::keyPressEvent(QKeyEvent* event) {
  const bool select = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space;
  if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) {
    move_current(event->key() == Qt::Key_Right ? 1 : -1);
  } else if (select && current_) {
    Q_EMIT mark_clicked(QString::fromStdString(figure_.marks[*current_].node), event->modifiers() & Qt::ControlModifier);
  } else if (event->key() == Qt::Key_Escape && hovered_) {
    show_record({}, {});
  } else {
    QCustomPlot::keyPressEvent(event);
  }
}

void FigurePlot::focusInEvent(QFocusEvent* event) {
  QCustomPlot::focusInEvent(event);
  replot(rpQueuedReplot);
}

void FigurePlot::focusOutEvent(QFocusEvent* event) {
  QCustomPlot::focusOutEvent(event);
  show_record({}, {});
  replot(rpQueuedReplot);
}

}  // namespace kelter::ui
