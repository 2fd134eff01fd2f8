// SPDX-License-Identifier: GPL-3.0-or-later
// The steps on the default model against numbers of the published code.
#include <QtTest>

#include <cmath>

#include "core/compress/magnitude_mask.h"
#include "core/formats/integer_weight.h"
#include "tests/support/engine.h"
#include "tests/support/real_model_steps.h"

using namespace kelter;
using namespace kelter::test;

namespace {

struct Sums {
  double absolute = 0;          // sum of |w'|
  double error = 0, size = 0;   // sums of (w' - w)^2 and w^2
  double largest_error = 0;
  std::int64_t zeros = 0, weights = 0;
};

template <typename Change>
Sums sum_over_linears(const ModelState& model, Change change) {
  Sums sums;
  for (std::int64_t layer = 0; layer < model.layer_count(); ++layer) {
    for (const char* module : linear_modules) {
      const at::Tensor before = model.linear(layer, module)->decode(at::kFloat);
      const at::Tensor after = change(layer, module, before);
      const at::Tensor difference = after - before;
      sums.absolute += after.abs().sum(at::kDouble).item<double>();
      sums.error += difference.square().sum(at::kDouble).item<double>();
      sums.size += before.square().sum(at::kDouble).item<double>();
      sums.largest_error = std::max(sums.largest_error, difference.abs().max().item<double>());
      sums.zeros += after.numel() - after.count_nonzero().item<std::int64_t>();
      sums.weights += after.numel();
    }
  }
  return sums;
}

Sums compare(const ModelState& before, const ModelState& after) {
  return sum_over_linears(before, [&](std::int64_t layer, const char* module, const at::Tensor&) {
    return after.linear(layer, module)->decode(at::kFloat);
  });
}

bool near(double found, double wanted, double tolerance) {
  if (std::abs(found - wanted) <= tolerance) return true;
  qWarning("%.8g against %.8g", found, wanted);
  return false;
}

}  // namespace

class RealModelTest : public QObject {
  Q_OBJECT

 private:
  ModelState rtn(const Json& given) {
    NullContext context;
    const ModelState out = steps_->run("quant.rtn", *model_, given, context);
    if (!context.warnings.empty()) throw Error(ErrorCode::internal, context.warnings.front());
    return out;
  }

  static void compare_windows(const ModelState& model, const std::string& method, double tolerance) {
    const PerplexityResult result = wikitext_perplexity(model, 2);
    const Json golden = golden_method(method)["nll_per_window"];
    QCOMPARE(result.window_nll.size(), std::size_t{2});
    for (std::size_t i = 0; i < 2; ++i) QVERIFY(near(result.window_nll[i], golden[i].get<double>(), tolerance));
  }

  std::optional<BuiltSteps> steps_;
  std::optional<ModelState> model_;

 private Q_SLOTS:
  void initTestCase() {
    if (!golden_model_data_present()) QSKIP("the default model or the golden numbers are not installed");
    start_engine();
    steps_.emplace();
    model_ = open_model(*default_model_file());
  }

  void a_free_minimum_returns_every_weight() {
    const ModelState out = rtn({{"group", 32}, {"grid", "minmax"}, {"scale_type", "float16"}});
    const Sums sums = compare(*model_, out);
    QCOMPARE(sums.largest_error, 0.0);
    QCOMPARE(out.linear(3, "mlp.up_proj")->bytes(), model_->linear(3, "mlp.up_proj")->bytes());
  }

