// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/figure_labels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "core/base/units.h"
#include "core/describe/nearest.h"
#include "core/report/numbers.h"
#include "core/report/read_json.h"
#include "core/report/result_table.h"

namespace kelter {
namespace {

// More than any model has: the record does not say how many there were.
constexpr std::int64_t most_layers = 1 << 16;

using Names = std::pair<const char*, const char*>;

// Proper names that are shorter than the title of their step.
constexpr std::array<Names, 21> short_names = {{{"quant.rtn", "RTN"},
                                                {"quant.gptq", "GPTQ"},
                                                {"quant.awq", "AWQ"},
                                                {"quant.smooth", "SmoothQuant"},
                                                {"quant.nf4", "NF4"},
                                                {"quant.int8", "INT8"},
                                                {"quant.fp8", "FP8"},
                                                {"quant.mx", "MX"},
                                                {"prune.magnitude", "Magnitude"},
                                                {"prune.wanda", "Wanda"},
                                                {"prune.sparsegpt", "SparseGPT"},
                                                {"prune.obd", "OBD"},
                                                {"prune.structured", "LLM-Pruner"},
                                                {"lowrank.svd", "SVD"},
                                                {"lowrank.asvd", "ASVD"},
                                                {"lowrank.svdllm", "SVD-LLM"},
                                                {"lowrank.slice", "SliceGPT"},
                                                {"recover.lora", "LoRA"},
                                                {"recover.qlora", "QLoRA"},
                                                {"train.rigl", "RigL"},
                                                {"train.qat", "QAT"}}};

// First part of a step id and its family, for steps no catalogue describes.
constexpr std::array<Names, 10> families = {{{"source", "source"},
                                             {"prune", "pruning"},
                                             {"quant", "quantization"},
                                             {"lowrank", "lowrank"},
                                             {"recover", "recovery"},
                                             {"train", "train"},
                                             {"search", "search"},
                                             {"format", "formats"},
                                             {"measure", "measure"},
                                             {"sparse", "pruning"}}};

template <std::size_t N>
std::string lookup(const std::array<Names, N>& names, const std::string& key) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const Names& entry) { return key == entry.first; });
  return found == names.end() ? "" : found->second;
}

std::string whole(double value) { return format_number(value); }

// 0.3 -> "30": at most one decimal place.
std::string percent(double share) { return format_number(std::round(share * 1000) / 10); }

std::string step_name(const NodeRecord& node, const ReportContext& context) {
  const std::string known = lookup(short_names, node.step);
  if (!known.empty()) return context.text(known);
  const StepDescriptor* step = context.catalogue ? context.catalogue->find(node.step) : nullptr;
  if (step && !step->title.empty()) return context.text(step->title);
  return node.step.empty() ? node.id : node.step.substr(node.step.find('.') + 1);
}

// The parameters that tell one branch from the next.
std::vector<std::string> key_parameters(const Json& parameters, const ReportContext& context) {
  std::vector<std::string> parts;
  if (const auto bits = number_in(parameters, "bits")) parts.push_back(context.text("%1 bit", whole(*bits)));
  if (const auto group = number_in(parameters, "group"))
    parts.push_back(*group > 0 ? "g" + whole(*group) : context.text("whole rows"));
  const std::string pattern = text_in(parameters, "pattern");
  const bool fixed_pattern = pattern.find(':') != std::string::npos;
  if (fixed_pattern) parts.push_back(pattern);
  for (const char* share : {"sparsity", "ratio"}) {
    const auto value = number_in(parameters, share);
    if (value && !fixed_pattern) parts.push_back(percent(*value) + " %");
  }
  if (const auto rank = number_in(parameters, "rank")) parts.push_back("r" + whole(*rank));
  if (const auto count = number_in(parameters, "count")) parts.push_back(whole(*count));
  const std::string grid = text_in(parameters, "grid");
  if (!grid.empty() && grid != "gptq") parts.push_back(grid);
  const std::string layers = text_in(parameters, "layers");
  if (!layers.empty()) parts.push_back(context.text("layers %1", layers));
  return parts;
}

std::string removed_layers(const NodeRecord& node, const ReportContext& context) {
  auto count = number_in(node.parameters, "count");
  if (text_in(node.parameters, "criterion") == "list") {
    try {
      const std::string layers = text_in(node.parameters, "layers");
      count = static_cast<double>(parse_layers(layers, most_layers, node.id).size());
    } catch (const Error&) {
      return step_name(node, context);
    }
  }
  if (!count) return step_name(node, context);
  return context.text(*count == 1 ? "\u2212%1 layer" : "\u2212%1 layers", whole(*count));
}

std::string expanded_format(const NodeRecord& node) {
  const std::string to = text_in(node.parameters, "to");
  return to == "bfloat16" ? "bf16" : to == "float16" ? "fp16" : to == "float32" ? "fp32" : node.id;
}

