// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/figure_quantities.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/units.h"
#include "core/report/numbers.h"
#include "core/report/read_json.h"
#include "core/report/result_table.h"
#include "core/report/slots.h"

namespace kelter {
namespace {

using Nodes = std::vector<const NodeRecord*>;

// A figure shows one of these metrics.
struct Shown {
  const char* metric;
  const char* title;    // of the figure
  const char* subject;  // what of it; may be empty
  const char* choice;   // in a menu
  bool higher_is_better;
};

const std::vector<Shown>& shown_metrics(const std::string& figure) {
  static const std::vector<Shown> quality = {{"perplexity", "Perplexity", "", "Perplexity", false},
                                             {"word_perplexity", "Word perplexity", "", "Word perplexity", false},
                                             {"byte_perplexity", "Byte perplexity", "", "Byte perplexity", false},
                                             {"bits_per_byte", "Bits per byte", "", "Bits per byte", false},
                                             {"kl_divergence", "KL divergence", "", "KL divergence", false}};
  static const std::vector<Shown> speed = {
      {"decode_tokens_per_second", "Throughput", "decode", "Decode", true},
      {"prefill_tokens_per_second", "Throughput", "prefill", "Prefill", true},
      {"time_to_first_token_ms", "Time to first token", "", "Time to first token", false}};
  static const std::vector<Shown> memory = {{"peak_resident_bytes", "Memory", "peak", "Peak", false},
                                            {"gpu_peak_bytes", "GPU memory", "", "Peak on the GPU", false}};
  return figure == "throughput" ? speed : figure == "memory" ? memory : quality;
}

std::size_t count_of(const Slot& slot) {
  return static_cast<std::size_t>(std::count_if(slot.records.begin(), slot.records.end(), [](auto* r) { return r; }));
}

QuantityValue value_of(const MeasureRecord* record, const ReportContext& context) {
  QuantityValue out;
  if (!record) return out;
  out.records = {record};
  if (!record->value || !std::isfinite(*record->value)) {
    out.absent = context.text(value_cell(*record).text);
    return out;
  }
  out.value = record->value;
  out.error = record->standard_error ? record->standard_error : record->spread;
  if (out.error && !std::isfinite(*out.error)) out.error.reset();
  return out;
}

std::vector<QuantityValue> values_of(const Slot& slot, const ReportContext& context) {
  std::vector<QuantityValue> values;
  for (const MeasureRecord* record : slot.records)
    values.push_back(value_of(record, context));
  return values;
}

// What stands in brackets behind the title of a slot: how it differs from its like.
std::string distinction(const Slot& slot) {
  const std::size_t start = slot.title.rfind(" [");
  return start == std::string::npos ? "" : slot.title.substr(start + 2, slot.title.size() - start - 3);
}

// ---- memory -------------------------------------------------------------------------------------------------

std::vector<QuantityValue> above_idle(const Slot& slot, const ReportContext& context) {
  std::vector<QuantityValue> values = values_of(slot, context);
  for (QuantityValue& value : values) {
    if (!value.value) continue;
    const std::optional<double> idle = number_in(value.records.front()->details, "idle_resident_bytes");
    const bool usable = idle && *value.value >= *idle;
    if (!usable) value.absent = context.text("not available");
    value.value = usable ? std::optional(*value.value - *idle) : std::nullopt;
  }
  return values;
}

bool has_idle(const Slot& slot) {
  return std::any_of(slot.records.begin(), slot.records.end(), [](const MeasureRecord* record) {
    return record && number_in(record->details, "idle_resident_bytes");
  });
}

Quantity disk_quantity(const Nodes& nodes, const ReportContext& context) {
  Quantity quantity{"disk", context.text("Bytes on disk"), context.text("Bytes on disk"), "", "disk_bytes",
                    FigureKind::bars, false, true, {}};
  for (const NodeRecord* node : nodes)
    quantity.values.push_back({number_in(node->ledger, "disk_bytes"), {}, {}, {}});
  return quantity;
}

// ---- accuracy -----------------------------------------------------------------------------------------------

// Of independent tasks; absent where one of them is.
QuantityValue mean_of(const std::vector<const Slot*>& tasks, std::size_t node, const ReportContext& context) {
  QuantityValue out;
  double sum = 0, squares = 0;
  bool all_errors = true;
  std::size_t count = 0;
  for (const Slot* task : tasks) {
    const QuantityValue value = value_of(task->records[node], context);
    if (value.records.empty()) continue;
    out.records.push_back(value.records.front());
    if (!value.value && out.absent.empty()) out.absent = value.absent;
    if (!value.value) continue;
    ++count;
    sum += *value.value;
    squares += value.error ? *value.error * *value.error : 0;
    all_errors = all_errors && value.error;
  }
  if (count == 0 || !out.absent.empty()) return out;
  if (count < tasks.size()) {
    out.absent = context.text("%1 tasks", std::to_string(count) + "/" + std::to_string(tasks.size()));
    return out;
  }
  const auto n = static_cast<double>(count);
  out.value = sum / n;
  if (all_errors) out.error = std::sqrt(squares) / n;
  return out;
}

// The slots of one way to count hits, the fullest of each task, in order of appearance.
std::vector<const Slot*> tasks_of(const std::vector<Slot>& slots, const std::string& name) {
  std::vector<const Slot*> tasks;
  for (const Slot& slot : slots) {
    if (slot.metric != "accuracy" || slot.name != name) continue;
    const auto same = std::find_if(tasks.begin(), tasks.end(), [&](const Slot* s) { return s->task == slot.task; });
    if (same == tasks.end()) {
      tasks.push_back(&slot);
    } else if (count_of(slot) > count_of(**same)) {
      *same = &slot;
    }
  }
  return tasks;
}

std::string with_name(const std::string& text, const std::string& name) {
  return name.empty() ? text : text.empty() ? name : text + ", " + name;
}

Quantity accuracy_quantity(const std::string& key, const std::string& subject, const ReportContext& context) {
  return {key, subject, context.text("Accuracy"), subject, "accuracy", FigureKind::dots, true, false, {}};
}

void add_accuracy(std::vector<Quantity>& out, const std::vector<Slot>& slots, std::size_t nodes,
                  const ReportContext& context) {
  std::vector<std::string> names;
  for (const Slot& slot : slots) {
    if (slot.metric != "accuracy" || std::find(names.begin(), names.end(), slot.name) != names.end()) continue;
    names.insert(slot.name == "acc" ? names.begin() : names.end(), slot.name);  // plain hits first
  }
  for (const std::string& name : names) {
    const std::vector<const Slot*> tasks = tasks_of(slots, name);
    if (tasks.size() < 2) continue;
    const std::string mean = context.text("mean of %1 tasks", std::to_string(tasks.size()));
    Quantity quantity = accuracy_quantity("mean:" + name, with_name(mean, name), context);
    for (std::size_t node = 0; node < nodes; ++node)
      quantity.values.push_back(mean_of(tasks, node, context));
    out.push_back(std::move(quantity));
  }
  for (const std::string& name : names) {
    for (const Slot& slot : slots) {
      if (slot.metric != "accuracy" || slot.name != name) continue;
      const std::string different = distinction(slot);
      Quantity quantity = accuracy_quantity(slot.title, with_name(with_name(slot.task, name), different), context);
      quantity.values = values_of(slot, context);
      out.push_back(std::move(quantity));
    }
  }
}

// ---- all ----------------------------------------------------------------------------------------------------

Quantity plain_quantity(const Shown& shown, const ReportContext& context) {
  const bool is_bytes = std::string_view(shown.metric).ends_with("_bytes");
  const std::string subject = *shown.subject ? context.text(shown.subject) : "";
  return {shown.metric, context.text(shown.choice), context.text(shown.title), subject, shown.metric,
          FigureKind::bars, shown.higher_is_better, is_bytes, {}};
}

void add_slot(std::vector<Quantity>& out, const Shown& shown, const Slot& slot, std::size_t number,
              const ReportContext& context) {
  Quantity quantity = plain_quantity(shown, context);
  const std::string different = distinction(slot);
  if (number > 0) quantity.key += "#" + std::to_string(number + 1);
  if (!different.empty()) quantity.choice_title += " [" + different + "]";
  quantity.subject = with_name(quantity.subject, different);
  quantity.values = values_of(slot, context);
  if (quantity.metric == "peak_resident_bytes" && has_idle(slot)) {
    Quantity above = quantity;
    above.key = "above_idle" + quantity.key.substr(quantity.metric.size());
    above.choice_title = context.text("Peak minus idle") + (different.empty() ? "" : " [" + different + "]");
    above.subject = with_name(context.text("peak minus idle"), different);
    above.values = above_idle(slot, context);
    out.push_back(std::move(above));
  }
  out.push_back(std::move(quantity));
}

void add_metrics(std::vector<Quantity>& out, const std::vector<Slot>& slots, const std::string& figure,
                 const ReportContext& context) {
  for (const Shown& shown : shown_metrics(figure)) {
    std::vector<const Slot*> found;
    for (const Slot& slot : slots) {
      if (slot.metric == shown.metric) found.push_back(&slot);
    }
    std::vector<std::size_t> order(found.size());
    for (std::size_t i = 0; i < order.size(); ++i)
      order[i] = i;
    // The protocol most nodes share stands first.
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return count_of(*found[a]) > count_of(*found[b]); });
    for (std::size_t i : order)
      add_slot(out, shown, *found[i], i, context);
  }
}

