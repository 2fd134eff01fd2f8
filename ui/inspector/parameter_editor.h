// SPDX-License-Identifier: GPL-3.0-or-later
// One widget per kind of parameter, made from its schema: the inspector's form and its table of layers both use them.
// An editor shows a value and says what a person made of it; it changes no document. Window thread.
#pragma once

#include <functional>
#include <QWidget>

#include "core/base/files.h"
#include "core/describe/parameter.h"

namespace kelter::ui {

class ParameterEditor : public QWidget {
  Q_OBJECT
 public:
  using QWidget::QWidget;

  // Puts a value into the widget; says nothing. null: none.
  virtual void show_value(const Json& value) = 0;
  // What stands in the widget, canonical; null for none. Error(invalid_parameter).
  virtual Json value() const = 0;
  virtual QString text() const = 0;  // as written, for a message about it
  // The value differs from the default; the text is not allowed.
  virtual void set_marks(bool changed, bool invalid) = 0;
  virtual void set_name(const QString& name) = 0;  // for assistive technology

 Q_SIGNALS:
  void edited();    // text or choice differs from what it was
  void finished();  // Enter, a choice, or the focus left: the gesture is over
  void given_up();  // Escape
};

// What a parameter that names files is told about them.
struct FilesOf {
  std::function<fs::path()> folder;       // where relative paths of the document start; empty for one in memory
  std::function<QStringList()> known;     // what can be chosen without looking for it, asked when somebody chooses; may be null
};

ParameterEditor* make_editor(const ParameterSchema& schema, FilesOf files, QWidget* parent);
// A line of values for a sweep of the parameter.
ParameterEditor* make_sweep_editor(const ParameterSchema& schema, QWidget* parent);

}  // namespace kelter::ui
