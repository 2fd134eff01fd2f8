// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/tasks.h"

#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>

#include "core/measure/statistics.h"
#include "tests/support/engine.h"
#include "tests/support/golden_tasks.h"
#include "tests/support/test_files.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_models.h"

using namespace kelter;
using namespace kelter::test;

namespace {

TaskItem make_item(std::vector<std::string> contexts, std::vector<std::string> choices, std::int64_t gold = 0) {
  TaskItem item{std::move(contexts), std::move(choices), {}, gold};
  for (const std::string& choice : item.choices) item.continuations.push_back(" " + choice);
  return item;
}

// Shared contexts of several lengths, choices of one token and of many, a context for each choice.
std::vector<TaskItem> mixed_items() {
  return {make_item({"Question: what comes out of a press?\nAnswer:"}, {"wine", "a very long story about grapes", "o"}, 1),
          make_item({"a"}, {"b", "c", "d", "e"}, 3),
          make_item({"The red one is bigger so the red", "The red one is bigger so the blue"}, {"one is heavy.", "one is heavy."}),
          make_item({""}, {"nothing stands before this", "nor before that"}, 1),
          make_item({"A longer context, which makes this sequence the widest of all and all others padded:"}, {"yes", "no"})};
}

// The definition of 16.1 without any sharing: one sequence for each choice, right-most tokens kept.
double plain_score(const Transformer& model, const Tokenizer& tokenizer, const TaskItem& item, std::size_t choice) {
  const EncodedPair pair = encode_pair(tokenizer, item.context(choice), item.continuations[choice]);
  std::vector<std::int64_t> ids(pair.context.begin(), pair.context.end());
  ids.insert(ids.end(), pair.continuation.begin(), pair.continuation.end());
  const auto room = static_cast<std::size_t>(model.config().context) + 1;
  if (ids.size() > room) ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(room));
  const std::size_t first = ids.size() - pair.continuation.size();
  const at::Tensor input = at::tensor(at::ArrayRef<std::int64_t>(ids.data(), ids.size() - 1), at::kLong).unsqueeze(0);
  const at::Tensor log_p = at::log_softmax(model.logits(model.forward(input)[0]).to(at::kDouble), 1);
  double sum = 0;
  for (std::size_t t = first; t < ids.size(); ++t) sum += log_p[static_cast<std::int64_t>(t) - 1][ids[t]].item<double>();
  return sum;
}

void compare_with_plain(const ModelState& state, const std::vector<TaskItem>& items, const TaskResult& result) {
  const Transformer model(state, at::kFloat);
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t c = 0; c < items[i].choices.size(); ++c) {
      const double expected = plain_score(model, *state.tokenizer, items[i], c);
      QVERIFY2(std::abs(result.log_likelihoods[i][c] - expected) < 1e-4 * std::max(1.0, std::abs(expected)),
               qPrintable(QString("item %1 choice %2: %3, expected %4").arg(i).arg(c).arg(result.log_likelihoods[i][c]).arg(expected)));
    }
  }
}

}  // namespace

class AccuracyTest : public QObject {
  Q_OBJECT

  NullContext context_;

  TaskResult measure(const ModelState& state, const std::vector<TaskItem>& items, const TaskOptions& options = {}) {
    return measure_task(Transformer(state, at::kFloat), *state.tokenizer, items, options, context_);
  }

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void shared_contexts_score_like_separate_sequences() {
    const ModelState state = open_tiny();
    compare_with_plain(state, mixed_items(), measure(state, mixed_items()));
  }

  void packed_weights_score_like_separate_sequences() {
    TinyLlama options;
    options.linears = GgmlType::Q4_1;
    options.embedding = GgmlType::Q8_0;
    const ModelState state = open_tiny(options);
    compare_with_plain(state, mixed_items(), measure(state, mixed_items()));
  }

  void batching_changes_nothing() {
    const ModelState state = open_tiny();
    TaskOptions one;
    one.batch_tokens = 1;
    const TaskResult single = measure(state, mixed_items(), one), together = measure(state, mixed_items());
    for (std::size_t i = 0; i < single.log_likelihoods.size(); ++i)
      for (std::size_t c = 0; c < single.log_likelihoods[i].size(); ++c)
        QVERIFY(std::abs(single.log_likelihoods[i][c] - together.log_likelihoods[i][c]) < 1e-4);
    QCOMPARE(single.hits, together.hits);
  }

  void long_contexts_lose_their_beginning() {
    TinyLlama options;
    options.context = 24;   // the longest choice alone fills it
    const ModelState state = open_tiny(options);
    const TaskResult result = measure(state, mixed_items());
    QVERIFY(result.truncated >= 5);
    compare_with_plain(state, mixed_items(), result);
  }

  void a_choice_that_cannot_fit_is_refused() {
    TinyLlama options;
    options.context = 8;
    const auto error = thrown([&] { measure(open_tiny(options), mixed_items()); });
    QVERIFY(error && error->code == ErrorCode::invalid_data);
    QVERIFY(mentions(error, "item 1, choice 2"));
  }

