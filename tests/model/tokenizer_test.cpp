// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizer.h"

#include <QTemporaryDir>
#include <QtTest>
#include <bit>
#include <fstream>
#include <functional>
#include <random>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/tensor/gguf.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/test_files.h"
#include "tests/support/tokenizers.h"

using namespace kelter;
using namespace kelter::test;
using Ids = std::vector<std::int32_t>;

namespace {

std::string ids_text(const Ids& ids) {
  std::string text;
  for (const std::int32_t id : ids) text += std::to_string(id) + " ";
  return text;
}

std::vector<std::string> pieces_of(const std::string& pre_tokenizer, const std::string& text) {
  std::vector<std::string> pieces;
  for (const auto& [begin, end] : pre_tokenize(pre_tokenizer, text)) pieces.push_back(text.substr(begin, end - begin));
  return pieces;
}

// Pieces as the golden file has them: [text in the byte alphabet, begin, end in characters].
std::string golden_pieces(const std::string& pre_tokenizer, const std::string& text) {
  const TokenizerData bytes = byte_tokenizer_data();
  Json pieces = Json::array();
  for (const auto& [begin, end] : pre_tokenize(pre_tokenizer, text)) {
    std::string letters;
    for (std::size_t i = begin; i < end; ++i) letters += bytes.tokens[static_cast<unsigned char>(text[i])];
    const std::size_t first = count_code_points(text.substr(0, begin));
    pieces.push_back(Json::array({letters, first, first + count_code_points(text.substr(begin, end - begin))}));
  }
  return pieces.dump();
}

std::string random_bytes(std::mt19937& generator, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(generator() & 0xFF));
  return bytes;
}

std::string random_unicode(std::mt19937& generator, std::size_t size) {
  std::string text;
  while (text.size() < size) {
    const char32_t ranges[] = {0x80, 0x250, 0x3000, 0x10000, 0x110000};
    const char32_t c = generator() % ranges[generator() % 5];
    if (c < 0xD800 || c > 0xDFFF) append_utf8(text, c);
  }
  return text;
}

GgufBuilder gguf_of(const TokenizerData& data, const std::string& model) {
  GgufBuilder builder;
  builder.text("tokenizer.ggml.model", model).text("tokenizer.ggml.pre", data.pre_tokenizer);
  builder.texts("tokenizer.ggml.tokens", data.tokens).int32s("tokenizer.ggml.token_type", data.types);
  builder.texts("tokenizer.ggml.merges", data.merges);
  builder.uint32("tokenizer.ggml.bos_token_id", static_cast<std::uint32_t>(data.bos));
  builder.uint32("tokenizer.ggml.eos_token_id", static_cast<std::uint32_t>(data.eos));
  builder.boolean("tokenizer.ggml.add_bos_token", data.add_bos).text("tokenizer.chat_template", data.chat_template);
  return builder;
}

}  // namespace

class TokenizerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void pieces_equal_the_golden_splits_data();
  void pieces_equal_the_golden_splits();
  void pieces_of_hard_cases();
  void ids_equal_the_golden_strings();
  void ids_of_the_wikitext_corpus_equal_the_golden_hash();
  void gguf_and_json_vocabularies_of_the_default_model_agree();
  void published_vocabularies_give_the_published_ids_data();
  void published_vocabularies_give_the_published_ids();
  void hugging_face_folder_gives_the_same_tokenizer();
  void hugging_face_parts_are_known_or_refused();
  void blanks_and_unknown_characters_of_sentence_piece();
  void lowest_rank_merges_first_and_leftmost();
  void whole_words_win_over_merges_in_llama3_only();
  void special_tokens_in_the_text_become_their_id_longest_first();
  void bos_is_added_only_when_asked_and_wanted();
  void decoding_returns_every_byte();
  void bytes_without_a_token_are_left_out();
  void long_runs_take_linear_time_data();
  void long_runs_take_linear_time();
  void json_round_trip_keeps_everything();
  void damaged_json_is_one_clear_error();
  void gguf_round_trip_keeps_everything();
  void unsupported_models_are_named();
  void damaged_vocabularies_are_one_clear_error_data();
  void damaged_vocabularies_are_one_clear_error();
  void ids_outside_the_vocabulary_are_refused();
};

