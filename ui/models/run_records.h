// SPDX-License-Identifier: GPL-3.0-or-later
// How records of runs in a row become the one record a window shows. Pure.
#pragma once

#include "core/describe/messages.h"

namespace kelter::ui {

inline constexpr const char* measures_key = "measures";   // of the environment: measure node -> recipe

inline bool has_result(const NodeRecord& node) { return !node.ledger.is_null(); }

NodeRecord* find_node(RunRecord& record, const std::string& id);

// What is left of a run that was killed is shown as what it is: not finished.
void settle(RunRecord& record);

// The same recipe gives the same values: they stay visible until the run has come by, and for good if it never does.
void keep_values(NodeRecord& node, const NodeRecord& before);

// A run of some nodes: the others keep their records. In the order of `before`, new ones behind.
RunRecord merged(RunRecord before, RunRecord run);

// The text under a key; empty for any other value.
std::string text_in(const Json& object, const char* key);

}  // namespace kelter::ui
