// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/retry.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

namespace kelter {

void Retry::failed(const TransferError& error) {
  if (!error.may_pass() || failures_ >= policy_.limits.retries) throw error;
  const double doubled = policy_.limits.first_wait_seconds * std::exp2(failures_++);
  const double seconds = std::min(std::max(doubled, error.wait_seconds()), policy_.limits.longest_wait_seconds);
  policy_.waiting(error, seconds);
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  for (policy_.poll(); std::chrono::steady_clock::now() < end; policy_.poll())
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

}  // namespace kelter
