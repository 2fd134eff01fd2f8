// SPDX-License-Identifier: GPL-3.0-or-later
// Hugging Face folders: what config.json says, what is refused by name, and checkpoints that are damaged.
#include "core/model/hugging_face.h"

#include <ATen/ATen.h>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>

#include "core/model/export.h"
#include "core/model/model_state.h"
#include "core/model/rope.h"
#include "tests/support/engine.h"
#include "tests/support/resident_bytes.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

Json plain_config() {
  return {{"model_type", "llama"},        {"hidden_act", "silu"},       {"hidden_size", 64},
          {"intermediate_size", 96},      {"num_hidden_layers", 2},     {"num_attention_heads", 4},
          {"num_key_value_heads", 2},     {"vocab_size", 300},          {"max_position_embeddings", 512},
          {"rms_norm_eps", 1e-5},         {"rope_theta", 10000.0},      {"tie_word_embeddings", true}};
}

using Changes = std::vector<std::pair<std::string, Json>>;

ModelConfig config_with(const Changes& changes) {
  Json json = plain_config();
  for (const auto& [key, value] : changes) json[key] = value;
  return hugging_face_config(json, "config.json");
}

// A safetensors file of float16 tensors whose data take no room on the disk.
struct HoleFile {
  fs::path path;
  Json header = Json::object();
  std::uint64_t end = 0;

  void add(const std::string& name, const std::vector<std::int64_t>& shape) {
    std::uint64_t bytes = 2;
    for (const std::int64_t size : shape) bytes *= static_cast<std::uint64_t>(size);
    header[name] = {{"dtype", "F16"}, {"shape", shape}, {"data_offsets", {end, end + bytes}}};
    end += bytes;
  }
  void write() const {
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');   // numbers lie at multiples of eight
    std::string start(8, '\0');
    for (int i = 0; i < 8; ++i) start[static_cast<std::size_t>(i)] = static_cast<char>(text.size() >> (8 * i) & 0xff);
    write_file_atomically(path, start + text);
    fs::resize_file(path, 8 + text.size() + end);
  }
};

}  // namespace

class HuggingFaceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { start_engine(); }
  void init() { scratch_ = std::make_unique<QTemporaryDir>(); }

  void what_is_absent_has_the_default_of_transformers() {
    Json json = plain_config();
    for (const char* key : {"num_key_value_heads", "rms_norm_eps", "rope_theta", "tie_word_embeddings"}) json.erase(key);
    const ModelConfig config = hugging_face_config(json, "config.json");
    QCOMPARE(config.layers[0].kv_heads, std::int64_t{4});
    QCOMPARE(config.head_dim, std::int64_t{16});
    QCOMPARE(config.norm_epsilon, 1e-6);
    QCOMPARE(config.rope_theta, 10000.0);
    QVERIFY(!config.tied_embeddings && config.window == 0 && config.bias == BiasConfig{} && config.rope == RopeConfig{});
    QCOMPARE(config_with({{"head_dim", nullptr}}).head_dim, std::int64_t{16});
    QCOMPARE(config_with({{"head_dim", 32}}).head_dim, std::int64_t{32});
  }

  void windows_and_biases_follow_the_architecture() {
    QCOMPARE(config_with({{"model_type", "mistral"}, {"sliding_window", 4096}}).window, std::int64_t{4096});
    QCOMPARE(config_with({{"model_type", "mistral"}, {"sliding_window", nullptr}}).window, std::int64_t{0});
    QCOMPARE(config_with({{"model_type", "qwen2"}, {"sliding_window", 64}, {"use_sliding_window", false}}).window, std::int64_t{0});
    const BiasConfig qwen = config_with({{"model_type", "qwen2"}}).bias;
    QVERIFY(qwen.query_key_value && !qwen.output && !qwen.mlp);
    const BiasConfig both = config_with({{"attention_bias", true}, {"mlp_bias", true}}).bias;
    QVERIFY(both.query_key_value && both.output && both.mlp);
  }

  void rotary_scaling_in_its_old_and_new_spelling() {
    const Json llama3 = {{"rope_type", "llama3"}, {"factor", 8.0}, {"low_freq_factor", 1.0}, {"high_freq_factor", 4.0}, {"original_max_position_embeddings", 64}};
    const ModelConfig old = config_with({{"rope_scaling", llama3}, {"rope_theta", 500000.0}});
    QVERIFY(old.rope.scaling == RopeScaling::llama3 && old.rope.original_context == 64);
    Json inside = llama3;
    inside["rope_theta"] = 500000.0;
    Json changed = plain_config();
    changed.erase("rope_theta");
    changed["rope_parameters"] = inside;
    QVERIFY(hugging_face_config(changed, "config.json") == old);
    QVERIFY(config_with({{"rope_scaling", {{"type", "linear"}, {"factor", 2}}}}).rope.scaling == RopeScaling::linear);
    QVERIFY(config_with({{"rope_scaling", {{"rope_type", "default"}}}}).rope == RopeConfig{});
  }

  void frequencies_follow_their_formulas() {
    const ModelConfig plain = config_with({});
    const std::vector<float> base = rotary_frequencies(plain);
    QCOMPARE(base.size(), std::size_t{8});
    QCOMPARE(base[0], 1.0f);
    QVERIFY(qFuzzyCompare(base[4], 0.01f));   // 10000^(-8/16)
    const std::vector<float> halved = rotary_frequencies(config_with({{"rope_scaling", {{"type", "linear"}, {"factor", 2}}}}));
    for (std::size_t i = 0; i < base.size(); ++i) QVERIFY(qFuzzyCompare(halved[i], base[i] / 2));
    const ModelConfig dynamic = config_with({{"rope_scaling", {{"type", "dynamic"}, {"factor", 2}}}});
    QVERIFY(rotary_depends_on_length(dynamic));
    QCOMPARE(rotary_frequencies(dynamic, 512), base);
    const double grown = 10000.0 * std::pow(2.0 * 1024 / 512 - 1, 16.0 / 14);   // theta at 1024 of 512 positions
    QVERIFY(qFuzzyCompare(rotary_frequencies(dynamic, 1024)[4], static_cast<float>(std::pow(grown, -0.5))));
    const Json llama3 = {{"rope_type", "llama3"}, {"factor", 8.0}, {"low_freq_factor", 1.0}, {"high_freq_factor", 4.0}, {"original_max_position_embeddings", 64}};
    const std::vector<float> scaled = rotary_frequencies(config_with({{"rope_scaling", llama3}}));
    QCOMPARE(scaled[0], base[0]);                           // wave length 6.3: shorter than 64 / 4
    QVERIFY(qFuzzyCompare(scaled[7], base[7] / 8));         // wave length 19869: longer than 64
    const double share = (64 * base[1] / (2 * M_PI) - 1) / 3;   // 19.9 lies between 16 and 64
    QVERIFY(share > 0 && share < 1);
    QVERIFY(qFuzzyCompare(scaled[1], static_cast<float>(base[1] * (share + (1 - share) / 8))));
  }

  void what_is_not_computed_is_refused_by_name_data() {
    QTest::addColumn<QByteArray>("changes");
    QTest::addColumn<QString>("named");
    QTest::newRow("architecture") << QByteArray(R"({"model_type": "gemma2"})") << "gemma2";
    QTest::newRow("activation") << QByteArray(R"({"hidden_act": "gelu"})") << "gelu";
    QTest::newRow("rope") << QByteArray(R"({"rope_scaling": {"rope_type": "yarn", "factor": 4}})") << "yarn";
    QTest::newRow("partial rope") << QByteArray(R"({"partial_rotary_factor": 0.5})") << "partial_rotary_factor";
    QTest::newRow("windows in some layers") << QByteArray(R"({"model_type": "qwen2", "use_sliding_window": true, "max_window_layers": 1})")
                                            << "use_sliding_window";
    QTest::newRow("missing key") << QByteArray(R"({"hidden_size": null})") << "hidden_size";
    QTest::newRow("wrong type") << QByteArray(R"({"num_hidden_layers": "two"})") << "num_hidden_layers";
    QTest::newRow("layers") << QByteArray(R"({"num_hidden_layers": 1000000000000})") << "layers";
    QTest::newRow("heads") << QByteArray(R"({"num_attention_heads": 0})") << "heads";
    QTest::newRow("negative") << QByteArray(R"({"intermediate_size": -4})") << "MLP";
    QTest::newRow("factor") << QByteArray(R"({"rope_scaling": {"type": "linear", "factor": 0}})") << "factor";
    QTest::newRow("factors out of order") << QByteArray(R"({"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4,
        "high_freq_factor": 1, "original_max_position_embeddings": 64}})") << "order";
  }

  void what_is_not_computed_is_refused_by_name() {
    QFETCH(QByteArray, changes);
    QFETCH(QString, named);
    Changes list;
    const Json given = Json::parse(changes.toStdString());
    for (const auto& [key, value] : given.items()) list.emplace_back(key, value);
    const auto error = thrown([&] { config_with(list); });
    QVERIFY(error.has_value());
    QVERIFY2(mentions(error, named.toStdString()) && mentions(error, "config.json"), error->text().c_str());
  }

  void damaged_folders_are_one_clear_error_data() {
    QTest::addColumn<QString>("damage");
    QTest::addColumn<QString>("named");
    QTest::newRow("no config") << "no config" << "config.json";
    QTest::newRow("no weights") << "no weights" << "model.safetensors";
    QTest::newRow("a shard is missing") << "no shard" << "model-00002";
    QTest::newRow("the index names another file") << "index outside" << "outside";
    QTest::newRow("the index names another tensor") << "index tensor" << "model.layers.9";
    QTest::newRow("the index is no index") << "index text" << "weight_map";
    QTest::newRow("a tensor is missing") << "index short" << "model.norm.weight";
    QTest::newRow("a shard is cut") << "cut" << "model-00001";
    QTest::newRow("quantized by others") << "quantized" << "quantization_config";
    QTest::newRow("tokens without rows") << "many tokens" << "embedding rows";
  }

  void damaged_folders_are_one_clear_error() {
    QFETCH(QString, damage);
    QFETCH(QString, named);
    const fs::path folder = checkpoint(), index = folder / "model.safetensors.index.json", config = folder / "config.json";
    Json map = read_json_file(index), settings = read_json_file(config);
    if (damage == "no config") fs::remove(config);
    if (damage == "no weights") fs::remove(index);
    if (damage == "no shard") remove_shard(folder, "model-00002");
    if (damage == "cut") cut_shard(folder, "model-00001");
    if (damage == "index outside") map["weight_map"]["model.norm.weight"] = "../model.safetensors";
    if (damage == "index tensor") map["weight_map"]["model.layers.9.mlp.up_proj.weight"] = map["weight_map"]["model.norm.weight"];
    if (damage == "index text") map = Json{{"weight_map", "text"}};
    if (damage == "index short") map["weight_map"].erase("model.norm.weight");
    if (damage.startsWith("index")) write_file_atomically(index, map.dump());
    if (damage == "quantized") settings["quantization_config"] = {{"quant_method", "fp8"}};
    if (damage == "many tokens") settings["vocab_size"] = 100;
    if (damage == "quantized" || damage == "many tokens") write_file_atomically(config, settings.dump());
    const auto error = thrown([&] { open_model(folder); });
    QVERIFY(error.has_value());
    QVERIFY2(mentions(error, named.toStdString()) && mentions(error, folder.filename().string()), error->text().c_str());
  }

  void buffers_of_old_files_and_a_second_head_are_passed_over() {
    const fs::path folder = checkpoint();
    Json map = read_json_file(folder / "model.safetensors.index.json");
    map["weight_map"]["model.layers.0.self_attn.rotary_emb.inv_freq"] = map["weight_map"]["model.norm.weight"];
    write_file_atomically(folder / "model.safetensors.index.json", map.dump());
    QVERIFY(!open_model(folder).tensors.empty());
  }

  // The tensors of Llama-2-7B in two shards; the data are holes.
  void a_13_gb_checkpoint_opens_at_once_and_in_little_memory() {
    const fs::path folder = checkpoint();
    for (const char* file : {"tokenizer.json", "model.safetensors.index.json"}) fs::remove(folder / file);
    const std::int64_t hidden = 4096, intermediate = 11008, vocabulary = 32000, layers = 32;
    Json config = plain_config(), map = Json::object();
    config.update({{"hidden_size", hidden}, {"intermediate_size", intermediate}, {"num_hidden_layers", layers}, {"num_attention_heads", 32},
                   {"num_key_value_heads", 32}, {"vocab_size", vocabulary}, {"tie_word_embeddings", false}});
    write_file_atomically(folder / "config.json", config.dump());
    HoleFile first{folder / "first.safetensors"}, second{folder / "second.safetensors"};
    const auto add = [&](HoleFile& file, const std::string& name, const std::vector<std::int64_t>& shape) {
      file.add(name + ".weight", shape);
      map[name + ".weight"] = file.path.filename().string();
    };
    add(first, "model.embed_tokens", {vocabulary, hidden});
    add(second, "lm_head", {vocabulary, hidden});
    add(second, "model.norm", {hidden});
    for (std::int64_t layer = 0; layer < layers; ++layer) {
      HoleFile& file = layer < layers / 2 ? first : second;
      const std::string prefix = "model.layers." + std::to_string(layer) + ".";
      for (const char* name : {"input_layernorm", "post_attention_layernorm"}) add(file, prefix + name, {hidden});
      for (const char* name : {"q_proj", "k_proj", "v_proj", "o_proj"}) add(file, prefix + "self_attn." + name, {hidden, hidden});
      for (const char* name : {"gate_proj", "up_proj"}) add(file, prefix + "mlp." + name, {intermediate, hidden});
      add(file, prefix + "mlp.down_proj", {hidden, intermediate});
    }
    first.write();
    second.write();
    write_file_atomically(folder / "model.safetensors.index.json", Json{{"weight_map", map}}.dump());

    const std::size_t before = resident_bytes();
    QElapsedTimer timer;
    timer.start();
    const ModelState model = open_model(folder);
    const qint64 elapsed = timer.elapsed();
    const std::size_t after = resident_bytes(), grown = after - std::min(before, after);
    std::uint64_t bytes = 0;
    for (const auto& [name, weight] : model.tensors) bytes += weight->bytes();
    qInfo("opened %.1f GB in %lld ms, resident memory grew by %.1f MB", static_cast<double>(bytes) / 1e9, static_cast<long long>(elapsed),
          static_cast<double>(grown) / 1e6);
    QCOMPARE(bytes, std::uint64_t{13'476'831'232});
    QVERIFY2(elapsed <= 1000, std::to_string(elapsed).c_str());
    QVERIFY2(grown <= 200'000'000, std::to_string(grown).c_str());
  }

  void without_a_tokenizer_a_model_computes_and_reads_no_text() {
    const fs::path folder = checkpoint();
    fs::remove(folder / "tokenizer.json");
    const ModelState model = open_model(folder);
    QVERIFY(!model.tokenizer);
    QVERIFY(mentions(thrown([&] { static_cast<void>(model.text_tokenizer()); }), "tokenizer"));
  }

  void more_rows_than_tokens_are_unused_tokens() {
    const fs::path folder = checkpoint();
    Json tokens = read_json_file(folder / "tokenizer.json");
    tokens["model"]["vocab"].erase(--tokens["model"]["vocab"].end());
    tokens["model"]["merges"].erase(--tokens["model"]["merges"].end());
    write_file_atomically(folder / "tokenizer.json", tokens.dump());
    const ModelState model = open_model(folder);
    QCOMPARE(model.tokenizer->vocabulary(), model.config.vocabulary);
    QCOMPARE(model.tokenizer->data().types.back(), 5);
  }

 private:
  // A checkpoint in several files.
  fs::path checkpoint() {
    const fs::path place = fs::path(scratch_->path().toStdString());
    TinyLlama options;
    tiny_llama(options).write(place / "tiny.gguf");
    export_hugging_face(open_model(place / "tiny.gguf"), place / "checkpoint", "keep", 40000);
    return place / "checkpoint";
  }

  static fs::path shard(const fs::path& folder, const std::string& start) {
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().filename().string().starts_with(start)) return entry.path();
    throw std::logic_error("no " + start);
  }
  static void remove_shard(const fs::path& folder, const std::string& start) { fs::remove(shard(folder, start)); }
  static void cut_shard(const fs::path& folder, const std::string& start) {
    const fs::path file = shard(folder, start);
    fs::resize_file(file, fs::file_size(file) - 100);
  }

  std::unique_ptr<QTemporaryDir> scratch_;
};

QTEST_GUILESS_MAIN(HuggingFaceTest)
#include "hugging_face_test.moc"
