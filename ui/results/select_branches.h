// SPDX-License-Identifier: GPL-3.0-or-later
// From what a person clicks in the results, which are nodes of the graph, to the selection, which are nodes of the
// document and at most one copy of a sweep. Window thread.
#pragma once

#include <QString>
#include <QStringList>

#include "ui/models/workbench.h"

namespace kelter::ui {

// `extend`: added to what is selected, or taken away from it.
void select_branch(Selection& selection, const QString& graph_node, bool extend);
void select_branches(Selection& selection, const QStringList& graph_nodes);

}  // namespace kelter::ui
