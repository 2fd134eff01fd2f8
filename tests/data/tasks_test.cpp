// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/tasks.h"

#include <QTemporaryDir>
#include <QtTest>
#include <bit>
#include <random>
#include <sstream>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "tests/support/test_files.h"
#include "tests/support/tokenizers.h"

using namespace kelter;
using namespace kelter::test;
using Texts = std::vector<std::string>;
using Ids = std::vector<std::int32_t>;

namespace {

// CPython's random.Random(seed).shuffle: MT19937 seeded by its array rule; getrandbits(k) with rejection.
class PythonRandom {
 public:
  explicit PythonRandom(std::uint32_t seed) : generator_(seeded(seed)) {}

  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size() - 1; i > 0; --i) std::swap(items[i], items[below(i + 1)]);
  }

 private:
  // std::mt19937 takes a whole state only as text.
  static std::mt19937 seeded(std::uint32_t seed) {
    std::vector<std::uint32_t> state(624);
    state[0] = 19650218;
    for (std::uint32_t i = 1; i < 624; ++i) state[i] = 1812433253u * (state[i - 1] ^ state[i - 1] >> 30) + i;
    std::uint32_t i = 1;
    const auto step = [&](std::uint32_t factor, std::uint32_t plus) {
      state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) * factor) + plus;
      if (++i == 624) {
        state[0] = state[623];
        i = 1;
      }
    };
    for (int k = 0; k < 624; ++k) step(1664525u, seed);
    for (int k = 0; k < 623; ++k) step(1566083941u, 0u - i);
    state[0] = 0x80000000u;
    std::stringstream text;
    for (const std::uint32_t word : state) text << word << ' ';
    text << 624;
    std::mt19937 generator;
    text >> generator;
    return generator;
  }

  std::size_t below(std::size_t n) {
    const int bits = static_cast<int>(std::bit_width(n));
    std::size_t value = generator_() >> (32 - bits);
    while (value >= n) value = generator_() >> (32 - bits);
    return value;
  }

  std::mt19937 generator_;
};

// Python's json.dumps of all requests.
std::string requests_json(const std::vector<TaskItem>& items) {
  std::string text = "[";
  for (const TaskItem& item : items) {
    for (std::size_t i = 0; i < item.choices.size(); ++i) {
      text += text.size() > 1 ? ", [" : "[";
      text += Json(item.context(i)).dump(-1, ' ', true) + ", " + Json(item.continuations[i]).dump(-1, ' ', true) + "]";
    }
  }
  return text + "]";
}

}  // namespace

class TasksTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void requests_equal_the_golden_items_data();
  void requests_equal_the_golden_items();
  void whole_files_give_the_published_request_hashes_data();
  void whole_files_give_the_published_request_hashes();
  void own_form_takes_one_context_or_one_for_each_choice();
  void winogrande_fills_the_blank_and_strips_the_rest();
  void right_choices_are_read_from_every_form();
  void demo_questions_can_be_loaded();
  void names_are_stems_before_they_are_paths();
  void unusable_items_name_file_and_line_data();
  void unusable_items_name_file_and_line();
  void pairs_are_encoded_as_a_whole();
  void white_space_between_the_parts_goes_to_the_continuation();
  void an_empty_context_becomes_the_prefix_token();
  void bos_is_not_doubled();
  void a_continuation_without_tokens_is_refused();
  void golden_pairs_split_as_their_texts_do();

 private:
  std::string file(const std::string& name, const std::string& content) const {
    const fs::path path = fs::path(folder_.path().toStdString()) / name;
    write_file_atomically(path, std::string_view(content));
    return path.string();
  }
  TaskItem only_item(const std::string& line) const {
    const std::vector<TaskItem> items = load_task(file("one.jsonl", line + "\n"));
    return items.at(0);
  }
  QTemporaryDir folder_;
};

void TasksTest::requests_equal_the_golden_items_data() {
  QTest::addColumn<QString>("golden");
  QTest::addColumn<QString>("data");
  QTest::newRow("arc_easy") << "lm-eval-arc_easy.json" << "arc/arc-easy-test";
  QTest::newRow("piqa") << "lm-eval-piqa.json" << "piqa/piqa-valid";
  QTest::newRow("winogrande") << "lm-eval-winogrande.json" << "winogrande/winogrande-xl-dev";
}

