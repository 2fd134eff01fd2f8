// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <ATen/Parallel.h>

#include <atomic>

#include "core/base/parallel.h"
#include "core/run/engine_thread.h"
#include "tests/run/run_support.h"

using namespace kelter;
using namespace std::chrono_literals;

class EngineThreadTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void jobs_run_in_order_on_one_thread_that_owns_torch() {
    EngineThread engine(2);
    std::vector<int> order;
    std::set<std::thread::id> threads;
    int torch_threads = 0;
    std::future<void> last;
    for (int i = 0; i < 5; ++i) {
      last = engine.post([&, i] {
        order.push_back(i);
        threads.insert(std::this_thread::get_id());
        torch_threads = at::get_num_threads();
      });
    }
    last.get();
    QCOMPARE(order, (std::vector<int>{0, 1, 2, 3, 4}));
    QCOMPARE(threads.size(), std::size_t{1});
    QVERIFY(!threads.count(std::this_thread::get_id()));
    QCOMPARE(torch_threads, 2);
  }

  void parallel_for_covers_its_range_once_and_passes_errors_on() {
    EngineThread engine(2);
    std::vector<std::atomic<int>> hits(1000);
    engine.post([&] {
      parallel_for(0, 1000, 10, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) hits[static_cast<std::size_t>(i)]++;
      });
    }).get();
    QVERIFY(std::all_of(hits.begin(), hits.end(), [](const auto& hit) { return hit == 1; }));
    auto failing = engine.post([] {
      parallel_for(0, 1000, 1, [](std::int64_t, std::int64_t) { throw Error(ErrorCode::internal, "inside"); });
    });
    QVERIFY_EXCEPTION_THROWN(failing.get(), Error);
  }

  void an_exception_reaches_who_waits_and_the_thread_lives_on() {
    EngineThread engine(1);
    auto failing = engine.post([] { throw Error(ErrorCode::internal, "broken"); });
    QVERIFY_EXCEPTION_THROWN(failing.get(), Error);
    bool ran = false;
    engine.post([&] { ran = true; }).get();
    QVERIFY(ran);
  }

  void interactive_jobs_are_served_inside_a_running_job() {
    EngineThread engine(1);
    std::atomic<bool> served{false}, finished{false};
    auto job = engine.post([&] {
      const auto deadline = std::chrono::steady_clock::now() + 10s;
      while (!served && std::chrono::steady_clock::now() < deadline) {
        engine.serve_interactive();
        std::this_thread::sleep_for(1ms);
      }
      finished = true;
    });
    bool before_end = false;
    engine.post_interactive("chat", [&] {
      before_end = !finished;
      served = true;
    }).get();
    job.get();
    QVERIFY(before_end);
  }

  void a_newer_request_replaces_a_queued_older_one_of_its_tag() {
    EngineThread engine(1);
    std::promise<void> started, gate;
    auto blocker = engine.post([&] {
      started.set_value();   // before it runs, interactive jobs would be served first
      gate.get_future().wait();
    });
    started.get_future().wait();
    std::vector<std::string> ran;
    auto old_view = engine.post_interactive("view", [&] { ran.push_back("old view"); });
    auto chat = engine.post_interactive("chat", [&] { ran.push_back("chat"); });
    auto new_view = engine.post_interactive("view", [&] { ran.push_back("new view"); });
    gate.set_value();
    new_view.get();
    chat.get();
    QCOMPARE(ran, (std::vector<std::string>{"chat", "new view"}));
    try {
      old_view.get();
      QFAIL("the older request was not dropped");
    } catch (const Error& error) {
      QCOMPARE(error.info().code, ErrorCode::cancelled);
    }
  }

  void an_interactive_job_is_not_interrupted_by_another() {
    EngineThread engine(1);
    std::vector<int> order;
    std::promise<void> gate;
    auto blocker = engine.post([&] { gate.get_future().wait(); });
    auto first = engine.post_interactive("a", [&] {
      engine.serve_interactive();
      order.push_back(1);
    });
    auto second = engine.post_interactive("b", [&] { order.push_back(2); });
    gate.set_value();
    first.get();
    second.get();
    QCOMPARE(order, (std::vector<int>{1, 2}));
  }

  void the_reader_works_while_the_engine_is_busy() {
    EngineThread engine(1);
    std::promise<void> gate;
    auto blocker = engine.post([&] { gate.get_future().wait(); });
    QCOMPARE(engine.read([] {}).wait_for(5s), std::future_status::ready);
    gate.set_value();
    blocker.get();
  }

  void stopping_drops_what_waits_and_refuses_what_comes() {
    EngineThread engine(1);
    std::promise<void> started, gate;
    bool ran = false;
    auto running = engine.post([&] {
      started.set_value();
      gate.get_future().wait();
    });
    auto queued = engine.post([&] { ran = true; });
    started.get_future().wait();
    std::thread stopper([&] { engine.stop(); });
    QVERIFY_EXCEPTION_THROWN(queued.get(), Error);
    gate.set_value();
    stopper.join();
    running.get();
    QVERIFY(!ran);
    QVERIFY_EXCEPTION_THROWN(engine.post([] {}).get(), Error);
  }
};

QTEST_GUILESS_MAIN(EngineThreadTest)
#include "engine_thread_test.moc"
