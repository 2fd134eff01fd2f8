// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/no_results.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace kelter::ui {

NoResults::NoResults(QWidget* parent) : QFrame(parent) {
  setProperty("panel", true);
  auto* column = new QVBoxLayout(this);
  column->setSpacing(8);
  title_ = new QLabel(this);
  title_->setProperty("role", "title");
  title_->setAlignment(Qt::AlignCenter);
  auto* text = new QLabel(tr("Accuracy, perplexity, memory and speed of every branch that a measure is linked to "
                             "appear here side by side while they are computed."), this);
  text->setProperty("role", "muted");
  text->setWordWrap(true);
  text->setAlignment(Qt::AlignCenter);
  run_ = new QPushButton(tr("Run all"), this);
  run_->setProperty("primary", true);
  run_->setAccessibleName(tr("Run the pipeline"));
  connect(run_, &QPushButton::clicked, this, &NoResults::run_wanted);
  column->addStretch();
  column->addWidget(title_);
  column->addWidget(text);
  column->addSpacing(8);
  column->addWidget(run_, 0, Qt::AlignHCenter);
  column->addStretch();
  set_can_run(false);
}

void NoResults::set_can_run(bool can) {
  title_->setText(can ? tr("No results yet: press Run all") : tr("No results yet: add a model and a step first"));
  run_->setEnabled(can);
}

}  // namespace kelter::ui
