// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/parameter_row.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QToolButton>

#include "ui/inspector/document_path.h"
#include "ui/inspector/fields.h"
#include "ui/inspector/value_text.h"
#include "ui/library/background.h"
#include "ui/models/step_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int label_share = 9, field_share = 11, tool_size = 22;

QLabel* line_below(const char* role, QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setProperty("role", role);
  label->setWordWrap(true);
  label->hide();
  return label;
}

void show_text(QLabel* label, const QString& text) {
  label->setText(text);
  label->setVisible(!text.isEmpty());
}

}  // namespace

void form_columns(QGridLayout* grid) {
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(4);
  grid->setVerticalSpacing(2);
  grid->setColumnStretch(0, label_share);
  grid->setColumnStretch(1, field_share);
  grid->setColumnMinimumWidth(2, tool_size);
  grid->setColumnMinimumWidth(3, tool_size);
}

ParameterRow::ParameterRow(const ParameterSchema& schema, FilesOf files, QWidget* parent)
    : QWidget(parent), schema_(schema), files_(std::move(files)), grid_(new QGridLayout(this)) {
  build();
  start(Json());
}

ParameterRow::~ParameterRow() {
  for (ParameterEditor* editor : {editor_, sweep_editor_}) {
    if (editor) editor->disconnect(this);
  }
}

void ParameterRow::build() {
  label_ = new QLabel(step_text(schema_.label), this);
  label_->setWordWrap(true);
  label_->installEventFilter(this);
  editor_ = make_editor(schema_, files_, this);
  connect_editor(editor_);
  label_->setBuddy(editor_);
  sweep_ = tool("sweep", tr("Sweep %1 over several values").arg(label_->text()));
  sweep_->setCheckable(true);
  reset_ = tool("reset", tr("Reset %1 to its default").arg(label_->text()));
  problem_ = line_below("danger", this);
  problem_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  words_ = line_below("caption", this);
  help_ = line_below("caption", this);

  form_columns(grid_);
  for (QWidget* widget : {static_cast<QWidget*>(label_), static_cast<QWidget*>(editor_)}) {
    widget->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  }
  grid_->addWidget(label_, 0, 0);
  grid_->addWidget(editor_, 0, 1);
  grid_->addWidget(sweep_, 0, 2);
  grid_->addWidget(reset_, 0, 3);
  int row = 1;
  for (QLabel* line : {problem_, words_, help_})
    grid_->addWidget(line, row++, 0, 1, 4);

  connect(sweep_, &QToolButton::clicked, this, &ParameterRow::switch_sweep);
  connect(reset_, &QToolButton::clicked, this, [this] {
    left_out_.clear();
    Q_EMIT changed(Json());
    Q_EMIT finished();
    editor()->setFocus();
  });
}

QToolButton* ParameterRow::tool(const QString& icon, const QString& name) {
  auto* button = new QToolButton(this);
  const auto paint = [button, icon] { button->setIcon(theme().icon(icon, theme().colors().muted)); };
  paint();
  connect(&theme(), &Theme::changed, button, paint);
  button->setIconSize(QSize(14, 14));
  button->setAccessibleName(name);
  button->setToolTip(name);
  QSizePolicy policy = button->sizePolicy();
  policy.setRetainSizeWhenHidden(true);
  button->setSizePolicy(policy);
  button->setFixedSize(tool_size, tool_size);
  button->installEventFilter(this);
  return button;
}

void ParameterRow::connect_editor(ParameterEditor* editor) {
  editor->set_name(label_->text());
  editor->setToolTip(help_text());
  connect(editor, &ParameterEditor::edited, this, &ParameterRow::take_edit);
  connect(editor, &ParameterEditor::finished, this, &ParameterRow::take_finish);
  connect(editor, &ParameterEditor::given_up, this, &ParameterRow::give_up);
  editor->focusProxy()->installEventFilter(this);
}

QString ParameterRow::help_text() const {
  QString text = step_text(schema_.help);
  const QString range = range_text(schema_);
  if (!range.isEmpty()) text += " " + tr("Allowed: %1.").arg(range);
  const QString standard = value_text(schema_, schema_.default_value);
  if (!standard.isEmpty()) text += " " + tr("Default: %1.").arg(standard);
  return text;
}

// A value the step needs from a person differs from nothing.
bool ParameterRow::differs() const {
  if (schema_.default_value.is_null()) return is_sweep(given_);
  return !given_.is_null() && given_ != schema_.default_value;
}

void ParameterRow::start(const Json& given) {
  given_ = before_ = given;
  refusal_.clear();
  left_out_.clear();
  outer_problem_.clear();
  set_sweeping(is_sweep(given));
  editor()->show_value(in_force());
  check_given();
}

void ParameterRow::show_given(const Json& given) {
  if (given == given_) return check_given();
  given_ = before_ = given;
  set_sweeping(is_sweep(given));
  bool as_written = false;  // "1." while 1 is typed
  try {
    as_written = editor()->focusProxy()->hasFocus() && editor()->value() == in_force();
  } catch (const Error&) {
    as_written = false;
  }
  if (!as_written) editor()->show_value(in_force());
  refusal_.clear();
  left_out_.clear();
  check_given();
}

