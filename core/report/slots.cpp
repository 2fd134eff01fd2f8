// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/slots.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/units.h"
#include "core/report/numbers.h"

namespace kelter {
namespace {

// In the order of the columns.
constexpr std::array<std::pair<const char*, const char*>, 13> metrics = {{
    {"perplexity", "Perplexity"},
    {"word_perplexity", "Word perplexity"},
    {"byte_perplexity", "Byte perplexity"},
    {"bits_per_byte", "Bits per byte"},
    {"accuracy", "Accuracy"},
    {"kl_divergence", "KL divergence"},
    {"same_top_token", "Same top token"},
    {"prefill_tokens_per_second", "Prefill (tokens/s)"},
    {"decode_tokens_per_second", "Decode (tokens/s)"},
    {"time_to_first_token_ms", "First token (ms)"},
    {"peak_resident_bytes", "Peak memory"},
    {"gpu_peak_bytes", "Peak GPU memory"},
    {"joules_per_token", "Energy (J/token)"},
}};

std::size_t rank(const std::string& metric) {
  const auto found =
      std::find_if(metrics.begin(), metrics.end(), [&](const auto& entry) { return metric == entry.first; });
  return static_cast<std::size_t>(found - metrics.begin());
}

std::string detail(const MeasureRecord& record, const char* key) {
  const auto found = record.details.find(key);
  return found != record.details.end() && found->is_string() ? found->get<std::string>() : "";
}

bool same_subject(const Slot& slot, const MeasureRecord& record) {
  return slot.metric == record.metric && slot.task == detail(record, "task") && slot.name == detail(record, "name");
}

const MeasureRecord* first_record(const Slot& slot) {
  const auto found = std::find_if(slot.records.begin(), slot.records.end(), [](const auto* record) { return record; });
  return found == slot.records.end() ? nullptr : *found;
}

bool fits(const Slot& slot, const MeasureRecord& record, std::size_t node, bool exact) {
  if (slot.records[node] || !same_subject(slot, record)) return false;
  const MeasureRecord* first = first_record(slot);
  return !exact || (first && same_protocol(*first, record));
}

// Puts the records of one node into slots: those of a known protocol first, so that they find their own.
void add_node(std::vector<Slot>& slots, const NodeRecord& node, std::size_t index, std::size_t count) {
  std::vector<const MeasureRecord*> waiting;
  for (const MeasureRecord& record : node.measures) {
    const auto slot =
        std::find_if(slots.begin(), slots.end(), [&](const Slot& s) { return fits(s, record, index, true); });
    if (slot == slots.end()) {
      waiting.push_back(&record);
    } else {
      slot->records[index] = &record;
    }
  }
  for (const MeasureRecord* record : waiting) {
    auto slot = std::find_if(slots.begin(), slots.end(), [&](const Slot& s) { return fits(s, *record, index, false); });
    if (slot == slots.end()) {
      slots.push_back({record->metric, detail(*record, "task"), detail(*record, "name"), "",
                       std::vector<const MeasureRecord*>(count, nullptr)});
      slot = slots.end() - 1;
    }
    slot->records[index] = record;
  }
}

std::string base_title(const Slot& slot) {
  const std::size_t known = rank(slot.metric);
  std::string title = known < metrics.size() ? metrics[known].second : slot.metric;
  if (!slot.task.empty()) title += " " + slot.task;
  if (!slot.name.empty()) title += " (" + slot.name + ")";
  return title;
}

std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return value.is_number_float() ? format_number(value.get<double>()) : value.dump();
}

// What sets this slot's protocol apart from those of other slots of the same title.
std::string distinction(const Slot& slot, const std::vector<Slot>& slots) {
  const Json& own = first_record(slot)->protocol;
  std::string text;
  for (const auto& [key, value] : own.items()) {
    const bool differs = std::any_of(slots.begin(), slots.end(), [&, name = key, mine = value](const Slot& other) {
      if (base_title(other) != base_title(slot)) return false;
      const Json& theirs = first_record(other)->protocol;
      return !theirs.contains(name) || theirs[name] != mine;
    });
    if (differs && !value.is_structured()) text += (text.empty() ? "" : ", ") + key + "=" + value_text(value);
  }
  return text;
}

}  // namespace

std::vector<Slot> collect_slots(const std::vector<const NodeRecord*>& nodes) {
  std::vector<Slot> slots;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    add_node(slots, *nodes[i], i, nodes.size());
  std::stable_sort(slots.begin(), slots.end(),
                   [](const Slot& a, const Slot& b) { return rank(a.metric) < rank(b.metric); });
  for (Slot& slot : slots) {
    const std::string different = distinction(slot, slots);
    slot.title = base_title(slot) + (different.empty() ? "" : " [" + different + "]");
  }
  return slots;
}

std::string protocol_text(const Json& protocol) {
  std::string text;
  for (const auto& [key, value] : protocol.items()) {
    const std::string part = key == "name" ? value_text(value) : key + " " + value_text(value);
    text += (text.empty() ? "" : ", ") + part;
  }
  return text;
}

}  // namespace kelter
