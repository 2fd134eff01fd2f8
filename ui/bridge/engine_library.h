// SPDX-License-Identifier: GPL-3.0-or-later
// Where libkelter-engine lies, and why it cannot be loaded, as a sentence with a remedy. A loaded library stays for
// the life of the program. Any thread.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/base/files.h"
#include "core/describe/engine.h"

namespace kelter::ui {

// $KELTER_ENGINE alone if it is set; else beside the program as it is built and as it is installed.
std::vector<fs::path> engine_candidates();

struct LoadFailure {
  std::vector<fs::path> tried;
  std::string reason;          // of the dynamic loader; empty: no candidate exists
};

// The first candidate that exists is loaded with everything it needs (about a second).
std::variant<StartEngine, LoadFailure> load_engine(const std::vector<fs::path>& candidates);

// "libtorch_cpu.so" out of "libtorch_cpu.so: cannot open shared object file: …"; empty for another reason.
std::string missing_library(const std::string& reason);

ErrorInfo load_error(const LoadFailure& failure);

}  // namespace kelter::ui
