// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/start_cards.h"

#include <algorithm>
#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/inspector/fields.h"
#include "ui/theme/theme.h"

namespace kelter::ui {

Card::Card(Frame frame, QWidget* parent) : QAbstractButton(parent), frame_(frame) {
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::PointingHandCursor);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
  connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize Card::sizeHint() const { return layout() ? layout()->sizeHint() : QSize(160, 48); }

QLabel* Card::add_label(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setAttribute(Qt::WA_TransparentForMouseEvents);
  label->setForegroundRole(QPalette::WindowText);  // not that of the button it lies on
  return label;
}

void Card::set_lit(bool lit) {
  lit_ = lit;
  update();
}

bool Card::event(QEvent* event) {
  if (event->type() == QEvent::Enter || event->type() == QEvent::Leave) {
    hovered_ = event->type() == QEvent::Enter;
    update();
  }
  return QAbstractButton::event(event);
}

void Card::paintEvent(QPaintEvent*) {
  const Colors& colors = theme().colors();
  const bool strong = lit_ || hasFocus() || (isEnabled() && hovered_) || frame_ == Frame::accent;
  const double width = frame_ == Frame::accent || hasFocus() || lit_ ? 2 : 1;
  QPen pen(strong ? colors.accent : frame_ == Frame::dashed ? colors.muted : colors.line, width);
  if (frame_ == Frame::dashed) pen.setDashPattern({5, 4});
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(pen);
  painter.setBrush(lit_ || isDown() ? colors.accent_soft : frame_ == Frame::dashed ? colors.background : colors.panel);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
  if (frame_ == Frame::accent && hasFocus()) {
    painter.setPen(QPen(colors.accent, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(4.5, 4.5, -4.5, -4.5), 5, 5);
  }
}

void Card::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return click();
  QAbstractButton::keyPressEvent(event);
}

ActionCard::ActionCard(Frame frame, const QString& title, const QString& text, QWidget* parent) : Card(frame, parent) {
  const bool large = frame == Frame::accent;
  auto* lines = new QVBoxLayout(this);
  lines->setContentsMargins(large ? 28 : 16, large ? 24 : 16, large ? 28 : 16, large ? 24 : 16);
  lines->setSpacing(8);
  auto* head = new QHBoxLayout;
  head->setSpacing(10);
  symbol_ = add_label({}, this);
  symbol_->hide();
  title_ = add_label(title, this);
  title_->setWordWrap(true);
  head->addWidget(symbol_, 0, Qt::AlignVCenter);
  head->addWidget(title_, 1);
  text_ = add_label(text, this);
  text_->setProperty("role", "muted");
  text_->setWordWrap(true);
  text_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  lines->addLayout(head);
  lines->addWidget(text_, 1);
  setAccessibleName(title);
  setAccessibleDescription(text);
  connect(&theme(), &Theme::changed, this, &ActionCard::restyle);
  setProperty("large", large);
  restyle();
}

void ActionCard::set_symbol(const QString& icon) {
  icon_ = icon;
  restyle();
}

void ActionCard::set_family(const std::string& family) {
  family_ = family;
  restyle();
}

void ActionCard::set_text(const QString& text) {
  text_->setText(text);
  setAccessibleDescription(text);
}

void ActionCard::restyle() {
  const bool large = property("large").toBool();
  title_->setFont(theme().font(large ? Text::headline : Text::title, QFont::DemiBold));
  QPalette palette = title_->palette();
  palette.setColor(QPalette::WindowText, large ? theme().colors().accent : theme().colors().ink);
  title_->setPalette(palette);
  const int side = static_cast<int>(theme().px(20));
  symbol_->setVisible(!icon_.isEmpty() || !family_.empty());
  symbol_->setFixedSize(side, side);
  if (!icon_.isEmpty()) {
    symbol_->setPixmap(theme().icon(icon_, theme().colors().accent).pixmap(QSize(side, side), devicePixelRatioF()));
  } else if (!family_.empty()) {
    QPixmap square(QSize(side, side) * devicePixelRatioF());
    square.setDevicePixelRatio(devicePixelRatioF());
    square.fill(Qt::transparent);
    QPainter painter(&square);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().family(family_));
    painter.drawRoundedRect(QRectF(0, 0, side, side), 5, 5);
    painter.end();
    symbol_->setPixmap(square);
  }
}

