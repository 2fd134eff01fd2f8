// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/append_step.h"

#include <algorithm>
#include <QCoreApplication>
#include <QRectF>

#include "core/describe/edit.h"
#include "ui/canvas/arrange.h"
#include "ui/canvas/canvas_look.h"
#include "ui/models/step_text.h"
#include "ui/models/workbench.h"

namespace kelter::ui {
namespace {

constexpr double node_height = 96;  // about

struct AppendStep {
  Q_DECLARE_TR_FUNCTIONS(AppendStep)
};

bool is_linked(const Document& document, const std::string& node, const std::string& input) {
  return std::any_of(document.links.begin(), document.links.end(),
                     [&](const Link& link) { return link.to_node == node && link.to_port == input; });
}

std::optional<Link> link_behind(const StepDescriptor& current, const std::string& current_id, const StepDescriptor& step, const std::string& id) {
  for (const Port& output : current.outputs)
    if (const Port* input = port_of_type(step.inputs, output.type)) return Link{current_id, output.name, id, input->name};
  return {};
}

std::optional<Link> link_in_front(const Document& document, const StepDescriptor& current, const std::string& current_id,
                                  const StepDescriptor& step, const std::string& id) {
  for (const Port& input : current.inputs)
    for (const Port& output : step.outputs)
      if (output.type == input.type && !is_linked(document, current_id, input.name)) return Link{id, output.name, current_id, input.name};
  return {};
}

QPointF free_corner(const Document& document, QPointF wanted) {
  std::vector<QRectF> taken;
  for (const Node& node : document.nodes) taken.emplace_back(node.x, node.y, look::node_width, node_height);
  return free_place(QRectF(look::snapped(wanted), QSizeF(look::node_width, node_height)), taken, look::gap - look::grid).topLeft();
}

QPointF below_everything(const Document& document) {
  QRectF all;
  for (const Node& node : document.nodes) all |= QRectF(node.x, node.y, look::node_width, node_height);
  return all.isNull() ? QPointF() : QPointF(all.left(), all.bottom() + look::gap);
}

}  // namespace

std::string append_step(Workbench& bench, const StepDescriptor& step, const Json& parameters, const std::optional<QPointF>& elsewhere) {
  const Document& document = bench.document.document();
  const std::string chosen = bench.selection.nodes().size() == 1 ? bench.selection.current().toStdString() : "";
  const StepDescriptor* current = bench.document.step_of(chosen);
  Node node = new_node(document, step, 0, 0);
  if (parameters.is_object()) node.parameters = parameters;
  std::optional<Link> behind, front;
  if (current) behind = link_behind(*current, chosen, step, node.id);
  if (current && !behind) front = link_in_front(document, *current, chosen, step, node.id);
  const double column = look::node_width + look::column_gap;
  const Node* beside = document.find(chosen);
  const QPointF wanted = behind  ? QPointF(beside->x + column, beside->y)
                         : front ? QPointF(beside->x - column, beside->y)
                                 : elsewhere.value_or(below_everything(document));
  const QPointF corner = free_corner(document, wanted);
  node.x = corner.x();
  node.y = corner.y();
  EditChain chain(document);
  chain.add(add_node(chain.document(), node));
  const std::optional<Link>& link = behind ? behind : front;
  if (link && check_link(chain.document(), bench.catalogue, *link) == LinkRefusal::none)
    chain.add(add_link(chain.document(), bench.catalogue, *link));
  bench.document.push(chain.edit(), AppendStep::tr("Add %1").arg(step_text(step.title)));
  bench.selection.set({QString::fromStdString(node.id)});
  return node.id;
}

}  // namespace kelter::ui
