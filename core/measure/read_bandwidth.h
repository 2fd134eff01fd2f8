// SPDX-License-Identifier: GPL-3.0-or-later
// How fast this machine reads memory, measured here and now, so that a decode speed can be stated as a share of it.
#pragma once

#include <cstddef>

namespace kelter {

// Bytes per second of all threads (core/base/parallel.h) adding up a buffer of `bytes` (larger than every cache);
// the best of `repeats` passes after one that only touches the pages. Error(out_of_memory) if the buffer has no room.
// Engine thread.
double measure_read_bandwidth(std::size_t bytes = std::size_t{512} << 20, int repeats = 5);

}  // namespace kelter
