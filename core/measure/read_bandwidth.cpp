// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/read_bandwidth.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/units.h"

namespace kelter {
namespace {

// 64 bytes at a time: one cache line, in as many registers as the compiler's instruction set needs.
using Line = std::uint64_t __attribute__((vector_size(64)));
constexpr std::int64_t grain = (1 << 20) / sizeof(Line);

// Four sums, so that additions do not wait for each other.
std::uint64_t sum_lines(const Line* lines, std::int64_t count) {
  Line sums[4] = {};
  std::int64_t i = 0;
  for (; i + 4 <= count; i += 4) {
    sums[0] += lines[i];
    sums[1] += lines[i + 1];
    sums[2] += lines[i + 2];
    sums[3] += lines[i + 3];
  }
  for (; i < count; ++i) sums[0] += lines[i];
  const Line all = sums[0] + sums[1] + sums[2] + sums[3];
  std::uint64_t total = 0;
  for (int lane = 0; lane < 8; ++lane) total += all[lane];
  return total;
}

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
using Buffer = std::unique_ptr<void, Free>;

Buffer make_buffer(std::size_t bytes) {
  Buffer buffer(std::aligned_alloc(sizeof(Line), bytes));
  if (!buffer)
    throw Error(ErrorCode::out_of_memory, "The memory speed cannot be measured", "", "no room for a buffer of " + format_bytes(bytes));
  return buffer;
}

}  // namespace

double measure_read_bandwidth(std::size_t bytes, int repeats) {
  const auto count = static_cast<std::int64_t>(bytes / sizeof(Line));
  const Buffer buffer = make_buffer(static_cast<std::size_t>(count) * sizeof(Line));
  Line* const lines = static_cast<Line*>(buffer.get());
  // Written by the threads that will read it, each page before its first read: untouched pages share one of zeros.
  parallel_for(0, count, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) lines[i] = Line{} + static_cast<std::uint64_t>(i);
  });
  std::atomic<std::uint64_t> seen{0};   // a sum that is kept cannot be optimised away
  double best = 0;
  for (int r = 0; r < repeats; ++r) {
    const auto start = std::chrono::steady_clock::now();
    parallel_for(0, count, grain, [&](std::int64_t begin, std::int64_t end) { seen += sum_lines(lines + begin, end - begin); });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, static_cast<double>(count) * sizeof(Line) / seconds);
  }
  return best;
}

}  // namespace kelter
