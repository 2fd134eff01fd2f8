// SPDX-License-Identifier: GPL-3.0-or-later
// Which models of a workbench can be looked into: the files of its sources, run or not, and what its steps have made and
// saved. Pure; window thread.
#pragma once

#include <vector>

#include "ui/models/workbench.h"

namespace kelter::ui {

struct ModelChoice {
  std::string node;            // of the graph ("rtn@bits=3")
  std::string model, folder;   // as InspectRequest takes them
  bool file = false;           // of a source, not of a step
  bool stale = false;          // made with other settings than the document has now
  bool operator==(const ModelChoice&) const = default;
};

// In the order of the document, its sources first.
std::vector<ModelChoice> model_choices(const Workbench& bench);

}  // namespace kelter::ui
