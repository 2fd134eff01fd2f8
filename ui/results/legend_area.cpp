// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/legend_area.h"

#include <QEvent>
#include <QFrame>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/results/branch_legend.h"

namespace kelter::ui {

LegendArea::LegendArea(QWidget* parent) : QScrollArea(parent) {
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::NoFocus);
  auto* page = new QFrame(this);
  page->setProperty("panel", true);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  legend_ = new BranchLegend(page);
  legend_->installEventFilter(this);
  column->addWidget(legend_);
  setWidget(page);
}

bool LegendArea::eventFilter(QObject* watched, QEvent* event) {
  if (watched == legend_ && event->type() == QEvent::Resize)
    setFixedHeight(std::min(legend_->height(), 3 * legend_->row_height()));
  return QScrollArea::eventFilter(watched, event);
}

}  // namespace kelter::ui
