// SPDX-License-Identifier: GPL-3.0-or-later
// The line above the results: title, protocol, switch between plots and table, copying and export. Says
// what was asked for. Window thread.
#pragma once

#include <QWidget>
#include <vector>

#include "core/report/figure.h"
#include "ui/results/results_table.h"

class QAction;
class QButtonGroup;
class QHBoxLayout;
class QMenu;

namespace kelter::ui {

class ElidedLabel;

enum class ResultsView { plots, table, both };

class ResultsHeader : public QWidget {
  Q_OBJECT
 public:
  explicit ResultsHeader(QWidget* parent = nullptr);

  void set_view(ResultsView view);
  // What counts of the protocols in a line, all of them in its tooltip.
  void set_protocols(const std::vector<Figure>& figures, const QString& dtype);
  QMenu& copy_menu() { return *copy_menu_; }

 Q_SIGNALS:
  void view_chosen(kelter::ui::ResultsView view);
  void copy_wanted(kelter::ui::TableFormat format, bool decimal_comma);
  void export_wanted();

 private:
  void add_view_switch(QHBoxLayout& row);
  void build_copy_menu();

  ElidedLabel* protocol_;
  QButtonGroup* views_;
  QMenu* copy_menu_;
  QAction* comma_;
};

}  // namespace kelter::ui
