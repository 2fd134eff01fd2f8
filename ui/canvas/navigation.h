// SPDX-License-Identifier: GPL-3.0-or-later
// Where the keyboard goes on the canvas: along links, among neighbours above and below, and through all items in a
// row. Pure; window thread.
#pragma once

#include "ui/canvas/canvas_scene.h"

namespace kelter::ui {

// From `current` ("" for none: then the first node) with an arrow key; nullptr where there is nothing that way.
NodeItem* neighbour(const CanvasScene& scene, const std::string& current, Qt::Key arrow);

// All items in the order a person reads them: nodes column by column, then links, then notes.
std::vector<QGraphicsItem*> reading_order(const CanvasScene& scene);

}  // namespace kelter::ui
