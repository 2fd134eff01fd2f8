// SPDX-License-Identifier: GPL-3.0-or-later
// What an interactive look (a text, the statistics of a tensor) inside a running step or measure puts back when it
// ends: libtorch's threads and the kernel counts. Engine thread.
#pragma once

#include <map>
#include <string>

#include "core/kernels/dispatch.h"

namespace kelter {

class Undisturbed {
 public:
  Undisturbed();
  ~Undisturbed();
  Undisturbed(const Undisturbed&) = delete;
  Undisturbed& operator=(const Undisturbed&) = delete;

 private:
  int threads_;
  std::map<std::string, KernelCount> counts_;
};

}  // namespace kelter
