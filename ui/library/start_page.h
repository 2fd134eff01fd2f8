// SPDX-License-Identifier: GPL-3.0-or-later
// What the window shows before a document is open: the demo, a place to drop models and runs, templates, and the
// documents opened last. It asks; the window opens. Files may be dropped anywhere on it. Window thread.
#pragma once

#include <QScrollArea>

#include "ui/library/dropped_path.h"
#include "ui/models/workbench.h"

class QGridLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace kelter::ui {

class ActionCard;
class Card;
class DropZone;
class RecentDocuments;

class StartPage : public QScrollArea {
  Q_OBJECT
 public:
  explicit StartPage(Workbench& bench, QWidget* parent = nullptr);
  // With a list of its own (tests); it outlives the page.
  StartPage(Workbench& bench, RecentDocuments& recent, QWidget* parent = nullptr);

  // A file that came another way (the command line, the window): says what it is, by one of the signals.
  void open_path(const QString& path);

 Q_SIGNALS:
  void return_requested();  // to the document that is open
  void demo_requested();
  void document_requested(const QString& path);
  void template_requested(const QString& path);
  void model_requested(const QString& path);  // a file or a folder
  void run_folder_requested(const QString& path);
  void empty_requested();
  void open_requested();  // whatever it is: ask for a file

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragMoveEvent(QDragMoveEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  QLabel* make_heading(const QString& text);
  void build_title();
  void build_first_row();
  void build_templates();
  void refresh_return();
  void refill_recent();
  void look_for_recent();
  void arrange();
  void restyle();
  void take(const DroppedPath& dropped);

  Workbench& bench_;
  RecentDocuments& recent_;
  QWidget* column_;
  QVBoxLayout *lines_, *recent_lines_;
  QGridLayout *first_row_, *template_grid_;
  QLabel *name_, *claim_;
  QPushButton* return_;
  ActionCard* demo_;
  DropZone* drop_;
  std::vector<QLabel*> headings_;
  std::vector<ActionCard*> templates_;
};

}  // namespace kelter::ui
