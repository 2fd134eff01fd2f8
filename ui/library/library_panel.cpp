// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/library_panel.h"

#include <algorithm>
#include <QAction>
#include <QApplication>
#include <QFileDialog>
#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>

#include "ui/canvas/append_step.h"
#include "ui/inspector/document_path.h"
#include "ui/library/background.h"
#include "ui/library/library_delegate.h"
#include "ui/library/library_model.h"
#include "ui/library/step_card.h"
#include "ui/models/step_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
std::string add_to_document(Workbench& bench, const QByteArray& mime) {
  const std::optional<StepRequest> request = read_step_mime(mime);
  const StepDescriptor* step = request ? bench.catalogue.find(request->step) : nullptr;
  if (!step) return {};
  return append_step(bench, *step, request->parameters);
}

LibraryPanel::LibraryPanel(Workbench& bench, QWidget* parent)
    : QWidget(parent),
      bench_(bench),
      model_(new LibraryModel(bench.catalogue, this)),
      filter_(new LibraryFilter(this)) {
  setAccessibleName(tr("Library"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  build_search();
  splitter_ = new QSplitter(Qt::Vertical, this);
  splitter_->setChildrenCollapsible(false);
  build_tree();
  build_card();
  layout->addWidget(splitter_, 1);
  connect_tree();
}

void LibraryPanel::build_search() {
  auto* bar = new QFrame(this);
  bar->setProperty("panel", true);
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(8, 8, 8, 4);
  search_ = new QLineEdit(bar);
  search_->setPlaceholderText(tr("Find steps, models, templates"));
  search_->setAccessibleName(tr("Find in the library"));
  search_->setClearButtonEnabled(true);
  auto* symbol = search_->addAction(theme().icon("search", theme().colors().muted), QLineEdit::LeadingPosition);
  connect(&theme(), &Theme::changed, symbol,
          [symbol] { symbol->setIcon(theme().icon("search", theme().colors().muted)); });
  search_->installEventFilter(this);
  row->addWidget(search_);
  layout()->addWidget(bar);
}

void LibraryPanel::build_tree() {
  auto* area = new QFrame(splitter_);
  area->setProperty("panel", true);
  auto* lines = new QVBoxLayout(area);
  lines->setContentsMargins(0, 0, 0, 0);
  tree_ = new QTreeView(area);
  tree_->setAccessibleName(tr("Library"));
  filter_->setSourceModel(model_);
  tree_->setModel(filter_);
  tree_->setItemDelegate(new LibraryDelegate(tree_));
  tree_->setHeaderHidden(true);
  tree_->setRootIsDecorated(false);
  tree_->setIndentation(0);
  tree_->setDragEnabled(true);
  tree_->setDragDropMode(QAbstractItemView::DragOnly);
  tree_->setExpandsOnDoubleClick(false);
  tree_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  tree_->setMouseTracking(true);
  tree_->setFrameShape(QFrame::NoFrame);
  tree_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  tree_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  tree_->expandAll();
  tree_->installEventFilter(this);
  lines->addWidget(tree_);
  empty_ = new QFrame(area);
  auto* words = new QVBoxLayout(empty_);
  words->setContentsMargins(16, 16, 16, 16);
  empty_text_ = new QLabel(empty_);
  empty_text_->setProperty("role", "muted");
  empty_text_->setWordWrap(true);
  auto* clear = new QPushButton(tr("Show everything"), empty_);
  connect(clear, &QPushButton::clicked, this, [this] {
    search_->clear();
    search_->setFocus();
  });
  words->addWidget(empty_text_);
  words->addWidget(clear, 0, Qt::AlignLeft);
  words->addStretch();
  empty_->hide();
  lines->addWidget(empty_);
}

// What adds it stands in the head, which does not scroll.
void LibraryPanel::build_card() {
  card_ = new QFrame(splitter_);
  card_->setObjectName("library_card");
  card_->setProperty("panel", true);
  auto* column = new QVBoxLayout(card_);
  column->setContentsMargins(12, 10, 12, 0);
  column->setSpacing(6);
  card_title_ = new QLabel(card_);
  card_title_->setProperty("role", "title");
  add_ = new QPushButton(card_);
  column->addWidget(card_title_);
  column->addWidget(add_, 0, Qt::AlignLeft);
  column->addWidget(build_card_text(), 1);
  card_->setMinimumHeight(120);
  card_->hide();
  connect(splitter_, &QSplitter::splitterMoved, this, [this] { sized_by_hand_ = true; });
  connect(add_, &QPushButton::clicked, this, [this] { activate(tree_->currentIndex()); });
}

QScrollArea* LibraryPanel::build_card_text() {
  auto* scroll = new QScrollArea(card_);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* text = new QFrame;
  text->setProperty("panel", true);
  auto* lines = new QVBoxLayout(text);
  lines->setContentsMargins(0, 0, 0, 12);
  lines->setSpacing(4);
  card_meta_ = new QLabel(text);
  card_meta_->setProperty("role", "caption");
  card_text_ = new QLabel(text);
  step_card_ = new StepCardView(text);
  for (QLabel* label : {card_title_, card_meta_, card_text_})
    label->setWordWrap(true);
  for (QWidget* widget : {static_cast<QWidget*>(card_meta_), static_cast<QWidget*>(card_text_), static_cast<QWidget*>(step_card_)})
    lines->addWidget(widget);
  lines->addStretch();
  scroll->setWidget(text);
  return scroll;
}

// The card leaves the steps two thirds, until somebody wants it otherwise.
void LibraryPanel::share_height() {
  if (sized_by_hand_ || card_->isHidden()) return;
  const int card = std::max(card_->minimumHeight(), splitter_->height() / 3);
  splitter_->setSizes({splitter_->height() - card - splitter_->handleWidth(), card});
}

void LibraryPanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  share_height();
}

void LibraryPanel::connect_tree() {
  connect(search_, &QLineEdit::textChanged, this, &LibraryPanel::filter);
  connect(search_, &QLineEdit::returnPressed, this, [this] { activate(first_entry()); });
  connect(tree_, &QTreeView::clicked, this, [this](const QModelIndex& index) {
    if (!entry(index)) tree_->setExpanded(index, !tree_->isExpanded(index));
  });
  connect(tree_, &QTreeView::doubleClicked, this, [this](const QModelIndex& index) {
    if (entry(index)) activate(index);
  });
  connect(tree_->selectionModel(), &QItemSelectionModel::currentChanged, this, &LibraryPanel::show_entry);
}

QSize LibraryPanel::sizeHint() const { return {static_cast<int>(theme().px(240)), 640}; }

void LibraryPanel::focus_search() {
  search_->setFocus(Qt::ShortcutFocusReason);
  search_->selectAll();
}

void LibraryPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh_models();
}

