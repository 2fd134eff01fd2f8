// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <unistd.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <numeric>

#include "core/base/hash.h"
#include "core/tensor/gguf.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/resident_bytes.h"
#include "tests/support/test_files.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

std::vector<std::uint8_t> counting(std::size_t size) {
  std::vector<std::uint8_t> out(size);
  std::iota(out.begin(), out.end(), std::uint8_t{1});
  return out;
}

// Two keys and three tensors: "first" F32 [2, 3], "second" Q4_0 [2, 32], "third" F16 [5].
GgufBuilder small() {
  GgufBuilder builder;
  builder.text("general.architecture", "llama").uint32("llama.block_count", 2);
  builder.tensor("first", GgmlType::F32, {2, 3}, counting(24));
  builder.tensor("second", GgmlType::Q4_0, {2, 32}, counting(36));
  builder.tensor("third", GgmlType::F16, {5}, counting(10));
  return builder;
}

template <typename T>
std::vector<std::uint8_t> bytes_of(std::initializer_list<T> values) {
  std::vector<std::uint8_t> out;
  for (T value : values) GgufBuilder::append(out, value);
  return out;
}

// An array's header (element kind, count) in front of `elements`.
std::vector<std::uint8_t> array_of(std::uint32_t kind, std::uint64_t count, std::vector<std::uint8_t> elements = {}) {
  std::vector<std::uint8_t> out = bytes_of({kind});
  GgufBuilder::append(out, count);
  out.insert(out.end(), elements.begin(), elements.end());
  return out;
}

// Token lists of the golden file: length, hash of the elements joined by newlines, first four, last four.
void compare_array(const GgufArray& array, const Json& golden, const std::string& key) {
  std::vector<std::string> elements(array.strings.begin(), array.strings.end());
  for (std::int64_t value : array.integers) elements.push_back(std::to_string(value));
  QVERIFY2(array.floats.empty(), key.c_str());
  if (golden.is_array()) {
    QVERIFY2(golden == Json(elements), key.c_str());
    return;
  }
  QCOMPARE(elements.size(), golden["array_len"].get<std::size_t>());
  std::string joined;
  for (std::size_t i = 0; i < elements.size(); ++i) joined += (i ? "\n" : "") + elements[i];
  QCOMPARE(sha256_hex(joined), golden["sha256_utf8_newline_joined"].get<std::string>());
}

void compare_value(const GgufValue& value, const Json& golden, const std::string& key) {
  if (const auto* array = std::get_if<GgufArray>(&value)) return compare_array(*array, golden, key);
  const Json stored = std::visit(
      [](const auto& held) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, GgufArray>) {
          return nullptr;
        } else {
          return held;
        }
      },
      value);
  QVERIFY2(stored == golden && stored.is_number_float() == golden.is_number_float(), key.c_str());
}

}  // namespace

class GgufTest : public QObject {
  Q_OBJECT
 private:
  QTemporaryDir temporary_;
  fs::path folder_ = temporary_.path().toStdString();

  GgufFile open(const GgufBuilder& builder) { return GgufFile::open(builder.write(folder_ / "good.gguf")); }
  std::optional<ErrorInfo> refusal(std::span<const std::uint8_t> bytes) {
    write_file_atomically(folder_ / "bad.gguf", bytes);
    return thrown([&] { GgufFile::open(folder_ / "bad.gguf"); });
  }

 private Q_SLOTS:
  void keys_of_every_kind_are_read() {
    GgufBuilder builder;
    builder.uint8("u8", 200).int8("i8", -3).uint16("u16", 60000).int16("i16", -30000).uint32("u32", 4000000000);
    builder.int32("i32", -2000000000).float32("f32", 0.1f).boolean("yes", true).boolean("no", false);
    builder.text("text", std::string_view("a\0b", 3)).text("empty", "");
    builder.uint64("u64", std::numeric_limits<std::uint64_t>::max())
        .int64("i64", std::numeric_limits<std::int64_t>::min());
    builder.float64("f64", 0.1);
    const GgufFile file = open(builder);
    QCOMPARE(file.version(), 3u);
    QCOMPARE(file.metadata().size(), std::size_t{14});
    QCOMPARE(file.metadata()[1].first, std::string("i8"));   // in the file's order
    QCOMPARE(file.integer("u8"), 200);
    QCOMPARE(file.integer("i8"), -3);
    QCOMPARE(file.integer("u16"), 60000);
    QCOMPARE(file.integer("i16"), -30000);
    QCOMPARE(file.integer("u32"), 4000000000);
    QCOMPARE(file.integer("i32"), -2000000000);
    QCOMPARE(file.integer("i64"), std::numeric_limits<std::int64_t>::min());
    QCOMPARE(std::get<std::uint64_t>(*file.key("u64")), std::numeric_limits<std::uint64_t>::max());
    QVERIFY(file.number("f32") == static_cast<double>(0.1f) && file.number("f64") == 0.1 && file.number("u8") == 200.0);
    QVERIFY(file.boolean("yes", false) && !file.boolean("no", true));
    QCOMPARE(file.text("text"), std::string("a\0b", 3));
    QCOMPARE(file.text("empty"), std::string());
  }

