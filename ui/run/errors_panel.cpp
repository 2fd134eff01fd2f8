// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/errors_panel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTime>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/run/run_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int most_cards = 200;

QLabel* selectable(const QString& text) {
  auto* label = new QLabel(text);
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  return label;
}

}  // namespace

ErrorCard::ErrorCard(const ErrorInfo& error, QWidget* parent) : QFrame(parent), error_(error), icon_(new QLabel) {
  setProperty("card", true);
  setAccessibleName(tr("Error: %1").arg(QString::fromStdString(error.what)));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(12, 10, 12, 10);
  layout->setSpacing(4);
  auto* head = new QHBoxLayout;
  head->setSpacing(8);
  QLabel* what = selectable(QString::fromStdString(error.what));
  what->setObjectName("what");
  what->setFont(theme().font(Text::body, QFont::DemiBold));
  auto* time = new QLabel(QTime::currentTime().toString("HH:mm:ss"));
  time->setProperty("role", "caption");
  auto* copy = new QPushButton(tr("Copy"));
  copy->setProperty("flat", true);
  copy->setAccessibleName(tr("Copy this error"));
  connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(error_lines(error_)); });
  head->addWidget(icon_, 0, Qt::AlignTop);
  head->addWidget(what, 1);
  head->addWidget(time, 0, Qt::AlignTop);
  if (const QString node = QString::fromStdString(node_named_in(error.where)); !node.isEmpty()) {
    auto* show = new QPushButton(tr("Show"));
    show->setProperty("flat", true);
    show->setAccessibleName(tr("Show %1 on the canvas").arg(node));
    connect(show, &QPushButton::clicked, this, [this, node] { Q_EMIT show_requested(node); });
    head->addWidget(show, 0, Qt::AlignTop);
  }
  head->addWidget(copy, 0, Qt::AlignTop);
  layout->addLayout(head);
  add_part(layout, tr("Where"), error.where);
  add_part(layout, tr("Why"), error.why);
  add_part(layout, tr("What to try"), error.remedy);
  connect(&theme(), &Theme::changed, this, &ErrorCard::restyle);
  restyle();
}

void ErrorCard::add_part(QVBoxLayout* layout, const QString& name, const std::string& text) {
  if (text.empty()) return;
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  auto* label = new QLabel(name);
  label->setProperty("role", "muted");
  label->setFixedWidth(qRound(theme().px(86)));
  row->addSpacing(24);
  row->addWidget(label, 0, Qt::AlignTop);
  row->addWidget(selectable(QString::fromStdString(text)), 1);
  layout->addLayout(row);
}

void ErrorCard::restyle() { icon_->setPixmap(theme().icon("error", theme().colors().danger).pixmap(16, 16)); }

ErrorsPanel::ErrorsPanel(Workbench& bench, QWidget* parent)
    : QWidget(parent), bench_(bench), scroll_(new QScrollArea), cards_(new QVBoxLayout), empty_(new QLabel),
      copy_(new QPushButton(tr("Copy all"))), clear_(new QPushButton(tr("Clear"))) {
  setAccessibleName(tr("Errors"));
  scroll_->setAccessibleName(tr("Errors"));
  setAttribute(Qt::WA_StyledBackground);
  setProperty("panel", true);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 4, 16, 8);
  layout->setSpacing(4);
  auto* head = new QHBoxLayout;
  head->setSpacing(8);
  head->addWidget(empty_, 1);
  copy_->setAccessibleName(tr("Copy all errors"));
  clear_->setAccessibleName(tr("Clear all errors"));
  for (QPushButton* button : {copy_, clear_}) {
    button->setProperty("flat", true);
    head->addWidget(button);
  }
  empty_->setProperty("role", "muted");
  connect(copy_, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(text()); });
  connect(clear_, &QPushButton::clicked, &bench, &Workbench::clear_errors);
  auto* content = new QWidget;
  cards_->setContentsMargins(0, 0, 0, 0);
  cards_->setSpacing(8);
  cards_->addStretch(1);
  content->setLayout(cards_);
  scroll_->setWidget(content);
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setMinimumHeight(qRound(theme().px(40)));
  layout->addLayout(head);
  layout->addWidget(scroll_, 1);
  connect(&bench, &Workbench::error_reported, this, &ErrorsPanel::add);
  connect(&bench, &Workbench::errors_cleared, this, &ErrorsPanel::clear);
  for (const ErrorInfo& error : bench.errors()) add(error);
  refresh();
}

QSize ErrorsPanel::sizeHint() const { return {600, 200}; }

int ErrorsPanel::count() const { return cards_->count() - 1; }   // the last item is the stretch

QString ErrorsPanel::text() const {
  QStringList texts;
  for (auto error = bench_.errors().rbegin(); error != bench_.errors().rend(); ++error) texts.append(error_lines(*error));
  return texts.join("\n\n");
}

void ErrorsPanel::add(const ErrorInfo& error) {
  auto* card = new ErrorCard(error);
  connect(card, &ErrorCard::show_requested, this, &ErrorsPanel::show_node);
  cards_->insertWidget(0, card);
  if (count() > most_cards) delete cards_->itemAt(count() - 1)->widget();
  refresh();
}

void ErrorsPanel::clear() {
  while (count() > 0) delete cards_->itemAt(0)->widget();
  refresh();
}

void ErrorsPanel::refresh() {
  empty_->setText(count() == 0 ? tr("Nothing went wrong.") : tr("%n error(s), the newest first", nullptr, count()));
  copy_->setEnabled(count() > 0);
  clear_->setEnabled(count() > 0);
}

void ErrorsPanel::show_node(const QString& node) {
  if (bench_.document.document().find(node.toStdString())) bench_.selection.set({node});
}

}  // namespace kelter::ui