void TasksTest::requests_equal_the_golden_items() {
  QFETCH(QString, golden);
  QFETCH(QString, data);
  const auto golden_file = shared_file("golden-model/" + golden.toStdString());
  const auto data_folder = shared_file("data");
  if (!golden_file || !data_folder) QSKIP("the golden numbers are absent");
  const std::vector<TaskItem> items = load_task(data.toStdString(), *data_folder);
  const Json expected = read_json_file(*golden_file);
  QVERIFY(expected["items"].size() >= 20);
  QVERIFY(items.size() >= expected["n"].get<std::size_t>());
  for (const Json& item : expected["items"]) {
    const TaskItem& ours = items.at(item["doc_id"].get<std::size_t>());
    QCOMPARE(ours.continuations.size(), item["requests"].size());
    std::size_t best = 0;
    for (std::size_t i = 0; i < ours.continuations.size(); ++i) {
      QCOMPARE(ours.context(i), item["requests"][i]["context"].get<std::string>());
      QCOMPARE(ours.continuations[i], item["requests"][i]["continuation"].get<std::string>());
      const auto score = [&](std::size_t k) { return item["requests"][k]["loglikelihood"].get<double>(); };
      if (score(i) > score(best)) best = i;
    }
    QCOMPARE(static_cast<std::int64_t>(best) == ours.gold, item["acc"].get<double>() == 1.0);
  }
}

void TasksTest::whole_files_give_the_published_request_hashes_data() {
  QTest::addColumn<QString>("data");
  QTest::addColumn<QString>("golden");
  QTest::newRow("piqa") << "piqa/piqa-valid" << "piqa-v0";
  QTest::newRow("arc_easy") << "arc/arc-easy-test" << "arc_easy-v0";
  QTest::newRow("arc_challenge") << "arc/arc-challenge-test" << "arc_challenge-v0";
  QTest::newRow("openbookqa") << "openbookqa/openbookqa-main-test" << "openbookqa-v0";
  QTest::newRow("winogrande") << "winogrande/winogrande-xl-dev" << "winogrande-v0";
  QTest::newRow("boolq") << "boolq/boolq-superglue-val" << "boolq-v1";
}

void TasksTest::whole_files_give_the_published_request_hashes() {
  QFETCH(QString, data);
  QFETCH(QString, golden);
  const auto hash_file = shared_file("data/golden/lm-eval-testdata/" + golden.toStdString() + "-loglikelihood");
  if (!hash_file) QSKIP("the published hash is absent");
  std::vector<TaskItem> items = load_task(data.toStdString(), shared_folder() / "data");
  if (data.startsWith("boolq")) {   // the published version asks "yes" first
    for (TaskItem& item : items) std::swap(item.continuations[0], item.continuations[1]);
  }
  PythonRandom(42).shuffle(items);
  QCOMPARE(QString::fromStdString(sha256_hex(requests_json(items))),
           QString::fromStdString(read_text_file(*hash_file)).trimmed());
}

void TasksTest::own_form_takes_one_context_or_one_for_each_choice() {
  const TaskItem plain = only_item(R"({"context": "C", "choices": ["x", "yä "], "gold": 1, "grade": 5})");
  QCOMPARE(plain.contexts, Texts{"C"});
  QCOMPARE(plain.choices, (Texts{"x", "yä "}));
  QCOMPARE(plain.continuations, (Texts{" x", " yä "}));
  QCOMPARE(plain.gold, std::int64_t{1});
  QCOMPARE(plain.context(1), std::string("C"));

  const TaskItem several = only_item(R"({"contexts": ["C1", "C2"], "continuation": "end", "gold": 0})");
  QCOMPARE(several.contexts, (Texts{"C1", "C2"}));
  QCOMPARE(several.continuations, (Texts{" end", " end"}));
  QCOMPARE(several.context(1), std::string("C2"));

  const TaskItem paired = only_item(R"({"contexts": ["C1", "C2"], "choices": ["a", "b"], "gold": 0})");
  QCOMPARE(paired.continuations, (Texts{" a", " b"}));
}

void TasksTest::winogrande_fills_the_blank_and_strips_the_rest() {
  const TaskItem item = only_item(
      "{\"sentence\": \"So _ \xc2\xa0won.  \", \"option1\": \"A\", \"option2\": \"B\", \"answer\": \"2\"}");
  QCOMPARE(item.contexts, (Texts{"So A", "So B"}));
  QCOMPARE(item.continuations, (Texts{" won.", " won."}));
  QCOMPARE(item.gold, std::int64_t{1});
}

