// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>

#include <chrono>
#include <vector>

#include "core/formats/compute_device.h"
#include "core/measure/read_bandwidth.h"
#include "core/measure/statistics.h"

namespace kelter {

double measure_device_bandwidth(at::Device device, std::size_t bytes, int repeats) {
  require_device_memory(device, 2 * bytes, "the buffers that measure the memory's speed");
  const at::Tensor source = at::ones({static_cast<std::int64_t>(bytes)}, at::TensorOptions(device).dtype(at::kByte));
  const at::Tensor target = at::empty_like(source);
  target.copy_(source);
  finish_device_work(device);
  std::vector<double> rates;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    target.copy_(source);
    finish_device_work(device);
    rates.push_back(2.0 * static_cast<double>(bytes) / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return median(rates);
}

}  // namespace kelter
