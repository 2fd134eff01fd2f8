// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between runs: the surroundings, the parameters of each node, and the results, with signed
// changes against the first run. Nodes are matched by id. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/describe/messages.h"
#include "core/report/table.h"

namespace kelter {

struct CompareOptions {
  std::vector<std::string> names;  // of the runs; "run 1", "run 2", ... where there is none
  bool only_differences = true;    // equal rows are left out
};

// Columns: kind (run, parameter, size, result), node, what, and one for each run. Changes carry their paired
// error where both runs hold samples; "different protocol" stands where they cannot be compared.
Table compare_runs(const std::vector<RunRecord>& runs, const CompareOptions& options = {});

}  // namespace kelter
