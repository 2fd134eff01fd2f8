// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/results_table.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QSettings>
#include <cmath>

#include "ui/models/document_model.h"
#include "ui/results/branch_swatch.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr const char* hidden_key = "results/hidden-columns";

}  // namespace

bool ResultsSorter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const QVariant a = left.data(ResultsTableModel::sort_role), b = right.data(ResultsTableModel::sort_role);
  if (a.typeId() == QMetaType::QString) return QString::localeAwareCompare(a.toString(), b.toString()) < 0;
  const bool no_a = std::isnan(a.toDouble()), no_b = std::isnan(b.toDouble());
  if (no_a || no_b) return sortOrder() == Qt::AscendingOrder ? !no_a && no_b : no_a && !no_b;
  return a.toDouble() < b.toDouble();
}

ResultsTable::ResultsTable(ResultsTableModel& model, QWidget* parent)
    : QTableView(parent), model_(model), sorter_(new ResultsSorter(this)) {
  sorter_->setSourceModel(&model);
  setModel(sorter_);
  setSelectionBehavior(SelectRows);
  setSelectionMode(ExtendedSelection);
  setShowGrid(false);
  setWordWrap(false);
  setTabKeyNavigation(false);
  // Cells begin and end where the titles of their columns do: 8 px with the 3 of the style. Without "border: none" selected rows alone would be drawn
  // by the style sheet, and stand beside the others.
  setStyleSheet(QStringLiteral("QTableView::item { padding: 0 5px; border: none; }"
                               "QAbstractScrollArea::corner { background: transparent; border: none; }"));
  verticalHeader()->hide();
  setHorizontalScrollMode(ScrollPerPixel);
  setAccessibleName(tr("Results as a table"));
  verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  fit_rows();
  horizontalHeader()->setSectionsClickable(true);
  horizontalHeader()->setHighlightSections(false);
  horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
  horizontalHeader()->setAccessibleName(tr("Columns: click to sort, right-click to choose"));
  connect(horizontalHeader(), &QHeaderView::sectionClicked, this, &ResultsTable::cycle_sorting);
  connect(horizontalHeader(), &QHeaderView::customContextMenuRequested, this, [this](const QPoint& at) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fill_column_menu(*menu);
    menu->popup(horizontalHeader()->mapToGlobal(at));
  });
  connect(&theme(), &Theme::changed, this, &ResultsTable::fit_rows);
  connect(&model, &QAbstractItemModel::modelReset, this, &ResultsTable::restore_columns);
}

void ResultsTable::fit_rows() {
  verticalHeader()->setDefaultSectionSize(qRound(theme().px(28)));
  setIconSize(swatch_size());
  horizontalHeader()->setFont(theme().font(Text::body, QFont::Medium));  // as drawn: columns are fitted to it
}

// Ascending, descending, as in the run.
void ResultsTable::cycle_sorting(int section) {
  QHeaderView* header = horizontalHeader();
  const bool same = header->isSortIndicatorShown() && sorter_->sortColumn() == section;
  if (same && sorter_->sortOrder() == Qt::DescendingOrder) {
    header->setSortIndicatorShown(false);
    sorter_->sort(-1);
    return;
  }
  const Qt::SortOrder order = same ? Qt::DescendingOrder : Qt::AscendingOrder;
  header->setSortIndicatorShown(true);
  header->setSortIndicator(section, order);
  sorter_->sort(section, order);
}

// ---- columns ------------------------------------------------------------------------------------------------

void ResultsTable::fill_column_menu(QMenu& menu) {
  for (int column = 1; column < model_.columnCount(); ++column) {  // the name of a row cannot be hidden
    QAction* action = menu.addAction(model_.headerData(column, Qt::Horizontal, ResultsTableModel::title_role).toString());
    action->setCheckable(true);
    action->setChecked(!isColumnHidden(column));
    connect(action, &QAction::toggled, this, [this, column](bool on) {
      setColumnHidden(column, !on);
      remember_columns();
    });
  }
  menu.addSeparator();
  menu.addAction(tr("Show all"), this, [this] {
    for (int column = 0; column < model_.columnCount(); ++column)
      setColumnHidden(column, false);
    remember_columns();
  });
}

// By their English titles, so that they are found again in another language and another run.
void ResultsTable::remember_columns() const {
  QStringList hidden = QSettings().value(hidden_key).toStringList();
  const Table table = model_.table();
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    const QString title = QString::fromStdString(table.columns[column].title);
    hidden.removeAll(title);
    if (isColumnHidden(static_cast<int>(column))) hidden << title;
  }
  QSettings().setValue(hidden_key, hidden);
}

void ResultsTable::restore_columns() {
  const QStringList hidden = QSettings().value(hidden_key).toStringList();
  const Table table = model_.table();
  for (std::size_t column = 1; column < table.columns.size(); ++column)
    setColumnHidden(static_cast<int>(column), hidden.contains(QString::fromStdString(table.columns[column].title)));
}

// ---- copying ------------------------------------------------------------------------------------------------

Table ResultsTable::shown_table() const {
  const Table all = model_.table();
  Table out;
  out.title = all.title;
  std::vector<std::size_t> columns;
  for (std::size_t column = 0; column < all.columns.size(); ++column) {
    if (!isColumnHidden(static_cast<int>(column))) columns.push_back(column);
  }
  for (const std::size_t column : columns)
    out.columns.push_back(all.columns[column]);
  for (int row = 0; row < sorter_->rowCount(); ++row) {
    const auto source = static_cast<std::size_t>(sorter_->mapToSource(sorter_->index(row, 0)).row());
    std::vector<Cell> cells;
    for (const std::size_t column : columns)
      cells.push_back(all.rows[source][column]);
    out.rows.push_back(std::move(cells));
  }
  return out;
}

QString ResultsTable::text_as(TableFormat format, bool decimal_comma) const {
  const Table table = shown_table();
  LatexOptions latex;
  latex.decimal_comma = decimal_comma;
  switch (format) {
    case TableFormat::markdown: return QString::fromStdString(table_to_markdown(table));
    case TableFormat::latex: return QString::fromStdString(table_to_latex(table, latex));
    default: return QString::fromStdString(table_to_csv(table));
  }
}

void ResultsTable::copy(TableFormat format, bool decimal_comma) const {
  QGuiApplication::clipboard()->setText(text_as(format, decimal_comma));
}

void ResultsTable::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy)) {
    Q_EMIT copy_wanted();
    return;
  }
  QTableView::keyPressEvent(event);
}

// ---- selection ----------------------------------------------------------------------------------------------

void ResultsTable::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) {
  QTableView::selectionChanged(selected, deselected);
  if (quiet_) return;
  QStringList nodes;
  for (const QModelIndex& index : selectionModel()->selectedRows())
    nodes << index.data(ResultsTableModel::node_role).toString();
  Q_EMIT nodes_selected(nodes);
}

void ResultsTable::select_nodes(const QStringList& document_nodes, const QString& variant) {
  QItemSelection selection;
  for (int row = 0; row < sorter_->rowCount(); ++row) {
    const QModelIndex index = sorter_->index(row, 0);
    const QString node = index.data(ResultsTableModel::node_role).toString();
    const QString document_node = QString::fromStdString(document_node_of(node.toStdString()));
    const bool other_copy = !variant.isEmpty() && variant != node &&
                            document_node_of(variant.toStdString()) == document_node.toStdString();
    if (document_nodes.contains(document_node) && !other_copy) selection.select(index, index);
  }
  quiet_ = true;
  selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  quiet_ = false;
}

}  // namespace kelter::ui
