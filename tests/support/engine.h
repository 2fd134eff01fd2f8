// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine thread does at its start, for tests that call the engine's functions themselves.
#pragma once

#include <ATen/Parallel.h>

#include "core/base/parallel.h"

namespace kelter::test {

// Our kernels run on the calling thread here (this header is compiled without OpenMP); libtorch's own products
// still use every core. The program installs the real pool in core/run/engine_thread.cpp.
inline void start_engine() {
  set_parallel_backend([](std::int64_t begin, std::int64_t end, std::int64_t grain, const ParallelBody& body) {
    at::parallel_for(begin, end, grain, body);
  });
}

}  // namespace kelter::test
