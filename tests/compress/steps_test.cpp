// SPDX-License-Identifier: GPL-3.0-or-later
// The built-in steps on a tiny model, through the plugin loader.
#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/compress/magnitude_mask.h"
#include "core/formats/dense_weight.h"
#include "core/formats/integer_weight.h"
#include "core/model/ledger.h"
#include "tests/support/engine.h"
#include "tests/support/memory_context.h"
#include "tests/support/steps.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

class StepsTest : public QObject {
  Q_OBJECT

 private:
  ModelState open(const TinyLlama& options) {
    return open_model(write_tiny_llama(folder_.path().toStdString() + "/model.gguf", options));
  }

  static bool has_badge(const ModelState& model, const std::string& badge) {
    return std::count(model.history.begin(), model.history.end(), badge) == 1;
  }

  template <typename Visit>
  static void each_linear(const ModelState& model, Visit visit) {
    for (std::int64_t layer = 0; layer < model.layer_count(); ++layer)
      for (const char* module : linear_modules) visit(layer, std::string(module), model.linear(layer, module));
  }

  static ModelState with_weight(const ModelState& model, std::int64_t layer, const std::string& module, float value) {
    at::Tensor values = model.linear(layer, module)->decode(at::kFloat);
    values[1][2] = value;
    return model.with(linear_name(layer, module), DenseWeight::from_tensor(values, at::kFloat));
  }

  static ModelState with_idle_layer(const ModelState& model, std::int64_t layer) {
    ModelState out = model;
    for (const char* module : {"self_attn.o_proj", "mlp.down_proj"}) {
      const std::string name = linear_name(layer, module);
      out = out.with(name, DenseWeight::from_tensor(at::zeros(model.tensor(name)->shape()), at::kFloat));
    }
    return out;
  }

  const TextRequest* text() {
    if (text_.path.empty()) {
      const fs::path path = folder_.path().toStdString() + "/text.txt";
      std::string words;
      for (int i = 0; i < 400; ++i) words += "word " + std::to_string(i) + " and ";
      write_file_atomically(path, words);
      text_ = {path.string(), "plain", "", 4, 32, "sequential", 0};
    }
    return &text_;
  }

  QTemporaryDir folder_;
  std::optional<BuiltSteps> steps_;
  ModelState dense_, packed_;
  TextRequest text_;

 private Q_SLOTS:
  void initTestCase() {
    start_engine();
    steps_.emplace();
    TinyLlama options;
    options.layers = 4;
    dense_ = open(options);
    options.linears = GgmlType::Q4_1;
    options.embedding = GgmlType::Q8_0;
    packed_ = open(options);
  }

  // ---- prune.magnitude

  void magnitude_zeroes_by_the_matrix_rule_and_stores_bfloat16() {
    NullContext context;
    const ModelState out = steps_->run("prune.magnitude", packed_, {{"sparsity", 0.3}, {"layers", "1:3"}}, context);
    each_linear(packed_, [&](std::int64_t layer, const std::string& module, const Weight& before) {
      const Weight& after = out.linear(layer, module);
      if (layer != 1 && layer != 2) {
        QVERIFY(after == before);
        return;
      }
      const at::Tensor values = before->decode(at::kFloat);
      const at::Tensor wanted = values.masked_fill(mask_of_matrix(values, 0.3), 0).to(at::kBFloat16);
      QCOMPARE(after->name(), std::string("bfloat16"));
      QVERIFY(at::equal(after->decode(at::kBFloat16), wanted));
    });
    QVERIFY(out.tensor("model.embed_tokens.weight") == packed_.tensor("model.embed_tokens.weight"));
    QVERIFY(has_badge(out, "masked") && has_badge(out, "expanded"));
  }

  void only_a_source_that_took_fewer_bytes_is_expanded() {
    NullContext context;
    const ModelState once = steps_->run("prune.magnitude", dense_, {{"sparsity", 0.3}}, context);
    const ModelState twice = steps_->run("prune.magnitude", once, {{"sparsity", 0.6}}, context);
    QVERIFY((once.history == std::vector<std::string>{"masked"}));
    QVERIFY((twice.history == std::vector<std::string>{"masked"}));
  }

