// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/base/units.h"
#include "core/report/numbers.h"
#include "core/report/result_table.h"
#include "core/report/slots.h"

namespace kelter {
namespace {

using Nodes = std::vector<const NodeRecord*>;  // the nodes of one id, by run; nullptr where a run has none

struct SizeRow {
  const char* key;
  const char* title;
  bool is_bytes;
};
constexpr std::array<SizeRow, 4> size_rows = {{{"disk_bytes", "bytes on disk", true},
                                               {"resident_bytes", "bytes in memory", true},
                                               {"bits_per_weight", "bits per weight", false},
                                               {"sparsity", "sparsity", false}}};

std::string value_text(const Json& value) {
  if (value.is_null()) return missing_text;
  if (value.is_string()) return value.get<std::string>().empty() ? "(empty)" : value.get<std::string>();
  return value.is_number_float() ? format_number(value.get<double>()) : value.dump();
}

// Those of single layers stand as "bits, layers 0:2".
Json all_parameters(const NodeRecord& node) {
  Json all = node.parameters;
  for (const auto& [layers, parameters] : node.overrides.items()) {
    for (const auto& [key, value] : parameters.items())
      all[key + ", layers " + layers] = value;
  }
  return all;
}

const NodeRecord* find_node(const RunRecord& run, const std::string& id) {
  const auto found =
      std::find_if(run.nodes.begin(), run.nodes.end(), [&](const NodeRecord& node) { return node.id == id; });
  return found == run.nodes.end() ? nullptr : &*found;
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

class Comparison {
 public:
  Comparison(const std::vector<RunRecord>& runs, const CompareOptions& options) : runs_(runs), options_(options) {}

  Table build() {
    table_.title = "Comparison of " + std::to_string(runs_.size()) + " runs";
    for (const char* title : {"Kind", "Node", "What"})
      table_.add_column(title, ColumnKind::text);
    for (std::size_t i = 0; i < runs_.size(); ++i)
      table_.add_column(run_name(i));
    add_surroundings();
    std::vector<std::string> ids;
    for (const RunRecord& run : runs_) {
      for (const NodeRecord& node : run.nodes)
        add_once(ids, node.id);
    }
    for (const std::string& id : ids)
      add_parameters(id, nodes_of(id));
    for (const std::string& id : ids)
      add_sizes(id, nodes_of(id));
    for (const std::string& id : ids)
      add_results(id, nodes_of(id));
    return std::move(table_);
  }

 private:
  std::string run_name(std::size_t run) const {
    const bool named = run < options_.names.size() && !options_.names[run].empty();
    return named ? options_.names[run] : "run " + std::to_string(run + 1);
  }

  Nodes nodes_of(const std::string& id) const {
    Nodes nodes;
    for (const RunRecord& run : runs_)
      nodes.push_back(find_node(run, id));
    return nodes;
  }

  void add_row(const char* kind, const std::string& node, const std::string& what, std::vector<Cell> cells,
               bool differs) {
    if (!differs && options_.only_differences) return;
    std::vector<Cell> row = {{kind, {}, {}}, {node, {}, {}}, {what, {}, {}}};
    row.insert(row.end(), cells.begin(), cells.end());
    table_.rows.push_back(std::move(row));
  }

  // One row of plain values, null where a run has none.
  void add_values(const char* kind, const std::string& node, const std::string& what, const std::vector<Json>& values) {
    std::vector<Cell> cells;
    for (const Json& value : values) {
      Cell cell{value_text(value), {}, {}};
      if (value.is_number()) cell.number = value.get<double>();
      cells.push_back(std::move(cell));
    }
    const bool differs =
        std::any_of(values.begin(), values.end(), [&](const Json& value) { return value != values.front(); });
    add_row(kind, node, what, std::move(cells), differs);
  }

  void add_surroundings() {
    std::vector<Json> versions, devices, classes;
    std::vector<std::string> keys;
    for (const RunRecord& run : runs_) {
      versions.push_back(run.kelter);
      devices.push_back(run.device);
      classes.push_back(run.device_class);
      for (const auto& [key, value] : run.environment.items())
        add_once(keys, key);
    }
    add_values("run", "", "kelter", versions);
    add_values("run", "", "device", devices);
    add_values("run", "", "device class", classes);
    for (const std::string& key : keys) {
      if (key == "started" || key == "seconds") continue;  // differ always and explain nothing
      std::vector<Json> values;
      for (const RunRecord& run : runs_)
        values.push_back(run.environment.contains(key) ? run.environment[key] : Json());
      add_values("run", "", key, values);
    }
  }

  void add_parameters(const std::string& id, const Nodes& nodes) {
    std::vector<Json> steps, states, parameters;
    std::vector<std::string> keys;
    for (const NodeRecord* node : nodes) {
      steps.push_back(node ? Json(node->step) : Json());
      states.push_back(node ? Json(to_string(node->state)) : Json());
      parameters.push_back(node ? all_parameters(*node) : Json::object());
      for (const auto& [key, value] : parameters.back().items())
        add_once(keys, key);
    }
    add_values("parameter", id, "step", steps);
    add_values("result", id, "state", states);
    for (const std::string& key : keys) {
      std::vector<Json> values;
      for (const Json& one : parameters)
        values.push_back(one.value(key, Json()));
      add_values("parameter", id, key, values);
    }
  }

  static std::optional<double> ledger_number(const NodeRecord* node, const char* key) {
    if (!node || !node->ledger.is_object() || !node->ledger.contains(key)) return std::nullopt;
    const Json& value = node->ledger[key];
    return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
  }

  static std::string size_text(double value, bool is_bytes) {
    return is_bytes ? format_bytes(static_cast<std::uint64_t>(std::max(value, 0.0))) : format_fixed(value, 4);
  }

  static std::string size_change(double change, bool is_bytes) {
    if (!is_bytes) return format_change(change, std::nullopt, 4);
    return (change < 0 ? "-" : "+") + format_bytes(static_cast<std::uint64_t>(std::abs(change)));
  }

  void add_sizes(const std::string& id, const Nodes& nodes) {
    for (const auto& [key, title, is_bytes] : size_rows) {
      const std::optional<double> first = ledger_number(nodes.front(), key);
      std::vector<Cell> cells;
      bool differs = false;
      for (const NodeRecord* node : nodes) {
        const std::optional<double> value = ledger_number(node, key);
        Cell cell;
        if (value) cell = {size_text(*value, is_bytes), value, {}};
        if (value && first && *value != *first) cell.text += " (" + size_change(*value - *first, is_bytes) + ")";
        differs = differs || value != first;
        cells.push_back(std::move(cell));
      }
      add_row("size", id, title, std::move(cells), differs);
    }
  }

  // The slots of one node over all runs; a run without the node stands as an empty record.
  void add_results(const std::string& id, const Nodes& nodes) {
    const NodeRecord nothing;
    Nodes present;
    for (const NodeRecord* node : nodes)
      present.push_back(node ? node : &nothing);
    for (const Slot& slot : collect_slots(present)) {
      std::vector<Cell> cells;
      bool differs = false;
      for (const MeasureRecord* record : slot.records) {
        cells.push_back(result_cell(record, slot.records.front()));
        differs = differs || !equal_result(record, slot.records.front());
      }
      add_row("result", id, slot.title, std::move(cells), differs);
    }
  }

  static bool equal_result(const MeasureRecord* a, const MeasureRecord* b) {
    if (a == b) return true;
    return a && b && a->value == b->value && a->reason == b->reason && same_protocol(*a, *b);
  }

  static Cell result_cell(const MeasureRecord* record, const MeasureRecord* first) {
    if (!record) return {};
    Cell cell = value_cell(*record);
    if (!first || record == first || !cell.number) return cell;
    const Cell change = change_cell(record, first);
    if (change.number && record->metric.ends_with("_bytes")) {
      cell.text += " (" + size_change(*change.number, true) + ")";
    } else if (change.text != missing_text) {
      cell.text += " (" + change.text + ")";
    }
    return cell;
  }

  const std::vector<RunRecord>& runs_;
  const CompareOptions& options_;
  Table table_;
};

}  // namespace

Table compare_runs(const std::vector<RunRecord>& runs, const CompareOptions& options) {
  return Comparison(runs, options).build();
}

}  // namespace kelter
