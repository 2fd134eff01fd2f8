// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/navigation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

namespace kelter::ui {
namespace {

// The lowest cost; nodes without a cost are not in question.
NodeItem* nearest(const std::vector<NodeItem*>& items,
                  const std::function<std::optional<double>(const NodeItem*)>& cost) {
  NodeItem* best = nullptr;
  double lowest = 0;
  for (NodeItem* item : items) {
    const std::optional<double> value = cost(item);
    if (!value || (best && *value >= lowest)) continue;
    best = item;
    lowest = *value;
  }
  return best;
}

std::vector<NodeItem*> linked(const CanvasScene& scene, const NodeItem* node, bool forward) {
  std::vector<NodeItem*> out;
  for (const LinkItem* link : scene.links()) {
    if (forward && link->from() == node) out.push_back(link->to());
    if (!forward && link->to() == node) out.push_back(link->from());
  }
  return out;
}

std::vector<NodeItem*> nodes_in_order(const CanvasScene& scene) {
  std::vector<NodeItem*> out;
  for (const auto& [id, item] : scene.nodes())
    out.push_back(item);
  std::stable_sort(out.begin(), out.end(), [](const NodeItem* a, const NodeItem* b) {
    return a->x() != b->x() ? a->x() < b->x() : a->y() < b->y();
  });
  return out;
}

}  // namespace

NodeItem* neighbour(const CanvasScene& scene, const std::string& current, Qt::Key arrow) {
  const std::vector<NodeItem*> all = nodes_in_order(scene);
  const NodeItem* from = scene.node(current);
  if (!from) return all.empty() ? nullptr : all.front();
  const auto dx = [&](const NodeItem* item) { return std::abs(item->x() - from->x()); };
  const auto dy = [&](const NodeItem* item) { return item->y() - from->y(); };
  if (arrow == Qt::Key_Left || arrow == Qt::Key_Right) {
    return nearest(linked(scene, from, arrow == Qt::Key_Right),
                   [&](const NodeItem* item) { return std::optional(std::abs(dy(item)) + 0.1 * dx(item)); });
  }
  const double sign = arrow == Qt::Key_Down ? 1 : -1;
  const auto that_way = [&](const NodeItem* item) {
    return item != from && (dy(item) * sign > 0 || (dy(item) == 0 && (item->x() - from->x()) * sign > 0));
  };
  // Siblings stand in one column; without one that way the nearest node is taken, so that every node can be reached.
  NodeItem* sibling = nearest(all, [&](const NodeItem* item) {
    return that_way(item) && dx(item) < NodeItem::width() ? std::optional(std::abs(dy(item))) : std::nullopt;
  });
  if (sibling) return sibling;
  return nearest(all, [&](const NodeItem* item) {
    return that_way(item) ? std::optional(std::abs(dy(item)) + 0.5 * dx(item)) : std::nullopt;
  });
}

std::vector<QGraphicsItem*> reading_order(const CanvasScene& scene) {
  std::vector<QGraphicsItem*> out;
  for (NodeItem* item : nodes_in_order(scene))
    out.push_back(item);
  for (LinkItem* item : scene.links())
    out.push_back(item);
  for (NoteItem* item : scene.notes())
    out.push_back(item);
  return out;
}

}  // namespace kelter::ui
