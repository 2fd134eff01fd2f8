// SPDX-License-Identifier: GPL-3.0-or-later
// The tree of tensors a person sees: filtered while typing, sorted by a column, rows copied. The model outlives it; the
// window thread.
#pragma once

#include <QSortFilterProxyModel>
#include <QTreeView>

#include "ui/tensors/tensor_tree_model.h"

namespace kelter::ui {

// Every word must be in a tensor's name, format or shape; a group stays with what is left of it.
class TensorFilter : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit TensorFilter(QObject* parent = nullptr);
  void set_words(const QString& text);
  bool filters() const { return !words_.isEmpty(); }

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  QStringList words_;
};

class TensorTree : public QTreeView {
  Q_OBJECT
 public:
  explicit TensorTree(QWidget* parent = nullptr);

  void set_list(TensorList list);
  const TensorList& list() const { return model_->list(); }
  void set_words(const QString& text);
  int shown() const;                     // tensors that the words leave
  QString current() const;               // name of the current tensor; empty on a group
  void select(const QString& tensor);    // and shows it; does nothing if the words hide it

  // The chosen tensors (of a chosen group: all that it shows) with a line of titles.
  std::string rows_as_csv() const;
  void copy() const;                     // as text with tabs, and as CSV for who asks for it
  void copy_as_csv() const;
  void copy_names() const;

 Q_SIGNALS:
  void current_changed(const QString& tensor);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

 private:
  void cycle_sorting(int column);
  void restyle();
  std::vector<const ListedTensor*> chosen() const;
  void add_shown(const QModelIndex& index, std::vector<const ListedTensor*>& found) const;

  TensorTreeModel* model_;
  TensorFilter* filter_;
};

}  // namespace kelter::ui