// What a file holds may be wrong though nobody typed it.
void ParameterRow::check_given() {
  given_problem_.clear();
  try {
    if (is_sweep(given_)) {
      sweep_from_text(schema_, sweep_text(schema_, sweep_values(given_)));
    } else if (!given_.is_null()) {
      check_parameter(schema_, given_, "");
    }
  } catch (const Error& error) {
    given_problem_ = reason(schema_, value_text(schema_, given_), error.info());
  }
  look_for_file();
  update_state();
}

// On another thread: the disk may be a sleeping one. Said once it is known, and only of a single path.
void ParameterRow::look_for_file() {
  const bool names_one = schema_.type == ParameterType::path || schema_.type == ParameterType::folder;
  const std::string path = names_one && in_force().is_string() ? in_force().get<std::string>() : std::string();
  if (path == looked_for_) return;
  looked_for_ = path;
  file_missing_ = false;
  if (path.empty()) return;
  in_background(
      this, [path, folder = files_.folder()] { return is_there(path, folder); },
      [this, path](bool there) {
        if (path != looked_for_) return;
        file_missing_ = !there;
        update_state();
      });
}

void ParameterRow::set_problem(const QString& why) {
  outer_problem_ = why;
  update_state();
}

void ParameterRow::set_help_shown(bool shown) {
  help_->setText(help_text());
  help_->setVisible(shown);
}

void ParameterRow::take_edit() {
  left_out_.clear();
  try {
    Json value = editor()->value();
    refusal_.clear();
    if (value == schema_.default_value) value = Json();
    const bool same = value == given_ || (value.is_null() && given_ == schema_.default_value);
    if (!same) {
      given_ = value;
      Q_EMIT changed(value);
    }
    check_given();
  } catch (const Error& error) {
    refusal_ = reason(schema_, editor()->text(), error.info());
    update_state();
  }
}

// A field never shows what is not in the document once the focus has left it.
void ParameterRow::take_finish() {
  const bool here = editor()->focusProxy()->hasFocus();
  if (!refusal_.isEmpty() && here) return;
  if (!refusal_.isEmpty()) left_out_ = tr("“%1” was not taken. %2").arg(editor()->text(), refusal_);
  refusal_.clear();
  editor()->show_value(in_force());
  before_ = given_;
  update_state();
  Q_EMIT finished();
}

void ParameterRow::give_up() {
  refusal_.clear();
  left_out_.clear();
  if (given_ != before_) {
    given_ = before_;
    Q_EMIT changed(before_);
    Q_EMIT finished();
  }
  set_sweeping(is_sweep(given_));
  editor()->show_value(in_force());
  update_state();
}

// Which of the two editors is there; changes no document.
void ParameterRow::set_sweeping(bool on) {
  if (on && !sweep_editor_) {
    sweep_editor_ = make_sweep_editor(schema_, this);
    sweep_editor_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    connect_editor(sweep_editor_);
    grid_->addWidget(sweep_editor_, 0, 1);
    setTabOrder(editor_->focusProxy(), sweep_editor_->focusProxy());
    setTabOrder(sweep_editor_->focusProxy(), sweep_);
  }
  sweeping_ = on;
  sweep_->setChecked(on);
  editor_->setVisible(!on);
  if (sweep_editor_) sweep_editor_->setVisible(on);
  label_->setBuddy(editor());
}

void ParameterRow::switch_sweep(bool on) {
  const std::vector<Json> values = sweep_values(given_);
  refusal_.clear();
  left_out_.clear();
  set_sweeping(on);
  if (!on && !values.empty()) {
    given_ = values.front() == schema_.default_value ? Json() : values.front();
    Q_EMIT changed(given_);
    Q_EMIT finished();
  }
  editor()->show_value(in_force());
  editor()->setFocus();
  check_given();
}

void ParameterRow::update_state() {
  const bool invalid = !refusal_.isEmpty() || !given_problem_.isEmpty() || !outer_problem_.isEmpty();
  editor()->set_marks(differs(), invalid);
  reset_->setVisible(differs() && !schema_.default_value.is_null());
  QString problem = refusal_;
  for (const QString& other : {left_out_, given_problem_, outer_problem_}) {
    if (problem.isEmpty()) problem = other;
  }
  show_text(problem_, problem);
  QString words;
  const std::size_t count = sweep_values(given_).size();
  if (count > 0) words = count == 1 ? tr("1 value") : tr("%1 values, one branch for each").arg(count);
  if (count == 0 && schema_.type == ParameterType::layers && in_force().is_string() && in_force() != "") {
    words = layers_in_words(QString::fromStdString(in_force().get<std::string>()));
  }
  if (file_missing_) words = tr("Nothing lies there now.");
  show_text(words_, refusal_.isEmpty() ? words : QString());
}

bool ParameterRow::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::FocusIn) {
    if (watched == editor()->focusProxy() && refusal_.isEmpty()) before_ = given_;
    Q_EMIT attended(true);
  }
  if (event->type() == QEvent::FocusOut) Q_EMIT attended(false);
  if (watched == label_ && event->type() == QEvent::MouseButtonPress) editor()->setFocus(Qt::MouseFocusReason);
  return QWidget::eventFilter(watched, event);
}

void ParameterRow::enterEvent(QEnterEvent*) { Q_EMIT attended(true); }
void ParameterRow::leaveEvent(QEvent*) { Q_EMIT attended(false); }

}  // namespace kelter::ui
