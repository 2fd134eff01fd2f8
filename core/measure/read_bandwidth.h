// SPDX-License-Identifier: GPL-3.0-or-later
// How fast this machine reads memory, measured here and now, so that a decode speed can be stated as a share of it.
#pragma once

#include <c10/core/Device.h>

#include <cstddef>

namespace kelter {

// Bytes per second of all threads (core/base/parallel.h) adding up a buffer of `bytes` (larger than every cache);
// the best of `repeats` passes after one that only touches the pages. Error(out_of_memory) if the buffer has no room.
// Engine thread.
double measure_read_bandwidth(std::size_t bytes = std::size_t{512} << 20, int repeats = 5);

// Bytes per second that a GPU's memory moves while it copies a buffer of `bytes`, read and written ones added; the median
// of `repeats` copies after one that is not counted. Error(out_of_memory). Engine thread.
double measure_device_bandwidth(at::Device device, std::size_t bytes = std::size_t{1} << 30, int repeats = 9);

}  // namespace kelter
