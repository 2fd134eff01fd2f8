// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/text.h"

#include <QTemporaryDir>
#include <QtTest>
#include <map>
#include <random>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/data/python_random.h"
#include "tests/support/test_files.h"
#include "tests/support/tokenizers.h"

using namespace kelter;
using namespace kelter::test;

class TextTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void plain_text_is_the_file_as_it_is();
  void wikitext_lines_follow_the_gptq_protocol();
  void wikitext_corpus_has_the_golden_hash();
  void jsonl_takes_one_field_of_each_line();
  void jsonl_errors_name_file_and_line_data();
  void jsonl_errors_name_file_and_line();
  void relative_paths_are_taken_from_the_document();
  void sequential_windows_lie_side_by_side();
  void random_windows_are_fixed_by_the_seed();
  void random_starts_reach_every_place();
  void python_draws_are_reproduced();
  void published_windows_are_those_of_the_published_loop();
  void windows_are_cut_to_the_text_with_a_warning();
  void a_text_without_a_full_window_says_how_many_tokens_it_has();
  void impossible_requests_name_the_parameter_data();
  void impossible_requests_name_the_parameter();
  void golden_calibration_ids_of_wikitext();

 private:
  std::string file(const std::string& name, const std::string& content) const {
    const fs::path path = fs::path(folder_.path().toStdString()) / name;
    write_file_atomically(path, std::string_view(content));
    return path.string();
  }
  QTemporaryDir folder_;
  const Tokenizer bytes_{byte_tokenizer_data()};   // "0" to "9": one token each
};

void TextTest::plain_text_is_the_file_as_it_is() {
  const std::string content("a\r\n\xff\0b\n", 7);
  QCOMPARE(load_text(file("plain.txt", content), "plain", ""), content);
  QCOMPARE(load_documents(file("plain.txt", content), "plain", ""), (std::vector<std::string>{content}));
  QCOMPARE(load_text(file("empty.txt", ""), "plain", ""), std::string());
}

void TextTest::wikitext_lines_follow_the_gptq_protocol() {
  QCOMPARE(load_text(file("a.raw", " \n = T = \n\n x"), "wikitext-lines", ""), std::string("\n\n = T = \n\n\n\n\n x"));
  QCOMPARE(load_text(file("b.raw", "x\n"), "wikitext-lines", ""), std::string("x\n"));
  QCOMPARE(load_text(file("c.raw", ""), "wikitext-lines", ""), std::string());
}

void TextTest::wikitext_corpus_has_the_golden_hash() {
  const auto corpus = shared_file("data/wikitext-2/wiki.test.raw");
  if (!corpus) QSKIP("the reference data are absent");
  const std::string text = load_text(corpus->string(), "wikitext-lines", "");
  QCOMPARE(text.size(), std::size_t{1296370});
  QCOMPARE(sha256_hex(text), std::string("696cca6b65a171b0a358a4be6732cdfdf2dd6164a32e20fd70e3c13fc4dfae83"));
}

void TextTest::jsonl_takes_one_field_of_each_line() {
  const std::string path = file("a.jsonl",
                                "{\"text\": \"one\\n\", \"id\": 1}\n\n  \r\n"
                                "{\"text\": \"\xc3\xa4\"}\r\n{\"text\": \"\"}");
  QCOMPARE(load_documents(path, "jsonl", "text"), (std::vector<std::string>{"one\n", "\xc3\xa4", ""}));
  QCOMPARE(load_text(path, "jsonl", "text"), std::string("one\n\n\n\xc3\xa4\n\n"));
}

void TextTest::jsonl_errors_name_file_and_line_data() {
  QTest::addColumn<QByteArray>("line");
  QTest::newRow("no object") << QByteArray("[1]");
  QTest::newRow("no JSON") << QByteArray("{\"text\": ");
  QTest::newRow("no such key") << QByteArray("{\"other\": \"x\"}");
  QTest::newRow("no text") << QByteArray("{\"text\": 5}");
  QTest::newRow("not UTF-8") << QByteArray("{\"text\": \"\xff\"}");
}

void TextTest::jsonl_errors_name_file_and_line() {
  QFETCH(QByteArray, line);
  const std::string path = file("bad.jsonl", "{\"text\": \"fine\"}\n\n" + line.toStdString() + "\n");
  try {
    load_text(path, "jsonl", "text");
    QFAIL("the line was accepted");
  } catch (const Error& error) {
    QVERIFY2(error.info().where.find(path + ", line 3") != std::string::npos, error.what());
  }
}

