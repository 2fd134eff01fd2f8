// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/step_card.h"

#include <QFontDatabase>
#include <QLabel>
#include <QRegularExpression>
#include <QVBoxLayout>

#include "ui/models/step_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

bool has_paper(const std::string& paper) { return !paper.empty() && !paper.starts_with("none"); }

}  // namespace

StepCardView::StepCardView(QWidget* parent) : QWidget(parent), layout_(new QVBoxLayout(this)) {
  layout_->setContentsMargins(0, 0, 0, 0);
  layout_->setSpacing(2);
}

void StepCardView::show_card(const StepCard& card, bool with_summary) {
  while (QLayoutItem* item = layout_->takeAt(0)) {
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  if (with_summary) add_part(tr("What it does"), step_text(card.summary).toHtmlEscaped());
  add_part(tr("Formula"), step_text(card.formula).toHtmlEscaped(), true);
  if (has_paper(card.paper)) add_part(tr("Paper"), citation_html(card.paper));
  add_part(tr("Cost"), step_text(card.cost).toHtmlEscaped());
  add_part(tr("What it really saves"), step_text(card.saves).toHtmlEscaped());
}

void StepCardView::add_part(const QString& title, const QString& text, bool formula) {
  if (text.isEmpty()) return;
  auto* head = new QLabel(title, this);
  head->setProperty("role", "caption");
  if (layout_->count() > 0) head->setContentsMargins(0, 8, 0, 0);
  auto* body = new QLabel(text, this);
  body->setTextFormat(Qt::RichText);
  body->setWordWrap(true);
  body->setTextInteractionFlags(Qt::TextBrowserInteraction);
  body->setOpenExternalLinks(true);
  body->setFocusPolicy(text.contains("<a ") ? Qt::StrongFocus : Qt::NoFocus);
  body->setAccessibleName(title);
  // Long formulas have no spaces where they must break.
  if (formula) body->setText("<span style=\"font-style: italic\">" + text + "</span>");
  for (QLabel* label : {head, body}) {
    layout_->addWidget(label);
    label->show();  // now, not one round of events later
  }
}

QString short_citation(const std::string& paper) {
  if (!has_paper(paper)) return {};
  const QString text = QString::fromStdString(paper);
  static const QRegularExpression year("\\b(?:19|20)\\d\\d\\b(?!\\.)");
  const QString authors = text.section(':', 0, 0).trimmed();
  const QRegularExpressionMatch match = year.match(text);
  if (authors.size() > 60 || !text.contains(':')) return {};
  return match.hasMatch() ? authors + " " + match.captured() : authors;
}

QString citation_html(const std::string& paper) {
  QString html = QString::fromStdString(paper).toHtmlEscaped();
  static const QRegularExpression arxiv("arXiv:(\\d{4}\\.\\d{4,5})"), doi("doi:(10\\.[^\\s,;]+)");
  const QString color = theme().colors().accent.name();
  const QString link = "<a style=\"color: " + color + "\" href=\"%1\\1\">%2:\\1</a>";
  html.replace(arxiv, link.arg("https://arxiv.org/abs/", "arXiv"));
  html.replace(doi, link.arg("https://doi.org/", "doi"));
  return html;
}

}  // namespace kelter::ui
