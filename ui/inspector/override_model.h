// SPDX-License-Identifier: GPL-3.0-or-later
// The overrides of a node as a table: a row for each list of layers, a column for each parameter that may differ. An
// edit is said, not made: whoever owns the document pushes it. Window thread.
#pragma once

#include <QAbstractTableModel>

#include "core/describe/parameter.h"

namespace kelter::ui {

class OverrideModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  using QAbstractTableModel::QAbstractTableModel;

  // `overrides` as a document holds them, null for none; `in_force`: the node's own values, shown where a row has none.
  void show(const Json& overrides, const Parameters& columns, const Json& in_force);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

  // The schema a cell is edited by; that of a list of layers in the first column.
  const ParameterSchema& schema(int column) const;
  // What stands in a cell; null where the row says nothing.
  Json value(const QModelIndex& index) const;
  Json shown_value(const QModelIndex& index) const;  // then that of the whole step

  // Overrides with one change; Error(invalid_parameter) if it is not allowed.
  Json with_value(const QModelIndex& index, const Json& value) const;  // null: the row says nothing of it any more
  Json with_row() const;                                               // for the layer behind the last one named
  Json without_row(int row) const;

  // The row of this layer alone, else the first that names it among others; -1 if none does.
  int row_of(std::int64_t layer) const;
  Json with_layer(std::int64_t layer) const;   // a row for this layer alone

 private:
  std::string key(int row) const;

  Json overrides_ = Json::object();
  Json in_force_ = Json::object();
  Parameters columns_;
};

}  // namespace kelter::ui
