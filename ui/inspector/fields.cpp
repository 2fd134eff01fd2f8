// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/fields.h"

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QStyle>
#include <QUrl>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int unit_margin = 9;   // as the padding of a field
constexpr int arrow_width = 22;  // of a choice
constexpr int page_of_steps = 10;

QLabel* unit_label(QWidget* field) {
  auto* label = new QLabel(field);
  label->setProperty("role", "muted");
  label->setAttribute(Qt::WA_TransparentForMouseEvents);
  label->hide();
  return label;
}

// At the right end of the field, and not over its text: a narrow field has none.
void put_at_end(QLabel* unit, const QWidget* field, int margin) {
  const QSize size = unit->sizeHint();
  const bool fits = !unit->text().isEmpty() && size.width() + margin < field->width() * 0.72;
  unit->setVisible(fits);
  unit->setGeometry(field->width() - size.width() - margin, (field->height() - size.height()) / 2, size.width(),
                    size.height());
}

// A menu and another window leave a field as it is.
bool went_elsewhere(const QFocusEvent* event) {
  return event->reason() != Qt::PopupFocusReason && event->reason() != Qt::ActiveWindowFocusReason;
}

QStringList local_files(const QMimeData* mime) {
  QStringList paths;
  for (const QUrl& url : mime->urls()) {
    if (url.isLocalFile()) paths.append(url.toLocalFile());
  }
  return paths;
}

}  // namespace

void set_mark(QWidget* widget, const char* mark, const QVariant& value) {
  if (widget->property(mark) == value) return;
  widget->setProperty(mark, value);
  widget->style()->unpolish(widget);
  widget->style()->polish(widget);
  widget->update();
}

ValueField::ValueField(QWidget* parent) : QLineEdit(parent), unit_(unit_label(this)) {
  connect(&theme(), &Theme::changed, this, &ValueField::place_unit);
}

void ValueField::set_unit(const QString& unit) {
  unit_->setText(unit);
  place_unit();
}

void ValueField::place_unit() {
  put_at_end(unit_, this, unit_margin);
  setTextMargins(0, 0, unit_->isVisibleTo(this) ? unit_->width() + 4 : 0, 0);
}

bool ValueField::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
      event->ignore();
      return false;
    }
  }
  return QLineEdit::event(event);
}

void ValueField::keyPressEvent(QKeyEvent* event) {
  const bool history = event->matches(QKeySequence::Undo) || event->matches(QKeySequence::Redo);
  switch (event->key()) {
    case Qt::Key_Up:
      Q_EMIT step_wanted(1);
      return;
    case Qt::Key_Down:
      Q_EMIT step_wanted(-1);
      return;
    case Qt::Key_PageUp:
      Q_EMIT step_wanted(page_of_steps);
      return;
    case Qt::Key_PageDown:
      Q_EMIT step_wanted(-page_of_steps);
      return;
    case Qt::Key_Escape:
      Q_EMIT given_up();
      return;
    default:
      break;
  }
  if (history) return event->ignore();
  QLineEdit::keyPressEvent(event);
}

void ValueField::focusOutEvent(QFocusEvent* event) {
  QLineEdit::focusOutEvent(event);
  if (went_elsewhere(event)) Q_EMIT left();
}

void ValueField::resizeEvent(QResizeEvent* event) {
  QLineEdit::resizeEvent(event);
  place_unit();
}

void ValueField::dragEnterEvent(QDragEnterEvent* event) {
  if (!local_files(event->mimeData()).isEmpty()) return event->acceptProposedAction();
  QLineEdit::dragEnterEvent(event);
}

void ValueField::dragMoveEvent(QDragMoveEvent* event) {
  if (!local_files(event->mimeData()).isEmpty()) return event->acceptProposedAction();
  QLineEdit::dragMoveEvent(event);
}

void ValueField::dropEvent(QDropEvent* event) {
  const QStringList files = local_files(event->mimeData());
  if (files.isEmpty()) return QLineEdit::dropEvent(event);
  event->acceptProposedAction();
  Q_EMIT files_dropped(files);
}

ChoiceField::ChoiceField(QWidget* parent) : QComboBox(parent), unit_(unit_label(this)) {
  setFocusPolicy(Qt::StrongFocus);
  setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  setMinimumContentsLength(4);
  connect(&theme(), &Theme::changed, this, &ChoiceField::place_unit);
}

void ChoiceField::set_unit(const QString& unit) {
  unit_->setText(unit);
  place_unit();
}

void ChoiceField::place_unit() { put_at_end(unit_, this, arrow_width + 2); }

void ChoiceField::focusOutEvent(QFocusEvent* event) {
  QComboBox::focusOutEvent(event);
  if (went_elsewhere(event)) Q_EMIT left();
}

void ChoiceField::resizeEvent(QResizeEvent* event) {
  QComboBox::resizeEvent(event);
  place_unit();
}

Switch::Switch(QWidget* parent) : QCheckBox(parent) {
  connect(&theme(), &Theme::changed, this, [this] { updateGeometry(); });
}

void Switch::set_changed(bool changed) {
  changed_ = changed;
  update();
}

QString Switch::word() const { return isChecked() ? tr("on") : tr("off"); }

QSize Switch::sizeHint() const {
  const int words = std::max(fontMetrics().horizontalAdvance(tr("on")), fontMetrics().horizontalAdvance(tr("off")));
  return {static_cast<int>(theme().px(30 + 8)) + words + 4, static_cast<int>(theme().px(28))};
}

void Switch::focusOutEvent(QFocusEvent* event) {
  QCheckBox::focusOutEvent(event);
  if (went_elsewhere(event)) Q_EMIT left();
}

void Switch::paintEvent(QPaintEvent*) {
  const Colors& colors = theme().colors();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const double track_height = theme().px(16), track_width = theme().px(30);
  const QRectF track(1.5, (height() - track_height) / 2, track_width, track_height);
  const QColor on = changed_ ? colors.accent : colors.muted;
  painter.setPen(QPen(hasFocus() ? colors.accent : isChecked() ? on : colors.muted, hasFocus() ? 1.5 : 1));
  painter.setBrush(isChecked() ? on : colors.field);
  painter.drawRoundedRect(track, track_height / 2, track_height / 2);
  const double knob = track_height - 6;
  const double x = isChecked() ? track.right() - knob - 3 : track.left() + 3;
  painter.setPen(Qt::NoPen);
  painter.setBrush(isChecked() ? colors.panel : colors.muted);
  painter.drawEllipse(QRectF(x, track.center().y() - knob / 2, knob, knob));
  if (hasFocus()) {
    painter.setPen(QPen(colors.accent, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(track.adjusted(-1.5, -2.5, 1.5, 2.5), track_height / 2 + 2, track_height / 2 + 2);
  }
  painter.setPen(changed_ ? colors.accent : colors.ink);
  painter.drawText(QRectF(track.right() + theme().px(8), 0, width(), height()), Qt::AlignVCenter | Qt::AlignLeft,
                   word());
}

}  // namespace kelter::ui
