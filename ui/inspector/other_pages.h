// SPDX-License-Identifier: GPL-3.0-or-later
// The inspector while no node or more than one is selected. Window thread.
#pragma once

#include <QWidget>

#include "ui/models/workbench.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace kelter::ui {

class ProblemList;
class Switch;
class ValueField;

// Nothing selected: the document.
class DocumentPage : public QWidget {
  Q_OBJECT
 public:
  explicit DocumentPage(Workbench& bench, QWidget* parent = nullptr);
  ~DocumentPage() override;
  void refresh();

 private:
  void take_title();

  Workbench& bench_;
  QLabel *title_, *facts_, *path_, *hint_;
  ValueField* name_;
  ProblemList* problem_;
};

// Several nodes: what can be done to all of them.
class SelectionPage : public QWidget {
  Q_OBJECT
 public:
  explicit SelectionPage(Workbench& bench, QWidget* parent = nullptr);
  void show_nodes(const QStringList& nodes);
  void refresh();

 private:
  std::vector<std::string> ids() const;

  Workbench& bench_;
  QStringList nodes_;
  QLabel *title_, *names_;
  Switch* bypass_;
  QPushButton* remove_;
};

}  // namespace kelter::ui