  // With all tokens equally likely a score is -tokens * log(vocabulary).
  void acc_norm_divides_by_code_points_and_equal_scores_go_to_the_first() {
    const ModelState state = open_uniform();
    const std::vector<TaskItem> items = {
        make_item({"x"}, {"\u00e9\u00e9", "qz"}, 1),   // 5 and 3 tokens, 2 code points each; 4 bytes would prefer the first
        make_item({"x"}, {"qz", "qy"}, 0), make_item({"x"}, {"qz", "qy"}, 1)};
    const TaskResult result = measure(state, items);
    const double unit = std::log(300.0);
    QVERIFY(std::abs(result.log_likelihoods[0][0] + 5 * unit) < 1e-4);
    QVERIFY(std::abs(result.log_likelihoods[0][1] + 3 * unit) < 1e-4);
    QCOMPARE(result.hits, (std::vector<std::uint8_t>{1, 1, 0}));
    QCOMPARE(result.hits_norm, (std::vector<std::uint8_t>{1, 1, 0}));
    QCOMPARE(result.acc, 2.0 / 3);
    QVERIFY(std::abs(result.acc_stderr - std::sqrt(2.0 / 3 * (1.0 / 3) / 2)) < 1e-12);
  }

  void acc_norm_can_prefer_the_longer_choice() {
    const TaskResult result = measure(open_uniform(), {make_item({"x"}, {"q", "theandthe"}, 1)});
    QCOMPARE(result.hits[0], std::uint8_t{0});
    QCOMPARE(result.hits_norm[0], std::uint8_t{1});
    QVERIFY(std::isnan(result.acc_stderr));   // one item has no error
  }

  void a_limit_takes_the_first_items() {
    const ModelState state = open_tiny();
    TaskOptions two;
    two.limit = 2;
    const TaskResult all = measure(state, mixed_items()), some = measure(state, mixed_items(), two);
    QCOMPARE(some.items, 2);
    QCOMPARE(some.hits.size(), std::size_t{2});
    QVERIFY(std::abs(some.log_likelihoods[1][2] - all.log_likelihoods[1][2]) < 1e-4);
    two.limit = 100;
    QCOMPARE(measure(state, mixed_items(), two).items, 5);
  }

  void nothing_to_ask_is_refused() {
    const auto error = thrown([&] { measure(open_tiny(), {}); });
    QVERIFY(error && error->code == ErrorCode::invalid_data);
    TaskOptions wrong;
    wrong.limit = -1;
    const auto refused = thrown([&] { measure(open_tiny(), mixed_items(), wrong); });
    QVERIFY(refused && refused->code == ErrorCode::invalid_parameter);
  }

  void a_cancel_stops_before_the_next_layer() {
    const ModelState state = open_tiny();
    CancellingContext cancelling(1);
    const auto error =
        thrown([&] { measure_task(Transformer(state, at::kFloat), *state.tokenizer, mixed_items(), {}, cancelling); });
    QVERIFY(error && error->code == ErrorCode::cancelled);
    QCOMPARE(cancelling.finished, 0);
  }

  void scores_that_are_no_numbers_give_no_accuracy() {
    GgufBuilder builder = tiny_llama();
    const float huge = 3e38f;   // finite weights whose products are not
    for (auto& tensor : builder.tensors)
      if (tensor.name == "blk.0.ffn_up.weight" || tensor.name == "blk.0.ffn_gate.weight")
        for (std::size_t at = 0; at < tensor.data.size(); at += 4) std::memcpy(tensor.data.data() + at, &huge, 4);
    const TaskResult result = measure(open_built(builder), mixed_items());
    QVERIFY(std::isnan(result.acc));
    QVERIFY(std::isnan(result.acc_norm));
  }

  void demo_questions_match_an_independent_program() {
    const auto file = default_model_file();
    if (!file) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    const Json golden = read_json_file(fs::path(KELTER_SOURCE_DIR) / "tests/golden/demo-reference.json")["questions"];
    const auto items = load_task((fs::path(KELTER_SOURCE_DIR) / "resources/demo/questions.jsonl").string());
    const TaskResult result = measure(open_model(*file), items);
    QCOMPARE(result.items, golden["count"].get<std::int64_t>());
    for (std::size_t i = 0; i < 20; ++i)
      for (std::size_t c = 0; c < result.log_likelihoods[i].size(); ++c)
        QVERIFY(std::abs(result.log_likelihoods[i][c] - golden["first_log_likelihoods"][i][c].get<double>()) < 1e-3);
    QCOMPARE(result.hits, golden["hits"].get<std::vector<std::uint8_t>>());
    QCOMPARE(result.hits_norm, golden["hits_norm"].get<std::vector<std::uint8_t>>());
    QVERIFY(result.acc - 1.96 * result.acc_stderr > 0.25);   // above chance, or the questions would measure nothing
    QVERIFY(result.acc_norm - 1.96 * result.acc_norm_stderr > 0.25);
    QVERIFY(std::abs(result.acc_stderr - golden["acc"]["stderr"].get<double>()) < 1e-4);   // it divides by n, Kelter by n - 1
    QVERIFY(std::abs(result.acc_norm - golden["acc_norm"]["value"].get<double>()) < 1e-12);
  }

  void arc_easy_matches_lm_eval() {
    const auto file = default_model_file();
    if (!file) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    const auto golden = shared_file("golden-model/lm-eval-arc_easy.json"), data = shared_file("data/arc/arc-easy-test.jsonl");
    if (!golden || !data) QSKIP("the reference data is not beside the checkout");
    TaskOptions options;
    options.limit = 60;
    const TaskResult result = measure(open_model(*file), load_task(data->string()), options);
    compare_with_lm_eval(result, read_json_file(*golden));
  }
};

QTEST_GUILESS_MAIN(AccuracyTest)
#include "accuracy_test.moc"
