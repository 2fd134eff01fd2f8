// SPDX-License-Identifier: GPL-3.0-or-later
// prune.wanda, prune.sparsegpt and quant.gptq on a tiny model, through the plugin loader.
#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>
#include <c10/core/GradMode.h>

#include <numeric>

#include "core/compress/layer_sweep.h"
#include "core/compress/magnitude_mask.h"
#include "core/compress/windows.h"
#include "core/formats/integer_weight.h"
#include "core/model/transformer.h"
#include "tests/support/engine.h"
#include "tests/support/memory_context.h"
#include "tests/support/steps.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

class RecordingContext : public MemoryContext {
 public:
  void record_linear(std::int64_t layer, std::string_view module, std::string_view quantity, double value) override {
    recorded[std::string(quantity)][std::to_string(layer) + " " + std::string(module)] = value;
  }
  double total(const std::string& quantity) const {
    const auto& values = recorded.at(quantity);
    return std::accumulate(values.begin(), values.end(), 0.0, [](double sum, const auto& entry) { return sum + entry.second; });
  }
  std::map<std::string, std::map<std::string, double>> recorded;
};

std::int64_t zeros_of(const ModelState& model) {
  std::int64_t zeros = 0;
  for (std::int64_t layer = 0; layer < model.layer_count(); ++layer)
    for (const char* module : linear_modules) zeros += model.linear(layer, module)->count_zeros();
  return zeros;
}

at::Tensor zeros_in(const ModelState& model, std::int64_t layer, const char* module) {
  return model.linear(layer, module)->decode(at::kFloat).eq(0);
}

}  // namespace

class SweepStepsTest : public QObject {
  Q_OBJECT

 private:
  ModelState run(const char* step, const ModelState& model, const Json& given, StepContext& context) {
    return steps_->run(step, model, given, context, &text_);
  }
  ModelState run(const char* step, const ModelState& model, const Json& given) {
    NullContext context;
    return run(step, model, given, context);
  }

  // Sum of x_j^2 over the text for the input of `module` in `layer` of the model.
  at::Tensor squared_norms(const ModelState& model, std::int64_t wanted, const std::string& wanted_module) const {
    const c10::NoGradGuard no_gradient;
    const Transformer forward(model, at::kFloat);
    at::Tensor norms, hidden = forward.embed(windows_tensor(calibration_windows(text_, *model.tokenizer).windows));
    for (std::int64_t layer = 0; layer <= wanted; ++layer)
      hidden = forward.layer(layer, hidden, nullptr, {}, [&](const std::string& module, const at::Tensor& x) {
        if (layer == wanted && module == wanted_module) norms = x.reshape({-1, x.size(-1)}).to(at::kDouble).square().sum(0);
        return true;
      });
    return norms;
  }

  QTemporaryDir folder_;
  std::optional<BuiltSteps> steps_;
  ModelState model_;
  TextRequest text_;

 private Q_SLOTS:
  void initTestCase() {
    start_engine();
    steps_.emplace();
    TinyLlama options;
    options.layers = 3;
    model_ = open_model(write_tiny_llama(folder_.path().toStdString() + "/model.gguf", options));
    std::string words;
    for (int i = 0; i < 4000; ++i) words += "word " + std::to_string(i * i % 977) + " and ";
    const std::string path = folder_.path().toStdString() + "/text.txt";
    write_file_atomically(path, words);
    text_ = {path, "plain", "", 16, 64, "sequential", 0};
  }

