// SPDX-License-Identifier: GPL-3.0-or-later
// Chat templates beside Jinja's own rendering (tests/golden/make_chat_golden.py), their bounds, and what is put around them.
#include "core/model/chat_template.h"

#include <QElapsedTimer>
#include <QtTest>

#include "core/base/error.h"
#include "core/base/files.h"
#include "tests/support/tokenizers.h"

using namespace kelter;
using namespace kelter::test;

namespace {

const Json& golden() {
  static const Json read = read_json_file(KELTER_SOURCE_DIR "/tests/golden/chat-templates.json");
  return read;
}

std::tm golden_time() {
  const Json& now = golden()["now"];
  std::tm time {};
  time.tm_year = now[0].get<int>() - 1900;
  time.tm_mon = now[1].get<int>() - 1;
  time.tm_mday = now[2].get<int>();
  time.tm_hour = now[3].get<int>();
  time.tm_min = now[4].get<int>();
  time.tm_sec = now[5].get<int>();
  return time;
}

// `expected`: a golden case; "error" holds the template's own words, or nothing where Jinja words it.
void compare(const Json& expected, const std::string& text, const Json& variables) {
  ChatOptions options;
  options.variables = variables;
  options.now = golden_time();
  try {
    const std::string rendered = ChatTemplate(text, "golden").render({}, options);
    QVERIFY2(expected.contains("text"), ("rendered, though it is an error: " + rendered).c_str());
    QCOMPARE(QString::fromStdString(rendered), QString::fromStdString(expected["text"].get<std::string>()));
  } catch (const Error& error) {
    QVERIFY2(expected.contains("error"), error.what());
    QVERIFY2(std::string(error.what()).find(expected["error"].get<std::string>()) != std::string::npos, error.what());
    QVERIFY2(error.info().where.starts_with("golden"), error.what());
  }
}

TokenizerData with_template(const std::string& text, bool add_bos) {
  TokenizerData data = byte_tokenizer_data();
  data.tokens.emplace_back("<|im_end|>");
  data.types.push_back(3);
  data.add_bos = add_bos;
  data.chat_template = text;
  data.origin = "tokenizer.json";
  return data;
}

ErrorInfo error_of(const std::string& text, const Json& variables = Json::object()) {
  try {
    ChatOptions options;
    options.variables = variables;
    static_cast<void>(ChatTemplate(text).render({{"user", "hello"}}, options));
  } catch (const Error& error) {
    return error.info();
  }
  return {ErrorCode::internal, "it was rendered", {}, {}, {}};
}

}  // namespace

class ChatTemplateTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void pieces_of_the_language_data() { rows("pieces"); }
  void pieces_of_the_language() {
    QFETCH(int, index);
    const Json& piece = golden()["pieces"][static_cast<std::size_t>(index)];
    compare(piece, piece["template"], golden()["piece_variables"]);
  }

  void conversations_of_the_families_data() { rows("conversations"); }
  void conversations_of_the_families() {
    QFETCH(int, index);
    const Json& asked = golden()["conversations"][static_cast<std::size_t>(index)];
    compare(asked, golden()["families"][asked["family"].get<std::string>()], asked["variables"]);
  }

  void unknown_parts_are_refused_by_name_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("named");
    QTest::addRow("filter") << "a\n{{ 1|xmlattr }}" << "xmlattr";
    QTest::addRow("a filter of Jinja's") << "{{ [2, 1]|sort }}" << "sort";
    QTest::addRow("raw") << "{% raw %}{{ a }}{% endraw %}" << "raw";
    QTest::addRow("test") << "{{ 1 is callable }}" << "callable";
    QTest::addRow("block") << "{% include 'x' %}" << "include";
    QTest::addRow("method") << "{{ 'a'.zfill(3) }}" << "zfill";
    QTest::addRow("function") << "{{ lipsum() }}" << "lipsum";
  }
  void unknown_parts_are_refused_by_name() {
    QFETCH(QString, text);
    QFETCH(QString, named);
    const ErrorInfo error = error_of(text.toStdString());
    QVERIFY2(error.code == ErrorCode::unsupported || error.code == ErrorCode::invalid_data, error.what.c_str());
    QVERIFY2(error.text().find(named.toStdString()) != std::string::npos, error.text().c_str());
    QVERIFY2(error.where.find("line ") != std::string::npos, error.where.c_str());
  }

  void malformed_templates_say_the_line_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"{{", "{{ a", "{% if a %}", "{% endif %}", "{% for x %}{% endfor %}", "{{ 'open }}", "{{ a..b }}", "{{ (1, 2 }}", "{% set %}",
                             "{# open", "{{ 1 2 }}", "{% if %}x{% endif %}", "{% for x in l %}{% else %}{% else %}{% endfor %}", "{{ a[ }}", "{{ | trim }}"})
      QTest::addRow("%s", text) << QString("line\n") + text;
  }
  void malformed_templates_say_the_line() {
    QFETCH(QString, text);
    const ErrorInfo error = error_of(text.toStdString());
    QVERIFY2(error.code == ErrorCode::file_malformed, error.what.c_str());
    QVERIFY2(error.where.find("line 2") != std::string::npos, error.where.c_str());
    QVERIFY(!error.remedy.empty());
  }

  void hostile_templates_end_data() {
    QTest::addColumn<QString>("text");
    const QString deep(5000, '('), nested = QString("[").repeated(5000);
    QTest::addRow("brackets") << "{{ " + deep + "1" + QString(5000, ')') + " }}";
    QTest::addRow("lists") << "{{ " + nested + QString("]").repeated(5000) + " }}";
    QTest::addRow("not") << "{{ " + QString("not ").repeated(20000) + "1 }}";
    QTest::addRow("ifs") << QString("{% if 1 %}").repeated(5000) + QString("{% endif %}").repeated(5000);
    QTest::addRow("range") << "{{ range(9999999999)|list }}";
    QTest::addRow("loops") << "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}";
    QTest::addRow("text") << "{{ 'aaaaaaaaaa' * 99999999 }}";
    QTest::addRow("doubling") << "{% set n = namespace(t='aaaaaaaa') %}{% for a in range(99) %}{% set n.t = n.t ~ n.t %}{% endfor %}";
    QTest::addRow("replace") << "{% set n = namespace(t='aaaaaaaa') %}{% for a in range(99) %}{% set n.t = n.t|replace('a', 'aaaaaaaa') %}{% endfor %}";
    QTest::addRow("lists in lists") << "{% set n = namespace(l=[1]) %}{% for a in range(9999) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l }}";
    QTest::addRow("macro") << "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}";
    QTest::addRow("namespace in itself") << "{% set n = namespace() %}{% set n.n = n %}{{ n }}";
    QTest::addRow("indent") << "{{ [1]|tojson(indent=999999999) }}";
    QTest::addRow("power") << "{{ 9 ** 9 ** 9 ** 9 }}";
    QTest::addRow("overflow") << "{{ 9223372036854775807 + 1 }}";
    QTest::addRow("least") << "{{ (-9223372036854775807 - 1) // -1 }}";
  }
  void hostile_templates_end() {
    QFETCH(QString, text);
    QElapsedTimer timer;
    timer.start();
    const ErrorInfo error = error_of(text.toStdString());
    QVERIFY2(error.code != ErrorCode::internal, error.what.c_str());
    QVERIFY2(timer.elapsed() < 20000, qPrintable(QString::number(timer.elapsed())));
  }

  void a_template_that_is_not_utf8_is_refused() {
    QCOMPARE(error_of("a\xff").code, ErrorCode::file_malformed);
  }

  void special_tokens_come_from_the_tokenizer() {
    const Tokenizer tokenizer(with_template("{{ bos_token }}{% for m in messages %}{{ m.role }}:{{ m.content }}{% endfor %}{{ pad_token is defined }}", true));
    QCOMPARE(render_chat(tokenizer, {{"user", "hi"}}), std::string("<s>user:hiFalse"));
  }

  void bos_is_there_once() {
    for (const char* text : {"{{ bos_token }}x", "x"}) {
      const Tokenizer tokenizer(with_template(text, true));
      const auto ids = encode_chat(tokenizer, render_chat(tokenizer, {{"user", "hi"}}));
      QCOMPARE(std::count(ids.begin(), ids.end(), static_cast<std::int32_t>(tokenizer.data().bos)), 1);
      QCOMPARE(ids.front(), static_cast<std::int32_t>(tokenizer.data().bos));
    }
    const Tokenizer without(with_template("x", false));
    const auto ids = encode_chat(without, "x");
    QCOMPARE(std::count(ids.begin(), ids.end(), static_cast<std::int32_t>(without.data().bos)), 0);
  }

  void a_turn_ends_at_the_models_token() {
    const Tokenizer tokenizer(with_template("x", false));
    const auto ends = end_of_turn_ids(tokenizer);
    QCOMPARE(ends.size(), std::size_t{2});
    QCOMPARE(tokenizer.token_bytes(ends[0]), std::string("</s>"));
    QCOMPARE(tokenizer.token_bytes(ends[1]), std::string("<|im_end|>"));
  }

  void a_model_without_a_template_says_so() {
    const Tokenizer tokenizer(with_template("", false));
    try {
      static_cast<void>(render_chat(tokenizer, {{"user", "hi"}}));
      QFAIL("it was rendered");
    } catch (const Error& error) {
      QCOMPARE(error.info().code, ErrorCode::unsupported);
      QCOMPARE(error.info().where, std::string("tokenizer.json"));
      QVERIFY(!error.info().remedy.empty());
    }
  }

 private:
  static void rows(const char* key) {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const Json& one : golden()[key]) QTest::addRow("%s", one["name"].get<std::string>().c_str()) << index++;
  }
};

QTEST_GUILESS_MAIN(ChatTemplateTest)
#include "chat_template_test.moc"
