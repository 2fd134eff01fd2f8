// SPDX-License-Identifier: GPL-3.0-or-later
// How a new step is joined to a node that is there, and where it goes then: to its right, fed by it, or to its left,
// feeding it. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <QRectF>

#include "core/describe/edit.h"

namespace kelter::ui {

// What a new node could be joined to.
struct AttachPoint {
  std::string node;
  std::string port;    // empty: whichever port of the node fits
  bool input = true;   // of `port`
  bool shares = true;  // inputs that take many links count as free although they have some
};

// The link between `point` and a node `id` of `step` that is not in the document yet: from the point's output if that
// fits, else into one of its inputs that is free. A port that was named takes the new link even if it has one. Nothing
// where no port fits.
std::optional<Link> attachment(const Document& document, const StepCatalogue& catalogue, const AttachPoint& point,
                               const StepDescriptor& step, const std::string& id);

// The corner of the new node in the column behind or in front of `card`.
QPointF attached_corner(const QRectF& card, bool behind);

// Free of `taken`, with the distance that nodes are placed with; `wanted` is moved down as far as that needs.
QPointF free_corner(const QPointF& wanted, const std::vector<QRectF>& taken);

}  // namespace kelter::ui