  void arrays_of_every_kind_are_read() {
    GgufBuilder builder;
    builder.numbers<std::uint8_t>("u8", 0, {0, 255}).numbers<std::int8_t>("i8", 1, {-128, 127});
    builder.numbers<std::uint16_t>("u16", 2, {65535}).numbers<std::int16_t>("i16", 3, {-32768});
    builder.numbers<std::uint32_t>("u32", 4, {4294967295u}).int32s("i32", {-7, 7}).float32s("f32", {0.5f, -0.25f});
    builder.numbers<std::uint8_t>("bool", 7, {1, 0, 1}).texts("text", {"a", "", "Größe"});
    builder.numbers<std::uint64_t>("u64", 10, {1}).numbers<std::int64_t>("i64", 11, {-1});
    builder.numbers<double>("f64", 12, {0.1}).texts("none", {});
    const GgufFile file = open(builder);
    const auto integers = [&](const char* name) { return file.array(name).integers; };
    using Integers = std::vector<std::int64_t>;
    QCOMPARE(integers("u8"), (Integers{0, 255}));
    QCOMPARE(integers("i8"), (Integers{-128, 127}));
    QCOMPARE(integers("u16"), (Integers{65535}));
    QCOMPARE(integers("i16"), (Integers{-32768}));
    QCOMPARE(integers("u32"), (Integers{4294967295}));
    QCOMPARE(integers("i32"), (Integers{-7, 7}));
    QCOMPARE(integers("bool"), (Integers{1, 0, 1}));
    QCOMPARE(integers("u64"), (Integers{1}));
    QCOMPARE(integers("i64"), (Integers{-1}));
    QCOMPARE(file.array("f32").floats, (std::vector<double>{0.5, -0.25}));
    QCOMPARE(file.array("f64").floats, (std::vector<double>{0.1}));
    QVERIFY((file.array("text").strings == std::vector<std::string_view>{"a", "", "Größe"}));
    QCOMPARE(file.array("none").size(), std::size_t{0});
  }

  void tensors_are_views_with_their_shape_outermost_first() {
    GgufBuilder builder = small();
    builder.tensor("fourth", GgmlType::Q8_0, {1, 2, 3, 64}, counting(1 * 2 * 3 * 68));
    const GgufFile file = open(builder);
    QCOMPARE(file.file_bytes(), fs::file_size(folder_ / "good.gguf"));
    QCOMPARE(file.tensors().size(), std::size_t{4});
    QCOMPARE(file.find("first")->shape, (std::vector<std::int64_t>{2, 3}));
    QCOMPARE(file.find("second")->type, GgmlType::Q4_0);
    QCOMPARE(file.find("fourth")->shape, (std::vector<std::int64_t>{1, 2, 3, 64}));
    QVERIFY(file.find("fifth") == nullptr);
    for (std::size_t i = 0; i < builder.tensors.size(); ++i) {
      const Bytes& data = file.tensors()[i].data;
      QVERIFY(std::vector<std::uint8_t>(data.data(), data.data() + data.size()) == builder.tensors[i].data);
      QVERIFY(data.file_backed() && reinterpret_cast<std::uintptr_t>(data.data()) % 32 == 0);
    }
  }

