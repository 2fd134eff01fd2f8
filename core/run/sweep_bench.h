// SPDX-License-Identifier: GPL-3.0-or-later
// How the time and memory of the layer sweep (core/compress/layer_sweep.h) grow with layers and tokens: Wanda with half the
// weights pruned on models of random weights, 4, 8 and 16 layers of width 256 and 1k, 2k and 4k tokens; on a GPU layers of
// width 2048 and 32 times the tokens, so that its work outweighs starting it. float32, on a GPU bfloat16. Engine thread.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/step_context.h"
#include "core/measure/throughput.h"

namespace kelter {

inline constexpr const char* sweep_growth_job = "sweep-growth";

struct SweepGrowthLine {
  std::int64_t layers = 0, tokens = 0;
  MeasuredSpeed seconds;
  double of_linear = 0;   // seconds for a layer and token, in parts of those of the first line; above 1 it grows faster
  std::optional<std::uint64_t> peak_bytes;   // of a GPU's memory, beside what was taken before
};

// Every size in turn, `rounds` times, after one sweep that is not counted. `width` (a multiple of 64) and `first_tokens` (a multiple
// of 128) replace those of the device if they are not 0. Error(cancelled | out_of_memory).
std::vector<SweepGrowthLine> bench_sweep_growth(int rounds, at::Device device, StepContext& context, std::int64_t width = 0,
                                                std::int64_t first_tokens = 0);

}  // namespace kelter
