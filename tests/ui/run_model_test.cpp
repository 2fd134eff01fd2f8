// SPDX-License-Identifier: GPL-3.0-or-later
// What the window knows about runs: states and staleness from events and edits, the queue, run folders, and that the
// steps it says will run are the steps that run.
#include "ui/models/run_model.h"

#include <QtTest>
#include <functional>
#include <random>

#include "tests/ui/engine_world.h"
#include "tests/ui/fake_engine.h"

using namespace kelter;
using namespace kelter::test;
using namespace kelter::ui;

namespace {

QString name(NodeStatus status) {
  const char* names[] = {"unconfigured", "idle", "stale", "queued", "running", "done", "failed", "skipped", "cancelled"};
  return names[static_cast<int>(status)];
}

// A workbench on an engine that says what the test wants.
struct FakeWindow {
  FakeWindow() { bridge.start_with(FakeEngine::start); }
  bool ready() {
    return QTest::qWaitFor([this] { return bridge.state() == EngineBridge::State::ready; });
  }
  FakeEngine& engine() { return FakeEngine::last(); }
  QString status(const char* node) const { return name(bench.runs.status(node)); }

  // The record a run of this document begins with; recipes are "ID:VERSION" of each node's recipe in `versions`.
  RunRecord record(NodeState state) {
    RunRecord record{"0.1.0", "cpu", "class", Json::object(), {}};
    record.environment["dtype"] = "float32";
    record.environment["measures"] = Json::object();
    for (const GraphNode& node : bench.document.graph()->nodes) {
      if (node.step->is_measure()) record.environment["measures"][node.id] = recipe(node);
      if (node.step->is_measure() || node.step->outputs.front().type != PortType::model) continue;
      NodeRecord one;
      one.id = node.id;
      one.step = node.step->id;
      one.recipe = recipe(node);
      one.state = state;
      if (state == NodeState::done) one.ledger = {{"disk_bytes", 1000}};
      record.nodes.push_back(one);
    }
    return record;
  }
  Plan plan() {
    Plan plan;
    for (const GraphNode& node : bench.document.graph()->nodes) plan.nodes.push_back({node.id, node.step->id, recipe(node), false, {}, {}, {}});
    return plan;
  }
  // As real ones do, it depends on the step, its parameters and what is before it.
  std::string recipe(const GraphNode& node) const {
    std::string text = node.step->id + node.parameters.dump();
    for (const auto& [port, sources] : node.inputs) {
      if (node.step->is_measure()) continue;
      for (const auto& [source, output] : sources) text += "<" + recipe(bench.document.graph()->nodes[source]);
    }
    return text;
  }
  // Presses Run, and lets the engine begin.
  std::string begin() {
    bench.run();
    return start_sent();
  }
  std::string start_sent() {
    const std::string id = bench.runs.queue().empty() ? "" : bench.runs.queue().front().id;
    engine().say(RunStarted{id, record(NodeState::waiting)});
    return QTest::qWaitFor([&] { return bench.runs.running_id() == id; }) ? id : "";
  }
  bool finish(const std::string& id, const RunRecord& record) {
    engine().say(RunFinished{id, record});
    return QTest::qWaitFor([&] { return !bench.runs.running(); });
  }
  // Answers every plan that is asked for, until the window takes one as that of its document.
  bool answer_plan() {
    return QTest::qWaitFor([&] {
      const std::size_t asked = engine().asked<PlanRequest>().size();
      if (asked > answered_) engine().say(PlanMade{engine().asked<PlanRequest>().back().id, plan(), {}});
      answered_ = asked;
      return bench.runs.plan().has_value();
    });
  }
  void set(const char* node, const char* parameter, const Json& value) {
    bench.document.push(set_parameter(bench.document.document(), node, parameter, value), "edit");
  }

