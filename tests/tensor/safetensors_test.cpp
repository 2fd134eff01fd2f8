// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <numeric>

#include "core/tensor/safetensors.h"
#include "tests/support/test_files.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

// A file of the header text and `data_bytes` counting bytes; `header_bytes` may lie about the header's length.
std::vector<std::uint8_t> raw(const std::string& header, std::size_t data_bytes, std::int64_t header_bytes = -1) {
  const std::uint64_t size = header_bytes < 0 ? header.size() : static_cast<std::uint64_t>(header_bytes);
  std::vector<std::uint8_t> out(sizeof(size) + header.size() + data_bytes);
  std::memcpy(out.data(), &size, sizeof(size));
  std::memcpy(out.data() + sizeof(size), header.data(), header.size());
  std::iota(out.end() - static_cast<std::ptrdiff_t>(data_bytes), out.end(), std::uint8_t{0});
  return out;
}

// The header's description of one tensor of bytes.
std::string described(const std::string& name, int elements, int begin, int end) {
  return "\"" + name + "\":{\"dtype\":\"U8\",\"shape\":[" + std::to_string(elements) + "],\"data_offsets\":[" +
         std::to_string(begin) + "," + std::to_string(end) + "]}";
}

SafetensorsEntry entry(const std::string& name, const std::string& dtype, std::vector<std::int64_t> shape) {
  std::int64_t bytes = safetensors_dtype_bytes(dtype);
  for (std::int64_t dim : shape) bytes *= dim;
  std::vector<std::uint8_t> data(static_cast<std::size_t>(bytes));
  std::iota(data.begin(), data.end(), static_cast<std::uint8_t>(name.front()));
  return {name, dtype, std::move(shape), Bytes::own(std::move(data))};
}

bool same(const SafetensorsEntry& a, const SafetensorsEntry& b) {
  return a.name == b.name && a.dtype == b.dtype && a.shape == b.shape && a.data.size() == b.data.size() &&
         std::equal(a.data.data(), a.data.data() + a.data.size(), b.data.data());
}

}  // namespace

class SafetensorsTest : public QObject {
  Q_OBJECT
 private:
  QTemporaryDir temporary_;
  fs::path folder_ = temporary_.path().toStdString();

  std::optional<ErrorInfo> refusal(std::span<const std::uint8_t> bytes) {
    write_file_atomically(folder_ / "bad.safetensors", bytes);
    return thrown([&] { SafetensorsFile::open(folder_ / "bad.safetensors"); });
  }

 private Q_SLOTS:
  void what_is_written_is_read_back() {
    const std::vector<SafetensorsEntry> entries = {
        entry("odd", "U8", {3}),          entry("matrix", "F32", {4, 8}), entry("half", "BF16", {5, 3}),
        entry("scalar", "F64", {}),       entry("none", "I64", {0, 7}),   entry("Größe \"q\"", "F8_E4M3", {33}),
        entry("blocks", "U8", {2, 5, 32})};
    const std::map<std::string, std::string> metadata = {{"format", "pt"}, {"note", "a\nb"}};
    write_safetensors(folder_ / "f", entries, metadata);
    const SafetensorsFile file = SafetensorsFile::open(folder_ / "f");
    QVERIFY(file.metadata() == metadata);
    QCOMPARE(file.entries().size(), entries.size());
    for (const SafetensorsEntry& expected : entries) {
      QVERIFY2(file.find(expected.name) && same(*file.find(expected.name), expected), expected.name.c_str());
      const auto address = reinterpret_cast<std::uintptr_t>(file.find(expected.name)->data.data());
      const std::size_t wanted = expected.data.size() % 32 == 0 ? 32 : safetensors_dtype_bytes(expected.dtype);
      QVERIFY2(expected.data.empty() || address % wanted == 0, expected.name.c_str());
    }
    QVERIFY(file.find("absent") == nullptr);
    // Sizes that are multiples of 32 come first, in the order given; then the widest elements.
    std::vector<std::string> names;
    for (const SafetensorsEntry& stored : file.entries()) names.push_back(stored.name);
    QCOMPARE(names, (std::vector<std::string>{"matrix", "none", "blocks", "scalar", "half", "odd", "Größe \"q\""}));
  }

  void writing_what_was_read_gives_the_same_bytes() {
    const std::vector<SafetensorsEntry> entries = {entry("b", "U8", {7}), entry("a", "F16", {16}),
                                                   entry("c", "I32", {3})};
    write_safetensors(folder_ / "one", entries, {{"k", "v"}});
    const SafetensorsFile file = SafetensorsFile::open(folder_ / "one");
    write_safetensors(folder_ / "two", file.entries(), file.metadata());
    QCOMPARE(read_text_file(folder_ / "one"), read_text_file(folder_ / "two"));
    write_safetensors(folder_ / "one", file.entries(), file.metadata());   // over the file the views belong to
    QCOMPARE(read_text_file(folder_ / "one"), read_text_file(folder_ / "two"));
  }

