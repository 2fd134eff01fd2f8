// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/library_delegate.h"

#include <QPainter>
#include <QPainterPath>
#include <QTreeView>

#include "ui/library/library_model.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr double row_height = 26, heading_height = 30, indent = 12, dot = 8;

const LibraryEntry* entry_of(const QModelIndex& index) {
  const auto* filter = qobject_cast<const LibraryFilter*>(index.model());
  if (!filter) return nullptr;
  const auto* model = qobject_cast<const LibraryModel*>(filter->sourceModel());
  return model ? model->entry(filter->mapToSource(index)) : nullptr;
}

void paint_background(QPainter* painter, const QStyleOptionViewItem& option) {
  const Colors& colors = theme().colors();
  const QRectF area = QRectF(option.rect).adjusted(4, 1, -4, -1);
  painter->setPen(Qt::NoPen);
  if (option.state & QStyle::State_Selected) {
    painter->setBrush(colors.accent_soft);
  } else if (option.state & QStyle::State_MouseOver) {
    QColor hover = colors.line;
    hover.setAlphaF(0.45F);
    painter->setBrush(hover);
  } else {
    painter->setBrush(Qt::NoBrush);
  }
  if (option.state & QStyle::State_HasFocus) painter->setPen(QPen(colors.accent, 1));
  painter->drawRoundedRect(area, 5, 5);
}

}  // namespace

QSize LibraryDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
  return {0, static_cast<int>(theme().px(index.parent().isValid() ? row_height : heading_height))};
}

void LibraryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  paint_background(painter, option);
  if (index.parent().isValid()) {
    paint_entry(painter, option, index);
  } else {
    paint_heading(painter, option, index);
  }
  painter->restore();
}

void LibraryDelegate::paint_heading(QPainter* painter, const QStyleOptionViewItem& option,
                                    const QModelIndex& index) const {
  const auto* view = qobject_cast<const QTreeView*>(option.widget);
  const bool open = view && view->isExpanded(index);
  const double side = theme().px(12);
  const QRectF arrow(option.rect.left() + theme().px(8), option.rect.center().y() - side / 2 + 0.5, side, side);
  theme().icon(open ? "chevron-down" : "chevron-right", theme().colors().muted).paint(painter, arrow.toRect());
  painter->setFont(theme().font(Text::body, QFont::DemiBold));
  painter->setPen(theme().colors().muted);
  const QRectF text = QRectF(option.rect).adjusted(theme().px(24), 0, -8, 0);
  const QString title = index.data(Qt::DisplayRole).toString();
  painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
                    QFontMetrics(painter->font()).elidedText(title, Qt::ElideRight, static_cast<int>(text.width())));
}

// The title has the room it needs, the detail what is left.
void LibraryDelegate::paint_entry(QPainter* painter, const QStyleOptionViewItem& option,
                                  const QModelIndex& index) const {
  const LibraryEntry* entry = entry_of(index);
  if (!entry) return;
  const double left = option.rect.left() + theme().px(indent), middle = option.rect.center().y() + 0.5;
  const double side = theme().px(dot);
  if (entry->kind == LibraryEntry::Kind::file_dialog) {
    const double icon = theme().px(14);
    theme()
        .icon("open", theme().colors().accent)
        .paint(painter, QRectF(left - 3, middle - icon / 2, icon, icon).toRect());
  } else {
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme().family(entry->family));
    painter->drawEllipse(QRectF(left, middle - side / 2, side, side));
  }
  const QFont body = theme().font(Text::body), small = theme().font(Text::small);
  const QFontMetricsF body_size(body), small_size(small);
  QRectF area = QRectF(option.rect).adjusted(0, 0, -12, 0);
  area.setLeft(left + side + theme().px(8));
  const double title_width = std::min(body_size.horizontalAdvance(entry->title) + 2, area.width());
  const double rest = area.width() - title_width - 8;
  painter->setFont(body);
  painter->setPen(entry->kind == LibraryEntry::Kind::file_dialog ? theme().colors().accent : theme().colors().ink);
  painter->drawText(QRectF(area.left(), area.top(), title_width, area.height()), Qt::AlignVCenter | Qt::AlignLeft,
                    body_size.elidedText(entry->title, Qt::ElideRight, title_width));
  if (rest < small_size.horizontalAdvance(entry->detail)) return;
  painter->setFont(small);
  painter->setPen(theme().colors().muted);
  painter->drawText(area, Qt::AlignVCenter | Qt::AlignRight, entry->detail);
}

}  // namespace kelter::ui
