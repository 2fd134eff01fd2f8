// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/parameter_form.h"

#include <algorithm>
#include <QVBoxLayout>

#include "ui/inspector/known_files.h"
#include "ui/inspector/parameter_row.h"
#include "ui/inspector/value_text.h"
#include "ui/models/step_text.h"

namespace kelter::ui {
namespace {

Json given_value(const Json& given, const std::string& id) {
  const auto found = given.find(id);
  return found == given.end() ? Json() : *found;
}

// The values of a sweep, the single value, or the default; without what is not allowed.
std::vector<Json> possible_values(const ParameterSchema& schema, const Json& given) {
  std::vector<Json> values;
  std::vector<Json> wanted = sweep_values(given);
  if (!is_sweep(given) && !given.is_null()) wanted.push_back(given);
  for (const Json& value : wanted) {
    try {
      values.push_back(check_parameter(schema, value, ""));
    } catch (const Error&) {
      // Its row says what is wrong with it.
    }
  }
  if (values.empty()) values.push_back(schema.default_value);
  return values;
}

const ParameterSchema* schema_of(const Parameters& schemas, const std::string& id) {
  const auto found = std::find_if(schemas.begin(), schemas.end(), [&](const ParameterSchema& s) { return s.id == id; });
  return found == schemas.end() ? nullptr : &*found;
}

// Sweeps by their first value, so that the rules of the step can be asked.
Json first_values(const Json& given) {
  Json out = Json::object();
  for (const auto& [name, value] : given.items()) {
    const std::vector<Json> values = sweep_values(value);
    out[name] = values.empty() ? value : values.front();
  }
  return out;
}

}  // namespace

Json values_in_force(const Parameters& schemas, const Json& given) {
  Json values = Json::object();
  for (const ParameterSchema& schema : schemas) {
    const Json wanted = is_visible(schema, values) ? given_value(given, schema.id) : Json();
    values[schema.id] = possible_values(schema, wanted).front();
  }
  return values;
}

bool visible_in_form(const Parameters& schemas, const ParameterSchema& schema, const Json& given) {
  const ParameterSchema* master = schema_of(schemas, schema.visible_parameter);
  if (!master) return true;
  if (!visible_in_form(schemas, *master, given)) return false;
  const std::vector<Json> values = possible_values(*master, given_value(given, master->id));
  return std::any_of(values.begin(), values.end(), [&](const Json& value) {
    return is_visible(schema, Json{{master->id, value}});
  });
}

ParameterForm::ParameterForm(Workbench& bench, QWidget* parent)
    : QWidget(parent), bench_(bench), layout_(new QVBoxLayout(this)) {
  layout_->setContentsMargins(0, 0, 0, 0);
  layout_->setSpacing(8);
}

// Nodes of one step share the rows.
void ParameterForm::show_node(const std::string& node) {
  const Node* found = bench_.document.document().find(node);
  const StepDescriptor* step = bench_.document.step_of(node);
  const std::string step_id = found && step ? step->id : std::string();
  if (node != node_ || step_id != step_) {
    bench_.document.end_gesture();
    if (step_id != step_) rebuild(step_id.empty() ? Parameters() : step->parameters);
    for (ParameterRow* row : rows_)
      row->start(found ? given_value(found->parameters, row->schema().id) : Json());
    node_ = node;
    step_ = step_id;
  }
  refresh();
}

void ParameterForm::rebuild(const Parameters& schemas) {
  for (ParameterRow* row : rows_) {
    row->disconnect(this);
    row->setObjectName({});  // it goes a little later: until then nobody finds it
    row->hide();
    row->deleteLater();
  }
  rows_.clear();
  for (const ParameterSchema& schema : schemas)
    add_row(schema);
}

void ParameterForm::add_row(const ParameterSchema& schema) {
  const auto known = [this, schema] {
    const StepDescriptor* step = bench_.document.step_of(node_);
    return step ? known_files(*step, schema) : QStringList();
  };
  auto* row = new ParameterRow(schema, {[this] { return bench_.document.document().folder; }, known}, this);
  row->setObjectName("parameter-" + QString::fromStdString(schema.id));
  row->set_help_shown(help_shown_);
  connect(row, &ParameterRow::changed, this, [this, row](const Json& value) { push(row->schema(), value); });
  connect(row, &ParameterRow::finished, this, [this] { bench_.document.end_gesture(); });
  connect(row, &ParameterRow::attended, this, [this, row](bool on) { attend(row, on); });
  layout_->addWidget(row);
  rows_.push_back(row);
}

ParameterRow* ParameterForm::row(const std::string& parameter) const {
  const auto found =
      std::find_if(rows_.begin(), rows_.end(), [&](const ParameterRow* row) { return row->schema().id == parameter; });
  return found == rows_.end() ? nullptr : *found;
}

void ParameterForm::push(const ParameterSchema& schema, const Json& value) {
  if (!bench_.document.document().find(node_)) return;
  const QString label = step_text(schema.label);
  const QString text = value.is_null() ? tr("Reset %1").arg(label) : tr("Change %1").arg(label);
  bench_.document.push(set_parameter(bench_.document.document(), node_, schema.id, value), text);
}

void ParameterForm::refresh() {
  const Node* node = bench_.document.document().find(node_);
  const StepDescriptor* step = bench_.document.step_of(node_);
  if (!node || !step) return;
  const Json given = node->parameters.is_object() ? node->parameters : Json::object();
  for (ParameterRow* row : rows_) {
    row->show_given(given_value(given, row->schema().id));
    row->setVisible(visible_in_form(step->parameters, row->schema(), given));
  }
  show_problems(*step, given);
}

// Rules and missing values: the message names the parameter in quotation marks.
void ParameterForm::show_problems(const StepDescriptor& step, const Json& given) {
  std::string named;
  QString why;
  try {
    step.resolve(first_values(given), "");
  } catch (const Error& error) {
    const ErrorInfo& info = error.info();
    for (const ParameterRow* row : rows_) {
      if (info.what.find("\"" + row->schema().id + "\"") == std::string::npos) continue;
      named = row->schema().id;
      const bool missing = info.what.find("is missing") != std::string::npos;
      why = missing ? tr("A value is needed.") : sentence(info.why);
    }
  }
  shows_problem_ = !named.empty();
  for (ParameterRow* row : rows_) {
    row->set_problem(row->schema().id == named ? why : QString());
  }
}

void ParameterForm::set_help_shown(bool shown) {
  help_shown_ = shown;
  for (ParameterRow* row : rows_)
    row->set_help_shown(shown);
}

void ParameterForm::attend(ParameterRow* row, bool on) {
  const ParameterRow* shown = on ? row : nullptr;
  for (const ParameterRow* other : rows_) {  // back to the field with the focus when the mouse has gone
    if (!shown && other->isAncestorOf(window()->focusWidget())) shown = other;
  }
  Q_EMIT help_wanted(shown ? step_text(shown->schema().label) : QString(), shown ? shown->help_text() : QString());
}

}  // namespace kelter::ui
