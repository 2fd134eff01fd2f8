// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/messages.h"

#include <limits>
#include <QtTest>

#include "core/describe/plan.h"
#include "expect_error.h"
#include "tests/describe/random_contents.h"

using namespace kelter;
using namespace kelter::test;

namespace {

// Through text, as it would travel between processes.
template <typename T>
T travelled(const T& message) {
  return T::from_json(Json::parse(message.to_json().dump()));
}

MeasureRecord perplexity() {
  MeasureRecord record;
  record.metric = "perplexity";
  record.value = 21.5;
  record.standard_error = 0.2;
  record.protocol = {{"name", "gptq"}, {"window", 1024}};
  record.samples = {3.0, 3.1};
  return record;
}

}  // namespace

class MessagesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_measure_has_the_form_of_the_contract() {
    QCOMPARE(
        perplexity().to_json().dump(),
        std::string(R"({"metric":"perplexity","value":21.5,"stderr":0.2,"protocol":{"name":"gptq","window":1024}})"));
    MeasureRecord accuracy;
    accuracy.metric = "accuracy";
    accuracy.value = 0.5;
    accuracy.standard_error = 0.01;
    accuracy.details = {{"task", "arc_easy"}, {"name", "acc_norm"}, {"items", 2376}};
    accuracy.protocol = {{"shots", 0}};
    QCOMPARE(
        accuracy.to_json().dump(),
        std::string(
            R"({"metric":"accuracy","task":"arc_easy","name":"acc_norm","items":2376,"value":0.5,"stderr":0.01,"protocol":{"shots":0}})"));
    MeasureRecord memory;
    memory.metric = "peak_resident_bytes";
    memory.value = 600000000;
    memory.details = {{"idle_resident_bytes", 450000000}};
    QCOMPARE(memory.to_json().dump(),
             std::string(R"({"metric":"peak_resident_bytes","idle_resident_bytes":450000000,"value":600000000})"));
  }

  void samples_are_written_only_for_the_store() {
    QVERIFY(!perplexity().to_json().contains("samples"));
    QVERIFY(MeasureRecord::from_json(perplexity().to_json(true)) == perplexity());
  }

  void what_json_cannot_hold_is_null_with_a_reason() {
    const std::pair<double, const char*> cases[] = {{std::numeric_limits<double>::infinity(), "infinite"},
                                                    {-std::numeric_limits<double>::infinity(), "infinite"},
                                                    {std::numeric_limits<double>::quiet_NaN(), "not a number"}};
    for (const auto& [value, reason] : cases) {
      MeasureRecord record = perplexity();
      record.value = value;
      record.standard_error = value;
      const Json json = record.to_json();
      QVERIFY(json["value"].is_null() && json["reason"] == reason && !json.contains("stderr"));
      record.reason = "the logits overflow";
      QCOMPARE(record.to_json()["reason"], Json("the logits overflow"));
    }
    MeasureRecord absent;
    absent.metric = "energy";
    QCOMPARE(absent.to_json().dump(), std::string(R"({"metric":"energy","value":null,"reason":"not available"})"));
  }

  void random_measures_survive_the_round_trip() {
    Contents contents(1);
    for (int i = 0; i < 2000; ++i) {
      const MeasureRecord before = contents.measure();
      const MeasureRecord with_samples = MeasureRecord::from_json(Json::parse(before.to_json(true).dump()));
      QVERIFY2(with_samples == before, before.to_json(true).dump().c_str());
      MeasureRecord printed = before;
      printed.samples = nullptr;
      QVERIFY(travelled(before) == printed);
    }
  }

  void random_progress_and_logs_survive_the_round_trip() {
    Contents contents(2);
    for (int i = 0; i < 500; ++i) {
      const ProgressMessage progress = contents.progress();
      QVERIFY(travelled(progress) == progress);
      const LogMessage log = contents.log();
      QVERIFY(travelled(log) == log);
    }
  }

  void random_runs_survive_the_round_trip() {
    Contents contents(3);
    for (int i = 0; i < 300; ++i) {
      const RunRecord run = contents.run();
      const Json json = run.to_json(true);
      const RunRecord after = RunRecord::from_json(Json::parse(json.dump()));
      QCOMPARE(after.to_json(true).dump(), json.dump());
      QCOMPARE(after.nodes[3].error->code, ErrorCode::disk_full);
      QVERIFY(after.nodes[3].state == NodeState::failed);
    }
  }

  void a_run_has_the_keys_of_the_contract() {
    RunRecord run{"0.1.0", "cpu", "x86-64", Json::object(), {NodeRecord{}}};
    const Json json = run.to_json();
    const auto keys = [](const Json& object) {
      std::vector<std::string> names;
      for (const auto& [key, value] : object.items())
        names.push_back(key);
      return names;
    };
    QCOMPARE(keys(json), (std::vector<std::string>{"kelter", "device", "device_class", "nodes"}));
    QCOMPARE(keys(json["nodes"][0]), (std::vector<std::string>{"id", "step", "parameters", "state", "cached", "seconds",
                                                               "recipe", "content", "ledger", "measures"}));
  }

  void the_parameters_of_single_layers_are_told_where_there_are_some() {
    NodeRecord node;
    QVERIFY(!node.to_json().contains("overrides"));
    node.overrides = {{"0:2", {{"bits", 8}}}};
    QCOMPARE(node.to_json()["overrides"].dump(), std::string(R"({"0:2":{"bits":8}})"));
    QCOMPARE(NodeRecord::from_json(node.to_json()).overrides, node.overrides);
  }

  void errors_keep_all_parts_and_unknown_codes_are_internal() {
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
      const ErrorInfo before{static_cast<ErrorCode>(i), "what", "where", "why", "try"};
      QCOMPARE(error_from_json(before.to_json()).to_json().dump(), before.to_json().dump());
      QCOMPARE(error_from_json(before.to_json()).code, before.code);
    }
    QCOMPARE(error_from_json({{"code", "from_the_future"}, {"what", "w"}}).code, ErrorCode::internal);
  }

  void random_plans_survive_the_round_trip() {
    Contents contents(4);
    for (int i = 0; i < 300; ++i) {
      const Plan plan = contents.plan();
      QVERIFY2(travelled(plan) == plan, plan.to_json().dump().c_str());
    }
  }

  void malformed_messages_are_refused_with_the_key() {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"kelter": "1", "device": "cpu", "device_class": "c"})", "nodes"},
        {R"({"kelter": "1", "device": "cpu", "device_class": "c", "nodes": [{"id": "a", "step": "s", "state": "asleep"}]})",
         "state"},
        {R"({"kelter": "1", "device": "cpu", "device_class": "c", "nodes": [{"id": "a", "step": "s", "state": "done", "measures": [{}]}]})",
         "metric"},
        {R"({"kelter": "1", "device": "cpu", "device_class": "c", "nodes": [{"id": "a", "step": "s", "state": "done", "warnings": [1]}]})",
         "warnings"},
        {R"({"kelter": "1", "device": 3, "device_class": "c", "nodes": []})", "device"}};
    for (const auto& [text, key] : cases) {
      const ErrorInfo info = error_of([&] { RunRecord::from_json(Json::parse(text)); });
      QVERIFY2(info.code == ErrorCode::file_malformed && mentions(info.what, key), info.text().c_str());
    }
    QVERIFY_THROWS_EXCEPTION(Error, Plan::from_json({{"nodes", Json::array()}, {"disk_bytes", -1}}));
  }
};

QTEST_GUILESS_MAIN(MessagesTest)
#include "messages_test.moc"
