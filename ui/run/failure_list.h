// SPDX-License-Identifier: GPL-3.0-or-later
// The nodes of the record that failed, each with its place and reason on a line, to be shown on the canvas or copied
// whole. Hidden while nothing failed. Window thread.
#pragma once

#include <QScrollArea>

#include "ui/models/workbench.h"

class QVBoxLayout;

namespace kelter::ui {

class FailureList : public QScrollArea {
  Q_OBJECT
 public:
  explicit FailureList(Workbench& bench, QWidget* parent = nullptr);
  int count() const { return static_cast<int>(shown_.size()); }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 private:
  void refresh();
  QWidget* make_row(const NodeRecord& node);

  Workbench& bench_;
  QWidget* rows_;
  QVBoxLayout* layout_;
  std::vector<std::string> shown_;   // what each row says, to leave rows alone that did not change
};

}  // namespace kelter::ui
