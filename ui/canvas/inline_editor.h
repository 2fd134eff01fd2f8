// SPDX-License-Identifier: GPL-3.0-or-later
// A field over the canvas for a name or a note. One line: Enter keeps it. Several: Ctrl+Enter or leaving it does.
// Escape leaves everything as it was. Window thread.
#pragma once

#include <functional>
#include <QPlainTextEdit>

namespace kelter::ui {

class InlineEditor : public QPlainTextEdit {
  Q_OBJECT
 public:
  explicit InlineEditor(QWidget* parent);

  // `area` in the parent's coordinates. `done` gets the text, once, if it is to be kept.
  void open(const QRect& area, const QString& text, bool one_line, const QString& name,
            std::function<void(const QString&)> done);
  void finish(bool keep);

 Q_SIGNALS:
  void closed();

 protected:
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  bool one_line_ = true;
  std::function<void(const QString&)> done_;
};

}  // namespace kelter::ui