void TokenizerTest::pieces_equal_the_golden_splits_data() {
  QTest::addColumn<QString>("golden_name");
  for (const char* name : {"llama3", "qwen2", "gpt2", "smollm2"}) QTest::newRow(name) << name;
}

void TokenizerTest::pieces_equal_the_golden_splits() {
  QFETCH(QString, golden_name);
  const auto file = shared_file("golden-model/pretokenizer-splits.json");
  if (!file) QSKIP("the golden numbers are absent");
  const Json golden = read_json_file(*file);
  const std::string key = golden_name.toStdString();
  const std::string name = key == "smollm2" ? "smollm" : key;
  QVERIFY(golden["strings"].size() > 20);
  for (std::size_t i = 0; i < golden["strings"].size(); ++i) {
    QCOMPARE(golden_pieces(name, golden["strings"][i].get<std::string>()), golden["pieces"][key][i].dump());
  }
}

void TokenizerTest::pieces_of_hard_cases() {
  using Pieces = std::vector<std::string>;
  QCOMPARE(pieces_of("gpt-2", ""), Pieces{});
  QCOMPARE(pieces_of("smollm", "a  1\xc2\xbd x"), (Pieces{"a", "  ", "1", "\xc2\xbd", " x"}));
  QCOMPARE(pieces_of("gpt-2", "a  12\xc2\xbd"), (Pieces{"a", " ", " 12\xc2\xbd"}));
  QCOMPARE(pieces_of("gpt-2", "ab\xff\xfe" "cd\xc3"), (Pieces{"ab", "\xff", "\xfe", "cd", "\xc3"}));
  QCOMPARE(pieces_of("gpt-2", "\xed\xa0\x80"), (Pieces{"\xed", "\xa0", "\x80"}));   // a surrogate
  // U+180E is no white space: it joins the punctuation.
  QCOMPARE(pieces_of("gpt-2", "!\xe1\xa0\x8e!"), (Pieces{"!\xe1\xa0\x8e!"}));
  QCOMPARE(pieces_of("llama3", "12345"), (Pieces{"123", "45"}));
  QCOMPARE(pieces_of("qwen2", "12"), (Pieces{"1", "2"}));
  for (const auto& [name, alias] : {std::pair("gpt-2", "gpt2"), {"gpt-2", "default"}, {"llama-bpe", "llama3"}}) {
    QCOMPARE(pieces_of(name, "I'LL 1234\n\n  x"), pieces_of(alias, "I'LL 1234\n\n  x"));
  }
}

void TokenizerTest::ids_equal_the_golden_strings() {
  const auto file = shared_file("golden-model/tokenizer.json");
  const auto vocabulary = shared_file("data/tokenizers/smollm2-135m-instruct/tokenizer.json");
  if (!file || !vocabulary) QSKIP("the golden numbers are absent");
  const Tokenizer tokenizer(smollm2_tokenizer_data(*vocabulary));
  const Json golden = read_json_file(*file);
  QCOMPARE(golden["cases"].size(), std::size_t{76});
  for (const Json& item : golden["cases"]) {
    const std::string text = item["text"].get<std::string>();
    const Ids ids = tokenizer.encode(text, true);
    QCOMPARE(ids_text(ids), ids_text(item["ids"].get<Ids>()));
    if (item["decoded_equals_text"].get<bool>()) QCOMPARE(tokenizer.decode(ids), text);
  }
}

