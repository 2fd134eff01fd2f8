// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in the place of results before the first run. Window thread.
#pragma once

#include <QFrame>

namespace kelter::ui {

class NoResults : public QFrame {
  Q_OBJECT
 public:
  explicit NoResults(QWidget* parent = nullptr);

 Q_SIGNALS:
  void run_wanted();
};

}  // namespace kelter::ui
