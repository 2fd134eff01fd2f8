// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/messages.h"

#include <array>
#include <cmath>
#include <utility>

#include "core/describe/fields.h"

namespace kelter {
namespace {

constexpr std::array<std::pair<NodeState, const char*>, 6> states = {{{NodeState::waiting, "waiting"},
                                                                      {NodeState::running, "running"},
                                                                      {NodeState::done, "done"},
                                                                      {NodeState::failed, "failed"},
                                                                      {NodeState::skipped, "skipped"},
                                                                      {NodeState::cancelled, "cancelled"}}};

NodeState state_from(const std::string& text, const Fields& fields) {
  for (const auto& [state, name] : states) {
    if (text == name) return state;
  }
  fields.fail("state", "there is no state " + shown(text));
}

// JSON has no infinity and no NaN.
Json finite_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(); }

std::string not_finite_reason(double value) { return std::isnan(value) ? "not a number" : "infinite"; }

bool is_count(const std::string& metric) { return metric.ends_with("_bytes"); }

std::vector<std::string> text_list(const Json& list, const char* key, const Fields& fields) {
  std::vector<std::string> texts;
  for (const Json& text : list) {
    if (!text.is_string()) fields.fail(key, "a list of texts is wanted, one entry is " + shown(text));
    texts.push_back(text.get<std::string>());
  }
  return texts;
}

}  // namespace

const char* to_string(NodeState state) {
  for (const auto& [known, name] : states) {
    if (state == known) return name;
  }
  return "waiting";
}

ErrorInfo error_from_json(const Json& json) {
  Fields fields(json, "error");
  const std::string code = fields.text("code");
  ErrorInfo info{ErrorCode::internal, fields.text("what"), fields.text_or("where", ""), fields.text_or("why", ""),
                 fields.text_or("try", "")};
  for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
    if (code == to_string(static_cast<ErrorCode>(i))) info.code = static_cast<ErrorCode>(i);
  }
  return info;
}

Json ProgressMessage::to_json() const {
  Json json = {{"node", node},
               {"stage", stage},
               {"stage_index", stage_index},
               {"stage_count", stage_count},
               {"item", item},
               {"items", items},
               {"what", what},
               {"elapsed_seconds", finite_or_null(elapsed_seconds)}};
  if (remaining_seconds) json["remaining_seconds"] = finite_or_null(*remaining_seconds);
  return json;
}

ProgressMessage ProgressMessage::from_json(const Json& json) {
  Fields fields(json, "progress message");
  ProgressMessage message;
  message.node = fields.text("node");
  message.stage = fields.text("stage");
  message.stage_index = fields.integer("stage_index");
  message.stage_count = fields.integer("stage_count");
  message.item = fields.integer("item");
  message.items = fields.integer("items");
  message.what = fields.text_or("what", "");
  message.elapsed_seconds = fields.number_or("elapsed_seconds", 0);
  message.remaining_seconds = fields.number_if("remaining_seconds");
  return message;
}

Json LogMessage::to_json() const { return {{"level", level}, {"node", node}, {"text", text}}; }

LogMessage LogMessage::from_json(const Json& json) {
  Fields fields(json, "log message");
  return {fields.text("level"), fields.text_or("node", ""), fields.text("text")};
}

Json LinearsMessage::to_json() const { return {{"node", node}, {"layers", layers}, {"linears", linears}}; }

LinearsMessage LinearsMessage::from_json(const Json& json) {
  Fields fields(json, "linears message");
  return {fields.text("node"), fields.integer("layers"), fields.array("linears")};
}

Json MeasureRecord::to_json(bool with_samples) const {
  Json json = {{"metric", metric}};
  for (const auto& [key, detail] : details.items())
    json[key] = detail;
  if (value && std::isfinite(*value)) {
    json["value"] = is_count(metric) ? whole_number(*value) : Json(*value);
  } else {
    json["value"] = nullptr;
  }
  const std::string why = reason.empty() && value && !std::isfinite(*value) ? not_finite_reason(*value) : reason;
  if (!why.empty() || json["value"].is_null()) json["reason"] = why.empty() ? "not available" : why;
  if (standard_error && std::isfinite(*standard_error)) json["stderr"] = *standard_error;
  if (spread && std::isfinite(*spread)) json["spread"] = *spread;
  if (!protocol.empty()) json["protocol"] = protocol;
  if (with_samples && !samples.is_null()) json["samples"] = samples;
  return json;
}

MeasureRecord MeasureRecord::from_json(const Json& json) {
  Fields fields(json, "measure record");
  MeasureRecord record;
  record.metric = fields.text("metric");
  record.value = fields.number_if("value");
  record.reason = fields.text_or("reason", "");
  record.standard_error = fields.number_if("stderr");
  record.spread = fields.number_if("spread");
  record.protocol = fields.object_or_empty("protocol");
  if (const Json* samples = fields.find("samples")) record.samples = *samples;
  record.details = fields.rest();
  return record;
}

Json NodeRecord::to_json(bool with_samples) const {
  Json json = {{"id", id}, {"step", step}, {"parameters", parameters}};
  if (!overrides.is_null()) json["overrides"] = overrides;
  json.update({{"state", to_string(state)},
               {"cached", cached},
               {"seconds", seconds},
               {"recipe", recipe},
               {"content", content},
               {"ledger", ledger},
               {"measures", Json::array()}});
  for (const MeasureRecord& measure : measures)
    json["measures"].push_back(measure.to_json(with_samples));
  if (!warnings.empty()) json["warnings"] = warnings;
  if (error) json["error"] = error->to_json();
  return json;
}

NodeRecord NodeRecord::from_json(const Json& json) {
  Fields fields(json, "node record");
  NodeRecord record;
  record.id = fields.text("id");
  record.step = fields.text("step");
  record.recipe = fields.text_or("recipe", "");
  record.content = fields.text_or("content", "");
  record.parameters = fields.object_or_empty("parameters");
  if (const Json* overrides = fields.find("overrides"); overrides && !overrides->is_null()) {
    record.overrides = fields.object_or_empty("overrides");
  }
  record.state = state_from(fields.text("state"), fields);
  record.cached = fields.boolean_or("cached", false);
  record.seconds = fields.number_or("seconds", 0);
  if (const Json* ledger = fields.find("ledger")) record.ledger = *ledger;
  for (const Json& measure : fields.array_or_empty("measures")) {
    record.measures.push_back(MeasureRecord::from_json(measure));
  }
  record.warnings = text_list(fields.array_or_empty("warnings"), "warnings", fields);
  if (const Json* error = fields.find("error"); error && !error->is_null()) record.error = error_from_json(*error);
  return record;
}

Json RunRecord::to_json(bool with_samples) const {
  Json json = {{"kelter", kelter}, {"device", device}, {"device_class", device_class}};
  if (!environment.empty()) json["environment"] = environment;
  json["nodes"] = Json::array();
  for (const NodeRecord& node : nodes)
    json["nodes"].push_back(node.to_json(with_samples));
  return json;
}

RunRecord RunRecord::from_json(const Json& json) {
  Fields fields(json, "run record");
  RunRecord record;
  record.kelter = fields.text("kelter");
  record.device = fields.text("device");
  record.device_class = fields.text("device_class");
  record.environment = fields.object_or_empty("environment");
  for (const Json& node : fields.array("nodes"))
    record.nodes.push_back(NodeRecord::from_json(node));
  return record;
}

}  // namespace kelter