void LibraryPanel::refresh_models() {
  in_background(
      this, [] { return models_in(model_store_folder()); },
      [this](const std::vector<StoreModel>& models) {
        std::vector<std::string> names;
        for (const StoreModel& model : models)
          names.push_back(model.name.toStdString() + " " + std::to_string(model.bytes));
        if (names != known_models_) {
          known_models_ = names;
          model_->set_models(models);
        }
        Q_EMIT models_changed();
      });
}

const LibraryEntry* LibraryPanel::entry(const QModelIndex& index) const {
  return model_->entry(filter_->mapToSource(index));
}

// The first row that is no heading.
QModelIndex LibraryPanel::first_entry() const {
  for (int group = 0; group < filter_->rowCount(); ++group) {
    const QModelIndex heading = filter_->index(group, 0);
    if (filter_->rowCount(heading) > 0) return filter_->index(0, 0, heading);
  }
  return {};
}

void LibraryPanel::filter(const QString& text) {
  filter_->set_text(text);
  tree_->expandAll();
  const bool none = filter_->rowCount() == 0;
  empty_text_->setText(tr("Nothing matches “%1”.").arg(filter_->text()));
  empty_->setVisible(none);
  tree_->setVisible(!none);
  if (!filter_->text().isEmpty() && !none) tree_->setCurrentIndex(first_entry());
}

