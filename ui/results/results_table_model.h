// SPDX-License-Identifier: GPL-3.0-or-later
// The result table of core/report as an item model: one row for each model node, numbers for sorting behind the
// texts, a word at stale rows. Changes only the cells that changed. Window thread.
#pragma once

#include <QAbstractTableModel>
#include <QColor>
#include <QHash>
#include <QIcon>
#include <set>
#include <string>

#include "core/report/figure.h"

namespace kelter::ui {

class ResultsTableModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  // Of a cell: number or text; graph node. Of a column: its title in one line.
  enum Role { sort_role = Qt::UserRole + 1, node_role, title_role };
  // Number and colour of a branch in the plots.
  struct Swatch {
    QColor color;
    QString number;
    QIcon picture;
    bool operator==(const Swatch& other) const { return color == other.color && number == other.number; }
  };

  using QAbstractTableModel::QAbstractTableModel;

  void set_table(const Table& table);
  void set_stale(const std::set<std::string>& nodes);
  void set_swatches(const QHash<QString, Swatch>& swatches);   // by graph node
  // The table as it stands, with the word at stale rows.
  Table table() const;
  QString node(int row) const;
  int row_of(const QString& graph_node) const;   // -1: none

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  QString cell_text(const Cell& cell, int column, const std::string& node) const;
  void refresh(const QList<int>& roles);

  Table table_;
  std::set<std::string> stale_;
  QHash<QString, Swatch> swatches_;
};

// Of every node that a figure shows.
QHash<QString, ResultsTableModel::Swatch> swatches_of(const Figure& figure);

}  // namespace kelter::ui