  void scopes_compare_what_they_say() {
    NullContext context;
    const ModelState rows = steps_->run("prune.magnitude", dense_, {{"sparsity", 0.25}, {"scope", "row"}}, context);
    each_linear(rows, [&](std::int64_t, const std::string&, const Weight& weight) {
      const std::int64_t per_row = weight->columns() / 4;
      QVERIFY(weight->decode(at::kFloat).eq(0).sum(1).eq(per_row).all().item<bool>());
    });
    const ModelState whole = steps_->run("prune.magnitude", dense_, {{"sparsity", 0.4}, {"scope", "model"}}, context);
    float smallest_kept = std::numeric_limits<float>::infinity(), largest_pruned = 0;
    std::int64_t zeros = 0, weights = 0;
    each_linear(dense_, [&](std::int64_t layer, const std::string& module, const Weight& before) {
      const at::Tensor values = before->decode(at::kFloat).abs();
      const at::Tensor pruned = whole.linear(layer, module)->decode(at::kFloat).eq(0);
      smallest_kept = std::min(smallest_kept, values.masked_select(~pruned).min().item<float>());
      largest_pruned = std::max(largest_pruned, values.masked_fill(~pruned, 0).max().item<float>());
      zeros += pruned.sum().item<std::int64_t>();
      weights += values.numel();
    });
    QVERIFY(largest_pruned < smallest_kept);
    QVERIFY(zeros > static_cast<std::int64_t>(0.4 * static_cast<double>(weights)));
    QVERIFY(zeros < static_cast<std::int64_t>(0.4 * static_cast<double>(weights)) + 10);
  }

  void a_pattern_keeps_n_of_m_in_every_group() {
    NullContext context;
    const std::vector<std::tuple<const char*, std::int64_t, std::int64_t>> patterns = {
        {"2:4", 2, 4}, {"1:4", 1, 4}, {"3:4", 3, 4}, {"4:8", 4, 8}};
    for (const auto& [text, kept, of] : patterns) {
      const ModelState out = steps_->run("prune.magnitude", dense_, {{"pattern", text}}, context);
      each_linear(out, [&, kept = kept, of = of](std::int64_t, const std::string&, const Weight& weight) {
        const at::Tensor groups = weight->decode(at::kFloat).view({-1, of});
        QVERIFY(groups.ne(0).sum(1).eq(kept).all().item<bool>());
      });
      QCOMPARE(make_ledger(out, std::nullopt)["sparsity"].get<double>(), 1.0 - static_cast<double>(kept) / static_cast<double>(of));
    }
  }

  void a_sparsity_of_zero_is_the_model_itself() {
    NullContext context;
    for (const char* scope : {"matrix", "row", "model"}) {
      const ModelState out = steps_->run("prune.magnitude", packed_, {{"sparsity", 0}, {"scope", scope}}, context);
      QCOMPARE(out.content_hash(), packed_.content_hash());
      QVERIFY(out.history.empty());
    }
  }

  void a_sparsity_that_contradicts_the_pattern_is_an_error_in_the_step_too() {
    NullContext context;
    const auto error = thrown([&] {
      steps_->run_unchecked("prune.magnitude", dense_,
                            {{"sparsity", 0.3}, {"pattern", "2:4"}, {"scope", "matrix"}, {"layers", ""}}, context);
    });
    QVERIFY(error && error->code == ErrorCode::invalid_parameter);
    QVERIFY(mentions(error, "0.5"));
  }

  void a_pattern_that_does_not_divide_names_the_layer() {
    NullContext context;
    const auto error = thrown([&] { steps_->run("prune.magnitude", dense_, {{"pattern", "3:7"}, {"layers", "2:4"}}, context); });
    QVERIFY(mentions(error, "layer 2, self_attn.q_proj"));
    QVERIFY(mentions(error, "64 inputs are no multiple of 7"));
  }

  void a_weight_that_is_no_number_is_named() {
    NullContext context;
    const ModelState broken = with_weight(dense_, 2, "mlp.up_proj", std::nanf(""));
    for (const Json& given : {Json{{"sparsity", 0.5}}, Json{{"sparsity", 0.5}, {"scope", "row"}},
                              Json{{"sparsity", 0.5}, {"scope", "model"}}, Json{{"pattern", "2:4"}}}) {
      const auto error = thrown([&] { steps_->run("prune.magnitude", broken, given, context); });
      QVERIFY(error && error->code == ErrorCode::not_finite);
      QCOMPARE(error->where, broken.place("layer 2, mlp.up_proj"));
    }
    const auto error = thrown([&] { steps_->run("quant.rtn", broken, {{"group", 32}}, context); });
    QVERIFY(error && error->code == ErrorCode::not_finite && mentions(error, "layer 2, mlp.up_proj"));
  }

