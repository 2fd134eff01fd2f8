// SPDX-License-Identifier: GPL-3.0-or-later
// The panel at the left: models, data, steps by family and templates, found by typing, with the card of the one chosen.
// Enter or a double click adds it, a drag carries it to the canvas. The window owns it; the workbench outlives it.
// Window thread.
#pragma once

#include <QWidget>

#include "ui/models/workbench.h"

class QFileDialog;
class QFrame;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QSplitter;
class QTreeView;

namespace kelter::ui {

struct LibraryEntry;
class LibraryFilter;
class LibraryModel;
class StepCardView;

class LibraryPanel : public QWidget {
  Q_OBJECT
 public:
  explicit LibraryPanel(Workbench& bench, QWidget* parent = nullptr);

  // Puts the cursor into the search field.
  void focus_search();
  // Looks into the model store again; also done whenever the panel appears.
  void refresh_models();
  QTreeView* tree() const { return tree_; }
  QLineEdit* search() const { return search_; }
  QSize sizeHint() const override;

 Q_SIGNALS:
  void add_requested(const QByteArray& mime);  // application/x-kelter-step
  void template_requested(const QString& path);
  void models_changed();  // the store was looked through

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void build_search();
  void build_tree();
  void build_card();
  QScrollArea* build_card_text();
  void reveal_card();
  void share_height();
  void connect_tree();
  void filter(const QString& text);
  void activate(const QModelIndex& index);
  void show_entry(const QModelIndex& index);
  const LibraryEntry* entry(const QModelIndex& index) const;
  QModelIndex first_entry() const;
  void ask_for_model();
  void add(const QByteArray& mime);

  Workbench& bench_;
  LibraryModel* model_;
  LibraryFilter* filter_;
  QLineEdit* search_;
  QSplitter* splitter_;
  QTreeView* tree_;
  QFrame *empty_, *card_;
  QLabel *empty_text_, *card_title_, *card_meta_, *card_text_;
  StepCardView* step_card_;
  QPushButton* add_;
  bool sized_by_hand_ = false;  // the height of the card
  QFileDialog* dialog_ = nullptr;
  std::vector<std::string> known_models_;
};

// A step as a new node (ui/canvas/append_step.h). Its id, empty if there is no such step.
std::string add_to_document(Workbench& bench, const QByteArray& mime);

}  // namespace kelter::ui
