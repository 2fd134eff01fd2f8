// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences above the results that hold for all of them: recorded on another machine, or stale. Window thread.
#pragma once

#include <QString>
#include <QWidget>

class QFrame;
class QLabel;

namespace kelter::ui {

class ResultsBanners : public QWidget {
  Q_OBJECT
 public:
  explicit ResultsBanners(QWidget* parent = nullptr);

  // `host` may be empty: a machine without a name.
  void show_elsewhere(bool on, const QString& host, const QString& device);
  void show_stale(bool on);

 Q_SIGNALS:
  void run_wanted();

 private:
  QLabel *elsewhere_text_, *stale_text_;
  QFrame *elsewhere_, *stale_;
};

}  // namespace kelter::ui
