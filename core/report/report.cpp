// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/base/units.h"
#include "core/describe/nearest.h"
#include "core/report/numbers.h"
#include "core/report/result_table.h"
#include "core/report/slots.h"

namespace kelter {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 9> badges = {{
    {"dense", "weights are stored as plain numbers of 16 or 32 bits, as they came."},
    {"masked", "weights were set to zero, yet are stored and multiplied like any other: nothing is saved by that."},
    {"sparse", "zeros are not stored."},
    {"packed",
     "weights are stored as codes of a few bits with their scales; the bytes stated are those in memory and on disk."},
    {"narrower", "layers lost attention heads or intermediate channels."},
    {"fewer-layers", "whole layers were removed."},
    {"low-rank", "matrices are stored as products of two thin ones."},
    {"expanded",
     "weights are stored dense though the source file had them in fewer bits; sizes count against the file, too."},
    {"adapter", "trained additions lie on top of the stored weights."},
}};

std::string scalar_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_float() ? format_number(value.get<double>()) : value.dump();
}

std::string title_of(const RunRecord& run) {
  const auto title = run.environment.find("title");
  const bool named = title != run.environment.end() && title->is_string() && !title->get<std::string>().empty();
  return named ? title->get<std::string>() : "Kelter run";
}

std::string section(const std::string& title, const std::string& content) {
  return content.empty() ? "" : "## " + title + "\n\n" + content + "\n";
}

std::string bullet(const std::string& text) { return "- " + escape_markdown(text) + "\n"; }

std::string surroundings(const RunRecord& run) {
  std::string out =
      bullet("Kelter " + run.kelter) + bullet("Device: " + run.device) + bullet("Device class: " + run.device_class);
  for (const auto& [key, value] : run.environment.items()) {
    if (key != "title" && !value.is_structured()) out += bullet(key + ": " + scalar_text(value));
  }
  return out;
}

// Every protocol of every measured thing; the nodes are named where one thing was measured in several ways.
std::string protocols(const std::vector<const NodeRecord*>& nodes) {
  std::string out;
  for (const Slot& slot : collect_slots(nodes)) {
    std::vector<std::pair<const MeasureRecord*, std::vector<std::string>>> distinct;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const MeasureRecord* record = slot.records[i];
      if (!record) continue;
      auto same = std::find_if(distinct.begin(), distinct.end(),
                               [&](const auto& entry) { return same_protocol(*entry.first, *record); });
      if (same == distinct.end()) same = distinct.insert(distinct.end(), {record, {}});
      same->second.push_back(nodes[i]->id);
    }
    for (const auto& [record, ids] : distinct) {
      const std::string who = distinct.size() > 1 ? " (" + join(ids) + ")" : "";
      const std::string how = protocol_text(record->protocol);
      if (!how.empty()) out += bullet(slot.title + who + ": " + how);
    }
  }
  return out;
}

// Why a value is missing, what the steps warned of, what failed.
std::string troubles(const RunRecord& run) {
  std::string out;
  for (const NodeRecord& node : run.nodes) {
    if (node.error) out += bullet(node.id + " failed: " + node.error->text());
    for (const std::string& warning : node.warnings)
      out += bullet(node.id + ": " + warning);
    for (const MeasureRecord& record : node.measures) {
      if (!record.reason.empty()) out += bullet(node.id + ", " + record.metric + ": " + record.reason);
    }
  }
  return out;
}

std::string badge_list(const std::vector<const NodeRecord*>& nodes) {
  std::string out;
  for (const auto& [badge, meaning] : badges) {
    const bool used = std::any_of(nodes.begin(), nodes.end(), [name = badge](const NodeRecord* node) {
      if (!node->ledger.is_object() || !node->ledger.contains("badges")) return false;
      const Json& all = node->ledger["badges"];
      return std::find(all.begin(), all.end(), name) != all.end();
    });
    if (used) out += "- **" + std::string(badge) + "**: " + meaning + "\n";
  }
  return out;
}

std::string command(const RunRecord& run, const ReportOptions& options) {
  std::string line = "kelter-cli run " + options.document + " --device " + run.device;
  for (const char* option : {"dtype", "threads"}) {
    const auto value = run.environment.find(option);
    if (value != run.environment.end() && !value->is_structured())
      line += " --" + std::string(option) + " " + scalar_text(*value);
  }
  return "With Kelter " + run.kelter + " and the files the document names:\n\n```sh\n" + line +
         "\n```\n\nThe same document, seed and device class give the same bytes. Speed and memory belong to the "
         "machine.\n";
}

std::string explained_results(const RunRecord& run) {
  return table_to_markdown(result_table(run)) +
         "\nChanges are against the file the pipeline started from. The error behind \u00b1 is the standard error of a "
         "measured value (for speed: the spread of its repeats), that of a change the standard error of the paired "
         "differences.\n";
}

}  // namespace

std::string badge_meaning(const std::string& badge) {
  const auto found =
      std::find_if(badges.begin(), badges.end(), [&](const auto& entry) { return badge == entry.first; });
  return found == badges.end() ? "" : found->second;
}

std::string markdown_report(const RunRecord& run, const ReportOptions& options) {
  const std::vector<const NodeRecord*> nodes = model_nodes(run);
  const Table kernels = kernel_table(run);
  return "# " + escape_markdown(title_of(run)) + "\n\n" + surroundings(run) + "\n" +
         section("Protocols", protocols(nodes)) + section("Results", explained_results(run)) +
         section("Bytes", table_to_markdown(ledger_table(run))) +
         section("Kernels", kernels.rows.empty() ? "" : table_to_markdown(kernels)) +
         section("Warnings and errors", troubles(run)) + section("Badges", badge_list(nodes)) +
         section("How to reproduce", command(run, options));
}

}  // namespace kelter
