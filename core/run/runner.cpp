// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/runner.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>

#include "core/base/units.h"
#include "core/model/ledger.h"
#include "core/model/transformer.h"
#include "core/run/device.h"
#include "core/run/engine_thread.h"
#include "core/run/model_source.h"
#include "core/run/planner.h"
#include "core/run/prepare.h"
#include "core/run/run_context.h"
#include "core/run/run_folder.h"
#include "core/run/translate.h"

namespace kelter {
namespace {

double unix_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::uint64_t bytes_on_disk(const fs::path& path) {
  if (fs::is_regular_file(path)) return fs::file_size(path);
  std::uint64_t sum = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) sum += entry.file_size();
  }
  return sum;
}

// A model node could not be made; its record says why.
struct NodeFailed {
  std::size_t node;
};

// A model that lies nowhere on disk, put there for a measuring process.
class TemporaryFolder {
 public:
  TemporaryFolder(const Cache& cache, const std::string& recipe, const ModelState& state)
      : path_(cache.folder() / "tmp" / (recipe + "-" + std::to_string(::getpid()))) {
    fs::create_directories(path_.parent_path());
    save_model(state, path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// One run from its first to its last node.
class Execution {
 public:
  Execution(RunServices& services, PreparedRun run, const RunListener& listener, const CancelFlag& cancel)
      : services_(services),
        run_(std::move(run)),
        listener_(listener),
        cancel_(cancel),
        slots_(run_.graph.nodes.size()),
        records_(run_.graph.nodes.size()) {
    services_.cache.set_log([this](const std::string& text) { log({"warning", {}, text}); });
  }
  ~Execution() { services_.cache.set_log(nullptr); }
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  RunRecord run();

 private:
  struct Slot {
    std::optional<ModelState> state;       // in memory
    bool ran = false;                      // its step was called in this run
    bool resumed = false;                  // from a checkpoint: its time is not the whole one
    double seconds = 0;                    // of that call, or of opening a source
    std::vector<std::string> warnings;     // of that call
    Json linears = Json::array();          // of that call
    std::size_t last_reader = 0;           // the last node that may ask for the state
    std::int64_t stage = 0;                // number of its stage; its measures follow
  };

  void open_folder();
  void number_stages();
  void log(const LogMessage& message);
  void publish(std::size_t i);
  RunContext context(std::size_t i, std::size_t offset, const std::string& step, const std::string& recipe, std::int64_t layers = 0);

  void visit(std::size_t i);
  bool skip_behind_failure(std::size_t i);
  bool known(std::size_t i);
  const ModelState& materialise(std::size_t i);
  ModelState make_state(std::size_t i);
  ModelState run_step(std::size_t i);
  StepInputs step_inputs(std::size_t i);
  void produce(std::size_t i);
  NodeSummary summarise(std::size_t i);
  void fill_record(std::size_t i, const NodeSummary& summary);
  std::optional<std::uint64_t> keep_in_folder(std::size_t i);
  void fail(std::size_t i, ErrorInfo error);
  void release(std::size_t visited);

  void measure_all(std::size_t i);
  void measure(std::size_t i, std::size_t measure, std::size_t offset, const std::string& key);
  std::optional<MeasureResult> known_result(const std::string& key);
  MeasureResult measure_now(std::size_t i, std::size_t measure, RunContext& context);
  MeasureResult measure_apart(std::size_t i, std::size_t measure);
  void add_result(std::size_t i, const MeasureResult& result);

  RunRecord record() const;
  void remember(const RunRecord& finished);
  void learn(const GraphNode& node, std::uint64_t weights, double seconds);

  RunServices& services_;
  PreparedRun run_;
  const RunListener& listener_;
  const CancelFlag& cancel_;
  std::unique_ptr<RunFolder> folder_;
  std::vector<Slot> slots_;
  std::vector<NodeRecord> records_;
  std::int64_t stage_count_ = 0;
  double started_ = unix_seconds();
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::optional<double> estimated_seconds_;
};

// ---- the run as a whole ---------------------------------------------------------------------------------

RunRecord Execution::run() {
  own_torch(run_.options.threads);   // the thread count is part of the device class, so it must be the real one
  const Plan plan = plan_run(run_, services_);
  estimated_seconds_ = plan.seconds;
  if (!run_.options.out.empty()) {
    open_folder();
    check_free_disk(folder_->path(), plan.disk_bytes);
  }
  number_stages();
  if (listener_.started) listener_.started(record());
  log({"info",
       {},
       "Run of \"" + run_.document.title + "\" on " + run_.device_class + ", compute type " + run_.options.dtype +
           (plan.seconds ? ", estimated " + format_seconds(*plan.seconds) : std::string()) + "."});
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!is_model_node(run_.node(i))) continue;
    visit(i);
    release(i);
    if (folder_) folder_->write_record(record());
  }
  log({"info", {}, "The run took " + format_seconds(seconds_since(start_)) + "."});
  const RunRecord finished = record();
  if (folder_) folder_->write_record(finished);
  remember(finished);
  return finished;
}

void Execution::open_folder() {
  folder_ = std::make_unique<RunFolder>(run_.options.out, run_.document, run_.options.resume);
}

void Execution::number_stages() {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const GraphNode& node = run_.node(i);
    if (!is_model_node(node)) continue;
    slots_[i].last_reader = std::max(slots_[i].last_reader, i);
    for (const auto& [port, sources] : node.inputs) {
      for (const Graph::Output& source : sources) {
        slots_[source.first].last_reader = i;
        slots_[run_.producer(source)].last_reader = i;
      }
    }
    slots_[i].stage = stage_count_ + 1;
    stage_count_ += 1 + static_cast<std::int64_t>(measures_of(run_.graph, i).size());
    records_[i].id = node.id;
    records_[i].step = node.step->id;
    records_[i].recipe = run_.recipes[i];
    records_[i].parameters = node.parameters;
    records_[i].overrides = node.overrides;
  }
}