  // ---- quant.rtn

  void rtn_packs_the_seven_linears_of_the_chosen_layers() {
    MemoryContext context;
    const Json given = {{"bits", 3}, {"group", 32}, {"scale_type", "bfloat16"}, {"layers", "0+2"}};
    const ModelState out = steps_->run("quant.rtn", packed_, given, context);
    const IntegerOptions options{3, 32, IntegerGrid::gptq, false, at::kBFloat16};
    each_linear(packed_, [&](std::int64_t layer, const std::string& module, const Weight& before) {
      const Weight& after = out.linear(layer, module);
      if (layer % 2 == 1) {
        QVERIFY(after == before);
        return;
      }
      QCOMPARE(after->content_hash(), IntegerWeight::quantize(before->decode(at::kFloat), options)->content_hash());
    });
    QVERIFY(out.history.empty() && context.warnings.empty());
  }

  void a_free_minimum_returns_every_weight_of_a_q4_1_model() {
    NullContext context;
    const ModelState out = steps_->run("quant.rtn", packed_, {{"group", 32}, {"grid", "minmax"}}, context);
    each_linear(packed_, [&](std::int64_t layer, const std::string& module, const Weight& before) {
      QVERIFY(at::equal(out.linear(layer, module)->decode(at::kFloat), before->decode(at::kFloat)));
      QCOMPARE(out.linear(layer, module)->bytes(), before->bytes());
    });
  }

  void a_group_that_does_not_divide_is_refused_before_any_layer_is_done() {
    MemoryContext context;
    const auto error = thrown([&] { steps_->run("quant.rtn", dense_, {{"group", 64}}, context); });
    QVERIFY(error && error->code == ErrorCode::invalid_parameter);
    QVERIFY(mentions(error, "layer 0, mlp.down_proj"));
    QVERIFY(mentions(error, "96 inputs are no multiple of 64"));
    QVERIFY(context.checkpoints.empty());
  }

  void groups_that_do_not_fit_their_grid_are_reported_also_after_a_resume() {
    at::Tensor values = dense_.linear(1, "mlp.up_proj")->decode(at::kFloat);
    values[5] = values[5].abs() * 0.01f + 1.0f;
    const ModelState shifted = dense_.with(linear_name(1, "mlp.up_proj"), DenseWeight::from_tensor(values, at::kFloat));
    const Json given = {{"group", 32}, {"grid", "awq"}, {"scale_type", "float32"}, {"layers", "1:3"}};
    MemoryContext context;
    context.stop_after(1);
    QVERIFY(thrown([&] { steps_->run("quant.rtn", shifted, given, context); }));
    QVERIFY(context.warnings.empty());
    steps_->run("quant.rtn", shifted, given, context);
    QCOMPARE(context.warnings.size(), std::size_t{1});
    // 2 layers x (64 + 32 + 32 + 64 rows + 2 x 96 rows of 64 inputs, 64 rows of 96 inputs) in groups of 32.
    QVERIFY2(context.warnings[0].starts_with("2 of 1920 groups"), context.warnings[0].c_str());
  }

  // ---- single layers with parameters of their own

  void a_layer_with_bits_of_its_own_has_the_bytes_of_a_run_with_these_bits() {
    NullContext context;
    const Json base = {{"bits", 4}, {"group", 32}}, finer = {{"bits", 8}, {"group", 0}, {"grid", "minmax"}};
    const ModelState wide = steps_->run("quant.rtn", packed_, finer, context);
    const ModelState narrow = steps_->run("quant.rtn", packed_, base, context);
    const ModelState mixed = steps_->run_overridden("quant.rtn", packed_, base, {{"1", finer}}, context);
    std::uint64_t bytes = 0;
    std::int64_t weights = 0;
    each_linear(mixed, [&](std::int64_t layer, const std::string& module, const Weight& weight) {
      const ModelState& wanted = layer == 1 ? wide : narrow;
      QCOMPARE(weight->content_hash(), wanted.linear(layer, module)->content_hash());
      QVERIFY(weight->content_hash() != (layer == 1 ? narrow : wide).linear(layer, module)->content_hash());
      bytes += wanted.linear(layer, module)->bytes();
      weights += weight->numel();
    });
    const Json ledger = make_ledger(mixed, std::nullopt);
    QCOMPARE(ledger["linear_bytes"].get<std::uint64_t>(), bytes);
    QCOMPARE(ledger["bits_per_weight"].get<double>(), 8.0 * static_cast<double>(bytes) / static_cast<double>(weights));
    QCOMPARE(ledger["nominal_bits"].get<double>(), 5.0);   // (3 x 4 + 8) / 4
    QVERIFY(ledger["bits_per_weight"].get<double>() > make_ledger(narrow, std::nullopt)["bits_per_weight"].get<double>());
  }

