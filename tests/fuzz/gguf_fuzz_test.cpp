// SPDX-License-Identifier: GPL-3.0-or-later
// Mutation fuzzing of the container readers (tests/fuzz/fuzzer.h).
#include <QTemporaryDir>
#include <QtTest>

#include "tests/fuzz/containers.h"
#include "tests/fuzz/fuzzer.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

class GgufFuzzTest : public QObject {
  Q_OBJECT
 private:
  QTemporaryDir temporary_;
  fs::path folder_ = temporary_.path().toStdString();

  // Half of the time for one reader.
  static void fuzz_container(const std::vector<Blob>& seeds, const std::function<std::uint64_t(const Bytes&, const fs::path&)>& read) {
    for (const Blob& blob : seeds) read(Bytes::own(blob), "fuzz.bin");   // a seed that is refused would test nothing
    ByteMutator mutator(seeds, fuzz_seed());
    // A heap block of its own: sanitizers see every step outside.
    const std::string problem = fuzz({0.5, "fuzz.bin", [&] { return mutator.next(); }, [&](const Blob& blob) { read(Bytes::own(blob), "fuzz.bin"); }});
    QVERIFY2(problem.empty(), problem.c_str());
  }

 private Q_SLOTS:
  void mutated_gguf_files_give_a_model_or_an_error() {
    TinyLlama options;
    options.layers = 1;
    options.hidden = options.intermediate = 32;
    options.heads = 2;
    options.kv_heads = 1;
    options.vocabulary = 259;
    options.linears = options.embedding = GgmlType::Q4_1;
    GgufBuilder kinds;
    kinds.uint8("a", 1).int16("b", -2).float64("c", 0.5).boolean("d", true).text("e", "text").uint64("f", 6);
    kinds.texts("g", {"x", "yz", ""}).float32s("h", {1, 2}).numbers<std::uint8_t>("i", 7, {0, 1}).int32s("j", {});
    kinds.uint32("general.alignment", 64).alignment = 64;
    kinds.tensor("t", GgmlType::F32, {2, 1, 3}, Blob(24, 1)).tensor("u", GgmlType::Q8_0, {1, 32}, Blob(34, 2));
    kinds.tensor("v", GgmlType::Q6_K, {256}, Blob(210, 3)).tensor("w", GgmlType::BF16, {7}, Blob(14, 4));
    fuzz_container({tiny_llama(options).bytes(), kinds.bytes(), GgufBuilder().bytes()}, read_gguf);
  }

  void mutated_safetensors_files_give_tensors_or_an_error() {
    const auto entry = [](const char* name, const char* dtype, std::vector<std::int64_t> shape, std::size_t bytes) {
      return SafetensorsEntry{name, dtype, std::move(shape), Bytes::own(Blob(bytes, 7))};
    };
    std::vector<Blob> seeds;
    const auto add = [&](const std::vector<SafetensorsEntry>& entries,
                         const std::map<std::string, std::string>& metadata) {
      write_safetensors(folder_ / "seed", entries, metadata);
      const std::string text = read_text_file(folder_ / "seed");
      seeds.emplace_back(text.begin(), text.end());
    };
    add({entry("a", "F32", {2, 4}, 32), entry("b", "U8", {5}, 5), entry("c", "BF16", {3}, 6)}, {{"format", "pt"}});
    add({entry("weight", "I64", {}, 8), entry("empty", "F16", {0, 3}, 0)}, {});
    add({}, {});
    fuzz_container(seeds, read_safetensors);
  }
};

QTEST_GUILESS_MAIN(GgufFuzzTest)
#include "gguf_fuzz_test.moc"