void TasksTest::right_choices_are_read_from_every_form() {
  QCOMPARE(only_item(R"({"question": "q", "choices": ["a", "b", "c"], "gold": 2})").gold, std::int64_t{2});
  QCOMPARE(only_item(R"({"goal": "g", "sol1": "a", "sol2": "b", "label": 1})").gold, std::int64_t{1});
  const TaskItem yes = only_item(R"({"passage": "p", "question": "q", "label": true})");
  QCOMPARE(yes.choices.at(static_cast<std::size_t>(yes.gold)), std::string("yes"));
  QCOMPARE(yes.contexts, (Texts{"p\nQuestion: q?\nAnswer:"}));
}

void TasksTest::demo_questions_can_be_loaded() {
  const std::vector<TaskItem> items = load_task("questions", fs::path(KELTER_SOURCE_DIR) / "resources" / "demo");
  QVERIFY(items.size() >= 200);
  for (const TaskItem& item : items) QCOMPARE(item.choices.size(), std::size_t{4});
}

void TasksTest::names_are_stems_before_they_are_paths() {
  const fs::path path = file("mine.jsonl", R"({"context": "C", "choices": ["x", "y"], "gold": 0})");
  QCOMPARE(load_task("mine", path.parent_path()).size(), std::size_t{1});
  QCOMPARE(load_task(path.string(), path.parent_path()).size(), std::size_t{1});
  QCOMPARE(load_task(path.string()).size(), std::size_t{1});
  try {
    load_task("absent", path.parent_path());
    QFAIL("an absent task was loaded");
  } catch (const Error& error) {
    QCOMPARE(error.info().code, ErrorCode::file_not_found);
  }
}

void TasksTest::unusable_items_name_file_and_line_data() {
  QTest::addColumn<QByteArray>("line");
  QTest::newRow("unknown keys") << QByteArray(R"({"premise": "x"})");
  QTest::newRow("no object") << QByteArray("3");
  QTest::newRow("gold too large") << QByteArray(R"({"context": "C", "choices": ["x", "y"], "gold": 2})");
  QTest::newRow("gold negative") << QByteArray(R"({"context": "C", "choices": ["x", "y"], "gold": -1})");
  QTest::newRow("gold no integer") << QByteArray(R"({"context": "C", "choices": ["x", "y"], "gold": "1"})");
  QTest::newRow("gold missing") << QByteArray(R"({"context": "C", "choices": ["x", "y"]})");
  QTest::newRow("one choice") << QByteArray(R"({"context": "C", "choices": ["x"], "gold": 0})");
  QTest::newRow("empty choice") << QByteArray(R"({"context": "C", "choices": ["x", ""], "gold": 0})");
  QTest::newRow("choice no text") << QByteArray(R"({"context": "C", "choices": ["x", 2], "gold": 0})");
  QTest::newRow("choices missing") << QByteArray(R"({"context": "C", "gold": 0})");
  QTest::newRow("contexts do not fit") << QByteArray(R"({"contexts": ["C","D"], "choices": ["x","y","z"], "gold": 0})");
  QTest::newRow("no contexts") << QByteArray(R"({"contexts": [], "choices": ["x", "y"], "gold": 0})");
  QTest::newRow("no blank") << QByteArray(R"({"sentence": "x", "option1": "a", "option2": "b", "answer": "1"})");
  QTest::newRow("answer 3") << QByteArray(R"({"sentence": "x_", "option1": "a", "option2": "b", "answer": "3"})");
  QTest::newRow("label no bool") << QByteArray(R"({"passage": "p", "question": "q", "label": 1})");
}

void TasksTest::unusable_items_name_file_and_line() {
  QFETCH(QByteArray, line);
  const std::string good = R"({"context": "C", "choices": ["x", "y"], "gold": 0})";
  const std::string path = file("bad.jsonl", good + "\n" + line.toStdString() + "\n");
  try {
    load_task(path);
    QFAIL("the item was accepted");
  } catch (const Error& error) {
    QCOMPARE(error.info().where, path + ", line 2");
  }
  try {
    load_task(file("empty.jsonl", "\n"));
    QFAIL("a task without items was accepted");
  } catch (const Error& error) {
    QCOMPARE(error.info().code, ErrorCode::invalid_data);
  }
}

