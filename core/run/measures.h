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
  at::Device device = at::kCPU;
};

using MeasureFunction = std::function<std::vector<MeasureRecord>(const MeasureInputs&, StepContext&)>;

struct MeasureEntry {
  // Empty: runs in a fresh process (core/measure/isolated.h). Its results then hold for this host alone.
  MeasureFunction function;
  bool fresh_process() const { return !function; }
};

class MeasureTable {
 public:
  static MeasureTable builtin();      // perplexity, tasks, throughput, memory
  void add(const std::string& step, MeasureEntry entry);    // replaces
  const MeasureEntry& get(const std::string& step) const;   // Error(internal) if absent

 private:
  std::map<std::string, MeasureEntry> entries_;
};

// Runs the function here and counts its kernels (the counters are reset first).
MeasureResult measure_here(const MeasureEntry& entry, const MeasureInputs& inputs, StepContext& context);

// Runs `kelter-cli internal-measure --model PATH --measure JSON --dtype T --device D --threads N`, the JSON being {"step": id,
// "parameters": {…}}; the program is KELTER_CLI, else kelter-cli beside this program. It prints what
// run_isolated_measures() returns, which is MeasureResult::to_json(). `poll` as in run_child().
MeasureResult measure_in_child(const std::string& step, const Json& parameters, const fs::path& model,
                               const std::string& dtype, const std::string& device, int threads,
                               const std::function<void()>& poll);

}  // namespace kelter
