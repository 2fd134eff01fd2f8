// SPDX-License-Identifier: GPL-3.0-or-later
// format.cast on a tiny model, through the plugin loader: each format, what it stores, and what it refuses.
#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>

#include "core/formats/dense_weight.h"
#include "core/formats/integer_weight.h"
#include "core/formats/small_float_weight.h"
#include "core/formats/sparse_weight.h"
#include "core/model/ledger.h"
#include "tests/support/engine.h"
#include "tests/support/memory_context.h"
#include "tests/support/steps.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_models.h"

using namespace kelter;
using namespace kelter::test;

class CastTest : public QObject {
  Q_OBJECT

 private:
  std::optional<BuiltSteps> steps_;
  ModelState dense_, pruned_;

  ModelState cast(const ModelState& model, const Json& parameters) {
    NullContext context;
    return steps_->run("format.cast", model, parameters, context);
  }
  static bool has_badge(const ModelState& model, const std::string& badge) {
    const Json badges = make_ledger(model, {}).at("badges");
    return std::find(badges.begin(), badges.end(), badge) != badges.end();
  }
  static Weight query(const ModelState& model) { return model.linear(1, "self_attn.q_proj"); }

 private Q_SLOTS:
  void initTestCase() {
    start_engine();
    steps_.emplace();
    TinyLlama options;
    options.layers = 3;
    options.intermediate = 128;
    dense_ = open_tiny(options);
    NullContext context;
    pruned_ = steps_->run("prune.magnitude", dense_, {{"pattern", "2:4"}}, context);
  }

  void each_format_is_stored_data() {
    QTest::addColumn<QString>("parameters");
    QTest::addColumn<QString>("name");
    QTest::addColumn<double>("largest_error");   // of the largest weight
    const auto row = [](const char* parameters, const char* name, double error) { QTest::newRow(parameters) << QString(parameters) << QString(name) << error; };
    row(R"({"to": "bfloat16"})", "bfloat16", 0x1p-8);
    row(R"({"to": "float16"})", "float16", 0x1p-11);
    row(R"({"to": "float32"})", "float32", 0);
    row(R"({"to": "int8"})", "int8 row", 0.5 / 127 + 1e-6);
    row(R"({"to": "int8-outliers"})", "int8 row + 1 float16 column", 0.5 / 127 + 1e-6);
    row(R"({"to": "int8-outliers", "outliers": 3})", "int8 row + 3 float16 columns", 0.5 / 127 + 1e-6);
    row(R"({"to": "int8-outliers", "outliers": 0.25})", "int8 row + 16 float16 columns", 0.5 / 127 + 1e-6);
    row(R"({})", "nf4", 0.16);
    row(R"({"to": "nf4", "double_quantization": true})", "nf4-double", 0.2);
    row(R"({"to": "fp4"})", "fp4", 1.0 / 6 + 1e-6);
    row(R"({"to": "fp8"})", "fp8-e4m3-row", 0x1p-4);
    row(R"({"to": "fp8", "float8": "e5m2", "scales": "tensor"})", "fp8-e5m2-tensor", 0x1p-3);
    row(R"({"to": "mxfp8"})", "mxfp8-e4m3", 0.13);
    row(R"({"to": "mxfp6"})", "mxfp6-e2m3", 0.1);
    row(R"({"to": "mxfp6", "float6": "e3m2"})", "mxfp6-e3m2", 0.13);
    row(R"({"to": "mxfp4"})", "mxfp4", 0.26);
    row(R"({"to": "mxint8"})", "mxint8", 0.01);
    row(R"({"to": "q4_0"})", "Q4_0", 0.14);
    row(R"({"to": "q4_1"})", "Q4_1", 0.07);
    row(R"({"to": "q5_0"})", "Q5_0", 0.07);
    row(R"({"to": "q5_1"})", "Q5_1", 0.04);
    row(R"({"to": "q8_0"})", "Q8_0", 0.01);
    row(R"({"to": "bitmap"})", "bitmap float32", 0);
  }
  void each_format_is_stored() {
    QFETCH(QString, parameters);
    QFETCH(QString, name);
    QFETCH(double, largest_error);
    const ModelState out = cast(dense_, Json::parse(parameters.toStdString()));
    for (std::int64_t layer = 0; layer < out.layer_count(); ++layer) {
      for (const char* module : linear_modules) {
        const Weight& weight = out.linear(layer, module);
        const at::Tensor before = dense_.linear(layer, module)->decode(at::kFloat);
        const float error = (weight->decode(at::kFloat) - before).abs().max().item<float>() / before.abs().max().item<float>();
        QVERIFY2(error <= static_cast<float>(largest_error), qPrintable(QString("%1 %2").arg(module).arg(static_cast<double>(error))));
      }
    }
    if (name != "int8 row") QCOMPARE(QString::fromStdString(query(out)->name()), name);
    QVERIFY(out.tensor("model.embed_tokens.weight") == dense_.tensor("model.embed_tokens.weight"));
    // The folder holds the same bytes, and they come back as they went.
    const QTemporaryDir folder;
    const fs::path place = fs::path(folder.path().toStdString()) / "model";
    save_model(out, place);
    const ModelState back = open_model(place);
    QCOMPARE(query(back)->content_hash(), query(out)->content_hash());
    QCOMPARE(make_ledger(back, {}).at("linear_bytes"), make_ledger(out, {}).at("linear_bytes"));
  }

