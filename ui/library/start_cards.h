// SPDX-License-Identifier: GPL-3.0-or-later
// The cards of the start page: large buttons with a title and a sentence. Space and Enter press them. Window thread.
#pragma once

#include <QAbstractButton>
#include <string>

#include "ui/library/recent_documents.h"

class QHBoxLayout;
class QLabel;
class QToolButton;
class QVBoxLayout;

namespace kelter::ui {

class Card : public QAbstractButton {
  Q_OBJECT
 public:
  enum class Frame { hairline, accent, dashed };

  explicit Card(Frame frame, QWidget* parent = nullptr);
  QSize sizeHint() const override;

 protected:
  // A line of text that leaves the mouse to the card.
  QLabel* add_label(const QString& text, QWidget* parent);
  void set_lit(bool lit);  // something is dragged over it
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  Frame frame_;
  bool lit_ = false, hovered_ = false;
};

// Title with an icon or a coloured square, and a sentence.
class ActionCard : public Card {
  Q_OBJECT
 public:
  ActionCard(Frame frame, const QString& title, const QString& text, QWidget* parent = nullptr);
  void set_symbol(const QString& icon);        // before the title, in accent
  void set_family(const std::string& family);  // a square of its colour before the title
  void set_text(const QString& text);

 private:
  void restyle();
  QString icon_;
  std::string family_;
  QLabel *symbol_, *title_, *text_;
};

// Where files are dropped; says what is wrong with one that cannot be opened. A click asks for one.
class DropZone : public Card {
  Q_OBJECT
 public:
  explicit DropZone(QWidget* parent = nullptr);
  void show_refusal(const QString& reason);  // empty: none
  void set_waiting(bool waiting);            // a file is over the page

 private:
  QLabel *title_, *text_;
};

// One recent document: title, what its last run came to, and "open", "resume" or "missing".
class RecentRow : public Card {
  Q_OBJECT
 public:
  explicit RecentRow(const RecentDocument& document, QWidget* parent = nullptr);
  const QString& path() const { return document_.path; }
  void set_missing(bool missing);
  bool missing() const { return missing_; }

 Q_SIGNALS:
  void remove_wanted();

 private:
  void restyle();
  RecentDocument document_;
  bool missing_ = false;
  QLabel *title_, *text_, *word_;
  QToolButton* remove_;
};

}  // namespace kelter::ui
