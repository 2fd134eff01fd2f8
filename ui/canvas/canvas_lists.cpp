// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas_lists.h"

#include <algorithm>

#include "ui/canvas/canvas_look.h"
#include "ui/library/families.h"
#include "ui/library/presets.h"
#include "ui/models/step_text.h"

namespace kelter::ui {
namespace {

PickEntry link_entry(std::size_t index, const QString& title, const std::string& port, const QColor& color) {
  return {QString::number(index), title, QString::fromStdString(port), {}, {}, color};
}

// A measure is called by what it measures too; a text to calibrate with says enough.
PickEntry preset_entry(const Preset& preset, std::size_t index) {
  const QString step = step_text(preset.step->title);
  const QString title = preset.step->is_source() ? preset.title : step + QString::fromUtf8(" · ") + preset.title;
  return {QString("%1#%2").arg(QString::fromStdString(preset.step->id)).arg(index), title, family_title(preset.step->family),
          step + ' ' + preset.detail, preset.summary, theme().family(preset.step->family)};
}

// As in a pipeline: sources first.
std::vector<const StepDescriptor*> in_order_of_families(const StepCatalogue& catalogue) {
  std::vector<const StepDescriptor*> steps;
  for (const StepDescriptor& step : catalogue.steps())
    steps.push_back(&step);
  const std::vector<std::string> families = families_of(catalogue.steps());
  const auto rank = [&](const StepDescriptor* step) {
    return step->is_source() ? -1 : std::find(families.begin(), families.end(), step->family) - families.begin();
  };
  std::stable_sort(steps.begin(), steps.end(), [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  return steps;
}

}  // namespace

std::vector<PickEntry> step_entries(const StepCatalogue& catalogue, const std::optional<OpenEnd>& end,
                                    const std::optional<PortType>& between) {
  const auto fits = [&](const StepDescriptor& step) {
    if (end && !CanvasEditor::fitting_port(step, *end)) return false;
    return !between || CanvasEditor::fits_between(step, *between);
  };
  std::vector<PickEntry> entries;
  const std::vector<Preset> presets = shipped_presets(catalogue);
  const auto add_presets = [&](const StepDescriptor* of) {
    for (std::size_t i = 0; i < presets.size(); ++i) {
      if ((!of || presets[i].step == of) && fits(*presets[i].step)) entries.push_back(preset_entry(presets[i], i));
    }
  };
  if (end) add_presets(nullptr);
  for (const StepDescriptor* step : in_order_of_families(catalogue)) {
    if (!fits(*step)) continue;
    if (!end) add_presets(step);
    const QString summary = step_text(step->card.summary);
    entries.push_back({QString::fromStdString(step->id), step_text(step->title), family_title(step->family), summary,
                       summary, theme().family(step->family)});
  }
  return entries;
}

StepRequest picked_step(const StepCatalogue& catalogue, const QString& id) {
  const qsizetype mark = id.indexOf('#');
  if (mark < 0) return {id.toStdString()};
  const Preset preset = shipped_presets(catalogue).at(id.mid(mark + 1).toULong());
  return {preset.step->id, preset.parameters};
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
