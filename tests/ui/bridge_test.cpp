// SPDX-License-Identifier: GPL-3.0-or-later
// Finding the engine, and what reaches the window of all it says.
#include "ui/bridge/engine_bridge.h"

#include <QElapsedTimer>
#include <QtTest>
#include <thread>

#include "tests/ui/engine_world.h"
#include "tests/ui/fake_engine.h"
#include "ui/run/run_panel.h"
#include "ui/theme/theme.h"

using namespace kelter;
using namespace kelter::test;
using namespace kelter::ui;

namespace {

// Everything a bridge delivers, with the time it came.
class Received : public QObject {
 public:
  explicit Received(EngineBridge& bridge) {
    timer_.start();
    connect(&bridge, &EngineBridge::event, this, [this](const EngineEvent& event) {
      events.push_back(event);
      times.push_back(timer_.elapsed());
      in_window_thread = in_window_thread && QThread::currentThread() == thread();
    });
  }
  template <typename Event>
  std::vector<Event> all() const {
    std::vector<Event> found;
    for (const EngineEvent& event : events) {
      if (const auto* one = std::get_if<Event>(&event)) found.push_back(*one);
    }
    return found;
  }
  std::vector<EngineEvent> events;
  std::vector<qint64> times;
  bool in_window_thread = true;

 private:
  QElapsedTimer timer_;
};

bool waits_for(EngineBridge& bridge, EngineBridge::State state) {
  return QTest::qWaitFor([&] { return bridge.state() == state; }, 60000);
}

RunProgress progress(int item) {
  ProgressMessage message;
  message.node = "rtn";
  message.stage = "quant.rtn";
  message.item = item;
  message.items = 1000000;
  return {"run-1", message};
}

NodeChanged changed(const std::string& id, int seconds) {
  NodeRecord node;
  node.id = id;
  node.step = "quant.rtn";
  node.seconds = seconds;
  return {"run-1", node};
}

int compile(const QStringList& arguments) { return QProcess::execute("g++", arguments); }

}  // namespace

class BridgeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { theme().apply(); }
  void init() {
    world_ = std::make_unique<EngineWorld>();
    FakeEngine::is_slow() = false;
  }

  // ---- finding the engine ---------------------------------------------------------------------------------

  void an_engine_that_is_not_there_is_a_sentence_with_a_remedy() {
    ::setenv("KELTER_ENGINE", "/nowhere/libkelter-engine.so", 1);
    EngineBridge bridge;
    bridge.start();
    QVERIFY(waits_for(bridge, EngineBridge::State::unavailable));
    const ErrorInfo error = *bridge.error();
    QVERIFY2(error.text().find("/nowhere/libkelter-engine.so") != std::string::npos, error.text().c_str());
    QVERIFY(!error.what.empty() && !error.why.empty() && error.remedy.find("KELTER_ENGINE") != std::string::npos);
  }

  void a_library_the_engine_needs_is_named() {
    const QString folder = QString::fromStdString(world_->path().string());
    write_file_atomically(world_->path() / "torch.cpp", std::string("int torch_stub() { return 1; }\n"));
    write_file_atomically(world_->path() / "engine.cpp",
                          std::string("int torch_stub();\nextern \"C\" int kelter_start_engine() { return torch_stub(); }\n"));
    QCOMPARE(compile({"-shared", "-fPIC", "-o", folder + "/libtorch_stub.so", folder + "/torch.cpp"}), 0);
    QCOMPARE(compile({"-shared", "-fPIC", "-o", folder + "/libkelter-engine.so", folder + "/engine.cpp", "-L" + folder, "-ltorch_stub"}), 0);
    QVERIFY(QFile::remove(folder + "/libtorch_stub.so"));
    ::setenv("KELTER_ENGINE", (world_->path() / "libkelter-engine.so").c_str(), 1);
    EngineBridge bridge;
    bridge.start();
    QVERIFY(waits_for(bridge, EngineBridge::State::unavailable));
    const ErrorInfo error = *bridge.error();
    QVERIFY2(error.what.find("libtorch_stub.so") != std::string::npos, error.text().c_str());
    QVERIFY2(error.remedy.find("libtorch") != std::string::npos, error.text().c_str());
  }

  void another_library_is_no_engine() {
    const QString folder = QString::fromStdString(world_->path().string());
    write_file_atomically(world_->path() / "other.cpp", std::string("int nothing() { return 1; }\n"));
    QCOMPARE(compile({"-shared", "-fPIC", "-o", folder + "/other.so", folder + "/other.cpp"}), 0);
    ::setenv("KELTER_ENGINE", (world_->path() / "other.so").c_str(), 1);
    EngineBridge bridge;
    bridge.start();
    QVERIFY(waits_for(bridge, EngineBridge::State::unavailable));
    QVERIFY(bridge.error()->why.find(start_engine_symbol) != std::string::npos);
  }

  void without_an_engine_every_request_is_refused_with_the_reason() {
    ::setenv("KELTER_ENGINE", "/nowhere/libkelter-engine.so", 1);
    EngineBridge bridge;
    Received received(bridge);
    bridge.send(InspectRequest{"early", "x", ""});
    bridge.start();
    QVERIFY(waits_for(bridge, EngineBridge::State::unavailable));
    bridge.send(InspectRequest{"late", "x", ""});
    QVERIFY(received.all<RequestFailed>().empty());   // never before send() returns
    QTRY_COMPARE(received.all<RequestFailed>().size(), std::size_t{2});
    QCOMPARE(received.all<RequestFailed>()[0].id, std::string("early"));
    QCOMPARE(received.all<RequestFailed>()[1].error.text(), bridge.error()->text());
  }

  void the_real_engine_loads_in_the_background() {
    EngineBridge bridge;
    QSignalSpy states(&bridge, &EngineBridge::state_changed);
    QElapsedTimer timer;
    timer.start();
    bridge.start();
    QVERIFY2(timer.elapsed() < 50, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(bridge.state(), EngineBridge::State::loading);
    QVERIFY(waits_for(bridge, EngineBridge::State::ready));
    QVERIFY(bridge.ready_info()->device_class.find("libtorch") != std::string::npos);
    QCOMPARE(states.count(), 2);
  }

  // ---- messages -------------------------------------------------------------------------------------------

  void what_is_sent_while_loading_arrives_in_order_when_it_is_ready() {
    FakeEngine::is_slow() = true;
    EngineBridge bridge;
    bridge.send(InspectRequest{"1", "x", ""});
    bridge.start_with(FakeEngine::start);
    bridge.send(InspectRequest{"2", "x", ""});
    QVERIFY(FakeEngine::last().asked<InspectRequest>().empty());
    FakeEngine::last().say(EngineReady{"class", "here", "float32", 2, {}});
    QTRY_COMPARE(FakeEngine::last().asked<InspectRequest>().size(), std::size_t{2});
    QCOMPARE(FakeEngine::last().asked<InspectRequest>()[0].id, std::string("1"));
    QCOMPARE(FakeEngine::last().asked<InspectRequest>()[1].id, std::string("2"));
  }

  void an_engine_that_cannot_start_says_why() {
    FakeEngine::is_slow() = true;
    EngineBridge bridge;
    bridge.start_with(FakeEngine::start);
    FakeEngine::last().say(RequestFailed{"", {ErrorCode::plugin, "A plugin's description is broken", "a.json", "", ""}});
    QVERIFY(waits_for(bridge, EngineBridge::State::unavailable));
    QCOMPARE(bridge.error()->where, std::string("a.json"));
  }

  void updates_come_at_most_20_times_a_second_and_the_last_one_always() {
    EngineBridge bridge;
    bridge.start_with(FakeEngine::start);
    QVERIFY(waits_for(bridge, EngineBridge::State::ready));
    Received received(bridge);
    constexpr int count = 3000;
    std::thread engine([] {
      for (int i = 1; i <= count; ++i) {
        FakeEngine::last().say(progress(i));
        FakeEngine::last().say(changed(i % 2 == 0 ? "even" : "odd", i));
        if (i % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      FakeEngine::last().say(RunFinished{"run-1", {}});
    });
    QTRY_COMPARE_WITH_TIMEOUT(received.all<RunFinished>().size(), std::size_t{1}, 30000);
    engine.join();
    const auto seen = received.all<RunProgress>();
    const double seconds = static_cast<double>(received.times.back()) / 1000;
    QVERIFY2(static_cast<double>(seen.size()) <= 20 * seconds + 2, qPrintable(QString("%1 in %2 s").arg(seen.size()).arg(seconds)));
    QVERIFY(seen.size() > 5);
    QCOMPARE(seen.back().progress.item, std::int64_t{count});
    for (std::size_t i = 1; i < seen.size(); ++i) QVERIFY(seen[i].progress.item > seen[i - 1].progress.item);
    std::map<std::string, double> last;
    for (const NodeChanged& node : received.all<NodeChanged>()) last[node.node.id] = node.node.seconds;
    QCOMPARE(last["even"], double(count));
    QCOMPARE(last["odd"], double(count - 1));
    QVERIFY(std::holds_alternative<RunFinished>(received.events.back()));   // nothing of the run behind its end
    QVERIFY(received.in_window_thread);
  }

  void no_log_line_no_character_and_no_record_of_a_linear_is_lost() {
    EngineBridge bridge;
    bridge.start_with(FakeEngine::start);
    QVERIFY(waits_for(bridge, EngineBridge::State::ready));
    Received received(bridge);
    std::string wanted;
    std::thread engine([&] {
      for (int i = 0; i < 2000; ++i) {
        wanted += std::to_string(i) + " ";
        FakeEngine::last().say(RunLog{"run-1", {"info", "", std::to_string(i)}});
        FakeEngine::last().say(TokenWritten{"text-1", std::to_string(i) + " ", i + 1, 0.001 * i});
        FakeEngine::last().say(LinearsRecorded{"run-1", {i % 2 ? "odd" : "even", 2000, {i}}});
      }
      FakeEngine::last().say(GenerationFinished{"text-1", 1, 2000, 0, 0, true});
    });
    engine.join();
    QTRY_COMPARE_WITH_TIMEOUT(received.all<GenerationFinished>().size(), std::size_t{1}, 30000);
    std::string text;
    for (const TokenWritten& token : received.all<TokenWritten>()) text += token.text;
    QCOMPARE(text, wanted);
    QCOMPARE(received.all<TokenWritten>().back().count, std::int64_t{2000});
    std::map<std::string, std::vector<int>> linears;
    for (const LinearsRecorded& event : received.all<LinearsRecorded>())
      for (const Json& one : event.message.linears) linears[event.message.node].push_back(one);
    for (int i = 0; i < 1000; ++i) QVERIFY(linears["even"].at(static_cast<std::size_t>(i)) == 2 * i && linears["odd"].at(static_cast<std::size_t>(i)) == 2 * i + 1);
    QVERIFY2(received.all<LinearsRecorded>().size() < 1000, "they come one by one");
    const auto log = received.all<RunLog>();
    QCOMPARE(log.size(), std::size_t{2000});
    for (int i = 0; i < 2000; ++i) QCOMPARE(log[static_cast<std::size_t>(i)].message.text, std::to_string(i));
  }

  // ---- runs outlive windows -------------------------------------------------------------------------------

  void a_run_goes_on_when_its_window_and_panels_are_destroyed() {
    EngineBridge bridge;
    bridge.start();
    QVERIFY(waits_for(bridge, EngineBridge::State::ready));
    Received received(bridge);
    QString folder;
    {
      Workbench bench(load_catalogue(), bridge);
      RunPanel panel(bench);
      panel.show();
      bench.document.replace(world_->slow(20), {});
      bench.run();
      folder = bench.run_folder();
      QTRY_VERIFY_WITH_TIMEOUT(bench.runs.running(), 20000);
    }
    QTRY_COMPARE_WITH_TIMEOUT(received.all<RunFinished>().size(), std::size_t{1}, 30000);
    for (const NodeRecord& node : received.all<RunFinished>()[0].record.nodes) QCOMPARE(node.state, NodeState::done);
    for (const char* file : {"/run.json", "/report.md", "/results.csv", "/results.tex", "/results.json", "/log.txt", "/document.kelter"}) {
      QVERIFY2(QFile::exists(folder + file), file);
    }
  }

  void a_bridge_destroyed_during_a_run_leaves_a_folder_that_goes_on() {
    QString folder;
    {
      EngineWindow window;
      QVERIFY(window.wait_ready());
      window.bench.document.replace(world_->slow(400), QString::fromStdString((world_->path() / "doc.kelter").string()));
      window.bench.run();
      folder = window.bench.run_folder();
      QTRY_VERIFY_WITH_TIMEOUT(window.bench.runs.progress() && window.bench.runs.progress()->node == "slow", 20000);
    }
    QVERIFY(QFile::exists(folder + "/rtn/kelter.json"));
    QVERIFY(QFile::exists(folder + "/report.md"));
    EngineWindow again;
    QVERIFY(again.wait_ready());
    again.bench.document.replace(world_->slow(2), QString::fromStdString((world_->path() / "doc.kelter").string()));
    QCOMPARE(again.bench.run_folder(), folder);
    QVERIFY(again.run());
    QVERIFY(again.bench.runs.node("rtn")->cached);
    QCOMPARE(again.bench.runs.node("slow")->state, NodeState::done);
  }

 private:
  std::unique_ptr<EngineWorld> world_;
};

QTEST_MAIN(BridgeTest)
#include "bridge_test.moc"