void TasksTest::pairs_are_encoded_as_a_whole() {
  const Tokenizer tokenizer(byte_tokenizer_data());   // merges "a b", "b c", "ab c"
  const EncodedPair pair = encode_pair(tokenizer, "x", " y");
  QCOMPARE(pair.context, (Ids{'x'}));
  QCOMPARE(pair.continuation, (Ids{' ', 'y'}));
  // "xa" alone is x, a; the whole is x, ab, z: what lies behind two tokens is the continuation.
  QCOMPARE(encode_pair(tokenizer, "xa", "bz").context, (Ids{'x', 'a'}));
  QCOMPARE(encode_pair(tokenizer, "xa", "bz").continuation, (Ids{'z'}));
}

void TasksTest::white_space_between_the_parts_goes_to_the_continuation() {
  const Tokenizer tokenizer(byte_tokenizer_data());
  const EncodedPair pair = encode_pair(tokenizer, "x \n\xc2\xa0", "y");
  QCOMPARE(pair.context, (Ids{'x'}));
  QCOMPARE(tokenizer.decode(pair.continuation), std::string(" \n\xc2\xa0y"));
}

void TasksTest::an_empty_context_becomes_the_prefix_token() {
  TokenizerData data = byte_tokenizer_data();
  const auto bos = static_cast<std::int32_t>(data.bos), eos = static_cast<std::int32_t>(data.eos);
  for (const char* context : {"", " "}) {
    const EncodedPair pair = encode_pair(Tokenizer(data), context, "y");
    QCOMPARE(pair.context, (Ids{bos}));
    QCOMPARE(Tokenizer(data).decode(pair.continuation), std::string(context) + "y");
  }
  data.add_bos = true;
  QCOMPARE(encode_pair(Tokenizer(data), "", "y").context, (Ids{bos}));
  QCOMPARE(encode_pair(Tokenizer(data), "", "y").continuation, (Ids{'y'}));
  data.add_bos = false;
  data.bos = -1;
  QCOMPARE(encode_pair(Tokenizer(data), "", "y").context, (Ids{eos}));
  data.eos = -1;
  const Tokenizer bare(data);
  QVERIFY_THROWS_EXCEPTION(Error, encode_pair(bare, "", "y"));
}

void TasksTest::bos_is_not_doubled() {
  TokenizerData data = byte_tokenizer_data();
  data.add_bos = true;
  const auto bos = static_cast<std::int32_t>(data.bos);
  const Tokenizer tokenizer(data);
  QCOMPARE(encode_pair(tokenizer, "x", " y").context, (Ids{bos, 'x'}));
  QCOMPARE(encode_pair(tokenizer, "<s>x", " y").context, (Ids{bos, 'x'}));
  QCOMPARE(encode_pair(tokenizer, "<s>x", " y").continuation, (Ids{' ', 'y'}));
}

void TasksTest::a_continuation_without_tokens_is_refused() {
  const Tokenizer tokenizer(byte_tokenizer_data());
  QVERIFY_THROWS_EXCEPTION(Error, encode_pair(tokenizer, "x", ""));
  QVERIFY_THROWS_EXCEPTION(Error, encode_pair(tokenizer, "a", "b"));
}

void TasksTest::golden_pairs_split_as_their_texts_do() {
  const auto vocabulary = shared_file("data/tokenizers/smollm2-135m-instruct/tokenizer.json");
  if (!vocabulary) QSKIP("the reference data are absent");
  const Tokenizer tokenizer(smollm2_tokenizer_data(*vocabulary));
  const EncodedPair pair = encode_pair(tokenizer, "Hello, ", "world!");
  QCOMPARE(pair.context, (Ids{19556, 28}));
  QCOMPARE(pair.continuation, (Ids{905, 17}));   // golden: "Hello, world!" is 19556 28 905 17
  for (const TaskItem& item : load_task("piqa/piqa-valid", shared_folder() / "data")) {
    for (std::size_t i = 0; i < item.choices.size(); ++i) {
      const EncodedPair encoded = encode_pair(tokenizer, item.context(i), item.continuations[i]);
      QCOMPARE(tokenizer.decode(encoded.context), item.context(i));
      QCOMPARE(tokenizer.decode(encoded.continuation), item.continuations[i]);
    }
  }
}

QTEST_GUILESS_MAIN(TasksTest)
#include "tasks_test.moc"
