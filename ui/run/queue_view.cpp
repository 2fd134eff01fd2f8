// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/queue_view.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr double row_height = 30, row_gap = 4, margin = 10;

// A quiet bar with the title, and what comes next said in words.
class QueueDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {0, static_cast<int>(theme().px(row_height + row_gap))};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Colors& colors = theme().colors();
    const bool selected = option.state & QStyle::State_Selected;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -theme().px(row_gap) - 0.5);
    const bool focused = selected && (option.state & QStyle::State_HasFocus);
    painter->setPen(focused ? QPen(colors.accent, 1) : QPen(Qt::NoPen));
    painter->setBrush(selected ? colors.accent_soft : colors.background);
    painter->drawRoundedRect(area, 6, 6);
    QRectF text = area.adjusted(theme().px(margin), 0, -theme().px(margin), 0);
    const QString side = index.row() == 0 ? QueueView::tr("next") : QString();
    painter->setFont(theme().font(Text::small));
    painter->setPen(colors.muted);
    painter->drawText(text, Qt::AlignRight | Qt::AlignVCenter, side);
    text.setRight(text.right() - painter->fontMetrics().horizontalAdvance(side) - theme().px(8));
    painter->setFont(theme().font(Text::body));
    painter->setPen(colors.ink);
    const QString title = painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, static_cast<int>(text.width()));
    painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter, title);
    painter->restore();
  }
};

}  // namespace

QueueModel::QueueModel(RunModel& runs, QObject* parent) : QAbstractListModel(parent), runs_(runs), rows_(runs.queue()) {
  connect(&runs_, &RunModel::queue_changed, this, [this] {
    beginResetModel();
    rows_ = runs_.queue();
    endResetModel();
  });
}

int QueueModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(rows_.size()); }

QVariant QueueModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const RunModel::Queued& queued = rows_[static_cast<std::size_t>(index.row())];
  if (role == Qt::DisplayRole || role == Qt::ToolTipRole) return queued.title;
  if (role == Qt::UserRole) return QString::fromStdString(queued.id);
  return {};
}

QueueView::QueueView(Workbench& bench, QWidget* parent) : QListView(parent), bench_(bench) {
  setModel(new QueueModel(bench.runs, this));
  setItemDelegate(new QueueDelegate(this));
  setFrameShape(QFrame::NoFrame);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setAccessibleName(tr("Runs that wait"));
  setToolTip(tr("Drag, or Alt+Up and Alt+Down, to reorder; Ctrl+Return runs next; Delete removes"));
  connect(&theme(), &Theme::changed, this, [this] { scheduleDelayedItemsLayout(); });
}

std::string QueueView::id_at(int row) const { return model()->index(row, 0).data(Qt::UserRole).toString().toStdString(); }

// The model starts anew with every change of the queue: the current row is found again by its run.
void QueueView::move_current(int by) {
  const int row = currentIndex().row();
  if (row < 0 || row + by < 0 || row + by >= model()->rowCount()) return;
  const std::string id = id_at(row);
  bench_.move_run(row, row + by);
  for (int i = 0; i < model()->rowCount(); ++i) {
    if (id_at(i) == id) setCurrentIndex(model()->index(i, 0));
  }
}

void QueueView::remove_current() {
  const int row = currentIndex().row();
  if (row < 0) return;
  bench_.remove_run(id_at(row));
  if (model()->rowCount() > 0) setCurrentIndex(model()->index(std::min(row, model()->rowCount() - 1), 0));
}

void QueueView::run_current_next() {
  if (currentIndex().row() > 0) move_current(-currentIndex().row());
}

void QueueView::keyPressEvent(QKeyEvent* event) {
  const bool alt = event->modifiers() & Qt::AltModifier, control = event->modifiers() & Qt::ControlModifier;
  const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (alt && event->key() == Qt::Key_Up) return move_current(-1);
  if (alt && event->key() == Qt::Key_Down) return move_current(1);
  if (control && enter) return run_current_next();
  if (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace) return remove_current();
  QListView::keyPressEvent(event);
}

void QueueView::mousePressEvent(QMouseEvent* event) {
  QListView::mousePressEvent(event);
  pressed_ = event->pos();
  dragged_ = event->button() == Qt::LeftButton ? indexAt(event->pos()).row() : -1;
}

void QueueView::mouseMoveEvent(QMouseEvent* event) {
  if (dragged_ < 0 || !(event->buttons() & Qt::LeftButton)) return QListView::mouseMoveEvent(event);
  at_ = event->pos();
  if (!dragging_ && (at_ - pressed_).manhattanLength() < QApplication::startDragDistance()) return;
  dragging_ = true;
  viewport()->setCursor(Qt::ClosedHandCursor);
  viewport()->update();
}

void QueueView::mouseReleaseEvent(QMouseEvent* event) {
  QListView::mouseReleaseEvent(event);
  const int from = std::exchange(dragged_, -1);
  if (!std::exchange(dragging_, false)) return;
  viewport()->unsetCursor();
  viewport()->update();
  const int gap = gap_at(event->pos());
  setCurrentIndex(model()->index(from, 0));
  move_current((gap > from ? gap - 1 : gap) - from);
}

int QueueView::gap_at(const QPoint& point) const {
  for (int row = 0; row < model()->rowCount(); ++row) {
    if (point.y() < visualRect(model()->index(row, 0)).center().y()) return row;
  }
  return model()->rowCount();
}

void QueueView::paintEvent(QPaintEvent* event) {
  QListView::paintEvent(event);
  if (!dragging_) return;
  const int gap = gap_at(at_);
  const int last = model()->rowCount() - 1;
  const int y = gap <= last ? visualRect(model()->index(gap, 0)).top() : visualRect(model()->index(last, 0)).bottom();
  QPainter painter(viewport());
  painter.setPen(QPen(theme().colors().accent, 2));
  painter.drawLine(0, std::max(1, y - 1), viewport()->width(), std::max(1, y - 1));
}

void QueueView::contextMenuEvent(QContextMenuEvent* event) {
  const int row = currentIndex().row();
  if (row < 0) return;
  QMenu menu(this);
  menu.addAction(theme().icon("move-up"), tr("Run next"), this, &QueueView::run_current_next)->setEnabled(row > 0);
  menu.addAction(tr("Move up"), this, [this] { move_current(-1); })->setEnabled(row > 0);
  menu.addAction(tr("Move down"), this, [this] { move_current(1); })->setEnabled(row + 1 < model()->rowCount());
  menu.addSeparator();
  menu.addAction(theme().icon("remove"), tr("Remove"), this, &QueueView::remove_current);
  menu.exec(event->globalPos());
}

}  // namespace kelter::ui