// Nothing a copy was given contradicts the values of another one.
bool agree(const GraphNodeName& upstream, const GraphNodeName& node) {
  return std::all_of(upstream.sweep.begin(), upstream.sweep.end(), [&](const auto& value) {
    return std::none_of(node.sweep.begin(), node.sweep.end(),
                        [&](const auto& own) { return own.first == value.first && own.second != value.second; });
  });
}

const NodeRecord* find_copy(const RunRecord& run, const std::string& document_node, const GraphNodeName& of) {
  for (const NodeRecord* node : model_nodes(run)) {
    const GraphNodeName name = split_graph_node(node->id);
    if (name.document_node == document_node && agree(name, of)) return node;
  }
  return nullptr;
}

const Node* direct_parent(const Document& document, const std::string& node) {
  const Link* found = nullptr;
  for (const Link& link : document.links) {
    if (link.to_node != node) continue;
    if (link.to_port == "model") found = &link;
    if (!found && link.from_port == "model") found = &link;
  }
  return found ? document.find(found->from_node) : nullptr;
}

// The record without a parameter that this copy was given by a sweep.
NodeRecord without(NodeRecord node, const std::string& hidden) {
  const std::string parameter = hidden.substr(hidden.rfind('.') + 1);
  const auto found = node.parameters.is_object() ? node.parameters.find(parameter) : node.parameters.end();
  if (found == node.parameters.end()) return node;
  for (const auto& [key, value] : split_graph_node(node.id).sweep) {
    const std::string own = found->is_number() ? format_number(found->get<double>()) : text_in(node.parameters, parameter);
    if (key == hidden && own == value) {
      node.parameters.erase(parameter);
      break;
    }
  }
  return node;
}

}  // namespace

std::string ReportContext::text(const std::string& english, const std::string& value) const {
  std::string out = text(english);
  const std::size_t place = out.find("%1");
  return place == std::string::npos ? out : out.replace(place, 2, value);
}

GraphNodeName split_graph_node(const std::string& id) {
  const std::size_t at = id.find('@');
  GraphNodeName name{id.substr(0, at), {}};
  std::size_t start = at == std::string::npos ? id.size() : at + 1;
  while (start < id.size()) {
    const std::size_t end = std::min(id.find(',', start), id.size());
    const std::string part = id.substr(start, end - start);
    const std::size_t equals = part.find('=');
    if (equals != std::string::npos) name.sweep.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    start = end + 1;
  }
  return name;
}

std::string step_family(const std::string& step, const StepCatalogue* catalogue) {
  const StepDescriptor* known = catalogue ? catalogue->find(step) : nullptr;
  if (known && !known->family.empty()) return known->family;
  const std::string first = step.substr(0, step.find('.'));
  const std::string family = lookup(families, first);
  return family.empty() ? first : family;
}

std::string step_label(const NodeRecord& node, const ReportContext& context) {
  if (node.step == "source.model") return node.id;
  if (node.step == "format.expand") return expanded_format(node);
  if (node.step == "prune.depth") return removed_layers(node, context);
  std::vector<std::string> parts = {step_name(node, context)};
  for (std::string& part : key_parameters(node.parameters, context))
    parts.push_back(std::move(part));
  return join(parts, " ");
}

const Node* model_parent(const Document& document, const std::string& node) {
  std::set<std::string> seen = {node};
  const Node* parent = direct_parent(document, node);
  while (parent && parent->bypass && seen.insert(parent->id).second)
    parent = direct_parent(document, parent->id);
  return parent;
}

std::string branch_label(const RunRecord& run, const NodeRecord& node, const ReportContext& context,
                         const std::string& hidden) {
  const auto label_of = [&](const NodeRecord& record) {
    return step_label(hidden.empty() ? record : without(record, hidden), context);
  };
  std::string label = label_of(node);
  if (!context.document) return label;
  const GraphNodeName name = split_graph_node(node.id);
  std::set<std::string> seen = {name.document_node};
  const Node* parent = model_parent(*context.document, name.document_node);
  for (; parent && seen.insert(parent->id).second; parent = model_parent(*context.document, parent->id)) {
    const NodeRecord* record = find_copy(run, parent->id, name);
    if (record && record->step != "source.model") label = label_of(*record) + " \u2192 " + label;
  }
  return label;
}

std::map<std::string, std::string> branch_labels(const RunRecord& run, const ReportContext& context) {
  std::map<std::string, std::string> labels;
  std::map<std::string, int> count;
  for (const NodeRecord* node : model_nodes(run)) {
    labels[node->id] = branch_label(run, *node, context);
    ++count[labels[node->id]];
  }
  for (auto& [id, label] : labels) {
    if (count[label] > 1 && label != id) label += " (" + id + ")";
  }
  return labels;
}

}  // namespace kelter
