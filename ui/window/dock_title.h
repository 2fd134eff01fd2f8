// SPDX-License-Identifier: GPL-3.0-or-later
// The title of a dock: its name, or a head of its panel that says more, and buttons that float and close it. The free
// part is a handle: pulling it moves the dock. Owned by its dock. Window thread.
#pragma once

#include <QWidget>

class QDockWidget;
class QLabel;
class QToolButton;

namespace kelter::ui {

class DockTitle : public QWidget {
  Q_OBJECT
 public:
  explicit DockTitle(QDockWidget& dock, QWidget* head = nullptr);

 private:
  QToolButton* button(const QString& name);
  void restyle();

  QLabel* name_ = nullptr;
  QToolButton *float_, *close_;
};

}  // namespace kelter::ui
