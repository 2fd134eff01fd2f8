// SPDX-License-Identifier: GPL-3.0-or-later
// The table under the plots: sorts by number, lets columns be hidden from a menu of its header, and copies what is
// shown as CSV, Markdown or LaTeX. Window thread.
#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>
#include <QTableView>

#include "ui/results/results_table_model.h"

class QMenu;

namespace kelter::ui {

enum class TableFormat { csv, markdown, latex };

// Rows without a number stand last in either order.
class ResultsSorter : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;

 protected:
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
};

class ResultsTable : public QTableView {
  Q_OBJECT
 public:
  explicit ResultsTable(ResultsTableModel& model, QWidget* parent = nullptr);

  // What is shown, in the order and with the columns it is shown in, written by core/report.
  Table shown_table() const;
  QString text_as(TableFormat format, bool decimal_comma) const;
  void copy(TableFormat format, bool decimal_comma) const;
  void fill_column_menu(QMenu& menu);
  // Marks the rows of these document nodes (or of one copy of a sweep) without saying so.
  void select_nodes(const QStringList& document_nodes, const QString& variant);

 Q_SIGNALS:
  // Graph nodes of the rows a person chose.
  void nodes_selected(const QStringList& graph_nodes);
  void copy_wanted();   // Ctrl+C

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;

 private:
  void fit_rows();
  void cycle_sorting(int section);
  void restore_columns();
  void remember_columns() const;

  ResultsTableModel& model_;
  ResultsSorter* sorter_;
  bool quiet_ = false;
};

}  // namespace kelter::ui
