// SPDX-License-Identifier: GPL-3.0-or-later
// The layer sweep against statistics of whole forwards, recomputed in float64.
#include "core/compress/layer_sweep.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>
#include <c10/core/GradMode.h>

#include <cmath>

#include "core/compress/windows.h"
#include "core/formats/dense_weight.h"
#include "core/model/transformer.h"
#include "tests/support/engine.h"
#include "tests/support/memory_context.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

using Windows = std::vector<std::vector<std::int32_t>>;
using Layers = std::vector<std::int64_t>;

// 130 windows of 33 tokens do not fit into one batch.
Windows random_windows(std::size_t samples = 130, std::size_t length = 33) {
  Windows windows(samples, std::vector<std::int32_t>(length));
  TinyRandom random(7, "windows");
  for (auto& window : windows)
    for (auto& id : window) id = static_cast<std::int32_t>(random.next() % 300);
  return windows;
}

// The input of each linear over all windows in float64, [tokens, in], from whole forwards of the model.
std::map<std::string, at::Tensor> inputs_of(const ModelState& model, const Windows& windows, std::int64_t wanted_layer) {
  const c10::NoGradGuard no_gradient;
  const Transformer forward(model, at::kFloat);
  std::map<std::string, at::Tensor> inputs;
  at::Tensor hidden = forward.embed(windows_tensor(windows));
  for (std::int64_t layer = 0; layer <= wanted_layer; ++layer) {
    hidden = forward.layer(layer, hidden, nullptr, {}, [&](const std::string& module, const at::Tensor& x) {
      if (layer == wanted_layer) inputs[module] = x.reshape({-1, x.size(-1)}).to(at::kDouble);
      return true;
    });
  }
  return inputs;
}

bool close(const at::Tensor& found, const at::Tensor& wanted, double tolerance) {
  const double size = wanted.abs().max().item<double>();
  return found.sizes() == wanted.sizes() && (found.to(at::kDouble) - wanted).abs().max().item<double>() <= tolerance * size;
}

Weight scaled(const SweptLinear& linear, double factor) { return DenseWeight::from_tensor(linear.values() * factor, at::kFloat); }

// Keeps what a step records.
class RecordingContext : public MemoryContext {
 public:
  void record_linear(std::int64_t layer, std::string_view module, std::string_view quantity, double value) override {
    recorded[std::to_string(layer) + " " + std::string(module) + " " + std::string(quantity)] = value;
  }
  std::map<std::string, double> recorded;
};

}  // namespace

class LayerSweepTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  ModelState model_;

  static const SweepOptions& grams() {
    static const SweepOptions options{Statistic::gram, false, true};
    return options;
  }

 private Q_SLOTS:
  void initTestCase() {
    start_engine();
    TinyLlama tiny;
    tiny.layers = 3;
    const fs::path file = fs::path(folder_.path().toStdString()) / "tiny.gguf";
    write_tiny_llama(file, tiny);
    model_ = open_model(file);
  }

  void statistics_are_those_of_a_whole_forward() {
    const Windows windows = random_windows();
    std::vector<std::string> order;
    NullContext context;
    const ModelState out = sweep_linears(model_, {0, 1, 2}, {windows}, grams(), context, [&](const SweptLinear& linear) {
      order.push_back(std::to_string(linear.layer) + " " + linear.module);
      const at::Tensor x = inputs_of(model_, windows, linear.layer).at(linear.module);
      if (linear.input.tokens != x.size(0) || linear.input.samples != 130) qFatal("wrong counts");
      if (!close(linear.input.squared_norms, x.square().sum(0), 1e-5)) qFatal("wrong norms");
      if (!close(linear.input.gram, at::matmul(x.t(), x), 1e-5)) qFatal("wrong gram");
      if (!close(linear.input.hessian(), at::matmul(x.t(), x) * (2.0 / 130), 1e-5)) qFatal("wrong Hessian");
      return linear.weight;
    });
    QCOMPARE(order.size(), 21u);
    QCOMPARE(order[1], std::string("0 self_attn.k_proj"));
    QCOMPARE(out.content_hash(), model_.content_hash());
  }

  void the_next_layer_sees_what_the_changed_one_puts_out() {
    const Windows windows = random_windows(5, 17);
    for (const bool from_changed : {true, false}) {
      NullContext context;
      std::map<std::string, at::Tensor> norms;
      const ModelState out = sweep_linears(model_, {0, 2}, {windows}, {Statistic::squared_norms, false, from_changed}, context,
                                           [&](const SweptLinear& linear) {
                                             if (linear.layer == 2) norms[linear.module] = linear.input.squared_norms;
                                             return linear.layer == 0 ? scaled(linear, 0.5) : linear.weight;
                                           });
      const auto wanted = inputs_of(from_changed ? out : model_, windows, 2), other = inputs_of(from_changed ? model_ : out, windows, 2);
      for (const auto& [module, norm] : norms) {
        QVERIFY2(close(norm, wanted.at(module).square().sum(0), 1e-5), module.c_str());
        QVERIFY2(!close(norm, other.at(module).square().sum(0), 1e-3), module.c_str());
      }
      QVERIFY(out.linear(1, "mlp.up_proj") == model_.linear(1, "mlp.up_proj"));
      QVERIFY(at::equal(out.linear(0, "mlp.up_proj")->decode(at::kFloat), model_.linear(0, "mlp.up_proj")->decode(at::kFloat) * 0.5));
    }
  }

  void true_sequential_sees_the_changes_of_its_own_layer() {
    const Windows windows = random_windows(5, 17);
    NullContext context;
    at::Tensor norms;
    const ModelState out = sweep_linears(model_, {0}, {windows}, {Statistic::gram, true, true}, context, [&](const SweptLinear& linear) {
      if (linear.module == "mlp.down_proj") norms = linear.input.squared_norms;
      return scaled(linear, 0.5);
    });
    // The input of the last linear depends on all others of the layer, not on itself.
    QVERIFY(close(norms, inputs_of(out, windows, 0).at("mlp.down_proj").square().sum(0), 1e-5));
    QVERIFY(!close(norms, inputs_of(model_, windows, 0).at("mlp.down_proj").square().sum(0), 1e-3));
  }

  void errors_are_those_of_products_and_weights() {
    RecordingContext context;
    sweep_linears(model_, {1}, {random_windows(3, 9)}, {}, context, [](const SweptLinear& linear) { return scaled(linear, 0.75); });
    QCOMPARE(context.recorded.size(), 3 * 7u);
    for (const auto& [name, value] : context.recorded)
      QVERIFY2(std::abs(value - (name.ends_with("sparsity") ? 0 : 0.25)) < 1e-6, name.c_str());
  }

  void a_stopped_sweep_goes_on_to_the_same_bytes() {
    const Windows windows = random_windows(5, 17);
    const auto change = [](const SweptLinear& linear) {
      const at::Tensor values = linear.values() * (1.0 / (1.0 + linear.input.squared_norms));
      ChangedLinear changed = DenseWeight::from_tensor(values, at::kBFloat16);
      changed.values["third"] = 1.0 / 3;
      if (linear.module == "mlp.up_proj") changed.warning = "it is odd";
      return changed;
    };
    RecordingContext whole;
    const ModelState wanted = sweep_linears(model_, {0, 1, 2}, {windows}, {}, whole, change);
    for (const int border : {1, 2, 3}) {
      RecordingContext context;
      context.stop_after(border);
      QVERIFY(thrown([&] { sweep_linears(model_, {0, 1, 2}, {windows}, {}, context, change); }).has_value());
      int calls = 0;
      const ModelState found = sweep_linears(model_, {0, 1, 2}, {windows}, {}, context, [&](const SweptLinear& linear) {
        ++calls;
        return change(linear);
      });
      QCOMPARE(calls, 7 * (3 - border));
      QCOMPARE(found.content_hash(), wanted.content_hash());
      QVERIFY(context.recorded == whole.recorded);
      // Those of the layers before the border were said twice: once before it stopped.
      QCOMPARE(context.warnings.size(), whole.warnings.size() + static_cast<std::size_t>(border) - 1);
      QCOMPARE(context.warnings.back(), std::string("Layer 2, mlp.up_proj: it is odd"));
    }
  }

  // A weight of zeros that becomes something has no finite relative error.
  void an_infinite_error_survives_its_checkpoint() {
    const std::string name = linear_name(0, "mlp.up_proj");
    const ModelState idle = model_.with(name, DenseWeight::from_tensor(at::zeros(model_.tensor(name)->shape()), at::kFloat));
    const auto change = [](const SweptLinear& linear) { return DenseWeight::from_tensor(linear.values() + 1, at::kFloat); };
    RecordingContext first;
    sweep_linears(idle, {0}, {random_windows(2, 9)}, {}, first, change);
    QVERIFY(std::isinf(first.recorded.at("0 mlp.up_proj output_error")));
    RecordingContext again;
    again.checkpoints = first.checkpoints;
    sweep_linears(idle, {0}, {random_windows(2, 9)}, {}, again, change);
    QVERIFY(again.recorded == first.recorded);
  }

  void a_damaged_checkpoint_is_refused() {
    MemoryContext context;
    sweep_linears(model_, {0}, {random_windows(2, 9)}, {}, context, [](const SweptLinear& linear) { return scaled(linear, 2); });
    auto& bytes = context.checkpoints.at("layer-0");
    for (const std::size_t size : {std::size_t{0}, std::size_t{7}, bytes.size() / 2, bytes.size() - 1}) {
      MemoryContext cut;
      cut.checkpoints["layer-0"].assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      const auto error = thrown([&] { sweep_linears(model_, {0}, {random_windows(2, 9)}, {}, cut, [](const SweptLinear& linear) { return linear.weight; }); });
      QVERIFY(error.has_value());
      QVERIFY(error->code == ErrorCode::cache_damaged);
    }
  }

  void progress_reaches_its_end_and_cancel_is_heard_in_a_batch() {
    for (const bool true_sequential : {false, true}) {
      MemoryContext context;
      sweep_linears(model_, {1, 2}, {random_windows()}, {Statistic::squared_norms, true_sequential, true}, context,
                    [](const SweptLinear& linear) { return scaled(linear, 2); });
      const std::string last = context.steps.back();
      QCOMPARE(last.substr(0, last.find('/')), last.substr(last.find('/') + 1, last.find(' ') - last.find('/') - 1));
    }
  }

  void bad_input_is_named() {
    NullContext context;
    const auto keep = [](const SweptLinear& linear) { return linear.weight; };
    QVERIFY(thrown([&] { sweep_linears(model_, {0}, {Windows{}}, {}, context, keep); })->code == ErrorCode::invalid_data);
    QVERIFY(thrown([&] { sweep_linears(model_, {0}, {Windows{{1, 2}, {1}}}, {}, context, keep); })->code == ErrorCode::invalid_data);
    const ModelState loud = model_.with("model.layers.1.mlp.up_proj.weight",
                                        DenseWeight::from_tensor(model_.linear(1, "mlp.up_proj")->decode(at::kFloat) * 1e37, at::kFloat));
    const auto error = thrown([&] { sweep_linears(loud, {0, 1}, {random_windows(2, 9)}, {}, context, keep); });
    QVERIFY(error->code == ErrorCode::not_finite);
    QVERIFY2(error->where.find("layer 1, mlp.down_proj") != std::string::npos, error->where.c_str());
    const auto own = thrown([&] {
      sweep_linears(model_, {2}, {random_windows(2, 9)}, {}, context,
                    [](const SweptLinear&) -> ChangedLinear { throw Error(ErrorCode::invalid_data, "no", ""); });
    });
    QVERIFY2(own->where.find("layer 2, self_attn.q_proj") != std::string::npos, own->where.c_str());
    const auto broken = thrown([&] {
      sweep_linears(model_, {2}, {random_windows(2, 9)}, {}, context,
                    [](const SweptLinear& linear) { return scaled(linear, std::numeric_limits<double>::infinity()); });
    });
    QVERIFY(broken->code == ErrorCode::not_finite);
  }
};

QTEST_GUILESS_MAIN(LayerSweepTest)
#include "layer_sweep_test.moc"
