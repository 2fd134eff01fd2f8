// SPDX-License-Identifier: GPL-3.0-or-later
// The tensors of one model as a tree: layer, module, tensor; what belongs to no layer stands beside the layers. Names are shown without ".weight". A group
// shows what its tensors come to. Built at once, without a cell made before it is drawn, so that a thousand tensors cost
// the window a few milliseconds. Owns its list. Window thread.
#pragma once

#include <QAbstractItemModel>
#include <memory>

#include "ui/tensors/tensor_list.h"

namespace kelter::ui {

class TensorTreeModel : public QAbstractItemModel {
  Q_OBJECT
 public:
  enum Column { name, shape, format, bytes, share, column_count };
  enum Role { sort_role = Qt::UserRole, search_role };   // search_role: what typed words are looked for in; empty for a group

  explicit TensorTreeModel(QObject* parent = nullptr);
  static QString formats_text(int count);   // of a group whose tensors differ: "2 formats"
  ~TensorTreeModel() override;

  void set_list(TensorList list);
  const TensorList& list() const { return list_; }
  // nullptr for a group.
  const ListedTensor* tensor(const QModelIndex& index) const;
  QModelIndex index_of(const QString& tensor) const;   // invalid if there is none

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& index) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& = {}) const override { return column_count; }
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  struct Item;
  Item* item(const QModelIndex& index) const;
  Item& group(Item& parent, const QString& key, const QString& title);
  void place(std::size_t tensor);
  QString text(const Item& item, int column) const;
  QString format_text(const Item& item) const;
  QVariant sort_value(const Item& item, int column) const;
  QVariant tool_tip(const Item& item, int column) const;
  double share_of(const Item& item) const;

  TensorList list_;
  std::unique_ptr<Item> root_;
  std::vector<Item*> leaves_;   // of each tensor of the list
};

}  // namespace kelter::ui
