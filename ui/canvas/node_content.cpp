// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/node_content.h"

#include <algorithm>
#include <cmath>

#include "ui/canvas/canvas_look.h"
#include "ui/canvas/parameter_text.h"
#include "ui/inspector/quantity_text.h"
#include "ui/inspector/value_text.h"
#include "ui/models/step_text.h"

namespace kelter::ui {
namespace {

const QString dot = QString::fromUtf8(" · ");

// The part of a step's id that new nodes get as theirs.
std::string short_id(const std::string& step) { return step.substr(step.rfind('.') + 1); }

PortContent port_content(const Port& port) {
  return {QString::fromStdString(port.name), port.type, port.many, port.required};
}

QString badge_word(const std::string& badge) {
  static const std::map<std::string, const char*> words = {
      {"dense", QT_TRANSLATE_NOOP("kelter::ui::CanvasText", "dense")},
      {"masked", QT_TRANSLATE_NOOP("kelter::ui::CanvasText", "masked")},
      {"sparse", QT_TRANSLATE_NOOP("kelter::ui::CanvasText", "sparse")},
      {"packed", QT_TRANSLATE_NOOP("kelter::ui::CanvasText", "packed")},
      {"narrower", QT_TRANSLATE_NOOP("kelter::ui::CanvasText", "narrower")},
      {"fewer-layers", QT_TRANSLATE_NOOP("kelter::ui::CanvasText", "fewer layers")},
      {"low-rank", QT_TRANSLATE_NOOP("kelter::ui::CanvasText", "low rank")},
      {"expanded", QT_TRANSLATE_NOOP("kelter::ui::CanvasText", "expanded")},
      {"adapter", QT_TRANSLATE_NOOP("kelter::ui::CanvasText", "adapter")}};
  const auto found = words.find(badge);
  return found == words.end() ? QString::fromStdString(badge) : CanvasText::tr(found->second);
}

std::optional<double> number_in(const Json& ledger, const char* key) {
  if (!ledger.is_object()) return {};
  const auto found = ledger.find(key);
  return found != ledger.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

// From the smallest to the largest of a sweep.
struct Range {
  std::optional<double> low, high;
  void add(const std::optional<double>& value) {
    if (!value) return;
    low = low ? std::min(*low, *value) : *value;
    high = high ? std::max(*high, *value) : *value;
  }
};

QString range_text(const QString& low, const QString& high) {
  return low == high ? low : QString::fromUtf8("%1 – %2").arg(low, high);
}

QString bits_text(double bits) {
  const double rounded = std::round(bits * 100) / 100;
  return number_text(rounded);
}

void add_ledgers(const std::vector<const NodeRecord*>& records, NodeResult& result) {
  Range bytes, bits;
  for (const NodeRecord* record : records) {
    bytes.add(number_in(record->ledger, "total_bytes"));
    bits.add(number_in(record->ledger, "bits_per_weight"));
    if (!record->ledger.is_object()) continue;
    const auto badges = record->ledger.find("badges");
    if (badges == record->ledger.end() || !badges->is_array()) continue;
    for (const Json& badge : *badges) {
      const QString word = badge.is_string() ? badge_word(badge.get<std::string>()) : QString();
      if (!word.isEmpty() && !result.badges.contains(word)) result.badges.append(word);
    }
  }
  QStringList parts;
  if (bytes.low)
    parts.append(range_text(bytes_text(static_cast<std::uint64_t>(*bytes.low)),
                            bytes_text(static_cast<std::uint64_t>(*bytes.high))));
  if (bits.low) parts.append(CanvasText::tr("%1 bit").arg(range_text(bits_text(*bits.low), bits_text(*bits.high))));
  result.size = parts.join(dot);
}

}  // namespace

ContentReader::ContentReader(const DocumentModel& document, const RunModel& runs)
    : document_(document), runs_(runs), problem_node_(document.problem_node()) {
  if (const Graph* graph = document.graph()) {
    for (const GraphNode& node : graph->nodes)
      ++copies_[node.document_node];
  }
  for (const Link& link : document.document().links) {
    used_out_.emplace(link.from_node, link.from_port);
    used_in_.emplace(link.to_node, link.to_port);
  }
}

NodeFace ContentReader::face(const Node& node) const {
  NodeFace face;
  const StepDescriptor* step = document_.catalogue().find(node.step);
  face.bypass = node.bypass;
  const auto copies = copies_.find(node.id);
  if (copies != copies_.end()) face.copies = copies->second;
  if (node.id != short_id(node.step)) face.name = QString::fromStdString(node.id);
  if (step) {
    face.title = step_text(step->title);
    face.family = step->family;
    face.parameters = parameter_summary(*step, node);
    const QString missing = missing_parameter(*step, node);
    face.missing = !missing.isEmpty();
    if (face.missing) face.parameters = CanvasText::tr("%1: not set").arg(missing);
    for (const Port& port : step->inputs)
      face.inputs.push_back(port_content(port));
    for (const Port& port : step->outputs)
      face.outputs.push_back(port_content(port));
  } else {
    face.known = false;
    face.title = QString::fromStdString(node.step);
    face.parameters = CanvasText::tr("no plugin for this step");
  }
  add_linked_ports(node.id, face);
  return face;
}

// A link that names a port the step does not have must still be seen.
void ContentReader::add_linked_ports(const std::string& node, NodeFace& face) const {
  const auto add = [&](const std::multimap<std::string, std::string>& used, std::vector<PortContent>& ports) {
    const auto [first, last] = used.equal_range(node);
    for (auto link = first; link != last; ++link) {
      const QString name = QString::fromStdString(link->second);
      const auto same = [&](const PortContent& port) { return port.name == name; };
      if (std::none_of(ports.begin(), ports.end(), same)) ports.push_back({name, std::nullopt, true, false});
    }
  };
  add(used_in_, face.inputs);
  add(used_out_, face.outputs);
}

NodeResult ContentReader::result(const Node& node) const {
  NodeResult result;
  result.state.status = runs_.status(node.id);
  result.state.fraction = result.state.status == NodeStatus::running ? runs_.fraction(node.id) : 0;
  std::vector<const NodeRecord*> records;
  for (const std::string& variant : runs_.variants(node.id)) {
    if (const NodeRecord* record = runs_.node(variant)) records.push_back(record);
  }
  add_ledgers(records, result);
  if (result.state.status == NodeStatus::done && !records.empty()) {
    result.state.elsewhere = runs_.made_elsewhere();
    result.state.cached =
        std::all_of(records.begin(), records.end(), [](const auto* record) { return record->cached; });
  }
  for (const NodeRecord* record : records) {
    if (record->error && result.problem.isEmpty()) result.problem = QString::fromStdString(record->error->text());
  }
  if (problem_node_ == node.id && document_.problem()) {
    result.state = {NodeStatus::unconfigured};
    result.problem = QString::fromStdString(document_.problem()->text());
  }
  return result;
}

QString node_label(const DocumentModel& document, const std::string& id) {
  const Node* node = document.document().find(id);
  if (!node) return QString::fromStdString(id);
  const StepDescriptor* step = document.catalogue().find(node->step);
  const QString title = step ? step_text(step->title) : QString::fromStdString(node->step);
  return id == short_id(node->step) ? title : QString("%1 (%2)").arg(title, QString::fromStdString(id));
}

QString type_word(PortType type) {
  switch (type) {
    case PortType::model:
      return CanvasText::tr("a model");
    case PortType::text:
      return CanvasText::tr("a text");
    case PortType::tasks:
      return CanvasText::tr("tasks");
    case PortType::record:
      return CanvasText::tr("a record");
  }
  return {};
}

QString port_words(const PortContent& port, bool input) {
  if (!port.type) return CanvasText::tr("%1: this step is not known to have such a port").arg(port.name);
  if (!input) return CanvasText::tr("Output %1: gives %2").arg(port.name, type_word(*port.type));
  const QString text = CanvasText::tr("Input %1: takes %2").arg(port.name, type_word(*port.type));
  if (port.many) return CanvasText::tr("%1, several links").arg(text);
  return port.required ? CanvasText::tr("%1, needed").arg(text) : text;
}

QString node_words(const NodeFace& face, const NodeResult& result) {
  QStringList parts = {face.name.isEmpty() ? face.title : QString("%1 (%2)").arg(face.title, face.name)};
  if (!face.parameters.isEmpty()) parts.append(face.parameters);
  if (face.copies > 1) parts.append(CanvasText::tr("%1 copies of a sweep").arg(face.copies));
  if (face.bypass) parts.append(CanvasText::tr("bypassed: what comes in goes out unchanged"));
  parts.append(state_words(result.state));
  if (!result.size.isEmpty()) parts.append(result.size);
  if (!result.badges.isEmpty()) parts.append(result.badges.join(", "));
  if (!result.problem.isEmpty()) parts.append(result.problem);
  return parts.join("; ");
}

}  // namespace kelter::ui