  void rounded_weights_have_the_published_sums_and_errors_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("group");
    QTest::addColumn<QString>("grid");
    QTest::addColumn<QString>("error");   // its name in grid-error.json
    QTest::newRow("rtn_w4_g64") << 4 << 64 << "gptq" << "integer zero (gptq) g64";
    QTest::newRow("rtn_w4_g32") << 4 << 32 << "gptq" << "integer zero (gptq) g32";
    QTest::newRow("rtn_w3_g64") << 3 << 64 << "gptq" << "";
    QTest::newRow("rtn_w4_g64_nozero") << 4 << 64 << "awq" << "integer zero (awq) g64";
  }
  void rounded_weights_have_the_published_sums_and_errors() {
    QFETCH(int, bits);
    QFETCH(int, group);
    QFETCH(QString, grid);
    QFETCH(QString, error);
    const ModelState out =
        rtn({{"bits", bits}, {"group", group}, {"grid", grid.toStdString()}, {"scale_type", "float32"}});
    const Sums sums = compare(*model_, out);
    const Json golden = golden_method(QTest::currentDataTag());
    const double wanted = golden["sum_abs_linears"].get<double>();
    QVERIFY(near(sums.absolute, wanted, 1e-9 * wanted));
    const double zeros = static_cast<double>(sums.zeros) / static_cast<double>(sums.weights);
    QVERIFY(near(zeros, golden["zero_fraction_of_linears"].get<double>(), 6e-8));
    if (error.isEmpty()) return;
    const Json errors = read_json_file(*shared_file("golden-model/grid-error.json"));
    QVERIFY(near(std::sqrt(sums.error / sums.size), errors[error.toStdString()].get<double>(), 1e-6));
  }

  void magnitude_masks_have_the_published_zeros_and_sums() {
    for (const auto& [method, sparsity] : {std::pair{"magnitude_30", 0.3}, {"magnitude_50", 0.5}}) {
      const Json golden = golden_method(method);
      const auto check = [&](const Sums& sums, double tolerance) {
        const double wanted = golden["sum_abs_linears"].get<double>();
        QVERIFY(near(static_cast<double>(sums.zeros) / static_cast<double>(sums.weights),
                     golden["zero_fraction_of_linears"].get<double>(), 6e-7));
        QVERIFY(near(sums.absolute, wanted, tolerance * wanted));
      };
      check(sum_over_linears(*model_, [s = sparsity](std::int64_t, const char*, const at::Tensor& values) {
              return values.masked_fill(mask_of_matrix(values, s), 0);
            }), 1e-9);
      NullContext context;
      // The golden run kept float32; bfloat16 rounds each weight by up to 2^-9.
      check(compare(*model_, steps_->run("prune.magnitude", *model_, {{"sparsity", sparsity}}, context)), 1e-4);
    }
  }

  void two_windows_have_the_published_likelihoods() {
    compare_windows(rtn({{"group", 64}, {"scale_type", "float32"}}), "rtn_w4_g64", 2e-5);
    NullContext context;
    compare_windows(steps_->run("prune.magnitude", *model_, {{"sparsity", 0.3}}, context), "magnitude_30", 5e-3);
  }

  // Rounding of the Hessian is amplified from layer to layer: runs of the published code that differ in it alone agree within 2e-4 in
  // layer 0, and within 0.6 % in the linears of the next ones.
  void gptq_estimates_the_published_losses_in_the_first_layers() {
    class Losses : public NullContext {
     public:
      void record_linear(std::int64_t layer, std::string_view module, std::string_view quantity, double value) override {
        if (quantity == "loss") of[{layer, std::string(module)}] = value;
      }
      std::map<std::pair<std::int64_t, std::string>, double> of;
    } losses;
    const TextRequest calibration = golden_calibration();
    steps_->run("quant.gptq", *model_, {{"bits", 4}, {"group", 64}, {"scale_type", "float32"}, {"layers", "0:3"}}, losses, &calibration);
    QCOMPARE(losses.of.size(), std::size_t{21});
    std::map<std::int64_t, std::pair<double, double>> sums;
    for (const Json& row : golden_method("gptq_w4_g64")["per_linear"]["rows"]) {
      const auto layer = row[0].get<std::int64_t>();
      if (layer > 2) continue;
      const double found = losses.of.at({layer, row[1].get<std::string>()}), wanted = row[2].get<double>();
      if (layer == 0) QVERIFY(near(found / wanted, 1, 0.002));
      sums[layer].first += found;
      sums[layer].second += wanted;
    }
    for (const auto& [layer, sum] : sums) QVERIFY(near(sum.first / sum.second, 1, 0.005));
  }
};

QTEST_GUILESS_MAIN(RealModelTest)
#include "real_model_test.moc"
