// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/override_table.h"

#include <algorithm>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPersistentModelIndex>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/inspector/override_model.h"
#include "ui/inspector/parameter_editor.h"
#include "ui/inspector/parameter_form.h"
#include "ui/inspector/value_text.h"
#include "ui/models/step_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

// Edits a cell by the editor of its parameter. `take(index, value)` makes the edit, `refuse(why)` says why not.
class CellDelegate : public QStyledItemDelegate {
 public:
  std::function<void(const QModelIndex&, const Json&)> take;  // Error(invalid_parameter)
  std::function<void(const QString&)> refuse;

  explicit CellDelegate(OverrideModel& model, QObject* parent) : QStyledItemDelegate(parent), model_(model) {}

  QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const override {
    ParameterEditor* editor = make_editor(model_.schema(index.column()), {[] { return fs::path(); }, {}}, parent);
    editor->set_name(model_.data(index, Qt::AccessibleTextRole).toString());
    editor->setAutoFillBackground(true);
    auto* self = const_cast<CellDelegate*>(this);
    const QPersistentModelIndex at(index);
    connect(editor, &ParameterEditor::finished, self, [self, editor, at] { self->finish(editor, at); });
    connect(editor, &ParameterEditor::given_up, self, [self, editor] {
      self->refuse({});
      Q_EMIT self->closeEditor(editor, RevertModelCache);
    });
    return editor;
  }
  void setEditorData(QWidget* editor, const QModelIndex& index) const override {
    static_cast<ParameterEditor*>(editor)->show_value(model_.shown_value(index));
  }
  void setModelData(QWidget*, QAbstractItemModel*, const QModelIndex&) const override {}  // finish() does it
  void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option, const QModelIndex&) const override {
    editor->setGeometry(option.rect);
  }
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    return QStyledItemDelegate::sizeHint(option, index).expandedTo({0, static_cast<int>(theme().px(30))});
  }

 private:
  void finish(ParameterEditor* editor, const QPersistentModelIndex& at) {
    if (!at.isValid() || editor->property("closed").toBool()) return;
    try {
      const Json value = editor->value();
      if (value != model_.shown_value(at)) take(at, value);  // looking at a cell says nothing
    } catch (const Error& error) {
      refuse(reason(model_.schema(at.column()), editor->text(), error.info()));
      if (editor->focusProxy()->hasFocus()) return;  // to be put right
    }
    editor->setProperty("closed", true);
    Q_EMIT closeEditor(editor, NoHint);
  }

  OverrideModel& model_;
};

constexpr int most_rows_shown = 8;

}  // namespace