void TokenizerTest::ids_of_the_wikitext_corpus_equal_the_golden_hash() {
  const auto corpus = shared_file("data/wikitext-2/wiki.test.raw");
  const auto vocabulary = shared_file("data/tokenizers/smollm2-135m-instruct/tokenizer.json");
  if (!corpus || !vocabulary) QSKIP("the reference data are absent");
  std::ifstream lines(*corpus, std::ios::binary);
  std::string text, line;
  for (bool first = true; std::getline(lines, line); first = false) {
    text += first ? "" : "\n\n";
    if (line.find_first_not_of(" \t\r") != std::string::npos) text += line + "\n";
  }
  QCOMPARE(text.size(), std::size_t{1296370});

  const Tokenizer tokenizer(smollm2_tokenizer_data(*vocabulary));
  QElapsedTimer timer;
  timer.start();
  const Ids ids = tokenizer.encode(text);
  qInfo("%lld ms for %zu tokens", static_cast<long long>(timer.elapsed()), ids.size());
  QCOMPARE(ids.size(), std::size_t{304978});
  static_assert(std::endian::native == std::endian::little);
  QCOMPARE(sha256_hex(std::string_view(reinterpret_cast<const char*>(ids.data()), ids.size() * sizeof(std::int32_t))),
           std::string("aa72485a43ad244db418ec90db75b81905cf39905a80d72a8f56121c2a8593f3"));
  QCOMPARE(tokenizer.decode(ids), text);
}

void TokenizerTest::gguf_and_json_vocabularies_of_the_default_model_agree() {
  const auto model = default_model_file();
  const auto vocabulary = shared_file("data/tokenizers/smollm2-135m-instruct/tokenizer.json");
  if (!model) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
  if (!vocabulary) QSKIP("the reference data are absent");
  const TokenizerData gguf = TokenizerData::from_gguf(GgufFile::open(*model));
  TokenizerData json = smollm2_tokenizer_data(*vocabulary);
  QVERIFY(gguf.chat_template.find("<|im_start|>") != std::string::npos);
  json.chat_template = gguf.chat_template;
  QCOMPARE(gguf.to_json(), json.to_json());
  QCOMPARE(Tokenizer(gguf).content_hash(), Tokenizer(json).content_hash());
}

void TokenizerTest::published_vocabularies_give_the_published_ids_data() {
  QTest::addColumn<QString>("name");
  QTest::addColumn<qint64>("size");
  QTest::newRow("byte level") << "gpt-2" << qint64{50257};
  QTest::newRow("SentencePiece") << "llama-spm" << qint64{32000};
}

void TokenizerTest::published_vocabularies_give_the_published_ids() {
  QFETCH(QString, name);
  QFETCH(qint64, size);
  const auto gguf = shared_file("data/tokenizers/ggml-vocab-" + name.toStdString() + ".gguf");
  if (!gguf) QSKIP("the reference data are absent");
  const Tokenizer tokenizer(TokenizerData::from_gguf(GgufFile::open(*gguf)));
  QCOMPARE(tokenizer.vocabulary(), size);

  const std::string inputs = read_text_file(gguf->string() + ".inp");
  std::ifstream outputs(gguf->string() + ".out");
  const std::string separator = "\n__ggml_vocab_test__\n";
  std::size_t count = 0;
  for (std::size_t begin = 0; begin < inputs.size(); ++count) {
    const std::size_t end = std::min(inputs.find(separator, begin), inputs.size());
    const std::string text = inputs.substr(begin, end - begin);
    begin = end + separator.size();
    std::string expected;
    std::getline(outputs, expected);
    const std::string ids = ids_text(tokenizer.encode(text));
    QCOMPARE(QString::fromStdString(ids).simplified(), QString::fromStdString(expected).simplified());
    QCOMPARE(tokenizer.decode(tokenizer.encode(text)), text);
  }
  QVERIFY(count >= 45);

  std::mt19937 generator(7);
  const std::string bytes = random_bytes(generator, 10000);
  QCOMPARE(tokenizer.decode(tokenizer.encode(bytes)), bytes);
}

