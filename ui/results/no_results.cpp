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
  auto* title = new QLabel(tr("No results yet: press Run all"), this);
  title->setProperty("role", "title");
  title->setAlignment(Qt::AlignCenter);
  auto* text = new QLabel(tr("Accuracy, perplexity, memory and speed of every branch that a measure is linked to "
                             "appear here side by side while they are computed."), this);
  text->setProperty("role", "muted");
  text->setWordWrap(true);
  text->setAlignment(Qt::AlignCenter);
  auto* run = new QPushButton(tr("Run all"), this);
  run->setProperty("primary", true);
  run->setAccessibleName(tr("Run the pipeline"));
  connect(run, &QPushButton::clicked, this, &NoResults::run_wanted);
  column->addStretch();
  column->addWidget(title);
  column->addWidget(text);
  column->addSpacing(8);
  column->addWidget(run, 0, Qt::AlignHCenter);
  column->addStretch();
}

}  // namespace kelter::ui