  void the_bytes_written_are_the_format_word_for_word() {
    write_safetensors(folder_ / "f", {entry("a", "U8", {2})}, {});
    const std::string header = R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
    std::string expected = header + std::string((32 - (8 + header.size()) % 32) % 32, ' ');
    expected = std::string(1, static_cast<char>(expected.size())) + std::string(7, '\0') + expected + "ab";
    QCOMPARE(read_text_file(folder_ / "f"), expected);
    write_safetensors(folder_ / "none", {}, {});
    QCOMPARE(SafetensorsFile::open(folder_ / "none").entries().size(), std::size_t{0});
  }

  void files_of_other_writers_are_read() {
    // Entries out of data order, header unpadded, an array unaligned for its elements.
    std::string header = R"({"b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]},)"
                         R"("a":{"shape":[1],"data_offsets":[0,1],"dtype":"I8","more":0}})";
    header.append((4 - header.size() % 4) % 4, ' ');   // so that "b" begins one byte behind a multiple of 4
    write_file_atomically(folder_ / "f", raw(header, 9));
    const SafetensorsFile file = SafetensorsFile::open(folder_ / "f");
    QCOMPARE(file.entries()[0].name, std::string("b"));
    QCOMPARE(reinterpret_cast<std::uintptr_t>(file.entries()[0].data.data()) % 4, std::uintptr_t{0});
    QCOMPARE(file.entries()[0].data.data()[0], std::uint8_t{1});
    QCOMPARE(file.entries()[1].data.data()[0], std::uint8_t{0});
  }

  void malformed_files_are_refused_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("mentioned");
    QTest::addColumn<int>("code");
    const auto row = [](const char* name, const std::vector<std::uint8_t>& bytes, const char* mentioned,
                        ErrorCode code = ErrorCode::file_malformed) {
      QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<int>(bytes.size()))
                          << QString(mentioned) << static_cast<int>(code);
    };
    const auto one = [](const char* description, std::size_t data_bytes) {
      return raw(std::string("{\"t\":") + description + "}", data_bytes);
    };
    row("seven bytes", {1, 2, 3, 4, 5, 6, 7}, "truncated");
    row("header beyond the file", raw("{}", 0, 3), "truncated");
    row("absurd header length", raw("{}", 0, 1ll << 62), "at most");
    row(
        "header length of all ones",
        [] {
          auto b = raw("{}", 0);
          std::fill(b.begin(), b.begin() + 8, 255);
          return b;
        }(),
        "at most");
    row("empty header", raw("", 0), "begin with {");
    row("no brace", raw(" {}", 0), "begin with {");
    row("no JSON", raw("{\"t\"}", 0), "header, line 1, column 5");
    row("text behind the JSON", raw("{} x", 0), "header, line 1");
    const auto two = [](const std::string& first, const std::string& second, std::size_t data_bytes) {
      return raw("{" + first + "," + second + "}", data_bytes);
    };
    row("duplicate tensor", two(described("t", 1, 0, 1), described("t", 1, 1, 2), 2), "\"t\" is there twice");
    row("description no object", one("[]", 0), "tensor t): its description");
    row("no dtype", one(R"({"shape":[1],"data_offsets":[0,1]})", 1), "tensor t): its \"dtype\" is missing");
    row("no shape", one(R"({"dtype":"U8","data_offsets":[0,1]})", 1), "tensor t): its \"shape\" is missing");
    row("no offsets", one(R"({"dtype":"U8","shape":[1]})", 1), "tensor t): its \"data_offsets\" is missing");
    row("dtype no text", one(R"({"dtype":8,"shape":[1],"data_offsets":[0,1]})", 1), "tensor t): its dtype");
    row("unknown dtype", one(R"({"dtype":"F4","shape":[2],"data_offsets":[0,1]})", 1), "tensor t): its dtype F4",
        ErrorCode::unsupported);
    row("shape no list", one(R"({"dtype":"U8","shape":1,"data_offsets":[0,1]})", 1), "tensor t): its shape");
    row("negative dimension", one(R"({"dtype":"U8","shape":[-1],"data_offsets":[0,1]})", 1), "tensor t): a dimension");
    row("fractional dimension", one(R"({"dtype":"U8","shape":[1.0],"data_offsets":[0,1]})", 1),
        "tensor t): a dimension");
    row("dimension 2^63", one(R"({"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]})", 1),
        "tensor t): a dimension");
    row("product overflow", one(R"({"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]})", 0),
        "tensor t): the product");
    row("byte overflow", one(R"({"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]})", 0),
        "tensor t): the product");
    row("three offsets", one(R"({"dtype":"U8","shape":[1],"data_offsets":[0,1,2]})", 1), "tensor t): its data_offsets");
    row("offsets swapped", one(R"({"dtype":"U8","shape":[1],"data_offsets":[1,0]})", 1), "tensor t): its data_offsets");
    row("offset behind the file", one(R"({"dtype":"U8","shape":[2],"data_offsets":[0,2]})", 1),
        "tensor t): its data_offsets");
    row("size mismatch", one(R"({"dtype":"F32","shape":[1],"data_offsets":[0,3]})", 3),
        "tensor t): its shape and dtype need 4 bytes");
    row("hole in front", one(R"({"dtype":"U8","shape":[1],"data_offsets":[1,2]})", 2),
        "tensor t): its data begin at byte 1, behind a hole");
    row("hole behind", one(R"({"dtype":"U8","shape":[1],"data_offsets":[0,1]})", 2), "cover 1 of 2");
    row("overlap", two(described("a", 2, 0, 2), described("b", 2, 1, 3), 3),
        "tensor b): its data begin at byte 1, inside");
    row("same bytes twice", two(described("a", 2, 0, 2), described("b", 2, 0, 2), 2), "inside a tensor");
    row("metadata no object", raw(R"({"__metadata__":1})", 0), "__metadata__");
    row("metadata value no text", raw(R"({"__metadata__":{"k":1}})", 0), "k is no text");
    row("too deep", raw("{\"t\":" + std::string(100000, '['), 0), "256 levels");
  }
  void malformed_files_are_refused() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, mentioned);
    QFETCH(int, code);
    const auto error =
        refusal({reinterpret_cast<const std::uint8_t*>(bytes.constData()), static_cast<std::size_t>(bytes.size())});
    QVERIFY2(error.has_value(), "the file was accepted");
    QVERIFY2(mentions(error, mentioned.toStdString()), error->text().c_str());
    QVERIFY2(mentions(error, "bad.safetensors"), error->text().c_str());
    QCOMPARE(static_cast<int>(error->code), code);
  }

  void a_file_cut_at_any_byte_is_refused() {
    write_safetensors(folder_ / "f", {entry("a", "F32", {8}), entry("b", "U8", {5})}, {{"k", "v"}});
    const std::string text = read_text_file(folder_ / "f");
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      QVERIFY2(mentions(refusal(std::span(bytes).first(size)), "bad.safetensors"), std::to_string(size).c_str());
    }
    QVERIFY(!refusal(bytes).has_value());
  }

  void a_folder_is_refused() {
    QCOMPARE(thrown([&] { SafetensorsFile::open(folder_); })->code, ErrorCode::file_unreadable);
  }

  void wrong_entries_are_not_written() {
    const fs::path path = folder_ / "unwritten";
    SafetensorsEntry short_data = entry("t", "F32", {4});
    short_data.data = short_data.data.slice(0, 15);
    const std::vector<std::vector<SafetensorsEntry>> wrong = {{short_data},
                                                              {entry("a", "U8", {1}), entry("a", "U8", {1})},
                                                              {{"t", "F4", {2}, {}}},
                                                              {entry("__metadata__", "U8", {1})}};
    for (const auto& entries : wrong)
      QVERIFY(mentions(thrown([&] { write_safetensors(path, entries, {}); }), "tensor"));
    QVERIFY(!fs::exists(path));
  }

  void the_golden_operator_files_match_their_manifest() {
    const auto manifest = shared_file("golden-ops/manifest.json");
    if (!manifest) QSKIP("../shared/golden-ops is absent");
    std::size_t tensors = 0;
    const Json golden = read_json_file(*manifest);
    for (const auto& [name, expected] : golden["files"].items()) {
      const SafetensorsFile file = SafetensorsFile::open(manifest->parent_path() / name);
      QCOMPARE(file.entries().size(), expected.size());
      for (const auto& [tensor, facts] : expected.items()) {
        const SafetensorsEntry* stored = file.find(tensor);
        QVERIFY2(stored, (name + " " + tensor).c_str());
        QCOMPARE(stored->dtype, facts["dtype"].get<std::string>());
        QCOMPARE(stored->shape, facts["shape"].get<std::vector<std::int64_t>>());
        ++tensors;
      }
      write_safetensors(folder_ / "copy", file.entries(), file.metadata());
      const SafetensorsFile copy = SafetensorsFile::open(folder_ / "copy");
      QVERIFY(copy.metadata() == file.metadata());
      for (const SafetensorsEntry& stored : file.entries())
        QVERIFY2(same(*copy.find(stored.name), stored), stored.name.c_str());
      const std::string once = read_text_file(folder_ / "copy");
      write_safetensors(folder_ / "copy", copy.entries(), copy.metadata());
      QVERIFY(read_text_file(folder_ / "copy") == once);
    }
    QVERIFY(tensors > 400);
  }
};

QTEST_GUILESS_MAIN(SafetensorsTest)
#include "safetensors_test.moc"
