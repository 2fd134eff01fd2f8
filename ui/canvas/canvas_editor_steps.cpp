// SPDX-License-Identifier: GPL-3.0-or-later
// New steps of a CanvasEditor: in free space, at the open end of a link, into a link, and beside a node.
#include <QDir>
#include <QFileInfo>

#include "ui/canvas/canvas_editor.h"
#include "ui/canvas/canvas_look.h"
#include "ui/models/step_text.h"

namespace kelter::ui {
namespace {

// Where the ports of a new node will be, below its corner.
double port_offset(const std::vector<Port>& ports, const std::string& name) {
  double y = look::first_port;
  for (const Port& port : ports) {
    if (port.name == name) break;
    y += look::port_distance;
  }
  return y;
}

}  // namespace

const Port* CanvasEditor::fitting_port(const StepDescriptor& step, const OpenEnd& end) {
  return port_of_type(end.output ? step.inputs : step.outputs, end.type);
}

bool CanvasEditor::fits_between(const StepDescriptor& step, PortType type) {
  return fitting_port(step, {"", "", true, type, {}}) && fitting_port(step, {"", "", false, type, {}});
}

// Free of what is there; with the defaults where no parameters are given.
Node CanvasEditor::node_of(const StepDescriptor& step, const Json& parameters, const QPointF& place) const {
  const QPointF corner = free_corner(place, cards());
  Node node = new_node(document(), step, corner.x(), corner.y());
  if (parameters.is_object()) node.parameters = parameters;
  return node;
}

std::string CanvasEditor::add_step(const StepDescriptor& step, const Json& parameters, const QPointF& place,
                                   const std::optional<OpenEnd>& end) {
  const Port* port = end ? fitting_port(step, *end) : nullptr;
  QPointF corner = place;
  if (port && end->output) corner -= QPointF(0, port_offset(step.inputs, port->name));
  if (port && !end->output) corner -= QPointF(look::node_width, port_offset(step.outputs, port->name));
  const Node node = node_of(step, parameters, corner);
  EditChain chain(document());
  chain.add(kelter::add_node(chain.document(), node));
  if (port) {
    const Link link =
        end->output ? Link{end->node, end->port, node.id, port->name} : Link{node.id, port->name, end->node, end->port};
    const bool possible = check_link(chain.document(), bench_.catalogue, link) == LinkRefusal::none;
    if (possible && end->replaces) {
      chain.add(replace_link(chain.document(), bench_.catalogue, *end->replaces, link));
    } else if (possible) {
      chain.add(add_link(chain.document(), bench_.catalogue, link));
    }
  }
  commit(chain.edit(), tr("Add %1").arg(step_text(step.title)));
  select({node.id});
  return node.id;
}

std::string CanvasEditor::insert_step(const StepDescriptor& step, const Json& parameters, const QPointF& place,
                                      const Link& into) {
  const StepDescriptor* from = bench_.document.step_of(into.from_node);
  const Port* carried = from ? from->output(into.from_port) : nullptr;
  if (!carried || !fits_between(step, carried->type)) return add_step(step, parameters, place);
  const Port* input = fitting_port(step, {"", "", true, carried->type, {}});
  const Port* output = fitting_port(step, {"", "", false, carried->type, {}});
  const Node node = node_of(step, parameters, place);
  EditChain chain(document());
  chain.add(kelter::add_node(chain.document(), node));
  chain.add(
      replace_link(chain.document(), bench_.catalogue, into, {node.id, output->name, into.to_node, into.to_port}));
  chain.add(add_link(chain.document(), bench_.catalogue, {into.from_node, into.from_port, node.id, input->name}));
  commit(chain.edit(), tr("Insert %1").arg(step_text(step.title)));
  select({node.id});
  return node.id;
}

std::optional<Attached> CanvasEditor::attached(const StepDescriptor& step, const AttachPoint& point) const {
  const std::string id = new_node(document(), step, 0, 0).id;
  const std::optional<Link> link = attachment(document(), bench_.catalogue, point, step, id);
  const NodeItem* beside = scene_.node(point.node);
  if (!link || !beside) return {};
  const bool behind = link->to_node == id;
  return Attached{*link, behind, free_corner(attached_corner(beside->scene_card(), behind), cards())};
}

std::string CanvasEditor::attach_step(const StepDescriptor& step, const Json& parameters, const Attached& where) {
  const Node node = node_of(step, parameters, where.corner);
  EditChain chain(document());
  chain.add(kelter::add_node(chain.document(), node));
  chain.add(add_link(chain.document(), bench_.catalogue, where.link));
  commit(chain.edit(), tr("Add %1").arg(step_text(step.title)));
  select({node.id});
  return node.id;
}

void CanvasEditor::apply_parameters(const std::string& node, const Json& parameters) {
  EditChain chain(document());
  for (const auto& [name, value] : parameters.items())
    chain.add(set_parameter(chain.document(), node, name, value));
  commit(chain.edit(), tr("Set up %1").arg(name_of({node})));
  select({node});
}

std::optional<OpenEnd> CanvasEditor::open_output() const {
  const std::string current = bench_.selection.current().toStdString();
  const StepDescriptor* step = bench_.document.step_of(current);
  if (!step || step->outputs.empty()) return {};
  return OpenEnd{current, step->outputs.front().name, true, step->outputs.front().type, {}};
}

// Relative to the document where the model lies below it, so that both can be moved together.
std::string CanvasEditor::add_model(const QString& path, const QPointF& place) {
  QString shown = QFileInfo(path).absoluteFilePath();
  if (!document().folder.empty()) {
    const QString relative = QDir(QString::fromStdString(document().folder.string())).relativeFilePath(shown);
    if (!relative.startsWith("..") && QDir::isRelativePath(relative)) shown = relative;
  }
  return add_step(bench_.catalogue.get("source.model"), {{"path", shown.toStdString()}}, place);
}

}  // namespace kelter::ui
