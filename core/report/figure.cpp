// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/figure.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "core/base/units.h"
#include "core/report/figure_quantities.h"
#include "core/report/numbers.h"
#include "core/report/read_json.h"
#include "core/report/result_table.h"
#include "core/report/slots.h"

namespace kelter {
namespace {

using Nodes = std::vector<const NodeRecord*>;

constexpr std::array figure_ids = {"accuracy", "perplexity", "memory", "throughput"};
constexpr double log_ratio = 5;

std::string measure_of(const std::string& figure) { return figure == "accuracy" ? "measure.tasks" : "measure." + figure; }

// ---- which nodes are branches -------------------------------------------------------------------------------

// Document nodes that a measure step of the document looks at; a bypassed measure looks at nothing.
std::set<std::string> measured_nodes(const Document& document, const std::string& step) {
  std::set<std::string> nodes;
  for (const Link& link : document.links) {
    const Node* measure = document.find(link.to_node);
    const bool counts = measure && !measure->bypass && measure->step.starts_with(step) && link.from_port == "model";
    if (!counts) continue;
    nodes.insert(link.from_node);
    const Node* from = document.find(link.from_node);
    const Node* parent = from && from->bypass ? model_parent(document, from->id) : nullptr;
    if (parent) nodes.insert(parent->id);
  }
  return nodes;
}

bool is_open(const NodeRecord& node) { return node.state == NodeState::waiting || node.state == NodeState::running; }

// The nodes a figure has a place for: what was measured, is to be measured, or was meant to be.
Nodes branch_nodes(const RunRecord& run, const Document* document) {
  const Nodes all = model_nodes(run);
  const bool any = std::any_of(all.begin(), all.end(), [](const NodeRecord* node) { return !node->measures.empty(); });
  const std::set<std::string> wanted = document ? measured_nodes(*document, "measure.") : std::set<std::string>();
  Nodes nodes;
  for (const NodeRecord* node : all) {
    const bool meant = document ? wanted.contains(split_graph_node(node->id).document_node)
                                : node->state != NodeState::done;
    if (!node->measures.empty() || meant) nodes.push_back(node);
  }
  return nodes.empty() && !any ? all : nodes;
}

// The file, or what a step expanded straight from it.
bool is_reference(const RunRecord& run, const NodeRecord& node, const Document* document) {
  if (node.step == "source.model") return true;
  if (node.step != "format.expand") return false;
  if (document) {
    const Node* parent = model_parent(*document, split_graph_node(node.id).document_node);
    if (parent) return parent->step == "source.model";
  }
  const NodeRecord* source = source_of(run, node);
  return source && number_in(source->ledger, "weights") == number_in(node.ledger, "weights");
}

// ---- sweeps -------------------------------------------------------------------------------------------------

std::optional<double> as_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size() && !text.empty();
  return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

// The swept parameter that makes the x axis: numbers on every swept branch, at least two of them. A seed makes
// repeats, no axis. Empty: the copies stand beside each other.
std::string swept_parameter(const Nodes& nodes) {
  std::map<std::string, std::set<double>> values;
  std::map<std::string, std::size_t> copies;
  std::size_t swept = 0;
  for (const NodeRecord* node : nodes) {
    const GraphNodeName name = split_graph_node(node->id);
    swept += name.sweep.empty() ? 0 : 1;
    for (const auto& [key, text] : name.sweep) {
      const std::optional<double> value = as_number(text);
      if (!value || last_part(key) == "seed") continue;
      values[key].insert(*value);
      ++copies[key];
    }
  }
  for (const auto& [key, count] : copies) {
    if (count == swept && values[key].size() > 1) return key;
  }
  return {};
}

// "Bits" of the step that has the parameter, else the parameter itself.
std::string parameter_title(const Nodes& nodes, const std::string& key, const ReportContext& context) {
  const std::string parameter = last_part(key);
  for (const NodeRecord* node : nodes) {
    const StepDescriptor* step = context.catalogue ? context.catalogue->find(node->step) : nullptr;
    if (!step || split_graph_node(node->id).sweep.empty()) continue;
    for (const ParameterSchema& schema : step->parameters) {
      if (schema.id == parameter && !schema.label.empty()) return context.text(schema.label);
    }
  }
  return parameter;
}

// ---- branches and marks -------------------------------------------------------------------------------------

// What all four figures of a run share.
struct Layout {
  const RunRecord& run;
  const FigureOptions& options;
  Nodes nodes;
  std::string swept;                         // empty: no lines
  std::map<std::string, std::string> labels;  // by graph node
  std::vector<Branch> branches;
  std::vector<std::size_t> branch_of;         // by node
  std::vector<std::optional<double>> x;       // by node
};

// What copies on one line have in common: their node and the values of other sweeps.
std::string branch_key(const GraphNodeName& name, const std::string& swept) {
  std::string key = name.document_node;
  for (const auto& [parameter, value] : name.sweep) {
    if (swept.empty() || parameter != swept) key += "," + parameter + "=" + value;
  }
  return key;
}

void add_branches(Layout& layout) {
  std::map<std::string, std::size_t> known;
  std::map<std::string, int> shades;
  std::map<std::string, int> label_count;
  const ReportContext& context = layout.options.context;
  for (const NodeRecord* node : layout.nodes) {
    const GraphNodeName name = split_graph_node(node->id);
    const auto [entry, is_new] = known.emplace(branch_key(name, layout.swept), layout.branches.size());
    layout.branch_of.push_back(entry->second);
    layout.x.emplace_back();
    for (const auto& [parameter, value] : name.sweep) {
      if (parameter == layout.swept) layout.x.back() = as_number(value);
    }
    if (!is_new) continue;
    Branch branch;
    branch.node = name.document_node;
    branch.reference = is_reference(layout.run, *node, context.document);
    branch.family = branch.reference ? "source" : step_family(node->step, context.catalogue);
    branch.shade = shades[branch.family]++;
    branch.label = layout.x.back() ? branch_label(layout.run, *node, context, layout.swept) : layout.labels[node->id];
    ++label_count[branch.label];
    layout.branches.push_back(std::move(branch));
  }
  for (auto& [key, index] : known) {
    Branch& branch = layout.branches[index];
    if (label_count[branch.label] > 1) branch.label += " (" + key + ")";
  }
}

// A number of three digits or so, to stand at a mark.
std::string mark_text(const Quantity& quantity, double value) {
  if (quantity.kind == FigureKind::dots) return format_fixed(value, 3);
  const double size = std::abs(value);
  return format_fixed(value, size < 10 ? 2 : size < 100 ? 1 : 0);
}

struct Unit {
  std::string name;
  double scale = 1;
};

Unit unit_of(const Quantity& quantity, const ReportContext& context) {
  if (quantity.metric.ends_with("_per_second")) return {context.text("tokens/s"), 1};
  if (quantity.metric.ends_with("_ms")) return {context.text("ms"), 1};
  if (!quantity.is_bytes) return {};
  double largest = 0;
  for (const QuantityValue& value : quantity.values)
    largest = std::max(largest, value.value.value_or(0));
  if (largest == 0) return {};
  return largest >= 10e9 ? Unit{"GB", 1e9} : largest >= 1e6 ? Unit{"MB", 1e6} : Unit{"kB", 1e3};
}

std::string with_unit(const std::string& text, const std::string& unit) { return unit.empty() ? text : text + " " + unit; }

class FigureBuilder {
 public:
  FigureBuilder(const Layout& layout, const std::string& id) : layout_(layout), context_(layout.options.context) {
    figure_.id = id;
    choose(figure_quantities(layout.nodes, id, context_));
  }

