// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine thread does at its start, for tests that call the engine's functions themselves.
#pragma once

#include <ATen/Parallel.h>

#include "core/base/parallel.h"

namespace kelter::test {

// libtorch's thread pool for all rooms, with as many threads as the machine gives.
inline void start_engine() {
  set_parallel_backend([](std::int64_t begin, std::int64_t end, std::int64_t grain, const ParallelBody& body) {
    at::parallel_for(begin, end, grain, body);
  });
}

}  // namespace kelter::test
