// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/text_fit.h"

#include <QFontMetricsF>
#include <algorithm>

namespace kelter::ui {

double width_of(const QFont& font, const QString& text) { return QFontMetricsF(font).horizontalAdvance(text); }
double height_of(const QFont& font) { return QFontMetricsF(font).height(); }

double widest(const QFont& font, const QStringList& lines) {
  double width = 0;
  for (const QString& line : lines)
    width = std::max(width, width_of(font, line));
  return width;
}

QString cut(const QFont& font, const QString& text, double width) {
  return QFontMetricsF(font).elidedText(text, Qt::ElideRight, std::max(0.0, width));
}

QStringList flowed(const QFont& font, const QStringList& parts, const QString& separator, double width) {
  QStringList lines;
  for (const QString& part : parts) {
    if (!lines.isEmpty() && width_of(font, lines.last() + separator + part) <= width) {
      lines.last() += separator + part;
    } else {
      lines << part;
    }
  }
  return lines;
}

QString in_two(const QFont& font, const QString& text) {
  QString best = text;
  double width = width_of(font, text);
  for (qsizetype at = text.indexOf(' '); at > 0; at = text.indexOf(' ', at + 1)) {
    const double longer = std::max(width_of(font, text.left(at)), width_of(font, text.mid(at + 1)));
    if (longer >= width) continue;
    width = longer;
    best = text.left(at) + '\n' + text.mid(at + 1);
  }
  return best;
}

}  // namespace kelter::ui