  Figure build() {
    figure_.choice = quantity_.key;
    figure_.title = quantity_.title;
    figure_.subject = quantity_.subject;
    figure_.kind = layout_.swept.empty() ? quantity_.kind : FigureKind::lines;
    figure_.higher_is_better = quantity_.higher_is_better;
    figure_.direction = context_.text(quantity_.higher_is_better ? "higher is better" : "lower is better");
    unit_ = unit_of(quantity_, context_);
    figure_.unit = unit_.name;
    figure_.branches = layout_.branches;
    if (!layout_.swept.empty()) figure_.x_title = parameter_title(layout_.nodes, layout_.swept, context_);
    find_protocol();
    if (figure_.mixed_protocols.empty()) add_marks();
    choose_axis();
    return std::move(figure_);
  }

 private:
  void choose(std::vector<Quantity> quantities) {
    const auto& choices = layout_.options.choices;
    const auto wanted = choices.find(figure_.id);
    auto found = quantities.begin();
    for (auto one = quantities.begin(); wanted != choices.end() && one != quantities.end(); ++one) {
      if (one->key == wanted->second) found = one;
    }
    quantity_ = std::move(*found);
  }

  void find_protocol() {
    std::vector<std::string> names;
    for (const NodeRecord* node : layout_.nodes)
      names.push_back(layout_.labels.at(node->id));
    figure_.mixed_protocols = protocol_differences(quantity_, names);
    for (std::size_t i = 0; i < layout_.nodes.size(); ++i) {
      const QuantityValue& value = quantity_.values[i];
      if (value.records.empty()) continue;
      figure_.measured = true;
      if (figure_.protocol.is_null()) figure_.protocol = value.records.front()->protocol;
      const std::string& node = layout_.branches[layout_.branch_of[i]].node;
      const bool known = std::find(figure_.mixed_nodes.begin(), figure_.mixed_nodes.end(), node) != figure_.mixed_nodes.end();
      if (!known) figure_.mixed_nodes.push_back(node);
    }
    if (figure_.mixed_protocols.empty()) {
      figure_.mixed_nodes.clear();
    } else {
      figure_.protocol = nullptr;
    }
  }

