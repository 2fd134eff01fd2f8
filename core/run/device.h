// SPDX-License-Identifier: GPL-3.0-or-later
// The device a run uses, in words that enter every recipe: results of equal device classes are byte-identical.
#pragma once

#include <c10/core/Device.h>

#include <string>
#include <vector>

#include "core/describe/engine.h"

namespace kelter {

// "x86-64 avx512_bf16, 2 threads, libtorch 2.11.0"; of a GPU "NVIDIA H100 80GB HBM3 sm_90, libtorch 2.11.0".
std::string device_class(int threads, at::Device device = at::kCPU);
std::string host_name();
int default_threads();                                     // processors this process may use

// bfloat16 where the device multiplies it fast; else float32 on the processor, float16 on a GPU.
std::string default_dtype(at::Device device = at::kCPU);
// What this machine offers: the processor with this many threads, and its GPUs.
std::vector<ComputeDevice> compute_devices(int threads);
// Error(unsupported) for a compute type that the device does not have.
void check_dtype(const std::string& dtype, at::Device device);

}  // namespace kelter
