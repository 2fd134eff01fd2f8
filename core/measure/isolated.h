// SPDX-License-Identifier: GPL-3.0-or-later
// The measures that need a process of their own, speed and memory, in one go: the memory of opening and generating
// first, then the speed of the same engine, then the memory speed of the machine. Engine thread of a fresh process.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/step_context.h"

namespace kelter {

// `measures`: {"step": "measure.memory" | "measure.throughput", "parameters": {...}} or a list of these; absent
// parameters keep their defaults (512 prompt tokens; 64 output tokens for memory, 128 for speed; batch 1; 5 repeats).
// `device`: where the model is put; a GPU's memory record has "gpu_peak_bytes" beside it, and its shares of bandwidth are
// of the GPU's memory. Returns {"records": [...], "kernels": {name: {"calls", "bytes_read"}}, "seconds", "warnings"}, records in the form of the
// command-line contract: {"metric", "value", "spread", "protocol", ...}. A value that cannot be had is null with a
// "reason". Error(invalid_parameter) for another step or a value of the wrong type.
Json run_isolated_measures(const fs::path& model, const Json& measures, at::ScalarType dtype, StepContext& context,
                           at::Device device = at::kCPU);

}  // namespace kelter