  void overrides_of_one_layer_add_up() {
    NullContext context;
    const Json given = {{"group", 32}, {"symmetric", true}};
    const ModelState mixed = steps_->run_overridden("quant.rtn", packed_, given,
                                                    {{"0:3", {{"bits", 8}}}, {"2+3", {{"grid", "minmax"}}}}, context);
    const std::array<IntegerOptions, 4> wanted = {{{8, 32, IntegerGrid::gptq, true, at::kHalf},
                                                   {8, 32, IntegerGrid::gptq, true, at::kHalf},
                                                   {8, 32, IntegerGrid::minmax, false, at::kHalf},   // knows no symmetric
                                                   {4, 32, IntegerGrid::minmax, false, at::kHalf}}};
    each_linear(mixed, [&](std::int64_t layer, const std::string&, const Weight& weight) {
      QVERIFY(dynamic_cast<const IntegerWeight&>(*weight).options() == wanted.at(static_cast<std::size_t>(layer)));
    });
  }

  void a_group_of_one_layer_that_does_not_divide_is_refused_before_any_layer_is_done() {
    MemoryContext context;
    const auto error = thrown([&] {
      steps_->run_overridden("quant.rtn", packed_, {{"group", 32}}, {{"2", {{"group", 64}}}}, context);
    });
    QVERIFY(mentions(error, "layer 2, mlp.down_proj"));
    QVERIFY(context.checkpoints.empty());
  }

  void layers_lose_their_own_share_and_one_that_loses_nothing_stays_as_it_is() {
    NullContext context;
    const ModelState mixed = steps_->run_overridden(
        "prune.magnitude", packed_, {{"sparsity", 0.25}, {"scope", "row"}},
        {{"0", {{"sparsity", 0}}}, {"1", {{"sparsity", 0.75}}}, {"3", {{"pattern", "1:4"}}}}, context);
    each_linear(mixed, [&](std::int64_t layer, const std::string& module, const Weight& weight) {
      if (layer == 0) {
        QVERIFY(weight == packed_.linear(layer, module));
        return;
      }
      // Weights of the tiny model are codes of 4 bits: some are zero before anything is pruned.
      const at::Tensor pruned = weight->decode(at::kFloat).eq(0);
      const Json alone = layer == 3 ? Json{{"pattern", "1:4"}} : Json{{"sparsity", layer == 1 ? 0.75 : 0.25}, {"scope", "row"}};
      const ModelState wanted = steps_->run("prune.magnitude", packed_, alone, context);
      QCOMPARE(weight->content_hash(), wanted.linear(layer, module)->content_hash());
      const double share = layer == 2 ? 0.25 : 0.75;
      QVERIFY(pruned.sum(1).ge(static_cast<std::int64_t>(share * static_cast<double>(weight->columns()))).all().item<bool>());
    });
    QVERIFY(has_badge(mixed, "masked"));
    const ModelState none = steps_->run_overridden("prune.magnitude", packed_, {{"sparsity", 0.5}},
                                                   {{"0:4", {{"sparsity", 0}}}}, context);
    QVERIFY(none.content_hash() == packed_.content_hash() && none.history.empty());
  }

