// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/pick_list.h"

#include <algorithm>
#include <QEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

enum Role { IdRole = Qt::UserRole, DetailRole, ColorRole };

// A dot in the family's colour, the title, and the family as a word.
class PickDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {120, qRound(theme().px(28))};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Colors& colors = theme().colors();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (option.state & QStyle::State_Selected) {
      painter->setPen(Qt::NoPen);
      painter->setBrush(colors.accent_soft);
      painter->drawRoundedRect(QRectF(option.rect).adjusted(0, 1, 0, -1), 5, 5);
    }
    const QRectF rect = QRectF(option.rect).adjusted(theme().px(10), 0, -theme().px(10), 0);
    painter->setPen(Qt::NoPen);
    painter->setBrush(index.data(ColorRole).value<QColor>());
    painter->drawEllipse(QPointF(rect.left() + 4, rect.center().y()), 4, 4);
    const QString detail = index.data(DetailRole).toString();
    const QFont small = theme().font(Text::small);
    const double used = QFontMetricsF(small).horizontalAdvance(detail);
    painter->setFont(small);
    painter->setPen(colors.muted);
    painter->drawText(rect, Qt::AlignRight | Qt::AlignVCenter, detail);
    const QFont font = theme().font(Text::body, QFont::Medium);
    const QRectF title = rect.adjusted(theme().px(18), 0, -used - 8, 0);
    painter->setFont(font);
    painter->setPen(colors.ink);
    painter->drawText(
        title, Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetricsF(font).elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, title.width()));
    painter->restore();
  }
};

// Every word of the filter must be in the entry; an id that is typed whole and titles that begin with it come first.
int rank(const PickEntry& entry, const QString& filter) {
  const QString all = QString("%1 %2 %3 %4").arg(entry.title, entry.id, entry.detail, entry.search);
  for (const QString& word : filter.split(' ', Qt::SkipEmptyParts)) {
    if (!all.contains(word, Qt::CaseInsensitive)) return -1;
  }
  if (entry.id == filter || entry.title.startsWith(filter, Qt::CaseInsensitive)) return 0;
  return entry.title.contains(filter, Qt::CaseInsensitive) || entry.id.contains(filter, Qt::CaseInsensitive) ? 1 : 2;
}

}  // namespace

PickList::PickList(QWidget* parent) : QFrame(parent) {
  setObjectName("pick_list");
  setFocusPolicy(Qt::NoFocus);
  caption_ = new QLabel(this);
  caption_->setProperty("role", "caption");
  search_ = new QLineEdit(this);
  search_->setClearButtonEnabled(true);
  search_->installEventFilter(this);
  list_ = new QListView(this);
  list_->setFocusPolicy(Qt::NoFocus);  // the search field moves it
  list_->setUniformItemSizes(true);
  list_->setItemDelegate(new PickDelegate(list_));
  list_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  list_->setMouseTracking(true);
  list_->setAccessibleName(tr("Choices"));
  model_ = new QStandardItemModel(this);
  list_->setModel(model_);
  nothing_ = new QLabel(tr("Nothing of that name fits here."), this);
  nothing_->setProperty("role", "muted");
  nothing_->setAlignment(Qt::AlignCenter);
  nothing_->setWordWrap(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 8, 8, 8);
  column->setSpacing(6);
  column->addWidget(caption_);
  column->addWidget(search_);
  column->addWidget(list_, 1);
  column->addWidget(nothing_, 1);
  connect(search_, &QLineEdit::textChanged, this, &PickList::fill);
  connect(list_, &QListView::clicked, this, &PickList::choose);
  connect(list_, &QListView::entered, list_, &QListView::setCurrentIndex);
  connect(&theme(), &Theme::changed, this, &PickList::restyle);
  restyle();
  hide();
}

void PickList::restyle() {
  const Colors& colors = theme().colors();
  setStyleSheet(QString("#pick_list { background: %1; border: 1px solid %2; border-radius: 10px; }")
                    .arg(colors.panel.name(), colors.line.name()));
}

void PickList::open(const QPoint& place, const QString& caption, const QString& hint, std::vector<PickEntry> entries,
                    std::function<void(const QString&)> taken) {
  entries_ = std::move(entries);
  taken_ = std::move(taken);
  caption_->setText(caption);
  caption_->setVisible(!caption.isEmpty());
  search_->setPlaceholderText(hint);
  search_->setAccessibleName(hint);
  search_->clear();
  fill({});
  const int rows = std::clamp(static_cast<int>(entries_.size()), 2, 10);
  const QSize wanted(qRound(theme().px(340)), qRound(theme().px(86 + 28 * rows)));
  const QSize room = parentWidget()->size() - QSize(16, 16);
  resize(wanted.boundedTo(room));
  const QRect area(QPoint(8, 8), room);
  move(std::clamp(place.x(), area.left(), std::max(area.left(), area.right() - width())),
       std::clamp(place.y(), area.top(), std::max(area.top(), area.bottom() - height())));
  show();
  raise();
  search_->setFocus(Qt::PopupFocusReason);
}

void PickList::fill(const QString& text) {
  const QString filter = text.trimmed();
  std::vector<std::pair<int, const PickEntry*>> found;
  for (const PickEntry& entry : entries_) {
    const int at = rank(entry, filter);
    if (at >= 0) found.emplace_back(at, &entry);
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  model_->clear();
  for (const auto& [at, entry] : found) {
    auto* item = new QStandardItem(entry->title);
    item->setData(entry->id, IdRole);
    item->setData(entry->detail, DetailRole);
    item->setData(entry->color, ColorRole);
    item->setToolTip(entry->help);
    item->setAccessibleText(QString("%1, %2").arg(entry->title, entry->detail));
    model_->appendRow(item);
  }
  list_->setCurrentIndex(model_->index(0, 0));
  list_->setVisible(!found.empty());
  nothing_->setVisible(found.empty());
}

QStringList PickList::shown() const {
  QStringList ids;
  for (int row = 0; row < model_->rowCount(); ++row)
    ids.append(model_->item(row)->data(IdRole).toString());
  return ids;
}

void PickList::step(int by) {
  const int rows = model_->rowCount();
  if (rows == 0) return;
  list_->setCurrentIndex(model_->index(std::clamp(list_->currentIndex().row() + by, 0, rows - 1), 0));
}

void PickList::choose() {
  if (!list_->currentIndex().isValid()) return;
  const QString id = list_->currentIndex().data(IdRole).toString();
  const auto taken = taken_;
  close_list();
  taken(id);
}

void PickList::close_list() {
  if (!isVisible()) return;
  taken_ = nullptr;
  hide();
  Q_EMIT closed();
}

bool PickList::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::FocusOut) {
    // A menu of the field itself takes the focus for a moment only.
    if (static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason) close_list();
    return false;
  }
  if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
  switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Down:
      step(1);
      return true;
    case Qt::Key_Up:
      step(-1);
      return true;
    case Qt::Key_PageDown:
      step(8);
      return true;
    case Qt::Key_PageUp:
      step(-8);
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      choose();
      return true;
    case Qt::Key_Tab:
    case Qt::Key_Backtab:
      step(static_cast<QKeyEvent*>(event)->key() == Qt::Key_Tab ? 1 : -1);
      return true;
    case Qt::Key_Escape:
      close_list();
      return true;
    default:
      return false;
  }
}

}  // namespace kelter::ui