  EngineBridge bridge;
  Workbench bench{load_catalogue(), bridge};
  std::size_t answered_ = 0;
};

// model -> depth -> rtn, quality on model and rtn; other on model.
Document chain(const EngineWorld& world) {
  return world.read({{"kelter", 1},
                     {"title", "chain"},
                     {"nodes", {EngineWorld::node("model", "source.model", {{"path", "tiny.gguf"}}),
                                EngineWorld::node("depth", "prune.depth", {{"criterion", "list"}, {"layers", "1"}}),
                                EngineWorld::node("rtn", "quant.rtn", {{"group", 32}}),
                                EngineWorld::node("other", "quant.rtn", {{"group", 0}}),
                                EngineWorld::node("quality", "measure.perplexity", {{"text", "text.txt"}, {"window", 32}, {"limit", 2}})}},
                     {"links", Links{{"model.model", "depth.model"}, {"depth.model", "rtn.model"}, {"model.model", "other.model"},
                                {"model.model", "quality.model"}, {"rtn.model", "quality.model"}}}});
}

}  // namespace

class RunModelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    world_ = std::make_unique<EngineWorld>();
    FakeEngine::is_slow() = false;
  }

  // ---- the reducer ----------------------------------------------------------------------------------------

  void states_follow_the_events_of_the_run() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.document.replace(chain(*world_), {});
    QCOMPARE(window.status("rtn"), "idle");
    window.bench.run();
    QCOMPARE(window.status("rtn"), "queued");
    const std::string id = window.start_sent();
    QVERIFY(!id.empty());
    QCOMPARE(window.status("depth"), "queued");
    RunRecord record = window.record(NodeState::done);
    NodeRecord depth = record.nodes.at(1);
    QCOMPARE(depth.id, std::string("depth"));
    depth.state = NodeState::running;
    depth.ledger = nullptr;
    window.engine().say(NodeChanged{id, depth});
    QTRY_COMPARE(window.status("depth"), "running");
    ProgressMessage progress{"depth", "prune.depth", 2, 6, 1, 4, "layer 0", 1, std::nullopt};
    window.engine().say(RunProgress{id, progress});
    QTRY_COMPARE(window.bench.runs.fraction("depth"), 0.25);
    QCOMPARE(window.bench.runs.fraction("rtn"), 0.0);
    progress = {"model", "measure.perplexity", 2, 6, 1, 2, "window 1", 1, 3.0};
    window.engine().say(RunProgress{id, progress});
    QTRY_COMPARE(window.status("quality"), "running");
    QCOMPARE(window.bench.runs.fraction("quality"), 0.5);
    QVERIFY(window.finish(id, record));
    for (const char* node : {"model", "depth", "rtn", "other", "quality"}) QCOMPARE(window.status(node), "done");
    QCOMPARE(window.bench.runs.folder(), window.bench.run_folder());
    QCOMPARE(window.bench.model_of("rtn"), window.bench.run_folder() + "#rtn");
    QCOMPARE(window.bench.model_of("quality"), QString());
  }

  void an_edit_is_stale_at_once_and_its_undo_is_fresh_with_the_next_plan() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.document.replace(chain(*world_), {});
    const std::string id = window.begin();
    QVERIFY(window.finish(id, window.record(NodeState::done)));
    QVERIFY(window.answer_plan());
    QVERIFY(!window.bench.runs.any_stale());
    window.set("depth", "layers", "2");
    QCOMPARE(window.status("depth"), "stale");   // no event of the engine in between
    QCOMPARE(window.status("rtn"), "stale");
    QCOMPARE(window.status("quality"), "stale");
    QCOMPARE(window.status("model"), "done");
    QCOMPARE(window.status("other"), "done");
    QVERIFY(window.bench.runs.stale("rtn") && window.bench.runs.values_stale("rtn") && window.bench.runs.any_stale());
    QVERIFY(!window.bench.runs.plan());
    QVERIFY(window.answer_plan());
    QCOMPARE(window.status("rtn"), "stale");
    window.bench.document.undo_stack().undo();
    QVERIFY(window.bench.runs.stale("rtn"));
    QVERIFY(window.answer_plan());
    QVERIFY(!window.bench.runs.any_stale());
    QCOMPARE(window.status("rtn"), "done");
  }

  void a_changed_measure_makes_its_values_stale_and_not_the_models() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.document.replace(chain(*world_), {});
    QVERIFY(window.finish(window.begin(), window.record(NodeState::done)));
    QVERIFY(window.answer_plan());
    window.set("quality", "window", 16);
    for (int pass = 0; pass < 2; ++pass) {   // before and after the engine's answer
      QVERIFY(!window.bench.runs.stale("rtn"));
      QVERIFY(window.bench.runs.values_stale("rtn") && window.bench.runs.values_stale("model"));
      QVERIFY(!window.bench.runs.values_stale("other"));   // is not measured
      QCOMPARE(window.status("quality"), "stale");
      QCOMPARE(window.status("rtn"), "done");
      QVERIFY(window.bench.runs.any_stale());
      if (pass == 0) QVERIFY(window.answer_plan());
    }
  }

  void a_move_or_a_note_makes_nothing_stale() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.document.replace(chain(*world_), {});
    QVERIFY(window.finish(window.begin(), window.record(NodeState::done)));
    QVERIFY(window.answer_plan());
    const auto& document = window.bench.document.document();
    window.bench.document.push(move_nodes(document, {{"rtn", 10, 20}}), "move");
    window.bench.document.push(set_notes(document, Json::array({{{"id", "n"}, {"text", "x"}}})), "note");
    QVERIFY(!window.bench.runs.any_stale());
    QVERIFY(window.bench.runs.plan());
  }

  void a_document_edited_during_the_run_is_stale_when_it_ends() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.document.replace(chain(*world_), {});
    const std::string id = window.begin();
    const RunRecord before = window.record(NodeState::done);
    window.set("rtn", "bits", 3);
    QCOMPARE(window.status("rtn"), "queued");
    QVERIFY(window.answer_plan());
    QVERIFY(window.finish(id, before));
    QCOMPARE(window.status("rtn"), "stale");
    QCOMPARE(window.status("depth"), "done");
  }

  void copies_of_a_sweep_are_one_node_on_the_canvas() {
    FakeWindow window;
    QVERIFY(window.ready());
    Document document = chain(*world_);
    window.bench.document.replace(document, {});
    window.set("rtn", "bits", {{"sweep", {3, 4}}});
    const std::string id = window.begin();
    RunRecord record = window.record(NodeState::done);
    QCOMPARE(window.bench.runs.variants("rtn"), (std::vector<std::string>{"rtn@bits=3", "rtn@bits=4"}));
    NodeRecord half = record.nodes.at(2);
    QCOMPARE(half.id, std::string("rtn@bits=3"));
    window.engine().say(NodeChanged{id, half});
    QTRY_COMPARE(window.bench.runs.node("rtn@bits=3")->state, NodeState::done);
    QCOMPARE(window.status("rtn"), "queued");   // the other copy waits
    record.nodes.at(3).state = NodeState::failed;
    record.nodes.at(3).error = ErrorInfo{ErrorCode::internal, "What", "node rtn@bits=4", "", ""};
    QVERIFY(window.finish(id, record));
    QCOMPARE(window.status("rtn"), "failed");
    QCOMPARE(window.bench.failed_nodes(), QStringList{"rtn"});
  }

  void what_cannot_run_as_it_stands_is_not_configured() {
    FakeWindow window;
    QVERIFY(window.ready());
    Document document = chain(*world_);
    document.nodes[0].parameters.erase("path");
    document.nodes[3].step = "quant.of-the-future";
    window.bench.document.replace(document, {});
    QCOMPARE(window.status("model"), "unconfigured");   // a required parameter
    QCOMPARE(window.status("other"), "unconfigured");   // a step nobody knows
    QCOMPARE(window.status("rtn"), "idle");
    window.bench.document.push(remove_links(window.bench.document.document(), {{"depth", "model", "rtn", "model"}}), "cut");
    QCOMPARE(window.status("rtn"), "unconfigured");     // a required input
    window.set("depth", "criterion", {{"sweep", {"list"}}});
    QCOMPARE(window.status("depth"), "idle");
  }

  void values_of_an_unchanged_recipe_stay_while_the_run_comes_by_and_after_a_cancel() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.document.replace(chain(*world_), {});
    QVERIFY(window.finish(window.begin(), window.record(NodeState::done)));
    window.set("rtn", "bits", 3);
    const std::string id = window.begin();
    QVERIFY(window.bench.runs.node("depth")->ledger.is_object());
    QVERIFY(window.bench.runs.node("rtn")->ledger.is_null());
    RunRecord cancelled = window.record(NodeState::cancelled);
    for (const NodeRecord& node : cancelled.nodes) window.engine().say(NodeChanged{id, node});
    QVERIFY(window.finish(id, cancelled));
    QCOMPARE(window.status("depth"), "done");
    QCOMPARE(window.status("rtn"), "cancelled");
  }

  void a_run_that_breaks_down_leaves_no_node_running() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.document.replace(chain(*world_), {});
    const std::string id = window.begin();
    NodeRecord running = window.record(NodeState::running).nodes.at(1);
    window.engine().say(NodeChanged{id, running});
    QTRY_COMPARE(window.status("depth"), "running");
    window.engine().say(RequestFailed{id, {ErrorCode::disk_full, "The disk is full", "/tmp", "", "Free some space."}});
    QTRY_VERIFY(!window.bench.runs.running());
    QCOMPARE(window.status("depth"), "failed");
    QCOMPARE(window.status("rtn"), "cancelled");
    QCOMPARE(window.bench.errors().back().what, std::string("The disk is full"));
  }

  void events_of_other_windows_are_not_ours() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.document.replace(chain(*world_), {});
    window.engine().say(RunStarted{"run-of-another", window.record(NodeState::waiting)});
    window.engine().say(RunFinished{"run-of-another", window.record(NodeState::done)});
    window.engine().say(PlanMade{"plan-of-another", window.plan(), {}});
    window.engine().say(RunOpened{"open-of-another", "/x", window.record(NodeState::done), Json::object(), true});
    window.engine().say(RequestFailed{"of-another", {ErrorCode::internal, "What", "", "", ""}});
    QTest::qWait(150);
    QVERIFY(window.bench.runs.record().nodes.empty() && !window.bench.runs.plan() && window.bench.errors().empty());
  }

  // ---- the queue ------------------------------------------------------------------------------------------

  void one_run_at_a_time_is_sent_and_the_others_can_be_reordered_and_removed() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.document.replace(chain(*world_), {});
    const std::string first = window.begin();
    std::vector<std::string> ids;
    for (int i = 0; i < 4; ++i) {
      window.bench.run();
      ids.push_back(window.bench.runs.queue().back().id);
    }
    QCOMPARE(window.engine().asked<RunRequest>().size(), std::size_t{1});
    window.bench.move_run(0, 2);                       // b c a d
    window.bench.run_next(ids[3]);                     // d b c a
    window.bench.remove_run(ids[2]);                   // d b a
    std::vector<std::string> order;
    for (const auto& queued : window.bench.runs.queue()) order.push_back(queued.id);
    QCOMPARE(order, (std::vector<std::string>{ids[3], ids[1], ids[0]}));
    QVERIFY(window.finish(first, window.record(NodeState::done)));
    QTRY_COMPARE(window.engine().asked<RunRequest>().size(), std::size_t{2});
    QCOMPARE(window.engine().asked<RunRequest>().back().id, ids[3]);
    // The one that was sent keeps its place until it starts.
    window.bench.run_next(ids[0]);
    QCOMPARE(window.bench.runs.queue().at(0).id, ids[3]);
    QCOMPARE(window.bench.runs.queue().at(1).id, ids[0]);
    window.engine().say(RequestFailed{ids[3], {ErrorCode::cancelled, "The request was cancelled", "", "", ""}});
    QTRY_COMPARE(window.engine().asked<RunRequest>().back().id, ids[0]);
    QVERIFY(window.bench.errors().empty());            // a cancel is no error
  }

  void a_document_with_a_problem_is_not_sent_but_reported() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.run();
    QCOMPARE(window.bench.errors().size(), std::size_t{1});
    Document document = chain(*world_);
    document.nodes[2].parameters["bits"] = 7;
    window.bench.document.replace(document, {});
    window.bench.run();
    QCOMPARE(window.bench.errors().size(), std::size_t{2});
    QVERIFY(window.bench.errors().back().text().find("bits") != std::string::npos);
    QVERIFY(window.engine().asked<RunRequest>().empty());
  }

  void some_nodes_run_with_what_they_need() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.document.replace(chain(*world_), {});
    window.bench.run({"rtn"});
    const Document sent = Document::from_json(window.engine().asked<RunRequest>().back().document, "sent");
    std::vector<std::string> ids;
    for (const Node& node : sent.nodes) ids.push_back(node.id);
    QCOMPARE(ids, (std::vector<std::string>{"model", "depth", "rtn"}));
    QCOMPARE(sent.links.size(), std::size_t{2});
    QCOMPARE(window.status("rtn"), "queued");
    QCOMPARE(window.status("other"), "idle");
  }

  void a_run_is_announced_before_it_is_sent() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.document.replace(chain(*world_), {});
    std::size_t sent_before = 99;
    connect(&window.bench, &Workbench::run_requested, this, [&] { sent_before = window.engine().asked<RunRequest>().size(); });
    window.bench.run();
    QCOMPARE(sent_before, std::size_t{0});
    QCOMPARE(window.engine().asked<RunRequest>().size(), std::size_t{1});
    QVERIFY(window.engine().asked<RunRequest>()[0].resume);
  }

  void plans_are_asked_for_soon_and_once() {
    FakeWindow window;
    QVERIFY(window.ready());
    window.bench.document.replace(chain(*world_), {});
    QTRY_COMPARE(window.engine().asked<PlanRequest>().size(), std::size_t{1});
    for (int i = 2; i < 9; ++i) window.set("rtn", "group", 8 * i);
    QTRY_COMPARE(window.engine().asked<PlanRequest>().size(), std::size_t{2});
    // An answer that an edit has overtaken is dropped.
    const std::string id = window.engine().asked<PlanRequest>().back().id;
    window.set("rtn", "group", 8);
    window.engine().say(PlanMade{id, window.plan(), {}});
    QTRY_COMPARE(window.engine().asked<PlanRequest>().size(), std::size_t{3});
    QVERIFY(!window.bench.runs.plan());
    // The same failure is told once.
    for (int i = 0; i < 2; ++i) {
      window.engine().say(RequestFailed{window.engine().asked<PlanRequest>().back().id, {ErrorCode::file_not_found, "No model", "x", "", ""}});
      QTRY_VERIFY(window.bench.runs.plan_error());
      window.set("rtn", "group", 32 + 8 * i);
      QTRY_COMPARE(window.engine().asked<PlanRequest>().size(), std::size_t(4 + i));
    }
    QCOMPARE(window.bench.errors().size(), std::size_t{1});
  }

  // ---- run folders, with the real engine --------------------------------------------------------------------

  void an_unsaved_document_takes_its_run_folder_along_when_it_is_saved() {
    EngineWindow window;
    QVERIFY(window.wait_ready());
    window.bench.document.replace(world_->small(), {});
    const QString unsaved = window.bench.run_folder();
    QVERIFY(window.run());
    QCOMPARE(window.bench.runs.folder(), unsaved);
    const QString path = QString::fromStdString((world_->path() / "small.kelter").string());
    window.bench.document.document().save(path.toStdString());
    window.bench.document.set_saved(path);
    QVERIFY(window.bench.run_folder() != unsaved);
    QCOMPARE(window.bench.runs.folder(), window.bench.run_folder());
    QVERIFY(!QFile::exists(unsaved) && QFile::exists(window.bench.run_folder() + "/rtn/kelter.json"));
    QVERIFY(window.wait_plan());
    QVERIFY(window.bench.runs.to_compute().empty());
  }

  void a_document_opened_again_shows_what_was_computed_for_it() {
    const QString path = QString::fromStdString((world_->path() / "small.kelter").string());
    world_->small().save(path.toStdString());
    {
      EngineWindow window;
      QVERIFY(window.wait_ready());
      window.bench.document.replace(Document::load(path.toStdString()), path);
      QVERIFY(window.run());
    }
    EngineWindow window;
    window.bench.document.replace(Document::load(path.toStdString()), path);   // before the engine is there
    QVERIFY(window.wait_ready());
    QTRY_COMPARE(window.bench.runs.record().nodes.size(), std::size_t{2});
    QVERIFY(window.wait_plan());
    QCOMPARE(name(window.bench.runs.status("rtn")), "done");
    QVERIFY(!window.bench.runs.any_stale() && !window.bench.runs.made_elsewhere());
    window.bench.document.push(set_parameter(window.bench.document.document(), "rtn", "bits", 3), "edit");
    QVERIFY(window.wait_plan());
    QVERIFY(window.bench.runs.stale("rtn") && !window.bench.runs.stale("model"));
  }

  void a_run_made_elsewhere_is_marked_and_stale_only_after_an_edit() {
    fs::path folder;
    {
      EngineWindow window;
      QVERIFY(window.wait_ready());
      window.bench.document.replace(world_->small(), {});
      QVERIFY(window.run());
      folder = window.bench.run_folder().toStdString();
    }
    // As a server with more threads would have recorded it.
    Json record = read_json_file(folder / "run.json");
    record["environment"]["host"] = "server";
    write_file_atomically(folder / "run.json", to_pretty(record));
    EngineWindow window;
    QVERIFY(window.wait_ready());
    window.bench.settings.threads = 1;   // this window's own device class is another one
    window.bench.open_run(QString::fromStdString(folder.string()));
    QTRY_COMPARE(window.bench.runs.record().nodes.size(), std::size_t{2});
    QVERIFY(window.bench.runs.made_elsewhere());
    QCOMPARE(window.bench.document.document().nodes.size(), std::size_t{3});
    QVERIFY(window.wait_plan());
    QVERIFY(!window.bench.runs.any_stale());
    QCOMPARE(name(window.bench.runs.status("rtn")), "done");
    window.bench.document.push(set_parameter(window.bench.document.document(), "rtn", "bits", 3), "edit");
    QVERIFY(window.bench.runs.stale("rtn"));
    QVERIFY(window.wait_plan());
    QVERIFY(window.bench.runs.stale("rtn") && !window.bench.runs.stale("model"));
    window.bench.document.undo_stack().undo();
    QVERIFY(window.wait_plan());
    QVERIFY(!window.bench.runs.any_stale());
    QVERIFY(window.bench.run_folder() != QString::fromStdString(folder.string()));   // never written to
  }

  void a_cancelled_run_of_a_folder_made_here_goes_on_in_it() {
    QString folder;
    {
      EngineWindow window;
      QVERIFY(window.wait_ready());
      window.bench.document.replace(world_->slow(300), {});
      window.bench.run();
      folder = window.bench.run_folder();
      QTRY_VERIFY_WITH_TIMEOUT(window.bench.runs.progress() && window.bench.runs.progress()->node == "slow", 20000);
      window.bench.cancel();
      QTRY_VERIFY_WITH_TIMEOUT(!window.bench.runs.running(), 2000);
    }
    EngineWindow window;
    QVERIFY(window.wait_ready());
    window.bench.open_run(folder);
    QTRY_COMPARE(window.bench.runs.record().nodes.size(), std::size_t{3});
    QCOMPARE(name(window.bench.runs.status("slow")), "cancelled");
    QCOMPARE(window.bench.run_folder(), folder);
    window.bench.document.push(set_parameter(window.bench.document.document(), "slow", "items", 1), "edit");
    QVERIFY(window.bench.run_folder() != folder);   // another document never overwrites an opened run
  }

  void what_failed_is_repeated_with_what_it_needs() {
    EngineWindow window;
    QVERIFY(window.wait_ready());
    window.bench.document.replace(world_->failing(), {});
    QVERIFY(window.run());
    QCOMPARE(name(window.bench.runs.status("bad")), "failed");
    QCOMPARE(name(window.bench.runs.status("behind")), "skipped");
    QCOMPARE(window.bench.failed_nodes(), (QStringList{"bad", "behind"}));
    QCOMPARE(window.bench.errors().size(), std::size_t{1});
    QVERIFY(window.bench.errors()[0].where.find("layer 2") != std::string::npos);
    QSignalSpy finished(&window.bench.runs, &RunModel::run_finished);
    window.bench.repeat_failed();
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30000);
    QCOMPARE(window.bench.errors().size(), std::size_t{2});
    QCOMPARE(window.bench.runs.record().nodes.size(), std::size_t{4});   // rtn is still known
    QCOMPARE(name(window.bench.runs.status("rtn")), "done");
  }

  // ---- the promise of every edit --------------------------------------------------------------------------

  void the_steps_said_to_run_are_the_steps_that_run_data() {
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 3; ++seed) QTest::addRow("seed %u", seed) << seed;
  }
  void the_steps_said_to_run_are_the_steps_that_run();

 private:
  std::unique_ptr<EngineWorld> world_;
};

