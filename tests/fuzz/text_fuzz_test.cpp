// SPDX-License-Identifier: GPL-3.0-or-later
// Mutation fuzzing of what is read from JSON and of whole folders (tests/fuzz/fuzzer.h): tokenizers, configurations,
// chat templates, documents, Kelter folders, quantized checkpoints.
#include <QTemporaryDir>
#include <QtTest>

#include "core/describe/document.h"
#include "core/describe/graph.h"
#include "core/formats/integer_weight.h"
#include "core/model/chat_template.h"
#include "core/model/export.h"
#include "core/model/hugging_face.h"
#include "core/model/hugging_face_quantization.h"
#include "core/tensor/safetensors.h"
#include "tests/fuzz/fuzzer.h"
#include "tests/support/engine.h"
#include "tests/support/quantized_linear.h"
#include "tests/support/tiny_llama.h"
#include "tests/support/tokenizers.h"

using namespace kelter;
using namespace kelter::test;

namespace {

constexpr double share = 1.0 / 6;   // six readers

TinyLlama smallest() {
  TinyLlama options;
  options.layers = 1;
  options.hidden = options.intermediate = 32;
  options.heads = 2;
  options.kv_heads = 1;
  options.vocabulary = 259;
  return options;
}

std::string text_of(const Blob& blob) { return {blob.begin(), blob.end()}; }
Blob blob_of(const std::string& text) { return {text.begin(), text.end()}; }

// The SentencePiece form of a tokenizer: characters, bytes, blanks as U+2581.
Json sentence_piece_json() {
  Json vocabulary = {{"<unk>", 0}, {"<s>", 1}};
  for (int byte = 0; byte < 256; ++byte) vocabulary[QString::asprintf("<0x%02X>", byte).toStdString()] = vocabulary.size();
  for (const char* token : {"\u2581", "a", "b", "ab", "\u2581a"}) vocabulary[token] = vocabulary.size();
  return {{"added_tokens", {{{"id", 0}, {"content", "<unk>"}, {"special", true}}, {{"id", 1}, {"content", "<s>"}, {"special", true}}}},
          {"normalizer", nullptr},
          {"pre_tokenizer", {{"type", "Metaspace"}, {"replacement", "\u2581"}, {"prepend_scheme", "first"}, {"split", false}}},
          {"post_processor", {{"type", "TemplateProcessing"}, {"single", {{{"SpecialToken", {{"id", "<s>"}}}}, {{"Sequence", {{"id", "A"}}}}}}}},
          {"model", {{"type", "BPE"}, {"byte_fallback", true}, {"unk_token", "<unk>"}, {"vocab", vocabulary}, {"merges", {"a b", {"\u2581", "a"}}}}}};
}

Json llama_config() {
  return {{"model_type", "llama"}, {"hidden_act", "silu"}, {"hidden_size", 64}, {"intermediate_size", 96}, {"num_hidden_layers", 2},
          {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"vocab_size", 300}, {"max_position_embeddings", 512}, {"head_dim", 16},
          {"rope_theta", 1e4}, {"rope_scaling", {{"rope_type", "llama3"}, {"factor", 8.0}, {"low_freq_factor", 1.0}, {"high_freq_factor", 4.0},
                                                 {"original_max_position_embeddings", 64}}}};
}

Json quantized_config(const Json& quantization) {
  Json config = llama_config();
  config["quantization_config"] = quantization;
  return config;
}

std::vector<Json> configurations() {
  Json mistral = llama_config(), qwen = llama_config();
  mistral["model_type"] = "mistral";
  mistral["sliding_window"] = 128;
  qwen["model_type"] = "qwen2";
  qwen["rope_parameters"] = {{"rope_type", "dynamic"}, {"factor", 2.0}};
  const Json weights = {{"num_bits", 4}, {"type", "int"}, {"symmetric", false}, {"strategy", "group"}, {"group_size", 32}, {"actorder", "group"}};
  return {mistral, qwen,
          quantized_config({{"quant_method", "gptq"}, {"bits", 4}, {"group_size", 128}, {"desc_act", true}, {"checkpoint_format", "gptq"},
                            {"meta", {{"quantizer", {"gptqmodel:1"}}}}, {"dynamic", {{"-:x", Json::object()}}}}),
          quantized_config({{"quant_method", "awq"}, {"bits", 4}, {"group_size", 128}, {"zero_point", true}, {"version", "gemm"}}),
          quantized_config({{"quant_method", "compressed-tensors"}, {"format", "pack-quantized"},
                            {"config_groups", {{"group_0", {{"targets", {"Linear"}}, {"weights", weights}, {"input_activations", nullptr}}}}}})};
}

}  // namespace

class TextFuzzTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void mutated_tokenizers_encode_or_are_refused() {
    const auto read = [&](const Blob& blob) {
      write_plain("tokenizer.json", blob);
      const Tokenizer tokenizer(TokenizerData::from_hugging_face(folder_));
      if (tokenizer.decode(tokenizer.encode("abc <s> \xc3\xa9\xff ab", true)).size() > 1000) throw std::logic_error("the text grew");
    };
    run({byte_tokenizer_data().to_hugging_face(), sentence_piece_json()}, "tokenizer.json", read);
  }

  void mutated_configurations_are_read_or_refused() {
    const auto read = [&](const Blob& blob) {
      const std::string where = (folder_ / "config.json").string();
      const Json json = parse_json(text_of(blob), where);
      static_cast<void>(hugging_face_config(json, where));
      static_cast<void>(quantized_storage(json, folder_));
    };
    run(configurations(), "config.json", read);
  }

  void mutated_documents_come_back_or_are_refused() {
    static const StepCatalogue catalogue = StepCatalogue::load(KELTER_BINARY_DIR "/plugins");
    const auto read = [&](const Blob& blob) {
      const Document document = Document::from_json(parse_json(text_of(blob), "fuzz.kelter"), "fuzz.kelter");
      const std::string saved = document.to_json().dump();
      if (Document::from_json(Json::parse(saved), "fuzz.kelter").to_json().dump() != saved) throw std::logic_error("saving changed it");
      try {
        static_cast<void>(build_graph(document, catalogue));
      } catch (const Error&) {   // names nodes, not the file
      }
    };
    run({read_json_file(KELTER_SOURCE_DIR "/resources/demo/demo.kelter"), read_json_file(KELTER_SOURCE_DIR "/tests/compat/one.kelter")},
        "fuzz.kelter", read);
  }

  void mutated_chat_templates_render_or_are_refused() {
    const Json golden = read_json_file(KELTER_SOURCE_DIR "/tests/golden/chat-templates.json");
    std::vector<Blob> texts;
    for (const auto& [family, text] : golden["families"].items()) texts.push_back(blob_of(text));
    for (const Json& piece : golden["pieces"]) texts.push_back(blob_of(piece["template"]));
    ChatOptions options;
    options.variables = golden["piece_variables"];
    options.variables.update({{"bos_token", "<s>"}, {"eos_token", "</s>"}});
    ByteMutator bytes(texts, fuzz_seed());
    const auto read = [&](const Blob& blob) {
      const ChatTemplate made(text_of(blob), "template");
      if (made.render({{"system", "s"}, {"user", "one"}, {"assistant", "two"}}, options).size() > 64'000'000) throw std::logic_error("the text grew");
    };
    const std::string problem = fuzz({share, "template", [&] { return bytes.next(); }, read, 200});
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void mutated_kelter_folders_open_or_are_refused() {
    ModelState model = open_model(tiny_llama(smallest()).write(folder_ / "tiny.gguf"));
    for (const char* module : {"mlp.up_proj", "mlp.down_proj"}) {
      const std::string name = linear_name(0, module);
      IntegerCodes codes = IntegerWeight::quantize(model.tensor(name)->decode(at::kFloat), {3, 32})->unpack();
      for (std::int32_t i = 0; i < 32; ++i) codes.order.push_back(31 - i);
      model = model.with(name, IntegerWeight::pack(codes, {3, 32}));
    }
    save_model(model, folder_ / "kept");
    const auto read = [&](const Blob& blob) {
      write_plain("kept/kelter.json", blob);
      touch(open_model(folder_ / "kept"));
    };
    run({read_json_file(folder_ / "kept/kelter.json")}, "kept", read);
  }

  void mutated_quantized_checkpoints_open_or_are_refused() {
    const fs::path checkpoint = folder_ / "checkpoint";
    export_hugging_face(open_model(tiny_llama(smallest()).write(folder_ / "tiny.gguf")), checkpoint, "keep");
    fs::remove(checkpoint / "tokenizer.json");
    quantize(checkpoint);
    const std::string weights = read_text_file(checkpoint / "model.safetensors");
    const Json config = read_json_file(checkpoint / "config.json");
    ByteMutator files({Blob(weights.begin(), weights.end())}, fuzz_seed());
    JsonMutator configs({config}, fuzz_seed());
    std::uint64_t round = 0;
    const auto read = [&](const Blob& blob) {
      const bool is_config = blob.empty() || blob[0] == '{';
      write_plain(is_config ? "checkpoint/config.json" : "checkpoint/model.safetensors", blob);
      touch(open_model(checkpoint));
    };
    // One of the two is as it was made.
    const auto next = [&] {
      write_file(checkpoint / "config.json", config.dump());
      write_file(checkpoint / "model.safetensors", weights);
      return ++round % 2 ? files.next() : configs.next();
    };
    touch(open_model(checkpoint));
    const std::string problem = fuzz({share, "checkpoint", next, read, 200});
    QVERIFY2(problem.empty(), problem.c_str());
  }

 private:
  // JSON that was changed in its structure and in its bytes, by turns.
  static void run(const std::vector<Json>& seeds, const std::string& named, const std::function<void(const Blob&)>& read) {
    std::vector<Blob> texts;
    for (const Json& seed : seeds) {
      const std::string text = seed.dump();
      read(texts.emplace_back(text.begin(), text.end()));   // a seed that is refused would test nothing
    }
    JsonMutator values(seeds, fuzz_seed());
    ByteMutator bytes(texts, fuzz_seed());
    std::uint64_t round = 0;
    const std::string problem = fuzz({share, named, [&] { return ++round % 4 ? values.next() : bytes.next(); }, read, 200});
    QVERIFY2(problem.empty(), problem.c_str());
  }

  // Without a flush to disk, which would be most of the time; not over a file that may still be mapped.
  static void write_file(const fs::path& path, const std::string& text) {
    fs::remove(path);
    QFile file(QString::fromStdString(path.string()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text.data(), static_cast<qint64>(text.size())), static_cast<qint64>(text.size()));
  }
  void write_plain(const std::string& name, const Blob& blob) const { write_file(folder_ / name, text_of(blob)); }

  // Decodes every weight.
  static void touch(const ModelState& model) {
    for (const auto& [name, weight] : model.tensors) static_cast<void>(weight->count_zeros());
  }

  static void quantize(const fs::path& checkpoint) {
    std::vector<SafetensorsEntry> entries;
    const SafetensorsFile plain = SafetensorsFile::open(checkpoint / "model.safetensors");
    for (const SafetensorsEntry& entry : plain.entries()) {
      if (!entry.name.ends_with("_proj.weight")) {
        entries.push_back(entry);
        continue;
      }
      const QuantizedLinear linear = random_linear(4, entry.shape[0], entry.shape[1], entry.shape[1], false, false, 0.01f);
      for (const auto& [name, part] : as_gptq(linear, false))
        entries.push_back({entry.name.substr(0, entry.name.size() - 6) + name, part.dtype, part.shape, part.data});
    }
    write_safetensors(checkpoint / "model.safetensors", entries, {{"format", "pt"}});
    Json config = read_json_file(checkpoint / "config.json");
    config["quantization_config"] = {{"quant_method", "gptq"}, {"bits", 4}, {"group_size", 32}, {"desc_act", true}};
    write_file_atomically(checkpoint / "config.json", config.dump());
  }

  QTemporaryDir temporary_;
  fs::path folder_ = temporary_.path().toStdString();
};

QTEST_GUILESS_MAIN(TextFuzzTest)
#include "text_fuzz_test.moc"
