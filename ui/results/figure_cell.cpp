// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/figure_cell.h"

#include <QActionGroup>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/figures/report_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {

FigureCell::FigureCell(QWidget* parent)
    : QWidget(parent), plot_(new FigurePlot(this)), more_(new QToolButton(this)), hint_(new QLabel(this)),
      remeasure_(new QPushButton(tr("Re-measure"), this)), menu_(new QMenu(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(plot_);
  more_->setIcon(theme().icon("more", theme().colors().muted));
  connect(&theme(), &Theme::changed, this, [this] { more_->setIcon(theme().icon("more", theme().colors().muted)); });
  more_->setPopupMode(QToolButton::InstantPopup);
  more_->setMenu(menu_);
  hint_->setWordWrap(true);
  hint_->setAlignment(Qt::AlignCenter);
  hint_->setProperty("role", "muted");
  hint_->setAttribute(Qt::WA_TransparentForMouseEvents);
  remeasure_->setToolTip(tr("Runs these measures again for all branches, with the settings the document has now"));
  for (QWidget* widget : {static_cast<QWidget*>(hint_), static_cast<QWidget*>(remeasure_)})
    widget->hide();
  connect(menu_, &QMenu::aboutToShow, this, &FigureCell::fill_menu);
  connect(remeasure_, &QPushButton::clicked, this,
          [this] { Q_EMIT remeasure_wanted(QString::fromStdString(plot_->figure().id)); });
}

void FigureCell::set_figure(const Figure& figure, bool ended_early) {
  plot_->set_figure(figure);
  const QString title = QString::fromStdString(figure.title);
  more_->setAccessibleName(tr("Menu of the figure %1").arg(title));
  more_->setToolTip(tr("Show, copy, export"));
  remeasure_->setAccessibleName(tr("Re-measure %1").arg(title));
  remeasure_->setVisible(!figure.mixed_protocols.empty());
  hint_->setText(ended_early && figure.asked ? tr("Not measured before the run ended.\nResume it to see it here.")
                                             : tr("Not measured in this run.\nLink the models to a measure to see it here."));
  hint_->setVisible(!figure.measured);
  place_overlays();
}

void FigureCell::place_overlays() {
  const QSize button = more_->sizeHint();
  more_->setGeometry(width() - button.width(), 0, button.width(), button.height());
  const QSize wanted = remeasure_->sizeHint();
  remeasure_->setGeometry(4, height() - wanted.height() - 4, wanted.width(), wanted.height());
  hint_->setGeometry(rect().adjusted(8, 40, -8, -8));
}

void FigureCell::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  place_overlays();
}

// ---- menu ---------------------------------------------------------------------------------------------------

void FigureCell::fill_menu() {
  menu_->clear();
  const QString id = QString::fromStdString(plot_->figure().id);
  const std::vector<FigureChoice> choices = choices_ ? choices_() : std::vector<FigureChoice>();
  if (choices.size() > 1) {
    auto* group = new QActionGroup(menu_);
    for (const FigureChoice& choice : choices) {
      const QString key = QString::fromStdString(choice.key);
      QAction* action = menu_->addAction(with_decimal_sign(QString::fromStdString(choice.title), QLocale()),
                                         this, [this, id, key] { Q_EMIT choice_made(id, key); });
      action->setCheckable(true);
      action->setChecked(choice.key == plot_->figure().choice);
      group->addAction(action);
    }
    menu_->addSeparator();
  }
  const bool drawn = plot_->figure().measured && plot_->figure().mixed_protocols.empty();
  menu_->addAction(tr("Export figure…"), this, [this, id] { Q_EMIT export_wanted(id); })->setEnabled(drawn);
  menu_->addAction(tr("Copy picture"), this, &FigureCell::copy_picture)->setEnabled(drawn);
  menu_->addAction(tr("Copy data as CSV"), this, &FigureCell::copy_data)->setEnabled(drawn);
}

void FigureCell::open_menu(const QPoint& global) { menu_->popup(global); }

void FigureCell::contextMenuEvent(QContextMenuEvent* event) { open_menu(event->globalPos()); }

void FigureCell::copy_data() const {
  QGuiApplication::clipboard()->setText(QString::fromStdString(figure_to_csv(plot_->figure())));
}

void FigureCell::copy_picture() const { QGuiApplication::clipboard()->setPixmap(plot_->grab()); }

}  // namespace kelter::ui
