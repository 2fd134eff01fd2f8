// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_callout.h"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/theme/theme.h"

namespace kelter::ui {

FigureCallout::FigureCallout(QWidget* window) : QFrame(window), title_(new QLabel(this)), body_(new QLabel(this)) {
  setProperty("card", true);
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setFocusPolicy(Qt::NoFocus);
  body_->setTextFormat(Qt::RichText);
  body_->setProperty("role", "small");
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(12, 8, 12, 8);
  column->setSpacing(4);
  column->addWidget(title_);
  column->addWidget(body_);
  hide();
}

void FigureCallout::show_at(const QString& title, const QStringList& lines, const QPoint& at) {
  constexpr int widest = 44;  // characters of a value before it is broken
  title_->setFont(theme().font(Text::body, QFont::DemiBold));
  title_->setText(title);
  const QString muted = theme().colors().muted.name();
  QString html = QStringLiteral("<table cellspacing=0 cellpadding=1>");
  for (const QString& line : lines) {
    const qsizetype tab = line.indexOf('\t');
    if (tab < 0) {
      html += QStringLiteral("<tr><td colspan=2>%1</td></tr>").arg(line.toHtmlEscaped());
      continue;
    }
    QString value = line.mid(tab + 1);
    for (qsizetype from = 0; value.size() - from > widest;) {  // at commas, so that no number is broken
      const qsizetype comma = value.lastIndexOf(QStringLiteral(", "), from + widest);
      if (comma <= from) break;
      value.replace(comma + 1, 1, '\n');
      from = comma + 2;
    }
    html += QStringLiteral("<tr><td style='color:%1; padding-right:12px'>%2</td><td>%3</td></tr>")
                .arg(muted, line.left(tab).toHtmlEscaped(), value.toHtmlEscaped().replace('\n', QStringLiteral("<br>")));
  }
  body_->setText(html + QStringLiteral("</table>"));
  text_ = title + '\n' + lines.join('\n');
  adjustSize();
  const QRect window = parentWidget()->rect().adjusted(4, 4, -4, -4);
  QPoint place = at + QPoint(14, 14);
  if (place.x() + width() > window.right()) place.setX(at.x() - width() - 14);
  if (place.y() + height() > window.bottom()) place.setY(at.y() - height() - 14);
  move(std::max(place.x(), window.left()), std::max(place.y(), window.top()));
  show();
  raise();
}

QString FigureCallout::text() const { return text_; }

}  // namespace kelter::ui
