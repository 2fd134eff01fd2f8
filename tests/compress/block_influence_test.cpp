// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/block_influence.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/formats/dense_weight.h"
#include "tests/support/engine.h"
#include "tests/support/memory_context.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

using Windows = std::vector<std::vector<std::int32_t>>;

Windows random_windows(std::size_t samples, std::size_t length) {
  Windows windows(samples, std::vector<std::int32_t>(length));
  TinyRandom random(7, "windows");
  for (auto& window : windows)
    for (auto& id : window) id = static_cast<std::int32_t>(random.next() % 300);
  return windows;
}

double plain_cosine(const float* a, const float* b, std::int64_t size) {
  double product = 0, aa = 0, bb = 0;
  for (std::int64_t i = 0; i < size; ++i) {
    product += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    aa += static_cast<double>(a[i]) * static_cast<double>(a[i]);
    bb += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return product / std::sqrt(aa * bb);
}

// The definitions, one window at a time through the whole forward.
struct Plain {
  std::vector<double> cosine_sum;                          // [layers]
  std::vector<std::vector<std::vector<float>>> final_;     // [sample][layer + 1][hidden]
};

Plain recompute(const Transformer& model, const Windows& windows) {
  const c10::NoGradGuard no_gradient;
  Plain out{std::vector<double>(static_cast<std::size_t>(model.layer_count())), {}};
  for (const auto& window : windows) {
    std::vector<at::Tensor> states;
    const at::Tensor ids = at::tensor(std::vector<std::int64_t>(window.begin(), window.end()), at::kLong).unsqueeze(0);
    model.forward(ids, nullptr, {}, [&](std::int64_t, const at::Tensor& hidden) { states.push_back(hidden.clone()); });
    const std::int64_t hidden = states[0].size(2), tokens = states[0].size(1);
    for (std::size_t layer = 0; layer + 1 < states.size(); ++layer)
      for (std::int64_t t = 0; t < tokens; ++t)
        out.cosine_sum[layer] += plain_cosine(states[layer].const_data_ptr<float>() + t * hidden,
                                              states[layer + 1].const_data_ptr<float>() + t * hidden, hidden);
    auto& kept = out.final_.emplace_back();
    for (const at::Tensor& state : states) {
      const float* last = state.const_data_ptr<float>() + (tokens - 1) * hidden;
      kept.emplace_back(last, last + hidden);
    }
  }
  return out;
}

double plain_distance(const Plain& plain, std::size_t first, std::size_t count) {
  double sum = 0;
  for (const auto& sample : plain.final_)
    sum += std::acos(plain_cosine(sample[first].data(), sample[first + count].data(), static_cast<std::int64_t>(sample[first].size())));
  return sum / static_cast<double>(plain.final_.size()) / std::numbers::pi;
}

bool near(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance; }

bool same(const LayerSimilarity& a, const LayerSimilarity& b) {
  if (a.influence != b.influence || a.final_tokens.size() != b.final_tokens.size()) return false;
  for (std::size_t i = 0; i < a.final_tokens.size(); ++i)
    if (!at::equal(a.final_tokens[i], b.final_tokens[i])) return false;
  return true;
}

}  // namespace

class BlockInfluenceTest : public QObject {
  Q_OBJECT

 private:
  ModelState open(std::int64_t layers) {
    TinyLlama options;
    options.layers = layers;
    return open_model(write_tiny_llama(folder_.path().toStdString() + "/model.gguf", options));
  }

  // The layer hands its input through unchanged.
  static ModelState with_idle_layer(const ModelState& model, std::int64_t layer) {
    ModelState out = model;
    for (const char* module : {"self_attn.o_proj", "mlp.down_proj"}) {
      const std::string name = linear_name(layer, module);
      out = out.with(name, DenseWeight::from_tensor(at::zeros(model.tensor(name)->shape()), at::kFloat));
    }
    return out;
  }

  QTemporaryDir folder_;

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void influence_and_distance_are_those_of_a_plain_float64_computation() {
    const Transformer model(open(5), at::kFloat);
    // 50 windows of 100 tokens are more than one batch, and the last batch is not full.
    const Windows windows = random_windows(50, 100);
    NullContext context;
    const LayerSimilarity found = measure_layer_similarity(model, windows, context);
    const Plain plain = recompute(model, windows);
    QCOMPARE(found.influence.size(), std::size_t{5});
    for (std::size_t layer = 0; layer < 5; ++layer)
      QVERIFY(near(found.influence[layer], 1.0 - plain.cosine_sum[layer] / 5000.0, 1e-7));
    for (std::size_t count = 1; count <= 5; ++count)
      for (std::size_t first = 0; first + count <= 5; ++first)
        QVERIFY(near(found.angular_distance(static_cast<std::int64_t>(first), static_cast<std::int64_t>(count)),
                     plain_distance(plain, first, count), 1e-7));
  }

