// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas_summary.h"

#include <map>

#include "ui/canvas/canvas_look.h"
#include "ui/canvas/navigation.h"

namespace kelter::ui {

QString canvas_summary(const CanvasScene& scene, const DocumentModel& document) {
  if (scene.is_empty()) return CanvasText::tr("The canvas is empty. Drop a model here or press Tab to add a step.");
  QStringList lines = {CanvasText::tr("Canvas. Steps: %1, links: %2.")
                           .arg(document.document().nodes.size())
                           .arg(document.document().links.size())};
  std::map<std::string, QStringList> targets;
  for (const Link& link : document.document().links)
    targets[link.from_node].append(node_label(document, link.to_node));
  for (const QGraphicsItem* item : reading_order(scene)) {
    if (const auto* node = qgraphicsitem_cast<const NodeItem*>(item)) {
      QString line = node_words(node->face(), node->result());
      const auto found = targets.find(node->id());
      if (found != targets.end()) line += CanvasText::tr("; goes to %1").arg(found->second.join(", "));
      lines.append(line + ".");
    } else if (const auto* note = qgraphicsitem_cast<const NoteItem*>(item)) {
      lines.append(CanvasText::tr("Note: %1").arg(note->note().text));
    }
  }
  for (const GroupItem* group : scene.groups()) {
    QStringList names;
    for (const std::string& id : group->group().nodes)
      names.append(node_label(document, id));
    lines.append(CanvasText::tr("Group %1: %2.").arg(group->group().title, names.join(", ")));
  }
  return lines.join('\n');
}

}  // namespace kelter::ui
