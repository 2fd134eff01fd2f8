// SPDX-License-Identifier: GPL-3.0-or-later
// Two thin bars: how many stages of a run are through, and how far the present one is. Window thread.
#pragma once

#include <QColor>
#include <QWidget>

namespace kelter::ui {

class ProgressBars : public QWidget {
  Q_OBJECT
 public:
  explicit ProgressBars(QWidget* parent = nullptr);

  // Shares from 0 to 1; `color` of the lower bar.
  void set(double stages, double items, const QColor& color);
  double stages() const { return stages_; }
  double items() const { return items_; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {60, sizeHint().height()}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  double stages_ = 0, items_ = 0;
  QColor color_;
};

}  // namespace kelter::ui