void LibraryPanel::show_entry(const QModelIndex& index) {
  const LibraryEntry* shown = entry(index);
  if (!shown) return card_->hide();
  const bool plain_step = shown->kind == LibraryEntry::Kind::step;
  card_title_->setText(shown->title);
  const QString id =
      shown->step ? tr("%1 · v%2").arg(QString::fromStdString(shown->step->id)).arg(shown->step->version) : QString();
  const auto path = shown->parameters.find("path");
  const bool placed = shown->kind == LibraryEntry::Kind::model && path != shown->parameters.end();
  card_meta_->setText(placed ? QString::fromStdString(path->get<std::string>()) : id);
  card_meta_->setVisible(!card_meta_->text().isEmpty());
  card_text_->setText(shown->summary);
  card_text_->setVisible(!plain_step);
  step_card_->setVisible(plain_step);
  if (plain_step) step_card_->show_card(shown->step->card);
  const bool document = shown->kind == LibraryEntry::Kind::document;
  const bool dialog = shown->kind == LibraryEntry::Kind::file_dialog;
  add_->setText(document ? tr("Open the template") : dialog ? tr("Choose a file …") : tr("Add to the canvas"));
  add_->setAccessibleName(add_->text() + ": " + shown->title);
  // The second click of a double-click must find the row where the first one did, and not a card that came over it.
  const bool clicked = QApplication::mouseButtons() != Qt::NoButton;
  if (!card_->isHidden()) return;
  if (clicked) {
    QTimer::singleShot(QApplication::doubleClickInterval(), this, &LibraryPanel::reveal_card);
  } else {
    reveal_card();
  }
}

void LibraryPanel::reveal_card() {
  if (!entry(tree_->currentIndex())) return;
  card_->show();
  share_height();
  tree_->scrollTo(tree_->currentIndex());
}

void LibraryPanel::activate(const QModelIndex& index) {
  const LibraryEntry* chosen = index.isValid() ? entry(index) : nullptr;
  if (!chosen) return;
  switch (chosen->kind) {
    case LibraryEntry::Kind::document:
      Q_EMIT template_requested(chosen->path);
      break;
    case LibraryEntry::Kind::file_dialog:
      ask_for_model();
      break;
    default:
      add(chosen->mime());
      break;
  }
}

void LibraryPanel::add(const QByteArray& mime) {
  add_to_document(bench_, mime);
  Q_EMIT add_requested(mime);
}

// Beside the window, so that work goes on.
void LibraryPanel::ask_for_model() {
  if (!dialog_) {
    dialog_ = new QFileDialog(this, tr("Open a model"));
    dialog_->setFileMode(QFileDialog::ExistingFile);
    dialog_->setNameFilters({tr("Models (*.gguf)"), tr("All files (*)")});
    connect(dialog_, &QFileDialog::fileSelected, this, [this](const QString& file) {
      const std::string path = path_for_document(file.toStdString(), bench_.document.document().folder);
      add(step_mime({"source.model", {{"path", path}}}));
    });
  }
  dialog_->show();
  dialog_->raise();
}

bool LibraryPanel::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  const auto* key = static_cast<QKeyEvent*>(event);
  if (watched == search_) {
    if (key->key() == Qt::Key_Escape && !search_->text().isEmpty()) {
      search_->clear();
      return true;
    }
    if (key->key() == Qt::Key_Down && tree_->isVisible()) {
      if (!tree_->currentIndex().isValid()) tree_->setCurrentIndex(first_entry());
      tree_->setFocus(Qt::OtherFocusReason);
      return true;
    }
  }
  if (watched == tree_ && (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)) {
    const QModelIndex current = tree_->currentIndex();
    if (current.isValid() && !entry(current)) {
      tree_->setExpanded(current, !tree_->isExpanded(current));
    } else {
      activate(current);
    }
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace kelter::ui