void Execution::log(const LogMessage& message) {
  if (folder_) folder_->log(message);
  if (listener_.log) listener_.log(message);
}

void Execution::publish(std::size_t i) {
  if (listener_.node) listener_.node(records_[i]);
}

// Of the node's own stage, or of its measure number `offset`.
RunContext Execution::context(std::size_t i, std::size_t offset, const std::string& step, const std::string& recipe, std::int64_t layers) {
  return RunContext({run_.node(i).id, step, recipe, slots_[i].stage + static_cast<std::int64_t>(offset), stage_count_, layers},
                    services_.cache, listener_, cancel_, [this](const LogMessage& message) { log(message); });
}

RunRecord Execution::record() const {
  RunRecord record;
  record.kelter = version;
  record.device = run_.options.device;
  record.device_class = run_.device_class;
  record.environment = {{"title", run_.document.title}, {"host", run_.host}, {"libtorch", KELTER_LIBTORCH},
                        {"threads", run_.options.threads}, {"dtype", run_.options.dtype}, {"started", started_},
                        {"seconds", seconds_since(start_)},
                        {"estimated_seconds", estimated_seconds_ ? Json(*estimated_seconds_) : Json()}};
  Json& measures = record.environment["measures"] = Json::object();   // the recipe of each, to tell a stale value
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (is_model_node(run_.node(i))) record.nodes.push_back(records_[i]);
    if (run_.node(i).step->is_measure()) measures[run_.node(i).id] = run_.recipes[i];
  }
  return record;
}

// Losing the memory of a run must not lose the run.
void Execution::remember(const RunRecord& finished) {
  if (!services_.store) return;
  try {
    services_.store->add({new_run_id(started_), run_.document.title, run_.host, run_.device_class,
                          folder_ ? folder_->path().string() : std::string(), started_,
                          finished.environment.at("seconds").get<double>(), finished});
  } catch (const Error& error) {
    log({"warning", {}, "The run was not remembered: " + error.info().text()});
  }
}

void Execution::learn(const GraphNode& node, std::uint64_t weights, double seconds) {
  if (!services_.store) return;
  try {
    services_.store->add_timing({node.step->id, timing_key(node), run_.device_class, weights, seconds});
  } catch (const Error& error) {
    log({"warning", node.id, "Its time was not remembered: " + error.info().text()});
  }
}

// ---- one node -------------------------------------------------------------------------------------------