std::string shortened(const Json& value) {
  std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (value.is_null()) return missing_text;
  if (value.is_boolean()) text = value.get<bool>() ? "yes" : "no";
  if (value.is_number_float()) text = format_number(value.get<double>());
  return text.size() > 24 ? text.substr(0, 20) + "\u2026" : text;
}

struct Seen {
  Json value;
  std::vector<std::string> names;
};

std::string names_text(const std::vector<std::string>& names) {
  constexpr std::size_t most = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
    text += (i ? ", " : "") + names[i];
  return names.size() > most ? text + ", +" + std::to_string(names.size() - most) : text;
}

// The values of one key with the nodes that have them; empty where all agree.
std::string difference(const std::string& key, const std::vector<const MeasureRecord*>& records,
                       const std::vector<std::string>& names) {
  std::vector<Seen> seen;
  for (std::size_t node = 0; node < records.size(); ++node) {
    if (!records[node]) continue;
    const Json& protocol = records[node]->protocol;
    Json value;
    if (protocol.is_object() && protocol.contains(key)) value = protocol[key];
    auto same = std::find_if(seen.begin(), seen.end(), [&](const Seen& one) { return one.value == value; });
    if (same == seen.end()) {
      seen.emplace_back();
      same = seen.end() - 1;
      same->value = value;
    }
    same->names.push_back(names[node]);
  }
  if (seen.size() < 2) return "";
  std::string text = key + ": ";
  for (std::size_t i = 0; i < seen.size(); ++i)
    text += (i ? "; " : "") + shortened(seen[i].value) + " (" + names_text(seen[i].names) + ")";
  return text;
}

