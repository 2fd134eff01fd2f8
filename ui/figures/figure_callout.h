// SPDX-License-Identifier: GPL-3.0-or-later
// The record of a mark beside the mouse or the keyboard's mark: name, value with error, change, bytes, protocol.
// Never takes the mouse. Child of the plot's window; window thread.
#pragma once

#include <QFrame>
#include <QStringList>

class QLabel;

namespace kelter::ui {

class FigureCallout : public QFrame {
  Q_OBJECT
 public:
  explicit FigureCallout(QWidget* window);

  // A line "what\ttext" becomes two columns, others go across. `at` in coordinates of the window.
  void show_at(const QString& title, const QStringList& lines, const QPoint& at);
  QString text() const;   // as shown, for accessibility and tests

 private:
  QLabel* title_;
  QLabel* body_;
  QString text_;
};

}  // namespace kelter::ui
