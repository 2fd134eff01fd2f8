// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tensors/model_choices.h"

namespace kelter::ui {
namespace {

bool is_file(const DocumentModel& document, const std::string& node) {
  const StepDescriptor* step = document.step_of(node);
  return step && step->is_source() && makes_model(document, node);
}

void add_file(std::vector<ModelChoice>& choices, const Workbench& bench, const std::string& id, const Json& parameters) {
  const auto path = parameters.find("path");
  if (path == parameters.end() || !path->is_string() || path->get<std::string>().empty()) return;
  choices.push_back({id, path->get<std::string>(), bench.document.document().folder.string(), true, false});
}

}  // namespace

// A document with a problem has no graph: its sources are looked into all the same.
std::vector<ModelChoice> model_choices(const Workbench& bench) {
  std::vector<ModelChoice> choices;
  if (const Graph* graph = bench.document.graph()) {
    for (const GraphNode& node : graph->nodes) {
      if (is_file(bench.document, node.document_node)) add_file(choices, bench, node.id, node.parameters);
    }
  } else {
    for (const Node& node : bench.document.document().nodes) {
      if (is_file(bench.document, node.id)) add_file(choices, bench, node.id, node.parameters);
    }
  }
  for (const NodeRecord& node : bench.runs.record().nodes) {
    const std::string document_node = document_node_of(node.id);
    if (is_file(bench.document, document_node) || !bench.document.document().find(document_node)) continue;
    const QString model = bench.model_of(node.id);
    if (!model.isEmpty()) choices.push_back({node.id, model.toStdString(), {}, false, bench.runs.stale(node.id)});
  }
  return choices;
}

}  // namespace kelter::ui