void TokenizerTest::hugging_face_folder_gives_the_same_tokenizer() {
  const auto vocabulary = shared_file("data/tokenizers/smollm2-135m-instruct/tokenizer.json");
  if (!vocabulary) QSKIP("the reference data are absent");
  TokenizerData read = TokenizerData::from_hugging_face(vocabulary->parent_path());
  QVERIFY(read.chat_template.find("<|im_start|>") != std::string::npos);
  read.chat_template.clear();
  QCOMPARE(read.to_json(), smollm2_tokenizer_data(*vocabulary).to_json());
}

namespace {

// A tokenizer.json of the byte tokenizer, or a small SentencePiece one.
Json byte_level_json() {
  const TokenizerData data = byte_tokenizer_data();
  Json vocabulary = Json::object();
  for (std::size_t i = 0; i + 2 < data.tokens.size(); ++i) vocabulary[data.tokens[i]] = i;
  Json added = Json::array();
  for (std::size_t i = data.tokens.size() - 2; i < data.tokens.size(); ++i)
    added.push_back({{"id", i}, {"content", data.tokens[i]}, {"special", true}});
  return {{"added_tokens", added},
          {"normalizer", nullptr},
          {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
          {"post_processor",
           {{"type", "TemplateProcessing"},
            {"single", {{{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}}, {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}}}}},
          {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", data.merges}}}};
}

Json sentence_piece_json() {
  Json vocabulary = {{"<unk>", 0}, {"<s>", 1}, {"</s>", 2}};
  for (int byte = 0; byte < 256; ++byte) vocabulary[QString::asprintf("<0x%02X>", byte).toStdString()] = vocabulary.size();
  for (const char* token : {"\u2581", "a", "b", "c", "ab", "\u2581a", "\u2581ab", "bc", "\u2581\u2581"}) vocabulary[token] = vocabulary.size();
  Json added = Json::array();
  for (const char* token : {"<unk>", "<s>", "</s>"}) added.push_back({{"id", vocabulary[token]}, {"content", token}, {"special", true}});
  return {{"added_tokens", added},
          {"normalizer",
           {{"type", "Sequence"},
            {"normalizers", {{{"type", "Prepend"}, {"prepend", "\u2581"}}, {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "\u2581"}}}}}},
          {"pre_tokenizer", nullptr},
          {"model",
           {{"type", "BPE"}, {"byte_fallback", true}, {"unk_token", "<unk>"}, {"vocab", vocabulary},
            {"merges", {"\u2581 a", {"a", "b"}, "\u2581a b", "b c", "\u2581 \u2581"}}}}};
}

TokenizerData read_hugging_face(const Json& tokenizer, const Json& settings = Json::object()) {
  const QTemporaryDir folder;
  const fs::path path = folder.path().toStdString();
  write_file_atomically(path / "tokenizer.json", tokenizer.dump());
  write_file_atomically(path / "tokenizer_config.json", settings.dump());
  return TokenizerData::from_hugging_face(path);
}

}  // namespace

void TokenizerTest::hugging_face_parts_are_known_or_refused() {
  TokenizerData expected = byte_tokenizer_data();
  expected.add_bos = true;
  const Json settings = {{"bos_token", "<s>"}, {"eos_token", {{"content", "</s>"}}}, {"pad_token", nullptr}};
  QCOMPARE(read_hugging_face(byte_level_json(), settings).to_json(), expected.to_json());
  Json composing = byte_level_json();
  composing["normalizer"] = {{"type", "NFC"}};
  const Tokenizer tokenizer(read_hugging_face(composing));
  QCOMPARE(tokenizer.decode(tokenizer.encode("e\u0301\xff a")), std::string("\u00e9\xff a"));

  const std::vector<std::pair<const char*, Json>> changes = {
      {"/model/type", "WordPiece"},       {"/model/type", nullptr},        {"/model/vocab", Json::array()},
      {"/model/vocab/a", -1},             {"/model/vocab/a", 4000000000},  {"/model/vocab/a", "a"},
      {"/model/merges/0", 7},             {"/model/merges/0", {"a"}},      {"/model/ignore_merges", true},
      {"/normalizer", {{"type", "Lowercase"}}}, {"/normalizer", 3},        {"/pre_tokenizer/add_prefix_space", true},
      {"/pre_tokenizer/type", "Whitespace"},    {"/pre_tokenizer", nullptr}, {"/post_processor/type", "BertProcessing"},
      {"/post_processor/single/0/SpecialToken/id", "<none>"}, {"/added_tokens/0/lstrip", true}, {"/added_tokens/0/id", "x"},
      {"/added_tokens", 1}};
  for (const auto& [where, value] : changes) {
    Json changed = byte_level_json();
    changed[Json::json_pointer(where)] = value;
    try {
      read_hugging_face(changed);
      QFAIL(where);
    } catch (const Error& error) {
      const ErrorCode code = error.info().code;
      QVERIFY2(code == ErrorCode::unsupported || code == ErrorCode::file_malformed, error.what());
      QVERIFY2(error.info().where.ends_with("tokenizer.json"), error.what());
    }
  }
}

void TokenizerTest::blanks_and_unknown_characters_of_sentence_piece() {
  const Tokenizer tokenizer(read_hugging_face(sentence_piece_json()));
  const auto tokens = [&](const Tokenizer& one, const std::string& text) {
    std::vector<std::string> out;
    for (const std::int32_t id : one.encode(text)) out.push_back(one.data().tokens[static_cast<std::size_t>(id)]);
    return out;
  };
  using Tokens = std::vector<std::string>;
  QCOMPARE(tokens(tokenizer, "abc"), (Tokens{"\u2581ab", "c"}));
  QCOMPARE(tokens(tokenizer, ""), Tokens{});
  QCOMPARE(tokens(tokenizer, "  a"), (Tokens{"\u2581\u2581", "\u2581a"}));
  QCOMPARE(tokens(tokenizer, "\u00e9"), (Tokens{"\u2581", "<0xC3>", "<0xA9>"}));
  QCOMPARE(tokens(tokenizer, "a\xff"), (Tokens{"\u2581a", "<0xFF>"}));
  QCOMPARE(tokens(tokenizer, "a</s>a"), (Tokens{"\u2581a", "</s>", "\u2581a"}));
  for (const char* text : {"abc", " a b ", "\u00e9\n", "x"}) QCOMPARE(tokenizer.decode(tokenizer.encode(text)), std::string(text));

  Json newer = sentence_piece_json();   // the same written the newer way, with a blank before the first text only
  newer["normalizer"] = nullptr;
  newer["pre_tokenizer"] = {{"type", "Metaspace"}, {"replacement", "\u2581"}, {"prepend_scheme", "first"}, {"split", false}};
  const Tokenizer first(read_hugging_face(newer));
  QCOMPARE(tokens(first, "a</s>a"), (Tokens{"\u2581a", "</s>", "a"}));
  QCOMPARE(tokens(first, " a"), (Tokens{"\u2581a"}));
  const TokenizerData back = TokenizerData::from_json(first.data().to_json(), "memory");
  QCOMPARE(tokens(Tokenizer(back), "a</s>a"), (Tokens{"\u2581a", "</s>", "a"}));
}

void TokenizerTest::lowest_rank_merges_first_and_leftmost() {
  const Tokenizer tokenizer(byte_tokenizer_data());
  const auto words = [&](const std::string& text) {
    std::vector<std::string> tokens;
    for (const std::int32_t id : tokenizer.encode(text)) tokens.push_back(tokenizer.token_bytes(id));
    return tokens;
  };
  using Tokens = std::vector<std::string>;
  QCOMPARE(words("abc"), (Tokens{"abc"}));
  QCOMPARE(words("bcab"), (Tokens{"bc", "ab"}));
  QCOMPARE(words("aaaaa"), (Tokens{"aaaa", "a"}));
  QCOMPARE(words("aaab"), (Tokens{"aa", "ab"}));
  QCOMPARE(words(""), Tokens{});
}

void TokenizerTest::whole_words_win_over_merges_in_llama3_only() {
  TokenizerData data = byte_tokenizer_data();
  data.tokens.push_back("xyz");   // a token that no merge makes
  data.types.push_back(1);
  QCOMPARE(Tokenizer(data).encode("xyz").size(), std::size_t{3});
  data.pre_tokenizer = "llama-bpe";
  QCOMPARE(Tokenizer(data).encode("xyz"), (Ids{static_cast<std::int32_t>(data.tokens.size()) - 1}));
}

void TokenizerTest::special_tokens_in_the_text_become_their_id_longest_first() {
  TokenizerData data = byte_tokenizer_data();
  const auto first = static_cast<std::int32_t>(data.tokens.size());
  for (const char* token : {"<x>", "<x>>", "\xc3\xa4\xc3\xa4", "  "}) {   // user-defined ones hold plain text
    data.tokens.push_back(token);
    data.types.push_back(4);
  }
  const Tokenizer tokenizer(data);
  QCOMPARE(tokenizer.encode("a<x>>b<x><s>"), (Ids{'a', first + 1, 'b', first, static_cast<std::int32_t>(data.bos)}));
  QCOMPARE(tokenizer.encode("<x\xc3\xa4\xc3\xa4  "), (Ids{'<', 'x', first + 2, first + 3}));
  QCOMPARE(tokenizer.decode({first + 2, first + 3, first}), std::string("\xc3\xa4\xc3\xa4  <x>"));
  QCOMPARE(tokenizer.token_bytes(first + 1), std::string("<x>>"));
}

void TokenizerTest::bos_is_added_only_when_asked_and_wanted() {
  TokenizerData data = byte_tokenizer_data();
  QCOMPARE(Tokenizer(data).encode("x", true), (Ids{'x'}));
  data.add_bos = true;
  const Tokenizer tokenizer(data);
  QCOMPARE(tokenizer.encode("x", true), (Ids{static_cast<std::int32_t>(data.bos), 'x'}));
  QCOMPARE(tokenizer.encode("", true), (Ids{static_cast<std::int32_t>(data.bos)}));
  QCOMPARE(tokenizer.encode("x"), (Ids{'x'}));
}

void TokenizerTest::decoding_returns_every_byte() {
  std::mt19937 generator(1);
  for (const char* name : {"gpt-2", "smollm", "llama-bpe", "qwen2"}) {
    TokenizerData data = byte_tokenizer_data();
    data.pre_tokenizer = name;
    const Tokenizer tokenizer(data);
    for (std::size_t i = 0; i < 400; ++i) {
      const std::string text = i % 2 == 0 ? random_bytes(generator, i) : random_unicode(generator, i);
      QCOMPARE(tokenizer.decode(tokenizer.encode(text)), text);
    }
  }
}

// As transformers and llama.cpp do: the neighbours of what is left out meet.
void TokenizerTest::bytes_without_a_token_are_left_out() {
  TokenizerData data = byte_tokenizer_data();
  data.tokens[200] = "not a byte";
  data.unknown = data.eos;
  QCOMPARE(Tokenizer(data).encode("z\xc8z"), (Ids{'z', 'z'}));
  QCOMPARE(Tokenizer(data).encode("\xc8"), Ids{});
}

void TokenizerTest::long_runs_take_linear_time_data() {
  QTest::addColumn<QString>("pre_tokenizer");
  QTest::addColumn<QByteArray>("unit");
  for (const char* name : {"gpt-2", "smollm", "llama-bpe", "qwen2"}) {
    for (const char* unit : {" ", "a", "!", "7", "\n", " \n", "\xff", "<", "\xe2\x80\x83", "a\xcc\x81"}) {
      QTest::addRow("%s %s", name, QByteArray(unit).toHex().data()) << name << QByteArray(unit);
    }
  }
}

void TokenizerTest::long_runs_take_linear_time() {
  QFETCH(QString, pre_tokenizer);
  QFETCH(QByteArray, unit);
  TokenizerData data = byte_tokenizer_data();
  data.pre_tokenizer = pre_tokenizer.toStdString();
  const Tokenizer tokenizer(data);
  const std::string text = unit.repeated(200000).toStdString();
  QElapsedTimer timer;
  timer.start();
  const Ids ids = tokenizer.encode(text);
  QVERIFY2(timer.elapsed() < 10000, "a long run takes more than linear time");
  QCOMPARE(tokenizer.decode(ids), text);
}

void TokenizerTest::json_round_trip_keeps_everything() {
  TokenizerData data = byte_tokenizer_data();
  data.padding = 3;
  data.unknown = 4;
  data.add_bos = true;
  data.chat_template = "{{ messages }}\n\"\xc3\xa4\"";
  const TokenizerData back = TokenizerData::from_json(parse_json(data.to_json().dump(), "memory"), "stored.json");
  QCOMPARE(back.pre_tokenizer, data.pre_tokenizer);
  QVERIFY(back.tokens == data.tokens && back.types == data.types && back.merges == data.merges);
  QVERIFY(back.bos == data.bos && back.eos == data.eos && back.unknown == 4 && back.padding == 3 && back.add_bos);
  QCOMPARE(back.chat_template, data.chat_template);
  QCOMPARE(back.origin, std::string("stored.json"));
  QCOMPARE(Tokenizer(back).content_hash(), Tokenizer(data).content_hash());
  QCOMPARE(data.to_json()["types"].dump(), std::string("[[1,261],[3,2]]"));
  data.merges.pop_back();
  QVERIFY(Tokenizer(back).content_hash() != Tokenizer(data).content_hash());
}

void TokenizerTest::damaged_json_is_one_clear_error() {
  const Json good = byte_tokenizer_data().to_json();
  QCOMPARE(TokenizerData::from_json(good, "x").tokens.size(), std::size_t{263});
  const std::vector<std::pair<const char*, Json>> damages = {
      {"types", Json::parse("[[1,261],[3,9000000000000000000]]")}, {"types", Json::parse("[[1,-1]]")},
      {"types", Json::parse("[[9,263]]")}, {"types", Json::parse("[1,2]")}, {"types", nullptr},
      {"tokens", Json::parse("[1]")}, {"tokens", "abc"}, {"merges", Json::parse("[[\"a\",\"b\"]]")},
      {"bos", 1e300}, {"bos", "1"}, {"add_bos", 1}, {"pre_tokenizer", nullptr}, {"chat_template", 5}};
  for (const auto& [key, value] : damages) {
    Json bad = good;
    bad[key] = value;
    try {
      TokenizerData::from_json(bad, "stored.json");
      QFAIL(key);
    } catch (const Error& error) {
      QCOMPARE(error.info().code, ErrorCode::file_malformed);
      QCOMPARE(error.info().where, std::string("stored.json"));
    }
  }
}

void TokenizerTest::gguf_round_trip_keeps_everything() {
  QTemporaryDir folder;
  TokenizerData data = byte_tokenizer_data();
  data.add_bos = true;
  data.chat_template = "template";
  const fs::path path = fs::path(folder.path().toStdString()) / "vocabulary.gguf";
  const TokenizerData back = TokenizerData::from_gguf(GgufFile::open(gguf_of(data, "gpt2").write(path)));
  QCOMPARE(back.to_json(), data.to_json());
  QCOMPARE(back.origin, path.string());
}

void TokenizerTest::unsupported_models_are_named() {
  QTemporaryDir folder;
  const fs::path path = fs::path(folder.path().toStdString()) / "vocabulary.gguf";
  for (const char* model : {"bert", "t5"}) {
    try {
      TokenizerData::from_gguf(GgufFile::open(gguf_of(byte_tokenizer_data(), model).write(path)));
      QFAIL(model);
    } catch (const Error& error) {
      QCOMPARE(error.info().code, ErrorCode::unsupported);
      QVERIFY2(error.info().what.find(model) != std::string::npos, error.what());
      QCOMPARE(error.info().where, path.string());
    }
  }
  TokenizerData data = byte_tokenizer_data();
  data.pre_tokenizer = "tekken";
  data.origin = "some.gguf";
  try {
    Tokenizer tokenizer(data);
    QFAIL("the pre-tokenizer was accepted");
  } catch (const Error& error) {
    QCOMPARE(error.info().code, ErrorCode::unsupported);
    QVERIFY2(error.info().what.find("tekken") != std::string::npos, error.what());
    QVERIFY2(error.info().where.find("some.gguf") != std::string::npos, error.what());
  }
}

void TokenizerTest::damaged_vocabularies_are_one_clear_error_data() {
  QTest::addColumn<QString>("named");
  QTest::newRow("unknown left token") << "merge 5";
  QTest::newRow("unknown result") << "merge 5 (\"x y\") names \"xy\"";
  QTest::newRow("three tokens") << "merge 0";
  QTest::newRow("one token") << "merge 0";
  QTest::newRow("duplicate token") << "tokens 65 and 66";
  QTest::newRow("fewer types") << "263 tokens and 262 types";
  QTest::newRow("bos out of range") << "bos id 263";
  QTest::newRow("negative padding") << "padding id -2";
  QTest::newRow("bos wanted, none named") << "BOS";
  QTest::newRow("token not UTF-8") << "token 70";
  QTest::newRow("template not UTF-8") << "chat template";
  QTest::newRow("empty") << "no tokens";
}

void TokenizerTest::damaged_vocabularies_are_one_clear_error() {
  QFETCH(QString, named);
  const std::map<std::string, std::function<void(TokenizerData&)>> damages = {
      {"unknown left token", [](TokenizerData& d) { d.merges.push_back("qq a"); }},
      {"unknown result", [](TokenizerData& d) { d.merges.push_back("x y"); }},
      {"three tokens", [](TokenizerData& d) { d.merges[0] = "a b c"; }},
      {"one token", [](TokenizerData& d) { d.merges[0] = "ab"; }},
      {"duplicate token", [](TokenizerData& d) { d.tokens[66] = d.tokens[65]; }},
      {"fewer types", [](TokenizerData& d) { d.types.pop_back(); }},
      {"bos out of range", [](TokenizerData& d) { d.bos = 263; }},
      {"negative padding", [](TokenizerData& d) { d.padding = -2; }},
      {"bos wanted, none named", [](TokenizerData& d) { d.bos = -1; d.add_bos = true; }},
      {"token not UTF-8", [](TokenizerData& d) { d.tokens[70] = "\xff"; }},
      {"template not UTF-8", [](TokenizerData& d) { d.chat_template = "\xc3"; }},
      {"empty", [](TokenizerData& d) { d.tokens.clear(); d.types.clear(); }}};
  TokenizerData data = byte_tokenizer_data();
  data.origin = "vocabulary.gguf";
  damages.at(QTest::currentDataTag())(data);
  try {
    Tokenizer tokenizer(data);
    QFAIL("the damage was not noticed");
  } catch (const Error& error) {
    QCOMPARE(error.info().code, ErrorCode::file_malformed);
    QCOMPARE(error.info().where, std::string("vocabulary.gguf"));
    QVERIFY2(error.info().why.find(named.toStdString()) != std::string::npos, error.what());
  }
}

void TokenizerTest::ids_outside_the_vocabulary_are_refused() {
  const Tokenizer tokenizer(byte_tokenizer_data());
  QCOMPARE(tokenizer.vocabulary(), std::int64_t{263});
  QVERIFY_THROWS_EXCEPTION(Error, tokenizer.token_bytes(263));
  QVERIFY_THROWS_EXCEPTION(Error, tokenizer.decode({5, -1}));
}

QTEST_GUILESS_MAIN(TokenizerTest)
#include "tokenizer_test.moc"
