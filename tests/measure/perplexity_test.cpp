// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/perplexity.h"

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "core/base/hash.h"
#include "core/data/text.h"
#include "core/measure/statistics.h"
#include "tests/support/engine.h"
#include "tests/support/test_files.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_models.h"

using namespace kelter;
using namespace kelter::test;

namespace {

const std::string text =
    "A wine press has a screw, a plate and a basket. The harder it is turned, the more runs out; what is left is a "
    "dry cake. Whoever presses too hard tastes the pips, and whoever stops too early leaves half of it behind.\n";

// -log p(ids[t + 1] | ids[0 .. t]) in float64 from the plain logits.
std::vector<double> plain_nll(const Transformer& model, const std::vector<std::int32_t>& ids) {
  at::Tensor row = at::empty({1, static_cast<std::int64_t>(ids.size())}, at::kLong);
  std::copy(ids.begin(), ids.end(), row.mutable_data_ptr<std::int64_t>());
  const at::Tensor log_p = at::log_softmax(model.logits(model.forward(row)[0]).to(at::kDouble), 1);
  std::vector<double> out;
  for (std::size_t t = 0; t + 1 < ids.size(); ++t)
    out.push_back(-log_p[static_cast<std::int64_t>(t)][ids[t + 1]].item<double>());
  return out;
}

double mean_from(const std::vector<double>& values, std::size_t first) {
  return mean({values.begin() + static_cast<std::ptrdiff_t>(first), values.end()});
}

}  // namespace

class PerplexityTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::string file_;
  std::unique_ptr<ModelState> state_;
  std::unique_ptr<Transformer> model_;
  std::vector<std::int32_t> ids_;
  NullContext context_;

  PerplexityRequest request(std::int64_t window, const std::string& protocol = "gptq") const {
    PerplexityRequest out;
    out.text = file_;
    out.window = window;
    out.protocol = protocol;
    return out;
  }
  PerplexityResult measure(const PerplexityRequest& wanted) {
    return measure_perplexity(*model_, *state_->tokenizer, wanted, context_);
  }
  std::vector<std::int32_t> slice(std::int64_t begin, std::int64_t count) const {
    return {ids_.begin() + begin, ids_.begin() + begin + count};
  }

 private Q_SLOTS:
  void initTestCase() {
    start_engine();
    file_ = folder_.filePath("text.txt").toStdString();
    write_file_atomically(file_, text);
    state_ = std::make_unique<ModelState>(open_tiny());
    model_ = std::make_unique<Transformer>(*state_, at::kFloat);
    ids_ = state_->tokenizer->encode(text);
  }

  void windows_of_the_default_model_match_the_float64_reference() {
    const auto file = default_model_file();
    if (!file) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    const auto golden = shared_file("golden-model/float64-check.json"), corpus = shared_file("data/wikitext-2/wiki.test.raw");
    if (!golden || !corpus) QSKIP("the reference data is not beside the checkout");
    const ModelState state = open_model(*file);
    const auto ids = state.tokenizer->encode(load_text(corpus->string(), "wikitext-lines", ""));
    std::vector<std::vector<std::int32_t>> windows;
    for (int w = 0; w < 2; ++w) windows.emplace_back(ids.begin() + w * 1024, ids.begin() + (w + 1) * 1024);
    const auto nll = window_negative_log_likelihoods(Transformer(state, at::kFloat), windows, 0, context_);
    const Json rows = read_json_file(*golden)["rows"];
    for (std::size_t w = 0; w < nll.size(); ++w)
      QVERIFY2(std::abs(nll[w] - rows[w][2].get<double>()) < 2e-5, qPrintable(QString::number(nll[w], 'g', 12)));
  }

  void demo_texts_match_an_independent_program_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("rounded");   // in bfloat16, too
    for (const char* name : {"prose-en.txt", "test-en.txt", "test-de.txt", "test-fr.txt"}) QTest::newRow(name) << name << (name == QByteArray("test-de.txt"));
  }
  void demo_texts_match_an_independent_program() {
    const auto file = default_model_file();
    if (!file) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    QFETCH(QString, name);
    QFETCH(bool, rounded);
    const fs::path root = KELTER_SOURCE_DIR;
    const Json wanted = read_json_file(root / "tests/golden/demo-reference.json")["texts"][name.toStdString()];
    const ModelState state = open_model(*file);
    PerplexityRequest request;
    request.text = (root / "resources/demo" / name.toStdString()).string();
    request.window = wanted["window"].get<std::int64_t>();
    request.limit = 1;
    QCOMPARE(state.tokenizer->encode(load_text(request.text, "plain", "")).size(), wanted["tokens"].get<std::size_t>());
    const auto difference = [&](at::ScalarType dtype) {
      const auto found = measure_perplexity(Transformer(state, dtype), *state.tokenizer, request, context_).window_nll;
      return std::abs(found.at(0) - wanted["window_nll"][0].get<double>());
    };
    const double exact = difference(at::kFloat);
    QVERIFY2(exact < 2e-5, qPrintable(QString::number(exact)));
    if (!rounded) return;
    const double less = difference(at::kBFloat16);
    QVERIFY2(less < 0.02, qPrintable(QString::number(less)));
  }

  void rounded_activations_score_as_their_logits_do_data() {
    QTest::addColumn<int>("head");
    QTest::newRow("head rounds") << static_cast<int>(GgmlType::Q8_0);
    QTest::newRow("head is exact") << static_cast<int>(GgmlType::F32);
  }
  void rounded_activations_score_as_their_logits_do() {
    QFETCH(int, head);
    TinyLlama options;
    options.linears = GgmlType::Q4_1;
    options.embedding = static_cast<GgmlType>(head);
    const ModelState state = open_tiny(options);
    std::vector<std::int32_t> window;
    for (std::size_t i = 0; i < 100; ++i) window.push_back(ids_[i % ids_.size()]);   // more rows than have their logits at a time
    const Transformer rounded(state, at::kFloat, at::kCPU, Activations::int8), exact(state, at::kFloat);
    const double scored = window_negative_log_likelihoods(rounded, {window}, 0, context_).at(0);
    const double plain = mean(plain_nll(rounded, window)), without = mean(plain_nll(exact, window));
    QVERIFY2(std::abs(scored - plain) < 1e-5, qPrintable(QStringLiteral("%1 and %2").arg(scored).arg(plain)));
    const double cost = std::abs(scored - without);
    QVERIFY2(cost > 1e-7 && cost < 0.01, qPrintable(QString::number(cost)));
  }

  void a_model_of_zeros_has_the_vocabulary_as_perplexity() {
    const ModelState uniform = open_uniform();
    const Transformer model(uniform, at::kFloat);
    for (const char* protocol : {"gptq", "llamacpp"}) {
      const auto result = measure_perplexity(model, *uniform.tokenizer, request(32, protocol), context_);
      QVERIFY(std::abs(result.value - 300) < 1e-9);
      QVERIFY(result.standard_error < 1e-9);
    }
    const auto rolled = measure_perplexity(model, *uniform.tokenizer, request(32, "document"), context_);
    QVERIFY(std::abs(rolled.value - 300) < 1e-9);
    const double bits = static_cast<double>(ids_.size()) * std::log2(300.0) / static_cast<double>(text.size());
    QVERIFY(std::abs(rolled.bits_per_byte - bits) < 1e-9);
  }

  void windows_do_not_overlap_and_the_tail_is_dropped() {
    const auto result = measure(request(32));
    const auto count = static_cast<std::int64_t>(ids_.size()) / 32;
    QVERIFY(count * 32 < static_cast<std::int64_t>(ids_.size()));   // there is a tail
    QCOMPARE(result.windows, count);
    QCOMPARE(result.tokens, count * 32);
    QCOMPARE(result.scored, count * 31);
    for (std::int64_t w = 0; w < count; ++w)
      QVERIFY(std::abs(result.window_nll[static_cast<std::size_t>(w)] - mean(plain_nll(*model_, slice(w * 32, 32)))) < 1e-5);
    QCOMPARE(result.value, std::exp(mean(result.window_nll)));
    QCOMPARE(result.standard_error, result.value * standard_error(result.window_nll));
    QCOMPARE(QString::fromStdString(result.text_sha256), QString::fromStdString("sha256:" + sha256_hex(text)));
    QVERIFY(!result.bos);
  }

  void a_limit_takes_the_first_windows() {
    PerplexityRequest limited = request(32);
    limited.limit = 2;
    const auto all = measure(request(32)), some = measure(limited);
    QCOMPARE(some.windows, 2);
    for (std::size_t w = 0; w < 2; ++w) QVERIFY(std::abs(some.window_nll[w] - all.window_nll[w]) < 1e-6);
  }

  void a_stride_scores_the_last_predictions_of_later_windows() {
    PerplexityRequest strided = request(32);
    strided.stride = 8;
    const auto result = measure(strided);
    QCOMPARE(result.windows, (static_cast<std::int64_t>(ids_.size()) - 32) / 8 + 1);
    QCOMPARE(result.scored, 31 + (result.windows - 1) * 8);
    QVERIFY(std::abs(result.window_nll[0] - mean(plain_nll(*model_, slice(0, 32)))) < 1e-5);
    QVERIFY(std::abs(result.window_nll[1] - mean_from(plain_nll(*model_, slice(8, 32)), 31 - 8)) < 1e-5);
    strided.stride = 32;
    QVERIFY(std::abs(measure(strided).value - measure(request(32)).value) < 1e-6);
  }

  void llamacpp_scores_from_the_middle_of_the_window() {
    const auto result = measure(request(32, "llamacpp"));
    QCOMPARE(result.scored, result.windows * (32 - 32 / 2 - 1));
    QVERIFY(std::abs(result.window_nll[1] - mean_from(plain_nll(*model_, slice(32, 32)), 16)) < 1e-5);
  }

  void document_predicts_every_token_once() {
    const auto result = measure(request(24, "document"));
    QCOMPARE(result.scored, static_cast<std::int64_t>(ids_.size()));
    QCOMPARE(result.bytes, static_cast<std::int64_t>(text.size()));
    QCOMPARE(result.words, static_cast<std::int64_t>(QString::fromStdString(text).split(QRegularExpression("\\s+")).size()));
    // Windows of 24: BOS and 23 tokens predict 24; full ones start at the token before them; the last keeps 24 inputs.
    std::vector<std::int32_t> all = ids_;
    all.insert(all.begin(), 1);
    double log_likelihood = 0;
    for (std::size_t done = 0; done < ids_.size();) {
      const std::size_t fresh = std::min<std::size_t>(24, ids_.size() - done);
      const std::size_t begin = done == 0 ? 0 : done + fresh - 24;
      const auto nll = plain_nll(*model_, {all.begin() + static_cast<std::ptrdiff_t>(begin), all.begin() + static_cast<std::ptrdiff_t>(done + fresh) + 1});
      for (std::size_t t = nll.size() - fresh; t < nll.size(); ++t) log_likelihood -= nll[t];
      done += fresh;
    }
    QVERIFY(std::abs(result.document_log_likelihood.at(0) - log_likelihood) < 1e-3);
    const double per_word = -log_likelihood / static_cast<double>(result.words);
    QVERIFY(std::abs(std::log(result.word_perplexity) - per_word) < 1e-4);
  }

  void a_text_shorter_than_a_window_is_refused() {
    const auto error = thrown([&] { measure(request(1024)); });
    QVERIFY(error && error->code == ErrorCode::invalid_data);
    QVERIFY(mentions(error, "shorter than one window"));
    QVERIFY(mentions(error, std::to_string(ids_.size()) + " tokens"));
  }

  void contradicting_settings_are_refused() {
    const auto refused = [&](auto change) {
      PerplexityRequest wrong = request(32);
      change(wrong);
      const auto error = thrown([&] { measure(wrong); });
      return error && error->code == ErrorCode::invalid_parameter;
    };
    QVERIFY(refused([](auto& r) { r.window = 1; }));
    QVERIFY(refused([](auto& r) { r.stride = 33; }));
    QVERIFY(refused([](auto& r) { r.stride = -1; }));
    QVERIFY(refused([](auto& r) { r.limit = -1; }));
    QVERIFY(refused([](auto& r) { r.protocol = "other"; }));
    QVERIFY(refused([](auto& r) { r.protocol = "llamacpp", r.stride = 8; }));
  }

  void cancelling_stops_inside_the_first_batch() {
    CancellingContext context(1);   // the second of two layers asks
    const auto error = thrown([&] { measure_perplexity(*model_, *state_->tokenizer, request(32), context); });
    QVERIFY(error && error->code == ErrorCode::cancelled);
    QCOMPARE(context.finished, 0);
  }

  void weights_that_are_no_numbers_are_refused() {
    GgufBuilder builder = tiny_llama();
    const float nan = std::nanf("");
    for (auto& tensor : builder.tensors)
      if (tensor.name == "blk.1.ffn_up.weight") std::memcpy(tensor.data.data() + 400, &nan, 4);
    const ModelState broken = open_built(builder);
    const auto error = thrown([&] { Transformer(broken, at::kFloat); });
    QVERIFY(error && error->code == ErrorCode::not_finite);
    QVERIFY(mentions(error, "model.layers.1.mlp.up_proj.weight"));
  }
};

QTEST_GUILESS_MAIN(PerplexityTest)
#include "perplexity_test.moc"
