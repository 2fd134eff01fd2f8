// SPDX-License-Identifier: GPL-3.0-or-later
// Layers that differ: the table of a node's overrides with its buttons. Cells are edited by the same editors as the
// form; every edit is one undo step. Window thread.
#pragma once

#include <QWidget>
#include <set>

#include "ui/models/workbench.h"

class QLabel;
class QPushButton;
class QTableView;
class QToolButton;

namespace kelter::ui {

class OverrideModel;

class OverrideTable : public QWidget {
  Q_OBJECT
 public:
  explicit OverrideTable(Workbench& bench, QWidget* parent = nullptr);

  // Hidden where no parameter may differ and the document has no overrides.
  void show_node(const std::string& node);
  void refresh();
  // The cell of this layer is opened for editing; a layer that no row names gets one first, as one step of undo.
  void edit_layer(std::int64_t layer);
  QTableView* view() const { return view_; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void build_buttons();
  Parameters columns(const StepDescriptor& step, const Node& node, const Json& in_force);
  void offer_columns(const Parameters& hidden);
  void add_row();
  void remove_row();
  void clear_cell();
  void push(const Json& overrides, const QString& text);
  void refuse(const QString& why);
  void fit_height();

  Workbench& bench_;
  std::string node_;
  std::set<std::string> asked_;  // columns without a value yet
  OverrideModel* model_;
  QTableView* view_;
  QLabel *hint_, *problem_;
  QPushButton* add_;
  QToolButton *more_, *remove_;
};

}  // namespace kelter::ui
