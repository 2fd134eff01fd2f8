// SPDX-License-Identifier: GPL-3.0-or-later
// A step added without a place of its own: from the library, by key, from the palette. Window thread.
#pragma once

#include <optional>
#include <string>

#include <QPointF>

#include "core/describe/step_descriptor.h"

namespace kelter::ui {

class Workbench;

// A new node beside the only node chosen, linked to it where that is possible: behind it, or in front of it where it
// lacks what the step gives. Else at `elsewhere`, or below everything. Never on another node; one undo step; the new
// node is chosen. Returns its id.
std::string append_step(Workbench& bench, const StepDescriptor& step, const Json& parameters,
                        const std::optional<QPointF>& elsewhere = {});

}  // namespace kelter::ui
