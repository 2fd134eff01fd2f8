// SPDX-License-Identifier: GPL-3.0-or-later
// Who a node is: family, step and version, what the step does with its card, and the node's own name, which can be
// changed here. Window thread.
#pragma once

#include <QWidget>

#include "core/describe/step_descriptor.h"

class QLabel;
class QPushButton;
class QToolButton;

namespace kelter::ui {

class FamilyDot;
class StepCardView;
class ValueField;

class NodeHeader : public QWidget {
  Q_OBJECT
 public:
  explicit NodeHeader(QWidget* parent = nullptr);
  ~NodeHeader() override;  // a name half written goes with its field and renames nothing

  // `step` nullptr: no plugin describes `step_id`.
  void show_node(const std::string& node, const std::string& step_id, const StepDescriptor* step);
  void show_name_problem(const QString& why);
  QToolButton* help_button() const { return help_; }

 Q_SIGNALS:
  void rename_wanted(const QString& name);
  void help_toggled(bool shown);

 private:
  void build_title();
  void build_card();
  void build_name();
  void take_name();
  void open_card(bool open);

  std::string node_, shown_step_;
  FamilyDot* dot_;
  QLabel *title_, *meta_, *summary_, *citation_, *name_problem_;
  QToolButton* help_;
  QPushButton* card_link_;
  StepCardView* card_;
  ValueField* name_;
};

// A row with a label at the left and a field at the right that stands in line with the rows of the form.
QWidget* form_row(const QString& label, QWidget* field, QWidget* parent);

}  // namespace kelter::ui
