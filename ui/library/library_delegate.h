// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the rows of the library: headings with an arrow, entries with the dot of their family. Window thread.
#pragma once

#include <QStyledItemDelegate>

namespace kelter::ui {

class LibraryDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  void paint_heading(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
  void paint_entry(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
};

}  // namespace kelter::ui
