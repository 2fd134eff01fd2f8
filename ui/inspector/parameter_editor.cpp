// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/parameter_editor.h"

#include <algorithm>
#include <cmath>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QMenu>
#include <QPointer>
#include <QSignalBlocker>
#include <QToolButton>

#include "ui/inspector/document_path.h"
#include "ui/inspector/fields.h"
#include "ui/inspector/value_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

bool names_files(ParameterType type) {
  return type == ParameterType::path || type == ParameterType::folder || type == ParameterType::names;
}

QHBoxLayout* tight_row(QWidget* widget) {
  auto* layout = new QHBoxLayout(widget);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  return layout;
}

// How far one arrow key goes: a whole number, a twentieth of a range, or a unit of the leading digit's next place.
double step_size(const ParameterSchema& schema, double value) {
  if (schema.type == ParameterType::integer) return 1;
  if (schema.minimum && schema.maximum) return (*schema.maximum - *schema.minimum) / 20;
  if (value == 0) return 0.1;
  return std::pow(10, std::floor(std::log10(std::abs(value))) - 1);
}

// Numbers, text, paths, names and layers: a line.
class LineEditor : public ParameterEditor {
 public:
  LineEditor(const ParameterSchema& schema, FilesOf files, QWidget* parent)
      : ParameterEditor(parent), schema_(schema), files_(std::move(files)), field_(new ValueField(this)) {
    tight_row(this)->addWidget(field_);
    setFocusProxy(field_);
    field_->set_unit(unit_text(schema_));
    if (schema_.type == ParameterType::layers && !schema_.default_value.is_null())
      field_->setPlaceholderText(ParameterEditor::tr("all"));
    connect(field_, &QLineEdit::textEdited, this, &ParameterEditor::edited);
    connect(field_, &QLineEdit::returnPressed, this, &ParameterEditor::finished);
    connect(field_, &ValueField::left, this, &ParameterEditor::finished);
    connect(field_, &ValueField::given_up, this, &ParameterEditor::given_up);
    connect(field_, &ValueField::step_wanted, this, [this](int steps) { step(steps); });
    if (names_files(schema_.type)) add_files();
  }

  void show_value(const Json& value) override {
    const QString text = value_text(schema_, value);
    if (text != field_->text()) field_->setText(text);
    field_->setCursorPosition(names_files(schema_.type) ? static_cast<int>(text.size()) : field_->cursorPosition());
  }
  Json value() const override { return value_from_text(schema_, field_->text()); }
  QString text() const override { return field_->text(); }
  void set_marks(bool changed, bool invalid) override {
    set_mark(field_, "changed", changed);
    set_mark(field_, "invalid", invalid);
  }
  void set_name(const QString& name) override {
    field_->setAccessibleName(name);
    if (browse_) browse_->setAccessibleName(ParameterEditor::tr("Choose a file for %1").arg(name));
  }

 private:
  void add_files() {
    browse_ = new QToolButton(this);
    browse_->setIcon(theme().icon("open", theme().colors().muted));
    browse_->setToolTip(schema_.type == ParameterType::folder ? ParameterEditor::tr("Choose a folder")
                                                              : ParameterEditor::tr("Choose a file"));
    layout()->addWidget(browse_);
    connect(&theme(), &Theme::changed, browse_,
            [this] { browse_->setIcon(theme().icon("open", theme().colors().muted)); });
    connect(browse_, &QToolButton::clicked, this, [this] { choose(); });
    connect(field_, &ValueField::files_dropped, this, [this](const QStringList& files) { take(files); });
  }

  // From what is known, with the disk behind it; from the disk at once where nothing is known.
  void choose() {
    const QStringList known = files_.known ? files_.known() : QStringList();
    if (known.isEmpty()) return browse();
    auto* menu = new QMenu(browse_);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const QString& file : known) menu->addAction(file, this, [this, file] { take_texts({file}); });
    menu->addSeparator();
    menu->addAction(ParameterEditor::tr("Another file…"), this, [this] { browse(); });
    menu->popup(browse_->mapToGlobal(QPoint(0, browse_->height())));
  }

  // Beside the window, so that work goes on.
  void browse() {
    if (dialog_) return dialog_->raise();
    dialog_ = new QFileDialog(this, browse_->toolTip());
    dialog_->setAttribute(Qt::WA_DeleteOnClose);
    const bool folder = schema_.type == ParameterType::folder;
    const bool several = schema_.type == ParameterType::names;
    dialog_->setFileMode(folder    ? QFileDialog::Directory
                         : several ? QFileDialog::ExistingFiles
                                   : QFileDialog::ExistingFile);
    const fs::path start = files_.folder();
    if (!start.empty()) dialog_->setDirectory(QString::fromStdString(start.string()));
    connect(dialog_, &QFileDialog::filesSelected, this, [this](const QStringList& files) { take(files); });
    dialog_->show();
  }

  void take(const QStringList& files) {
    QStringList texts;
    for (const QString& file : files) texts.append(QString::fromStdString(path_for_document(file.toStdString(), files_.folder())));
    take_texts(texts);
  }

  // A names parameter gets them in addition, any other takes the first.
  void take_texts(QStringList texts) {
    if (schema_.type != ParameterType::names) texts = texts.mid(0, 1);
    else if (!field_->text().isEmpty()) texts.prepend(field_->text());
    field_->setText(texts.join('+'));
    Q_EMIT edited();
    Q_EMIT finished();
  }

  void step(int steps) {
    if (schema_.type != ParameterType::integer && schema_.type != ParameterType::number) return;
    try {
      const Json now = value();
      const double from = now.is_number() ? now.get<double>() : schema_.minimum.value_or(0);
      const double size = step_size(schema_, from);
      double to = std::round((from + steps * size) / size) * size;
      if (schema_.minimum) to = std::max(to, *schema_.minimum);
      if (schema_.maximum && !schema_.maximum_exclusive) to = std::min(to, *schema_.maximum);
      to = QString::number(to, 'g', 12).toDouble();  // 0.35 and not 0.35000000000000003
      const Json next = schema_.type == ParameterType::integer ? Json(static_cast<std::int64_t>(to)) : Json(to);
      field_->setText(value_text(schema_, check_parameter(schema_, next, "")));
      Q_EMIT edited();
    } catch (const Error&) {
      // Beyond the range, or from something that is no number: stays.
    }
  }

  const ParameterSchema schema_;
  FilesOf files_;
  ValueField* field_;
  QToolButton* browse_ = nullptr;
  QPointer<QFileDialog> dialog_;
};

