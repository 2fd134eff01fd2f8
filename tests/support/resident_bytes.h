// SPDX-License-Identifier: GPL-3.0-or-later
// Memory of this process that lies in RAM, mapped files included.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <fstream>

namespace kelter::test {

inline std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace kelter::test
