// SPDX-License-Identifier: GPL-3.0-or-later
// One parameter in the form: label, field, unit, the switch to a sweep, the way back to the default, and below it what
// is wrong, what the value means in words, and the help. It shows what a document holds and says what a person wants
// there; a text that is not allowed never leaves the row. Window thread.
#pragma once

#include "ui/inspector/parameter_editor.h"

class QGridLayout;
class QLabel;
class QToolButton;

namespace kelter::ui {

// Label, field and room for two small buttons, in line from row to row.
void form_columns(QGridLayout* grid);

class ParameterRow : public QWidget {
  Q_OBJECT
 public:
  ParameterRow(const ParameterSchema& schema, FilesOf files, QWidget* parent = nullptr);
  ~ParameterRow() override;  // an editor that goes while it has the focus has nobody left to tell

  const ParameterSchema& schema() const { return schema_; }
  // What the document holds for the parameter; null: nothing, so the default is in force.
  void show_given(const Json& given);
  // The same for another node: nothing of what was written for the one before is left.
  void start(const Json& given);
  // What is wrong beside other parameters (a rule of the step, a value that is missing); empty: nothing.
  void set_problem(const QString& why);
  void set_help_shown(bool shown);
  // Help, what is allowed and the default, as one text.
  QString help_text() const;
  bool sweeping() const { return sweeping_; }

 Q_SIGNALS:
  void changed(const kelter::Json& value);  // null: back to the default
  void finished();                          // the gesture is over
  void attended(bool on);                   // the mouse or the focus came or went

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void enterEvent(QEnterEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  void build();
  QToolButton* tool(const QString& icon, const QString& name);
  void connect_editor(ParameterEditor* editor);
  ParameterEditor* editor() const { return sweeping_ ? sweep_editor_ : editor_; }
  Json in_force() const { return given_.is_null() ? schema_.default_value : given_; }
  bool differs() const;
  void take_edit();
  void take_finish();
  void give_up();
  void set_sweeping(bool on);
  void switch_sweep(bool on);
  void check_given();
  void look_for_file();
  void update_state();

  const ParameterSchema schema_;
  FilesOf files_;
  Json given_, before_;  // what the document holds; what it held when the gesture began
  bool sweeping_ = false;
  QString refusal_;  // of what stands in the field
  QString given_problem_, outer_problem_;
  QString left_out_;  // what was written and not taken, after the focus went
  ParameterEditor* editor_ = nullptr;
  ParameterEditor* sweep_editor_ = nullptr;
  QGridLayout* grid_;
  QLabel *label_, *problem_, *words_, *help_;
  QToolButton *sweep_, *reset_;
  std::string looked_for_;      // the path whose file was looked for last
  bool file_missing_ = false;
};

}  // namespace kelter::ui