  void add_marks() {
    std::set<std::string> wanted;
    if (context_.document) wanted = measured_nodes(*context_.document, measure_of(figure_.id));
    figure_.asked = !context_.document || !wanted.empty();
    for (std::size_t i = 0; i < layout_.nodes.size(); ++i) {
      const std::string& node = layout_.branches[layout_.branch_of[i]].node;
      add_mark(i, quantity_.metric == "disk_bytes" || !context_.document || wanted.contains(node));
    }
    if (figure_.kind == FigureKind::lines) {
      std::stable_sort(figure_.marks.begin(), figure_.marks.end(), [](const Mark& a, const Mark& b) {
        return std::pair(a.branch, a.x.value_or(0)) < std::pair(b.branch, b.x.value_or(0));
      });
    }
    for (const Mark& mark : figure_.marks) {
      const Branch& branch = figure_.branches[mark.branch];
      if (branch.reference && mark.state == MarkState::value && !mark.x)
        figure_.baselines.push_back({mark.branch, mark.node, branch.label, mark.value});
    }
  }

  void add_mark(std::size_t index, bool expected) {
    const NodeRecord& node = *layout_.nodes[index];
    const QuantityValue& value = quantity_.values[index];
    Mark mark;
    mark.branch = layout_.branch_of[index];
    mark.node = node.id;
    mark.label = layout_.labels.at(node.id);
    mark.x = layout_.x[index];
    if (value.value) {
      mark.state = MarkState::value;
      mark.value = *value.value / unit_.scale;
      if (value.error) mark.error = *value.error / unit_.scale;
      mark.text = mark_text(quantity_, mark.value);
    } else if (is_open(node) && expected && value.absent.empty()) {
      mark.state = MarkState::running;
      mark.reason = context_.text(node.state == NodeState::running ? "running" : "waiting");
    } else if (is_open(node) && expected) {
      mark.state = MarkState::running;  // some tasks are done: "2/4 tasks"
      mark.reason = context_.text("running") + " " + value.absent;
    } else if (!value.absent.empty()) {
      mark.reason = value.absent;
    } else {
      mark.reason = context_.text(node.state == NodeState::done || is_open(node) ? "not measured" : to_string(node.state));
    }
    figure_.measured = figure_.measured || mark.state != MarkState::absent;
    add_facts(mark, index);
    figure_.marks.push_back(std::move(mark));
  }

  void add_facts(Mark& mark, std::size_t index) const {
    const NodeRecord& node = *layout_.nodes[index];
    const QuantityValue& value = quantity_.values[index];
    const auto add = [&](const char* what, const std::string& text) { mark.facts.emplace_back(context_.text(what), text); };
    mark.facts.emplace_back(quantity_.title, value.value ? value_text(*value.value, value.error) : mark.reason);
    const std::string change = value.value ? change_text(index) : "";
    if (!change.empty()) add("Against the file", change);
    const std::optional<double> bytes = number_in(node.ledger, "disk_bytes");
    if (bytes && *bytes >= 0 && quantity_.metric != "disk_bytes")
      add("Bytes on disk", format_bytes(static_cast<std::uint64_t>(*bytes)));
    if (const auto bits = number_in(node.ledger, "bits_per_weight")) add("Bits per weight", format_fixed(*bits, 2));
    if (!value.records.empty()) add("Protocol", protocol_text(value.records.front()->protocol));
  }

  std::string value_text(double value, std::optional<double> error) const {
    if (quantity_.is_bytes) return format_bytes(static_cast<std::uint64_t>(value));
    return with_unit(format_with_error(value, error, usual_places(quantity_.metric)), unit_.name);
  }

