// SPDX-License-Identifier: GPL-3.0-or-later
// One line of muted text that gives way: cut with an ellipsis where there is no room, whole in its tooltip. Window
// thread.
#pragma once

#include <QWidget>

namespace kelter::ui {

class ElidedLabel : public QWidget {
  Q_OBJECT
 public:
  explicit ElidedLabel(QWidget* parent = nullptr);
  QString text() const { return text_; }
  void set_text(const QString& text, const QString& tooltip = {});
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString text_;
};

}  // namespace kelter::ui
