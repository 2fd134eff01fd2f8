// SPDX-License-Identifier: GPL-3.0-or-later
// Products of stored weights, each beside three rulers taken in the same round: the machine's memory bandwidth, the product of
// the weights decoded to bfloat16 first, and libtorch's product in bfloat16. Engine thread.
//
// Every format holds the same random matrix. Its copies rotate, so that together they exceed the caches; a round measures each
// product in turn, and figures are medians over the rounds with half the distance of the quartiles.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/step_context.h"
#include "core/measure/throughput.h"

namespace kelter {

struct KernelBenchRequest {
  std::vector<std::string> formats;     // of bench_formats()
  std::int64_t rows = 4096, columns = 4096;
  std::vector<std::int64_t> tokens = {1, 4, 16};
  int rounds = 5;
  at::Device device = at::kCPU;
};

struct KernelBenchLine {
  std::string format, kernel;           // what ran: "nf4-matvec-avx512", "fp8-e4m3-row-tiles+onednn-bf16"
  std::int64_t tokens = 0;
  std::uint64_t bytes = 0;              // stored
  MeasuredSpeed seconds, decoded_seconds, dense_seconds;   // of one product: own, decoded first, libtorch in bfloat16
  double share = 0;                     // of the bandwidth, by the stored bytes
};

struct KernelBenchResult {
  double bandwidth = 0;                 // bytes a second: reading on the processor, copying (read and written) on a GPU
  std::vector<KernelBenchLine> lines;
};

// "bfloat16", "q4_1", "int4-g64", "nf4", "fp8-e4m3-row", "mxfp4", "bitmap-50" (percent of zeros), "2:4", "2:4-int4", …
std::vector<std::string> bench_formats();

// Error(invalid_parameter) for an unknown format, or one whose blocks do not divide the columns; Error(cancelled).
KernelBenchResult bench_kernels(const KernelBenchRequest& request, StepContext& context);

}  // namespace kelter
