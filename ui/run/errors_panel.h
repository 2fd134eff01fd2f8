// SPDX-License-Identifier: GPL-3.0-or-later
// Every error of this session, newest first: what, where, why and what to try, whole and copyable. The window owns it;
// the workbench outlives it. Window thread.
#pragma once

#include <QFrame>
#include <QWidget>

#include "ui/models/workbench.h"

class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace kelter::ui {

class ErrorCard : public QFrame {
  Q_OBJECT
 public:
  explicit ErrorCard(const ErrorInfo& error, QWidget* parent = nullptr);
  const ErrorInfo& error() const { return error_; }

 Q_SIGNALS:
  void show_requested(const QString& node);

 private:
  void add_part(QVBoxLayout* layout, const QString& name, const std::string& text);
  void restyle();

  ErrorInfo error_;
  QLabel* icon_;
};

class ErrorsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit ErrorsPanel(Workbench& bench, QWidget* parent = nullptr);
  int count() const;
  // All errors, newest first, as they are copied.
  QString text() const;
  QSize sizeHint() const override;

 private:
  void add(const ErrorInfo& error);
  void refresh();
  void clear();
  void show_node(const QString& node);

  Workbench& bench_;
  QScrollArea* scroll_;
  QVBoxLayout* cards_;
  QLabel* empty_;
  QPushButton *copy_, *clear_;
};

}  // namespace kelter::ui
