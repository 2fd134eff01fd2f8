// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas_lists.h"

#include <algorithm>

#include "ui/canvas/canvas_look.h"
#include "ui/library/families.h"
#include "ui/models/step_text.h"

namespace kelter::ui {
namespace {

PickEntry link_entry(std::size_t index, const QString& title, const std::string& port, const QColor& color) {
  return {QString::number(index), title, QString::fromStdString(port), {}, {}, color};
}

}  // namespace

std::vector<PickEntry> step_entries(const StepCatalogue& catalogue, const std::optional<OpenEnd>& end,
                                    const std::optional<PortType>& between) {
  std::vector<const StepDescriptor*> steps;
  for (const StepDescriptor& step : catalogue.steps()) {
    if (end && !CanvasEditor::fitting_port(step, *end)) continue;
    if (between && !CanvasEditor::fits_between(step, *between)) continue;
    steps.push_back(&step);
  }
  const std::vector<std::string> families = families_of(catalogue.steps());
  const auto rank = [&](const StepDescriptor* step) {
    return step->is_source() ? -1 : std::find(families.begin(), families.end(), step->family) - families.begin();
  };
  std::stable_sort(steps.begin(), steps.end(), [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  std::vector<PickEntry> entries;
  for (const StepDescriptor* step : steps) {
    const QString summary = step_text(step->card.summary);
    entries.push_back({QString::fromStdString(step->id), step_text(step->title), family_title(step->family), summary,
                       summary, theme().family(step->family)});
  }
  return entries;
}

LinkChoices link_choices(const DocumentModel& document, const std::string& id) {
  LinkChoices out;
  const StepDescriptor* step = document.step_of(id);
  if (!step) return out;
  const LinkCheck check(document.document(), document.catalogue());
  const auto offer = [&](const Link& link, const std::string& other, const std::string& port, const QString& pattern) {
    if (check(link) != LinkRefusal::none) return;
    const QColor color = theme().family(document.step_of(other)->family);
    out.entries.push_back(link_entry(out.links.size(), pattern.arg(node_label(document, other)), port, color));
    out.links.push_back(link);
  };
  for (const Port& output : step->outputs) {
    for (const Node& node : document.document().nodes) {
      const StepDescriptor* other = document.step_of(node.id);
      if (!other) continue;
      for (const Port& input : other->inputs) {
        offer({id, output.name, node.id, input.name}, node.id, input.name, CanvasText::tr("To %1"));
      }
    }
  }
  for (const Port& input : step->inputs) {
    for (const Node& node : document.document().nodes) {
      const StepDescriptor* other = document.step_of(node.id);
      if (!other) continue;
      for (const Port& output : other->outputs) {
        offer({node.id, output.name, id, input.name}, node.id, output.name, CanvasText::tr("From %1"));
      }
    }
  }
  return out;
}

}  // namespace kelter::ui