class ChoiceEditor : public ParameterEditor {
 public:
  ChoiceEditor(const ParameterSchema& schema, QWidget* parent)
      : ParameterEditor(parent), schema_(schema), field_(new ChoiceField(this)) {
    tight_row(this)->addWidget(field_);
    setFocusProxy(field_);
    field_->set_unit(unit_text(schema_));
    for (const Json& choice : schema_.choices)
      field_->addItem(value_text(schema_, choice));
    connect(field_, &ChoiceField::left, this, &ParameterEditor::finished);
    connect(field_, &QComboBox::activated, this, [this] {
      Q_EMIT edited();
      Q_EMIT finished();
    });
  }

  void show_value(const Json& value) override {
    const auto found = std::find(schema_.choices.begin(), schema_.choices.end(), value);
    const int count = static_cast<int>(schema_.choices.size());
    while (field_->count() > count)
      field_->removeItem(count);  // a value of before that was not allowed
    if (found == schema_.choices.end()) field_->addItem(value_text(schema_, value));
    field_->setCurrentIndex(static_cast<int>(found - schema_.choices.begin()));
  }
  Json value() const override {
    const auto index = static_cast<std::size_t>(std::max(0, field_->currentIndex()));
    return index < schema_.choices.size() ? schema_.choices[index] : value_from_text(schema_, field_->currentText());
  }
  QString text() const override { return field_->currentText(); }
  void set_marks(bool changed, bool invalid) override {
    set_mark(field_, "changed", changed);
    set_mark(field_, "invalid", invalid);
  }
  void set_name(const QString& name) override { field_->setAccessibleName(name); }

 private:
  const ParameterSchema schema_;
  ChoiceField* field_;
};

class SwitchEditor : public ParameterEditor {
 public:
  explicit SwitchEditor(QWidget* parent) : ParameterEditor(parent), field_(new Switch(this)) {
    auto* row = tight_row(this);
    row->addWidget(field_);
    row->addStretch();
    setFocusProxy(field_);
    connect(field_, &Switch::left, this, &ParameterEditor::finished);
    connect(field_, &QCheckBox::clicked, this, [this] {
      Q_EMIT edited();
      Q_EMIT finished();
    });
  }
  void show_value(const Json& value) override { field_->setChecked(value.is_boolean() && value.get<bool>()); }
  Json value() const override { return field_->isChecked(); }
  QString text() const override { return field_->isChecked() ? "true" : "false"; }
  void set_marks(bool changed, bool) override { field_->set_changed(changed); }
  void set_name(const QString& name) override { field_->setAccessibleName(name); }

 private:
  Switch* field_;
};

class SweepEditor : public ParameterEditor {
 public:
  SweepEditor(const ParameterSchema& schema, QWidget* parent)
      : ParameterEditor(parent), schema_(schema), field_(new ValueField(this)) {
    tight_row(this)->addWidget(field_);
    setFocusProxy(field_);
    field_->set_unit(unit_text(schema_));
    field_->setPlaceholderText(ParameterEditor::tr("values, separated by spaces"));
    connect(field_, &QLineEdit::textEdited, this, &ParameterEditor::edited);
    connect(field_, &QLineEdit::returnPressed, this, &ParameterEditor::finished);
    connect(field_, &ValueField::left, this, &ParameterEditor::finished);
    connect(field_, &ValueField::given_up, this, &ParameterEditor::given_up);
  }
  void show_value(const Json& value) override {
    const QString text = is_sweep(value)   ? sweep_text(schema_, sweep_values(value))
                         : value.is_null() ? QString()
                                           : sweep_text(schema_, {value});
    if (text != field_->text()) field_->setText(text);
  }
  Json value() const override { return sweep_from_text(schema_, field_->text()); }
  QString text() const override { return field_->text(); }
  void set_marks(bool changed, bool invalid) override {
    set_mark(field_, "changed", changed);
    set_mark(field_, "invalid", invalid);
  }
  void set_name(const QString& name) override {
    field_->setAccessibleName(ParameterEditor::tr("%1, values of the sweep").arg(name));
  }

 private:
  const ParameterSchema schema_;
  ValueField* field_;
};

}  // namespace

ParameterEditor* make_editor(const ParameterSchema& schema, FilesOf files, QWidget* parent) {
  if (schema.type == ParameterType::boolean) return new SwitchEditor(parent);
  if (!schema.choices.empty()) return new ChoiceEditor(schema, parent);
  return new LineEditor(schema, std::move(files), parent);
}

ParameterEditor* make_sweep_editor(const ParameterSchema& schema, QWidget* parent) {
  return new SweepEditor(schema, parent);
}

}  // namespace kelter::ui