void TextTest::relative_paths_are_taken_from_the_document() {
  const fs::path base = fs::path(file("near.txt", "near")).parent_path();
  QCOMPARE(load_text("near.txt", "plain", "", base), std::string("near"));
  try {
    load_text("absent.txt", "plain", "", base);
    QFAIL("an absent file was read");
  } catch (const Error& error) {
    QCOMPARE(error.info().code, ErrorCode::file_not_found);
    QVERIFY2(error.info().where.find("absent.txt") != std::string::npos, error.what());
  }
}

void TextTest::sequential_windows_lie_side_by_side() {
  const TextRequest request{file("ten.txt", "0123456789"), "plain", "", 3, 3};
  const TokenWindows result = calibration_windows(request, bytes_);
  QCOMPARE(result.windows, (std::vector<std::vector<std::int32_t>>{{'0', '1', '2'}, {'3', '4', '5'}, {'6', '7', '8'}}));
  QCOMPARE(result.total_tokens, std::int64_t{10});
  QCOMPARE(result.text_sha256, std::string("sha256:84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"));
  QVERIFY(result.warnings.empty());
}

void TextTest::random_windows_are_fixed_by_the_seed() {
  std::string text;
  for (int i = 0; i < 1000; ++i) text.push_back(static_cast<char>('0' + i % 10));
  TextRequest request{file("long.txt", text), "plain", "", 5, 100, "random", 42};
  // The standard fixes std::mt19937_64; its values below 2^64 - 2^64 % 901 are taken modulo the 901 starts.
  std::mt19937_64 generator(42);
  std::vector<std::vector<std::int32_t>> expected;
  for (int i = 0; i < 5; ++i) {
    const std::size_t start = generator() % 901;
    expected.emplace_back(text.begin() + static_cast<std::ptrdiff_t>(start),
                          text.begin() + static_cast<std::ptrdiff_t>(start) + 100);
  }
  QCOMPARE(calibration_windows(request, bytes_).windows, expected);
  request.seed = 43;
  QVERIFY(calibration_windows(request, bytes_).windows != expected);
}

void TextTest::random_starts_reach_every_place() {
  const std::string path = file("four.txt", "0123");
  std::map<std::int32_t, int> firsts;
  for (std::int64_t seed = -100; seed < 300; ++seed) {
    const TokenWindows drawn = calibration_windows({path, "plain", "", 1, 2, "random", seed}, bytes_);
    QCOMPARE(drawn.windows[0][1], drawn.windows[0][0] + 1);
    ++firsts[drawn.windows[0][0]];
  }
  QCOMPARE(firsts.size(), std::size_t{3});
  for (const auto& [first, count] : firsts) QVERIFY2(count > 90 && count < 180, std::to_string(count).c_str());
}

// Values of CPython 3.11.
void TextTest::python_draws_are_reproduced() {
  const std::map<std::uint64_t, std::vector<std::int64_t>> first = {{0, {201979, 220500, 21225, 135746, 268055, 1, 1, 1302718217, 4156669319}},
                                                                    {1, {70445, 298426, 33086, 133729, 61823, 1, 1, 2028277857, 2798570523}},
                                                                    {12345678901234, {13128, 293383, 76193, 223450, 277787, 1, 2, 2120788959, 4168684340}}};
  const std::map<std::uint64_t, std::vector<std::int64_t>> last = {{0, {4, 7, 5}}, {1, {8, 7, 5}}, {12345678901234, {4, 5, 8}}};
  for (const auto& [seed, wanted] : first) {
    PythonRandom random(seed);
    std::vector<std::int64_t> found;
    for (int i = 0; i < 5; ++i) found.push_back(random.randint(0, 355999));
    for (const int bits : {0, 1, 31, 32}) found.push_back(random.randint(0, std::int64_t{1} << bits));
    QCOMPARE(found, wanted);
    std::vector<std::int64_t> small;
    for (int i = 0; i < 700; ++i) small.push_back(random.randint(0, 8));
    QCOMPARE((std::vector<std::int64_t>(small.end() - 3, small.end())), last.at(seed));
  }
}

