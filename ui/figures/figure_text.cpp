// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_text.h"

#include <QCoreApplication>

#include "ui/figures/report_text.h"

namespace kelter::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(FigureText)
};

}  // namespace

QString figure_title(const Figure& figure, const QLocale& locale) {
  return with_decimal_sign(QString::fromStdString(figure_heading(figure)), locale);
}

QStringList subheading_parts(const Figure& figure, const QLocale& locale) {
  QStringList parts = {with_decimal_sign(QString::fromStdString(figure_subject(figure)), locale),
                       QString::fromStdString(figure.direction), QString::fromStdString(figure.note)};
  if (!figure.measured) parts.removeFirst();  // no value, no unit
  parts.removeAll(QString());
  return parts;
}

QString figure_subheading(const Figure& figure) {
  QString text = QString::fromStdString(figure.direction);
  if (!figure.note.empty()) text += QString::fromUtf8(" · ") + QString::fromStdString(figure.note);
  return text;
}

QStringList mark_lines(const Mark& mark, const FigureStyle& style, bool stale) {
  QStringList lines = {with_decimal_sign(QString::fromStdString(mark.text), style.locale)};
  if (stale) lines << Words::tr("stale");
  return lines;
}

}  // namespace kelter::ui
