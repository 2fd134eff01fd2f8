// SPDX-License-Identifier: GPL-3.0-or-later
// Which measures of several nodes belong into one column. Two records share a slot when they measure the same
// thing (metric, task, name); where a node has several of them, equal protocols meet first. Records are
// pointed to and must outlive the slots; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/describe/messages.h"

namespace kelter {

struct Slot {
  std::string metric, task, name;
  std::string title;  // "Perplexity", "Accuracy arc_easy (acc_norm)"
  // One per node, nullptr where it has none.
  std::vector<const MeasureRecord*> records;
};

// Quality first, then speed, then memory, then the rest in order of appearance.
std::vector<Slot> collect_slots(const std::vector<const NodeRecord*>& nodes);

// "gptq, format plain, window 1024": the protocol as words.
std::string protocol_text(const Json& protocol);

}  // namespace kelter
