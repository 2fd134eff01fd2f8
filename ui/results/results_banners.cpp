// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/results_banners.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

// An icon and a sentence; hidden at first.
QFrame* banner(QWidget* parent, const char* icon, QLabel* text) {
  auto* frame = new QFrame(parent);
  frame->setProperty("soft", true);
  frame->setMinimumHeight(qRound(theme().px(32)));
  auto* row = new QHBoxLayout(frame);
  row->setContentsMargins(12, 2, 8, 2);
  auto* picture = new QLabel(frame);
  const auto paint = [picture, icon] { picture->setPixmap(theme().icon(icon).pixmap(16, 16)); };
  paint();
  QObject::connect(&theme(), &Theme::changed, picture, paint);
  text->setWordWrap(true);
  row->addWidget(picture);
  row->addWidget(text, 1);
  frame->hide();
  return frame;
}

}  // namespace

ResultsBanners::ResultsBanners(QWidget* parent)
    : QWidget(parent), elsewhere_text_(new QLabel(this)),
      stale_text_(new QLabel(tr("Results marked stale were made with other settings than the document has now."), this)),
      elsewhere_(banner(this, "open", elsewhere_text_)), stale_(banner(this, "warning", stale_text_)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(4);
  auto* run = new QPushButton(tr("Run", "verb"), stale_);
  run->setProperty("flat", true);
  run->setAccessibleName(tr("Run what is stale"));
  connect(run, &QPushButton::clicked, this, &ResultsBanners::run_wanted);
  stale_->layout()->addWidget(run);
  column->addWidget(elsewhere_);
  column->addWidget(stale_);
}

void ResultsBanners::show_elsewhere(bool on, const QString& host, const QString& device) {
  elsewhere_text_->setText(host.isEmpty() ? tr("Recorded on another machine, %1").arg(device)
                                          : tr("Recorded on %1, %2").arg(host, device));
  elsewhere_->setVisible(on);
}

void ResultsBanners::show_stale(bool on) { stale_->setVisible(on); }

}  // namespace kelter::ui
