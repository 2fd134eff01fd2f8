// SPDX-License-Identifier: GPL-3.0-or-later
// Room for the legend: as high as it is, three rows at most; with more branches it scrolls. Window thread.
#pragma once

#include <QScrollArea>

namespace kelter::ui {

class BranchLegend;

class LegendArea : public QScrollArea {
  Q_OBJECT
 public:
  explicit LegendArea(QWidget* parent = nullptr);
  BranchLegend& legend() { return *legend_; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  BranchLegend* legend_;
};

}  // namespace kelter::ui
