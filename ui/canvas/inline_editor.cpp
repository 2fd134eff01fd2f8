// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/inline_editor.h"

#include <QKeyEvent>

#include "ui/theme/theme.h"

namespace kelter::ui {

InlineEditor::InlineEditor(QWidget* parent) : QPlainTextEdit(parent) {
  setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setTabChangesFocus(true);
  hide();
}

void InlineEditor::open(const QRect& area, const QString& text, bool one_line, const QString& name,
                        std::function<void(const QString&)> done) {
  finish(true);
  one_line_ = one_line;
  done_ = std::move(done);
  setAccessibleName(name);
  setToolTip(one_line ? tr("Enter keeps the name, Escape the old one")
                      : tr("Ctrl+Enter keeps the text, Escape the old one"));
  setLineWrapMode(one_line ? NoWrap : WidgetWidth);
  setVerticalScrollBarPolicy(one_line ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
  setPlainText(text);
  selectAll();
  const int least = qRound(theme().px(one_line ? 34 : 88));
  QRect place(area.topLeft(), area.size().expandedTo({qRound(theme().px(200)), least}));
  if (one_line) place.setHeight(least);
  place = place & parentWidget()->rect();
  setGeometry(place.isEmpty() ? QRect(8, 8, qRound(theme().px(200)), least) : place);
  show();
  raise();
  setFocus(Qt::OtherFocusReason);
}

void InlineEditor::finish(bool keep) {
  if (!done_) return;
  const auto done = std::move(done_);
  done_ = nullptr;
  hide();
  if (keep) done(toPlainText());
  Q_EMIT closed();
}

// Enter and Escape are for this field, not for shortcuts of the window.
bool InlineEditor::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Escape) {
      event->accept();
      return true;
    }
  }
  return QPlainTextEdit::event(event);
}

void InlineEditor::keyPressEvent(QKeyEvent* event) {
  const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (event->key() == Qt::Key_Escape) {
    finish(false);
  } else if (enter && (one_line_ || event->modifiers() & Qt::ControlModifier)) {
    finish(true);
  } else {
    QPlainTextEdit::keyPressEvent(event);
  }
}

void InlineEditor::focusOutEvent(QFocusEvent* event) {
  QPlainTextEdit::focusOutEvent(event);
  if (event->reason() != Qt::PopupFocusReason && event->reason() != Qt::ActiveWindowFocusReason) finish(true);
}

}  // namespace kelter::ui