void Execution::visit(std::size_t i) {
  NodeRecord& record = records_[i];
  if (cancel_.requested()) {
    record.state = NodeState::cancelled;
    return publish(i);
  }
  if (skip_behind_failure(i)) return publish(i);
  record.state = NodeState::running;
  publish(i);
  try {
    if (!known(i)) produce(i);
    measure_all(i);
    if (record.state == NodeState::running) record.state = NodeState::done;
  } catch (const NodeFailed&) {
    if (record.state == NodeState::running) skip_behind_failure(i);
  } catch (...) {
    fail(i, translate_exception(std::current_exception(), "node " + record.id));
  }
  publish(i);
}

// A model input that could not be made. A failed measure of it does no harm.
bool Execution::skip_behind_failure(std::size_t i) {
  for (const std::size_t input : model_inputs(run_.node(i))) {
    const NodeRecord& before = records_[input];
    const bool missing =
        before.ledger.is_null() && before.state != NodeState::running && before.state != NodeState::waiting;
    if (!missing) continue;
    const bool stopped = before.state == NodeState::cancelled;
    records_[i].state = stopped ? NodeState::cancelled : NodeState::skipped;
    if (stopped) return true;
    records_[i].error = ErrorInfo{before.error ? before.error->code : ErrorCode::internal, "The node was skipped",
                                  "node " + records_[i].id, "its input " + before.id + " " + to_string(before.state),
                                  "Mend " + before.id + " and run again."};
    log({"warning", records_[i].id, records_[i].error->text()});
    return true;
  }
  return false;
}

// Everything the record needs is known without the model.
bool Execution::known(std::size_t i) {
  const GraphNode& node = run_.node(i);
  const bool source = node.step->is_source();
  if (folder_ && !source) return false;
  const std::vector<std::size_t> measures = measures_of(run_.graph, i);
  const bool measured = std::all_of(measures.begin(), measures.end(), [&](std::size_t m) {
    return known_result(run_.result_key(services_.measures, m, i)).has_value();
  });
  if (!measured) return false;
  const std::optional<NodeSummary> summary = services_.cache.load_summary(run_.recipes[i]);
  if (!summary) return false;
  fill_record(i, *summary);
  return true;
}

// Makes the model, describes it, keeps it.
void Execution::produce(std::size_t i) {
  materialise(i);
  try {
    const NodeSummary summary = summarise(i);
    fill_record(i, summary);
    if (slots_[i].ran) services_.cache.drop_checkpoints(run_.recipes[i]);
  } catch (...) {
    fail(i, translate_exception(std::current_exception(), "node " + run_.node(i).id));
    records_[i].ledger = nullptr;
    throw NodeFailed{i};
  }
}

// The model of a node: from memory, from the cache, or made now; its inputs are asked for only when they are needed.
const ModelState& Execution::materialise(std::size_t i) {
  Slot& slot = slots_[i];
  if (slot.state) return *slot.state;
  const std::string where = "node " + run_.node(i).id + ", " + run_.node(i).step->id;
  try {
    slot.state = make_state(i);
    return *slot.state;
  } catch (const NodeFailed&) {
    throw;
  } catch (...) {
    fail(i, translate_exception(std::current_exception(), where));
    records_[i].ledger = nullptr;
    throw NodeFailed{i};
  }
}

ModelState Execution::make_state(std::size_t i) {
  const GraphNode& node = run_.node(i);
  if (node.bypass) return materialise(run_.producer({i, node.step->outputs.front().name}));
  if (node.step->is_source()) {
    const auto start = std::chrono::steady_clock::now();
    ModelState state = open_model(run_.sources[i]);
    slots_[i].seconds = seconds_since(start);
    return state;
  }
  if (folder_) {
    if (auto finished = folder_->finished_model(node.id, run_.recipes[i])) return std::move(*finished);
  }
  if (auto cached = services_.cache.load_state(run_.recipes[i])) return std::move(*cached);
  return run_step(i);
}

StepInputs Execution::step_inputs(std::size_t i) {
  const GraphNode& node = run_.node(i);
  StepInputs inputs;
  inputs.parameters = run_.parameters[i];
  inputs.dtype = run_.dtype;
  inputs.device = run_.device;
  inputs.layer_settings = node.layer_settings;
  for (const auto& [name, sources] : node.inputs) {
    const Port* port = node.step->input(name);
    if (!port || sources.empty()) continue;
    const std::size_t producer = run_.producer(sources.front());
    if (port->type == PortType::model) inputs.models.emplace(name, materialise(producer));
    if (port->type == PortType::text) inputs.texts.emplace(name, run_.text_request(producer));
  }
  if (!inputs.layer_settings.empty()) inputs.layer_settings.check_layer_count(inputs.model().layer_count());
  return inputs;
}

