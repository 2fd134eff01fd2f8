// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/model_diff.h"

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>

#include "core/run/model_header.h"
#include "core/formats/dense_weight.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

ModelState tiny(std::int64_t layers = 3, std::uint64_t seed = 1) {
  QTemporaryDir folder;
  TinyLlama options;
  options.layers = layers;
  options.seed = seed;
  return open_model(write_tiny_llama(fs::path(folder.path().toStdString()) / "m.gguf", options));
}

// The model without one layer, the rest renumbered.
ModelState without_layer(const ModelState& model, std::int64_t gone) {
  ModelState out = model;
  out.tensors.clear();
  out.config.layers.erase(out.config.layers.begin() + gone);
  for (const auto& [name, weight] : model.tensors) {
    const std::int64_t layer = layer_of(name);
    if (layer == gone) continue;
    const std::string rest = layer < 0 ? name : name.substr(layer_prefix(layer).size());
    out.tensors[layer < 0 ? name : layer_prefix(layer > gone ? layer - 1 : layer) + rest] = weight;
  }
  return out;
}

Weight dense(const at::Tensor& values) { return DenseWeight::from_tensor(values, at::kFloat); }

const TensorDifference* find(const ModelDifference& difference, const std::string& name) {
  for (const TensorDifference& tensor : difference.tensors) {
    if (tensor.name_a == name) return &tensor;
  }
  return nullptr;
}

}  // namespace

class ModelDiffTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_model_equals_itself() {
    const ModelState model = tiny();
    const ModelDifference difference = compare_models(model, model);
    QCOMPARE(difference.tensors.size(), model.tensors.size());
    for (const TensorDifference& tensor : difference.tensors) {
      QVERIFY(tensor.same);
      QCOMPARE(tensor.relative_error.value(), 0.0);
    }
    QCOMPARE(difference.relative_error.value(), 0.0);
    QVERIFY(difference.removed_layers.empty() && difference.added_layers.empty());
  }

  void norms_are_those_of_the_definition() {
    const ModelState model = tiny();
    const std::string name = linear_name(1, "mlp.up_proj");
    const at::Tensor before = model.tensor(name)->decode(at::kFloat);
    at::Tensor after = before * 1.5f;
    after[0].zero_();
    const ModelDifference difference = compare_models(model, model.with(name, dense(after)));
    const TensorDifference& tensor = *find(difference, name);
    const at::Tensor a = before.to(at::kDouble), b = after.to(at::kDouble);
    QVERIFY(!tensor.same);
    QVERIFY(std::abs(*tensor.relative_error - ((b - a).norm() / a.norm()).item<double>()) < 1e-12);
    QCOMPARE(*tensor.largest_error, (after - before).abs().max().item<double>());
    QCOMPARE(*tensor.sparsity_a, 0.0);
    QCOMPARE(*tensor.sparsity_b, 1.0 / 96);
    int changed = 0;
    for (const TensorDifference& one : difference.tensors) changed += !one.same;
    QCOMPARE(changed, 1);
    double all = 0;
    for (const auto& [key, weight] : model.tensors) all += weight->decode(at::kDouble).square().sum().item<double>();
    QVERIFY(std::abs(*difference.relative_error - (b - a).norm().item<double>() / std::sqrt(all)) < 1e-12);
  }

  void a_tensor_of_zeros_has_no_relative_error() {
    const std::string name = linear_name(0, "mlp.up_proj");
    ModelState model = tiny();
    model = model.with(name, dense(at::zeros({96, 64})));
    const ModelDifference difference = compare_models(model, model.with(name, dense(at::ones({96, 64}))));
    QVERIFY(!find(difference, name)->relative_error);
    QCOMPARE(find(difference, name)->largest_error.value(), 1.0);
  }

  void a_removed_layer_is_found_and_the_others_are_matched_data() {
    QTest::addColumn<int>("gone");
    for (int layer = 0; layer < 4; ++layer) QTest::addRow("layer %d", layer) << layer;
  }
  void a_removed_layer_is_found_and_the_others_are_matched() {
    QFETCH(int, gone);
    const ModelState model = tiny(4);
    const ModelState less = without_layer(model, gone);
    const ModelDifference removed = compare_models(model, less);
    QCOMPARE(removed.removed_layers, std::vector<std::int64_t>{gone});
    QVERIFY(removed.added_layers.empty());
    for (const TensorDifference& tensor : removed.tensors) QCOMPARE(tensor.same, layer_of(tensor.name_a) != gone);
    const ModelDifference added = compare_models(less, model);
    QCOMPARE(added.added_layers, std::vector<std::int64_t>{gone});
    QVERIFY(added.removed_layers.empty());
    QCOMPARE(added.tensors.size(), model.tensors.size());
  }

  void models_without_a_layer_in_common_are_matched_by_number() {
    const ModelDifference difference = compare_models(tiny(4, 1), tiny(2, 2));
    QCOMPARE(difference.removed_layers, (std::vector<std::int64_t>{2, 3}));
    QVERIFY(find(difference, linear_name(1, "mlp.up_proj"))->relative_error.value() > 0.5);
  }

  void a_reshaped_tensor_has_no_norms() {
    const ModelState model = tiny();
    const std::string name = linear_name(0, "mlp.up_proj");
    const ModelDifference difference = compare_models(model, model.with(name, dense(at::ones({80, 64}))));
    const TensorDifference& tensor = *find(difference, name);
    QVERIFY(!tensor.same && !tensor.relative_error && !tensor.largest_error);
    QCOMPARE(tensor.b->shape(), (std::vector<std::int64_t>{80, 64}));
  }

  void tensors_are_listed_in_the_order_of_the_model() {
    QVERIFY(comes_before("model.embed_tokens.weight", "model.layers.0.input_layernorm.weight"));
    QVERIFY(comes_before("model.layers.2.mlp.up_proj.weight", "model.layers.10.mlp.down_proj.weight"));
    QVERIFY(comes_before("model.layers.10.mlp.down_proj.weight", "model.norm.weight"));
    QCOMPARE(layer_of("lm_head.weight"), std::int64_t{-1});
    QCOMPARE(layer_of("model.layers.12.mlp.up_proj.weight"), std::int64_t{12});
  }
};

QTEST_GUILESS_MAIN(ModelDiffTest)
#include "model_diff_test.moc"
