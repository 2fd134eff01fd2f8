// SPDX-License-Identifier: GPL-3.0-or-later
// Errors and warnings of one node: what, where, why, what to try, and the whole text for the clipboard. Window thread.
#pragma once

#include <QWidget>

#include "core/base/error.h"

class QVBoxLayout;

namespace kelter::ui {

class ProblemList : public QWidget {
  Q_OBJECT
 public:
  explicit ProblemList(QWidget* parent = nullptr);
  // Hidden while there are none.
  void show_problems(const std::vector<ErrorInfo>& errors, const std::vector<std::string>& warnings);

 private:
  QWidget* error_box(const ErrorInfo& error);
  QWidget* warning_line(const QString& text);

  std::vector<std::string> shown_;  // texts, so that nothing is rebuilt while it is read
  QVBoxLayout* layout_;
};

}  // namespace kelter::ui
