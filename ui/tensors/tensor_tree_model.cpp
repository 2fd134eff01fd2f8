// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tensors/tensor_tree_model.h"

#include <algorithm>
#include <map>
#include <utility>

#include "ui/inspector/quantity_text.h"

namespace kelter::ui {
namespace {

const QString layer_prefix = QStringLiteral("model.layers.");
constexpr int most_formats_named = 1;
const QString usual_end = QStringLiteral(".weight");   // said by every tensor but the biases
constexpr int widest_number = 8;

// As text "Layer 10" stands before "Layer 2": numbers get zeros in front.
QString in_numeric_order(const QString& text) {
  QString key, number;
  for (const QChar letter : text + ' ') {
    if (letter.isDigit()) {
      number += letter;
      continue;
    }
    if (!number.isEmpty()) key += std::exchange(number, {}).rightJustified(widest_number, '0');
    key += letter;
  }
  return key;
}

}  // namespace

// Its children never move once they are there: views hold pointers to them.
struct TensorTreeModel::Item {
  Item* parent = nullptr;
  int row = 0;
  QString key, title;                      // of a group its name among its neighbours; of a tensor what its group does not say
  const ListedTensor* tensor = nullptr;    // nullptr for a group
  std::uint64_t bytes = 0;
  std::int64_t parameters = 0;
  int tensors = 0;
  std::map<QString, int> formats;          // of a group: how many tensors have each
  std::vector<std::unique_ptr<Item>> children;

  Item& add(const QString& child_key, const QString& child_title) {
    auto child = std::make_unique<Item>();
    child->parent = this;
    child->row = static_cast<int>(children.size());
    child->key = child_key;
    child->title = child_title;
    return *children.emplace_back(std::move(child));
  }
};

TensorTreeModel::TensorTreeModel(QObject* parent) : QAbstractItemModel(parent), root_(std::make_unique<Item>()) {}

TensorTreeModel::~TensorTreeModel() = default;

// ---- building -------------------------------------------------------------------------------------------------

void TensorTreeModel::set_list(TensorList list) {
  beginResetModel();
  list_ = std::move(list);
  root_ = std::make_unique<Item>();
  leaves_.clear();
  for (std::size_t i = 0; i < list_.tensors.size(); ++i) place(i);
  endResetModel();
}

// The list is in the order of layers, so the group wanted is most often the last one.
TensorTreeModel::Item& TensorTreeModel::group(Item& parent, const QString& key, const QString& title) {
  const auto& all = parent.children;
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const auto& one) { return !one->tensor && one->key == key; });
  return found != all.rend() ? **found : parent.add(key, title);
}

// "model.layers.3.mlp.up_proj.weight": layer 3, mlp, up_proj.weight.
void TensorTreeModel::place(std::size_t at) {
  const ListedTensor& tensor = list_.tensors[at];
  Item* place = root_.get();
  QString rest = tensor.name;
  if (rest.startsWith(layer_prefix)) {
    rest.remove(0, layer_prefix.size());
    const QString layer = rest.section('.', 0, 0);
    rest = rest.section('.', 1);
    place = &group(*place, layer, tr("Layer %1").arg(layer));
    if (rest.count('.') > 1) {
      const QString module = rest.section('.', 0, 0);
      place = &group(*place, module, module);
      rest = rest.section('.', 1);
    }
  }
  if (rest.endsWith(usual_end)) rest.chop(usual_end.size());
  Item& leaf = place->add({}, rest);
  leaf.tensor = &tensor;
  leaves_.push_back(&leaf);
  for (Item* one = &leaf; one; one = one->parent) {
    one->bytes += tensor.bytes;
    one->parameters += tensor.parameters;
    ++one->tensors;
    ++one->formats[tensor.format];
  }
}

// ---- the tree -------------------------------------------------------------------------------------------------

TensorTreeModel::Item* TensorTreeModel::item(const QModelIndex& index) const {
  return index.isValid() ? static_cast<Item*>(index.internalPointer()) : root_.get();
}

