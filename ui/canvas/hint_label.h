// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence at the mouse, for a few seconds: why something was not done. Window thread.
#pragma once

#include <QLabel>
#include <QTimer>

namespace kelter::ui {

class HintLabel : public QLabel {
  Q_OBJECT
 public:
  explicit HintLabel(QWidget* parent);
  // Near `place` of the parent, inside `room`; an empty text hides it.
  void show_text(const QString& text, const QPoint& place, const QRect& room);

 private:
  void restyle();
  QTimer timer_;
};

}  // namespace kelter::ui
