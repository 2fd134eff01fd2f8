// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_records.h"

#include <algorithm>

namespace kelter::ui {

void settle(RunRecord& record) {
  for (NodeRecord& node : record.nodes) {
    if (node.state == NodeState::running || node.state == NodeState::waiting) node.state = NodeState::cancelled;
  }
}

NodeRecord* find_node(RunRecord& record, const std::string& id) {
  const auto found = std::find_if(record.nodes.begin(), record.nodes.end(),
                                  [&](const NodeRecord& node) { return node.id == id; });
  return found == record.nodes.end() ? nullptr : &*found;
}

void keep_values(NodeRecord& node, const NodeRecord& before) {
  if (has_result(node) || !has_result(before) || before.recipe != node.recipe) return;
  if (node.state == NodeState::cancelled && before.state == NodeState::waiting) {
    node.state = NodeState::done;
    node.cached = true;
  }
  node.ledger = before.ledger;
  node.measures = before.measures;
  node.content = before.content;
  node.seconds = before.seconds;
}

RunRecord merged(RunRecord before, RunRecord run) {
  for (NodeRecord& node : run.nodes) {
    if (NodeRecord* old = find_node(before, node.id)) {
      *old = std::move(node);
    } else {
      before.nodes.push_back(std::move(node));
    }
  }
  Json measures = before.environment.value(measures_key, Json::object());
  measures.update(run.environment.value(measures_key, Json::object()));
  run.environment[measures_key] = std::move(measures);
  run.nodes = std::move(before.nodes);
  return run;
}

std::string text_in(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace kelter::ui
