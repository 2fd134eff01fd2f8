// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tensors/tensor_tree.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>
#include <algorithm>

#include "core/report/table.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

Table table_of(const std::vector<const ListedTensor*>& tensors, std::uint64_t all_bytes) {
  Table table;
  for (const char* title : {"Name", "Shape", "Format"}) table.add_column(title, ColumnKind::text);
  table.add_column("Bytes");
  table.add_column("Share", ColumnKind::number, "%");
  for (const ListedTensor* tensor : tensors) {
    const auto bytes = static_cast<double>(tensor->bytes);
    const auto cell = [](const std::string& text) { return Cell{text, {}, {}}; };
    table.rows.push_back({cell(tensor->name.toStdString()), cell(plain_shape(tensor->shape)), cell(tensor->format.toStdString()),
                          Cell{"", bytes, {}}, Cell{"", all_bytes > 0 ? 100 * bytes / static_cast<double>(all_bytes) : 0, {}}});
  }
  return table;
}

// For spreadsheets and terminals: plain numbers, one line for each tensor.
QString tabbed(const std::vector<const ListedTensor*>& tensors) {
  QString text = "Name\tShape\tFormat\tBytes\n";
  for (const ListedTensor* tensor : tensors) {
    text += QString("%1\t%2\t%3\t%4\n")
                .arg(tensor->name, QString::fromStdString(plain_shape(tensor->shape)), tensor->format)
                .arg(tensor->bytes);
  }
  return text;
}

}  // namespace

TensorFilter::TensorFilter(QObject* parent) : QSortFilterProxyModel(parent) {
  setRecursiveFilteringEnabled(true);
  setSortRole(TensorTreeModel::sort_role);
}

void TensorFilter::set_words(const QString& text) {
  const QStringList words = text.split(' ', Qt::SkipEmptyParts);
  if (words == words_) return;
  words_ = words;
  invalidateFilter();
}

bool TensorFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  if (words_.isEmpty()) return true;
  const QString text = sourceModel()->index(row, 0, parent).data(TensorTreeModel::search_role).toString();
  return !text.isEmpty() && std::all_of(words_.begin(), words_.end(), [&](const QString& word) {
    return text.contains(word, Qt::CaseInsensitive);
  });
}

bool TensorFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const QVariant a = left.data(sortRole()), b = right.data(sortRole());
  if (a.typeId() == QMetaType::QString) return a.toString().compare(b.toString(), Qt::CaseInsensitive) < 0;
  return a.toDouble() < b.toDouble();
}

TensorTree::TensorTree(QWidget* parent)
    : QTreeView(parent), model_(new TensorTreeModel(this)), filter_(new TensorFilter(this)) {
  filter_->setSourceModel(model_);
  setModel(filter_);
  setAccessibleName(tr("Tensors"));
  setUniformRowHeights(true);   // else every row is measured
  setSelectionMode(ExtendedSelection);
  setAllColumnsShowFocus(true);
  setTabKeyNavigation(false);
  setTextElideMode(Qt::ElideMiddle);   // layers' names differ at their ends
  // Cells begin where the titles of their columns do, and a selected row is one bar.
  setStyleSheet(QStringLiteral("QTreeView::item { padding: 3px 5px; border: none; border-radius: 0; }"
                               "QAbstractScrollArea::corner { background: transparent; border: none; }"));
  header()->setStretchLastSection(false);
  header()->setSectionsMovable(false);
  header()->setSectionsClickable(true);
  header()->setSectionResizeMode(TensorTreeModel::name, QHeaderView::Stretch);
  header()->setAccessibleName(tr("Columns: click to sort"));
  connect(header(), &QHeaderView::sectionClicked, this, &TensorTree::cycle_sorting);
  connect(&theme(), &Theme::changed, this, &TensorTree::restyle);
  restyle();
}

// Widths come from the longest words, not from all rows.
void TensorTree::restyle() {
  const QFontMetrics metrics(theme().font(Text::body, QFont::Medium));
  const int room = qRound(theme().px(18));
  const std::pair<int, QString> widest[] = {{TensorTreeModel::shape, QStringLiteral("49152 × 4096")},
                                            {TensorTreeModel::format, QStringLiteral("bfloat16")},
                                            {TensorTreeModel::bytes, QStringLiteral("108.5 MB")},
                                            {TensorTreeModel::share, QStringLiteral("100.0 %")}};
  for (const auto& [column, text] : widest) {
    const QString title = model_->headerData(column, Qt::Horizontal).toString();
    int width = std::max(metrics.horizontalAdvance(text), metrics.horizontalAdvance(title));
    if (column == TensorTreeModel::format) width = std::max(width, metrics.horizontalAdvance(TensorTreeModel::formats_text(2)));
    header()->resizeSection(column, width + room);
  }
  header()->setMinimumSectionSize(qRound(theme().px(60)));
  setIndentation(qRound(theme().px(14)));
}

