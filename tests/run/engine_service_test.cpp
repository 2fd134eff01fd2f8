// SPDX-License-Identifier: GPL-3.0-or-later
// The engine as a window uses it: requests in, events out, with Kelter's own plugins and a tiny model.
#include "core/run/engine_service.h"

#include <QElapsedTimer>
#include <QtTest>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "core/describe/document.h"
#include "core/measure/tensor_statistics.h"
#include "core/run/generation.h"
#include "core/run/run_folder.h"
#include "core/run/run_store.h"
#include "tests/run/run_support.h"
#include "tests/support/cli_program.h"

using namespace kelter;
using namespace kelter::test;
using namespace std::chrono_literals;

namespace {

// A service with all it has said, in order.
class Client {
 public:
  Client() : service_(kelter_start_engine([this](const EngineEvent& event) { take(event); })) {}

  void send(const EngineRequest& request) { service_->send(request); }
  // Waits until an event satisfies `wanted`; false after a minute.
  bool wait(const std::function<bool(const EngineEvent&)>& wanted) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 60s, [&] { return std::any_of(events_.begin(), events_.end(), wanted); });
  }
  // Not longer than until the request fails.
  template <typename Event>
  bool wait_for(const std::string& id) {
    bool come = false;
    return wait([&](const EngineEvent& event) {
      const auto* failed = std::get_if<RequestFailed>(&event);
      come = come || (std::holds_alternative<Event>(event) && id_of<Event>(event) == id);
      if (!come && failed && failed->id == id) qWarning("%s", failed->error.text().c_str());
      return come || (failed && failed->id == id);
    }) && come;
  }
  template <typename Event>
  std::vector<Event> all(const std::string& id) {
    const std::lock_guard lock(mutex_);
    std::vector<Event> found;
    for (const EngineEvent& event : events_) {
      if (std::holds_alternative<Event>(event) && id_of<Event>(event) == id) found.push_back(std::get<Event>(event));
    }
    return found;
  }
  std::vector<EngineEvent> events() {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  bool overlapped() const { return overlapped_; }
  void stop() { service_.reset(); }

 private:
  template <typename Event>
  static std::string id_of(const EngineEvent& event) {
    if constexpr (requires(Event one) { one.id; }) return std::get<Event>(event).id;
    return {};
  }
  void take(const EngineEvent& event) {
    if (inside_.exchange(true)) overlapped_ = true;
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(event);
    }
    changed_.notify_all();
    inside_ = false;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<EngineEvent> events_;
  std::atomic<bool> inside_{false}, overlapped_{false};
  std::unique_ptr<EngineService> service_;   // last: it calls take()
};

using Links = std::vector<std::array<std::string, 2>>;

Json node(const std::string& id, const std::string& step, const Json& parameters = Json::object()) {
  return {{"id", id}, {"step", step}, {"parameters", parameters}};
}

Json document(const std::vector<Json>& nodes, const Links& links) {
  return {{"kelter", 1}, {"title", "test"}, {"nodes", nodes}, {"links", links}};
}

const Json source = node("model", "source.model", {{"path", "tiny.gguf"}});
const Json rtn = node("rtn", "quant.rtn", {{"bits", 4}, {"group", 32}});
const Json quality = node("quality", "measure.perplexity", {{"text", "text.txt"}, {"window", 32}, {"limit", 4}});

Json small_document() {
  return document({source, rtn, quality}, {{"model.model", "rtn.model"}, {"model.model", "quality.model"}, {"rtn.model", "quality.model"}});
}

Json slow_document(int items = 200, double seconds = 0.05) {
  return document({source, rtn, node("slow", "test.slow", {{"items", items}, {"seconds", seconds}})},
                  {{"model.model", "rtn.model"}, {"rtn.model", "slow.model"}});
}

const NodeRecord& record_of(const RunRecord& run, const std::string& id) {
  for (const NodeRecord& record : run.nodes) {
    if (record.id == id) return record;
  }
  throw std::logic_error("no record of " + id);
}

