// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/pipeline.h"

#include <algorithm>

#include "core/base/units.h"
#include "core/cli/interrupt.h"
#include "core/describe/document_paths.h"
#include "core/report/result_table.h"
#include "core/report/run_reports.h"

namespace kelter {
namespace {

RunOptions run_options(const PipelineRequest& request) {
  request.compute.check();
  RunOptions options;
  options.out = request.out;
  options.resume = request.resume;
  options.dtype = request.compute.chosen_dtype();
  options.threads = request.compute.chosen_threads();
  options.device = request.compute.device;
  return options;
}

RunListener listener(Console& console) {
  RunListener listener;
  listener.progress = [&console](const ProgressMessage& message) { console.progress(message); };
  listener.log = [&console](const LogMessage& message) { console.log(message); };
  listener.node = [&console](const NodeRecord& record) {
    if (record.state == NodeState::done && !record.measures.empty()) console.finished(record);
  };
  return listener;
}

bool any_node(const RunRecord& record, NodeState state) {
  return std::any_of(record.nodes.begin(), record.nodes.end(), [state](const NodeRecord& node) { return node.state == state; });
}

int exit_code(const RunRecord& record) {
  if (any_node(record, NodeState::cancelled) || interrupt_flag().requested()) return cancelled_exit_code;
  return any_node(record, NodeState::failed) || any_node(record, NodeState::skipped) ? 1 : 0;
}

void tell_how_it_ended(int code, const PipelineRequest& request, Console& console) {
  if (code != cancelled_exit_code) return;
  const std::string remedy =
      request.out.empty() ? "" : " kelter-cli run " + request.out + "/document.kelter --out " + request.out + " --resume goes on.";
  console.log({"info", "", "Cancelled; what was finished is kept." + remedy});
}

template <typename T, typename Format>
Cell optional_cell(const std::optional<T>& value, const Format& format) {
  return value ? Cell{format(*value), static_cast<double>(*value), {}} : Cell{};
}

std::string plan_text(const Plan& plan) {
  Table table;
  for (const char* title : {"Node", "Step", "Result"}) table.add_column(title, ColumnKind::text);
  for (const char* title : {"Time", "Peak memory", "Disk"}) table.add_column(title);
  for (const PlannedNode& node : plan.nodes) {
    table.rows.push_back({{node.id, {}, {}}, {node.step, {}, {}}, {node.cached ? "known" : "to compute", {}, {}},
                          optional_cell(node.seconds, format_seconds), optional_cell(node.peak_bytes, format_bytes),
                          optional_cell(node.disk_bytes, format_bytes)});
  }
  std::string text = table_to_text(table) + "\n";
  text += "Time: " + (plan.seconds ? format_seconds(*plan.seconds) + " for what is known" : std::string("unknown")) +
          ". Peak memory of a step: " + format_bytes(plan.peak_bytes) + ". Disk: " + format_bytes(plan.disk_bytes) + ".\n";
  for (const std::string& warning : plan.warnings) text += "Warning: " + warning + "\n";
  return text;
}

}  // namespace

void tell_warnings(const Engine& engine, Console& console) {
  for (const ErrorInfo& warning : engine.warnings()) console.log({"warning", "", warning.text()});
}

int run_document(PipelineRequest request, Engine& engine, Console& console) {
  if (request.compute.progress == "json") console.use_json_messages();
  const RunOptions options = run_options(request);
  make_paths_absolute(request.document, engine.catalogue());
  const RunRecord record = Runner(engine.services()).run(request.document, options, listener(console), interrupt_flag());
  if (!request.out.empty()) write_reports(record, request.out);
  if (console.json()) console.document(record.to_json());
  console.text(table_to_text(result_table(record)));
  const int code = exit_code(record);
  tell_how_it_ended(code, request, console);
  return code;
}

int plan_document(PipelineRequest request, Engine& engine, Console& console) {
  const Plan plan = Runner(engine.services()).plan(request.document, run_options(request));
  if (console.json()) console.document(plan.to_json());
  console.text(plan_text(plan));
  return 0;
}

}  // namespace kelter