const ListedTensor* TensorTreeModel::tensor(const QModelIndex& index) const { return item(index)->tensor; }

QModelIndex TensorTreeModel::index_of(const QString& tensor) const {
  const auto found = std::find_if(leaves_.begin(), leaves_.end(), [&](const Item* leaf) { return leaf->tensor->name == tensor; });
  return found == leaves_.end() ? QModelIndex() : createIndex((*found)->row, 0, *found);
}

QModelIndex TensorTreeModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return createIndex(row, column, item(parent)->children[static_cast<std::size_t>(row)].get());
}

QModelIndex TensorTreeModel::parent(const QModelIndex& index) const {
  Item* above = index.isValid() ? item(index)->parent : nullptr;
  return above && above != root_.get() ? createIndex(above->row, 0, above) : QModelIndex();
}

int TensorTreeModel::rowCount(const QModelIndex& parent) const {
  return parent.column() > 0 ? 0 : static_cast<int>(item(parent)->children.size());
}

// ---- cells ----------------------------------------------------------------------------------------------------

double TensorTreeModel::share_of(const Item& item) const {
  return list_.tensor_bytes > 0 ? 100.0 * static_cast<double>(item.bytes) / static_cast<double>(list_.tensor_bytes) : 0;
}

QString TensorTreeModel::formats_text(int count) { return tr("%n formats", nullptr, count); }

QString TensorTreeModel::format_text(const Item& item) const {
  if (item.tensor) return item.tensor->format;
  if (item.formats.size() > most_formats_named) return formats_text(static_cast<int>(item.formats.size()));
  QStringList names;
  for (const auto& [format, count] : item.formats) names.append(format);
  return names.join(", ");
}

QString TensorTreeModel::text(const Item& item, int column) const {
  switch (column) {
    case name: return item.title;
    case shape: return item.tensor ? shape_text(item.tensor->shape) : tr("%n tensor(s)", nullptr, item.tensors);
    case format: return format_text(item);
    case bytes: return bytes_text(item.bytes);
    default: return tr("%1 %").arg(fixed_text(share_of(item), 1));
  }
}

QVariant TensorTreeModel::sort_value(const Item& item, int column) const {
  switch (column) {
    case name: return in_numeric_order(item.title);
    case shape: return static_cast<qlonglong>(item.parameters);
    case format: return format_text(item);
    default: return static_cast<qulonglong>(item.bytes);
  }
}

QVariant TensorTreeModel::tool_tip(const Item& item, int column) const {
  const QLocale locale;
  if (column == bytes || column == share) return tr("%1 bytes").arg(locale.toString(static_cast<qulonglong>(item.bytes)));
  if (column == shape) return tr("%1 parameters").arg(locale.toString(static_cast<qlonglong>(item.parameters)));
  if (item.tensor) return item.tensor->name;
  QStringList lines;
  for (const auto& [one, count] : item.formats) lines.append(QString("%1: %2").arg(one, tr("%n tensor(s)", nullptr, count)));
  return lines.join("\n");
}

QVariant TensorTreeModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Item& one = *item(index);
  switch (role) {
    case Qt::DisplayRole: return text(one, index.column());
    case Qt::ToolTipRole: return tool_tip(one, index.column());
    case Qt::AccessibleTextRole:
      return index.column() == name && one.tensor ? one.tensor->name : text(one, index.column());
    case Qt::TextAlignmentRole:
      return index.column() < bytes ? QVariant() : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    case sort_role: return sort_value(one, index.column());
    case search_role: return one.tensor ? one.tensor->name + ' ' + one.tensor->format + ' ' + shape_text(one.tensor->shape) : QString();
    default: return {};
  }
}

QVariant TensorTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole && section >= bytes) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  if (role == Qt::ToolTipRole && section == share) return tr("Of the bytes of all tensors in the file");
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case name: return tr("Name");
    case shape: return tr("Shape");
    case format: return tr("Format");
    case bytes: return tr("Bytes");
    default: return tr("Share");
  }
}

}  // namespace kelter::ui
