// SPDX-License-Identifier: GPL-3.0-or-later
// Speed of generation, prompt and decode apart (batch 1 and batch N), by core/model/decode_engine.h. Engine thread.
//
// One unmeasured warm-up, then `repeats` rounds; each reads a prompt of fixed pseudo-random tokens (tokenisation is
// not part of it) and then writes `output` tokens greedily. Values are medians, spreads half the distance between
// the quartiles.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/step_context.h"
#include "core/model/decode_engine.h"

namespace kelter {

struct ThroughputRequest {
  std::int64_t prompt = 512, output = 128, batch = 1, repeats = 5;
  Activations activations = Activations::exact;   // that the engine was made for
};

struct MeasuredSpeed {
  double value = 0, spread = 0;
  std::vector<double> samples;            // of each repeat
};

// Value and spread from the samples.
void summarise(MeasuredSpeed& speed);

struct ThroughputResult {
  MeasuredSpeed prefill_tokens_per_second;   // prompt tokens of all sequences / time of the prompt
  MeasuredSpeed decode_tokens_per_second;    // output tokens of all sequences / time of the steps
  MeasuredSpeed time_to_first_token_ms;      // prompt, head and choice of the first token
  double weight_bytes_per_step = 0;          // read by the kernels of one decode step (their counters)
  double cache_bytes_per_step = 0;           // of the KV cache, mean over the output
};

// The engine must have room for prompt + output positions and the request's batch; what it held before is lost.
// Error(invalid_parameter) for sizes below 1. The context hears of every round and may cancel at every step.
ThroughputResult measure_throughput(DecodeEngine& engine, std::int64_t vocabulary, const ThroughputRequest& request,
                                    StepContext& context);

// `count` token ids below `vocabulary`, the same in every run and on every machine.
std::vector<std::int32_t> fixed_prompt(std::int64_t count, std::int64_t vocabulary);

}  // namespace kelter
