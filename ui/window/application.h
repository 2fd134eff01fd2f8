// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace kelter::ui {

// The program `kelter`: parses its arguments, shows a window in under a second, then loads the engine in the
// background. Returns the exit status. Main thread.
int run_window(int argc, char** argv);

}  // namespace kelter::ui
