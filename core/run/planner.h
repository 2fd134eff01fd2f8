// SPDX-License-Identifier: GPL-3.0-or-later
// What a run will do: which nodes run, which come from the cache, how long, how much disk. Numbers come from
// earlier runs of this machine, then from the step's own first guess; where neither is known they are absent.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/describe/graph.h"
#include "core/describe/plan.h"
#include "core/model/ledger.h"
#include "core/run/cache.h"
#include "core/run/finished_work.h"
#include "core/run/run_store.h"

namespace kelter {

struct PlanInputs {
  const Graph& graph;
  const std::vector<std::string>& recipes;        // recipe_keys(graph)
  Cache& cache;
  RunStore* store = nullptr;                      // without it only first guesses
  std::string device_class;
  bool keep_models = false;                       // a run folder wants every model
  // Whether a measure's result on a model node is known.
  std::function<bool(std::size_t measure, std::size_t model)> has_result;
  // Of a source node's model (its header is read, not its data).
  std::function<ModelTotals(std::size_t source)> source_size;
  const FinishedWork* finished = nullptr;         // of the run folder, if it is resumed
};

// Model nodes and measures, in topological order. A model node that is not `cached` is one whose step will be called
// (a source: whose file will be opened). peak_bytes of a step: its inputs and its output in memory at
// once; the output's size is the recorded one, else what the step's description says of the linears (removed layers
// and layers with values of their own count as the others), else dense 16 bit. disk_bytes: of its folder in the run
// folder, by the same sizes.
Plan make_plan(const PlanInputs& inputs);

// Throws Error(disk_full) naming what is needed and what is free on the disk of `folder`.
void check_free_disk(const fs::path& folder, std::uint64_t needed);

bool is_model_node(const GraphNode& node);                          // has a model output
std::vector<std::size_t> model_inputs(const GraphNode& node);       // nodes linked to its model inputs
// The measures that report on a model node, in topological order.
std::vector<std::size_t> measures_of(const Graph& graph, std::size_t model);

// How parameters are compared between runs.
std::string timing_key(const GraphNode& node);

}  // namespace kelter
