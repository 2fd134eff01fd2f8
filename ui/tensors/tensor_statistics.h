// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers of one tensor of a model, as the engine counts them: a view with a reader of its own. The workbench
// outlives it. Window thread.
#pragma once

#include "ui/tensors/statistics_view.h"
#include "ui/tensors/tensor_reader.h"

namespace kelter::ui {

class TensorStatistics : public StatisticsView {
  Q_OBJECT
 public:
  explicit TensorStatistics(Workbench& bench, QWidget* parent = nullptr);

  // Says which model it is about, or that there is none.
  TensorReader& reader() { return *reader_; }
  // Shows the numbers of this tensor as soon as they are there, and until then why they are not. Empty: none is wanted.
  void ask_for(const QString& tensor);

 private:
  Workbench& bench_;
  TensorReader* reader_;
};

}  // namespace kelter::ui
