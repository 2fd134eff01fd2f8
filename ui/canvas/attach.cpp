// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/attach.h"

#include <algorithm>

#include "ui/canvas/arrange.h"
#include "ui/canvas/canvas_look.h"

namespace kelter::ui {
namespace {

bool is_free(const Document& document, const AttachPoint& point, const Port& input) {
  if (input.many && point.shares) return true;
  return std::none_of(document.links.begin(), document.links.end(),
                      [&](const Link& link) { return link.to_node == point.node && link.to_port == input.name; });
}

// Ports of the point's node a link could start from or go to.
std::vector<const Port*> ports_of(const AttachPoint& point, const StepDescriptor& step, bool inputs) {
  std::vector<const Port*> out;
  if (!point.port.empty() && point.input != inputs) return out;
  for (const Port& port : inputs ? step.inputs : step.outputs) {
    if (point.port.empty() || port.name == point.port) out.push_back(&port);
  }
  return out;
}

}  // namespace

std::optional<Link> attachment(const Document& document, const StepCatalogue& catalogue, const AttachPoint& point,
                               const StepDescriptor& step, const std::string& id) {
  const Node* node = document.find(point.node);
  const StepDescriptor* there = node ? catalogue.find(node->step) : nullptr;
  if (!there) return {};
  for (const Port* output : ports_of(point, *there, false)) {
    if (const Port* input = port_of_type(step.inputs, output->type))
      return Link{point.node, output->name, id, input->name};
  }
  for (const Port* input : ports_of(point, *there, true)) {
    const Port* output = port_of_type(step.outputs, input->type);
    if (output && (!point.port.empty() || is_free(document, point, *input)))
      return Link{id, output->name, point.node, input->name};
  }
  return {};
}

QPointF attached_corner(const QRectF& card, bool behind) {
  const double column = look::node_width + look::column_gap;
  return {card.left() + (behind ? column : -column), card.top()};
}

QPointF free_corner(const QPointF& wanted, const std::vector<QRectF>& taken) {
  const QRectF card(look::snapped(wanted), QSizeF(look::node_width, look::new_node_height));
  return look::snapped(free_place(card, taken, look::gap - look::grid).topLeft());
}

}  // namespace kelter::ui