ModelState Execution::run_step(std::size_t i) {
  const GraphNode& node = run_.node(i);
  const StepInputs inputs = step_inputs(i);
  const std::int64_t layers = inputs.models.empty() ? 0 : inputs.models.begin()->second.layer_count();
  RunContext context = this->context(i, 0, node.step->id, run_.recipes[i], layers);
  if (folder_) folder_->node_started(node.id, run_.recipes[i]);
  context.begin();
  context.check_cancelled();
  ModelState state = services_.registry.get(node.step->id)(inputs, context);
  Slot& slot = slots_[i];
  slot.seconds = context.seconds();
  slot.warnings = context.warnings();
  slot.linears = context.linears();
  slot.ran = true;
  records_[i].cached = false;   // also where the record was known and only the model was missing
  slot.resumed = context.resumed();
  state.validate("result of " + node.step->id);
  services_.cache.store_state(run_.recipes[i], state, slot.seconds, run_.options.store_every_state);
  log({"info", node.id, node.step->id + " took " + format_seconds(slot.seconds) + "."});
  return state;
}

// From the cache where the node did not run now; a second run of the same recipe must give the same content.
NodeSummary Execution::summarise(std::size_t i) {
  const Slot& slot = slots_[i];
  const std::optional<NodeSummary> before = services_.cache.load_summary(run_.recipes[i]);
  if (before && !slot.ran) return *before;
  NodeSummary summary;
  summary.content = slot.state->content_hash();
  summary.ledger = make_ledger(*slot.state, std::nullopt);
  if (run_.device.is_cuda()) summary.ledger["gpu_bytes"] = device_bytes(*slot.state, run_.dtype);
  if (!slot.linears.empty()) summary.ledger["linears"] = slot.linears;
  summary.weights = summary.ledger.at("weights").get<std::uint64_t>();
  summary.seconds = slot.seconds;
  summary.warnings = slot.warnings;
  if (before && before->content != summary.content) {
    log({"warning", records_[i].id, "The result differs from that of an earlier run of the same recipe."});
  }
  services_.cache.store_summary(run_.recipes[i], summary);
  if (slot.ran && !slot.resumed) learn(run_.node(i), summary.weights, summary.seconds);
  return summary;
}

void Execution::fill_record(std::size_t i, const NodeSummary& summary) {
  NodeRecord& record = records_[i];
  const bool opened_source = run_.node(i).step->is_source() && slots_[i].state;
  record.cached = !slots_[i].ran && !opened_source;
  record.content = summary.content;
  record.seconds = summary.seconds;
  record.warnings = summary.warnings;
  const std::optional<std::uint64_t> disk = keep_in_folder(i);
  record.ledger = summary.ledger;
  record.ledger["disk_bytes"] = disk ? Json(*disk) : Json();
}

// Bytes of the model on disk, if it lies there for good.
std::optional<std::uint64_t> Execution::keep_in_folder(std::size_t i) {
  const GraphNode& node = run_.node(i);
  const fs::path& source = run_.sources[node.bypass ? run_.producer({i, node.step->outputs.front().name}) : i];
  if (!source.empty()) {
    const std::string given = node.bypass ? source.string() : node.parameters.at("path").get<std::string>();
    if (folder_) folder_->keep_source(node.id, given, source, services_.identities.of(source));
    return bytes_on_disk(source);
  }
  if (!folder_) return std::nullopt;
  if (folder_->has_finished_model(node.id, run_.recipes[i])) return bytes_on_disk(folder_->node_path(node.id));
  const std::uint64_t bytes = folder_->keep_model(node.id, *slots_[i].state);
  folder_->node_finished(node.id, run_.recipes[i], records_[i].content);
  return bytes;
}

void Execution::fail(std::size_t i, ErrorInfo error) {
  NodeRecord& record = records_[i];
  const bool stopped = error.code == ErrorCode::cancelled;
  record.state = stopped ? NodeState::cancelled : NodeState::failed;
  if (stopped) {
    log({"info", record.id, "Cancelled; what was finished is kept."});
    return;
  }
  log({"error", record.id, error.text()});
  if (folder_) folder_->node_failed(record.id, error);
  if (!record.error) record.error = std::move(error);
  publish(i);
}

