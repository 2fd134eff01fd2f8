// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

namespace kelter {

// Set from any thread (or a signal handler), read by the engine at every cancellation point.
class CancelFlag {
 public:
  void request() { requested_.store(true, std::memory_order_relaxed); }
  void clear() { requested_.store(false, std::memory_order_relaxed); }
  bool requested() const { return requested_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> requested_{false};
};

}  // namespace kelter
