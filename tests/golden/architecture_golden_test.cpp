// SPDX-License-Identifier: GPL-3.0-or-later
// Tiny checkpoints of every architecture variant against transformers in float32: hidden states, logits and greedy
// tokens, through the forward and through token-by-token decoding, also after a round trip through Kelter's own folder.
#include <ATen/ATen.h>
#include <QtTest>
#include <c10/core/GradMode.h>

#include <QTemporaryDir>

#include "core/kernels/decode_ops.h"
#include "core/model/decode_engine.h"
#include "core/model/transformer.h"
#include "tests/support/engine.h"
#include "tests/support/golden_tensors.h"
#include "tests/support/test_files.h"

using namespace kelter;

class ArchitectureGoldenTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    test::start_engine();
    if (!test::shared_file("golden-arch/manifest.json")) QSKIP("the golden architectures are not beside the checkout");
  }

  void logits_and_tokens_are_those_of_transformers_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("stored");
    const Json manifest = read_json_file(*test::shared_file("golden-arch/manifest.json"));
    for (const auto& [name, facts] : manifest["cases"].items()) {
      QTest::newRow(name.c_str()) << QString::fromStdString(name) << false;
      QTest::newRow((name + ", saved and opened").c_str()) << QString::fromStdString(name) << true;
    }
  }

  void logits_and_tokens_are_those_of_transformers() {
    QFETCH(QString, name);
    QFETCH(bool, stored);
    const fs::path folder = test::shared_file("golden-arch/" + name.toStdString() + "/config.json")->parent_path();
    ModelState model = open_model(folder);
    const QTemporaryDir place;
    if (stored) {
      const fs::path copy = fs::path(place.path().toStdString()) / "model";
      save_model(model, copy);
      model = open_model(copy);
    }
    const test::GoldenTensors golden(folder / "expected.safetensors");
    const at::Tensor ids = golden["input_ids"].to(at::kLong);
    const c10::NoGradGuard no_grad;
    const Transformer transformer(model, at::kFloat);
    at::Tensor after_first;
    const at::Tensor hidden = transformer.forward(ids, nullptr, {}, [&](std::int64_t layer, const at::Tensor& state) {
      if (layer == 1) after_first = state.clone();
    });
    compare(after_first, golden["hidden_1"]);
    compare(transformer.logits(hidden.flatten(0, 1)).view_as(golden["logits"]), golden["logits"]);
    compare_greedy(model, golden["greedy"].to(at::kLong).flatten());
  }

  // The prompt is the first 8 ids; every further one is the likeliest.
  void compare_greedy(const ModelState& model, const at::Tensor& wanted) {
    DecodeEngine engine(model, at::kFloat, wanted.size(0));
    std::vector<std::int32_t> prompt;
    for (int i = 0; i < 8; ++i) prompt.push_back(wanted[i].item<std::int32_t>());
    std::span<const float> logits = engine.prefill(prompt);
    for (std::int64_t i = 8; i < wanted.size(0); ++i) {
      const auto id = static_cast<std::int32_t>(argmax(logits.data(), static_cast<std::int64_t>(logits.size())));
      QCOMPARE(id, wanted[i].item<std::int32_t>());
      if (i + 1 < wanted.size(0)) logits = engine.step(std::span(&id, 1));
    }
  }

 private:
  static void compare(const at::Tensor& ours, const at::Tensor& wanted) {
    const double limit = 1e-5 * std::max(1.0, wanted.abs().max().item<double>());
    const double off = (ours - wanted).abs().max().item<double>();
    QVERIFY2(off <= limit, qPrintable(QString("%1 off, at most %2").arg(off).arg(limit)));
  }
};

QTEST_GUILESS_MAIN(ArchitectureGoldenTest)
#include "architecture_golden_test.moc"