std::string kind_of(const EngineEvent& event) { return to_json(event)["event"].get<std::string>(); }

}  // namespace

class EngineServiceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    ::setenv("KELTER_PLUGIN_PATH", KELTER_BINARY_DIR "/test_steps", 1);
    ::setenv("KELTER_CLI", KELTER_BINARY_DIR "/bin/kelter-cli", 1);
  }

  void init() {
    scratch_ = std::make_unique<Scratch>();
    TinyLlama options;
    options.layers = 4;
    tiny_model(scratch_->path(), options);
    write_text(scratch_->path() / "text.txt", std::string(2000, 'a') + std::string(2000, 'b'));
  }

  void it_says_that_it_is_ready_and_what_it_computes_with() {
    Client client;
    QVERIFY(client.wait_for<EngineReady>(""));
    const EngineReady ready = client.all<EngineReady>("").at(0);
    QVERIFY(ready.threads > 0 && ready.device_class.find("libtorch") != std::string::npos && !ready.host.empty());
    QCOMPARE(ready.devices.at(0).id, std::string("cpu"));
    QCOMPARE(ready.devices.at(0).device_class, ready.device_class);
    QVERIFY(ready.devices.size() > 1);   // GPUs, or why there are none
    for (const ComputeDevice& device : ready.devices) QCOMPARE(device.problem.has_value(), device.device_class.empty());
    QVERIFY2(ready.warnings.empty(), ready.warnings.empty() ? "" : ready.warnings[0].text().c_str());
  }

  void a_run_tells_its_progress_in_order_and_leaves_a_whole_folder() {
    Client client;
    client.send(run("run-1", small_document()));
    QVERIFY(client.wait_for<RunFinished>("run-1"));
    QVERIFY(!client.overlapped());
    const std::vector<EngineEvent> events = client.events();
    QCOMPARE(kind_of(events.at(0)), std::string("ready"));
    QCOMPARE(kind_of(events.at(1)), std::string("run_started"));
    QCOMPARE(kind_of(events.back()), std::string("run_finished"));

    const RunRecord begin = client.all<RunStarted>("run-1").at(0).record;
    QCOMPARE(begin.nodes.size(), std::size_t{2});
    for (const NodeRecord& node : begin.nodes) QVERIFY(node.state == NodeState::waiting && !node.recipe.empty());
    QVERIFY(!begin.environment["measures"]["quality"].get<std::string>().empty());

    std::int64_t stage = 0;
    for (const RunProgress& message : client.all<RunProgress>("run-1")) {
      QVERIFY(message.progress.stage_index >= stage && message.progress.stage_index <= message.progress.stage_count);
      QVERIFY(message.progress.item >= 0 && message.progress.item <= message.progress.items);
      stage = message.progress.stage_index;
    }
    QCOMPARE(stage, std::int64_t{4});
    QCOMPARE(states(client, "run-1", "rtn").front(), std::string("running"));
    QCOMPARE(states(client, "run-1", "rtn").back(), std::string("done"));

    const RunRecord record = client.all<RunFinished>("run-1").at(0).record;
    QCOMPARE(record_of(record, "rtn").measures.at(0).samples.size(), std::size_t{4});
    QCOMPARE(read_run_folder(out()).to_json(true).dump(), record.to_json(true).dump());
    QVERIFY(fs::exists(out() / "document.kelter") && fs::exists(out() / "rtn" / "kelter.json") && fs::exists(out() / "log.txt"));
    QCOMPARE(RunStore().recent(5).size(), std::size_t{1});   // remembered as from the command line
  }

  void what_becomes_of_linears_is_told_layer_by_layer_before_the_node_is_done() {
    Client client;
    client.send(run("run-1", small_document()));
    QVERIFY(client.wait_for<RunFinished>("run-1"));
    Json told = Json::array();
    std::size_t messages = 0;
    bool done = false;
    for (const EngineEvent& event : client.events()) {
      if (const auto* node = std::get_if<NodeChanged>(&event)) done = done || (node->node.id == "rtn" && node->node.state == NodeState::done);
      const auto* linears = std::get_if<LinearsRecorded>(&event);
      if (!linears) continue;
      QVERIFY(!done && linears->id == "run-1" && linears->message.node == "rtn");
      QCOMPARE(linears->message.linears.size(), std::size_t{7});   // one layer, not one number
      told.insert(told.end(), linears->message.linears.begin(), linears->message.linears.end());
      ++messages;
      QCOMPARE(linears->message.layers, std::int64_t{4});
    }
    const RunRecord record = client.all<RunFinished>("run-1").at(0).record;
    QCOMPARE(messages, std::size_t{4});
    QCOMPARE(told.dump(), record_of(record, "rtn").ledger["linears"].dump());
  }

  void the_run_folder_can_be_read_from_anywhere_in_the_document() {
    Client client;
    client.send(run("run-1", small_document()));
    QVERIFY(client.wait_for<RunFinished>("run-1"));
    const Document kept = Document::load(out() / "document.kelter");
    QCOMPARE(kept.find("model")->parameters["path"].get<std::string>(), (scratch_->path() / "tiny.gguf").string());
  }

  void a_run_is_cancelled_within_two_seconds_and_goes_on_where_it_was() {
    Client client;
    client.send(run("run-1", slow_document()));
    QVERIFY(client.wait([](const EngineEvent& event) {
      const auto* progress = std::get_if<RunProgress>(&event);
      return progress && progress->progress.node == "slow" && progress->progress.item >= 3;
    }));
    QElapsedTimer timer;
    timer.start();
    client.send(CancelRequest{"run-1"});
    QVERIFY(client.wait_for<RunFinished>("run-1"));
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    const RunRecord stopped = client.all<RunFinished>("run-1").at(0).record;
    QCOMPARE(record_of(stopped, "rtn").state, NodeState::done);
    QCOMPARE(record_of(stopped, "slow").state, NodeState::cancelled);

    client.send(run("run-2", slow_document()));
    QVERIFY(client.wait([](const EngineEvent& event) {
      const auto* progress = std::get_if<RunProgress>(&event);
      return progress && progress->id == "run-2";
    }));
    client.send(CancelRequest{"run-2"});
    QVERIFY(client.wait_for<RunFinished>("run-2"));
    QVERIFY(record_of(client.all<RunFinished>("run-2").at(0).record, "rtn").cached);
  }

  void a_run_that_waits_is_cancelled_at_once_and_never_begins() {
    Client client;
    client.send(run("run-1", slow_document(), "one"));
    client.send(run("run-2", small_document(), "two"));
    QVERIFY(client.wait_for<RunStarted>("run-1"));
    client.send(CancelRequest{"run-2"});
    QVERIFY(client.wait_for<RequestFailed>("run-2"));
    QCOMPARE(client.all<RequestFailed>("run-2").at(0).error.code, ErrorCode::cancelled);
    client.send(CancelRequest{"run-1"});
    QVERIFY(client.wait_for<RunFinished>("run-1"));
    client.send(run("run-3", small_document(), "three"));
    QVERIFY(client.wait_for<RunFinished>("run-3"));
    QVERIFY(client.all<RunStarted>("run-2").empty());
    QVERIFY(!fs::exists(scratch_->path() / "two"));
    QCOMPARE(client.all<RequestFailed>("run-2").size(), std::size_t{1});
  }

  void a_plan_is_answered_while_a_run_is_under_way() {
    Client client;
    client.send(run("run-1", slow_document()));
    QVERIFY(client.wait_for<RunStarted>("run-1"));
    QElapsedTimer timer;
    timer.start();
    client.send(plan("plan-1", small_document()));
    QVERIFY(client.wait_for<PlanMade>("plan-1"));
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(client.all<RunFinished>("run-1").empty());
    client.send(CancelRequest{"run-1"});
    QVERIFY(client.wait_for<RunFinished>("run-1"));
  }

  void of_plans_that_wait_only_the_newest_is_made() {
    Client client;
    for (int i = 0; i < 20; ++i) client.send(plan("plan-" + std::to_string(i), small_document()));
    QVERIFY(client.wait_for<PlanMade>("plan-19"));
    for (int i = 1; i < 19; ++i) {   // the first may have begun
      QVERIFY(client.wait_for<RequestFailed>("plan-" + std::to_string(i)));
    }
    std::size_t made = 0, dropped = 0;
    for (int i = 0; i < 20; ++i) {
      made += client.all<PlanMade>("plan-" + std::to_string(i)).size();
      const auto failed = client.all<RequestFailed>("plan-" + std::to_string(i));
      QVERIFY(failed.empty() || failed[0].error.code == ErrorCode::cancelled);
      dropped += failed.size();
    }
    QCOMPARE(made + dropped, std::size_t{20});
    QVERIFY2(made <= 2, qPrintable(QString::number(made)));
  }

  void the_plan_of_another_machines_settings_gives_that_machines_recipes() {
    Client client;
    client.send(run("run-1", small_document()));
    QVERIFY(client.wait_for<RunFinished>("run-1"));
    const RunRecord here = client.all<RunFinished>("run-1").at(0).record;
    PlanRequest request = plan("plan-1", small_document());
    request.recorded_device_class = here.device_class;
    request.recorded_dtype = here.environment["dtype"].get<std::string>();
    request.settings.dtype = request.recorded_dtype == "float32" ? "bfloat16" : "float32";
    client.send(request);
    QVERIFY(client.wait_for<PlanMade>("plan-1"));
    const PlanMade made = client.all<PlanMade>("plan-1").at(0);
    for (const NodeRecord& node : here.nodes) {
      QCOMPARE(made.recorded_recipes.at(node.id), node.recipe);
      for (const PlannedNode& planned : made.plan.nodes) {
        if (planned.id == node.id) QVERIFY(planned.recipe != node.recipe);
      }
    }
    QCOMPARE(made.recorded_recipes.at("quality"), here.environment["measures"]["quality"].get<std::string>());
  }

  void a_generation_is_served_at_a_border_of_a_run() {
    Client client;
    client.send(run("run-1", slow_document()));
    QVERIFY(client.wait_for<RunStarted>("run-1"));
    QElapsedTimer timer;
    timer.start();
    client.send(generate("chat-1", (scratch_->path() / "tiny.gguf").string(), 8));
    QVERIFY(client.wait_for<GenerationFinished>("chat-1"));
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(client.all<RunFinished>("run-1").empty());
    client.send(CancelRequest{"run-1"});
    QVERIFY(client.wait_for<RunFinished>("run-1"));
  }

  // What is measured must not depend on somebody chatting meanwhile.
  void a_generation_inside_a_run_changes_nothing_of_it() {
    RunRecord alone, disturbed;
    const Json measured = document({source, node("quality", "measure.perplexity", {{"text", "text.txt"}, {"window", 16}, {"limit", 200}})},
                                   {{"model.model", "quality.model"}});
    for (RunRecord* record : {&alone, &disturbed}) {
      scratch_ = nullptr;
      init();
      Client client;
      client.send(run("run-1", measured));
      if (record == &disturbed) {
        for (int i = 0; i < 5; ++i) {
          GenerateRequest request = generate("chat-" + std::to_string(i), (scratch_->path() / "tiny.gguf").string(), 4);
          request.settings.threads = 1;
          client.send(request);
          QVERIFY(client.wait_for<GenerationFinished>(request.id));
        }
      }
      QVERIFY(client.wait_for<RunFinished>("run-1"));
      *record = client.all<RunFinished>("run-1").at(0).record;
    }
    QCOMPARE(record_of(disturbed, "model").ledger["kernels"].dump(), record_of(alone, "model").ledger["kernels"].dump());
    QCOMPARE(record_of(disturbed, "model").measures.at(0).samples.dump(), record_of(alone, "model").measures.at(0).samples.dump());
  }

  void the_same_prompt_and_seed_give_the_same_text_and_its_pieces_are_whole() {
    Client client;
    std::vector<std::string> texts;
    for (const double temperature : {0.0, 0.0, 1.5, 1.5}) {
      GenerateRequest request = generate("chat-" + std::to_string(texts.size()), (scratch_->path() / "tiny.gguf").string(), 40);
      request.temperature = temperature;
      request.seed = 7;
      client.send(request);
      QVERIFY(client.wait_for<GenerationFinished>(request.id));
      std::string text;
      std::int64_t count = 0;
      for (const TokenWritten& token : client.all<TokenWritten>(request.id)) {
        QVERIFY2(QString::fromUtf8(token.text).toUtf8().toStdString() == token.text, token.text.c_str());
        QVERIFY(token.count >= count);
        count = token.count;
        text += token.text;
      }
      const GenerationFinished end = client.all<GenerationFinished>(request.id).at(0);
      QCOMPARE(end.tokens, count);
      QVERIFY(end.prompt_tokens > 0 && end.prefill_seconds > 0);
      texts.push_back(text);
    }
    QCOMPARE(texts[0], texts[1]);
    QCOMPARE(texts[2], texts[3]);
    QVERIFY(texts[0] != texts[2]);
  }

  void a_generation_stops_between_two_tokens() {
    Client client;
    client.send(generate("chat-1", (scratch_->path() / "tiny.gguf").string(), 100000));
    QVERIFY(client.wait_for<TokenWritten>("chat-1"));
    QElapsedTimer timer;
    timer.start();
    client.send(CancelRequest{"chat-1"});
    QVERIFY(client.wait_for<RequestFailed>("chat-1"));
    QVERIFY(timer.elapsed() < 2000);
    QCOMPARE(client.all<RequestFailed>("chat-1").at(0).error.code, ErrorCode::cancelled);
  }

  void a_model_is_inspected_without_the_engine_thread() {
    Client client;
    client.send(run("run-1", slow_document()));
    QVERIFY(client.wait_for<RunStarted>("run-1"));
    client.send(InspectRequest{"look-1", "tiny.gguf", scratch_->path().string()});
    QVERIFY(client.wait_for<ModelInspected>("look-1"));
    const Json model = client.all<ModelInspected>("look-1").at(0).model;
    QCOMPARE(model["name"].get<std::string>(), std::string("Tiny random llama"));
    QCOMPARE(model["layers"].get<int>(), 4);
    QCOMPARE(model["heads"].get<int>(), 4);
    QCOMPARE(model["formats"]["F32"].get<std::size_t>(), model["tensors"].size());
    QVERIFY(client.all<RunFinished>("run-1").empty());
    client.send(InspectRequest{"look-2", "nothing.gguf", scratch_->path().string()});
    QVERIFY(client.wait_for<RequestFailed>("look-2"));
    QCOMPARE(client.all<RequestFailed>("look-2").at(0).error.code, ErrorCode::file_not_found);
  }

  // On the engine thread, inside the run, whose steps are not disturbed.
  void the_numbers_of_a_tensor_are_counted_while_a_run_goes_on() {
    Client client;
    client.send(run("run-1", slow_document()));
    QVERIFY(client.wait_for<RunStarted>("run-1"));
    const std::string folder = scratch_->path().string(), tensor = "model.layers.1.mlp.up_proj.weight";
    client.send(StatisticsRequest{"look-1", "numbers", "tiny.gguf", folder, tensor});
    QVERIFY(client.wait_for<TensorMeasured>("look-1"));
    QVERIFY(client.all<RunFinished>("run-1").empty());
    const TensorMeasured measured = client.all<TensorMeasured>("look-1").at(0);
    QCOMPARE(measured.tensor, tensor);
    NullContext context;
    const ModelState model = open_model(scratch_->path() / "tiny.gguf");
    QCOMPARE(measured.statistics["count"], Json(model.tensor(tensor)->numel()));
    QVERIFY(std::abs(measured.statistics["mean"].get<double>() - tensor_statistics(*model.tensor(tensor), context).mean) < 1e-12);
    client.send(StatisticsRequest{"look-2", "numbers", "tiny.gguf", folder, "nothing.weight"});
    QVERIFY(client.wait_for<RequestFailed>("look-2"));
    QCOMPARE(client.all<RequestFailed>("look-2").at(0).error.code, ErrorCode::invalid_parameter);
  }

  void a_run_folder_is_opened_and_known_to_be_ours_or_not() {
    Client client;
    client.send(run("run-1", small_document()));
    QVERIFY(client.wait_for<RunFinished>("run-1"));
    client.send(OpenRunRequest{"open-1", out().string()});
    QVERIFY(client.wait_for<RunOpened>("open-1"));
    const RunOpened mine = client.all<RunOpened>("open-1").at(0);
    QVERIFY(mine.made_here);
    QCOMPARE(mine.record.to_json(true).dump(), client.all<RunFinished>("run-1").at(0).record.to_json(true).dump());
    QCOMPARE(Document::from_json(mine.document, "document").nodes.size(), std::size_t{3});

    Json json = read_json_file(out() / "run.json");
    json["environment"]["host"] = "elsewhere";
    write_file_atomically(out() / "run.json", to_pretty(json));
    client.send(OpenRunRequest{"open-2", out().string()});
    QVERIFY(client.wait_for<RunOpened>("open-2"));
    QVERIFY(!client.all<RunOpened>("open-2").at(0).made_here);
  }

  void what_goes_wrong_is_answered_with_what_where_why_and_what_to_try() {
    Client client;
    client.send(run("run-1", document({node("rtn", "quant.rtn")}, {})));
    QVERIFY(client.wait_for<RequestFailed>("run-1"));
    QCOMPARE(client.all<RequestFailed>("run-1").at(0).error.code, ErrorCode::invalid_document);
    client.send(run("run-2", document({source, node("bad", "test.fail", {{"layer", 2}}), rtn},
                                      {{"model.model", "bad.model"}, {"model.model", "rtn.model"}})));
    QVERIFY(client.wait_for<RunFinished>("run-2"));
    const RunRecord record = client.all<RunFinished>("run-2").at(0).record;
    QCOMPARE(record_of(record, "rtn").state, NodeState::done);
    const ErrorInfo error = *record_of(record, "bad").error;
    QVERIFY(error.where.find("node bad") != std::string::npos && error.where.find("layer 2") != std::string::npos);
    QCOMPARE(error.remedy, std::string("Use another text."));
    RunRequest wrong = run("run-3", small_document());
    wrong.settings.device = "cuda:999";
    client.send(wrong);
    QVERIFY(client.wait_for<RequestFailed>("run-3"));
    QCOMPARE(client.all<RequestFailed>("run-3").at(0).error.code, ErrorCode::unsupported);
  }

  void shutting_down_during_a_run_leaves_a_folder_that_goes_on() {
    QElapsedTimer timer;
    {
      Client client;
      client.send(run("run-1", slow_document()));
      QVERIFY(client.wait([](const EngineEvent& event) {
        const auto* progress = std::get_if<RunProgress>(&event);
        return progress && progress->progress.node == "slow";
      }));
      timer.start();
      client.stop();
      QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    }
    QCOMPARE(record_of(read_run_folder(out()), "rtn").state, NodeState::done);
    Client again;   // a second service in the same process
    again.send(run("run-2", slow_document(2)));
    QVERIFY(again.wait_for<RunFinished>("run-2"));
    const RunRecord record = again.all<RunFinished>("run-2").at(0).record;
    QVERIFY(record_of(record, "rtn").cached);
    QCOMPARE(record_of(record, "slow").state, NodeState::done);
  }

  void a_service_that_is_closed_at_once_ends() {
    for (int i = 0; i < 3; ++i) {
      Client client;
      client.send(run("run-1", slow_document()));
      client.send(plan("plan-1", small_document()));
    }
  }

  void the_command_line_and_the_service_compute_the_same() {
    const Document made = [&] {
      Document document = Document::from_json(small_document(), "test");
      document.save(scratch_->path() / "small.kelter");
      return document;
    }();
    Client client;
    client.send(run("run-1", small_document()));
    QVERIFY(client.wait_for<RunFinished>("run-1"));
    const RunRecord window = client.all<RunFinished>("run-1").at(0).record;
    const CliSandbox sandbox;
    const CliResult result = sandbox.run({"run", QString::fromStdString((scratch_->path() / "small.kelter").string()),
                                          "--out", "out", "--json"});
    QVERIFY2(result.code == 0, result.text());
    const RunRecord line = RunRecord::from_json(result.json());
    QCOMPARE(line.nodes.size(), window.nodes.size());
    for (std::size_t i = 0; i < line.nodes.size(); ++i) {
      QCOMPARE(line.nodes[i].recipe, window.nodes[i].recipe);
      QCOMPARE(line.nodes[i].content, window.nodes[i].content);
      QCOMPARE(line.nodes[i].measures.at(0).value, window.nodes[i].measures.at(0).value);
    }
  }

  void bytes_of_tokens_become_whole_characters() {
    WholeCharacters text;
    QCOMPARE(text.add("a\xc3"), std::string("a"));
    QCOMPARE(text.add("\xa9"), std::string("\xc3\xa9"));
    QCOMPARE(text.add("\xf0\x9f"), std::string());
    QCOMPARE(text.add("\x8d\x87z"), std::string("\xf0\x9f\x8d\x87z"));
    QCOMPARE(text.add("\xff"), std::string("\xef\xbf\xbd"));
    QCOMPARE(text.add("\xe2\x80!"), std::string("\xef\xbf\xbd\xef\xbf\xbd!"));
    QCOMPARE(text.add("\xc0"), std::string("\xef\xbf\xbd"));
    QCOMPARE(text.add("\xe2\x80"), std::string());
    QCOMPARE(text.rest(), std::string("\xef\xbf\xbd"));
    QCOMPARE(text.rest(), std::string());
  }

  void two_models_stay_open_and_a_changed_file_is_opened_again() {
    OpenModels models;
    const fs::path path = scratch_->path() / "tiny.gguf";
    const ModelState* first = &models.open(path);
    QCOMPARE(&models.open(path), first);
    const std::string before = first->content_hash();
    tiny_model(scratch_->path() / "b");
    static_cast<void>(models.open(scratch_->path() / "b" / "tiny.gguf"));
    QCOMPARE(&models.open(path), first);
    TinyLlama other;
    other.seed = 99;
    write_tiny_llama(path, other);
    QVERIFY(models.open(path).content_hash() != before);
  }

 private:
  fs::path out() const { return scratch_->path() / "out"; }
  RunRequest run(const std::string& id, const Json& document, const std::string& folder = "out") const {
    return {id, document, scratch_->path().string(), (scratch_->path() / folder).string(), true, {}};
  }
  PlanRequest plan(const std::string& id, const Json& document) const {
    return {id, document, scratch_->path().string(), out().string(), {}, {}, {}};
  }
  static GenerateRequest generate(const std::string& id, const std::string& model, std::int64_t tokens) {
    GenerateRequest request;
    request.id = request.tag = id;
    request.model = model;
    request.prompt = "the cat and the";
    request.max_tokens = tokens;
    return request;
  }
  static std::vector<std::string> states(Client& client, const std::string& run, const std::string& node) {
    std::vector<std::string> found;
    for (const NodeChanged& event : client.all<NodeChanged>(run)) {
      if (event.node.id == node) found.push_back(to_string(event.node.state));
    }
    return found;
  }

  std::unique_ptr<Scratch> scratch_;
};

QTEST_GUILESS_MAIN(EngineServiceTest)
#include "engine_service_test.moc"
