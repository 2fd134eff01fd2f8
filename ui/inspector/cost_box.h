// SPDX-License-Identifier: GPL-3.0-or-later
// What the next run would compute: "This edit re-runs 2 of 8 steps, about 22 s". There only while something is stale or
// not computed yet. Window thread.
#pragma once

#include <QFrame>

#include "ui/models/workbench.h"

class QLabel;

namespace kelter::ui {

class CostBox : public QFrame {
  Q_OBJECT
 public:
  explicit CostBox(Workbench& bench, QWidget* parent = nullptr);

 private:
  void refresh();
  int model_steps() const;
  QString details() const;

  Workbench& bench_;
  QLabel *title_, *details_;
};

}  // namespace kelter::ui
