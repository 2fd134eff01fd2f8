// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include <atomic>

namespace kelter {
namespace {
std::atomic<ParallelBackend> installed{nullptr};
}

void set_parallel_backend(ParallelBackend backend) { installed.store(backend); }

void parallel_for(std::int64_t begin, std::int64_t end, std::int64_t grain, const ParallelBody& body) {
  if (begin >= end) return;
  if (ParallelBackend backend = installed.load()) {
    backend(begin, end, grain, body);
  } else {
    body(begin, end);
  }
}

}  // namespace kelter