// Ascending, descending, as in the model.
void TensorTree::cycle_sorting(int column) {
  const bool same = header()->isSortIndicatorShown() && filter_->sortColumn() == column;
  if (same && filter_->sortOrder() == Qt::DescendingOrder) {
    header()->setSortIndicatorShown(false);
    return filter_->sort(-1);
  }
  const Qt::SortOrder order = same ? Qt::DescendingOrder : Qt::AscendingOrder;
  header()->setSortIndicator(column, order);
  header()->setSortIndicatorShown(true);
  filter_->sort(column, order);
}

void TensorTree::set_list(TensorList list) {
  model_->set_list(std::move(list));
  if (filter_->filters()) expandAll();
}

void TensorTree::set_words(const QString& text) {
  const bool filtered = filter_->filters();
  const QString kept = current();
  filter_->set_words(text);
  if (filter_->filters()) {
    expandAll();
  } else if (filtered) {
    collapseAll();
  }
  if (!kept.isEmpty()) select(kept);
}

int TensorTree::shown() const {
  std::vector<const ListedTensor*> found;
  for (int row = 0; row < filter_->rowCount(); ++row) add_shown(filter_->index(row, 0), found);
  return static_cast<int>(found.size());
}

QString TensorTree::current() const {
  const ListedTensor* tensor = currentIndex().isValid() ? model_->tensor(filter_->mapToSource(currentIndex())) : nullptr;
  return tensor ? tensor->name : QString();
}

void TensorTree::select(const QString& tensor) {
  const QModelIndex index = filter_->mapFromSource(model_->index_of(tensor));
  if (!index.isValid()) return;
  setCurrentIndex(index);
  scrollTo(index);
}

void TensorTree::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
  QTreeView::currentChanged(current, previous);
  Q_EMIT current_changed(this->current());
}

// ---- copying --------------------------------------------------------------------------------------------------

void TensorTree::add_shown(const QModelIndex& index, std::vector<const ListedTensor*>& found) const {
  if (const ListedTensor* tensor = model_->tensor(filter_->mapToSource(index))) {
    if (std::find(found.begin(), found.end(), tensor) == found.end()) found.push_back(tensor);
  }
  for (int row = 0; row < filter_->rowCount(index); ++row) add_shown(filter_->index(row, 0, index), found);
}

// In the order of the screen.
std::vector<const ListedTensor*> TensorTree::chosen() const {
  std::vector<const ListedTensor*> found;
  for (QModelIndex index = filter_->index(0, 0); index.isValid(); index = indexBelow(index)) {
    if (selectionModel()->isSelected(index)) add_shown(index, found);
  }
  return found;
}

std::string TensorTree::rows_as_csv() const { return table_to_csv(table_of(chosen(), list().tensor_bytes)); }

void TensorTree::copy() const {
  const std::vector<const ListedTensor*> tensors = chosen();
  if (tensors.empty()) return;
  auto* data = new QMimeData;
  data->setText(tabbed(tensors));
  data->setData("text/csv", QByteArray::fromStdString(rows_as_csv()));
  QGuiApplication::clipboard()->setMimeData(data);
}

void TensorTree::copy_as_csv() const { QGuiApplication::clipboard()->setText(QString::fromStdString(rows_as_csv())); }

void TensorTree::copy_names() const {
  QStringList names;
  for (const ListedTensor* tensor : chosen()) names.append(tensor->name);
  QGuiApplication::clipboard()->setText(names.join('\n'));
}

void TensorTree::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy)) return copy();
  QTreeView::keyPressEvent(event);
}

void TensorTree::contextMenuEvent(QContextMenuEvent* event) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  const bool any = selectionModel()->hasSelection();
  menu->addAction(tr("Copy rows"), this, &TensorTree::copy)->setEnabled(any);
  menu->addAction(tr("Copy as CSV"), this, &TensorTree::copy_as_csv)->setEnabled(any);
  menu->addAction(tr("Copy names"), this, &TensorTree::copy_names)->setEnabled(any);
  menu->addSeparator();
  menu->addAction(tr("Expand all"), this, &QTreeView::expandAll);
  menu->addAction(tr("Collapse all"), this, &QTreeView::collapseAll);
  menu->popup(event->globalPos());
}

}  // namespace kelter::ui
