// SPDX-License-Identifier: GPL-3.0-or-later
// What one-shot methods cost for one linear, and likelihoods for a batch of logits, beside the eager libtorch operations of the
// same, measured in turn in one run. Engine thread.
//
// The eager versions are the plain way to write the published algorithms: SparseGPT and GPTQ as a loop over columns of whole-tensor
// operations (arXiv 2301.00774, 2210.17323), Wanda's mask by a stable sort of each row (arXiv 2306.11695), N:M by topk of each
// group. Random weights, and a Hessian of random inputs with a few strong features.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/step_context.h"
#include "core/measure/throughput.h"

namespace kelter {

struct CompressBenchRequest {
  std::vector<std::string> jobs;        // of compress_bench_jobs()
  std::vector<std::pair<std::int64_t, std::int64_t>> shapes = {{4096, 4096}};   // rows, columns
  int rounds = 3;
  at::Device device = at::kCPU;
};

struct CompressBenchLine {
  std::string job;
  std::int64_t rows = 0, columns = 0;
  MeasuredSpeed seconds, eager_seconds;
  double same = 0;                      // share of equal codes, of equal entries of the masks, or of likelihoods within 1e-4
  std::optional<double> bandwidth;      // read logits: share of a copy's bytes a second on a GPU (read and written), of reading's on the processor
  std::optional<double> extra_memory;   // peak of a GPU's memory, in parts of what the logits take
};

// "gptq-int4-g128", "sparsegpt-50", "sparsegpt-2:4", "wanda-50", "2:4", and those of likelihood_bench.h
std::vector<std::string> compress_bench_jobs();

// Error(invalid_parameter) for an unknown job or a shape that its groups do not divide; Error(cancelled).
std::vector<CompressBenchLine> bench_compress(const CompressBenchRequest& request, StepContext& context);

// Both in turn, `rounds` times after one of the own that is not counted; a sample is the mean of `calls` calls in a row.
// Fills in the seconds, and gives what the two came to.
using BenchWork = std::function<at::Tensor()>;
std::pair<at::Tensor, at::Tensor> bench_in_turn(const BenchWork& own, const BenchWork& eager, int calls, const CompressBenchRequest& request,
                                                StepContext& context, CompressBenchLine& line);

}  // namespace kelter
