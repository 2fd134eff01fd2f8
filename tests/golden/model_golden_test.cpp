// SPDX-License-Identifier: GPL-3.0-or-later
// The default model against numbers of an independent implementation (transformers, float32): decoded
// weights bit by bit, hidden norms, logits, greedy continuations.
#include <ATen/ATen.h>
#include <QtTest>
#include <c10/core/GradMode.h>

#include <cmath>

#include "core/base/hash.h"
#include "core/model/generate.h"
#include "core/model/transformer.h"
#include "tests/support/engine.h"
#include "tests/support/test_files.h"

using namespace kelter;

namespace {

at::Tensor to_ids(const Json& ids) {
  const auto values = ids.get<std::vector<std::int64_t>>();
  return at::tensor(values, at::kLong).unsqueeze(0);
}

}  // namespace

class ModelGoldenTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    test::start_engine();
    const auto file = test::default_model_file();
    if (!file) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    if (!test::shared_file("golden-model/logits.json")) QSKIP("the golden numbers are not beside the checkout");
    model_ = open_model(*file);
    transformer_ = std::make_unique<Transformer>(*model_, at::kFloat);
    logits_ = read_json_file(*test::shared_file("golden-model/logits.json"));
  }

  void decoded_weights_are_bit_equal() {
    const Json golden = read_json_file(*test::shared_file("golden-model/weights.json"));
    QVERIFY(golden.size() >= 14);
    for (const auto& [name, expected] : golden.items()) {
      if (!model_->tensors.count(name)) continue;
      const at::Tensor values = model_->tensor(name)->decode(at::kFloat);
      const std::string hash = sha256_hex(std::span(static_cast<const std::uint8_t*>(values.const_data_ptr()), values.nbytes()));
      QVERIFY2(hash == expected["sha256_f32_le"], name.c_str());
      ++compared_;
    }
    QVERIFY(compared_ >= 14);
  }

  void hidden_norms_match_after_every_layer() {
    const Json golden = read_json_file(*test::shared_file("golden-model/hidden-norms.json"));
    const c10::NoGradGuard no_grad;
    std::vector<at::Tensor> states;
    const at::Tensor last = transformer_->forward(to_ids(golden["ids"]), nullptr, {}, [&](std::int64_t, const at::Tensor& hidden) { states.push_back(hidden.clone()); });
    QCOMPARE(states.size(), std::size_t{31});
    for (std::size_t i = 0; i <= 30; ++i) {
      const std::string name = i == 0 ? "embed" : "layer" + std::to_string(i - 1) + "_out";
      compare_norms(golden["norms"][name], states[i], name);
    }
    compare_norms(golden["norms"]["final_norm_out"], last, "final_norm_out");
  }

  void logits_match_within_a_thousandth() {
    const c10::NoGradGuard no_grad;
    for (const Json& prompt : logits_) {
      const at::Tensor hidden = transformer_->forward(to_ids(prompt["ids"]))[0];
      const at::Tensor logits = transformer_->logits(hidden.slice(0, -1))[0];
      for (std::size_t i = 0; i < prompt["top10_ids"].size(); ++i) {
        const float ours = logits[prompt["top10_ids"][i].get<std::int64_t>()].item<float>();
        const float wanted = prompt["top10_logits_f32"][i].get<float>();
        QVERIFY2(std::abs(ours - wanted) <= 1e-3f, qPrintable(QString("%1 against %2").arg(ours).arg(wanted)));
      }
      QVERIFY(std::abs(logits.to(at::kDouble).sum().item<double>() - prompt["logits_sum_f64acc"].get<double>()) < 1.0);
    }
  }

  void prompt_log_probabilities_match() {
    const c10::NoGradGuard no_grad;
    for (const Json& prompt : logits_) {
      const at::Tensor ids = to_ids(prompt["ids"])[0];
      const at::Tensor hidden = transformer_->forward(ids.unsqueeze(0))[0];
      const at::Tensor nll = transformer_->negative_log_likelihood(hidden.slice(0, 0, -1), ids.slice(0, 1));
      for (std::int64_t i = 0; i < nll.size(0); ++i)
        QVERIFY(std::abs(nll[i].item<double>() + prompt["prompt_token_logprobs"][static_cast<std::size_t>(i)].get<double>()) < 1e-3);
    }
  }

  void greedy_continuations_are_equal_token_by_token() {
    GenerateOptions options;
    options.max_tokens = 32;
    options.stop_at_end = false;
    for (const Json& prompt : logits_) {
      const auto made = generate(*model_, at::kFloat, prompt["ids"].get<std::vector<std::int32_t>>(), options);
      QCOMPARE(made.ids, prompt["greedy32_ids"].get<std::vector<std::int32_t>>());
    }
  }

 private:
  static void compare_norms(const Json& expected, const at::Tensor& hidden, const std::string& name) {
    QVERIFY2(expected.is_array() && expected.size() == static_cast<std::size_t>(hidden.size(1)), name.c_str());
    const at::Tensor norms = hidden[0].to(at::kDouble).norm(2, at::IntArrayRef{1});
    for (std::size_t t = 0; t < expected.size(); ++t) {
      const double wanted = expected[t].get<double>(), ours = norms[static_cast<std::int64_t>(t)].item<double>();
      QVERIFY2(std::abs(ours - wanted) <= 2e-5 * wanted + 1e-5, name.c_str());
    }
  }

  std::optional<ModelState> model_;
  std::unique_ptr<Transformer> transformer_;
  Json logits_;
  int compared_ = 0;
};

QTEST_GUILESS_MAIN(ModelGoldenTest)
#include "model_golden_test.moc"
