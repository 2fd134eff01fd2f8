// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/text.h"

#include <QTemporaryDir>
#include <QtTest>
#include <limits>
#include <map>
#include <random>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/data/conversations.h"
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
  void packed_samples_lie_behind_one_another();
  void packed_samples_begin_as_the_model_begins_a_text();
  void packed_samples_are_shuffled_by_the_seed();
  void packing_without_an_end_token_is_refused();
  void conversations_are_written_in_the_models_template();
  void conversations_begin_with_one_bos();
  void a_file_of_conversations_is_the_same_on_every_day();
  void wrong_conversations_name_file_and_line_data();
  void wrong_conversations_name_file_and_line();
  void conversations_need_a_chat_template();
  void golden_calibration_ids_of_wikitext();

 private:
  std::string file(const std::string& name, const std::string& content) const {
    const fs::path path = fs::path(folder_.path().toStdString()) / name;
    write_file_atomically(path, std::string_view(content));
    return path.string();
  }
  // The byte tokenizer with a template, and BOS before every text or not.
  static Tokenizer chat_tokenizer(const std::string& chat_template, bool bos = false) {
    TokenizerData data = byte_tokenizer_data();
    data.chat_template = chat_template;
    data.add_bos = bos;
    data.origin = "tokenizer.json";
    return Tokenizer(std::move(data));
  }
  // "0" to "9" and the like; S is BOS, E the end token.
  static std::vector<std::int32_t> ids(const std::string& text) {
    std::vector<std::int32_t> out;
    for (const char letter : text) out.push_back(letter == 'S' ? 261 : letter == 'E' ? 262 : static_cast<unsigned char>(letter));
    return out;
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

void TextTest::packed_samples_lie_behind_one_another() {
  const std::string path = file("pack.jsonl", R"({"t": "012"}
{"t": "34"}
{"t": ""}
{"t": "56789"}
{"t": "1"})");
  const TokenWindows two = calibration_windows({path, "jsonl", "t", 2, 4, "packed"}, bytes_);
  QCOMPARE(two.windows, (std::vector<std::vector<std::int32_t>>{ids("012E"), ids("34E5")}));
  QVERIFY(two.warnings.empty());
  const TokenWindows all = calibration_windows({path, "jsonl", "t", std::numeric_limits<std::int64_t>::max(), 7, "packed"}, bytes_);
  QCOMPARE(all.windows, (std::vector<std::vector<std::int32_t>>{ids("012E34E"), ids("56789E1")}));
  QCOMPARE(all.warnings, (std::vector<std::string>{"The text gives 2 windows of 7 tokens; 9223372036854775807 were asked for."}));
  try {
    calibration_windows({path, "jsonl", "t", 1, 15, "packed"}, bytes_);
    QFAIL("a short text was accepted");
  } catch (const Error& error) {
    QCOMPARE(error.info().code, ErrorCode::invalid_data);
    QVERIFY2(error.info().why.find("it has 14 tokens, a window has 15") != std::string::npos, error.what());
    QVERIFY2(error.info().where.find("pack.jsonl") != std::string::npos, error.what());
  }
}

void TextTest::packed_samples_begin_as_the_model_begins_a_text() {
  const std::string path = file("pack.jsonl", "{\"t\": \"01\"}\n{\"t\": \"\"}\n{\"t\": \"2</s>\"}\n{\"t\": \"34\"}\n");
  const TokenWindows packed = calibration_windows({path, "jsonl", "t", 9, 10, "packed"}, chat_tokenizer("", true));
  QCOMPARE(packed.windows, (std::vector<std::vector<std::int32_t>>{ids("S01ES2ES34")}));   // no second end behind the one in the text
}

void TextTest::packed_samples_are_shuffled_by_the_seed() {
  std::string lines, digits = "0123456789";
  for (const char digit : digits) lines += std::string("{\"t\": \"") + digit + "\"}\n";
  TextRequest request{file("digits.jsonl", lines), "jsonl", "t", 1, 19, "packed-random", 5};
  // The standard fixes std::mt19937_64; the chance that a value is among those drawn again is below 2^-60.
  std::mt19937_64 generator(5);
  for (std::size_t i = 0; i < 9; ++i) std::swap(digits[i], digits[i + generator() % (10 - i)]);
  std::string expected;
  for (const char digit : digits) expected += std::string(expected.empty() ? "" : "E") + digit;
  QCOMPARE(calibration_windows(request, bytes_).windows.at(0), ids(expected));
  QVERIFY(digits != "0123456789");
  request.seed = 6;
  QVERIFY(calibration_windows(request, bytes_).windows.at(0) != ids(expected));
}

void TextTest::packing_without_an_end_token_is_refused() {
  TokenizerData data = byte_tokenizer_data();
  data.eos = -1;
  try {
    calibration_windows({file("ten.txt", "0123456789"), "plain", "", 1, 2, "packed"}, Tokenizer(data));
    QFAIL("there is nothing to put between the samples");
  } catch (const Error& error) {
    QCOMPARE(error.info().code, ErrorCode::unsupported);
    QVERIFY(!error.info().remedy.empty());
  }
}

const std::string conversations =
    "{\"messages\": [{\"role\": \"system\", \"content\": \"0\"}, {\"role\": \"user\", \"content\": \"1\"}], \"id\": 7}\n\n"
    "{\"prompt\": \"23\", \"completion\": \"4\"}\n"
    "{\"instruction\": \"5\", \"input\": \"\", \"output\": \"6\"}\n"
    "{\"instruction\": \"7\", \"input\": \"8\", \"output\": \"9\"}\n";

void TextTest::conversations_are_written_in_the_models_template() {
  const std::string path = file("chat.jsonl", conversations);
  const std::string written = "{% for m in messages %}{{ '<s>' if m.role == 'system' else '+' if m.role == 'user' else '-' }}{{ m.content }}{% endfor %}"
                              "{% if add_generation_prompt %}!{% endif %}";
  const Tokenizer tokenizer = chat_tokenizer(written + "{{ eos_token }}");
  // With the template's own ends nothing comes between; without them a packed sample is parted from the next.
  for (const char* sampling : {"sequential", "packed"}) {
    const TokenWindows found = calibration_windows({path, "chat", "", 1, 20, sampling}, tokenizer);
    QCOMPARE(found.windows, (std::vector<std::vector<std::int32_t>>{ids("S0+1E+23-4E+5-6E+7\n\n")}));
  }
  QCOMPARE(calibration_windows({path, "chat", "", 1, 20, "sequential"}, tokenizer).total_tokens, std::int64_t{24});
  const Tokenizer open = chat_tokenizer(written);
  QCOMPARE(calibration_windows({path, "chat", "", 1, 9, "packed"}, open).windows.at(0), ids("S0+1E+23-"));
  QCOMPARE(calibration_windows({path, "chat", "", 1, 9, "sequential"}, open).windows.at(0), ids("S0+1+23-4"));
  // Only the last is longer than 6 tokens, by one: there is one place to start.
  QCOMPARE(calibration_windows({path, "chat", "", 2, 6, "published"}, open).windows, (std::vector<std::vector<std::int32_t>>(2, ids("+7\n\n8-"))));
}

void TextTest::conversations_begin_with_one_bos() {
  const std::string path = file("chat.jsonl", "{\"prompt\": \"1\", \"completion\": \"2\"}\n{\"prompt\": \"3\", \"completion\": \"4\"}\n");
  for (const char* start : {"", "{{ bos_token }}"}) {
    const Tokenizer tokenizer = chat_tokenizer(std::string(start) + "{% for m in messages %}{{ m.content }}{% endfor %}", true);
    QCOMPARE(calibration_windows({path, "chat", "", 1, 7, "packed"}, tokenizer).windows.at(0), ids("S12ES34"));
  }
}

void TextTest::a_file_of_conversations_is_the_same_on_every_day() {
  const Tokenizer tokenizer = chat_tokenizer("{{ strftime_now('%A %d %b %Y %j') }}");
  QCOMPARE(load_conversations(file("chat.jsonl", "{\"prompt\": \"\", \"completion\": \"\"}"), tokenizer),
           (std::vector<std::string>{"Friday 26 Jul 2024 208"}));
}

void TextTest::wrong_conversations_name_file_and_line_data() {
  QTest::addColumn<QByteArray>("line");
  QTest::addColumn<QString>("said");
  QTest::newRow("no JSON") << QByteArray("{\"messages\": ") << "";
  QTest::newRow("no conversation") << QByteArray("{\"text\": \"x\"}") << "messages, prompt and instruction";
  QTest::newRow("no list") << QByteArray("{\"messages\": \"x\"}") << "no list";
  QTest::newRow("no messages") << QByteArray("{\"messages\": []}") << "empty";
  QTest::newRow("no object") << QByteArray("{\"messages\": [{\"role\": \"user\", \"content\": \"\"}, 5]}") << "message 2";
  QTest::newRow("no role") << QByteArray("{\"messages\": [{\"content\": \"x\"}]}") << "role";
  QTest::newRow("no content") << QByteArray("{\"messages\": [{\"role\": \"user\", \"content\": null}]}") << "content";
  QTest::newRow("no completion") << QByteArray("{\"prompt\": \"x\"}") << "completion";
  QTest::newRow("no output") << QByteArray("{\"instruction\": \"x\"}") << "output";
  QTest::newRow("refused") << QByteArray("{\"messages\": [{\"role\": \"tool\", \"content\": \"x\"}]}") << "tools are not for me";
}

void TextTest::wrong_conversations_name_file_and_line() {
  QFETCH(QByteArray, line);
  QFETCH(QString, said);
  const Tokenizer tokenizer = chat_tokenizer("{% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('tools are not for me') }}{% endif %}{% endfor %}");
  const std::string path = file("bad.jsonl", "{\"prompt\": \"x\", \"completion\": \"y\"}\n\n" + line.toStdString() + "\n");
  try {
    load_conversations(path, tokenizer);
    QFAIL("the line was accepted");
  } catch (const Error& error) {
    QVERIFY2(error.info().where.find(path + ", line 3") != std::string::npos, error.what());
    QVERIFY2(error.info().text().find(said.toStdString()) != std::string::npos, error.what());
    QVERIFY2(error.info().remedy.find("--chat") == std::string::npos, error.what());
  }
}

void TextTest::conversations_need_a_chat_template() {
  try {
    calibration_windows({file("chat.jsonl", conversations), "chat", "", 1, 2}, bytes_);
    QFAIL("there is no template");
  } catch (const Error& error) {
    QCOMPARE(error.info().code, ErrorCode::unsupported);
    QVERIFY2(error.info().remedy.find("jsonl") != std::string::npos, error.what());
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
