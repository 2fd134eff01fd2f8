// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/stale_results.h"

#include <algorithm>

#include "core/report/result_table.h"

namespace kelter::ui {
namespace {

// The step that gives a figure its values.
std::string measure_of(const std::string& figure_id) {
  return figure_id == "accuracy" ? "measure.tasks" : "measure." + figure_id;
}

}  // namespace

QStringList measures_of(const Document& document, const Figure& figure) {
  QStringList measures, models;
  for (const std::string& node : figure.mixed_nodes) {
    models << QString::fromStdString(node);
    for (const Link& link : document.links) {
      const Node* measure = document.find(link.to_node);
      const bool of_figure = measure && measure->step == measure_of(figure.id) && link.from_node == node;
      const QString name = QString::fromStdString(link.to_node);
      if (of_figure && !measures.contains(name)) measures << name;
    }
  }
  return measures.isEmpty() ? models : measures;
}

Edit measured_alike(const Document& document, const StepCatalogue& catalogue, const Figure& figure) {
  const std::string measure = measures_of(document, figure).value(0).toStdString();
  const auto known = std::find_if(document.links.begin(), document.links.end(),
                                  [&](const Link& link) { return link.to_node == measure; });
  EditChain chain(document);
  if (known == document.links.end()) return chain.edit();
  for (const std::string& node : figure.mixed_nodes) {
    const Link link{node, known->from_port, measure, known->to_port};
    if (check_link(chain.document(), catalogue, link) == LinkRefusal::none) chain.add(add_link(chain.document(), catalogue, link));
  }
  return chain.edit();
}

void StaleResults::document_changed(const QStringList& touched) {
  for (const QString& id : touched) {
    const Node* node = bench_.document.document().find(id.toStdString());
    if (node && node->step.starts_with("measure.") && bench_.runs.stale(node->id)) measures_.insert(node->id);
  }
}

// A plan knows which measures would give other values. Until the next one a measure counts only where it was edited
// itself: an edit of one branch does not make the others stale because one measure looks at all of them.
void StaleResults::update() {
  if (!bench_.runs.plan()) return;
  measures_.clear();
  for (const Node& node : bench_.document.document().nodes) {
    if (bench_.runs.stale(node.id) && node.step.starts_with("measure.")) measures_.insert(node.id);
  }
}

std::set<std::string> StaleResults::nodes_of(const Figure& figure) const {
  std::set<std::string> measured_anew;
  for (const Link& link : bench_.document.document().links) {
    const Node* measure = bench_.document.document().find(link.to_node);
    const bool of_figure = measure && measure->step == measure_of(figure.id);
    if (of_figure && measures_.count(measure->id) != 0) measured_anew.insert(link.from_node);
  }
  std::set<std::string> nodes;
  for (const Mark& mark : figure.marks) {
    const bool measure = measured_anew.count(figure.branches[mark.branch].node) != 0;
    if (mark.state == MarkState::value && (measure || bench_.runs.stale(mark.node))) nodes.insert(mark.node);
  }
  return nodes;
}

std::set<std::string> StaleResults::models() const {
  std::set<std::string> nodes;
  for (const NodeRecord* node : model_nodes(bench_.runs.record())) {
    if (!node->ledger.is_null() && bench_.runs.stale(node->id)) nodes.insert(node->id);
  }
  return nodes;
}

}  // namespace kelter::ui
