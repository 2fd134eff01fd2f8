// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/layer_walk.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

#include "core/formats/dense_weight.h"
#include "core/formats/integer_weight.h"
#include "tests/support/engine.h"
#include "tests/support/memory_context.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

Weight quantised(std::int64_t, const std::string&, const Weight& weight) {
  return IntegerWeight::quantize(weight->decode(at::kFloat), {4, 32, IntegerGrid::gptq, false, at::kHalf});
}

}  // namespace

class LayerWalkTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  ModelState model_;

 private Q_SLOTS:
  void initTestCase() {
    start_engine();
    TinyLlama options;
    options.layers = 4;
    model_ = open_model(write_tiny_llama(folder_.path().toStdString() + "/model.gguf", options));
  }

  void only_the_chosen_layers_change_and_all_else_is_shared() {
    MemoryContext context;
    const ModelState out = rewrite_linears(model_, {1, 3}, context, quantised);
    for (const auto& [name, weight] : model_.tensors) {
      const bool chosen = (name.starts_with("model.layers.1.") || name.starts_with("model.layers.3.")) &&
                          name.find("_proj") != std::string::npos;
      QVERIFY2((out.tensors.at(name) != weight) == chosen, name.c_str());
      if (chosen) QCOMPARE(out.tensors.at(name)->kind(), std::string("integer"));
    }
    QCOMPARE(out.tensors.size(), model_.tensors.size());
    out.validate("test");
    QVERIFY((context.steps == std::vector<std::string>{"1/2 layer 1", "2/2 layer 3"}));
  }

  void linears_are_visited_in_the_common_order() {
    NullContext context;
    std::vector<std::string> seen;
    for_each_linear(model_, {2, 0}, context, [&](std::int64_t layer, const std::string& module, const Weight& weight) {
      QVERIFY(weight == model_.linear(layer, module));
      seen.push_back(std::to_string(layer) + module);
    });
    std::vector<std::string> wanted;
    for (const char* layer : {"2", "0"})
      for (const char* module : linear_modules) wanted.push_back(std::string(layer) + module);
    QVERIFY(seen == wanted);
  }

  void no_layers_is_no_change() {
    NullContext context;
    const ModelState out = rewrite_linears(model_, {}, context, quantised);
    QCOMPARE(out.content_hash(), model_.content_hash());
  }

  void a_stopped_walk_goes_on_behind_its_last_layer_with_the_same_bytes() {
    NullContext uninterrupted;
    const std::string wanted = rewrite_linears(model_, {0, 1, 2, 3}, uninterrupted, quantised).content_hash();
    for (int stop = 1; stop <= 4; ++stop) {
      MemoryContext context;
      context.stop_after(stop);
      const auto error = thrown([&] { rewrite_linears(model_, {0, 1, 2, 3}, context, quantised); });
      QVERIFY(error && error->code == ErrorCode::cancelled);
      std::vector<std::int64_t> asked;
      const ModelState out = rewrite_linears(
          model_, {0, 1, 2, 3}, context, [&](std::int64_t layer, const std::string& module, const Weight& weight) {
            asked.push_back(layer);
            return quantised(layer, module, weight);
          });
      QVERIFY(std::none_of(asked.begin(), asked.end(), [&](std::int64_t layer) { return layer < stop; }));
      QCOMPARE(asked.size(), std::size_t(7 * (4 - stop)));
      QCOMPARE(out.content_hash(), wanted);
    }
  }

  void a_kept_linear_is_not_written_to_the_checkpoint() {
    MemoryContext context;
    const ModelState out = rewrite_linears(model_, {0}, context, [](std::int64_t, const std::string& module, const Weight& weight) {
      return module == "mlp.up_proj" ? quantised(0, module, weight) : weight;
    });
    QVERIFY(context.checkpoints.at("layer-0").size() < model_.linear(0, "mlp.up_proj")->bytes());
    const ModelState resumed = rewrite_linears(model_, {0}, context, [](std::int64_t, const std::string&, const Weight&) -> Weight {
      throw Error(ErrorCode::internal, "The layer was finished");
    });
    QCOMPARE(resumed.content_hash(), out.content_hash());
    QVERIFY(resumed.linear(0, "mlp.down_proj") == model_.linear(0, "mlp.down_proj"));
  }

  void an_error_names_layer_and_linear() {
    NullContext context;
    const auto error = thrown([&] {
      rewrite_linears(model_, {2}, context, [](std::int64_t, const std::string& module, const Weight& weight) {
        if (module == "mlp.gate_proj") throw Error(ErrorCode::not_finite, "It broke", "row 5");
        return weight;
      });
    });
    QVERIFY(error);
    QCOMPARE(error->where, model_.place("layer 2, mlp.gate_proj, row 5"));
    QCOMPARE(error->code, ErrorCode::not_finite);
  }

  void a_request_to_cancel_is_heard_before_every_linear() {
    class Impatient : public NullContext {
     public:
      void check_cancelled() override {
        if (--patience < 0) throw Error(ErrorCode::cancelled, "Cancelled");
      }
      int patience = 9;
    } context;
    int calls = 0;
    const auto error = thrown([&] {
      rewrite_linears(model_, {0, 1, 2, 3}, context, [&](std::int64_t, const std::string&, const Weight& weight) {
        ++calls;
        return weight;
      });
    });
    QVERIFY(error && error->code == ErrorCode::cancelled);
    QCOMPARE(calls, 9);
  }

  void badges_are_added_once_and_growth_is_seen_per_tensor() {
    ModelState state = model_;
    add_badge(state, "masked");
    add_badge(state, "masked");
    QVERIFY((state.history == std::vector<std::string>{"masked"}));
    QVERIFY(!any_tensor_grew(model_, state));
    NullContext context;
    const ModelState packed = rewrite_linears(model_, {0}, context, quantised);
    QVERIFY(!any_tensor_grew(model_, packed));
    QVERIFY(any_tensor_grew(packed, model_));
  }
};

QTEST_GUILESS_MAIN(LayerWalkTest)
#include "layer_walk_test.moc"
