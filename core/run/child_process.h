// SPDX-License-Identifier: GPL-3.0-or-later
// A program run to its end: nothing on its input, its output captured. It dies with its parent thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace kelter {

struct ChildOutput {
  std::string output;      // stdout
  std::string errors;      // stderr
};

// `poll` is called about every 50 ms on the calling thread; what it throws ends the child (and everything it
// started) within a second and passes through. Throws Error(internal) naming the program with its exit code or
// signal and the end of its stderr, or the error it printed itself as {"error": {…}}; Error(file_not_found)
// when there is no such program.
ChildOutput run_child(const fs::path& program, const std::vector<std::string>& arguments,
                      const std::function<void()>& poll);

}  // namespace kelter
