// SPDX-License-Identifier: GPL-3.0-or-later
// Running documents from the command line: the engine with all it needs, and what a run prints and writes.
// Main thread, which is the engine thread here.
#pragma once

#include <memory>

#include "core/cli/command.h"
#include "core/describe/document.h"
#include "core/run/runner.h"

namespace kelter {

// Everything a Runner needs. A plugin that cannot be loaded, or a store of runs that cannot be opened, is a warning.
class Engine {
 public:
  explicit Engine(Console& console);
  const StepCatalogue& catalogue() const { return catalogue_; }
  RunServices services();

 private:
  StepCatalogue catalogue_;
  StepRegistry registry_;
  MeasureTable measures_;
  Cache cache_;
  FileIdentities identities_;
  std::unique_ptr<RunStore> store_;
};

struct PipelineRequest {
  Document document;
  ComputeOptions compute;
  std::string out;            // run folder; empty: results stay in the cache
  bool resume = false;
};

// Runs the document and prints its record (--json) or its result table; leaves report.md, results.csv, results.tex
// and results.json in the run folder. Returns the exit code: 1 if a node failed, 130 if the user stopped it.
int run_document(PipelineRequest request, Engine& engine, Console& console);

// Prints what a run would do.
int plan_document(PipelineRequest request, Engine& engine, Console& console);

}  // namespace kelter
