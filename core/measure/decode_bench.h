// SPDX-License-Identifier: GPL-3.0-or-later
// Models decoding beside each other, beside the memory's bandwidth and beside plain libtorch: the same model with its weights
// decoded to the compute type, by ATen's operations and a growing cache, no kernel of our own. Engine thread.
//
// Every round takes the models in turn, beginning with another one each time; figures are medians over the rounds.
#pragma once

#include <string>
#include <vector>

#include "core/measure/throughput.h"
#include "core/model/transformer.h"

namespace kelter {

struct DecodeBenchRequest {
  std::int64_t prompt = 512, output = 64;
  int rounds = 3;
  at::ScalarType dtype = at::kBFloat16;
  at::Device device = at::kCPU;
  Activations activations = Activations::exact;
};

struct DecodeBenchLine {
  std::string name;
  std::uint64_t bytes = 0;                       // of the model as it is stored
  double bytes_per_token = 0;                    // that a step reads: weights and KV cache
  MeasuredSpeed decode, prefill, plain_decode;   // tokens a second
  double share = 0;                              // of the bandwidth, by bytes_per_token
};

struct DecodeBenchResult {
  double bandwidth = 0;                          // as KernelBenchResult has it
  std::vector<DecodeBenchLine> lines;
};

struct NamedModel {
  std::string name;
  ModelState model;
};

// Tokens a second of Transformer's operations with a growing cache, greedy, in the model's compute type; whether products of few rows
// are our own is up to set_kernel_enabled. Error(cancelled).
double plain_tokens_per_second(const Transformer& model, std::int64_t prompt, std::int64_t output, StepContext& context);

// Error(out_of_memory) with planned and available bytes; Error(cancelled).
DecodeBenchResult bench_decode(const std::vector<NamedModel>& models, const DecodeBenchRequest& request, StepContext& context);

}  // namespace kelter
