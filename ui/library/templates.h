// SPDX-License-Identifier: GPL-3.0-or-later
// The documents in resources/templates: each has a title and, under "description", a sentence. Window thread (small
// files that ship with the program).
#pragma once

#include <QString>
#include <string>
#include <vector>

#include "core/describe/step_descriptor.h"

namespace kelter::ui {

struct Template {
  QString path, title, description;
  std::string family;  // of the step it is about
};

// In the order of their file names; a file that cannot be read is left out.
std::vector<Template> shipped_templates(const StepCatalogue& catalogue);

}  // namespace kelter::ui
