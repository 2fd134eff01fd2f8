// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tensors/tensors_panel.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/inspector/quantity_text.h"
#include "ui/results/elided_label.h"
#include "ui/run/run_text.h"
#include "ui/tensors/tensor_tree.h"
#include "ui/theme/theme.h"

namespace kelter::ui {

TensorsPanel::TensorsPanel(Workbench& bench, QWidget* parent)
    : QWidget(parent), bench_(bench), statistics_(new TensorStatistics(bench)), reader_(&statistics_->reader()) {
  setAccessibleName(tr("Tensors"));
  setAttribute(Qt::WA_StyledBackground);
  setProperty("panel", true);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(build_head());
  layout->addWidget(build_body(), 1);
  make_actions();
  connect(&bench.selection, &Selection::changed, this, &TensorsPanel::follow_selection);
  for (const auto signal : {&RunModel::record_changed, &RunModel::status_changed})
    connect(&bench.runs, signal, this, &TensorsPanel::refresh_choices);
  connect(&bench.document, &DocumentModel::changed, this, &TensorsPanel::refresh_choices);
  connect(&bench.document, &DocumentModel::replaced, this, [this] { missing_.clear(); });
  connect(&bench.runs, &RunModel::run_finished, this, [this] {
    if (isVisible()) open();   // the same folder may hold another model now
  });
  connect(&bench.engine, &EngineBridge::state_changed, this, [this] {
    if (reader_->opening()) show_waiting();
  });
  connect(reader_, &TensorReader::listed, this, &TensorsPanel::show_list);
  connect(reader_, &TensorReader::unreadable, this, [this](const ErrorInfo& error) {
    ErrorInfo rest = error;
    rest.what.clear();
    show_message(QString::fromStdString(error.what), error_lines(rest).trimmed(), true);
  });
  refresh_choices();
}

// ---- parts ----------------------------------------------------------------------------------------------------

QWidget* TensorsPanel::build_head() {
  auto* head = new QWidget;
  auto* row = new QHBoxLayout(head);
  row->setContentsMargins(16, 10, 16, 8);
  row->setSpacing(8);
  models_ = new QComboBox;
  models_->setAccessibleName(tr("Model"));
  models_->setToolTip(tr("The model whose tensors are listed: a file of the document, or what a step has made"));
  models_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  models_->setMaximumWidth(qRound(theme().px(280)));
  connect(models_, &QComboBox::activated, this, [this](int row) { choose(models_->itemData(row).toString().toStdString()); });
  caption_ = new ElidedLabel;
  count_ = new QLabel;
  count_->setProperty("role", "caption");
  count_->setAccessibleName(tr("How many tensors are listed"));
  search_ = new QLineEdit;
  search_->setPlaceholderText(tr("Search tensors (%1)").arg(QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText)));
  search_->setAccessibleName(tr("Search tensors by name, format or shape"));
  search_->setClearButtonEnabled(true);
  search_->setFixedWidth(qRound(theme().px(210)));
  search_->installEventFilter(this);
  connect(search_, &QLineEdit::textChanged, this, &TensorsPanel::search);
  row->addWidget(models_);
  row->addWidget(caption_, 1);
  row->addWidget(count_);
  row->addWidget(search_);
  return head;
}

QWidget* TensorsPanel::build_body() {
  tree_ = new TensorTree;
  statistics_->setMinimumWidth(qRound(theme().px(200)));
  splitter_ = new QSplitter(Qt::Horizontal);
  splitter_->setChildrenCollapsible(false);
  splitter_->addWidget(tree_);
  splitter_->addWidget(statistics_);
  splitter_->setStretchFactor(0, 1);
  splitter_->setSizes({700, qRound(theme().px(220))});
  splitter_->setContentsMargins(8, 0, 0, 0);
  connect(tree_, &TensorTree::current_changed, statistics_, &TensorStatistics::ask_for);
  auto* message = new QWidget;
  auto* column = new QVBoxLayout(message);
  column->setContentsMargins(24, 24, 24, 24);
  column->setSpacing(8);
  message_title_ = new QLabel;
  message_title_->setProperty("role", "title");
  message_text_ = new QLabel;
  message_text_->setProperty("role", "muted");
  message_text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  for (QLabel* label : {message_title_, message_text_}) {
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignCenter);
  }
  again_ = new QPushButton(tr("Try again"));
  again_->setAccessibleName(tr("Read the model again"));
  connect(again_, &QPushButton::clicked, this, &TensorsPanel::open);
  column->addStretch();
  column->addWidget(message_title_);
  column->addWidget(message_text_);
  column->addSpacing(8);
  column->addWidget(again_, 0, Qt::AlignHCenter);
  column->addStretch();
  stack_ = new QStackedWidget;
  stack_->addWidget(message);
  stack_->addWidget(splitter_);
  return stack_;
}

void TensorsPanel::make_actions() {
  auto* find = new QAction(tr("Search tensors"), this);
  find->setShortcut(QKeySequence::Find);
  find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(find, &QAction::triggered, this, [this] {
    search_->setFocus(Qt::ShortcutFocusReason);
    search_->selectAll();
  });
  addAction(find);
}

// From the search field down into the tree, and out of it.
bool TensorsPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched != search_ || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  const int key = static_cast<QKeyEvent*>(event)->key();
  if (key == Qt::Key_Escape) search_->clear();
  if (key != Qt::Key_Escape && key != Qt::Key_Down) return QWidget::eventFilter(watched, event);
  tree_->setFocus(Qt::OtherFocusReason);
  return true;
}