  // Of quality the signed difference with its paired error, of sizes and speeds the ratio.
  std::string change_text(std::size_t index) const {
    const NodeRecord* source = source_of(layout_.run, *layout_.nodes[index]);
    const auto found = std::find(layout_.nodes.begin(), layout_.nodes.end(), source);
    if (found == layout_.nodes.end() || source == layout_.nodes[index]) return {};
    const QuantityValue& baseline = quantity_.values[static_cast<std::size_t>(found - layout_.nodes.begin())];
    const QuantityValue& value = quantity_.values[index];
    if (!baseline.value) return {};
    const bool quality = quantity_.metric == "perplexity" || quantity_.metric == "accuracy";
    if (!quality) return *baseline.value > 0 ? format_fixed(*value.value / *baseline.value, 2) + "x" : "";
    return mean_change(value.records, baseline.records);
  }

  std::string mean_change(const std::vector<const MeasureRecord*>& records,
                          const std::vector<const MeasureRecord*>& baselines) const {
    if (records.size() != baselines.size() || records.empty()) return {};
    double sum = 0, squares = 0;
    bool all_errors = true;
    for (std::size_t i = 0; i < records.size(); ++i) {
      const Cell change = change_cell(records[i], baselines[i]);
      if (!change.number) return {};
      sum += *change.number;
      all_errors = all_errors && change.error;
      squares += change.error ? *change.error * *change.error : 0;
    }
    const auto n = static_cast<double>(records.size());
    const std::optional<double> error = all_errors ? std::optional(std::sqrt(squares) / n) : std::nullopt;
    return format_change(sum / n, error, usual_places(quantity_.metric));
  }

  void choose_axis() {
    double smallest = INFINITY, largest = -INFINITY;
    for (const Mark& mark : figure_.marks) {
      if (mark.state != MarkState::value) continue;
      smallest = std::min(smallest, mark.value);
      largest = std::max(largest, mark.value);
    }
    figure_.logarithmic = smallest > 0 && largest / smallest > log_ratio;
    if (!figure_.logarithmic) return;
    if (figure_.kind != FigureKind::bars) {
      figure_.note = context_.text("logarithmic axis");
      return;
    }
    // The decade below the shortest bar, one further down where that would leave nothing to see of it.
    figure_.base = std::pow(10.0, std::floor(std::log10(smallest / 1.25)));
    figure_.note = context_.text("log axis, bars from %1", format_number(figure_.base));
  }

  const Layout& layout_;
  const ReportContext& context_;
  Quantity quantity_;
  Unit unit_;
  Figure figure_;
};

}  // namespace

std::vector<Figure> result_figures(const RunRecord& run, const FigureOptions& options) {
  Layout layout{run, options, branch_nodes(run, options.context.document), {}, {}, {}, {}, {}};
  layout.swept = swept_parameter(layout.nodes);
  layout.labels = branch_labels(run, options.context);
  add_branches(layout);
  std::vector<Figure> figures;
  for (const char* id : figure_ids)
    figures.push_back(FigureBuilder(layout, id).build());
  return figures;
}

std::vector<FigureChoice> figure_choices(const RunRecord& run, const std::string& id, const ReportContext& context) {
  std::vector<FigureChoice> choices;
  for (const Quantity& quantity : figure_quantities(branch_nodes(run, context.document), id, context))
    choices.push_back({quantity.key, quantity.choice_title});
  return choices;
}

std::string figure_subject(const Figure& figure) {
  const bool both = !figure.subject.empty() && !figure.unit.empty();
  return figure.subject + (both ? ", " : "") + figure.unit;
}

std::string figure_heading(const Figure& figure) {
  std::string text = figure.title;
  if (!figure.subject.empty()) text += ", " + figure.subject;
  return figure.unit.empty() ? text : text + " (" + figure.unit + ")";
}

Table figure_table(const Figure& figure) {
  const bool lines = figure.kind == FigureKind::lines;
  Table table;
  table.title = figure_heading(figure);
  for (const char* title : {"Branch", "Node", "Role"})
    table.add_column(title, ColumnKind::text);
  if (lines) table.add_column(figure.x_title);
  table.add_column(figure_heading(figure));
  table.add_column("State", ColumnKind::text);
  for (const Mark& mark : figure.marks) {
    const bool reference = figure.branches[mark.branch].reference;
    std::vector<Cell> cells = {{mark.label, {}, {}}, {mark.node, {}, {}}, {reference ? "baseline" : missing_text, {}, {}}};
    if (lines) cells.push_back(mark.x ? Cell{format_number(*mark.x), mark.x, {}} : Cell{});
    cells.push_back(mark.state == MarkState::value ? Cell{mark.text, mark.value, mark.error} : Cell{});
    cells.push_back({mark.reason.empty() ? missing_text : mark.reason, {}, {}});
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string figure_to_csv(const Figure& figure) { return table_to_csv(figure_table(figure)); }

}  // namespace kelter
