// SPDX-License-Identifier: GPL-3.0-or-later
// The card of a step: what it does, formula, paper, cost, and what it really saves. The library and the inspector show
// the same one. Window thread.
#pragma once

#include <QWidget>

#include "core/describe/step_descriptor.h"

class QVBoxLayout;

namespace kelter::ui {

class StepCardView : public QWidget {
  Q_OBJECT
 public:
  explicit StepCardView(QWidget* parent = nullptr);
  // `with_summary` false where the summary stands above the card already.
  void show_card(const StepCard& card, bool with_summary = true);

 private:
  void add_part(const QString& title, const QString& text, bool formula = false);

  QVBoxLayout* layout_;
};

// "Lin et al. 2023" of a citation; empty if there is no paper.
QString short_citation(const std::string& paper);

// The citation with its arXiv number and DOI as links, as rich text.
QString citation_html(const std::string& paper);

}  // namespace kelter::ui
