// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tensors/tensor_statistics.h"

namespace kelter::ui {

TensorStatistics::TensorStatistics(Workbench& bench, QWidget* parent)
    : StatisticsView(parent), bench_(bench), reader_(new TensorReader(bench, this)) {
  connect(reader_, &TensorReader::measured, this, &StatisticsView::show_statistics);
  connect(reader_, &TensorReader::not_measured, this, &StatisticsView::show_error);
}

void TensorStatistics::ask_for(const QString& tensor) {
  if (tensor.isEmpty()) {
    show_nothing();
  } else {
    show_reading(tensor, bench_.runs.running() ? tr("waiting for a pause of the run …") : tr("reading its numbers …"));
  }
  reader_->measure(tensor);
}

}  // namespace kelter::ui
