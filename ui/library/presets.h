// SPDX-License-Identifier: GPL-3.0-or-later
// Steps that come with the texts and questions shipped with Kelter: ready to run, without a file to look for. Pure;
// window thread.
#pragma once

#include <QString>
#include <vector>

#include "core/describe/step_descriptor.h"

namespace kelter::ui {

struct Preset {
  const StepDescriptor* step;
  QString title;    // "Test text, English"
  QString detail;   // what it is for, in a word
  QString summary;  // one sentence
  Json parameters;
};

// Texts to calibrate with are sources; texts and questions to measure with come as the measure that reads them. Only
// steps of the catalogue, which outlives them.
std::vector<Preset> shipped_presets(const StepCatalogue& catalogue);

}  // namespace kelter::ui
