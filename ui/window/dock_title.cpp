// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/dock_title.h"

#include <QDockWidget>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int left_margin = 16, right_margin = 8;

}  // namespace

DockTitle::DockTitle(QDockWidget& dock, QWidget* head)
    : QWidget(&dock), float_(button(tr("Float %1").arg(dock.windowTitle()))),
      close_(button(tr("Close %1").arg(dock.windowTitle()))) {
  setAttribute(Qt::WA_StyledBackground);
  setProperty("panel", true);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(left_margin, 4, right_margin, 4);
  row->setSpacing(2);
  if (!head) head = name_ = new QLabel(dock.windowTitle());
  row->addWidget(head, 1);
  row->addSpacing(6);
  row->addWidget(float_);
  row->addWidget(close_);
  connect(float_, &QToolButton::clicked, &dock, [&dock] { dock.setFloating(!dock.isFloating()); });
  connect(close_, &QToolButton::clicked, &dock, &QDockWidget::close);
  connect(&theme(), &Theme::changed, this, &DockTitle::restyle);
  restyle();
}

QToolButton* DockTitle::button(const QString& name) {
  auto* made = new QToolButton(this);
  made->setAccessibleName(name);
  made->setToolTip(name);
  made->setFocusPolicy(Qt::TabFocus);
  return made;
}

void DockTitle::restyle() {
  const int side = qRound(theme().px(14));
  for (const auto& [one, icon] : {std::pair(float_, "float"), std::pair(close_, "close")}) {
    one->setIcon(theme().icon(icon, theme().colors().muted));
    one->setIconSize({side, side});
  }
  if (name_) name_->setFont(theme().font(Text::body, QFont::DemiBold));
}

}  // namespace kelter::ui
