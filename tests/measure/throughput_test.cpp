// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/throughput.h"

#include <QtTest>
#include <algorithm>

#include "core/measure/read_bandwidth.h"
#include "core/measure/statistics.h"
#include "tests/support/engine.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_models.h"

using namespace kelter;
using namespace kelter::test;

class ThroughputTest : public QObject {
  Q_OBJECT

  NullContext context_;

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void every_repeat_is_kept_and_summarised() {
    const ModelState state = open_tiny();
    DecodeEngine engine(state, at::kFloat, 24, 2);
    const ThroughputResult result = measure_throughput(engine, 300, {16, 8, 2, 4}, context_);
    for (const MeasuredSpeed* speed :
         {&result.prefill_tokens_per_second, &result.decode_tokens_per_second, &result.time_to_first_token_ms}) {
      QCOMPARE(speed->samples.size(), std::size_t{4});   // the warm-up is not among them
      QVERIFY(*std::min_element(speed->samples.begin(), speed->samples.end()) > 0);
      QCOMPARE(speed->value, median(speed->samples));
      QCOMPARE(speed->spread, quartile_spread(speed->samples));
    }
    // The first token needs the whole prompt: 32 tokens in that time would not be faster than the prompt alone.
    for (std::size_t r = 0; r < 4; ++r)
      QVERIFY(32e3 / result.time_to_first_token_ms.samples[r] <= result.prefill_tokens_per_second.samples[r]);
  }

  // 2 layers, hidden 64, 4 heads on 2 of 16, MLP 96, vocabulary 300, all float32.
  void bytes_of_a_step_are_those_of_the_weights_and_the_cache() {
    const ModelState state = open_tiny();
    DecodeEngine engine(state, at::kFloat, 24);
    const ThroughputResult result = measure_throughput(engine, 300, {16, 8, 1, 1}, context_);
    const double layer = 64 * 64 * 2 + 2 * 32 * 64 + 3 * 96 * 64, norms = 5 * 64, head = 300 * 64;
    QCOMPARE(result.weight_bytes_per_step, 4 * (2 * layer + norms + head));
    // Steps look at 17 to 24 positions: 20.5 on average, keys and values of 2 heads of 16 in 2 layers.
    QCOMPARE(result.cache_bytes_per_step, 20.5 * 2 * 2 * 16 * 2 * 4);
  }

  void the_prompt_is_the_same_everywhere() {
    const auto ids = fixed_prompt(1000, 300);
    QCOMPARE(fixed_prompt(1000, 300), ids);
    QVERIFY(*std::min_element(ids.begin(), ids.end()) >= 0);
    QVERIFY(*std::max_element(ids.begin(), ids.end()) < 300);
    QCOMPARE((std::vector<std::int32_t>{ids.begin(), ids.begin() + 10}), fixed_prompt(10, 300));
    auto distinct = ids;
    std::sort(distinct.begin(), distinct.end());
    QVERIFY(std::unique(distinct.begin(), distinct.end()) - distinct.begin() > 250);
  }

  void sizes_below_one_are_refused() {
    const ModelState state = open_tiny();
    DecodeEngine engine(state, at::kFloat, 24);
    for (const ThroughputRequest& wrong : {ThroughputRequest{0, 8, 1, 1}, {8, 0, 1, 1}, {8, 8, 0, 1}, {8, 8, 1, 0}}) {
      const auto error = thrown([&] { measure_throughput(engine, 300, wrong, context_); });
      QVERIFY(error && error->code == ErrorCode::invalid_parameter);
    }
  }

  void a_prompt_without_room_is_refused() {
    const ModelState state = open_tiny();
    DecodeEngine engine(state, at::kFloat, 10);
    const auto error = thrown([&] { measure_throughput(engine, 300, {8, 8, 1, 1}, context_); });
    QVERIFY(error && error->code == ErrorCode::invalid_data);
  }

  void a_cancel_stops_at_the_next_step() {
    const ModelState state = open_tiny();
    DecodeEngine engine(state, at::kFloat, 24);
    CancellingContext cancelling(3);
    const auto error = thrown([&] { measure_throughput(engine, 300, {16, 8, 1, 1}, cancelling); });
    QVERIFY(error && error->code == ErrorCode::cancelled);
    QCOMPARE(engine.position(), 19);
  }

  void read_bandwidth_is_that_of_a_memory() {
    const double bandwidth = measure_read_bandwidth(std::size_t{64} << 20, 3);
    QVERIFY2(bandwidth > 1e8 && bandwidth < 1e13, qPrintable(QString::number(bandwidth)));
  }
};

QTEST_GUILESS_MAIN(ThroughputTest)
#include "throughput_test.moc"
