// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl-C: the first asks the running command to stop at its next safe point, the second ends the program at once.
#pragma once

#include "core/base/cancel.h"
#include "core/base/step_context.h"

namespace kelter {

inline constexpr int cancelled_exit_code = 130;   // 128 + SIGINT, as shells report it

// Installs the handlers of SIGINT and SIGTERM; the flag they set lives as long as the program.
void watch_interrupts();
const CancelFlag& interrupt_flag();

// Throws Error(cancelled) once the user asked to stop.
void stop_if_interrupted();

// The context of work outside a run: cancellable, nothing recorded but warnings.
class InterruptibleContext : public NullContext {
 public:
  void progress(std::int64_t, std::int64_t, std::string_view) override { stop_if_interrupted(); }
  void check_cancelled() override { stop_if_interrupted(); }
};

}  // namespace kelter
