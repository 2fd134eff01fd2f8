// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/result_table.h"

#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "core/describe/nearest.h"
#include "core/report/numbers.h"
#include "core/report/read_json.h"
#include "core/report/slots.h"

namespace kelter {
namespace {

bool has_badge(const NodeRecord& node, const char* badge) {
  if (!node.ledger.is_object() || !node.ledger.contains("badges")) return false;
  const Json& badges = node.ledger["badges"];
  return std::find(badges.begin(), badges.end(), badge) != badges.end();
}

std::string badge_text(const NodeRecord& node) {
  std::vector<std::string> badges;
  if (node.ledger.is_object() && node.ledger.contains("badges")) {
    for (const Json& badge : node.ledger["badges"])
      badges.push_back(badge.is_string() ? badge.get<std::string>() : "");
  }
  return badges.empty() ? absence(node) : join(badges);
}

Cell text_cell(const std::string& text) { return {text, std::nullopt, std::nullopt}; }

Cell bytes_cell(std::optional<double> bytes, const std::string& otherwise) {
  if (!bytes || *bytes < 0) return text_cell(otherwise);
  return {format_bytes(static_cast<std::uint64_t>(*bytes)), bytes, std::nullopt};
}

Cell fixed_cell(std::optional<double> value, int places, const std::string& otherwise, const char* unit = "") {
  if (!value) return text_cell(otherwise);
  return {format_fixed(*value, places) + unit, value, std::nullopt};
}

Cell ratio_cell(std::optional<double> bytes, std::optional<double> base, const std::string& otherwise) {
  const bool known = bytes && base && *base > 0;
  return fixed_cell(known ? std::optional(*bytes / *base) : std::nullopt, 2, otherwise, "x");
}

// The bytes of the whole model in bfloat16: measured where a node of the run is just that, else two a weight.
std::optional<double> bfloat16_bytes(const RunRecord& run, const NodeRecord* source) {
  const std::optional<double> weights = source ? number_in(source->ledger, "weights") : std::nullopt;
  if (!weights) return std::nullopt;
  for (const NodeRecord* node : model_nodes(run)) {
    const bool same_size = number_in(node->ledger, "weights") == weights && source_of(run, *node) == source;
    const bool all_two_bytes = number_in(node->ledger, "total_bytes") == 2 * *weights;
    const std::optional<double> bytes = number_in(node->ledger, "disk_bytes");
    const bool is_bfloat16 = node->step == "format.expand" && text_in(node->parameters, "to") == "bfloat16";
    if (same_size && all_two_bytes && is_bfloat16 && has_badge(*node, "expanded") && bytes) return bytes;
  }
  return 2 * *weights;
}

bool shows_change(const Slot& slot) { return slot.metric == "perplexity" || slot.metric == "accuracy"; }

bool shows_idle(const Slot& slot) {
  return std::any_of(slot.records.begin(), slot.records.end(), [](const MeasureRecord* record) {
    return record && number_in(record->details, "idle_resident_bytes");
  });
}

Cell above_idle_cell(const MeasureRecord* record, const std::string& otherwise) {
  const std::optional<double> idle = record ? number_in(record->details, "idle_resident_bytes") : std::nullopt;
  if (!idle || !record->value) return text_cell(otherwise);
  return bytes_cell(*record->value - *idle, otherwise);
}

void add_size_columns(Table& table) {
  table.add_column("Node", ColumnKind::text);
  for (const char* title : {"Bytes on disk", "Against the file", "Against bf16", "Bits per weight"})
    table.add_column(title);
  table.add_column("Badges", ColumnKind::text);
}

std::vector<Cell> size_cells(const RunRecord& run, const NodeRecord& node) {
  const std::string none = absence(node);
  const std::optional<double> bytes = number_in(node.ledger, "disk_bytes");
  return {text_cell(node.id),
          bytes_cell(bytes, none),
          ratio_cell(bytes, number_in(node.ledger, "source_bytes"), none),
          ratio_cell(bytes, bfloat16_bytes(run, source_of(run, node)), none),
          fixed_cell(number_in(node.ledger, "bits_per_weight"), 2, none),
          text_cell(badge_text(node))};
}

void add_slot_columns(Table& table, const Slot& slot) {
  const char* unit = slot.metric.ends_with("_bytes") ? "bytes" : "";
  table.add_column(slot.title, ColumnKind::number, unit);
  if (shows_change(slot)) table.add_column("Change of " + slot.title);
  if (shows_idle(slot)) table.add_column("Peak minus idle", ColumnKind::number, "bytes");
}

void add_slot_cells(std::vector<Cell>& cells, const Slot& slot, std::size_t row, const NodeRecord& node,
                    std::optional<std::size_t> source_row) {
  const MeasureRecord* record = slot.records[row];
  cells.push_back(record ? value_cell(*record) : text_cell(absence(node)));
  if (shows_change(slot)) {
    const bool is_source = source_row == row;
    const MeasureRecord* baseline = source_row && !is_source ? slot.records[*source_row] : nullptr;
    const Cell change = change_cell(record, baseline);
    cells.push_back(change.number || record ? change : text_cell(absence(node)));
  }
  if (shows_idle(slot)) cells.push_back(above_idle_cell(record, record ? missing_text : absence(node)));
}

std::string run_title(const RunRecord& run, const std::string& what) {
  const std::string title = text_in(run.environment, "title");
  return title.empty() ? what : what + ": " + title;
}

}  // namespace

std::vector<const NodeRecord*> model_nodes(const RunRecord& run) {
  std::vector<const NodeRecord*> nodes;
  for (const NodeRecord& node : run.nodes) {
    const bool is_model =
        !node.step.starts_with("measure.") && node.step != "source.text" && node.step != "source.tasks";
    if (is_model) nodes.push_back(&node);
  }
  return nodes;
}

const NodeRecord* source_of(const RunRecord& run, const NodeRecord& node) {
  if (node.step == "source.model") return &node;
  std::vector<const NodeRecord*> sources;
  for (const NodeRecord* other : model_nodes(run)) {
    if (other->step == "source.model") sources.push_back(other);
  }
  if (sources.size() == 1) return sources.front();
  // Several sources: the ledger carries the size of the file a node came from.
  const std::optional<double> bytes = number_in(node.ledger, "source_bytes");
  const NodeRecord* found = nullptr;
  for (const NodeRecord* source : sources) {
    if (!bytes || number_in(source->ledger, "source_bytes") != bytes) continue;
    if (found) return nullptr;
    found = source;
  }
  return found;
}

std::string absence(const NodeRecord& node) {
  return node.state == NodeState::done ? missing_text : to_string(node.state);
}

Cell value_cell(const MeasureRecord& record) {
  if (!record.value || !std::isfinite(*record.value)) {
    const bool says_it = record.reason == "infinite" || record.reason == "not a number";
    return text_cell(record.value ? format_fixed(*record.value, 0) : says_it ? record.reason : "not available");
  }
  if (record.metric.ends_with("_bytes")) return bytes_cell(*record.value, missing_text);
  const std::optional<double> error = record.standard_error ? record.standard_error : record.spread;
  return {format_with_error(*record.value, error, usual_places(record.metric)), record.value, error};
}

Cell change_cell(const MeasureRecord* record, const MeasureRecord* baseline) {
  if (!record || !baseline) return {};
  if (!same_protocol(*record, *baseline)) return text_cell("different protocol");
  const std::optional<Change> change = paired_change(*record, *baseline);
  if (!change || !std::isfinite(change->value)) return {};
  return {format_change(change->value, change->error, usual_places(record->metric)), change->value, change->error};
}

Table result_table(const RunRecord& run) {
  const std::vector<const NodeRecord*> nodes = model_nodes(run);
  const std::vector<Slot> slots = collect_slots(nodes);
  Table table;
  table.title = run_title(run, "Results");
  add_size_columns(table);
  for (const Slot& slot : slots)
    add_slot_columns(table, slot);
  for (std::size_t row = 0; row < nodes.size(); ++row) {
    const auto source = std::find(nodes.begin(), nodes.end(), source_of(run, *nodes[row]));
    std::optional<std::size_t> source_row;
    if (source != nodes.end()) source_row = static_cast<std::size_t>(source - nodes.begin());
    std::vector<Cell> cells = size_cells(run, *nodes[row]);
    for (const Slot& slot : slots)
      add_slot_cells(cells, slot, row, *nodes[row], source_row);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string result_line(const NodeRecord& node) {
  std::vector<std::string> parts;
  const std::optional<double> disk = number_in(node.ledger, "disk_bytes");
  const std::optional<double> bits = number_in(node.ledger, "bits_per_weight");
  if (disk) parts.push_back(bytes_cell(disk, missing_text).text + " on disk");
  if (bits) parts.push_back(format_fixed(*bits, 2) + " bits per weight");
  for (const Slot& slot : collect_slots({&node})) {
    const bool shown = shows_change(slot) || slot.metric == "decode_tokens_per_second";
    if (shown) parts.push_back(slot.title + " " + value_cell(*slot.records.front()).text);
  }
  return node.id + ": " + join(parts);
}

Table ledger_table(const RunRecord& run) {
  Table table;
  table.title = run_title(run, "Bytes");
  for (const char* title : {"Node", "Step"})
    table.add_column(title, ColumnKind::text);
  for (const char* title : {"Claimed bits", "Real bits per weight", "Sparsity", "Linears", "All tensors", "On disk",
                            "In memory", "On the GPU"}) {
    table.add_column(title);
  }
  for (const NodeRecord* node : model_nodes(run)) {
    const std::string none = absence(*node);
    std::vector<Cell> cells = {text_cell(node->id), text_cell(node->step),
                               fixed_cell(number_in(node->ledger, "nominal_bits"), 2, none),
                               fixed_cell(number_in(node->ledger, "bits_per_weight"), 2, none),
                               fixed_cell(number_in(node->ledger, "sparsity"), 4, none)};
    for (const char* key : {"linear_bytes", "total_bytes", "disk_bytes", "resident_bytes", "gpu_bytes"}) {
      cells.push_back(bytes_cell(number_in(node->ledger, key), none));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Table kernel_table(const RunRecord& run) {
  Table table;
  table.title = run_title(run, "Kernels");
  for (const char* title : {"Node", "Kernel"})
    table.add_column(title, ColumnKind::text);
  for (const char* title : {"Calls", "Bytes read"})
    table.add_column(title);
  for (const NodeRecord* node : model_nodes(run)) {
    if (!node->ledger.is_object() || !node->ledger.contains("kernels")) continue;
    for (const auto& [name, counts] : node->ledger["kernels"].items()) {
      table.rows.push_back({text_cell(node->id), text_cell(name),
                            fixed_cell(number_in(counts, "calls"), 0, missing_text),
                            bytes_cell(number_in(counts, "bytes_read"), missing_text)});
    }
  }
  return table;
}

}  // namespace kelter
