// SPDX-License-Identifier: GPL-3.0-or-later
// Paths in a document that is to be saved elsewhere. Looks up which files exist; any thread.
#pragma once

#include "core/describe/document.h"
#include "core/describe/step_descriptor.h"

namespace kelter {

// Relative paths as absolute ones wherever something lies there, so that the document can be saved elsewhere.
void make_paths_absolute(Document& document, const StepCatalogue& catalogue);

}  // namespace kelter
