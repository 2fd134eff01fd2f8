// SPDX-License-Identifier: GPL-3.0-or-later
// Opening models: what fits becomes a state, what does not is one clear error; Kelter's folder round trip.
#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/formats/dense_weight.h"
#include "core/formats/ggml_weight.h"
#include "core/model/ledger.h"
#include "core/model/transformer.h"
#include "tests/support/engine.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

class ModelStateTest : public QObject {
  Q_OBJECT

 private:
  fs::path write(const GgufBuilder& builder) {
    const fs::path path = fs::path(folder_.path().toStdString()) / ("model" + std::to_string(++files_) + ".gguf");
    builder.write(path);
    return path;
  }
  GgufBuilder::Tensor& find(GgufBuilder& builder, const std::string& name) {
    return *std::find_if(builder.tensors.begin(), builder.tensors.end(), [&](const auto& t) { return t.name == name; });
  }

  QTemporaryDir folder_;
  int files_ = 0;

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void block_types_that_run_stay_as_stored_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("kind");
    QTest::newRow("F32") << 0 << "dense";
    QTest::newRow("F16") << 1 << "dense";
    QTest::newRow("BF16") << 30 << "dense";
    QTest::newRow("Q4_0") << 2 << "ggml";
    QTest::newRow("Q4_1") << 3 << "ggml";
    QTest::newRow("Q8_0") << 8 << "ggml";
    QTest::newRow("Q5_0") << 6 << "ggml";
    QTest::newRow("Q5_1") << 7 << "ggml";
    QTest::newRow("Q4_K") << 12 << "ggml";
    QTest::newRow("Q5_K") << 13 << "ggml";
    QTest::newRow("Q6_K") << 14 << "ggml";
  }
  void block_types_that_run_stay_as_stored() {
    QFETCH(int, type);
    QFETCH(QString, kind);
    const bool super_blocks = type >= 12 && type <= 14;   // of 256 weights; nothing here writes them but as zeros
    TinyLlama options;
    if (super_blocks) options.hidden = 256, options.heads = 16;
    if (!super_blocks) options.linears = static_cast<GgmlType>(type);
    GgufBuilder builder = tiny_llama(options);
    if (super_blocks) {
      GgufBuilder::Tensor& tensor = find(builder, "blk.0.ffn_up.weight");
      tensor.type = static_cast<std::uint32_t>(type);
      tensor.data.assign(96 * static_cast<std::size_t>(ggml_type_info(static_cast<GgmlType>(type)).block_bytes), 0);
    }
    const fs::path file = write(builder);
    const ModelState state = open_model(file);
    QCOMPARE(state.source_bytes, std::uint64_t{fs::file_size(file)});
    QCOMPARE(QString::fromStdString(state.linear(0, "mlp.up_proj")->kind()), kind);
    QVERIFY(state.history.empty());
  }

  void query_rows_return_to_rotate_half_order() {
    const TinyLlama options;
    GgufBuilder builder = tiny_llama(options);
    GgufBuilder::Tensor& query = find(builder, "blk.0.attn_q.weight");
    auto* values = reinterpret_cast<float*>(query.data.data());
    for (std::int64_t row = 0; row < 64; ++row) std::fill_n(values + row * 64, 64, static_cast<float>(row));
    const at::Tensor decoded = open_model(write(builder)).linear(0, "self_attn.q_proj")->decode(at::kFloat);
    // File row h*16 + 2*j + s is Hugging Face row h*16 + s*8 + j.
    for (std::int64_t h = 0; h < 4; ++h)
      for (std::int64_t s = 0; s < 2; ++s)
        for (std::int64_t j = 0; j < 8; ++j)
          QCOMPARE(decoded[h * 16 + s * 8 + j][0].item<float>(), static_cast<float>(h * 16 + 2 * j + s));
  }

  void a_missing_tensor_is_named() {
    GgufBuilder builder = tiny_llama({});
    std::erase_if(builder.tensors, [](const auto& t) { return t.name == "blk.1.ffn_down.weight"; });
    const auto info = thrown([&] { open_model(write(builder)); });
    QCOMPARE(info->code, ErrorCode::missing_tensor);
    QVERIFY(mentions(info, "model.layers.1.mlp.down_proj.weight") && mentions(info, ".gguf"));
  }

  void a_tensor_of_another_shape_is_named() {
    GgufBuilder builder = tiny_llama({});
    GgufBuilder::Tensor& tensor = find(builder, "blk.0.ffn_up.weight");
    tensor.dims[1] /= 2;
    tensor.data.resize(tensor.data.size() / 2);
    const auto info = thrown([&] { open_model(write(builder)); });
    QCOMPARE(info->code, ErrorCode::shape_mismatch);
    QVERIFY(mentions(info, "model.layers.0.mlp.up_proj.weight") && mentions(info, ".gguf"));
  }

  void a_tensor_that_would_be_ignored_is_refused() {
    GgufBuilder builder = tiny_llama({});
    builder.tensor("blk.0.attn_q_norm.weight", GgmlType::F32, {64}, std::vector<std::uint8_t>(256));
    const auto info = thrown([&] { open_model(write(builder)); });
    QCOMPARE(info->code, ErrorCode::unsupported);
    QVERIFY(mentions(info, "blk.0.attn_q_norm.weight"));
  }

  void an_unknown_architecture_is_refused_by_name() {
    GgufBuilder builder;
    builder.text("general.architecture", "mamba").tensor("token_embd.weight", GgmlType::F32, {4, 4}, std::vector<std::uint8_t>(64));
    const auto info = thrown([&] { open_model(write(builder)); });
    QCOMPARE(info->code, ErrorCode::unsupported);
    QVERIFY(mentions(info, "mamba") && mentions(info, ".gguf"));
  }

  void a_weight_that_is_not_a_number_is_named_before_it_is_used() {
    GgufBuilder builder = tiny_llama({});
    auto* values = reinterpret_cast<float*>(find(builder, "blk.1.attn_v.weight").data.data());
    values[7] = std::numeric_limits<float>::quiet_NaN();
    const ModelState state = open_model(write(builder));
    const auto info = thrown([&] { Transformer(state, at::kFloat); });
    QCOMPARE(info->code, ErrorCode::not_finite);
    QVERIFY(mentions(info, "model.layers.1.self_attn.v_proj.weight") && mentions(info, ".gguf"));
  }

  void folders_round_trip_byte_for_byte() {
    TinyLlama options;
    options.linears = GgmlType::Q4_1;
    options.embedding = GgmlType::Q8_0;
    const ModelState state = open_model(write(tiny_llama(options)));
    const fs::path first = fs::path(folder_.path().toStdString()) / "first", second = fs::path(folder_.path().toStdString()) / "second";
    const std::uint64_t bytes = save_model(state, first);
    const ModelState again = open_model(first);
    QCOMPARE(again.content_hash(), state.content_hash());
    QCOMPARE(again.source_bytes, state.source_bytes);
    save_model(again, second);
    std::uint64_t sum = 0;
    for (const auto& entry : fs::directory_iterator(first)) {
      QCOMPARE(read_text_file(entry.path()), read_text_file(second / entry.path().filename()));
      sum += entry.file_size();
    }
    QCOMPARE(bytes, sum);
  }

  void a_damaged_folder_is_refused() {
    const fs::path folder = fs::path(folder_.path().toStdString()) / "damaged";
    save_model(open_model(write(tiny_llama({}))), folder);
    Json json = read_json_file(folder / "kelter.json");
    json["tensors"]["model.norm.weight"]["shape"] = {63};
    write_file_atomically(folder / "kelter.json", to_pretty(json));
    const auto info = thrown([&] { open_model(folder); });
    QCOMPARE(info->code, ErrorCode::file_malformed);
    QVERIFY(mentions(info, "model.norm.weight"));
  }

  void content_depends_on_weights_and_not_on_where_they_lie() {
    const ModelState state = open_model(write(tiny_llama({})));
    TinyLlama other;
    other.seed = 2;
    QVERIFY(state.content_hash() != open_model(write(tiny_llama(other))).content_hash());
    QCOMPARE(state.content_hash(), open_model(write(tiny_llama({}))).content_hash());
  }

  void ledger_counts_what_is_stored() {
    TinyLlama options;
    options.linears = GgmlType::Q4_1;
    const Json ledger = make_ledger(open_model(write(tiny_llama(options))), 1234);
    // Q4_1 takes 20 bytes for 32 weights.
    QCOMPARE(ledger["bits_per_weight"].get<double>(), 5.0);
    QCOMPARE(ledger["linear_bytes"].get<std::uint64_t>() * 8, ledger["linear_weights"].get<std::uint64_t>() * 5);
    QCOMPARE(ledger["nominal_bits"].get<double>(), 4.0);
    QCOMPARE(ledger["disk_bytes"].get<int>(), 1234);
    QVERIFY(ledger["gpu_bytes"].is_null());
    QCOMPARE(ledger["badges"], Json::array({"packed"}));
  }

  void configurations_that_make_no_sense_are_refused() {
    const Json good = open_model(write(tiny_llama({}))).config.to_json();
    QCOMPARE(ModelConfig::from_json(good, "here").to_json(), good);
    const Json wrong = {{"hidden", 0}, {"head_dim", 15}, {"vocabulary", -3}, {"context", 1e18}, {"rope_theta", -1.0}, {"layers", Json::array()}};
    for (const auto& [key, value] : wrong.items()) {
      Json bad = good;
      bad[key] = value;
      QCOMPARE(thrown([&] { ModelConfig::from_json(bad, "here"); })->code, ErrorCode::file_malformed);
    }
  }
};

QTEST_GUILESS_MAIN(ModelStateTest)
#include "model_state_test.moc"
