// SPDX-License-Identifier: GPL-3.0-or-later
// Models written for other programs and opened again: nothing changes that need not.
#include "core/model/export.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>
#include <c10/core/GradMode.h>

#include "core/formats/ggml_weight.h"
#include "core/formats/integer_weight.h"
#include "core/kernels/ggml_blocks.h"
#include "core/model/transformer.h"
#include "tests/support/engine.h"
#include "tests/support/test_files.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

at::Tensor logits_of(const ModelState& model) {
  const c10::NoGradGuard no_grad;
  const Transformer transformer(model, at::kFloat);
  at::Tensor ids = at::arange(40).remainder(model.config.vocabulary).unsqueeze(0);
  return transformer.logits(transformer.forward(ids)[0]);
}

void compare_tensors(const ModelState& a, const ModelState& b) {
  QCOMPARE(a.tensors.size(), b.tensors.size());
  for (const auto& [name, weight] : a.tensors) {
    QVERIFY2(b.tensors.count(name) == 1, name.c_str());
    QVERIFY2(at::equal(weight->decode(at::kFloat), b.tensor(name)->decode(at::kFloat)), name.c_str());
  }
}

}  // namespace

class ExportTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { start_engine(); }
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  void gguf_keeps_what_it_can_hold() {
    const ModelState model = tiny();
    const Exported exported = export_gguf(model, place("keep.gguf"), "keep");
    QCOMPARE(exported.bytes, static_cast<std::uint64_t>(fs::file_size(place("keep.gguf"))));
    QVERIFY(exported.expanded.empty() && exported.unblocked.empty());
    QCOMPARE(open_model(place("keep.gguf")).content_hash(), model.content_hash());
    export_gguf(model, place("again.gguf"), "keep");
    QCOMPARE(read_text_file(place("again.gguf")), read_text_file(place("keep.gguf")));
  }

  void gguf_types_round_as_their_encoder_does_data() {
    QTest::addColumn<QString>("type");
    for (const char* type : {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"}) QTest::newRow(type) << type;
  }

  void gguf_types_round_as_their_encoder_does() {
    QFETCH(QString, type);
    const ModelState model = tiny();
    export_gguf(model, place("model.gguf"), type.toStdString());
    const GgufFile file = GgufFile::open(place("model.gguf"));
    QCOMPARE(QString(ggml_type_info(file.find("blk.0.ffn_up.weight")->type).name), type);
    QCOMPARE(file.find("blk.0.attn_norm.weight")->type, GgmlType::F32);
    const ModelState back = open_model(place("model.gguf"));
    const Weight& weight = model.linear(1, "self_attn.q_proj");   // its rows are put in another order and back
    at::Tensor expected = weight->decode(at::kFloat);
    if (type == "F16") expected = expected.to(at::kHalf).to(at::kFloat);
    if (type == "BF16") expected = expected.to(at::kBFloat16).to(at::kFloat);
    if (type.startsWith("Q")) expected = through_blocks(expected, file.find("blk.0.ffn_up.weight")->type);
    QVERIFY(at::equal(back.linear(1, "self_attn.q_proj")->decode(at::kFloat), expected));
  }

  void blocks_of_the_same_type_are_copied() {
    const ModelState model = tiny();
    export_gguf(model, place("a.gguf"), "Q4_1");
    export_gguf(open_model(place("a.gguf")), place("b.gguf"), "Q4_1");
    QCOMPARE(read_text_file(place("b.gguf")), read_text_file(place("a.gguf")));
  }

  void packed_integers_become_numbers_and_are_named() {
    ModelState model = tiny();
    const std::string name = linear_name(0, "mlp.up_proj");
    model = model.with(name, IntegerWeight::quantize(model.tensor(name)->decode(at::kFloat), {4, 32, IntegerGrid::gptq, false, at::kHalf}));
    QCOMPARE(export_gguf(model, place("model.gguf"), "keep").expanded, std::vector<std::string>{name});
    QCOMPARE(export_hugging_face(model, place("hf"), "keep").expanded, std::vector<std::string>{name});
    const at::Tensor values = model.tensor(name)->decode(at::kFloat);
    QVERIFY(at::equal(open_model(place("model.gguf")).tensor(name)->decode(at::kFloat), values.to(at::kHalf).to(at::kFloat)));
    QVERIFY(at::equal(open_model(place("hf")).tensor(name)->decode(at::kFloat), values.to(at::kBFloat16).to(at::kFloat)));
  }

  void rows_that_do_not_divide_into_blocks_are_named() {
    TinyLlama options;
    options.intermediate = 80;
    const ModelState model = tiny(options);
    const Exported exported = export_gguf(model, place("model.gguf"), "Q8_0");
    QCOMPARE(exported.unblocked.size(), static_cast<std::size_t>(model.layer_count()));
    for (const std::string& name : exported.unblocked) QVERIFY2(name.ends_with("mlp.down_proj.weight"), name.c_str());
    QCOMPARE(GgufFile::open(place("model.gguf")).find("blk.0.ffn_down.weight")->type, GgmlType::F16);
  }

  void hugging_face_folder_in_one_file_and_in_shards() {
    const ModelState model = tiny();
    export_hugging_face(model, place("one"), "keep");
    export_hugging_face(model, place("many"), "keep", 40000);
    QVERIFY(fs::exists(place("one") / "model.safetensors") && fs::exists(place("many") / "model.safetensors.index.json"));
    const Json index = read_json_file(place("many") / "model.safetensors.index.json");
    QCOMPARE(index["weight_map"].size(), model.tensors.size());
    for (const char* form : {"one", "many"}) {
      const ModelState back = open_model(place(form));
      compare_tensors(model, back);
      QCOMPARE(back.tokenizer->data().to_json(), model.tokenizer->data().to_json());
      QVERIFY(at::equal(logits_of(back), logits_of(model)));
      for (const auto& [name, weight] : model.tensors) QCOMPARE(back.tensor(name)->content_hash(), weight->content_hash());
    }
  }

  void nothing_is_overwritten() {
    fs::create_directories(place("hf-full"));
    write_file_atomically(place("hf-full") / "note", "text");
    const auto info = thrown([&] { export_hugging_face(tiny(), place("hf-full"), "keep"); });
    QVERIFY(info && info->where.find("hf-full") != std::string::npos);
    QCOMPARE(read_text_file(place("hf-full") / "note"), std::string("text"));
    QVERIFY(thrown([&] { export_gguf(tiny(), place("x.gguf"), "Q3_K"); }));
    QVERIFY(!fs::exists(place("x.gguf")));
  }

  void every_architecture_comes_back_from_both_forms_data() {
    QTest::addColumn<QString>("name");
    const auto manifest = shared_file("golden-arch/manifest.json");
    if (!manifest) QSKIP("the golden architectures are not beside the checkout");
    const Json json = read_json_file(*manifest);
    for (const auto& [name, facts] : json["cases"].items()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }

  void every_architecture_comes_back_from_both_forms() {
    QFETCH(QString, name);
    ModelState model = open_model(shared_file("golden-arch/" + name.toStdString() + "/config.json")->parent_path());
    const at::Tensor expected = logits_of(model);
    export_hugging_face(model, place("hf"), "keep");
    QVERIFY(at::equal(logits_of(open_model(place("hf"))), expected));
    TokenizerData tokens = tiny().tokenizer->data();   // GGUF files have one
    tokens.tokens.resize(std::min<std::size_t>(tokens.tokens.size(), static_cast<std::size_t>(model.config.vocabulary)));
    tokens.types.assign(tokens.tokens.size(), 1);
    tokens.merges.clear();
    tokens.bos = tokens.eos = tokens.padding = -1;
    tokens.unknown = 0;
    tokens.pad(model.config.vocabulary);
    model.tokenizer = std::make_shared<const Tokenizer>(tokens);
    export_gguf(model, place("model.gguf"), "F32");
    QVERIFY(at::allclose(logits_of(open_model(place("model.gguf"))), expected, 1e-5, 1e-5));
  }

 private:
  fs::path place(const std::string& name) const { return fs::path(folder_->path().toStdString()) / name; }

  ModelState tiny(const TinyLlama& options = {}) {
    tiny_llama(options).write(place("tiny.gguf"));
    return open_model(place("tiny.gguf"));
  }

  static at::Tensor through_blocks(const at::Tensor& values, GgmlType type) {
    const GgmlTypeInfo& info = ggml_type_info(type);
    std::vector<std::uint8_t> blocks(static_cast<std::size_t>(values.numel() / info.block_size * info.block_bytes));
    at::Tensor out = at::empty_like(values);
    const auto number = static_cast<std::uint32_t>(type);
    encode_ggml_rows(number, values.const_data_ptr<float>(), values.size(0), values.size(1), blocks.data());
    decode_ggml_rows(number, blocks.data(), values.size(0), values.size(1), out.mutable_data_ptr<float>());
    return out;
  }

  std::unique_ptr<QTemporaryDir> folder_;
};

QTEST_GUILESS_MAIN(ExportTest)
#include "export_test.moc"