void Execution::release(std::size_t visited) {
  for (Slot& slot : slots_) {
    if (slot.last_reader <= visited) slot.state.reset();
  }
}

// ---- measures -------------------------------------------------------------------------------------------

void Execution::measure_all(std::size_t i) {
  std::set<std::string> done;   // two measure nodes may ask for the same
  std::size_t offset = 0;
  for (const std::size_t m : measures_of(run_.graph, i)) {
    ++offset;
    const std::string key = run_.result_key(services_.measures, m, i);
    if (!done.insert(key).second) continue;
    try {
      measure(i, m, offset, key);
    } catch (const NodeFailed&) {
      throw;
    } catch (...) {
      fail(i, translate_exception(std::current_exception(), "node " + run_.node(i).id + ", " + run_.node(m).step->id));
      if (cancel_.requested()) return;
    }
    publish(i);
  }
}

std::optional<MeasureResult> Execution::known_result(const std::string& key) {
  if (folder_) {
    if (const MeasureResult* result = folder_->finished_result(key)) return *result;
  }
  return services_.cache.load_result(key);
}

void Execution::measure(std::size_t i, std::size_t m, std::size_t offset, const std::string& key) {
  if (const auto known = known_result(key)) return add_result(i, *known);
  RunContext context = this->context(i, offset, run_.node(m).step->id, key);
  context.begin();
  context.check_cancelled();
  const bool apart = services_.measures.get(run_.node(m).step->id).fresh_process();
  MeasureResult result = apart ? measure_apart(i, m) : measure_now(i, m, context);
  result.warnings = context.warnings();
  services_.cache.drop_checkpoints(key);
  services_.cache.store_result(key, result);
  if (folder_) folder_->measured(key, result);
  learn(run_.node(m), records_[i].ledger.at("weights").get<std::uint64_t>(), result.seconds);
  add_result(i, result);
}

MeasureResult Execution::measure_now(std::size_t i, std::size_t m, RunContext& context) {
  const MeasureEntry& entry = services_.measures.get(run_.node(m).step->id);
  return measure_here(entry, {materialise(i), run_.parameters[m], run_.dtype, run_.device}, context);
}

// Interactive jobs wait meanwhile: they would disturb what is measured.
MeasureResult Execution::measure_apart(std::size_t i, std::size_t m) {
  const GraphNode& node = run_.node(i);
  const auto poll = [this] {
    if (cancel_.requested()) throw Error(ErrorCode::cancelled, "The run was cancelled");
  };
  const auto in_child = [&](const fs::path& model) {
    return measure_in_child(run_.node(m).step->id, run_.parameters[m], model, run_.options.dtype, run_.options.device,
                            run_.options.threads, poll);
  };
  const std::size_t origin = node.bypass ? run_.producer({i, node.step->outputs.front().name}) : i;
  if (!run_.sources[origin].empty()) return in_child(run_.sources[origin]);
  if (folder_) return in_child(folder_->node_path(node.id));
  const TemporaryFolder temporary(services_.cache, run_.recipes[i], materialise(i));
  return in_child(temporary.path());
}

void Execution::add_result(std::size_t i, const MeasureResult& result) {
  NodeRecord& record = records_[i];
  record.measures.insert(record.measures.end(), result.records.begin(), result.records.end());
  record.warnings.insert(record.warnings.end(), result.warnings.begin(), result.warnings.end());
  Json& kernels = record.ledger["kernels"];
  for (const auto& [name, count] : result.kernels.items()) {
    if (!kernels.contains(name)) kernels[name] = {{"calls", 0u}, {"bytes_read", 0u}};
    for (const char* key : {"calls", "bytes_read"}) {
      kernels[name][key] = kernels[name][key].get<std::uint64_t>() + count.at(key).get<std::uint64_t>();
    }
  }
}

}  // namespace

Plan Runner::plan(const Document& document, const RunOptions& options) {
  return plan_run(prepare_run(document, options, services_), services_);
}

RunRecord Runner::run(const Document& document, const RunOptions& options, const RunListener& listener,
                      const CancelFlag& cancel) {
  return Execution(services_, prepare_run(document, options, services_), listener, cancel).run();
}

}  // namespace kelter
