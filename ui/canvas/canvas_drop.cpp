// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas_drop.h"

#include <QMimeData>
#include <QUrl>

#include "ui/canvas/canvas_look.h"
#include "ui/library/dropped_path.h"
#include "ui/library/step_mime.h"

namespace kelter::ui {
namespace {

constexpr double usual_height = 56;

// The corner of what is dropped, so that the mouse is on its title.
QPointF corner_of(const QPointF& place) { return look::snapped(place - QPointF(24, 20)); }

}  // namespace

std::optional<DroppedStep> dropped_step(const QMimeData* data, const StepCatalogue& catalogue) {
  if (!data->hasFormat(step_mime_type)) return {};
  const std::optional<StepRequest> request = read_step_mime(data->data(step_mime_type));
  const StepDescriptor* step = request ? catalogue.find(request->step) : nullptr;
  return step ? std::optional(DroppedStep{step, request->parameters}) : std::nullopt;
}

QStringList dropped_models(const QMimeData* data) {
  QStringList paths;
  for (const QUrl& url : data->urls()) {
    if (!url.isLocalFile()) continue;
    const DroppedPath dropped = classify_dropped_path(url.toLocalFile());
    const bool is_model =
        dropped.kind == DroppedPath::Kind::model_file || dropped.kind == DroppedPath::Kind::model_folder;
    if (is_model) paths.append(dropped.path);
  }
  return paths;
}

CanvasDrop::CanvasDrop(Workbench& bench, CanvasScene& scene, CanvasEditor& editor)
    : bench_(bench), scene_(scene), editor_(editor) {}

bool CanvasDrop::enter(const QMimeData* data) {
  step_ = dropped_step(data, bench_.catalogue);
  models_ = step_ ? QStringList() : dropped_models(data);
  return step_ || !models_.isEmpty();
}

LinkItem* CanvasDrop::link_for(const QPointF& place) const {
  LinkItem* link = scene_.link_at(place);
  const PortItem* from = link ? link->from()->port(link->link().from_port, false) : nullptr;
  if (!from || !from->content().type) return nullptr;
  return CanvasEditor::fits_between(*step_->step, *from->content().type) ? link : nullptr;
}

// The only link of an input, if the step fits into it: it would take the link's place else.
LinkItem* CanvasDrop::link_into(const PortItem& port) const {
  const auto& type = port.content().type;
  if (!port.input() || port.content().many || !type || !CanvasEditor::fits_between(*step_->step, *type)) return nullptr;
  for (LinkItem* link : scene_.links()) {
    if (link->to() == port.node() && link->link().to_port == port.name()) return link;
  }
  return nullptr;
}

// A step that comes with parameters ("Test text, English") sets up a node of its kind. The port under the mouse comes
// before the other ports of its node.
CanvasDrop::Landing CanvasDrop::on_node(NodeItem& node, const PortItem* port) const {
  const Node* there = bench_.document.document().find(node.id());
  if (!there) return {};
  if (there->step == step_->step->id && !step_->parameters.empty()) return {&node, {}, nullptr};
  if (LinkItem* link = port ? link_into(*port) : nullptr) return {nullptr, {}, link};
  std::optional<Attached> attached;
  if (port) attached = editor_.attached(*step_->step, {node.id(), port->name(), port->input()});
  if (!attached) attached = editor_.attached(*step_->step, {node.id(), "", true, true});
  return attached ? Landing{&node, attached, nullptr} : Landing{};
}

CanvasDrop::Landing CanvasDrop::landing(const QPointF& place) const {
  const PortItem* port = scene_.port_at(place);
  if (NodeItem* node = port ? port->node() : scene_.node_at(place)) return on_node(*node, port);
  return {nullptr, {}, link_for(place)};
}

// The node and the port that take it, and the new node with its link as they will be.
void CanvasDrop::show_attached(const Landing& landing) {
  const Link& link = landing.attached->link;
  const bool behind = landing.attached->behind;
  const QPointF corner = landing.attached->corner;
  scene_.show_ghosts({QRectF(corner, QSizeF(look::node_width, usual_height))});
  PortItem* port = landing.node->port(behind ? link.from_port : link.to_port, !behind);
  if (!port) return;
  port->set_offer(PortItem::Offer::chosen);
  const QPointF end = corner + QPointF(behind ? 0 : look::node_width, look::first_port);
  scene_.show_curve(behind ? port->scenePos() : end, behind ? end : port->scenePos());
}

void CanvasDrop::show(const QPointF& place) {
  hide();
  const Landing landing = step_ ? this->landing(place) : Landing{};
  if (landing.node) landing.node->set_target(true);
  if (landing.link) landing.link->set_target(true);
  if (landing.attached) {
    show_attached(landing);
  } else if (!landing.node) {
    scene_.show_ghosts({QRectF(free_corner(corner_of(place), editor_.cards()), QSizeF(look::node_width, usual_height))});
  }
}

void CanvasDrop::hide() {
  for (LinkItem* link : scene_.links())
    link->set_target(false);
  for (const auto& [id, node] : scene_.nodes()) {
    node->set_target(false);
    for (const auto* ports : {&node->inputs(), &node->outputs()}) {
      for (PortItem* port : *ports)
        port->set_offer(PortItem::Offer::none);
    }
  }
  scene_.hide_curve();
  scene_.show_ghosts({});
}

void CanvasDrop::drop_step(const QPointF& place) {
  const Landing landing = this->landing(place);
  if (landing.attached) {
    editor_.attach_step(*step_->step, step_->parameters, *landing.attached);
  } else if (landing.node) {
    editor_.apply_parameters(landing.node->id(), step_->parameters);
  } else if (landing.link) {
    editor_.insert_step(*step_->step, step_->parameters, corner_of(place), landing.link->link());
  } else {
    editor_.add_step(*step_->step, step_->parameters, corner_of(place));
  }
}

void CanvasDrop::drop(const QPointF& place) {
  hide();
  if (step_) drop_step(place);
  QPointF corner = corner_of(place);
  for (const QString& path : models_) {
    editor_.add_model(path, corner);
    corner += QPointF(0, usual_height + look::gap);
  }
}

}  // namespace kelter::ui