  void wanda_scores_are_size_times_norm_of_inputs_from_pruned_layers() {
    const ModelState out = run("prune.wanda", model_, {{"sparsity", 0.5}});
    for (std::int64_t layer = 0; layer < 3; ++layer) {
      for (const char* module : linear_modules) {
        // The inputs of a layer come from pruned layers before it and from this one as it was.
        ModelState before = out;
        for (const char* own : linear_modules) before = before.with(linear_name(layer, own), model_.linear(layer, own));
        const at::Tensor values = model_.linear(layer, module)->decode(at::kDouble);
        const at::Tensor scores = values.abs() * squared_norms(before, layer, module).sqrt();
        const at::Tensor mask = zeros_in(out, layer, module);
        QVERIFY(mask.sum(1).eq(values.size(1) / 2).all().item<bool>());
        const at::Tensor largest_gone = scores.masked_fill(mask.logical_not(), 0).amax(1), smallest_kept = scores.masked_fill(mask, 1e300).amin(1);
        QVERIFY2(largest_gone.le(smallest_kept * (1 + 1e-5)).all().item<bool>(), module);
        const at::Tensor kept = out.linear(layer, module)->decode(at::kFloat).masked_fill(mask, 0);
        QVERIFY(at::equal(kept, values.to(at::kBFloat16).to(at::kFloat).masked_fill(mask, 0)));
      }
    }
    QVERIFY(std::count(out.history.begin(), out.history.end(), "masked") == 1);
  }

  void patterns_and_thresholds_hold() {
    for (const char* step : {"prune.wanda", "prune.sparsegpt"}) {
      for (const auto& [pattern, kept, of] : {std::tuple{"2:4", 2, 4}, {"1:4", 1, 4}, {"3:4", 3, 4}, {"4:8", 4, 8}}) {
        const ModelState out = run(step, model_, {{"pattern", pattern}});
        for (const char* module : linear_modules) {
          const at::Tensor mask = zeros_in(out, 2, module);
          QVERIFY2(mask.view({mask.size(0), -1, of}).sum(2).eq(of - kept).all().item<bool>(), step);
        }
      }
    }
    const ModelState searched = run("prune.wanda", model_, {{"sparsity", 0.5}, {"threshold", "searched"}});
    const at::Tensor rows = zeros_in(searched, 1, "mlp.up_proj").sum(1);
    QVERIFY(rows.max().item<std::int64_t>() > rows.min().item<std::int64_t>());
    QVERIFY(std::abs(zeros_in(searched, 1, "mlp.up_proj").to(at::kFloat).mean().item<double>() - 0.5) < 0.01);
  }

  void compensation_beats_what_it_compensates_for() {
    RecordingContext wanda, sparsegpt, rtn, gptq, ordered, sequential, searched;
    run("prune.wanda", model_, {{"sparsity", 0.5}}, wanda);
    const ModelState pruned = run("prune.sparsegpt", model_, {{"sparsity", 0.5}}, sparsegpt);
    QVERIFY(sparsegpt.total("output_error") < 0.8 * wanda.total("output_error"));
    QVERIFY(std::abs(sparsegpt.total("sparsity") / 21 - 0.5) < 0.01);
    const Json three = {{"bits", 3}, {"group", 32}};
    steps_->run("quant.rtn", model_, three, rtn);
    const ModelState rounded = run("quant.gptq", model_, three, gptq);
    const auto as = [&](const char* option) {
      Json given = three;
      given[option] = true;
      return given;
    };
    const ModelState permuted = run("quant.gptq", model_, as("act_order"), ordered);
    run("quant.gptq", model_, as("true_sequential"), sequential);
    run("quant.gptq", model_, as("search"), searched);
    // Both are packed the same; the weights of gptq are farther from the first ones, its outputs nearer.
    QCOMPARE(rounded.linear(1, "mlp.up_proj")->bytes(), steps_->run("quant.rtn", model_, three, rtn).linear(1, "mlp.up_proj")->bytes());
    QVERIFY(gptq.total("weight_error") > rtn.total("weight_error"));
    QVERIFY(gptq.total("output_error") < 0.8 * rtn.total("weight_error"));
    QVERIFY(ordered.total("output_error") < gptq.total("output_error"));
    QVERIFY(dynamic_cast<const IntegerWeight&>(*permuted.linear(0, "mlp.up_proj")).permuted());
    QVERIFY(sequential.recorded.at("output_error") != gptq.recorded.at("output_error"));
    QVERIFY(searched.recorded.at("output_error") != gptq.recorded.at("output_error"));
  }

