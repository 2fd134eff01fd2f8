// SPDX-License-Identifier: GPL-3.0-or-later
// When to try a failed transfer again: after a wait that doubles each time, a limited number of times. One per file;
// one thread.
#pragma once

#include <functional>

#include "core/hub/http.h"

namespace kelter {

struct RetryLimits {
  int retries = 5;                   // failures in a row that are forgiven
  double first_wait_seconds = 1;     // then 2, 4, 8, ... up to:
  double longest_wait_seconds = 60;  // also for what the server asks for
};

struct RetryPolicy {
  RetryLimits limits;
  std::function<void()> poll;                                 // every 50 ms of a wait; what it throws passes through
  std::function<void(const Error&, double seconds)> waiting;  // told before each wait
};

class Retry {
 public:
  explicit Retry(const RetryPolicy& policy) : policy_(policy) {}

  // Waits until the next attempt; throws `error` where another would be of no use.
  void failed(const TransferError& error);
  void progressed() { failures_ = 0; }  // much came in: the next failure is the first one again

 private:
  const RetryPolicy& policy_;
  int failures_ = 0;
};

}  // namespace kelter