// ---- which model ----------------------------------------------------------------------------------------------

const ModelChoice* TensorsPanel::chosen() const {
  const std::string node = models_->currentData().toString().toStdString();
  const auto found = std::find_if(choices_.begin(), choices_.end(), [&](const ModelChoice& one) { return one.node == node; });
  return found == choices_.end() ? nullptr : &*found;
}

void TensorsPanel::refresh_choices() {
  std::vector<ModelChoice> now = model_choices(bench_);
  if (now == choices_ && !choices_.empty()) return;
  const ModelChoice before = chosen() ? *chosen() : ModelChoice();
  choices_ = std::move(now);
  models_->clear();
  for (const ModelChoice& choice : choices_) models_->addItem(QString::fromStdString(choice.node), QString::fromStdString(choice.node));
  models_->setCurrentIndex(std::max(0, models_->findData(QString::fromStdString(before.node))));
  models_->setVisible(!choices_.empty());
  if (!missing_.isEmpty()) return follow_selection();
  update_caption();
  const ModelChoice* after = chosen();
  if (isVisible() && (!after || after->model != before.model || after->folder != before.folder)) open();
}

void TensorsPanel::follow_selection() {
  if (!bench_.selection.nodes().isEmpty()) show_node(bench_.selection.current());
}

void TensorsPanel::show_node(const QString& node) {
  missing_.clear();
  if (!makes_model(bench_.document, node.toStdString())) return;   // a measure, a text: the model stays
  const auto is_of_node = [&](const ModelChoice& one) { return document_node_of(one.node) == node.toStdString(); };
  const auto variant = std::find_if(choices_.begin(), choices_.end(), [&](const ModelChoice& one) {
    return is_of_node(one) && one.node == bench_.selection.variant().toStdString();
  });
  if (variant != choices_.end()) return choose(variant->node);
  if (chosen() && is_of_node(*chosen())) return choose(chosen()->node);
  const auto any = std::find_if(choices_.begin(), choices_.end(), is_of_node);
  if (any != choices_.end()) return choose(any->node);
  missing_ = node;
  if (isVisible()) open();
}

void TensorsPanel::choose(const std::string& node) {
  missing_.clear();
  models_->setCurrentIndex(models_->findData(QString::fromStdString(node)));
  update_caption();
  if (isVisible()) open();
}

void TensorsPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  open();
}

void TensorsPanel::open() {
  if (!missing_.isEmpty()) {
    reader_->close();
    models_->setCurrentIndex(-1);
    update_caption();
    return show_message(tr("%1 has no model yet").arg(missing_), tr("Run it, or give it a file: its tensors are listed here then."), false);
  }
  const ModelChoice* choice = chosen();
  if (!choice) {
    reader_->close();
    return show_message(tr("No model to look into"), tr("Open a model or add one to the canvas: its tensors are listed here, before any run."), false);
  }
  if (tree_->property("model") != QString::fromStdString(choice->folder + "\n" + choice->model)) show_waiting();
  reader_->open(choice->model, choice->folder);
  if (!tree_->current().isEmpty()) statistics_->ask_for(tree_->current());
}

// ---- what it shows --------------------------------------------------------------------------------------------

void TensorsPanel::show_message(const QString& title, const QString& text, bool again) {
  message_title_->setText(title);
  message_text_->setText(text);
  again_->setVisible(again);
  stack_->setCurrentIndex(0);
  tree_->setProperty("model", QString());
  tree_->set_list({});
  statistics_->show_nothing();
  search();
}

void TensorsPanel::show_waiting() {
  const bool loading = bench_.engine.state() != EngineBridge::State::ready;
  show_message(loading ? tr("Loading the engine …") : tr("Reading the list of tensors …"),
               loading ? tr("The list comes as soon as it is there.") : QString(), false);
}

void TensorsPanel::show_list(const Json& model) {
  try {
    const QString before = tree_->current();
    tree_->set_list(tensor_list(model));
    const ModelChoice* choice = chosen();
    tree_->setProperty("model", choice ? QString::fromStdString(choice->folder + "\n" + choice->model) : QString());
    stack_->setCurrentIndex(1);
    statistics_->show_nothing();
    if (!before.isEmpty()) tree_->select(before);
    search();
  } catch (const Error& error) {
    show_message(QString::fromStdString(error.info().what), error_lines(error.info()), true);
  }
}

void TensorsPanel::search() {
  tree_->set_words(search_->text());
  update_caption();
}

void TensorsPanel::update_caption() {
  const TensorList& list = tree_->list();
  const int all = static_cast<int>(list.tensors.size());
  const bool known = all > 0 && stack_->currentIndex() == 1;
  const ModelChoice* choice = chosen();
  QStringList parts;
  if (known) parts << list.container << bytes_text(list.tensor_bytes);
  if (choice && choice->stale) parts << tr("stale: made with other settings");
  if (known) parts << list.path;
  caption_->set_text(parts.join(" · "));
  count_->setText(!known ? QString() : search_->text().isEmpty() ? tr("%n tensor(s)", nullptr, all) : tr("%1 of %n tensor(s)", nullptr, all).arg(tree_->shown()));
  search_->setEnabled(known || !search_->text().isEmpty());
}

}  // namespace kelter::ui
