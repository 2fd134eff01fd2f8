// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/results_table_model.h"

#include <QLocale>
#include <limits>

#include "ui/figures/report_text.h"
#include "ui/results/branch_swatch.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

bool same_cell(const Cell& a, const Cell& b) { return a.text == b.text && a.number == b.number && a.error == b.error; }

bool same_columns(const Table& a, const Table& b) {
  if (a.columns.size() != b.columns.size()) return false;
  for (std::size_t i = 0; i < a.columns.size(); ++i) {
    if (a.columns[i].title != b.columns[i].title || a.columns[i].kind != b.columns[i].kind) return false;
  }
  return true;
}

bool same_rows(const Table& a, const Table& b) {
  if (a.rows.size() != b.rows.size()) return false;
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    if (a.rows[i].front().text != b.rows[i].front().text) return false;
  }
  return true;
}

// "packed, fewer-layers", "failed": each word on its own.
QString words(const std::string& text) {
  QStringList parts = QString::fromStdString(text).split(QStringLiteral(", "));
  for (QString& part : parts)
    part = report_text(part.toStdString());
  return parts.join(QStringLiteral(", "));
}

}  // namespace

void ResultsTableModel::set_table(const Table& table) {
  if (!same_columns(table, table_) || !same_rows(table, table_)) {
    beginResetModel();
    table_ = table;
    endResetModel();
    return;
  }
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    int first = -1, last = -1;
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      if (same_cell(table.rows[row][column], table_.rows[row][column])) continue;
      table_.rows[row][column] = table.rows[row][column];
      last = static_cast<int>(column);
      if (first < 0) first = last;
    }
    if (first >= 0) Q_EMIT dataChanged(index(static_cast<int>(row), first), index(static_cast<int>(row), last));
  }
  table_.title = table.title;
}

void ResultsTableModel::refresh(const QList<int>& roles) {
  if (!table_.rows.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), roles);
}

void ResultsTableModel::set_stale(const std::set<std::string>& nodes) {
  if (nodes == stale_) return;
  stale_ = nodes;
  refresh({Qt::DisplayRole, Qt::ForegroundRole, Qt::ToolTipRole});
}

void ResultsTableModel::set_swatches(const QHash<QString, Swatch>& swatches) {
  if (swatches == swatches_) return;
  swatches_ = swatches;
  refresh({Qt::DecorationRole});
}

Table ResultsTableModel::table() const {
  Table out = table_;
  for (auto& row : out.rows) {
    if (stale_.count(row.front().text) != 0) row.front().text = tr("%1 (stale)").arg(QString::fromStdString(row.front().text)).toStdString();
  }
  return out;
}

QString ResultsTableModel::node(int row) const {
  return QString::fromStdString(table_.rows[static_cast<std::size_t>(row)].front().text);
}

int ResultsTableModel::row_of(const QString& graph_node) const {
  for (int row = 0; row < rowCount(); ++row) {
    if (node(row) == graph_node) return row;
  }
  return -1;
}

int ResultsTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.rows.size());
}

int ResultsTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.columns.size());
}

QString ResultsTableModel::cell_text(const Cell& cell, int column, const std::string& node) const {
  const QString name = QString::fromStdString(node);
  if (column == 0) return stale_.count(node) != 0 ? tr("%1 (stale)").arg(name) : name;
  return cell.number ? with_decimal_sign(QString::fromStdString(cell.text), QLocale()) : words(cell.text);
}

QVariant ResultsTableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const auto& row = table_.rows[static_cast<std::size_t>(index.row())];
  const Cell& cell = row[static_cast<std::size_t>(index.column())];
  const Column& column = table_.columns[static_cast<std::size_t>(index.column())];
  const std::string& node = row.front().text;
  switch (role) {
    case Qt::DisplayRole: return cell_text(cell, index.column(), node);
    case Qt::TextAlignmentRole:
      return static_cast<int>((column.alignment == Alignment::right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole: {
      const bool pale = stale_.count(node) != 0 || (column.kind == ColumnKind::number && !cell.number);
      return pale ? QVariant(theme().colors().muted) : QVariant();
    }
    case Qt::ToolTipRole:
      return stale_.count(node) != 0 ? tr("Stale: made with other settings than the document has now.") : QVariant();
    case Qt::DecorationRole: {
      const auto swatch = index.column() == 0 ? swatches_.find(QString::fromStdString(node)) : swatches_.end();
      return swatch == swatches_.end() ? QVariant() : QVariant(swatch->picture);
    }
    case sort_role:
      if (column.kind == ColumnKind::text) return QString::fromStdString(cell.text);
      return cell.number ? *cell.number : std::numeric_limits<double>::quiet_NaN();
    case node_role: return QString::fromStdString(node);
    default: return {};
  }
}

QVariant ResultsTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (section < 0 || section >= columnCount()) return {};
  const Column& column = table_.columns[static_cast<std::size_t>(section)];
  if (role == Qt::DisplayRole) return report_head(column.title).join('\n');
  if (role == Qt::ToolTipRole || role == title_role) return report_text(column.title);
  if (role == Qt::TextAlignmentRole)
    return static_cast<int>((column.alignment == Alignment::right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  return {};
}

QHash<QString, ResultsTableModel::Swatch> swatches_of(const Figure& figure) {
  QHash<QString, ResultsTableModel::Swatch> swatches;
  const FigureStyle style = screen_style();
  for (const Mark& mark : figure.marks) {
    const Branch& branch = figure.branches[mark.branch];
    swatches[QString::fromStdString(mark.node)] = {
        style.fill(branch, mark.branch), QString::number(mark.branch + 1),
        swatch_icon(style, branch, mark.branch, figure.kind == FigureKind::lines)};
  }
  return swatches;
}

}  // namespace kelter::ui
