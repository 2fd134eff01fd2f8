// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/chat_column.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QVBoxLayout>

#include "ui/inspector/quantity_text.h"
#include "ui/results/elided_label.h"
#include "ui/run/run_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int dot_size = 9;

QPixmap dot_of(const QColor& color, double ratio) {
  QPixmap pixmap(QSize(dot_size, dot_size) * ratio);
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(color);
  painter.drawEllipse(QRectF(0.5, 0.5, dot_size - 1, dot_size - 1));
  return pixmap;
}

}  // namespace

ChatColumn::ChatColumn(const ChatBranch& branch, QWidget* parent)
    : QFrame(parent), branch_(branch), dot_(new QLabel), name_(new QLabel), status_(new ElidedLabel), details_(new ElidedLabel),
      difference_(new ElidedLabel), speed_(new ElidedLabel), text_(new QPlainTextEdit) {
  const QString node = QString::fromStdString(branch.node);
  setAccessibleName(tr("Text of %1").arg(node));
  setMinimumWidth(140);
  name_->setTextFormat(Qt::PlainText);
  name_->setMinimumWidth(60);
  dot_->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  text_->setReadOnly(true);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  text_->setTabChangesFocus(true);
  text_->setPlaceholderText(tr("What it writes appears here."));
  text_->setAccessibleName(tr("What %1 writes").arg(node));
  auto* head = new QHBoxLayout;
  head->setSpacing(7);
  head->addWidget(dot_);
  head->addWidget(name_);
  head->addWidget(status_, 1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 0, 8, 0);
  layout->setSpacing(4);
  layout->addLayout(head);
  layout->addWidget(details_);
  layout->addWidget(text_, 1);
  layout->addWidget(difference_);
  layout->addWidget(speed_);
  connect(&theme(), &Theme::changed, this, &ChatColumn::refresh_header);
  refresh_header();
}

void ChatColumn::set_branch(const ChatBranch& branch) {
  branch_ = branch;
  refresh_header();
}

void ChatColumn::refresh_header() {
  dot_->setPixmap(dot_of(theme().family(branch_.family), devicePixelRatioF()));
  name_->setFont(theme().font(Text::body, QFont::DemiBold));
  name_->setText(QString::fromStdString(branch_.node));
  name_->setToolTip(QString::fromStdString(branch_.node));
  QStringList parts{branch_.title};
  if (branch_.bytes > 0) parts.append(bytes_text(static_cast<std::uint64_t>(branch_.bytes)));
  if (branch_.bits > 0) parts.append(tr("%1 bit").arg(fixed_text(branch_.bits, 2)));
  if (branch_.stale) parts.append(tr("stale: made with other settings"));
  details_->set_text(parts.join(" · "));
  if (!prompt_.isEmpty()) show_prompt();
}

QString ChatColumn::text() const { return text_->toPlainText().mid(prompt_.size()); }

QString ChatColumn::footer() const {
  return comparison_.isEmpty() ? speed_->text() : speed_->text() + " · " + comparison_;
}

void ChatColumn::set_state(State state, const QString& words) {
  state_ = state;
  status_->set_text(words);
  status_->setVisible(!words.isEmpty());
  QStringList parts;
  for (const QString& part : {rate_, first_token_, end_}) {
    if (!part.isEmpty()) parts.append(part);
  }
  if (tokens_ > 0) parts.insert(std::min<qsizetype>(1, parts.size()), tr("%n token(s)", nullptr, static_cast<int>(tokens_)));
  speed_->set_text(parts.join(" · "));
  difference_->set_text(comparison_);
}

// Paler than what the model adds to it.
void ChatColumn::show_prompt() {
  QTextCharFormat format;
  format.setForeground(theme().colors().muted);
  QTextCursor cursor(text_->document());
  if (text_->document()->isEmpty()) cursor.insertText(prompt_);
  cursor.setPosition(0);
  cursor.setPosition(static_cast<int>(prompt_.size()), QTextCursor::KeepAnchor);
  cursor.setCharFormat(format);
}

void ChatColumn::wait(const QString& for_what, const QString& prompt) {
  text_->clear();
  prompt_ = prompt;
  show_prompt();
  rate_.clear();
  first_token_.clear();
  end_.clear();
  comparison_.clear();
  tokens_ = 0;
  set_state(State::waiting, for_what);
}

void ChatColumn::begin() { set_state(State::reading, tr("reads the prompt …")); }

void ChatColumn::add(const TokenWritten& token) {
  QScrollBar* bar = text_->verticalScrollBar();
  const bool at_end = bar->value() >= bar->maximum();
  QTextCursor cursor(text_->document());
  cursor.movePosition(QTextCursor::End);
  cursor.insertText(QString::fromStdString(token.text), QTextCharFormat());
  if (at_end) bar->setValue(bar->maximum());
  show_rate(token.count, token.decode_seconds);
  set_state(State::writing, tr("writes …"));
}

// The first token comes out of reading the prompt; the others are what writing costs.
void ChatColumn::show_rate(std::int64_t tokens, double seconds) {
  tokens_ = tokens;
  rate_ = tokens > 1 && seconds > 0 ? tr("%1 tokens/s").arg(fixed_text(static_cast<double>(tokens - 1) / seconds, 1)) : QString();
}

void ChatColumn::finish(const GenerationFinished& end) {
  show_rate(end.tokens, end.decode_seconds);
  end_ = end.at_end ? tr("the model ended the text") : QString();
  first_token_ = tr("first token after %1").arg(seconds_text(end.prefill_seconds));
  set_state(State::done, {});  // the speed says so
}

void ChatColumn::stop() {
  if (state_ == State::done || state_ == State::failed) return;
  set_state(State::stopped, tr("stopped"));
}

void ChatColumn::fail(const ErrorInfo& error) {
  prompt_.clear();
  text_->setPlainText(error_lines(error));
  set_state(State::failed, tr("failed"));
}

void ChatColumn::set_comparison(const QString& comparison) {
  comparison_ = comparison;
  set_state(state_, status_->text());
}

}  // namespace kelter::ui