  void a_stopped_step_with_overrides_resumes_to_the_same_bytes() {
    const Json overrides = {{"0+2", {{"bits", 8}}}, {"3", {{"bits", 2}, {"group", 0}}}};
    NullContext uninterrupted;
    const std::string wanted =
        steps_->run_overridden("quant.rtn", packed_, {{"group", 32}}, overrides, uninterrupted).content_hash();
    MemoryContext context;
    context.stop_after(2);
    QVERIFY(thrown([&] { steps_->run_overridden("quant.rtn", packed_, {{"group", 32}}, overrides, context); }));
    QCOMPARE(steps_->run_overridden("quant.rtn", packed_, {{"group", 32}}, overrides, context).content_hash(), wanted);
  }

  // ---- prune.depth

  void listed_layers_go_and_the_rest_moves_up_unchanged() {
    MemoryContext context;
    const ModelState out = steps_->run("prune.depth", packed_, {{"criterion", "list"}, {"layers", "0+2"}}, context);
    QCOMPARE(out.layer_count(), 2);
    for (const auto& [name, weight] : packed_.tensors) {
      if (!name.starts_with("model.layers.")) QVERIFY(out.tensors.at(name) == weight);
      for (const auto& [from, to] : {std::pair{1, 0}, {3, 1}})
        if (name.starts_with(layer_prefix(from)))
          QVERIFY(out.tensors.at(layer_prefix(to) + name.substr(layer_prefix(from).size())) == weight);
    }
    QVERIFY(has_badge(out, "fewer-layers"));
    QVERIFY((context.logs == std::vector<std::string>{"Removed layers: 0, 2."}));
  }

  void layers_beyond_nine_keep_their_order() {
    TinyLlama options;
    options.layers = 12;
    const ModelState model = open(options);
    NullContext context;
    const ModelState out = steps_->run("prune.depth", model, {{"criterion", "list"}, {"layers", "1"}}, context);
    QCOMPARE(out.layer_count(), 11);
    for (std::int64_t layer = 1; layer < 11; ++layer)
      QVERIFY(out.linear(layer, "mlp.up_proj") == model.linear(layer + 1, "mlp.up_proj"));
    QVERIFY(out.linear(0, "mlp.up_proj") == model.linear(0, "mlp.up_proj"));
  }

  void the_layers_that_do_least_are_found() {
    const ModelState idle = with_idle_layer(with_idle_layer(dense_, 1), 3);
    MemoryContext context;
    const ModelState influence =
        steps_->run("prune.depth", idle, {{"criterion", "influence"}, {"count", 2}}, context, text());
    QVERIFY(influence.linear(0, "mlp.up_proj") == idle.linear(0, "mlp.up_proj"));
    QVERIFY(influence.linear(1, "mlp.up_proj") == idle.linear(2, "mlp.up_proj"));
    QCOMPARE(context.logs.back(), std::string("Removed layers: 1, 3."));
    // The last layer is as idle, and the angular criterion leaves it alone.
    MemoryContext angular;
    steps_->run("prune.depth", idle, {{"criterion", "angular"}, {"count", 1}}, angular, text());
    QCOMPARE(angular.logs.back(), std::string("Removed layers: 1."));
    MemoryContext block;
    const ModelState out = steps_->run("prune.depth", idle, {{"criterion", "angular"}, {"count", 3}}, block, text());
    QCOMPARE(block.logs.back(), std::string("Removed layers: 0, 1, 2."));
    QVERIFY(out.linear(0, "mlp.up_proj") == idle.linear(3, "mlp.up_proj"));
  }

  void a_stopped_search_for_layers_ends_with_the_same_model() {
    NullContext uninterrupted;
    const Json given = {{"criterion", "influence"}, {"count", 1}};
    const std::string wanted = steps_->run("prune.depth", dense_, given, uninterrupted, text()).content_hash();
    MemoryContext context;
    context.stop_after(2);
    QVERIFY(thrown([&] { steps_->run("prune.depth", dense_, given, context, text()); }));
    QCOMPARE(steps_->run("prune.depth", dense_, given, context, text()).content_hash(), wanted);
  }

  void removing_every_layer_or_more_is_an_error() {
    NullContext context;
    for (const Json& given : {Json{{"criterion", "list"}, {"layers", "0:4"}},
                              Json{{"criterion", "influence"}, {"count", 4}}, Json{{"criterion", "angular"}, {"count", 9}}}) {
      const auto error = thrown([&] { steps_->run("prune.depth", dense_, given, context, text()); });
      QVERIFY(error && error->code == ErrorCode::invalid_parameter);
      QVERIFY2(mentions(error, "the model has 4"), error->text().c_str());
    }
    QVERIFY(thrown([&] { steps_->run("prune.depth", dense_, {{"criterion", "list"}, {"layers", "4"}}, context); }));
  }

