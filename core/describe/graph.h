// SPDX-License-Identifier: GPL-3.0-or-later
// A document made ready to run: sweeps expanded, parameters resolved, every link checked, nodes in
// topological order. Validation happens here, before any work, and reports one root cause.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/describe/document.h"
#include "core/describe/layer_settings.h"
#include "core/describe/step_descriptor.h"

namespace kelter {

struct GraphNode {
  std::string id;                        // of an expanded sweep: "rtn@bits=3" ("rtn@bits=3,seed=1")
  std::string document_node;             // the node it came from
  const StepDescriptor* step = nullptr;  // owned by the catalogue
  Json parameters;                       // resolved
  bool bypass = false;                   // passes its model input through
  Json overrides;                        // layers -> parameters, checked; null if they set nothing
  LayerSettings layer_settings;          // what they come to
  Json sweep = Json::object();           // the values this copy carries: {"bits": 3}
  // input port -> producing nodes (index into Graph::nodes and output port), in link order
  std::map<std::string, std::vector<std::pair<std::size_t, std::string>>> inputs;
};

struct Graph {
  using Output = std::pair<std::size_t, std::string>;  // node and output port
  std::vector<GraphNode> nodes;                        // topological, stable: document order among equals
  std::size_t index(const std::string& id) const;      // Error(invalid_document) if there is none
  // Who really makes what arrives from `output`: follows bypassed nodes back to one that is not.
  Output producer(Output output) const;
};

// Sweeps: a node exists once per value of its own sweeps and of those that reach it through its single inputs.
// A port that takes many links (of a measure) does not multiply its node: it receives every copy.
// A bypassed node takes the first value of its own sweeps and needs only the input it passes through.
//
// Throws one Error(invalid_document | invalid_parameter): the root cause (an unknown step, a bad parameter,
// a missing or mistyped link, a cycle, a duplicate id); what only follows from it is not reported.
Graph build_graph(const Document& document, const StepCatalogue& catalogue);

}  // namespace kelter
