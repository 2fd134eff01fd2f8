// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/memory.h"

#include <QTemporaryDir>
#include <QtTest>
#include <set>

#include "core/describe/messages.h"
#include "core/measure/isolated.h"
#include "tests/support/engine.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_models.h"

using namespace kelter;
using namespace kelter::test;

namespace {

constexpr std::uint64_t block = 96 << 20;

// Writes every page, so that all of it is resident.
std::vector<char> touched_block() { return std::vector<char>(block, 1); }

}  // namespace

class MemoryTest : public QObject {
  Q_OBJECT

  NullContext context_;
  QTemporaryDir folder_;

  fs::path model_file() {
    return write_tiny_llama(fs::path(folder_.path().toStdString()) / "model.gguf");
  }

 private Q_SLOTS:
  void initTestCase() {
    start_engine();
    if (!process_memory().resident) QSKIP("this system does not tell a process's memory");
  }

  void parts_add_up_to_the_resident_bytes() {
    const ProcessMemory memory = process_memory();
    QVERIFY(memory.anonymous && memory.file_backed && memory.peak_resident);
    QVERIFY(*memory.anonymous + *memory.file_backed <= *memory.resident);
    QVERIFY(*memory.peak_resident >= *memory.resident);
  }

  void allocated_pages_show() {
    const std::uint64_t before = *process_memory().anonymous;
    const std::vector<char> pages = touched_block();
    QVERIFY(*process_memory().anonymous >= before + block * 9 / 10);
    QVERIFY(pages.back() == 1);
  }

  void a_peak_that_is_gone_again_is_seen() {
    const ModelState state = open_tiny();
    std::optional<RunningModel> running;
    const ProcessMemory idle = process_memory();
    const MemoryResult result = measure_memory(
        idle.resident,
        [&]() -> RunningModel& {
          const std::vector<char> passing = touched_block();
          QTest::qSleep(30);   // longer than the sampling interval
          return running.emplace(state, at::kFloat, 24);
        },
        {16, 8}, context_);
    QCOMPARE(result.idle_resident_bytes, idle.resident);
    QVERIFY(*result.peak_resident_bytes >= *idle.resident + block * 9 / 10);
    QVERIFY(*result.peak_anonymous_bytes >= *idle.anonymous + block * 9 / 10);
    QVERIFY(*result.peak_anonymous_bytes <= *result.peak_resident_bytes);
    QVERIFY(*result.peak_file_backed_bytes > 0);
    QVERIFY(*process_memory().anonymous < *result.peak_anonymous_bytes - block / 2);
    QCOMPARE(result.cache_bytes, std::uint64_t{2 * 2 * 24 * 2 * 16 * 4});
    QCOMPARE(running->engine.position(), 24);
  }

  void an_earlier_peak_does_not_count() {
    { const std::vector<char> earlier = touched_block(); }
    if (!reset_peak_resident()) QSKIP("this system does not let a process reset its peak");
    const ModelState state = open_tiny();
    std::optional<RunningModel> running;
    const auto idle = process_memory().resident;
    const MemoryResult result =
        measure_memory(idle, [&]() -> RunningModel& { return running.emplace(state, at::kFloat, 24); }, {16, 8}, context_);
    QVERIFY(*result.peak_resident_bytes < *idle + block / 2);
  }

  void sizes_below_one_are_refused() {
    const auto open = []() -> RunningModel& { throw Error(ErrorCode::internal, "opened"); };
    for (const MemoryRequest& wrong : {MemoryRequest{0, 8}, {8, 0}}) {
      const auto error = thrown([&] { measure_memory(std::nullopt, open, wrong, context_); });
      QVERIFY(error && error->code == ErrorCode::invalid_parameter);
    }
  }

  void an_error_of_opening_passes_through() {
    const auto open = []() -> RunningModel& { throw Error(ErrorCode::file_not_found, "No such model"); };
    const auto error = thrown([&] { measure_memory(std::nullopt, open, {}, context_); });
    QVERIFY(error && error->code == ErrorCode::file_not_found);
  }

