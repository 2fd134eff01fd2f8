// SPDX-License-Identifier: GPL-3.0-or-later
// A histogram as small bars, the least and the largest value below its ends. Heights are shares of the fullest bin; a bin
// that holds anything is seen. Window thread.
#pragma once

#include <QWidget>
#include <cstdint>
#include <vector>

namespace kelter::ui {

class HistogramBars : public QWidget {
  Q_OBJECT
 public:
  explicit HistogramBars(QWidget* parent = nullptr);

  // Equal bins from least to largest; none: nothing is drawn.
  void set(std::vector<std::int64_t> bins, double least, double largest);
  const std::vector<std::int64_t>& bins() const { return bins_; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  int bin_at(int x) const;   // -1: none
  QString bin_text(int bin) const;

  std::vector<std::int64_t> bins_;
  double least_ = 0, largest_ = 0;
};

// "-1.72e-03" as a statistic is shown: four digits, in the form of the locale.
QString value_text(double value);

}  // namespace kelter::ui