namespace {

// Edits after which a document still runs, as a person might make them.
class RunnableEdits {
 public:
  RunnableEdits(const StepCatalogue& catalogue, unsigned seed) : catalogue_(catalogue), random_(seed) {}

  std::size_t below(std::size_t count) { return count == 0 ? 0 : random_() % count; }
  std::pair<std::string, Edit> next(const Document& document) {
    switch (below(10)) {
      case 0:
      case 1:
      case 2: return {"parameter", parameter(document)};
      case 3: return {"add", add(document)};
      case 4: return {"remove", document.nodes.size() > 3 ? remove_nodes(document, {step(document)}) : Edit()};
      case 5: return {"bypass", set_bypass(document, {step(document)}, below(2) == 0)};
      case 6: return {"rename", rename_node(document, step(document), free_id(document, "n" + std::to_string(below(20))))};
      case 7: return {"relink", relink(document)};
      case 8: return {"paste", insert(document, excerpt(document, {"model", step(document)}), 10, 10)};
      default: return {"sweep", set_parameter(document, step_of(document, "quant.rtn"), "bits", {{"sweep", {3, 4, 5}}})};
    }
  }

 private:
  // A node that makes a model from one.
  std::string step(const Document& document) { return step_of(document, {}); }
  std::string step_of(const Document& document, const std::string& kind) {
    std::vector<std::string> ids;
    for (const Node& node : document.nodes) {
      const bool wanted = kind.empty() ? !node.step.starts_with("source.") && !node.step.starts_with("measure.") : node.step == kind;
      if (wanted) ids.push_back(node.id);
    }
    return ids.empty() ? "model" : ids[below(ids.size())];
  }
  Edit parameter(const Document& document) {
    const std::string id = step(document);
    const std::string kind = document.find(id)->step;
    const auto one_of = [&](std::vector<Json> values) { return values[below(values.size())]; };
    if (kind == "quant.rtn") {
      return below(2) ? set_parameter(document, id, "bits", one_of({3, 4, 8, Json()})) : set_parameter(document, id, "group", one_of({32, 0}));
    }
    if (kind == "prune.magnitude") return set_parameter(document, id, "sparsity", one_of({0.25, 0.5, 0.75}));
    if (kind == "prune.depth") return set_parameter(document, id, "layers", one_of({"0", "1"}));
    if (kind == "format.expand") return set_parameter(document, id, "to", one_of({"bfloat16", "float32"}));
    return {};
  }
  Edit add(const Document& document) {
    const char* kinds[] = {"quant.rtn", "prune.magnitude", "prune.depth", "format.expand"};
    const std::string kind = kinds[below(4)];
    Node node = new_node(document, catalogue_.get(kind), 0, 0);
    if (kind == "quant.rtn") node.parameters = {{"group", 32}};
    if (kind == "prune.magnitude") node.parameters = {{"sparsity", 0.5}};
    if (kind == "prune.depth") node.parameters = {{"criterion", "list"}, {"layers", "1"}};
    const std::string before = below(3) == 0 ? step(document) : "model";
    Edit edit = add_node(document, node);
    Document after = document;
    apply(after, edit);
    return joined(edit, add_link(after, catalogue_, {before, "model", node.id, "model"}));
  }
  Edit relink(const Document& document) {
    const Link link{below(2) ? step(document) : "model", "model", step(document), "model"};
    return check_link(document, catalogue_, link) == LinkRefusal::none ? add_link(document, catalogue_, link) : Edit();
  }

