// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas as text, for screen readers. Pure; window thread.
#pragma once

#include <QString>

#include "ui/canvas/canvas_scene.h"

namespace kelter::ui {

// How many steps and links, then a line for each step with its state and where its outputs go.
QString canvas_summary(const CanvasScene& scene, const DocumentModel& document);

}  // namespace kelter::ui
