// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in the place of results before the first run. Window thread.
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace kelter::ui {

class NoResults : public QFrame {
  Q_OBJECT
 public:
  explicit NoResults(QWidget* parent = nullptr);
  void set_can_run(bool can);   // else it says what is missing first

 Q_SIGNALS:
  void run_wanted();

 private:
  QLabel* title_;
  QPushButton* run_;
};

}  // namespace kelter::ui