OverrideTable::OverrideTable(Workbench& bench, QWidget* parent)
    : QWidget(parent), bench_(bench), model_(new OverrideModel(this)), view_(new QTableView(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(6);
  hint_ = new QLabel(this);
  hint_->setProperty("role", "muted");
  hint_->setWordWrap(true);
  problem_ = new QLabel(this);
  problem_->setProperty("role", "danger");
  problem_->setWordWrap(true);
  problem_->hide();
  view_->setModel(model_);
  view_->setAccessibleName(tr("Layers that differ"));
  view_->verticalHeader()->hide();
  view_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  view_->horizontalHeader()->setMinimumSectionSize(64);
  view_->setSelectionMode(QAbstractItemView::SingleSelection);
  view_->setShowGrid(false);
  view_->setTabKeyNavigation(false);
  view_->horizontalHeader()->setStyleSheet("QHeaderView::section { padding: 5px 3px; }");  // over the text of the cells
  view_->installEventFilter(this);
  auto* delegate = new CellDelegate(*model_, this);
  delegate->take = [this](const QModelIndex& index, const Json& value) {
    refuse({});
    push(model_->with_value(index, value), tr("Change single layers"));
  };
  delegate->refuse = [this](const QString& why) { refuse(why); };
  view_->setItemDelegate(delegate);
  layout->addWidget(hint_);
  layout->addWidget(view_);
  layout->addWidget(problem_);
  build_buttons();
  connect(&theme(), &Theme::changed, this, &OverrideTable::fit_height);
}

void OverrideTable::build_buttons() {
  add_ = new QPushButton(tr("Add layers"), this);
  more_ = new QToolButton(this);
  remove_ = new QToolButton(this);
  more_->setMenu(new QMenu(more_));
  more_->setPopupMode(QToolButton::InstantPopup);
  more_->setAccessibleName(tr("Add a column: a parameter in which the layers differ"));
  remove_->setAccessibleName(tr("Remove the row of layers"));
  for (QToolButton* button : {more_, remove_})
    button->setToolTip(button->accessibleName());
  const auto paint = [this] {
    more_->setIcon(theme().icon("add-column", theme().colors().muted));
    remove_->setIcon(theme().icon("remove", theme().colors().muted));
  };
  paint();
  connect(&theme(), &Theme::changed, this, paint);
  auto* row = new QHBoxLayout;
  row->setSpacing(6);
  for (QAbstractButton* button : {static_cast<QAbstractButton*>(add_), static_cast<QAbstractButton*>(more_),
                                  static_cast<QAbstractButton*>(remove_)})
    row->addWidget(button);
  row->addStretch();
  static_cast<QVBoxLayout*>(layout())->addLayout(row);
  connect(add_, &QPushButton::clicked, this, &OverrideTable::add_row);
  connect(remove_, &QToolButton::clicked, this, &OverrideTable::remove_row);
}

void OverrideTable::show_node(const std::string& node) {
  if (node != node_) {
    refuse({});
    asked_.clear();
  }
  node_ = node;
  refresh();
}

// The parameters some row has a value for, so that nothing the document says is hidden, and those asked for; a table of
// all that may differ would not fit. At least one, if any may differ.
Parameters OverrideTable::columns(const StepDescriptor& step, const Node& node, const Json& in_force) {
  const auto mentioned = [&](const std::string& id) {
    return node.overrides.is_object() &&
           std::any_of(node.overrides.begin(), node.overrides.end(),
                       [&](const Json& values) { return values.is_object() && values.contains(id); });
  };
  Parameters shown, hidden;
  for (const ParameterSchema& schema : step.parameters) {
    const bool may = may_differ_by_layer(schema, in_force) && is_visible(schema, in_force);
    if (mentioned(schema.id) || (may && asked_.count(schema.id) != 0)) {
      shown.push_back(schema);
    } else if (may) {
      hidden.push_back(schema);
    }
  }
  if (shown.empty() && !hidden.empty()) {
    asked_.insert(hidden.front().id);  // stays beside the next one
    shown.push_back(hidden.front());
    hidden.erase(hidden.begin());
  }
  offer_columns(hidden);
  return shown;
}

void OverrideTable::offer_columns(const Parameters& hidden) {
  more_->menu()->clear();
  for (const ParameterSchema& schema : hidden) {
    more_->menu()->addAction(step_text(schema.label), this, [this, id = schema.id] {
      asked_.insert(id);
      refresh();
    });
  }
  more_->setEnabled(!hidden.empty());
}

void OverrideTable::refresh() {
  const Node* node = bench_.document.document().find(node_);
  const StepDescriptor* step = bench_.document.step_of(node_);
  if (!node || !step) return hide();
  const Json in_force = values_in_force(step->parameters, node->parameters);
  const Parameters shown = columns(*step, *node, in_force);
  model_->show(node->overrides, shown, in_force);
  const bool any = model_->rowCount() > 0;
  setVisible(any || !shown.empty());
  for (QWidget* widget : {static_cast<QWidget*>(view_), static_cast<QWidget*>(more_), static_cast<QWidget*>(remove_)})
    widget->setVisible(any);
  hint_->setText(any ? tr("Muted values are those of the whole step.") : tr("All layers have the values above."));
  fit_height();
}

void OverrideTable::fit_height() {
  const int rows = std::min(model_->rowCount(), most_rows_shown);
  const int row_height = std::max(view_->verticalHeader()->defaultSectionSize(), static_cast<int>(theme().px(30)));
  view_->verticalHeader()->setDefaultSectionSize(row_height);
  view_->setFixedHeight(view_->horizontalHeader()->sizeHint().height() + rows * row_height + 4);
}

void OverrideTable::add_row() {
  refuse({});
  push(model_->with_row(), tr("Add layers that differ"));
  if (model_->rowCount() == 0) return;
  const QModelIndex first = model_->index(model_->rowCount() - 1, 0);
  view_->setCurrentIndex(first);
  view_->setFocus();
  view_->edit(first);
}

void OverrideTable::edit_layer(std::int64_t layer) {
  refuse({});
  if (model_->row_of(layer) < 0) push(model_->with_layer(layer), tr("Settings for layer %1").arg(layer));
  const int row = model_->row_of(layer);
  if (row < 0 || model_->columnCount() < 2) return;
  const QModelIndex cell = model_->index(row, 1);
  view_->setCurrentIndex(cell);
  view_->scrollTo(cell);
  view_->setFocus();
  view_->edit(cell);
}

void OverrideTable::remove_row() {
  const int row = view_->currentIndex().isValid() ? view_->currentIndex().row() : model_->rowCount() - 1;
  refuse({});
  if (row >= 0) push(model_->without_row(row), tr("Remove layers that differ"));
}

void OverrideTable::clear_cell() {
  const QModelIndex index = view_->currentIndex();
  if (!index.isValid()) return;
  if (index.column() == 0) return remove_row();
  push(model_->with_value(index, Json()), tr("Change single layers"));
}

bool OverrideTable::eventFilter(QObject* watched, QEvent* event) {
  if (watched == view_ && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Delete || key == Qt::Key_Backspace) {
      clear_cell();
      return true;
    }
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
      view_->edit(view_->currentIndex());
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

void OverrideTable::push(const Json& overrides, const QString& text) {
  bench_.document.end_gesture();
  bench_.document.push(set_overrides(bench_.document.document(), node_, overrides), text);
  bench_.document.end_gesture();
}

void OverrideTable::refuse(const QString& why) {
  problem_->setText(why);
  problem_->setVisible(!why.isEmpty());
}

}  // namespace kelter::ui