  void int8_rows_have_one_scale_each() {
    const auto weight = std::dynamic_pointer_cast<const IntegerWeight>(query(cast(dense_, {{"to", "int8"}})));
    QVERIFY(weight && weight->options() == (IntegerOptions{8, 0, IntegerGrid::absmax, true, at::kFloat}));
  }

  void kept_inputs_are_those_with_the_largest_weights_and_stay_what_they_were() {
    const ModelState half = cast(dense_, {{"to", "bfloat16"}});
    const Weight weight = query(cast(half, {{"to", "int8-outliers"}, {"outliers", 2}}));
    QCOMPARE(weight->name(), std::string("int8 row + 2 bfloat16 columns"));
    const at::Tensor before = query(half)->decode(at::kFloat), largest = std::get<1>(before.abs().amax(0).topk(2));
    QVERIFY(at::equal(weight->decode(at::kFloat).index_select(1, largest), before.index_select(1, largest)));
    const auto error = thrown([&] { cast(dense_, {{"to", "int8-outliers"}, {"outliers", 65}}); });
    QVERIFY2(mentions(error, "64 inputs"), error ? error->text().c_str() : "nothing was refused");
    QVERIFY(thrown([&] { cast(dense_, {{"to", "int8-outliers"}, {"outliers", 1.5}}); }));
  }

  void a_pruned_matrix_is_stored_without_its_zeros_and_nothing_is_lost() {
    for (const char* to : {"bitmap", "2:4"}) {
      const ModelState out = cast(pruned_, {{"to", to}});
      QVERIFY(at::equal(query(out)->decode(at::kFloat), query(pruned_)->decode(at::kFloat)));
      const Json ledger = make_ledger(out, {});
      QVERIFY2(ledger.at("bits_per_weight").get<double>() < 10.5, ledger.dump().c_str());   // 9, and a row's start for its few columns
      QCOMPARE(ledger.at("sparsity"), make_ledger(pruned_, {}).at("sparsity"));
      QVERIFY(has_badge(out, "sparse") && !has_badge(out, "masked") && has_badge(pruned_, "masked"));
    }
    QCOMPARE(make_ledger(cast(pruned_, {{"to", "2:4"}}), {}).at("bits_per_weight"), Json(9.0));
    QVERIFY(make_ledger(cast(pruned_, {{"to", "2:4"}, {"values", "int4"}, {"group", 32}}), {}).at("bits_per_weight").get<double>() == 3.5);
  }

  void weights_that_do_not_follow_the_pattern_are_refused_by_name() {
    const auto error = thrown([&] { cast(dense_, {{"to", "2:4"}}); });
    QVERIFY(error && error->code == ErrorCode::invalid_parameter);
    QVERIFY2(mentions(error, "layer 0, self_attn.q_proj"), error->text().c_str());
    QVERIFY2(mentions(error, "groups of 4 keep more than 2 weights"), error->text().c_str());
  }

  void sparse_storage_that_saves_nothing_warns() {
    MemoryContext context;
    steps_->run("format.cast", dense_, {{"to", "bitmap"}}, context);
    QCOMPARE(context.warnings.size(), std::size_t{1});
    MemoryContext quiet;
    steps_->run("format.cast", pruned_, {{"to", "bitmap"}}, quiet);
    QVERIFY(quiet.warnings.empty());
  }

  void blocks_that_do_not_divide_are_refused_before_any_work() {
    MemoryContext context;
    const auto error = thrown([&] { steps_->run("format.cast", dense_, {{"to", "fp8"}, {"scales", "block"}}, context); });
    QVERIFY(error && error->code == ErrorCode::invalid_parameter);
    QVERIFY2(mentions(error, "no multiple of 128") && mentions(error, "layer 0"), error->text().c_str());
  }

  void layers_and_the_embedding_are_chosen() {
    const ModelState some = cast(dense_, {{"to", "mxfp4"}, {"layers", "1"}, {"embedding", true}});
    QCOMPARE(some.linear(0, "mlp.up_proj"), dense_.linear(0, "mlp.up_proj"));
    QCOMPARE(some.linear(1, "mlp.up_proj")->name(), std::string("mxfp4"));
    QCOMPARE(some.tensor("model.embed_tokens.weight")->name(), std::string("mxfp4"));
    NullContext context;
    const ModelState mixed = steps_->run_overridden("format.cast", dense_, {{"to", "nf4"}}, {{"2", {{"to", "mxint8"}}}}, context);
    QCOMPARE(mixed.linear(1, "mlp.up_proj")->name(), std::string("nf4"));
    QCOMPARE(mixed.linear(2, "mlp.up_proj")->name(), std::string("mxint8"));
  }

  void a_weight_too_large_for_the_format_is_refused() {
    at::Tensor values = query(dense_)->decode(at::kFloat);
    values[0][0] = 1e6f;
    const ModelState large = dense_.with(linear_name(1, "self_attn.q_proj"), DenseWeight::from_tensor(values, at::kFloat));
    for (const char* to : {"float16", "q8_0"}) {
      if (std::string(to) == "q8_0") values[0][0] = 1e30f;
      const ModelState model = std::string(to) == "q8_0" ? dense_.with(linear_name(1, "self_attn.q_proj"), DenseWeight::from_tensor(values, at::kFloat)) : large;
      const auto error = thrown([&] { cast(model, {{"to", to}}); });
      QVERIFY(error && error->code == ErrorCode::not_finite);
      QVERIFY2(mentions(error, "layer 1, self_attn.q_proj"), error->text().c_str());
    }
  }
};

QTEST_GUILESS_MAIN(CastTest)
#include "cast_test.moc"
