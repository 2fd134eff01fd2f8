// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/link_gesture.h"

#include <QLineF>

#include "ui/canvas/canvas_look.h"
#include "ui/canvas/link_words.h"

namespace kelter::ui {
namespace {

constexpr double end_reach = 36;  // of a link's ends along it

}  // namespace

LinkGesture::LinkGesture(Workbench& bench, CanvasScene& scene, CanvasEditor& editor, OpenEnd end, Answers answers)
    : bench_(bench),
      scene_(scene),
      editor_(editor),
      end_(std::move(end)),
      answers_(std::move(answers)),
      check_(bench.document.document(), bench.catalogue, end_.replaces) {
  if (end_.replaces) {
    if (LinkItem* link = scene_.link(*end_.replaces)) link->set_dragged(true);
  }
  offer_ports();
}

OpenEnd LinkGesture::start_at(const PortItem& port, const CanvasScene& scene) {
  OpenEnd end{port.node()->id(), port.name(), !port.input(), port.content().type.value_or(PortType::model), {}};
  if (!port.input()) return end;
  for (const LinkItem* link : scene.links()) {
    if (link->to() != port.node() || link->link().to_port != end.port) continue;
    if (port.content().many && !link->isSelected()) continue;
    return {link->link().from_node, link->link().from_port, true, end.type, link->link()};
  }
  return end;
}

std::optional<OpenEnd> LinkGesture::end_near(const LinkItem& item, const QPointF& place) {
  const Link& link = item.link();
  const PortItem *from = item.from()->port(link.from_port, false), *to = item.to()->port(link.to_port, true);
  if (!from || !to) return {};
  const PortType type = from->content().type.value_or(PortType::model);
  const double to_start = QLineF(place, item.start()).length(), to_end = QLineF(place, item.end()).length();
  if (std::min(to_start, to_end) > end_reach) return {};
  if (to_end <= to_start) return OpenEnd{link.from_node, link.from_port, true, type, link};
  return OpenEnd{link.to_node, link.to_port, false, type, link};
}

Link LinkGesture::link_to(const PortItem& port) const {
  return end_.output ? Link{end_.node, end_.port, port.node()->id(), port.name()}
                     : Link{port.node()->id(), port.name(), end_.node, end_.port};
}

void LinkGesture::offer_ports() {
  for (const auto& [id, node] : scene_.nodes()) {
    for (const auto* ports : {&node->inputs(), &node->outputs()}) {
      for (PortItem* port : *ports) {
        const bool own = id == end_.node && port->name() == end_.port && port->input() != end_.output;
        const bool fits = port->input() == end_.output && check_(link_to(*port)) == LinkRefusal::none;
        port->set_offer(fits || own ? PortItem::Offer::offered : PortItem::Offer::faded);
      }
    }
  }
}

// A port, or anywhere on a node: then its first port that fits.
LinkGesture::Target LinkGesture::target_at(const QPointF& place) const {
  PortItem* port = scene_.port_at(place);
  const NodeItem* node = port ? port->node() : scene_.node_at(place);
  if (!node) return {};
  if (port && port->input() != end_.output) {
    const bool own = node->id() == end_.node && port->name() == end_.port;
    return {nullptr, own ? QString() : same_direction_words(!end_.output), false};
  }
  QString refusal;
  for (PortItem* candidate : end_.output ? node->inputs() : node->outputs()) {
    if (port && candidate != port) continue;
    const Link link = link_to(*candidate);
    const LinkRefusal why = check_(link);
    if (why == LinkRefusal::none) return {candidate, {}, false};
    if (refusal.isEmpty()) refusal = refusal_words(why, link, bench_.document);
  }
  if (refusal.isEmpty()) {
    const QString name = node_label(bench_.document, node->id());
    refusal =
        end_.output ? CanvasText::tr("%1 has no input.").arg(name) : CanvasText::tr("%1 has no output.").arg(name);
  }
  return {nullptr, refusal, false};
}

void LinkGesture::move(const QPointF& place, Qt::KeyboardModifiers) {
  const NodeItem* node = scene_.node(end_.node);
  const PortItem* origin = node ? node->port(end_.port, !end_.output) : nullptr;
  if (!origin) return;
  const Target target = target_at(place);
  if (chosen_ && chosen_ != target.port) chosen_->set_offer(PortItem::Offer::offered);
  chosen_ = target.port;
  if (chosen_) chosen_->set_offer(PortItem::Offer::chosen);
  const QPointF free = target.port ? target.port->scenePos() : place;
  scene_.show_curve(end_.output ? origin->scenePos() : free, end_.output ? free : origin->scenePos());
  answers_.hint(target.refusal);
}

void LinkGesture::finish(const QPointF& place) {
  const Target target = target_at(place);
  const std::optional<Link> link = target.port ? std::optional(link_to(*target.port)) : std::nullopt;
  cancel();
  if (link && end_.replaces) {
    editor_.reroute(*end_.replaces, *link);
  } else if (link) {
    editor_.connect_ports(*link);
  } else if (target.in_space) {
    answers_.into_space(end_, place);
  } else {
    answers_.hint(target.refusal);  // stays for a while
  }
}

void LinkGesture::cancel() {
  for (const auto& [id, node] : scene_.nodes()) {
    for (PortItem* port : node->inputs())
      port->set_offer(PortItem::Offer::none);
    for (PortItem* port : node->outputs())
      port->set_offer(PortItem::Offer::none);
  }
  if (end_.replaces) {
    if (LinkItem* link = scene_.link(*end_.replaces)) link->set_dragged(false);
  }
  scene_.hide_curve();
  answers_.hint({});
}

}  // namespace kelter::ui
