// SPDX-License-Identifier: GPL-3.0-or-later
// The fields a parameter form is made of: a line with its unit inside, a choice, a switch. They know nothing of
// parameters. None takes the mouse wheel away from the page it lies on. Window thread.
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QVariant>
#include <QWheelEvent>

namespace kelter::ui {

// A property the style sheet knows ("invalid", "changed", "role"), with the widget restyled if it is new.
void set_mark(QWidget* widget, const char* mark, const QVariant& value);

// One line of text, the unit muted at its right end. Arrow and page keys ask for a step; Escape gives up what was
// written. Undo and redo are those of the document, not of the line.
class ValueField : public QLineEdit {
  Q_OBJECT
 public:
  explicit ValueField(QWidget* parent = nullptr);
  void set_unit(const QString& unit);

 Q_SIGNALS:
  void step_wanted(int steps);  // +1, -1, or ten of them
  void given_up();
  void left();  // the focus went elsewhere
  void files_dropped(const QStringList& paths);

 protected:
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragMoveEvent(QDragMoveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void place_unit();
  QLabel* unit_;
};

class ChoiceField : public QComboBox {
  Q_OBJECT
 public:
  explicit ChoiceField(QWidget* parent = nullptr);
  void set_unit(const QString& unit);

 Q_SIGNALS:
  void left();

 protected:
  void wheelEvent(QWheelEvent* event) override { event->ignore(); }
  void focusOutEvent(QFocusEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void place_unit();
  QLabel* unit_;
};

// A check box drawn as a switch with the word "on" or "off".
class Switch : public QCheckBox {
  Q_OBJECT
 public:
  explicit Switch(QWidget* parent = nullptr);
  void set_changed(bool changed);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 Q_SIGNALS:
  void left();

 protected:
  void focusOutEvent(QFocusEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  bool hitButton(const QPoint& position) const override { return rect().contains(position); }

 private:
  QString word() const;
  bool changed_ = false;
};

}  // namespace kelter::ui
