// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/decode_engine.h"

#include <ATen/ATen.h>

#include <QtTest>
#include <algorithm>
#include <cmath>

#include "core/kernels/dispatch.h"
#include "tests/support/engine.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_models.h"

using namespace kelter;
using namespace kelter::test;

namespace {

// Every sequence's tokens so far, from which Transformer computes anew what the engine carries on.
class Conversation {
 public:
  Conversation(const ModelState& state, at::ScalarType dtype, std::int64_t batch, std::int64_t length,
               Activations activations = Activations::exact)
      : model_(state, dtype, at::kCPU, activations), rows_(static_cast<std::size_t>(batch)) {
    TinyRandom random(7, "prompt");
    for (auto& row : rows_)
      for (std::int64_t t = 0; t < length; ++t) row.push_back(static_cast<std::int32_t>(random.next() % 300));
  }

  std::vector<std::int32_t> prompt() const {
    std::vector<std::int32_t> ids;
    for (const auto& row : rows_) ids.insert(ids.end(), row.begin(), row.end());
    return ids;
  }
  std::vector<std::int32_t> append(std::int64_t step) {
    std::vector<std::int32_t> ids;
    for (std::size_t b = 0; b < rows_.size(); ++b) {
      ids.push_back(static_cast<std::int32_t>((17 + 31 * step + 101 * static_cast<std::int64_t>(b)) % 300));
      rows_[b].push_back(ids.back());
    }
    return ids;
  }
  // The largest difference to the logits behind the last token, relative to the largest logit.
  double error(std::span<const float> logits) const {
    const auto ids = prompt();
    const at::Tensor input = at::tensor(at::ArrayRef<std::int32_t>(ids.data(), ids.size()), at::kInt).to(at::kLong)
                                 .view({static_cast<std::int64_t>(rows_.size()), -1});
    const at::Tensor expected = model_.logits(model_.forward(input).select(1, -1)).contiguous();
    const float* wanted = expected.const_data_ptr<float>();
    double difference = 0, largest = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      if (!std::isfinite(logits[i])) return INFINITY;
      difference = std::max(difference, std::abs(static_cast<double>(logits[i]) - wanted[i]));
      largest = std::max(largest, std::abs(static_cast<double>(wanted[i])));
    }
    return static_cast<std::int64_t>(logits.size()) == expected.numel() ? difference / largest : INFINITY;
  }

 private:
  Transformer model_;
  std::vector<std::vector<std::int32_t>> rows_;
};

}  // namespace

class DecodeEngineTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void steps_equal_the_plain_forward_data() {
    QTest::addColumn<int>("linears");
    QTest::addColumn<int>("embedding");
    QTest::addColumn<bool>("tied");
    const auto row = [](const char* name, GgmlType linears, GgmlType embedding, bool tied) {
      QTest::newRow(name) << static_cast<int>(linears) << static_cast<int>(embedding) << tied;
    };
    row("F32", GgmlType::F32, GgmlType::F32, true);
    row("F32 with a head of its own", GgmlType::F32, GgmlType::F32, false);
    row("BF16", GgmlType::BF16, GgmlType::BF16, true);
    row("Q4_0", GgmlType::Q4_0, GgmlType::Q8_0, true);
    row("Q4_1", GgmlType::Q4_1, GgmlType::Q4_1, false);
    row("Q8_0", GgmlType::Q8_0, GgmlType::Q8_0, true);
  }
  void steps_equal_the_plain_forward() {
    QFETCH(int, linears);
    QFETCH(int, embedding);
    QFETCH(bool, tied);
    TinyLlama options;
    options.linears = static_cast<GgmlType>(linears);
    options.embedding = static_cast<GgmlType>(embedding);
    options.tied = tied;
    const ModelState state = open_tiny(options);
    for (const std::int64_t batch : {1, 3}) {
      Conversation conversation(state, at::kFloat, batch, 9);
      DecodeEngine engine(state, at::kFloat, 20, batch);
      QVERIFY(conversation.error(engine.prefill(conversation.prompt())) < 1e-4);
      for (std::int64_t step = 0; step < 6; ++step) {
        const auto logits = engine.step(conversation.append(step));
        QVERIFY2(conversation.error(logits) < 1e-4, qPrintable(QString("step %1, batch %2").arg(step).arg(batch)));
      }
      QCOMPARE(engine.position(), 15);
    }
  }

  void steps_in_bfloat16_stay_near_the_plain_forward() {
    TinyLlama options;
    options.linears = options.embedding = GgmlType::BF16;
    const ModelState state = open_tiny(options);
    Conversation conversation(state, at::kBFloat16, 2, 9);
    DecodeEngine engine(state, at::kBFloat16, 20, 2);
    QVERIFY(conversation.error(engine.prefill(conversation.prompt())) < 0.03);
    for (std::int64_t step = 0; step < 6; ++step) QVERIFY(conversation.error(engine.step(conversation.append(step))) < 0.03);
  }

  void rounded_activations_data() {
    QTest::addColumn<int>("linears");
    QTest::addColumn<int>("embedding");
    QTest::newRow("Q4_0 below a head in Q8_0") << static_cast<int>(GgmlType::Q4_0) << static_cast<int>(GgmlType::Q8_0);
    QTest::newRow("Q4_1") << static_cast<int>(GgmlType::Q4_1) << static_cast<int>(GgmlType::Q4_1);
    QTest::newRow("Q8_0 below a head in F32") << static_cast<int>(GgmlType::Q8_0) << static_cast<int>(GgmlType::F32);
  }
  // Steps and the plain forward round the same numbers up to float32; a code next to a tie may still fall either way,
  // which is less than rounding as a whole costs: about 1/254 of a block's largest number, a few of which add up.
  void rounded_activations() {
    QFETCH(int, linears);
    QFETCH(int, embedding);
    TinyLlama options;
    options.linears = static_cast<GgmlType>(linears);
    options.embedding = static_cast<GgmlType>(embedding);
    const ModelState state = open_tiny(options);
    for (const std::int64_t batch : {1, 3}) {
      Conversation rounded(state, at::kFloat, batch, 9, Activations::int8), exact(state, at::kFloat, batch, 9);
      DecodeEngine engine(state, at::kFloat, 20, batch, at::kCPU, Activations::int8);
      for (std::int64_t step = -1; step < 6; ++step) {
        if (step >= 0) exact.append(step);
        const auto logits = step < 0 ? engine.prefill(rounded.prompt()) : engine.step(rounded.append(step));
        const double here = rounded.error(logits), whole = exact.error(logits);
        QVERIFY2(here < 0.01 && whole > 1e-5 && whole < 0.05, qPrintable(QString("step %1, batch %2: %3, %4").arg(step).arg(batch).arg(here).arg(whole)));
      }
      const RoundedLinears linear_count = engine.rounded_linears();
      QCOMPARE(linear_count.all, 15);
      QCOMPARE(linear_count.rounded, embedding == static_cast<int>(GgmlType::F32) ? 14 : 15);
      QCOMPARE(exact_linears_note(linear_count).empty(), linear_count.rounded == 15);
    }
  }

  void weights_that_cannot_round_activations_stay_exact() {
    TinyLlama options;
    options.linears = options.embedding = GgmlType::F32;
    const ModelState state = open_tiny(options);
    Conversation conversation(state, at::kFloat, 1, 9);
    DecodeEngine engine(state, at::kFloat, 20, 1, at::kCPU, Activations::int8);
    QVERIFY(conversation.error(engine.prefill(conversation.prompt())) < 1e-4);
    QVERIFY(conversation.error(engine.step(conversation.append(0))) < 1e-4);
    QCOMPARE(engine.rounded_linears().rounded, 0);
    QVERIFY(QString::fromStdString(exact_linears_note(engine.rounded_linears())).contains("0 of 15"));
  }

  void kernels_with_rounded_activations_are_counted_by_name() {
    TinyLlama options;
    options.linears = options.embedding = GgmlType::Q4_1;
    const ModelState state = open_tiny(options);
    DecodeEngine engine(state, at::kFloat, 20, 1, at::kCPU, Activations::int8);
    engine.prefill(std::vector<std::int32_t>{1, 2, 3});
    reset_kernel_counts();
    engine.step(std::vector<std::int32_t>{4});
    std::uint64_t rounded = 0, exact = 0;
    for (const auto& [name, count] : kernel_counts()) {
      if (name.starts_with("q4_1-int8-matvec-")) rounded += count.calls;
      if (name.starts_with("q4_1-matvec-")) exact += count.calls;
    }
    QCOMPARE(rounded, std::uint64_t{15});
    QCOMPARE(exact, std::uint64_t{0});
  }

  void rounded_activations_are_refused_on_a_gpu() {
    const ModelState state = open_tiny();
    const auto error = thrown([&] { DecodeEngine(state, at::kFloat, 4, 1, at::Device(at::kCUDA, 0), Activations::int8); });
    QVERIFY(error && error->code == ErrorCode::unsupported);
    QVERIFY(QString::fromStdString(error->remedy).contains("activations=exact"));
    const auto plain = thrown([&] { Transformer(state, at::kFloat, at::Device(at::kCUDA, 0), Activations::int8); });
    QVERIFY(plain && plain->code == ErrorCode::unsupported);
  }

  void heads_that_do_not_fill_the_hidden_width_work() {
    TinyLlama options;
    options.hidden = 96;
    options.heads = 6;
    options.kv_heads = 1;
    options.head_dim = 32;   // 192 query columns from 96
    const ModelState state = open_tiny(options);
    Conversation conversation(state, at::kFloat, 1, 5);
    DecodeEngine engine(state, at::kFloat, 8);
    engine.prefill(conversation.prompt());
    QVERIFY(conversation.error(engine.step(conversation.append(0))) < 1e-4);
  }

  void a_prompt_of_one_token_works() {
    const ModelState state = open_tiny();
    Conversation conversation(state, at::kFloat, 1, 1);
    DecodeEngine engine(state, at::kFloat, 3);
    QVERIFY(conversation.error(engine.prefill(conversation.prompt())) < 1e-4);
    QVERIFY(conversation.error(engine.step(conversation.append(0))) < 1e-4);
  }

  void a_new_prompt_forgets_the_old_one() {
    const ModelState state = open_tiny();
    Conversation conversation(state, at::kFloat, 1, 6);
    DecodeEngine engine(state, at::kFloat, 30);
    const std::vector<std::int32_t> other(20, 42);
    engine.prefill(other);
    engine.step(std::vector<std::int32_t>{5});
    QVERIFY(conversation.error(engine.prefill(conversation.prompt())) < 1e-4);
    QVERIFY(conversation.error(engine.step(conversation.append(0))) < 1e-4);
  }

  void the_cache_has_room_for_the_capacity_and_no_more() {
    const ModelState state = open_tiny();
    DecodeEngine engine(state, at::kFloat, 4);
    QCOMPARE(engine.cache_bytes(), std::uint64_t{2 * 2 * 4 * 2 * 16 * 4});   // K and V, layers, positions, heads, size, bytes
    engine.prefill(std::vector<std::int32_t>{1, 2, 3});
    engine.step(std::vector<std::int32_t>{4});
    const auto full = thrown([&] { engine.step(std::vector<std::int32_t>{5}); });
    QVERIFY(full && full->code == ErrorCode::invalid_data);
    const auto long_prompt = thrown([&] { engine.prefill(std::vector<std::int32_t>(5, 1)); });
    QVERIFY(long_prompt && long_prompt->code == ErrorCode::invalid_data);
    const auto empty = thrown([&] { engine.prefill({}); });
    QVERIFY(empty && empty->code == ErrorCode::invalid_data);
  }

  void ids_outside_the_vocabulary_are_refused() {
    const ModelState state = open_tiny();
    DecodeEngine engine(state, at::kFloat, 4);
    for (const std::int32_t id : {-1, 300}) {
      const auto prompt = thrown([&] { engine.prefill(std::vector<std::int32_t>{id}); });
      QVERIFY(prompt && prompt->code == ErrorCode::invalid_data);
      engine.prefill(std::vector<std::int32_t>{1});
      const auto step = thrown([&] { engine.step(std::vector<std::int32_t>{id}); });
      QVERIFY(step && step->code == ErrorCode::invalid_data);
    }
  }
};

QTEST_GUILESS_MAIN(DecodeEngineTest)
#include "decode_engine_test.moc"
