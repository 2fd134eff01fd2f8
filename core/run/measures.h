// SPDX-License-Identifier: GPL-3.0-or-later
// Which function serves a measure step, and how it runs: in this process, or in a fresh one that loads only
// the measured model (speed and memory, which a process with a past cannot measure honestly).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/step_context.h"
#include "core/describe/messages.h"
#include "core/model/model_state.h"
#include "core/run/cache.h"

namespace kelter {

struct MeasureInputs {
  const ModelState& model;
  const Json& parameters;             // resolved; paths are absolute
  at::ScalarType dtype;
  int threads;
};

using MeasureFunction = std::function<std::vector<MeasureRecord>(const MeasureInputs&, StepContext&)>;

struct MeasureEntry {
  MeasureFunction function;
  bool fresh_process = false;         // run through a child, never beside other work
  bool host_bound = false;            // never reused on another host
};

class MeasureTable {
 public:
  static MeasureTable builtin();      // the functions of core/measure
  void add(const std::string& step, MeasureEntry entry);    // replaces
  const MeasureEntry& get(const std::string& step) const;   // Error(internal) if absent

 private:
  std::map<std::string, MeasureEntry> entries_;
};

// Runs the function here and counts its kernels (the counters are reset first).
MeasureResult measure_here(const MeasureEntry& entry, const MeasureInputs& inputs, StepContext& context);

// Runs `kelter-cli internal-measure --model PATH --measure JSON --dtype T --threads N`, the JSON being {"step": id,
// "parameters": {…}}; the program is KELTER_CLI, else kelter-cli beside this program. It prints MeasureResult::to_json.
MeasureResult measure_in_child(const std::string& step, const Json& parameters, const fs::path& model,
                               const std::string& dtype, int threads, StepContext& context);
// The child's side of it: what it prints.
Json measure_as_child(const MeasureTable& table, const fs::path& model, const Json& measure, const std::string& dtype,
                      int threads, StepContext& context);

}  // namespace kelter
