// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/problem_list.h"

#include <QClipboard>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

QLabel* text_line(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  label->setTextFormat(Qt::RichText);
  return label;
}

QLabel* symbol(const QString& icon, const QColor& color, QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setPixmap(theme().icon(icon, color).pixmap(QSize(16, 16), parent->devicePixelRatioF()));
  label->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  return label;
}

}  // namespace

ProblemList::ProblemList(QWidget* parent) : QWidget(parent), layout_(new QVBoxLayout(this)) {
  layout_->setContentsMargins(0, 0, 0, 0);
  layout_->setSpacing(8);
  hide();
}

void ProblemList::show_problems(const std::vector<ErrorInfo>& errors, const std::vector<std::string>& warnings) {
  std::vector<std::string> texts = warnings;
  for (const ErrorInfo& error : errors)
    texts.push_back(error.text());
  if (texts == shown_) return;
  shown_ = texts;
  while (QLayoutItem* item = layout_->takeAt(0)) {
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  for (const ErrorInfo& error : errors)
    layout_->addWidget(error_box(error));
  for (const std::string& warning : warnings)
    layout_->addWidget(warning_line(QString::fromStdString(warning)));
  for (int i = 0; i < layout_->count(); ++i)
    layout_->itemAt(i)->widget()->show();  // now, not one round of events later
  setVisible(!texts.empty());
}

QWidget* ProblemList::error_box(const ErrorInfo& error) {
  auto* box = new QFrame(this);
  box->setProperty("soft", true);
  auto* lines = new QVBoxLayout(box);
  lines->setContentsMargins(12, 10, 12, 10);
  lines->setSpacing(4);
  auto* head = new QHBoxLayout;
  head->setSpacing(6);
  head->addWidget(symbol("error", theme().colors().danger, box), 0, Qt::AlignTop);
  head->addWidget(text_line("<b>" + QString::fromStdString(error.what).toHtmlEscaped() + "</b>", box), 1);
  lines->addLayout(head);
  const auto add = [&](const QString& name, const std::string& text) {
    if (text.empty()) return;
    const QString html = QString::fromStdString(text).toHtmlEscaped();
    lines->addWidget(
        text_line("<span style=\"color:" + theme().colors().muted.name() + "\">" + name + "</span> " + html, box));
  };
  add(tr("Where:"), error.where);
  add(tr("Why:"), error.why);
  add(tr("Try:"), error.remedy);
  auto* copy = new QPushButton(tr("Copy"), box);
  copy->setProperty("flat", true);
  copy->setIcon(theme().icon("copy", theme().colors().accent));
  copy->setAccessibleName(tr("Copy the error"));
  connect(copy, &QPushButton::clicked, this, [text = QString::fromStdString(error.text()), copy] {
    QGuiApplication::clipboard()->setText(text);
    copy->setText(tr("Copied"));
  });
  lines->addWidget(copy, 0, Qt::AlignLeft);
  return box;
}

QWidget* ProblemList::warning_line(const QString& text) {
  auto* line = new QWidget(this);
  auto* row = new QHBoxLayout(line);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(6);
  row->addWidget(symbol("warning", theme().colors().warning, line), 0, Qt::AlignTop);
  row->addWidget(text_line(text.toHtmlEscaped(), line), 1);
  return line;
}

}  // namespace kelter::ui
