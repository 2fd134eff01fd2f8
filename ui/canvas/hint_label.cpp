// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/hint_label.h"

#include <algorithm>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {
constexpr int shown_milliseconds = 4000;
}  // namespace

HintLabel::HintLabel(QWidget* parent) : QLabel(parent) {
  setObjectName("canvas_hint");
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setWordWrap(true);
  hide();
  timer_.setSingleShot(true);
  timer_.setInterval(shown_milliseconds);
  connect(&timer_, &QTimer::timeout, this, &QWidget::hide);
  connect(&theme(), &Theme::changed, this, &HintLabel::restyle);
  restyle();
}

void HintLabel::restyle() {
  const Colors& colors = theme().colors();
  setFont(theme().font(Text::body));
  setStyleSheet(QString("background: %1; color: %2; border-radius: 6px; padding: 6px 10px;")
                    .arg(colors.ink.name(), colors.panel.name()));
}

void HintLabel::show_text(const QString& text, const QPoint& place, const QRect& room) {
  if (text.isEmpty()) {
    hide();
    return;
  }
  setText(text);
  setFixedWidth(std::min(qRound(theme().px(320)), fontMetrics().horizontalAdvance(text) + 24));
  adjustSize();
  move(std::clamp(place.x() + 16, room.left(), std::max(room.left(), room.right() - width())),
       std::clamp(place.y() + 20, room.top(), std::max(room.top(), room.bottom() - height())));
  show();
  raise();
  timer_.start();
}

}  // namespace kelter::ui
