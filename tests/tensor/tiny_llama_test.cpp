// SPDX-License-Identifier: GPL-3.0-or-later
// The model that the tests of other rooms are made of is itself tested.
#include <QtTest>

#include <set>

#include "core/base/hash.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

class TinyLlamaTest : public QObject {
  Q_OBJECT
 private:
  QTemporaryDir temporary_;
  fs::path folder_ = temporary_.path().toStdString();

 private Q_SLOTS:
  void the_file_holds_every_tensor_of_the_architecture() {
    TinyLlama options;
    options.layers = 3;
    options.tied = false;
    options.linears = GgmlType::Q4_1;
    options.embedding = GgmlType::Q8_0;
    const GgufFile file = GgufFile::open(write_tiny_llama(folder_ / "m.gguf", options));
    QCOMPARE(file.tensors().size(), std::size_t{3 * 9 + 3});
    QCOMPARE(file.integer("llama.block_count"), 3);
    const auto check = [&](const char* name, GgmlType type, std::vector<std::int64_t> shape) {
      QVERIFY2(file.find(name), name);
      QCOMPARE(file.find(name)->type, type);
      QCOMPARE(file.find(name)->shape, shape);
    };
    check("token_embd.weight", GgmlType::Q8_0, {300, 64});
    check("output.weight", GgmlType::Q8_0, {300, 64});
    check("output_norm.weight", GgmlType::F32, {64});
    check("blk.2.attn_q.weight", GgmlType::Q4_1, {64, 64});
    check("blk.2.attn_k.weight", GgmlType::Q4_1, {32, 64});
    check("blk.2.ffn_down.weight", GgmlType::Q4_1, {64, 96});
    check("blk.2.ffn_norm.weight", GgmlType::F32, {64});
  }

  void every_type_of_linear_can_be_stored() {
    for (GgmlType type : {GgmlType::F32, GgmlType::F16, GgmlType::BF16, GgmlType::Q4_0, GgmlType::Q4_1, GgmlType::Q5_0,
                          GgmlType::Q5_1, GgmlType::Q8_0}) {
      TinyLlama options;
      options.linears = type;
      const GgufFile file = GgufFile::open(write_tiny_llama(folder_ / "m.gguf", options));
      QCOMPARE(file.find("blk.0.ffn_up.weight")->type, type);
    }
  }

  void the_same_options_give_the_same_bytes_and_another_seed_others() {
    TinyLlama options;
    QVERIFY(tiny_llama(options).bytes() == tiny_llama(options).bytes());
    // The bytes on every machine (computed apart, in Python), so that golden numbers may be recorded against it.
    QCOMPARE(tiny_llama(options).tensors[2].name, std::string("blk.0.attn_q.weight"));
    QCOMPARE(sha256_hex(tiny_llama(options).tensors[2].data),
             std::string("2a7913d734331fd83242dc61a74e7356045a180ed5b93d5873b6b771c9d52bdd"));
    TinyLlama other = options;
    other.seed = 2;
    QVERIFY(tiny_llama(options).tensors[2].data != tiny_llama(other).tensors[2].data);
    QVERIFY(tiny_llama(options).tensors[6].data != tiny_llama(options).tensors[2].data);
  }

  void weights_have_the_stated_deviation() {
    TinyRandom random(1, "x");
    double sum = 0, squares = 0;
    for (int i = 0; i < 100000; ++i) {
      const double value = random.normal();
      sum += value;
      squares += value * value;
    }
    QVERIFY(std::abs(sum / 100000) < 0.015);
    QVERIFY(std::abs(squares / 100000 - 1) < 0.02);
  }

  void the_tokenizer_covers_all_bytes_and_every_merge_has_its_token() {
    const GgufFile file = GgufFile::open(write_tiny_llama(folder_ / "m.gguf"));
    const auto& tokens = file.array("tokenizer.ggml.tokens").strings;
    QCOMPARE(tokens.size(), std::size_t{300});
    QCOMPARE(file.array("tokenizer.ggml.token_type").integers.size(), std::size_t{300});
    const std::set<std::string_view> known(tokens.begin(), tokens.end());
    QCOMPARE(known.size(), std::size_t{300});
    for (const std::string& byte : byte_alphabet()) QVERIFY(known.contains(byte));
    QCOMPARE(byte_alphabet()[' '], std::string("Ġ"));
    QCOMPARE(byte_alphabet()['\n'], std::string("Ċ"));
    QCOMPARE(byte_alphabet()[173], std::string("Ń"));
    const auto& merges = file.array("tokenizer.ggml.merges").strings;
    QCOMPARE(merges.size(), std::size_t{41});
    for (std::string_view merge : merges) {
      const std::size_t cut = merge.find(' ');
      const std::string left(merge.substr(0, cut)), right(merge.substr(cut + 1));
      QVERIFY(known.contains(left) && known.contains(right) && known.contains(left + right));
    }
  }
};

QTEST_GUILESS_MAIN(TinyLlamaTest)
#include "tiny_llama_test.moc"
