// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/messages.h"

#include <limits>
#include <QtTest>
#include <random>

#include "core/describe/plan.h"
#include "expect_error.h"

using namespace kelter;
using namespace kelter::test;

namespace {

// Random contents of every kind that a message may carry; the same for a seed everywhere.
class Contents {
 public:
  explicit Contents(unsigned seed) : random_(seed) {}

  bool flip() { return random_() % 2; }
  std::int64_t integer() {
    return static_cast<std::int64_t>((std::uint64_t{random_()} << 32) | random_()) >> (random_() % 64);
  }
  double number() {
    const double scale[] = {1e-300, 1e-9, 0.1, 1.0, 3.0, 1e9, 1e300};
    return (static_cast<double>(random_()) / 4294967296.0 - 0.5) * scale[random_() % 7];
  }
  std::string text() {
    static const char* parts[] = {"a", "\"",   "\\", "\n", "\xc3\xa9", "\xe2\x80\x94", "\xf0\x9f\x8d\x87",
                                  " ", "\x01", "/",  ","};
    std::string out;
    for (unsigned i = random_() % 6; i > 0; --i)
      out += parts[random_() % 11];
    return out;
  }
  Json value(int depth = 3) {
    switch (random_() % (depth > 0 ? 7 : 5)) {
      case 0:
        return text();
      case 1:
        return integer();
      case 2:
        return number();
      case 3:
        return flip();
      case 4:
        return nullptr;
      case 5: {
        Json list = Json::array();
        for (unsigned i = random_() % 3; i > 0; --i)
          list.push_back(value(depth - 1));
        return list;
      }
      default:
        return object(depth - 1);
    }
  }
  Json object(int depth = 2) {
    Json out = Json::object();
    for (unsigned i = random_() % 4; i > 0; --i)
      out["k" + text()] = value(depth);
    return out;
  }

  MeasureRecord measure() {
    MeasureRecord record;
    record.metric = flip() ? "perplexity" : "peak_resident_bytes";
    if (flip()) record.value = number();
    if (!record.value || flip()) record.reason = "r" + text();
    if (flip()) record.standard_error = number();
    if (flip()) record.spread = number();
    record.details = object();
    record.protocol = object();
    if (flip()) record.samples = {number(), 1, 0};
    return record;
  }

 private:
  std::mt19937 random_;
};

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
      ProgressMessage progress{contents.text(),    contents.text(),    contents.integer(),
                               contents.integer(), contents.integer(), contents.integer(),
                               contents.text(),    contents.number(),  std::nullopt};
      if (contents.flip()) progress.remaining_seconds = contents.number();
      QVERIFY(travelled(progress) == progress);
      const LogMessage log{contents.text(), contents.text(), contents.text()};
      QVERIFY(travelled(log) == log);
    }
  }

  void random_runs_survive_the_round_trip() {
    Contents contents(3);
    const NodeState states[] = {NodeState::waiting, NodeState::running, NodeState::done,
                                NodeState::failed,  NodeState::skipped, NodeState::cancelled};
    for (int i = 0; i < 300; ++i) {
      RunRecord run{contents.text(), contents.text(), contents.text(), contents.object(), {}};
      for (NodeState state : states) {
        NodeRecord node;
        node.id = contents.text();
        node.step = contents.text();
        node.parameters = contents.object();
        node.state = state;
        node.cached = contents.flip();
        node.seconds = contents.number();
        if (contents.flip()) node.ledger = contents.object();
        node.measures = {contents.measure(), contents.measure()};
        if (contents.flip()) node.warnings = {contents.text()};
        if (state == NodeState::failed)
          node.error = ErrorInfo{ErrorCode::disk_full, "what", contents.text(), contents.text(), ""};
        run.nodes.push_back(node);
      }
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
      Plan plan;
      for (int n = 0; n < 3; ++n) {
        PlannedNode node{contents.text(), contents.text(), contents.text(), contents.flip(), {}, {}, {}};
        if (contents.flip()) node.seconds = contents.number();
        if (contents.flip()) node.peak_bytes = static_cast<std::uint64_t>(contents.integer());
        if (contents.flip()) node.disk_bytes = std::numeric_limits<std::uint64_t>::max();
        plan.nodes.push_back(node);
      }
      if (contents.flip()) plan.seconds = contents.number();
      plan.disk_bytes = static_cast<std::uint64_t>(contents.integer());
      plan.peak_bytes = 7;
      plan.warnings = {contents.text(), contents.text()};
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
