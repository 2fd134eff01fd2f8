// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/undisturbed.h"

#include <ATen/Parallel.h>

#include "core/run/engine_thread.h"

namespace kelter {

Undisturbed::Undisturbed() : threads_(at::get_num_threads()), counts_(kernel_counts()) {}

Undisturbed::~Undisturbed() {
  own_torch(threads_);
  restore_kernel_counts(counts_);
}

}  // namespace kelter