  void version_2_other_alignments_and_files_without_tensors_are_read() {
    GgufBuilder old = small();
    old.version = 2;
    QCOMPARE(open(old).version(), 2u);
    for (std::uint32_t alignment : {1u, 8u, 4096u}) {
      GgufBuilder builder = small();
      builder.alignment = alignment;
      builder.uint32("general.alignment", alignment);
      const GgufFile file = open(builder);
      QVERIFY(std::memcmp(file.find("third")->data.data(), counting(10).data(), 10) == 0);
    }
    QCOMPARE(open(GgufBuilder()).tensors().size(), std::size_t{0});
    GgufBuilder longest;
    longest.tensor(std::string(64, 'n'), GgmlType::F32, {1}, counting(4));
    QCOMPARE(open(longest).tensors().size(), std::size_t{1});
  }

  void strings_of_arrays_stay_valid_with_the_file_object() {
    GgufBuilder builder;
    builder.texts("tokens", {"alpha", "beta"});
    GgufFile moved = [&] {
      GgufFile file = open(builder);
      return file;
    }();
    fs::remove(folder_ / "good.gguf");
    const GgufFile copy = moved;
    moved = open(GgufBuilder());
    QVERIFY(copy.array("tokens").strings[1] == "beta");
  }

  void lookups_tell_absent_keys_from_wrong_kinds() {
    const GgufFile file = open(small().float32("nan", std::nanf("")).uint64("large", 1ull << 63));
    QCOMPARE(file.integer("absent", -1), -1);
    QCOMPARE(file.number("absent", 0.5), 0.5);
    QCOMPARE(file.boolean("absent", true), true);
    QCOMPARE(file.text("absent", "none"), std::string("none"));
    QVERIFY(file.key("absent") == nullptr);
    const std::vector<std::function<void()>> wrong = {
        [&] { file.integer("absent"); },
        [&] { file.number("absent"); },
        [&] { file.text("absent"); },
        [&] { file.array("absent"); },
        [&] { file.integer("general.architecture"); },
        [&] { file.integer("general.architecture", 1); },
        [&] { file.number("general.architecture", 1.0); },
        [&] { file.number("nan"); },
        [&] { file.integer("large"); },
        [&] { file.boolean("llama.block_count", true); },
        [&] { file.text("llama.block_count"); },
        [&] { file.text("llama.block_count", "x"); },
        [&] { file.array("llama.block_count"); }};
    for (const auto& action : wrong) {
      const auto error = thrown(action);
      QVERIFY(error.has_value());
      QCOMPARE(error->code, ErrorCode::file_malformed);
      QVERIFY2(mentions(error, "good.gguf, key "), error->text().c_str());
    }
  }

  void type_facts_are_those_of_ggml() {
    QCOMPARE(ggml_type_info(GgmlType::F32).block_bytes, 4);
    QCOMPARE(ggml_type_info(GgmlType::BF16).block_bytes, 2);
    const std::vector<std::tuple<GgmlType, int, int>> blocks = {
        {GgmlType::Q4_0, 32, 18}, {GgmlType::Q4_1, 32, 20}, {GgmlType::Q5_0, 32, 22}, {GgmlType::Q5_1, 32, 24},
        {GgmlType::Q8_0, 32, 34}, {GgmlType::Q4_K, 256, 144}, {GgmlType::Q5_K, 256, 176}, {GgmlType::Q6_K, 256, 210}};
    for (const auto& [type, size, bytes] : blocks) {
      QCOMPARE(ggml_type_info(type).block_size, size);
      QCOMPARE(ggml_type_info(type).block_bytes, bytes);
    }
    QVERIFY(thrown([] { ggml_type_info(static_cast<GgmlType>(10)); }).has_value());
  }

