// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/engine.h"

#include "core/describe/fields.h"

namespace kelter {
namespace {

Json error_list(const std::vector<ErrorInfo>& errors) {
  Json list = Json::array();
  for (const ErrorInfo& error : errors) list.push_back(error.to_json());
  return list;
}

Json device_list(const std::vector<ComputeDevice>& devices) {
  Json list = Json::array();
  for (const ComputeDevice& device : devices) list.push_back(device.to_json());
  return list;
}

const Json& part(Fields& fields, const char* key) {
  const Json* found = fields.find(key);
  if (!found) fields.fail(key, "it is missing");
  return *found;
}

double number(Fields& fields, const char* key) { return fields.number_or(key, 0); }

// One writer and one reader per message, next to each other.

Json body(const RunRequest& r) {
  return {{"id", r.id}, {"document", r.document}, {"folder", r.folder}, {"out", r.out}, {"resume", r.resume},
          {"settings", r.settings.to_json()}};
}
RunRequest read_run(Fields& f) {
  return {f.text("id"), part(f, "document"), f.text("folder"), f.text("out"), f.boolean_or("resume", false),
          EngineSettings::from_json(part(f, "settings"))};
}

Json body(const PlanRequest& r) {
  return {{"id", r.id}, {"document", r.document}, {"folder", r.folder}, {"out", r.out}, {"settings", r.settings.to_json()},
          {"recorded_device_class", r.recorded_device_class}, {"recorded_dtype", r.recorded_dtype}};
}
PlanRequest read_plan(Fields& f) {
  return {f.text("id"), part(f, "document"), f.text("folder"), f.text("out"), EngineSettings::from_json(part(f, "settings")),
          f.text("recorded_device_class"), f.text("recorded_dtype")};
}

Json body(const InspectRequest& r) { return {{"id", r.id}, {"model", r.model}, {"folder", r.folder}}; }
InspectRequest read_inspect(Fields& f) { return {f.text("id"), f.text("model"), f.text("folder")}; }

Json body(const StatisticsRequest& r) {
  return {{"id", r.id}, {"tag", r.tag}, {"model", r.model}, {"folder", r.folder}, {"tensor", r.tensor}};
}
StatisticsRequest read_statistics(Fields& f) {
  return {f.text("id"), f.text("tag"), f.text("model"), f.text("folder"), f.text("tensor")};
}

Json body(const GenerateRequest& r) {
  return {{"id", r.id}, {"tag", r.tag}, {"model", r.model}, {"folder", r.folder}, {"prompt", r.prompt},
          {"max_tokens", r.max_tokens}, {"temperature", r.temperature}, {"seed", r.seed}, {"settings", r.settings.to_json()}};
}
GenerateRequest read_generate(Fields& f) {
  return {f.text("id"), f.text("tag"), f.text("model"), f.text("folder"), f.text("prompt"), f.integer("max_tokens"),
          number(f, "temperature"), f.integer("seed"), EngineSettings::from_json(part(f, "settings"))};
}

Json body(const OpenRunRequest& r) { return {{"id", r.id}, {"folder", r.folder}}; }
OpenRunRequest read_open_run(Fields& f) { return {f.text("id"), f.text("folder")}; }

Json body(const CancelRequest& r) { return {{"target", r.target}}; }
CancelRequest read_cancel(Fields& f) { return {f.text("target")}; }

Json body(const EngineReady& e) {
  return {{"device_class", e.device_class}, {"host", e.host}, {"dtype", e.dtype}, {"threads", e.threads},
          {"warnings", error_list(e.warnings)}, {"devices", device_list(e.devices)}};
}
EngineReady read_ready(Fields& f) {
  EngineReady e{f.text("device_class"), f.text("host"), f.text("dtype"), static_cast<int>(f.integer("threads")), {}, {}};
  for (const Json& warning : f.array("warnings")) e.warnings.push_back(error_from_json(warning));
  for (const Json& device : f.array("devices")) e.devices.push_back(ComputeDevice::from_json(device));
  return e;
}

Json body(const RunStarted& e) { return {{"id", e.id}, {"record", e.record.to_json(true)}}; }
RunStarted read_started(Fields& f) { return {f.text("id"), RunRecord::from_json(part(f, "record"))}; }

Json body(const RunProgress& e) { return {{"id", e.id}, {"progress", e.progress.to_json()}}; }
RunProgress read_progress(Fields& f) { return {f.text("id"), ProgressMessage::from_json(part(f, "progress"))}; }

Json body(const RunLog& e) { return {{"id", e.id}, {"message", e.message.to_json()}}; }
RunLog read_log(Fields& f) { return {f.text("id"), LogMessage::from_json(part(f, "message"))}; }

Json body(const LinearsRecorded& e) { return {{"id", e.id}, {"message", e.message.to_json()}}; }
LinearsRecorded read_linears(Fields& f) { return {f.text("id"), LinearsMessage::from_json(part(f, "message"))}; }

Json body(const NodeChanged& e) { return {{"id", e.id}, {"node", e.node.to_json(true)}}; }
NodeChanged read_node(Fields& f) { return {f.text("id"), NodeRecord::from_json(part(f, "node"))}; }

Json body(const RunFinished& e) { return {{"id", e.id}, {"record", e.record.to_json(true)}}; }
RunFinished read_finished(Fields& f) { return {f.text("id"), RunRecord::from_json(part(f, "record"))}; }

Json body(const PlanMade& e) { return {{"id", e.id}, {"plan", e.plan.to_json()}, {"recorded_recipes", e.recorded_recipes}}; }
PlanMade read_plan_made(Fields& f) {
  PlanMade e{f.text("id"), Plan::from_json(part(f, "plan")), {}};
  for (const auto& [node, recipe] : part(f, "recorded_recipes").items()) {
    if (!recipe.is_string()) f.fail("recorded_recipes", "a text is wanted, this is " + shown(recipe));
    e.recorded_recipes[node] = recipe.get<std::string>();
  }
  return e;
}

Json body(const ModelInspected& e) { return {{"id", e.id}, {"model", e.model}}; }
ModelInspected read_inspected(Fields& f) { return {f.text("id"), part(f, "model")}; }

Json body(const TensorMeasured& e) { return {{"id", e.id}, {"tensor", e.tensor}, {"statistics", e.statistics}}; }
TensorMeasured read_measured(Fields& f) { return {f.text("id"), f.text("tensor"), part(f, "statistics")}; }

Json body(const TokenWritten& e) {
  return {{"id", e.id}, {"text", e.text}, {"count", e.count}, {"decode_seconds", e.decode_seconds}};
}
TokenWritten read_token(Fields& f) { return {f.text("id"), f.text("text"), f.integer("count"), number(f, "decode_seconds")}; }

Json body(const GenerationFinished& e) {
  return {{"id", e.id}, {"prompt_tokens", e.prompt_tokens}, {"tokens", e.tokens}, {"prefill_seconds", e.prefill_seconds},
          {"decode_seconds", e.decode_seconds}, {"at_end", e.at_end}};
}
GenerationFinished read_generated(Fields& f) {
  return {f.text("id"), f.integer("prompt_tokens"), f.integer("tokens"), number(f, "prefill_seconds"),
          number(f, "decode_seconds"), f.boolean_or("at_end", false)};
}

Json body(const RunOpened& e) {
  return {{"id", e.id}, {"folder", e.folder}, {"record", e.record.to_json(true)}, {"document", e.document},
          {"made_here", e.made_here}};
}
RunOpened read_opened(Fields& f) {
  return {f.text("id"), f.text("folder"), RunRecord::from_json(part(f, "record")), part(f, "document"),
          f.boolean_or("made_here", false)};
}

Json body(const RequestFailed& e) { return {{"id", e.id}, {"error", e.error.to_json()}}; }
RequestFailed read_failed(Fields& f) { return {f.text("id"), error_from_json(part(f, "error"))}; }

template <typename Message>
struct Form {
  const char* name;
  Message (*read)(Fields&);
};

template <typename Visitor>
void each_request(const Visitor& visit) {
  visit(Form<RunRequest>{"run", read_run});
  visit(Form<PlanRequest>{"plan", read_plan});
  visit(Form<InspectRequest>{"inspect", read_inspect});
  visit(Form<StatisticsRequest>{"statistics", read_statistics});
  visit(Form<GenerateRequest>{"generate", read_generate});
  visit(Form<OpenRunRequest>{"open_run", read_open_run});
  visit(Form<CancelRequest>{"cancel", read_cancel});
}

template <typename Visitor>
void each_event(const Visitor& visit) {
  visit(Form<EngineReady>{"ready", read_ready});
  visit(Form<RunStarted>{"run_started", read_started});
  visit(Form<RunProgress>{"progress", read_progress});
  visit(Form<RunLog>{"log", read_log});
  visit(Form<LinearsRecorded>{"linears", read_linears});
  visit(Form<NodeChanged>{"node", read_node});
  visit(Form<RunFinished>{"run_finished", read_finished});
  visit(Form<PlanMade>{"plan", read_plan_made});
  visit(Form<ModelInspected>{"model", read_inspected});
  visit(Form<TensorMeasured>{"tensor", read_measured});
  visit(Form<TokenWritten>{"token", read_token});
  visit(Form<GenerationFinished>{"generated", read_generated});
  visit(Form<RunOpened>{"run_opened", read_opened});
  visit(Form<RequestFailed>{"failed", read_failed});
}

template <typename Variant, typename Each>
Json write(const char* key, const Variant& variant, const Each& each) {
  return std::visit(
      [&](const auto& message) {
        Json json = Json::object();
        each([&]<typename Message>(const Form<Message>& form) {
          if constexpr (std::is_same_v<Message, std::decay_t<decltype(message)>>) json[key] = form.name;
        });
        json.update(body(message));
        return json;
      },
      variant);
}

template <typename Variant, typename Each>
Variant read(const char* key, const Json& json, const std::string& where, const Each& each) {
  Fields fields(json, where);
  const std::string name = fields.text(key);
  std::optional<Variant> out;
  each([&](const auto& form) {
    if (name == form.name) out = form.read(fields);
  });
  if (!out) fields.fail(key, "there is no message " + shown(name));
  return std::move(*out);
}

}  // namespace

Json EngineSettings::to_json() const { return {{"dtype", dtype}, {"threads", threads}, {"device", device}}; }

EngineSettings EngineSettings::from_json(const Json& json) {
  Fields fields(json, "engine settings");
  return {fields.text("dtype"), static_cast<int>(fields.integer("threads")), fields.text("device")};
}

Json ComputeDevice::to_json() const {
  return {{"id", id}, {"name", name}, {"device_class", device_class}, {"dtype", dtype}, {"memory_bytes", memory_bytes},
          {"problem", problem ? problem->to_json() : Json()}};
}

ComputeDevice ComputeDevice::from_json(const Json& json) {
  Fields fields(json, "device");
  ComputeDevice device{fields.text("id"), fields.text("name"), fields.text("device_class"), fields.text("dtype"),
                       static_cast<std::uint64_t>(fields.integer("memory_bytes")), {}};
  const Json& problem = part(fields, "problem");
  if (!problem.is_null()) device.problem = error_from_json(problem);
  return device;
}

Json to_json(const EngineRequest& request) {
  return write("request", request, [](const auto& visit) { each_request(visit); });
}
EngineRequest engine_request_from_json(const Json& json) {
  return read<EngineRequest>("request", json, "engine request", [](const auto& visit) { each_request(visit); });
}
Json to_json(const EngineEvent& event) {
  return write("event", event, [](const auto& visit) { each_event(visit); });
}
EngineEvent engine_event_from_json(const Json& json) {
  return read<EngineEvent>("event", json, "engine event", [](const auto& visit) { each_event(visit); });
}

}  // namespace kelter