  void a_criterion_that_needs_a_text_says_so() {
    NullContext context;
    for (const char* criterion : {"influence", "angular"}) {
      const auto error = thrown([&] { steps_->run("prune.depth", dense_, {{"criterion", criterion}}, context); });
      QVERIFY(error && mentions(error, "needs a text"));
    }
  }

  // ---- format.expand

  void expanding_stores_every_matrix_dense_and_leaves_norms() {
    for (const at::ScalarType type : {at::kBFloat16, at::kHalf, at::kFloat}) {
      NullContext context;
      const ModelState out = steps_->run("format.expand", packed_, {{"to", dtype_name(type)}}, context);
      for (const auto& [name, weight] : packed_.tensors) {
        const Weight& after = out.tensors.at(name);
        if (weight->shape().size() == 1) {
          QVERIFY(after == weight);
          continue;
        }
        QCOMPARE(after->name(), dtype_name(type));
        QVERIFY(at::equal(after->decode(at::kFloat), weight->decode(at::kFloat).to(type).to(at::kFloat)));
      }
      QVERIFY(has_badge(out, "expanded"));
    }
  }

  void what_is_stored_so_already_is_shared_and_shrinking_is_not_expanding() {
    NullContext context;
    const ModelState same = steps_->run("format.expand", dense_, {{"to", "float32"}}, context);
    for (const auto& [name, weight] : dense_.tensors) QVERIFY(same.tensors.at(name) == weight);
    QVERIFY(same.history.empty());
    QVERIFY(steps_->run("format.expand", dense_, {{"to", "bfloat16"}}, context).history.empty());
  }

  void a_weight_too_large_for_the_type_is_named() {
    NullContext context;
    const auto linear = thrown([&] {
      steps_->run("format.expand", with_weight(dense_, 3, "self_attn.k_proj", 1e6f), {{"to", "float16"}}, context);
    });
    QVERIFY(linear && linear->code == ErrorCode::not_finite && mentions(linear, "layer 3, self_attn.k_proj"));
    at::Tensor values = dense_.head()->decode(at::kFloat);
    values[7][7] = -1e6f;
    const ModelState large = dense_.with("model.embed_tokens.weight", DenseWeight::from_tensor(values, at::kFloat));
    const auto embedding = thrown([&] { steps_->run("format.expand", large, {{"to", "float16"}}, context); });
    QVERIFY(embedding && embedding->code == ErrorCode::not_finite && mentions(embedding, "model.embed_tokens.weight"));
    steps_->run("format.expand", large, {{"to", "bfloat16"}}, context);
  }

  // ---- all

  void every_step_resumes_to_the_same_bytes() {
    const std::vector<std::pair<std::string, Json>> runs = {{"prune.magnitude", {{"sparsity", 0.4}}},
                                                            {"prune.magnitude", {{"sparsity", 0.4}, {"scope", "model"}}},
                                                            {"quant.rtn", {{"group", 32}, {"bits", 5}}},
                                                            {"format.expand", Json::object()}};
    for (const auto& [step, given] : runs) {
      NullContext uninterrupted;
      const ModelState wanted = steps_->run(step, packed_, given, uninterrupted);
      MemoryContext context;
      context.stop_after(3);
      QVERIFY(thrown([&, s = step, g = given] { steps_->run(s, packed_, g, context); }));
      QCOMPARE(context.checkpoints.size(), std::size_t{3});
      const ModelState resumed = steps_->run(step, packed_, given, context);
      QCOMPARE(resumed.content_hash(), wanted.content_hash());
      QVERIFY(resumed.history == wanted.history);
    }
  }

  void a_tied_and_an_untied_head_both_expand() {
    TinyLlama options;
    options.tied = false;
    options.embedding = GgmlType::Q8_0;
    NullContext context;
    const ModelState out = steps_->run("format.expand", open(options), Json::object(), context);
    QCOMPARE(out.head()->name(), std::string("bfloat16"));
    QCOMPARE(out.tensor("model.embed_tokens.weight")->name(), std::string("bfloat16"));
  }
};

QTEST_GUILESS_MAIN(StepsTest)
#include "steps_test.moc"