// The records of one task; nullptr where a node has none.
std::vector<const MeasureRecord*> records_of(const Quantity& quantity, const std::string& task) {
  std::vector<const MeasureRecord*> records;
  for (const QuantityValue& value : quantity.values) {
    const auto found = std::find_if(value.records.begin(), value.records.end(),
                                    [&](const MeasureRecord* r) { return text_in(r->details, "task") == task; });
    records.push_back(found == value.records.end() ? nullptr : *found);
  }
  return records;
}

}  // namespace

std::vector<Quantity> figure_quantities(const Nodes& nodes, const std::string& id, const ReportContext& context) {
  const std::vector<Slot> slots = collect_slots(nodes);
  std::vector<Quantity> out;
  if (id == "accuracy") {
    add_accuracy(out, slots, nodes.size(), context);
    if (out.empty()) out.push_back(accuracy_quantity("accuracy", "", context));
  } else {
    add_metrics(out, slots, id, context);
    if (out.empty()) out.push_back(plain_quantity(shown_metrics(id).front(), context));
  }
  if (id == "memory") out.push_back(disk_quantity(nodes, context));
  for (Quantity& quantity : out)
    quantity.values.resize(nodes.size());
  return out;
}

std::vector<std::string> protocol_differences(const Quantity& quantity, const std::vector<std::string>& names) {
  std::set<std::string> tasks;
  for (const QuantityValue& value : quantity.values) {
    for (const MeasureRecord* record : value.records)
      tasks.insert(text_in(record->details, "task"));
  }
  std::vector<std::string> differences;
  for (const std::string& task : tasks) {
    const std::vector<const MeasureRecord*> records = records_of(quantity, task);
    std::vector<std::string> keys;
    for (const MeasureRecord* record : records) {
      if (!record || !record->protocol.is_object()) continue;
      for (const auto& [key, value] : record->protocol.items()) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
      }
    }
    for (const std::string& key : keys) {
      const std::string text = difference(key, records, names);
      const bool known = std::find(differences.begin(), differences.end(), text) != differences.end();
      if (!text.empty() && !known) differences.push_back(text);
    }
  }
  return differences;
}

}  // namespace kelter
