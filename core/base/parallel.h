// SPDX-License-Identifier: GPL-3.0-or-later
// One way to split work over threads for rooms that know no torch. The engine installs libtorch's
// thread pool here (two pools in one process would fight over the cores); without it work runs on the
// calling thread.
#pragma once

#include <cstdint>
#include <functional>

namespace kelter {

using ParallelBody = std::function<void(std::int64_t begin, std::int64_t end)>;
using ParallelBackend = void (*)(std::int64_t begin, std::int64_t end, std::int64_t grain, const ParallelBody& body);

// Installed once, before the first parallel_for, by the engine thread.
void set_parallel_backend(ParallelBackend backend);

// Calls body on disjoint ranges covering [begin, end), each of at least `grain` items where possible;
// returns when all are done. The first exception of a body is rethrown on the calling thread.
void parallel_for(std::int64_t begin, std::int64_t end, std::int64_t grain, const ParallelBody& body);

}  // namespace kelter
