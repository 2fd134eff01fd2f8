// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/branch_legend.h"

#include <QFontMetrics>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

#include "ui/figures/report_text.h"
#include "ui/results/branch_swatch.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

int scaled(double pixels) { return qRound(theme().px(pixels)); }

}  // namespace

BranchLegend::BranchLegend(QWidget* parent) : QWidget(parent), style_(screen_style()) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Branches"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setCursor(Qt::PointingHandCursor);
  connect(&theme(), &Theme::changed, this, &BranchLegend::restyle);
}

void BranchLegend::restyle() {
  style_ = screen_style();
  fit_height();
  update();
}

void BranchLegend::set_branches(const std::vector<Branch>& branches, bool lines) {
  if (branches == branches_ && lines == lines_) return;
  branches_ = branches;
  lines_ = lines;
  labels_.clear();
  for (const Branch& branch : branches_)
    labels_ << with_decimal_sign(QString::fromStdString(branch.label), QLocale());
  setAccessibleDescription(labels_.join(", "));
  if (current_ && *current_ >= branches_.size()) current_.reset();
  fit_height();
  update();
}

void BranchLegend::set_selected(const QStringList& nodes) {
  if (nodes == selected_) return;
  selected_ = nodes;
  update();
}

// ---- places -------------------------------------------------------------------------------------------------

int BranchLegend::row_height() const { return QFontMetrics(style_.small).height() + scaled(4); }

std::vector<BranchLegend::Entry> BranchLegend::entries_in(int width) const {
  const QFontMetrics metrics(style_.small);
  const int height = row_height(), gap = scaled(4);
  std::vector<Entry> entries;
  int x = 0, y = 0;
  for (qsizetype i = 0; i < labels_.size(); ++i) {
    const QString number = QString::number(i + 1);
    const int fixed = metrics.horizontalAdvance(number) + scaled(10 + 4 + 4 + 12);
    const QString text = metrics.elidedText(labels_[i], Qt::ElideRight, std::max(scaled(24), std::min(width - fixed, scaled(260))));
    const int entry = fixed + metrics.horizontalAdvance(text);
    if (x > 0 && x + entry > width) x = 0, y += height;
    entries.push_back({QRect(x, y, entry, height), text});
    x += entry + gap;
  }
  return entries;
}

// As many rows as the width asks for. (A layout inside pages and splitters does not ask for a height by width.)
void BranchLegend::fit_height() {
  const std::vector<Entry> entries = entries_in(width());
  setFixedHeight(entries.empty() ? 0 : entries.back().place.bottom() + 1);
}

void BranchLegend::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fit_height();
}

QSize BranchLegend::sizeHint() const { return {scaled(400), height()}; }

QSize BranchLegend::minimumSizeHint() const { return {scaled(120), row_height()}; }

QRect BranchLegend::entry_rect(std::size_t branch) const {
  const std::vector<Entry> entries = entries_in(width());
  return branch < entries.size() ? entries[branch].place : QRect();
}

std::optional<std::size_t> BranchLegend::entry_at(const QPoint& position) const {
  const std::vector<Entry> entries = entries_in(width());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].place.contains(position)) return i;
  }
  return std::nullopt;
}

// ---- drawing and answers ------------------------------------------------------------------------------------

void BranchLegend::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(style_.small);
  const QFontMetrics metrics(style_.small);
  const std::vector<Entry> entries = entries_in(width());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Branch& branch = branches_[i];
    const QRectF place = entries[i].place;
    const bool selected = selected_.contains(QString::fromStdString(branch.node));
    if (selected || (hasFocus() && current_ == i)) {
      painter.setPen(QPen(selected ? style_.accent : style_.ink, selected ? 1.4 : 1, selected ? Qt::SolidLine : Qt::DotLine));
      painter.setBrush(Qt::NoBrush);
      painter.drawRoundedRect(place.adjusted(0.8, 0.8, -0.8, -0.8), scaled(5), scaled(5));
    }
    double x = place.left() + scaled(6);
    const double baseline = place.center().y() + (metrics.ascent() - metrics.descent()) / 2.0;
    painter.setPen(style_.muted);
    const QString number = QString::number(i + 1);
    painter.drawText(QPointF(x, baseline), number);
    x += metrics.horizontalAdvance(number) + scaled(4);
    const QRectF swatch(x, place.center().y() - scaled(5), scaled(10), scaled(10));
    draw_swatch(painter, swatch, style_, branch, i, lines_);
    painter.setPen(style_.ink);
    painter.drawText(QPointF(x + scaled(14), baseline), entries[i].text);
  }
}

bool BranchLegend::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const auto entry = entry_at(help->pos());
  QToolTip::showText(help->globalPos(), entry ? labels_[static_cast<qsizetype>(*entry)] : QString(), this);
  return true;
}

void BranchLegend::mousePressEvent(QMouseEvent* event) {
  const auto entry = entry_at(event->position().toPoint());
  if (!entry || event->button() != Qt::LeftButton) return;
  current_ = entry;
  Q_EMIT branch_clicked(QString::fromStdString(branches_[*entry].node), event->modifiers() & Qt::ControlModifier);
}

void BranchLegend::keyPressEvent(QKeyEvent* event) {
  const int count = static_cast<int>(branches_.size());
  const bool select = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space;
  if (count > 0 && (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)) {
    const int step = event->key() == Qt::Key_Right ? 1 : -1;
    const int from = current_ ? static_cast<int>(*current_) : step > 0 ? -1 : count;
    current_ = static_cast<std::size_t>(std::clamp(from + step, 0, count - 1));
    update();
  } else if (select && current_) {
    Q_EMIT branch_clicked(QString::fromStdString(branches_[*current_].node), event->modifiers() & Qt::ControlModifier);
  } else {
    QWidget::keyPressEvent(event);
  }
}

void BranchLegend::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  update();
}

void BranchLegend::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  update();
}

}  // namespace kelter::ui
