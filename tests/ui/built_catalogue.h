// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of this build, read once for a test program.
#pragma once

#include "core/describe/step_descriptor.h"

namespace kelter::test {

inline const StepCatalogue& catalogue() {
  static const StepCatalogue loaded = StepCatalogue::load(KELTER_BINARY_DIR "/plugins");
  return loaded;
}

}  // namespace kelter::test