  void a_layer_that_does_nothing_has_no_influence_and_no_angle() {
    const Transformer model(with_idle_layer(open(4), 2), at::kFloat);
    NullContext context;
    const LayerSimilarity found = measure_layer_similarity(model, random_windows(3, 9), context);
    QVERIFY(near(found.influence[2], 0, 1e-12));
    QVERIFY(near(found.angular_distance(2, 1), 0, 1e-7));   // arccos near 1 magnifies rounding
    QVERIFY((found.least_influential(1) == std::vector<std::int64_t>{2}));
    QCOMPARE(found.most_similar_block(1), 2);
  }

  void the_last_layer_is_never_in_the_most_similar_block() {
    const Transformer model(with_idle_layer(open(4), 3), at::kFloat);
    NullContext context;
    const LayerSimilarity found = measure_layer_similarity(model, random_windows(3, 9), context);
    QVERIFY(found.most_similar_block(1) != 3);
    QCOMPARE(found.most_similar_block(3), 0);
    QCOMPARE(thrown([&] { found.most_similar_block(4); })->code, ErrorCode::invalid_parameter);
    QVERIFY((found.least_influential(1) == std::vector<std::int64_t>{3}));
  }

  void equal_layers_are_taken_from_the_front() {
    LayerSimilarity similarity;
    similarity.influence = {0.5, 0.1, 0.3, 0.1, 0.1};
    QVERIFY((similarity.least_influential(4) == std::vector<std::int64_t>{1, 3, 4, 2}));
    similarity.final_tokens.assign(6, at::ones({2, 4}));
    QCOMPARE(similarity.most_similar_block(2), 0);
  }

  void opposite_and_vanished_vectors_have_an_angle() {
    LayerSimilarity similarity;
    similarity.influence = {0, 0, 0};
    similarity.final_tokens = {at::ones({1, 3}), -at::ones({1, 3}), at::zeros({1, 3}), at::zeros({1, 3})};
    QVERIFY(near(similarity.angular_distance(0, 1), 1.0, 1e-7));
    QVERIFY(near(similarity.angular_distance(1, 1), 0.5, 1e-12));
    QVERIFY(near(similarity.angular_distance(2, 1), 0.0, 1e-12));
  }

  void a_stopped_walk_goes_on_behind_its_last_layer_with_the_same_bytes() {
    const Transformer model(open(4), at::kFloat);
    const Windows windows = random_windows(5, 33);
    NullContext uninterrupted;
    const LayerSimilarity wanted = measure_layer_similarity(model, windows, uninterrupted);
    for (int stop = 1; stop <= 4; ++stop) {
      MemoryContext context;
      context.stop_after(stop);
      QVERIFY(thrown([&] { measure_layer_similarity(model, windows, context); }));
      QVERIFY(context.steps.size() == static_cast<std::size_t>(stop - 1));
      context.steps.clear();
      QVERIFY(same(measure_layer_similarity(model, windows, context), wanted));
      QCOMPARE(context.steps.size(), static_cast<std::size_t>(4 - stop));
    }
  }

  void a_checkpoint_of_other_sizes_is_not_used() {
    const Transformer model(open(3), at::kFloat);
    NullContext uninterrupted;
    const LayerSimilarity wanted = measure_layer_similarity(model, random_windows(2, 8), uninterrupted);
    for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{8}, std::size_t{1000}}) {
      MemoryContext context;
      context.checkpoints["finished-layers"].assign(size, 1);
      QVERIFY(same(measure_layer_similarity(model, random_windows(2, 8), context), wanted));
      QCOMPARE(context.steps.size(), std::size_t{3});
    }
  }

  void no_windows_and_unequal_windows_are_errors() {
    const Transformer model(open(2), at::kFloat);
    NullContext context;
    for (const Windows& windows : {Windows{}, Windows{{}}, Windows{{1, 2}, {3}}})
      QCOMPARE(thrown([&] { measure_layer_similarity(model, windows, context); })->code, ErrorCode::invalid_data);
  }

  void a_layer_that_overflows_is_named() {
    ModelState model = open(3);
    const std::string name = linear_name(1, "mlp.down_proj");
    model = model.with(name, DenseWeight::from_tensor(at::full(model.tensor(name)->shape(), 3e38f), at::kFloat));
    NullContext context;
    const auto error = thrown([&] { measure_layer_similarity(Transformer(model, at::kFloat), random_windows(2, 8), context); });
    QVERIFY(error && error->code == ErrorCode::not_finite);
    QCOMPARE(error->where, std::string("layer 1"));
  }
};

QTEST_GUILESS_MAIN(BlockInfluenceTest)
#include "block_influence_test.moc"
