// SPDX-License-Identifier: GPL-3.0-or-later
// A document made ready for this machine: graph, sources found, keys computed. Everything that can be wrong with a
// document is found here, before any work.
#pragma once

#include <string>
#include <vector>

#include "core/data/text.h"
#include "core/run/runner.h"

namespace kelter {

struct PreparedRun {
  Document document;
  RunOptions options;                      // defaults filled in
  at::ScalarType dtype = at::kFloat;
  at::Device device = at::kCPU;
  std::string device_class, host;
  Graph graph;
  // The following by node of the graph.
  std::vector<Json> parameters;            // resolved, with absolute paths
  std::vector<fs::path> sources;           // of source.model; empty otherwise
  std::vector<std::string> recipes;

  const GraphNode& node(std::size_t index) const { return graph.nodes[index]; }
  // The node whose model arrives at a model input (bypassed nodes are passed through).
  std::size_t producer(const Graph::Output& output) const { return graph.producer(output).first; }
  // The recipe of a measure's result on a model node; results of this host alone where the measure is bound to it.
  std::string result_key(const MeasureTable& measures, std::size_t measure, std::size_t model) const;
  TextRequest text_request(std::size_t source) const;   // of a source.text node
};

// Throws Error(invalid_document | invalid_parameter | file_not_found | plugin | unsupported).
PreparedRun prepare_run(const Document& document, const RunOptions& options, const RunServices& services);

// The recipes as another compute type and device class would give them (of a run made elsewhere).
std::vector<std::string> recipes_as(const PreparedRun& run, const RunServices& services, const std::string& dtype,
                                    const std::string& device_class);

// In a run folder that is resumed, what it holds counts as known.
Plan plan_run(const PreparedRun& run, const RunServices& services);

}  // namespace kelter
