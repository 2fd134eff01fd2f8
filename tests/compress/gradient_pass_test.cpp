// SPDX-License-Identifier: GPL-3.0-or-later
// The gradient pass against central differences of the loss of whole forwards.
#include "core/compress/gradient_pass.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <limits>

#include "core/compress/windows.h"
#include "core/formats/dense_weight.h"
#include "core/model/transformer.h"
#include "tests/support/engine.h"
#include "tests/support/memory_context.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_models.h"

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

double loss_of(const ModelState& model, const Windows& windows) {
  const c10::NoGradGuard no_gradient;
  const Transformer forward(model, at::kFloat);
  const at::Tensor ids = windows_tensor(windows), hidden = forward.forward(ids);
  const std::int64_t predicted = ids.size(1) - 1;
  return forward.negative_log_likelihood(hidden.narrow(1, 0, predicted).reshape({-1, hidden.size(2)}),
                                         ids.narrow(1, 1, predicted).reshape({-1})).mean().item<double>();
}

// The slope of the loss along `direction` in one linear.
double slope_of(const ModelState& model, const std::string& name, const at::Tensor& direction, const Windows& windows) {
  const at::Tensor weight = model.tensor(name)->decode(at::kFloat);
  const double step = 1e-2 * (weight.norm() / direction.norm()).item<double>();
  const auto moved = [&](double by) { return loss_of(model.with(name, DenseWeight::from_tensor(weight + direction * by, at::kFloat)), windows); };
  return (moved(step) - moved(-step)) / (2 * step);
}

// Of the same loss, from one graph over all layers.
NamedTensors whole_graph_gradients(const ModelState& model, const Windows& windows) {
  Transformer forward(model, at::kFloat);
  std::vector<std::string> names;
  std::vector<at::Tensor> leaves;
  for (std::int64_t layer = 0; layer < model.layer_count(); ++layer) {
    for (const char* module : linear_modules) {
      const Weight copy = DenseWeight::from_tensor(model.linear(layer, module)->decode(at::kFloat), at::kFloat);
      forward.replace(layer, module, copy);
      names.push_back(linear_name(layer, module));
      leaves.push_back(std::dynamic_pointer_cast<const DenseWeight>(copy)->tensor().set_requires_grad(true));
    }
  }
  const at::AutoGradMode with_gradient(true);
  const at::Tensor ids = windows_tensor(windows), logits = at::linear(forward.forward(ids), forward.head()->decode(at::kFloat));
  const std::int64_t predicted = ids.size(1) - 1;
  const at::Tensor loss = at::cross_entropy_loss(logits.narrow(1, 0, predicted).reshape({-1, logits.size(2)}), ids.narrow(1, 1, predicted).reshape({-1}));
  const auto gradients = torch::autograd::grad({loss}, leaves);
  NamedTensors out;
  for (std::size_t i = 0; i < names.size(); ++i) out[names[i]] = gradients[i];
  return out;
}

TinyLlama three_layers(bool tied) {
  TinyLlama tiny;
  tiny.layers = 3;
  tiny.tied = tied;
  return tiny;
}

}  // namespace

class GradientPassTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  // Along the gradient itself the slope is its squared norm.
  void gradients_are_those_of_central_differences() {
    const Windows windows = random_windows(3, 17);
    for (const bool tied : {true, false}) {
      const ModelState model = open_tiny(three_layers(tied));
      NullContext context;
      const NamedTensors gradients = loss_gradients(model, {0, 1, 2}, {windows}, context);
      QCOMPARE(gradients.size(), 21u);
      for (const auto& [name, gradient] : gradients) {
        const double wanted = gradient.to(at::kDouble).square().sum().item<double>();
        const double found = slope_of(model, name, gradient, windows);
        QVERIFY2(std::abs(found - wanted) < 1e-2 * wanted, (name + ": " + std::to_string(found / wanted)).c_str());
      }
    }
  }

  void gradients_are_those_of_one_graph_over_all_layers() {
    const Windows windows = random_windows(3, 17);
    for (const bool tied : {true, false}) {
      const ModelState model = open_tiny(three_layers(tied));
      NullContext context;
      const NamedTensors wanted = whole_graph_gradients(model, windows), found = loss_gradients(model, {0, 1, 2}, {windows}, context);
      QCOMPARE(found.size(), 21u);
      for (const auto& [name, gradient] : found) {
        const double difference = (gradient - wanted.at(name)).norm().item<double>(), size = wanted.at(name).norm().item<double>();
        QVERIFY2(difference < 1e-4 * size, (name + ": " + std::to_string(difference / size)).c_str());
      }
    }
  }

  // 300 windows of 17 tokens do not fit into one batch.
  void windows_and_batches_agree() {
    const ModelState model = open_tiny(three_layers(true));
    const Windows windows = random_windows(300, 17);
    NullContext context;
    const NamedTensors wanted = loss_gradients(model, {1}, {windows}, context);
    NamedTensors sums, squares;
    const double loss = sweep_gradients(model, {1}, {windows}, GradientOf::window, context, [&](const LinearGradient& linear) {
      at::Tensor &sum = sums[linear_name(linear.layer, linear.module)], &square = squares[linear_name(linear.layer, linear.module)];
      sum = sum.defined() ? sum + linear.gradient : linear.gradient.clone();
      square = square.defined() ? square + linear.gradient.square() : linear.gradient.square();
    });
    QVERIFY(std::abs(loss - loss_of(model, windows)) < 1e-5);
    const NamedTensors fisher = fisher_diagonal(model, {1}, {windows}, context);
    for (const auto& [name, gradient] : wanted) {
      QVERIFY2(at::allclose(sums.at(name) / 300.0, gradient, 1e-3, 1e-7), name.c_str());
      QVERIFY2(at::allclose(squares.at(name) / 300.0, fisher.at(name), 1e-4, 1e-12), name.c_str());
    }
    QCOMPARE(wanted.size(), 7u);
    QVERIFY(!std::dynamic_pointer_cast<const DenseWeight>(model.linear(1, "mlp.up_proj"))->tensor().requires_grad());
  }

  void bad_input_is_named() {
    const ModelState model = open_tiny(three_layers(true));
    NullContext context;
    QVERIFY(thrown([&] { loss_gradients(model, {0}, {Windows{}}, context); })->code == ErrorCode::invalid_data);
    QVERIFY(thrown([&] { loss_gradients(model, {0}, {Windows{{1}, {2}}}, context); })->code == ErrorCode::invalid_data);
    const ModelState loud = model.with(linear_name(1, "mlp.up_proj"), DenseWeight::from_tensor(model.linear(1, "mlp.up_proj")->decode(at::kFloat) * 1e38, at::kFloat));
    const auto error = thrown([&] { loss_gradients(loud, {0}, {random_windows(2, 9)}, context); });
    QVERIFY(error->code == ErrorCode::not_finite);
    QVERIFY2(error->where.find("layer 1") != std::string::npos, error->where.c_str());
    const auto own = thrown([&] {
      sweep_gradients(model, {2}, {random_windows(2, 9)}, GradientOf::batch, context,
                      [](const LinearGradient&) { throw Error(ErrorCode::invalid_data, "no"); });
    });
    QVERIFY2(own->where.find("layer 2, self_attn.q_proj") != std::string::npos, own->where.c_str());
  }

  void progress_reaches_its_end() {
    MemoryContext context;
    loss_gradients(open_tiny(three_layers(true)), {1, 2}, {random_windows(300, 17)}, context);
    QCOMPARE(context.steps.back(), std::string("10/10 layer 1, gradients"));
  }
};

QTEST_GUILESS_MAIN(GradientPassTest)
#include "gradient_pass_test.moc"
