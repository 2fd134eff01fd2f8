// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <string_view>

#include "core/base/error.h"

namespace kelter {
namespace {

CancelFlag flag;

// Async-signal-safe calls only.
void on_interrupt(int) {
  if (flag.requested()) ::_exit(cancelled_exit_code);
  flag.request();
  if (::isatty(STDERR_FILENO) != 1) return;
  constexpr std::string_view note = "\nStopping at the next safe point; Ctrl-C again quits at once.\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, note.data(), note.size());
}

}  // namespace

void watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

const CancelFlag& interrupt_flag() { return flag; }

void stop_if_interrupted() {
  if (flag.requested()) throw Error(ErrorCode::cancelled, "Cancelled", {}, "you asked to stop");
}

}  // namespace kelter
