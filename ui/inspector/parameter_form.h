// SPDX-License-Identifier: GPL-3.0-or-later
// The form of one node, generated from the schemas of its step. Edits go through DocumentModel: typing in one field is
// one undo step until the focus leaves it or Enter is pressed. Window thread.
#pragma once

#include <QWidget>

#include "ui/models/workbench.h"

class QVBoxLayout;

namespace kelter::ui {

class ParameterRow;

class ParameterForm : public QWidget {
  Q_OBJECT
 public:
  explicit ParameterForm(Workbench& bench, QWidget* parent = nullptr);

  // Rows for this node; empty: none.
  void show_node(const std::string& node);
  // The document may have changed: values, visibility, problems.
  void refresh();
  void set_help_shown(bool shown);
  ParameterRow* row(const std::string& parameter) const;
  // The problem of the document is shown at one of the rows.
  bool shows_problem() const { return shows_problem_; }

 Q_SIGNALS:
  void help_wanted(const QString& label, const QString& help);  // of the field pointed at; empty: of none

 private:
  void rebuild(const Parameters& schemas);
  void add_row(const ParameterSchema& schema);
  void push(const ParameterSchema& schema, const Json& value);
  void show_problems(const StepDescriptor& step, const Json& given);
  void attend(ParameterRow* row, bool on);

  Workbench& bench_;
  std::string node_, step_;
  std::vector<ParameterRow*> rows_;
  QVBoxLayout* layout_;
  bool help_shown_ = false, shows_problem_ = false;
};

// The values in force, as far as they can be told: what is wrong or missing has its default. Of a sweep the first one.
Json values_in_force(const Parameters& schemas, const Json& given);
// Is the parameter in force for any value of a sweep of the one it depends on?
bool visible_in_form(const Parameters& schemas, const ParameterSchema& schema, const Json& given);

}  // namespace kelter::ui