  const StepCatalogue& catalogue_;
  std::mt19937 random_;
};

std::string shown_set(const std::set<std::string>& ids) {
  std::string text = "{";
  for (const std::string& id : ids) text += " " + id;
  return text + " }";
}

}  // namespace

void RunModelTest::the_steps_said_to_run_are_the_steps_that_run() {
  QFETCH(unsigned, seed);
  world_->add_model("tiny.gguf", 10);
  EngineWindow window;
  QVERIFY(window.wait_ready());
  Workbench& bench = window.bench;
  bench.document.replace(chain(*world_), {});
  RunnableEdits edits(bench.catalogue, seed);
  std::string story;
  int runs_with_work = 0, runs_without = 0;
  for (int round = 0; round < 16; ++round) {
    for (std::size_t i = 0; i < 1 + edits.below(3) && round > 0; ++i) {
      const auto [what, edit] = edits.next(bench.document.document());
      if (edit.empty()) continue;
      bench.document.push(edit, QString::fromStdString(what));
      bench.document.end_gesture();
      if (!bench.document.graph()) {   // it would not run: nobody could
        bench.document.undo_stack().undo();
        continue;
      }
      story += what + " ";
    }
    if (round > 0 && edits.below(4) == 0 && bench.document.undo_stack().canUndo()) {
      bench.document.undo_stack().undo();
      story += "undo ";
    }
    if (edits.below(4) == 0) {   // the cache has its limit: what it held may be gone
      fs::remove_all(world_->path() / "cache" / "kelter" / "states");
      fs::create_directories(world_->path() / "cache" / "kelter" / "states");
      story += "(cache emptied) ";
      bench.refresh_plan();
      QTest::qWait(200);
    }
    QVERIFY2(window.wait_plan(), bench.runs.plan_error() ? bench.runs.plan_error()->text().c_str() : story.c_str());
    const std::vector<std::string> said = bench.runs.to_compute();
    const std::set<std::string> predicted(said.begin(), said.end());
    QVERIFY(window.run());
    std::set<std::string> executed;
    for (const NodeRecord& node : bench.runs.record().nodes) {
      QVERIFY2(node.state == NodeState::done, (story + node.id + ": " + (node.error ? node.error->text() : "")).c_str());
      if (!node.cached && !node.step.starts_with("source.")) executed.insert(node.id);
    }
    QVERIFY2(predicted == executed, (story + "| said " + shown_set(predicted) + ", ran " + shown_set(executed)).c_str());
    (executed.empty() ? runs_without : runs_with_work)++;
    story += "| ";
    QTest::qWait(0);
  }
  QVERIFY2(runs_with_work > 5, story.c_str());
}

QTEST_GUILESS_MAIN(RunModelTest)
#include "run_model_test.moc"
