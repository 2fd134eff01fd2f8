// SPDX-License-Identifier: GPL-3.0-or-later
// Running documents from the command line: what a run prints and writes.
// Main thread, which is the engine thread here.
#pragma once

#include "core/cli/command.h"
#include "core/describe/document.h"
#include "core/run/engine.h"

namespace kelter {

// Says what the engine has to say about its start.
void tell_warnings(const Engine& engine, Console& console);

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
