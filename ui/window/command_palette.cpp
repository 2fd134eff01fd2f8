// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/command_palette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int most_shown = 60;

// Title left, hint right and pale.
class CommandDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
    return QSize(option.rect.width(), static_cast<int>(theme().px(32)));
  }
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Colors& c = theme().colors();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (option.state & QStyle::State_Selected) {
      painter->setPen(Qt::NoPen);
      painter->setBrush(c.accent_soft);
      painter->drawRoundedRect(QRectF(option.rect).adjusted(4, 1, -4, -1), 6, 6);
    }
    const QRect text = option.rect.adjusted(16, 0, -16, 0);
    const QString hint = index.data(Qt::UserRole).toString();
    painter->setFont(theme().font(Text::small));
    const int hint_width = painter->fontMetrics().horizontalAdvance(hint);
    painter->setPen(c.muted);
    painter->drawText(text, Qt::AlignRight | Qt::AlignVCenter, hint);
    painter->setFont(theme().font(Text::body));
    painter->setPen(c.ink);
    const QRect left = text.adjusted(0, 0, -hint_width - 12, 0);
    painter->drawText(left, Qt::AlignLeft | Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, left.width()));
    painter->restore();
  }
};

}  // namespace

CommandPalette::CommandPalette(QWidget* window) : QFrame(window) {
  setProperty("card", true);
  setAccessibleName(tr("Command palette"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 8, 8, 8);
  field_ = new QLineEdit(this);
  field_->setPlaceholderText(tr("Type a command, a step or a node"));
  field_->setAccessibleName(tr("Search commands"));
  list_ = new QListWidget(this);
  list_->setItemDelegate(new CommandDelegate(list_));
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setAccessibleName(tr("Commands found"));
  list_->setFocusPolicy(Qt::NoFocus);
  layout->addWidget(field_);
  layout->addWidget(list_);
  connect(field_, &QLineEdit::textChanged, this, &CommandPalette::refill);
  connect(list_, &QListWidget::itemClicked, this, &CommandPalette::run_current);
  field_->installEventFilter(this);
  hide();
}

void CommandPalette::open() {
  commands_ = source_ ? source_() : std::vector<Command>();
  const QWidget* window = parentWidget();
  const int width = std::min(static_cast<int>(theme().px(620)), window->width() - 48);
  const int height = std::min(static_cast<int>(theme().px(420)), window->height() - 120);
  setGeometry((window->width() - width) / 2, 72, width, height);
  field_->clear();
  refill();
  show();
  raise();
  field_->setFocus();
}

int CommandPalette::score(const QString& typed, const QString& title) {
  if (typed.isEmpty()) return 1;
  int total = 0, at = 0, run = 0;
  for (const QChar wanted : typed) {
    if (wanted.isSpace()) continue;
    const int found = title.indexOf(wanted, at, Qt::CaseInsensitive);
    if (found < 0) return 0;
    const bool word_start = found == 0 || !title.at(found - 1).isLetterOrNumber();
    run = found == at ? run + 1 : 0;
    total += 10 + (word_start ? 15 : 0) + 6 * run - std::min(found - at, 9);
    at = found + 1;
  }
  return std::max(total, 1);
}

void CommandPalette::refill() {
  std::vector<std::pair<int, std::size_t>> order;
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    if (const int points = score(field_->text(), commands_[i].title)) order.emplace_back(-points, i);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  list_->clear();
  for (const auto& [points, i] : order) {
    if (list_->count() == most_shown) break;
    auto* item = new QListWidgetItem(commands_[i].title, list_);
    item->setData(Qt::UserRole, commands_[i].hint);
    item->setData(Qt::UserRole + 1, static_cast<qulonglong>(i));
  }
  if (list_->count() == 0) {
    auto* item = new QListWidgetItem(tr("Nothing is called that"), list_);
    item->setFlags(Qt::NoItemFlags);
  }
  list_->setCurrentRow(0);
}

void CommandPalette::run_current() {
  const QListWidgetItem* item = list_->currentItem();
  if (!item || !(item->flags() & Qt::ItemIsEnabled)) return;
  const std::function<void()> act = commands_[item->data(Qt::UserRole + 1).toULongLong()].act;
  hide();
  parentWidget()->setFocus();
  if (act) act();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::FocusOut) hide();
  if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
  const int key = static_cast<QKeyEvent*>(event)->key();
  const int row = list_->currentRow();
  switch (key) {
    case Qt::Key_Down: list_->setCurrentRow(std::min(row + 1, list_->count() - 1)); return true;
    case Qt::Key_Up: list_->setCurrentRow(std::max(row - 1, 0)); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: run_current(); return true;
    case Qt::Key_Escape: hide(); return true;
    default: return QFrame::eventFilter(watched, event);
  }
}

}  // namespace kelter::ui
