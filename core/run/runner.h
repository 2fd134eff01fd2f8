// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a document. Cache, order, progress, cancel, resume, timing, verification and recording happen here,
// once, for all steps. Engine thread only; the listener is called on it.
//
// One node: known already? -> estimate -> time -> run -> verify -> ledger -> keep (cache, run folder) ->
// measures -> record. A failed node stops only what lies behind it. The same document, seed and device class
// give the same bytes, whether interrupted or not.
#pragma once

#include <functional>
#include <string>

#include "core/base/cancel.h"
#include "core/describe/graph.h"
#include "core/describe/messages.h"
#include "core/describe/plan.h"
#include "core/run/cache.h"
#include "core/run/identity.h"
#include "core/run/measures.h"
#include "core/run/run_store.h"
#include "core/run/step_registry.h"

namespace kelter {

struct RunOptions {
  fs::path out;                        // run folder; empty: results stay in the cache
  bool resume = false;                 // use what an interrupted run left in `out`
  std::string dtype;                   // empty: default_dtype(device)
  int threads = 0;                     // 0: default_threads()
  std::string device = "cpu";          // as parse_device() reads it; a record says "cpu" or "cuda:N"
  bool store_every_state = false;      // in the cache, however cheap
};

// Any member may be empty. Progress comes at most 20 times a second, and always for the last item of a stage.
struct RunListener {
  std::function<void(const RunRecord&)> started;   // before any work: all nodes waiting, with their recipes
  std::function<void(const ProgressMessage&)> progress;
  std::function<void(const LogMessage&)> log;
  std::function<void(const LinearsMessage&)> linears;   // at the border after each layer that a step has recorded
  std::function<void(const NodeRecord&)> node;   // whenever a node's record changed
  std::function<void()> at_border;               // at every cancellation point: serve interactive jobs
};

// What a run works with; all owned by the caller and alive as long as the Runner.
struct RunServices {
  const StepCatalogue& catalogue;
  const StepRegistry& registry;
  const MeasureTable& measures;
  Cache& cache;
  FileIdentities& identities;
  RunStore* store = nullptr;           // without it runs are not remembered and times not learnt
};

class Runner {
 public:
  explicit Runner(RunServices services) : services_(services) {}

  // The dry run.
  Plan plan(const Document& document, const RunOptions& options);

  // Errors of single nodes are in their records. Throws only what makes the run as a whole impossible: an
  // invalid document, a missing source, no disk space, a folder that holds something else.
  RunRecord run(const Document& document, const RunOptions& options, const RunListener& listener,
                const CancelFlag& cancel);

 private:
  RunServices services_;
};

}  // namespace kelter
