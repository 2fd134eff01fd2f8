// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <sqlite3.h>

#include <thread>

#include "core/run/run_store.h"
#include "tests/run/run_support.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

StoredRun example(const std::string& id, double started) {
  StoredRun run{id, "A title; DROP TABLE runs", "host", "class", "/folder/" + id, started, 12.5, {}};
  run.record.kelter = "0.1.0";
  run.record.device = "cpu";
  run.record.device_class = "class";
  NodeRecord node;
  node.id = "rtn";
  node.step = "quant.rtn";
  node.state = NodeState::done;
  node.seconds = 2;
  node.measures.push_back({"perplexity", 17.25, {}, 0.5, {}, Json::object(), {{"window", 1024}}, {2.5, 3.0}});
  node.measures.push_back({"perplexity", std::nullopt, "infinite", {}, {}, Json::object(), {{"window", 8}}, {}});
  run.record.nodes.push_back(node);
  return run;
}

}  // namespace

class RunStoreTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    scratch_ = std::make_unique<Scratch>();
    path_ = scratch_->path() / "deep" / "runs.sqlite";
  }

  void a_run_comes_back_with_its_samples() {
    RunStore(path_).add(example("one", 100));
    RunStore store(path_);
    const auto run = store.find("one");
    QVERIFY(run.has_value());
    QCOMPARE(run->title, std::string("A title; DROP TABLE runs"));
    QCOMPARE(run->seconds, 12.5);
    QCOMPARE(run->record.to_json(true), example("one", 100).record.to_json(true));
    QVERIFY(!store.find("two").has_value());
  }

  void the_newest_come_first() {
    RunStore store(path_);
    store.add(example("old", 100));
    store.add(example("new", 300));
    store.add(example("middle", 200));
    store.add(example("new", 300));
    const auto runs = store.recent(2);
    QCOMPARE(runs.size(), std::size_t{2});
    QCOMPARE(runs[0].id, std::string("new"));
    QCOMPARE(runs[1].id, std::string("middle"));
    QCOMPARE(store.find_folder("/folder/x/../old")->id, std::string("old"));
    QVERIFY(!store.find_folder("/elsewhere").has_value());
  }

  void times_are_learnt_by_step_parameters_and_device() {
    RunStore store(path_);
    QVERIFY(!store.seconds_of("quant.rtn", "{}", "class", 100).has_value());
    store.add_timing({"quant.rtn", "{\"bits\":3}", "class", 100, 1.0});
    store.add_timing({"quant.rtn", "{\"bits\":3}", "class", 100, 2.0});
    store.add_timing({"quant.rtn", "{\"bits\":3}", "class", 100, 90.0});
    store.add_timing({"quant.rtn", "{\"bits\":3}", "another class", 100, 7.0});
    store.add_timing({"quant.rtn", "{}", "class", 0, 7.0});
    QCOMPARE(*store.seconds_of("quant.rtn", "{\"bits\":3}", "class", 200), 4.0);   // twice the median
    QCOMPARE(*store.seconds_of("quant.rtn", "{\"bits\":8}", "class", 100), 2.0);
    QVERIFY(!store.seconds_of("quant.gptq", "{}", "class", 100).has_value());
  }

  void two_writers_wait_for_each_other() {
    const auto work = [&](const std::string& name) {
      RunStore store(path_);
      for (int i = 0; i < 20; ++i) store.add(example(name + std::to_string(i), i));
    };
    std::exception_ptr failure;
    std::thread other([&] {
      try {
        work("a");
      } catch (...) {
        failure = std::current_exception();
      }
    });
    work("b");
    other.join();
    QVERIFY(!failure);
    QCOMPARE(RunStore(path_).recent(100).size(), std::size_t{40});
  }

  void a_file_that_is_no_database_is_named() {
    write_text(path_, std::string(4096, 'x'));
    const auto error = thrown([&] { RunStore store(path_); });
    QVERIFY(error && error->code == ErrorCode::file_malformed && mentions(error, path_.string()));
  }

  void a_newer_schema_is_refused() {
    { RunStore store(path_); }
    sqlite3* database = nullptr;
    sqlite3_open(path_.c_str(), &database);
    sqlite3_exec(database, "PRAGMA user_version=99", nullptr, nullptr, nullptr);
    sqlite3_close(database);
    QCOMPARE(thrown([&] { RunStore store(path_); })->code, ErrorCode::unsupported);
  }

 private:
  std::unique_ptr<Scratch> scratch_;
  fs::path path_;
};

QTEST_GUILESS_MAIN(RunStoreTest)
#include "run_store_test.moc"
