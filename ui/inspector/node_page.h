// SPDX-License-Identifier: GPL-3.0-or-later
// The inspector while one node is current: header, problems, form, single layers, cost, ledger. Window thread.
#pragma once

#include <QWidget>

#include "ui/models/workbench.h"

class QLabel;
class QPushButton;

namespace kelter::ui {

class CostBox;
class LedgerView;
class NodeHeader;
class OverrideTable;
class ParameterForm;
class ProblemList;
class Switch;

class NodePage : public QWidget {
  Q_OBJECT
 public:
  explicit NodePage(Workbench& bench, QWidget* parent = nullptr);

  void show_node(const std::string& node);
  void refresh();       // the document changed
  void refresh_runs();  // record or plan changed
  NodeHeader* header() const { return header_; }
  ParameterForm* form() const { return form_; }
  OverrideTable* overrides() const { return overrides_; }
  // Error(invalid_document) if the name cannot be used; nothing happens then.
  void rename(const QString& name);

 Q_SIGNALS:
  void tensors_wanted(const QString& node);
  void renaming(const QString& before, const QString& after);  // before the document changes

 private:
  QLabel* section(const QString& title);
  void build_bypass();
  void refresh_problems();

  Workbench& bench_;
  std::string node_;
  NodeHeader* header_;
  ProblemList* problems_;
  ParameterForm* form_;
  QWidget* bypass_row_;
  Switch* bypass_;
  QLabel *layers_title_, *ledger_title_, *unknown_;
  OverrideTable* overrides_;
  CostBox* cost_;
  LedgerView* ledger_;
  QPushButton* tensors_;
};

}  // namespace kelter::ui
