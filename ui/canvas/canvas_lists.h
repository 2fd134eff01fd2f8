// SPDX-License-Identifier: GPL-3.0-or-later
// What the canvas offers in a searchable list: steps that fit a place, and ports a node could be linked to. Window thread.
#pragma once

#include <vector>

#include "ui/canvas/canvas_editor.h"
#include "ui/canvas/pick_list.h"
#include "ui/library/step_mime.h"

namespace kelter::ui {

// Families in the order of a pipeline, what comes with a text or questions in front of its bare step. With an open end only
// steps a link from it can go to, what comes with something before all others; with `between` only those that fit into a
// link of this type.
std::vector<PickEntry> step_entries(const StepCatalogue& catalogue, const std::optional<OpenEnd>& end,
                                    const std::optional<PortType>& between);

// The step of an entry, with the parameters it comes with.
StepRequest picked_step(const StepCatalogue& catalogue, const QString& entry);

struct LinkChoices {
  std::vector<PickEntry> entries;  // their ids are indices into `links`
  std::vector<Link> links;
};
// Every possible link of a node: where its outputs can go, then what its inputs can take.
LinkChoices link_choices(const DocumentModel& document, const std::string& node);

}  // namespace kelter::ui
