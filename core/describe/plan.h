// SPDX-License-Identifier: GPL-3.0-or-later
// What a run would do, before it does it: which nodes run, which come from the cache, and estimates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace kelter {

struct PlannedNode {
  std::string id, step, recipe;
  bool cached = false;
  // Estimates; absent when nothing is known (never a made-up number).
  std::optional<double> seconds;
  std::optional<std::uint64_t> peak_bytes, disk_bytes;
  Json to_json() const;
  bool operator==(const PlannedNode&) const = default;
  static PlannedNode from_json(const Json& json);
};

struct Plan {
  std::vector<PlannedNode> nodes;  // topological order
  std::optional<double> seconds;   // sum over what is known
  std::uint64_t disk_bytes = 0, peak_bytes = 0;
  std::vector<std::string> warnings;
  Json to_json() const;
  bool operator==(const Plan&) const = default;
  static Plan from_json(const Json& json);
};

}  // namespace kelter
