// SPDX-License-Identifier: GPL-3.0-or-later
// The messages between window and engine survive their JSON form: an engine in another process loses nothing.
#include "core/describe/engine.h"

#include <QtTest>
#include <set>

#include "tests/describe/expect_error.h"
#include "tests/describe/random_contents.h"

using namespace kelter;
using namespace kelter::test;

namespace {

EngineSettings settings(Contents& contents) {
  return {contents.text(), static_cast<int>(contents.integer() % 64), contents.text()};
}

EngineRequest random_request(Contents& c, std::size_t kind) {
  switch (kind) {
    case 0: return RunRequest{c.text(), c.object(), c.text(), c.text(), c.flip(), settings(c)};
    case 1: return PlanRequest{c.text(), c.object(), c.text(), c.text(), settings(c), c.text(), c.text()};
    case 2: return InspectRequest{c.text(), c.text(), c.text()};
    case 3: return StatisticsRequest{c.text(), c.text(), c.text(), c.text(), c.text()};
    case 4:
      return GenerateRequest{c.text(), c.text(),    c.text(),   c.text(),    c.text(),
                             c.integer(), c.number(), c.integer(), settings(c)};
    case 5: return OpenRunRequest{c.text(), c.text()};
    default: return CancelRequest{c.text()};
  }
}

ErrorInfo error(Contents& c) { return {ErrorCode::disk_full, c.text(), c.text(), c.text(), c.text()}; }

EngineEvent random_event(Contents& c, std::size_t kind) {
  switch (kind) {
    case 0:
      return EngineReady{c.text(), c.text(), c.text(), 7, {error(c), error(c)},
                         {{"cpu", {}, c.text(), c.text(), 0, {}}, {c.text(), c.text(), {}, {}, 81559000000, error(c)}}};
    case 1: return RunStarted{c.text(), c.run()};
    case 2: return RunProgress{c.text(), c.progress()};
    case 3: return RunLog{c.text(), c.log()};
    case 4: return LinearsRecorded{c.text(), {c.text(), c.integer(), {c.object(), c.object()}}};
    case 5: return NodeChanged{c.text(), c.node(NodeState::failed)};
    case 6: return RunFinished{c.text(), c.run()};
    case 7: return PlanMade{c.text(), c.plan(), {{"a", c.text()}, {"b" + c.text(), c.text()}}};
    case 8: return ModelInspected{c.text(), c.object()};
    case 9: return TensorMeasured{c.text(), c.text(), c.object()};
    case 10: return TokenWritten{c.text(), c.text(), c.integer(), c.number()};
    case 11: return GenerationFinished{c.text(), c.integer(), c.integer(), c.number(), c.number(), c.flip()};
    case 12: return RunOpened{c.text(), c.text(), c.run(), c.object(), c.flip()};
    default: return RequestFailed{c.text(), error(c)};
  }
}

std::set<std::string> keys_of(const Json& json) {
  std::set<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.insert(key);
  return keys;
}

}  // namespace

class EngineMessagesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void random_requests_survive_the_round_trip() {
    Contents contents(11);
    for (int i = 0; i < 1200; ++i) {
      const std::size_t kind = static_cast<std::size_t>(i) % std::variant_size_v<EngineRequest>;
      const EngineRequest before = random_request(contents, kind);
      QCOMPARE(before.index(), kind);
      const EngineRequest after = engine_request_from_json(Json::parse(to_json(before).dump()));
      QVERIFY2(after == before, to_json(before).dump().c_str());
    }
  }

  void random_events_survive_the_round_trip() {
    Contents contents(12);
    for (int i = 0; i < 1200; ++i) {
      const std::size_t kind = static_cast<std::size_t>(i) % std::variant_size_v<EngineEvent>;
      const EngineEvent before = random_event(contents, kind);
      QCOMPARE(before.index(), kind);
      const std::string text = to_json(before).dump();
      const EngineEvent after = engine_event_from_json(Json::parse(text));
      QCOMPARE(after.index(), kind);
      QCOMPARE(to_json(after).dump(), text);
    }
  }

  // What a writer leaves out no round trip can miss.
  void every_event_has_all_its_keys() {
    const std::vector<std::set<std::string>> wanted = {
        {"event", "device_class", "host", "dtype", "threads", "warnings", "devices"},
        {"event", "id", "record"},
        {"event", "id", "progress"},
        {"event", "id", "message"},
        {"event", "id", "message"},
        {"event", "id", "node"},
        {"event", "id", "record"},
        {"event", "id", "plan", "recorded_recipes"},
        {"event", "id", "model"},
        {"event", "id", "tensor", "statistics"},
        {"event", "id", "text", "count", "decode_seconds"},
        {"event", "id", "prompt_tokens", "tokens", "prefill_seconds", "decode_seconds", "at_end"},
        {"event", "id", "folder", "record", "document", "made_here"},
        {"event", "id", "error"}};
    QCOMPARE(wanted.size(), std::variant_size_v<EngineEvent>);
    Contents contents(13);
    std::set<std::string> names;
    for (std::size_t kind = 0; kind < wanted.size(); ++kind) {
      const Json json = to_json(random_event(contents, kind));
      QVERIFY2(keys_of(json) == wanted[kind], json.dump().c_str());
      names.insert(json["event"].get<std::string>());
    }
    QCOMPARE(names.size(), wanted.size());
  }

  void samples_travel_with_the_records() {
    NodeRecord node;
    node.id = "rtn";
    node.step = "quant.rtn";
    node.measures.resize(1);
    node.measures[0].metric = "perplexity";
    node.measures[0].samples = {1.5, 2.5};
    const auto changed = std::get<NodeChanged>(engine_event_from_json(to_json(EngineEvent(NodeChanged{"run-1", node}))));
    QCOMPARE(changed.node.measures.at(0).samples.dump(), std::string("[1.5,2.5]"));
  }

  void a_message_nobody_knows_is_refused() {
    const Json request = {{"request", "explode"}, {"id", "1"}}, event = {{"event", "boom"}, {"id", "1"}};
    QVERIFY(mentions(error_of([&] { engine_request_from_json(request); }).text(), "explode"));
    QVERIFY(mentions(error_of([&] { engine_event_from_json(event); }).text(), "boom"));
    QCOMPARE(error_of([&] { engine_request_from_json(Json::array()); }).code, ErrorCode::file_malformed);
    QCOMPARE(error_of([&] { engine_event_from_json({{"id", "1"}}); }).code, ErrorCode::file_malformed);
  }

  void a_missing_or_mistyped_part_is_named() {
    for (const char* key : {"id", "document", "settings"}) {
      Contents contents(14);
      Json json = to_json(random_request(contents, 0));
      json.erase(key);
      const ErrorInfo error = error_of([&] { engine_request_from_json(json); });
      QVERIFY2(mentions(error.text(), key), key);
      QCOMPARE(error.code, ErrorCode::file_malformed);
    }
    Contents contents(15);
    Json json = to_json(random_event(contents, 7));
    json["recorded_recipes"]["a"] = 3;
    QCOMPARE(error_of([&] { engine_event_from_json(json); }).code, ErrorCode::file_malformed);
  }
};

QTEST_GUILESS_MAIN(EngineMessagesTest)
#include "engine_messages_test.moc"
