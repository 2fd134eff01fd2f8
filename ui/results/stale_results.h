// SPDX-License-Identifier: GPL-3.0-or-later
// Which values on show were made with other settings than the document has now. Asks the run model; keeps only which
// measures were edited since the last plan. Window thread.
#pragma once

#include <QStringList>
#include <set>
#include <string>

#include "core/describe/edit.h"
#include "core/report/figure.h"
#include "ui/models/workbench.h"

namespace kelter::ui {

// The measures of the document that gave a figure its mixed values, so that they look again at every model linked to
// them; without such measures the models themselves.
QStringList measures_of(const Document& document, const Figure& figure);

// Links every model with mixed values to the first of these measures, so that all have one protocol; empty if all are.
Edit measured_alike(const Document& document, const StepCatalogue& catalogue, const Figure& figure);

class StaleResults {
 public:
  // `bench` outlives it.
  explicit StaleResults(const Workbench& bench) : bench_(bench) {}

  void forget() { measures_.clear(); }
  void document_changed(const QStringList& touched);
  // What a plan knows, if there is one.
  void update();
  // Graph nodes of one figure: the model is stale, or the measure that gave the figure its values.
  std::set<std::string> nodes_of(const Figure& figure) const;
  // Graph nodes whose model is stale.
  std::set<std::string> models() const;

 private:
  const Workbench& bench_;
  std::set<std::string> measures_;   // document nodes
};

}  // namespace kelter::ui