  void malformed_files_are_refused_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("mentioned");
    const auto row = [](const char* name, const std::vector<std::uint8_t>& bytes, const char* mentioned,
                        ErrorCode code = ErrorCode::file_malformed) {
      QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<int>(bytes.size()))
                          << static_cast<int>(code) << QString(mentioned);
    };
    const auto edited = [](const std::function<void(GgufBuilder&)>& edit) {
      GgufBuilder builder = small();
      edit(builder);
      return builder.bytes();
    };
    const auto with_key = [&](std::uint32_t kind, std::vector<std::uint8_t> value) {
      return edited([&](GgufBuilder& b) { b.raw_key("odd", kind, value); });
    };
    constexpr std::uint64_t huge = 1ull << 60;

    std::vector<std::uint8_t> magic = small().bytes();
    magic[3] = 'X';
    row("wrong magic", magic, "letters GGUF");
    row("text file", {'h', 'e', 'l', 'l', 'o'}, "letters GGUF");
    row("three bytes", {'G', 'G', 'U'}, "truncated");
    row("version 1", edited([](auto& b) { b.version = 1; }), "version 1", ErrorCode::unsupported);
    row("version 4", edited([](auto& b) { b.version = 4; }), "version 4", ErrorCode::unsupported);
    row("big-endian", edited([](auto& b) { b.version = 0x03000000; }), "big-endian", ErrorCode::unsupported);
    row("absurd tensor count", edited([&](auto& b) { b.tensor_count = huge; }), "tensors, more than");
    row("absurd key count", edited([&](auto& b) { b.key_count = huge; }), "keys, more than");
    row("one tensor too many", edited([](auto& b) { b.tensor_count = 4; }), "bad.gguf, tensor");

    row("absurd key length", edited([&](auto& b) { b.key_count = 3; b.tensors.clear(); }), "bad.gguf");
    row("long key", edited([](auto& b) { b.uint32(std::string(65536, 'k'), 1); }), "65536");
    row("empty key", edited([](auto& b) { b.uint32("", 1); }), "empty");
    row("duplicate key", edited([](auto& b) { b.uint32("llama.block_count", 3); }),
        "key llama.block_count): the key is there twice");
    row("unknown value kind", with_key(13, {0, 0, 0, 0}), "unknown kind 13");
    row("absurd text length", with_key(8, bytes_of({huge})), "key odd");
    row("text length of all ones", with_key(8, bytes_of({~0ull})), "key odd");
    row("text beyond the file", with_key(8, bytes_of({std::uint64_t{5000}})), "key odd): it is truncated");
    row("truth value 2", with_key(7, {2}), "truth value");
    row("array of arrays", with_key(9, array_of(9, 1, array_of(4, 0))), "array holds arrays");
    row("array of unknown kind", with_key(9, array_of(77, 1)), "unknown kind 77");
    row("absurd array length", with_key(9, array_of(4, huge)), "key odd): it claims");
    row("array length that overflows", with_key(9, array_of(10, 1ull << 61)), "key odd): it claims");
    row("absurd string array length", with_key(9, array_of(8, huge)), "key odd): it claims");
    row("absurd string in array", with_key(9, array_of(8, 1, bytes_of({huge}))), "key odd");
    row("array element beyond 63 bits", with_key(9, array_of(10, 1, bytes_of({1ull << 63}))), "63 bits");
    row("truth value 2 in array", with_key(9, array_of(7, 2, {1, 2})), "truth value");

    row("alignment 0", edited([](auto& b) { b.uint32("general.alignment", 0); }), "power of two");
    row("alignment 24", edited([](auto& b) { b.uint32("general.alignment", 24); }), "power of two");
    row("alignment 2^30", edited([](auto& b) { b.uint32("general.alignment", 1u << 30); }), "power of two");
    row("alignment -32", edited([](auto& b) { b.int32("general.alignment", -32); }), "power of two");
    row("alignment as text", edited([](auto& b) { b.text("general.alignment", "32"); }), "general.alignment");

    row("long tensor name", edited([](auto& b) { b.tensors[1].name = std::string(65, 'n'); }), "65");
    row("empty tensor name", edited([](auto& b) { b.tensors[1].name = ""; }), "tensor number 1): its name is empty");
    row("duplicate tensor", edited([](auto& b) { b.tensors[2].name = "first"; }),
        "tensor first): the tensor is there twice");
    row("no dimensions", edited([](auto& b) { b.tensors[1].dims = {}; }), "tensor second): it has 0 dimensions");
    row("five dimensions", edited([](auto& b) {
          b.tensors[1].dims = {32, 1, 1, 1, 1};
        }),
        "tensor second): it has 5 dimensions");
    row("dimension 0", edited([](auto& b) { b.tensors[1].dims = {32, 0}; }), "tensor second): a dimension is 0");
    row("dimension 2^63", edited([](auto& b) { b.tensors[1].dims = {1ull << 63}; }), "tensor second");
    row("product overflow", edited([](auto& b) {
          b.tensors[1].dims = {1ull << 40, 1ull << 40};
        }),
        "tensor second): the product");
    row("byte overflow", edited([](auto& b) { b.tensors[0].dims = {1ull << 62}; }), "tensor first): the product");
    row("partial block", edited([](auto& b) { b.tensors[1].dims = {33, 2}; }), "tensor second): its rows");
    row("partial superblock", edited([](auto& b) { b.tensors[1].type = 14; }), "tensor second): its rows");
    row("known foreign type", edited([](auto& b) { b.tensors[1].type = 10; }), "tensor second): its type Q2_K",
        ErrorCode::unsupported);
    row("unknown type", edited([](auto& b) { b.tensors[1].type = 4; }), "tensor second): its type number 4",
        ErrorCode::unsupported);
    row("misaligned offset", edited([](auto& b) { b.tensors[1].offset = 33; }), "tensor second): its offset 33");
    row("overlap", edited([](auto& b) { b.tensors[1].offset = 0; }), "overlaps tensor");
    row("overlap by one byte", edited([](auto& b) {
          b.tensors[1].dims = {32, 32};
          b.tensors[2].offset = 64;
        }),
        "tensor");
    row("offset behind the file", edited([](auto& b) { b.tensors[2].offset = 4096; }),
        "tensor third): it is truncated");
    row("offset that overflows", edited([](auto& b) { b.tensors[1].offset = ~0ull - 31; }),
        "tensor second): it is truncated");
    row("tensor longer than the file", edited([](auto& b) { b.tensors[2].dims = {1000}; }),
        "tensor third): it is truncated");
    row("name that is no text", edited([](auto& b) {
          b.tensors[1].name = "\xff\n";
          b.tensors[1].dims = {0};
        }),
        "tensor \\xff\\x0a)");
  }
  void malformed_files_are_refused() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    QFETCH(QString, mentioned);
    const auto error =
        refusal({reinterpret_cast<const std::uint8_t*>(bytes.constData()), static_cast<std::size_t>(bytes.size())});
    QVERIFY2(error.has_value(), "the file was accepted");
    QVERIFY2(mentions(error, mentioned.toStdString()), error->text().c_str());
    QVERIFY2(mentions(error, "bad.gguf"), error->text().c_str());
    QCOMPARE(static_cast<int>(error->code), code);
    QVERIFY(!error->remedy.empty());
    QVERIFY(!error->to_json().dump().empty());
  }

  void a_file_cut_at_any_byte_is_refused() {
    const std::vector<std::uint8_t> bytes = small().bytes();
    for (std::size_t size = 1; size < bytes.size(); ++size) {
      const auto error = refusal(std::span(bytes).first(size));
      QVERIFY2(error.has_value(), std::to_string(size).c_str());
      QVERIFY2(mentions(error, "bad.gguf"), error->text().c_str());
      if (size >= small().header_size()) QVERIFY2(mentions(error, "tensor "), error->text().c_str());
    }
    QVERIFY(!refusal(bytes).has_value());
  }

  void empty_files_and_folders_are_refused() {
    QCOMPARE(refusal({})->code, ErrorCode::file_unreadable);
    QVERIFY(mentions(refusal({}), "bad.gguf"));
    QCOMPARE(thrown([&] { GgufFile::open(folder_); })->code, ErrorCode::file_unreadable);
    QCOMPARE(thrown([&] { GgufFile::open(folder_ / "none.gguf"); })->code, ErrorCode::file_not_found);
  }

  // The shapes of a 7-billion model in F16, a vocabulary of 128k tokens with merges; the data are a hole.
  void a_13_gb_file_opens_at_once_and_in_little_memory() {
    GgufBuilder builder;
    std::vector<std::string> tokens, merges;
    for (int i = 0; i < 128256; ++i) tokens.push_back("token" + std::to_string(i));
    for (int i = 0; i < 280147; ++i) merges.push_back("left" + std::to_string(i) + " right");
    builder.texts("tokenizer.ggml.tokens", tokens).texts("tokenizer.ggml.merges", merges);
    builder.int32s("tokenizer.ggml.token_type", std::vector<std::int32_t>(tokens.size(), 1));
    std::uint64_t offset = 0;
    const auto add = [&](const std::string& name, std::uint64_t rows, std::uint64_t columns) {
      builder.tensors.push_back({name, 1, {columns, rows}, {}, offset});
      offset += 2 * rows * columns;
    };
    add("token_embd.weight", 128256, 4096);
    for (int layer = 0; layer < 30; ++layer) {
      const std::string prefix = "blk." + std::to_string(layer) + ".";
      for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output"}) add(prefix + name, 4096, 4096);
      for (const char* name : {"ffn_gate", "ffn_up"}) add(prefix + name, 11008, 4096);
      add(prefix + "ffn_down", 4096, 11008);
    }
    const fs::path path = folder_ / "large.gguf";
    write_file_atomically(path, builder.header());
    const std::uint64_t file_bytes = (builder.header_size() + 31) / 32 * 32 + offset;
    QVERIFY(file_bytes > 13'000'000'000);
    fs::resize_file(path, file_bytes);

    const std::size_t before = resident_bytes();
    QElapsedTimer timer;
    timer.start();
    const GgufFile file = GgufFile::open(path);
    const qint64 elapsed = timer.elapsed();
    const std::size_t grown = resident_bytes() - std::min(before, resident_bytes());
    qInfo("opened %.1f GB in %lld ms, resident memory grew by %.1f MB", static_cast<double>(file.file_bytes()) / 1e9,
          static_cast<long long>(elapsed), static_cast<double>(grown) / 1e6);
    QCOMPARE(file.tensors().size(), std::size_t{1 + 30 * 7});
    QCOMPARE(file.array("tokenizer.ggml.tokens").strings.back(), std::string_view("token128255"));
    QVERIFY2(elapsed <= 1000, std::to_string(elapsed).c_str());
    QVERIFY2(grown <= 200'000'000, std::to_string(grown).c_str());
    fs::remove(path);
  }

  void a_sparse_file_of_zeros_costs_no_memory() {
    GgufBuilder builder;
    builder.raw_key("odd", 9, array_of(0, 12'000'000'000));
    const fs::path path = folder_ / "zeros.gguf";
    write_file_atomically(path, builder.header());
    fs::resize_file(path, 13'000'000'000);
    const std::size_t before = resident_bytes();
    const auto error = thrown([&] { GgufFile::open(path); });
    QVERIFY(mentions(error, "key odd"));
    QVERIFY(resident_bytes() < before + 100'000'000);
    fs::remove(path);
  }

  void the_default_model_matches_the_golden_description() {
    const auto model = default_model_file();
    if (!model) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    const auto golden_file = shared_file("golden-model/gguf-info.json");
    if (!golden_file) QSKIP("../shared/golden-model is absent");
    const Json golden = read_json_file(*golden_file);
    const GgufFile file = GgufFile::open(*model);
    QCOMPARE(file.file_bytes(), golden["size"].get<std::uint64_t>());
    std::size_t keys = 0;
    for (const auto& [name, entry] : golden["metadata"].items()) {
      if (name.starts_with("GGUF.")) continue;
      QVERIFY2(file.key(name), name.c_str());
      compare_value(*file.key(name), entry["value"], name);
      ++keys;
    }
    QCOMPARE(file.metadata().size(), keys);
    QCOMPARE(keys, golden["metadata"]["GGUF.kv_count"]["value"].get<std::size_t>());

    QCOMPARE(file.tensors().size(), golden["tensors"].size());
    QCOMPARE(file.tensors().size(), std::size_t{272});
    const std::uint8_t* begin =
        file.tensors()[0].data.data() - golden["tensors"][0]["data_offset"].get<std::uint64_t>();
    QCOMPARE(reinterpret_cast<std::uintptr_t>(begin) % 4096, std::uintptr_t{0});   // where the mapping begins
    for (std::size_t i = 0; i < golden["tensors"].size(); ++i) {
      const Json& expected = golden["tensors"][i];
      const GgufTensor& tensor = file.tensors()[i];
      const auto dims = expected["gguf_dims"].get<std::vector<std::int64_t>>();
      QCOMPARE(tensor.name, expected["name"].get<std::string>());
      QCOMPARE(std::string(ggml_type_info(tensor.type).name), expected["type"].get<std::string>());
      QCOMPARE(tensor.shape, std::vector<std::int64_t>(dims.rbegin(), dims.rend()));
      QCOMPARE(tensor.data.size(), expected["n_bytes"].get<std::size_t>());
      QCOMPARE(static_cast<std::uint64_t>(tensor.data.data() - begin), expected["data_offset"].get<std::uint64_t>());
      QCOMPARE(sha256_hex(tensor.data.span()), expected["sha256"].get<std::string>());
    }
  }
};

QTEST_GUILESS_MAIN(GgufTest)
#include "gguf_test.moc"