void TextTest::published_windows_are_those_of_the_published_loop() {
  // random.seed(0); randint(0, 4), again while that document has no more than 3 digits, then randint(0, digits - 4).
  const std::string path = file("docs.jsonl", "{\"t\": \"012\"}\n{\"t\": \"0123456789\"}\n{\"t\": \"01\"}\n{\"t\": \"98765432\"}\n{\"t\": \"5555\"}\n");
  const TokenWindows result = calibration_windows({path, "jsonl", "t", 4, 3, "published", 0}, bytes_);
  QCOMPARE(result.windows, (std::vector<std::vector<std::int32_t>>{{'6', '5', '4'}, {'5', '5', '5'}, {'7', '6', '5'}, {'7', '6', '5'}}));
  const TokenWindows whole = calibration_windows({file("ten.txt", "0123456789"), "plain", "", 3, 4, "published", 7}, bytes_);
  QCOMPARE(whole.windows, (std::vector<std::vector<std::int32_t>>{{'2', '3', '4', '5'}, {'1', '2', '3', '4'}, {'3', '4', '5', '6'}}));
  const auto none = file("short.jsonl", "{\"t\": \"012\"}\n{\"t\": \"01\"}\n");
  QVERIFY_EXCEPTION_THROWN(calibration_windows({none, "jsonl", "t", 4, 3, "published", 0}, bytes_), Error);
  QVERIFY_EXCEPTION_THROWN(calibration_windows({file("three.txt", "012"), "plain", "", 1, 3, "published", 0}, bytes_), Error);
  QVERIFY_EXCEPTION_THROWN(calibration_windows({path, "jsonl", "t", 4, 3, "published", -1}, bytes_), Error);
}

void TextTest::windows_are_cut_to_the_text_with_a_warning() {
  const std::string path = file("ten.txt", "0123456789");
  for (const char* sampling : {"sequential", "random"}) {
    const TokenWindows result = calibration_windows({path, "plain", "", 128, 3, sampling, 1}, bytes_);
    QCOMPARE(result.windows.size(), std::size_t{3});
    QCOMPARE(result.warnings, (std::vector<std::string>{"The text gives 3 windows of 3 tokens; 128 were asked for."}));
  }
  QCOMPARE(calibration_windows({path, "plain", "", 1, 10, "random", 5}, bytes_).windows.size(), std::size_t{1});
}

void TextTest::a_text_without_a_full_window_says_how_many_tokens_it_has() {
  for (const std::string& text : {std::string("0123456789"), std::string()}) {
    try {
      calibration_windows({file("short.txt", text), "plain", "", 1, 11}, bytes_);
      QFAIL("a short text was accepted");
    } catch (const Error& error) {
      QCOMPARE(error.info().code, ErrorCode::invalid_data);
      QVERIFY2(error.info().why.find(std::to_string(text.size()) + " tokens") != std::string::npos, error.what());
      QVERIFY2(error.info().where.find("short.txt") != std::string::npos, error.what());
    }
  }
}

void TextTest::impossible_requests_name_the_parameter_data() {
  QTest::addColumn<QString>("format");
  QTest::addColumn<qint64>("samples");
  QTest::addColumn<qint64>("length");
  QTest::addColumn<QString>("sampling");
  QTest::addColumn<QString>("named");
  QTest::newRow("format") << "csv" << qint64{1} << qint64{1} << "random" << "format";
  QTest::newRow("no field") << "jsonl" << qint64{1} << qint64{1} << "random" << "field";
  QTest::newRow("samples") << "plain" << qint64{0} << qint64{1} << "random" << "samples";
  QTest::newRow("length") << "plain" << qint64{1} << qint64{0} << "random" << "length";
  QTest::newRow("sampling") << "plain" << qint64{1} << qint64{1} << "shuffled" << "sampling";
}

void TextTest::impossible_requests_name_the_parameter() {
  QFETCH(QString, format);
  QFETCH(qint64, samples);
  QFETCH(qint64, length);
  QFETCH(QString, sampling);
  QFETCH(QString, named);
  try {
    calibration_windows({file("ten.txt", "0123456789"), format.toStdString(), "", samples, length,
                         sampling.toStdString()}, bytes_);
    QFAIL("the request was accepted");
  } catch (const Error& error) {
    QCOMPARE(error.info().code, ErrorCode::invalid_parameter);
    QVERIFY2(error.info().what.find(named.toStdString()) != std::string::npos, error.what());
  }
}

// The calibration set of the golden compression numbers.
void TextTest::golden_calibration_ids_of_wikitext() {
  const auto corpus = shared_file("data/wikitext-2/wiki.valid.raw");
  const auto vocabulary = shared_file("data/tokenizers/smollm2-135m-instruct/tokenizer.json");
  if (!corpus || !vocabulary) QSKIP("the reference data are absent");
  const Tokenizer tokenizer(smollm2_tokenizer_data(*vocabulary));
  const TokenWindows result = calibration_windows({corpus->string(), "plain", "", 32, 1024}, tokenizer);
  std::string ids;
  for (const auto& window : result.windows) {
    ids.append(reinterpret_cast<const char*>(window.data()), window.size() * sizeof(std::int32_t));
  }
  QCOMPARE(ids.size(), std::size_t{32768} * 4);
  QCOMPARE(sha256_hex(ids), std::string("a84b9fcd5ec1751d31ddecbf9f6cf1ace3fb538524254a516fa3c98b7aebd721"));
}

QTEST_GUILESS_MAIN(TextTest)
#include "text_test.moc"
