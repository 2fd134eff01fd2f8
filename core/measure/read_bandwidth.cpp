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
#include "core/kernels/dispatch.h"

namespace kelter {
namespace {

// 64 bytes at a time: one cache line, in as many registers as the compiler's instruction set needs.
using Line = std::uint64_t __attribute__((vector_size(64)));
constexpr std::int64_t grain = (1 << 20) / sizeof(Line);

// Eight streams side by side keep more reads in flight than one (a product reads several rows at once, too): one
// stream reached 6 GB/s where eight in wide registers reached 16, and less than memory gives would flatter every
// share of it.
constexpr std::int64_t streams = 8;

[[gnu::always_inline]] inline std::uint64_t sum_streams(const Line* lines, std::int64_t count) {
  const std::int64_t length = count / streams;
  Line sums[streams] = {};
  for (std::int64_t i = 0; i < length; ++i)
    for (std::int64_t s = 0; s < streams; ++s) sums[s] += lines[s * length + i];
  for (std::int64_t i = streams * length; i < count; ++i) sums[0] += lines[i];
  std::uint64_t total = 0;
  for (const Line& sum : sums)
    for (int lane = 0; lane < 8; ++lane) total += sum[lane];
  return total;
}

[[gnu::target("avx512f")]] std::uint64_t sum_avx512(const Line* lines, std::int64_t count) { return sum_streams(lines, count); }
[[gnu::target("avx2")]] std::uint64_t sum_avx2(const Line* lines, std::int64_t count) { return sum_streams(lines, count); }
std::uint64_t sum_plain(const Line* lines, std::int64_t count) { return sum_streams(lines, count); }

std::uint64_t sum_lines(const Line* lines, std::int64_t count) {
  switch (best_isa()) {
    case Isa::avx512: return sum_avx512(lines, count);
    case Isa::avx2: return sum_avx2(lines, count);
    case Isa::reference: break;
  }
  return sum_plain(lines, count);
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