  void both_measures_run_in_one_process() {
    const Json measures = {{{"step", "measure.throughput"}, {"parameters", {{"prompt", 8}, {"output", 4}, {"repeats", 3}}}},
                           {{"step", "measure.memory"}, {"parameters", {{"prompt", 16}, {"output", 4}}}}};
    const Json result = run_isolated_measures(model_file(), measures, at::kFloat, context_);
    std::map<std::string, MeasureRecord> records;
    for (const Json& record : result["records"]) records.emplace(record["metric"].get<std::string>(), MeasureRecord::from_json(record));
    QCOMPARE(records.size(), std::size_t{4});
    const MeasureRecord& memory = records.at("peak_resident_bytes");
    QVERIFY(*memory.value >= memory.details["idle_resident_bytes"].get<double>());
    QVERIFY(memory.details["peak_anonymous_bytes"].get<double>() < *memory.value);
    QCOMPARE(memory.protocol["prompt"].get<int>(), 16);
    const MeasureRecord& decode = records.at("decode_tokens_per_second");
    QVERIFY(*decode.value > 0 && decode.spread);
    QCOMPARE(decode.protocol["output"].get<int>(), 4);
    QCOMPARE(decode.protocol["dtype"].get<std::string>(), std::string("float32"));
    const double share = decode.details["bytes_per_step"].get<double>() * *decode.value /
                         decode.details["read_bandwidth_bytes_per_second"].get<double>();
    QVERIFY(std::abs(decode.details["bandwidth_share"].get<double>() - share) < 1e-12);
    QVERIFY(records.at("prefill_tokens_per_second").protocol.find("output") == records.at("prefill_tokens_per_second").protocol.end());
    QVERIFY(*records.at("time_to_first_token_ms").value > 0);
    bool matvec = false;
    for (const auto& [name, count] : result["kernels"].items()) matvec = matvec || (name.starts_with("float32-matvec") && count["calls"] > 0);
    QVERIFY(matvec);
    QVERIFY(result["seconds"].get<double>() > 0);
  }

  void batches_get_an_engine_of_their_own() {
    const Json measures = {{"step", "measure.throughput"}, {"parameters", {{"prompt", 8}, {"output", 4}, {"batch", 3}, {"repeats", 1}}}};
    const Json result = run_isolated_measures(model_file(), measures, at::kFloat, context_);
    QCOMPARE(result["records"].size(), std::size_t{3});
    QCOMPARE(result["records"][0]["protocol"]["batch"].get<int>(), 3);
  }

  void rounded_activations_are_measured_apart() {
    const auto parameters = [](const char* activations) { return Json{{"prompt", 8}, {"output", 4}, {"repeats", 1}, {"activations", activations}}; };
    const Json measures = {{{"step", "measure.throughput"}, {"parameters", parameters("exact")}},
                           {{"step", "measure.throughput"}, {"parameters", parameters("int8")}},
                           {{"step", "measure.memory"}, {"parameters", {{"prompt", 8}, {"output", 4}, {"activations", "int8"}}}}};
    const Json result = run_isolated_measures(model_file(), measures, at::kFloat, context_);
    QCOMPARE(result["records"].size(), std::size_t{7});
    for (const Json& record : result["records"]) {
      const bool rounded = record["protocol"]["activations"] == "int8";
      QCOMPARE(record.contains("int8_linears"), rounded);
    }
    QCOMPARE(result["records"][0]["protocol"]["activations"].get<std::string>(), std::string("int8"));   // memory comes first
    QCOMPARE(result["records"][1]["protocol"]["activations"].get<std::string>(), std::string("exact"));
    QCOMPARE(result["records"][4]["int8_linears"]["all"].get<int>(), 15);
    QCOMPARE(result["warnings"].size(), std::size_t{1});   // the model is dense: no linear rounds
    const auto error = thrown([&] { run_isolated_measures(model_file(), {{"step", "measure.memory"}, {"parameters", {{"activations", "int4"}}}}, at::kFloat, context_); });
    QVERIFY(error && error->code == ErrorCode::invalid_parameter);
  }

  void other_measures_and_wrong_types_are_refused() {
    const auto refused = [&](const Json& measures) {
      const auto error = thrown([&] { run_isolated_measures(model_file(), measures, at::kFloat, context_); });
      return error && error->code == ErrorCode::invalid_parameter;
    };
    QVERIFY(refused({{"step", "measure.perplexity"}}));
    QVERIFY(refused({{"step", "measure.memory"}, {"parameters", {{"prompt", "many"}}}}));
    QVERIFY(refused(Json("measure.memory")));
  }
};

QTEST_GUILESS_MAIN(MemoryTest)
#include "memory_test.moc"
