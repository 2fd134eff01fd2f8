// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/link_words.h"

#include "ui/canvas/canvas_look.h"
#include "ui/canvas/node_content.h"

namespace kelter::ui {
namespace {

// "A text cannot go into a model input." Whole phrases, so that other languages can bend them.
QString given(PortType type) {
  switch (type) {
    case PortType::model:
      return CanvasText::tr("A model");
    case PortType::text:
      return CanvasText::tr("A text");
    case PortType::tasks:
      return CanvasText::tr("A set of tasks");
    case PortType::record:
      return CanvasText::tr("A record");
  }
  return {};
}

QString taken(PortType type) {
  switch (type) {
    case PortType::model:
      return CanvasText::tr("a model input");
    case PortType::text:
      return CanvasText::tr("a text input");
    case PortType::tasks:
      return CanvasText::tr("a tasks input");
    case PortType::record:
      return CanvasText::tr("a record input");
  }
  return {};
}

QString mismatch(const Link& link, const DocumentModel& document) {
  const StepDescriptor *from = document.step_of(link.from_node), *to = document.step_of(link.to_node);
  const Port* output = from ? from->output(link.from_port) : nullptr;
  const Port* input = to ? to->input(link.to_port) : nullptr;
  if (!output || !input) return {};
  //: %1 is "A text", %2 is "a model input"
  return CanvasText::tr("%1 cannot go into %2.").arg(given(output->type), taken(input->type));
}

}  // namespace

QString refusal_words(LinkRefusal refusal, const Link& link, const DocumentModel& document) {
  switch (refusal) {
    case LinkRefusal::none:
      return {};
    case LinkRefusal::unknown_end:
      return CanvasText::tr("The ports of this step are not known: no plugin here describes it.");
    case LinkRefusal::same_node:
      return CanvasText::tr("A step cannot feed itself.");
    case LinkRefusal::types_differ:
      return mismatch(link, document);
    case LinkRefusal::exists:
      return CanvasText::tr("These two are linked already.");
    case LinkRefusal::makes_cycle:
      return CanvasText::tr("This would make a circle: %1 needs the result of %2.")
          .arg(node_label(document, link.from_node), node_label(document, link.to_node));
  }
  return {};
}

QString same_direction_words(bool inputs) {
  return inputs ? CanvasText::tr("A link goes from an output to an input; these are two inputs.")
                : CanvasText::tr("A link goes from an output to an input; these are two outputs.");
}

}  // namespace kelter::ui