DropZone::DropZone(QWidget* parent) : Card(Frame::dashed, parent) {
  auto* lines = new QVBoxLayout(this);
  lines->setContentsMargins(24, 20, 24, 20);
  lines->setSpacing(6);
  title_ = add_label({}, this);
  text_ = add_label({}, this);
  for (QLabel* label : {title_, text_}) {
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
  }
  title_->setProperty("role", "title");
  lines->addStretch();
  lines->addWidget(title_);
  lines->addWidget(text_);
  lines->addStretch();
  show_refusal({});
}

void DropZone::show_refusal(const QString& reason) {
  const bool refused = !reason.isEmpty();
  title_->setText(refused ? tr("This cannot be opened") : tr("Drop a model folder or a GGUF file here"));
  text_->setText(refused ? reason : tr("or a run folder, or a document · or choose one"));
  set_mark(text_, "role", refused ? "danger" : "muted");
  setAccessibleName(title_->text());
  setAccessibleDescription(text_->text());
}

void DropZone::set_waiting(bool waiting) {
  if (waiting) show_refusal({});
  set_lit(waiting);
}

RecentRow::RecentRow(const RecentDocument& document, QWidget* parent)
    : Card(Frame::hairline, parent), document_(document) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 8, 8, 8);
  row->setSpacing(12);
  const QString name = document_.title.isEmpty() ? QFileInfo(document_.path).completeBaseName() : document_.title;
  title_ = add_label(name, this);
  QStringList facts;
  if (!document_.last_run.isEmpty()) facts.append(document_.last_run);
  facts.append(when_text(document_.time));
  facts.removeAll(QString());
  text_ = add_label(facts.join(" · "), this);
  text_->setProperty("role", "muted");
  word_ = add_label({}, this);
  for (QLabel* label : {title_, text_})
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  remove_ = new QToolButton(this);
  remove_->setCursor(Qt::ArrowCursor);
  remove_->setAccessibleName(tr("Take %1 off this list").arg(name));
  remove_->setToolTip(tr("Take off this list. The file stays."));
  row->addWidget(title_, 3);
  row->addWidget(text_, 5);
  row->addWidget(word_);
  row->addWidget(remove_);
  setToolTip(QDir::toNativeSeparators(document_.path));
  connect(remove_, &QToolButton::clicked, this, &RecentRow::remove_wanted);
  connect(&theme(), &Theme::changed, this, &RecentRow::restyle);
  restyle();
}

void RecentRow::set_missing(bool missing) {
  missing_ = missing;
  restyle();
}

void RecentRow::restyle() {
  const Colors& colors = theme().colors();
  word_->setText(missing_ ? tr("missing") : document_.unfinished ? tr("resume") : tr("open"));
  word_->setFont(theme().font(Text::body, QFont::DemiBold));
  int widest = 0;  // so that the rows stand in columns
  for (const QString& word : {tr("missing"), tr("resume"), tr("open")})
    widest = std::max(widest, QFontMetrics(word_->font()).horizontalAdvance(word));
  word_->setMinimumWidth(widest + 2);
  word_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  QPalette palette = word_->palette();
  palette.setColor(QPalette::WindowText, missing_ ? colors.warning : colors.accent);
  word_->setPalette(palette);
  set_mark(title_, "role", missing_ ? "muted" : "");
  remove_->setIcon(theme().icon("close", colors.muted));
  setAccessibleName(tr("%1, %2").arg(title_->text(), word_->text()));
  setAccessibleDescription(text_->text());
}

}  // namespace kelter::ui
