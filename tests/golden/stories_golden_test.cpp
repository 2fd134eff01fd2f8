// SPDX-License-Identifier: GPL-3.0-or-later
// A real small Llama with a SentencePiece vocabulary (stories260K) against llama2.c: tokens, log likelihoods and greedy
// text.
#include <ATen/ATen.h>
#include <QtTest>
#include <c10/core/GradMode.h>

#include "core/model/generate.h"
#include "core/model/transformer.h"
#include "tests/support/engine.h"
#include "tests/support/test_files.h"

using namespace kelter;

namespace {

std::string trimmed(const std::string& text) { return QString::fromStdString(text).trimmed().toStdString(); }

// The first `count` stories that hold more than blanks.
std::vector<std::string> stories(const std::string& text, std::size_t count) {
  const std::string border = "<|endoftext|>";
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size() && out.size() < count;) {
    const std::size_t end = std::min(text.find(border, at), text.size());
    if (const std::string story = trimmed(text.substr(at, end - at)); !story.empty()) out.push_back(story);
    at = end + border.size();
  }
  return out;
}

}  // namespace

class StoriesGoldenTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    test::start_engine();
    const auto file = test::shared_file("data/stories260k/stories260K.gguf");
    if (!file) QSKIP("the small model is not beside the checkout");
    model_ = open_model(*file);
    golden_ = read_json_file(*test::shared_file("data/stories260k/golden-stories260k.json"));
  }

  void log_likelihoods_of_stories() {
    const auto file = test::shared_file("data/tinystories/tinystories-v2-train-first10000lines.txt");
    if (!file) QSKIP("the stories are not beside the checkout");
    const std::vector<std::string> texts = stories(read_text_file(*file), 10);
    const c10::NoGradGuard no_grad;
    const Transformer transformer(*model_, at::kFloat);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const Json& wanted = golden_["docs"][i];
      std::vector<std::int32_t> ids = model_->tokenizer->encode(texts[i], true);
      QCOMPARE(ids.size(), wanted["n_tokens"].get<std::size_t>());
      ids.resize(wanted["n_scored"].get<std::size_t>() + 1);   // the first token and those scored
      const auto first = wanted["first_tokens"].get<std::vector<std::int32_t>>();
      QVERIFY(std::equal(first.begin(), first.end(), ids.begin()));
      const at::Tensor tokens = at::tensor(at::ArrayRef<std::int32_t>(ids), at::kInt).to(at::kLong);
      const at::Tensor hidden = transformer.forward(tokens.unsqueeze(0))[0];
      const double nll = transformer.negative_log_likelihood(hidden.slice(0, 0, -1), tokens.slice(0, 1)).sum().item<double>();
      const double expected = wanted["nll"].get<double>();
      QVERIFY2(std::abs(nll - expected) < 1e-5 * expected, qPrintable(QString("%1 against %2").arg(nll).arg(expected)));
    }
  }

  void greedy_text() {
    const Json& greedy = golden_["greedy"];
    GenerateOptions options;
    options.max_tokens = greedy["steps"].get<std::int64_t>();
    const Generated generated = generate(*model_, at::kFloat, {1}, options, {});
    QCOMPARE(QString::fromStdString(model_->tokenizer->decode(generated.ids)), QString::fromStdString(greedy["text"].get<std::string>()));
  }

 private:
  std::optional<ModelState> model_;
  Json golden_;
};

QTEST_GUILESS_MAIN(StoriesGoldenTest)
#include "stories_golden_test.moc"
