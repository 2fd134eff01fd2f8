// SPDX-License-Identifier: GPL-3.0-or-later
// What the numbers of one tensor are like: a table of values and a histogram, or why there is nothing yet. Window thread.
#pragma once

#include <QFrame>

#include "core/base/error.h"
#include "core/base/json.h"

class QGridLayout;
class QLabel;

namespace kelter::ui {

class HistogramBars;

class StatisticsView : public QFrame {
  Q_OBJECT
 public:
  explicit StatisticsView(QWidget* parent = nullptr);

  void show_nothing();                              // no tensor is chosen
  void show_reading(const QString& tensor, const QString& why);
  void show_error(const QString& tensor, const ErrorInfo& error);
  // As TensorMeasured of core/describe/engine.h carries them.
  void show_statistics(const QString& tensor, const Json& statistics);
  QString value(const QString& name) const;         // what stands beside this name; empty if it is not shown

 private:
  void show_note(const QString& tensor, const QString& note, bool error);
  void add_row(const QString& name, const QString& help);

  QLabel *title_, *note_;
  QWidget* values_;
  QGridLayout* grid_;
  std::vector<std::pair<QLabel*, QLabel*>> rows_;
  HistogramBars* bars_;
};

}  // namespace kelter::ui
