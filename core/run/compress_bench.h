// SPDX-License-Identifier: GPL-3.0-or-later
// What one-shot methods cost for one linear beside the eager libtorch operations of the same method, measured in turn in one run.
// Engine thread.
//
// The eager versions are the plain way to write the published algorithms: SparseGPT and GPTQ as a loop over columns of whole-tensor
// operations (arXiv 2301.00774, 2210.17323), Wanda's mask by a stable sort of each row (arXiv 2306.11695), N:M by topk of each
// group. Random weights, and a Hessian of random inputs with a few strong features.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
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
  double same = 0;                      // share of equal codes, or of equal entries of the masks
};

// "gptq-int4-g128", "sparsegpt-50", "sparsegpt-2:4", "wanda-50", "2:4"
std::vector<std::string> compress_bench_jobs();

// Error(invalid_parameter) for an unknown job or a shape that its groups do not divide; Error(cancelled).
std::vector<CompressBenchLine> bench_compress(const CompressBenchRequest& request, StepContext& context);

}  // namespace kelter