  void zeros_are_kept_by_rounding_and_by_pruning_with_rounding() {
    const ModelState wanda = run("prune.wanda", model_, {{"sparsity", 0.5}});
    const ModelState kept = run("quant.gptq", wanda, {{"group", 32}}), rounded = run("quant.gptq", wanda, {{"group", 32}, {"zeros", "round"}});
    for (std::int64_t layer = 0; layer < 3; ++layer)
      for (const char* module : linear_modules) QVERIFY(zeros_in(wanda, layer, module).logical_and(zeros_in(kept, layer, module).logical_not()).sum().item<std::int64_t>() == 0);
    QVERIFY(zeros_of(rounded) < zeros_of(kept));
    const ModelState other_way = run("prune.wanda", run("quant.gptq", model_, {{"group", 32}}), {{"sparsity", 0.5}});
    QVERIFY(2 * zeros_of(other_way) >= 3 * 7 * 2);
    QCOMPARE(other_way.linear(0, "mlp.up_proj")->kind(), std::string("dense"));
    const ModelState joint = run("prune.sparsegpt", model_, {{"sparsity", 0.5}, {"bits", 4}});
    QCOMPARE(joint.linear(0, "mlp.up_proj")->kind(), std::string("integer"));
    QVERIFY(zeros_in(joint, 0, "mlp.up_proj").to(at::kFloat).mean().item<double>() >= 0.5);
  }

  void layers_have_settings_of_their_own() {
    QCOMPARE(run("prune.wanda", model_, {{"sparsity", 0}}).content_hash(), model_.content_hash());
    const ModelState part = run("quant.gptq", model_, {{"group", 32}, {"layers", "1:2"}});
    QCOMPARE(part.linear(0, "mlp.up_proj"), model_.linear(0, "mlp.up_proj"));
    QCOMPARE(part.linear(1, "mlp.up_proj")->kind(), std::string("integer"));
    QCOMPARE(part.linear(2, "mlp.up_proj"), model_.linear(2, "mlp.up_proj"));
  }

  void what_cannot_be_done_is_said_before_any_work() {
    for (const char* step : {"prune.wanda", "prune.sparsegpt", "quant.gptq"}) {
      NullContext context;
      const Json given = std::string(step) == "quant.gptq" ? Json{{"group", 32}} : Json::object();
      const auto error = thrown([&] { steps_->run(step, model_, given, context); });
      QVERIFY2(mentions(error, "needs a text"), step);
    }
    MemoryContext context;
    QVERIFY(mentions(thrown([&] { run("quant.gptq", model_, {{"group", 48}}, context); }), "layer 0, self_attn.q_proj"));
    QVERIFY(mentions(thrown([&] { run("quant.gptq", model_, {{"group", 32}, {"grid", "minmax"}, {"zeros", "keep"}}, context); }), "minmax"));
    QVERIFY(mentions(thrown([&] { run("prune.sparsegpt", model_, {{"pattern", "2:5"}}, context); }), "pattern"));
    QVERIFY(mentions(thrown([&] { run("prune.wanda", model_, {{"pattern", "2:4"}, {"sparsity", 0.3}}, context); }), "2:4"));
    QVERIFY(context.steps.empty());
  }

  // One window gives fewer tokens than inputs: the Hessian is singular, and damping makes up for it.
  void little_text_is_survived() {
    TextRequest little = text_;
    little.samples = 1;
    little.length = 8;
    NullContext context;
    const ModelState out = steps_->run("quant.gptq", model_, {{"group", 32}}, context, &little);
    QVERIFY(out.linear(2, "mlp.down_proj")->finite());
  }
};

QTEST_GUILESS_MAIN(SweepStepsTest)
#include "sweep_steps_test.moc"
