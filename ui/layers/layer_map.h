// SPDX-License-Identifier: GPL-3.0-or-later
// The heat map: a table whose cells are coloured by their numbers, so that arrows move through it and a screen reader
// reads it cell by cell; and its legend. Colours go from the panel's to one hue by lightness alone. Window thread.
#pragma once

#include <QAbstractTableModel>
#include <QTableView>
#include <QWidget>

#include "ui/layers/layer_records.h"

namespace kelter::ui {

QString quantity_name(LayerQuantity quantity);
QString quantity_help(LayerQuantity quantity);
QString layer_value_text(LayerQuantity quantity, const LayerValue& value);   // "0.18", "50 %", "—", "NaN"
QString short_layer_text(LayerQuantity quantity, const LayerValue& value);   // where that has no room: "0.009", "5e−4", "49 %"
QColor heat_color(double share);                                             // of the scale, 0 to 1
QColor cell_ink(const QColor& ground);                                       // contrast at least 4.5:1 on any ground

class LayerMapModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  // share_role: of the scale as a double, no value where there is no number. pending_role: it may still be recorded.
  enum Role { share_role = Qt::UserRole, short_text_role, not_finite_role, pending_role };
  using QAbstractTableModel::QAbstractTableModel;

  // `under_way`: more records may come. Cells of the same layers and modules stay and change their numbers.
  void set_records(const LayerRecords& records, LayerQuantity quantity, bool under_way);
  const LayerRecords& records() const { return records_; }
  LayerQuantity quantity() const { return quantity_; }
  std::int64_t layer(const QModelIndex& index) const { return records_.layers().at(static_cast<std::size_t>(index.row())); }
  const std::string& module(const QModelIndex& index) const { return records_.modules().at(static_cast<std::size_t>(index.column())); }
  int newest_row() const;   // the last that has a record; -1 if none has
  QModelIndex index_of(std::int64_t layer, const std::string& module) const;   // invalid if there is none

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  QString whole_text(const QModelIndex& index) const;
  bool pending(const QModelIndex& index) const { return under_way_ && !records_.has(layer(index), module(index)); }

  LayerRecords records_;
  LayerQuantity quantity_ = LayerQuantity::output_error;
  double largest_ = 0;
  bool under_way_ = false;
};

class LayerMap : public QTableView {
  Q_OBJECT
 public:
  explicit LayerMap(QWidget* parent = nullptr);
  LayerMapModel& cells() { return *cells_; }
  void set_records(const LayerRecords& records, LayerQuantity quantity, bool under_way = false);   // the current cell stays where it can

 Q_SIGNALS:
  void chosen(const QModelIndex& cell);            // invalid: none any more
  void settings_wanted(const QModelIndex& cell);   // Enter, or a double click

 protected:
  void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void fit();

  LayerMapModel* cells_;
  bool setting_ = false;   // the table is being replaced
};

// The colours with the numbers at both ends, and the sign for what has no number.
class HeatLegend : public QWidget {
  Q_OBJECT
 public:
  explicit HeatLegend(QWidget* parent = nullptr);
  void set(LayerQuantity quantity, double largest);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString end_, none_;
};

}  // namespace kelter::ui
