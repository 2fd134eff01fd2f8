// SPDX-License-Identifier: GPL-3.0-or-later
// The command line as such: help, exit codes, the form of errors, where output goes.
#include <QRegularExpression>
#include <QtTest>

#include "tests/support/cli_program.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

const QStringList commands = {"inspect", "steps", "run", "compress", "measure", "compare", "generate", "tokenize", "diff", "export", "download", "bench"};

// The error of a failed command, checked for its form.
Json error_of(const CliResult& result) {
  const Json json = result.json();
  if (!json.is_object() || keys_of(json) != std::vector<std::string>{"error"}) return {};
  const std::vector<std::string> keys = {"code", "what", "where", "why", "try"};
  return keys_of(json["error"]) == keys ? json["error"] : Json();
}

}  // namespace

class CommandLineTest : public QObject {
  Q_OBJECT

  CliSandbox sandbox_;

 private Q_SLOTS:
  void initTestCase() { write_tiny_llama(sandbox_.work() / "tiny.gguf"); }

  void the_version_is_that_of_the_project() {
    const CliResult result = sandbox_.run({"--version"});
    QCOMPARE(result.out, QByteArray("kelter-cli 0.1.0\n"));
    QCOMPARE(result.code, 0);
  }

  void help_lists_every_command_and_only_those() {
    const CliResult result = sandbox_.run({"--help"});
    QCOMPARE(result.code, 0);
    for (const QString& command : commands) QVERIFY2(result.out.contains(("\n  " + command + " ").toUtf8()), qPrintable(command));
    const QRegularExpression line("^  ([a-z][a-z-]*)  ", QRegularExpression::MultilineOption);
    QRegularExpressionMatchIterator found = line.globalMatch(QString::fromUtf8(result.out));
    while (found.hasNext()) {
      const QString name = found.next().captured(1);
      QVERIFY2(commands.contains(name), qPrintable(name));
    }
  }

  void every_command_has_a_page_with_usage_json_and_an_example_data() {
    QTest::addColumn<QString>("command");
    for (const QString& command : commands) QTest::addRow("%s", qPrintable(command)) << command;
  }
  void every_command_has_a_page_with_usage_json_and_an_example() {
    QFETCH(QString, command);
    const CliResult result = sandbox_.run({command, "--help"});
    QCOMPARE(result.code, 0);
    QVERIFY2(result.err.isEmpty(), result.err);
    QVERIFY2(result.out.contains(("Usage: kelter-cli " + command).toUtf8()), result.out);
    QVERIFY2(result.out.contains("--json"), result.out);
    QVERIFY2(QRegularExpression("Examples?:\n  kelter-cli " + command).match(QString::fromUtf8(result.out)).hasMatch(), result.out);
    const bool computes = QStringList{"run", "compress", "measure", "generate", "bench"}.contains(command);
    for (const char* option : {"--device", "--dtype", "--threads"}) QCOMPARE(result.out.contains(option), computes);
    QCOMPARE(result.out.contains("--progress"), computes || command == "download");
  }

  void misuse_is_told_with_exit_code_2_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("mention");
    QTest::newRow("unknown command") << QStringList{"inspekt", "x"} << "inspect";
    QTest::newRow("unknown option") << QStringList{"inspect", "tiny.gguf", "--fast"} << "--fast";
    QTest::newRow("missing argument") << QStringList{"inspect"} << "MODEL";
    QTest::newRow("missing option") << QStringList{"measure", "tiny.gguf"} << "--measure";
    QTest::newRow("a number that is none") << QStringList{"generate", "tiny.gguf", "--prompt", "a", "--max-tokens", "many"} << "many";
    QTest::newRow("nothing to continue") << QStringList{"generate", "tiny.gguf", "--prompt", "", "--max-tokens", "1"} << "empty";
    QTest::newRow("unknown type") << QStringList{"generate", "tiny.gguf", "--prompt", "a", "--max-tokens", "1", "--dtype", "int4"} << "int4";
    QTest::newRow("no threads") << QStringList{"generate", "tiny.gguf", "--prompt", "a", "--max-tokens", "1", "--threads", "0"} << "threads";
    QTest::newRow("two ways to draw") << QStringList{"generate", "tiny.gguf", "--prompt", "a", "--max-tokens", "1", "--greedy", "--temperature", "1"} << "greedy";
    QTest::newRow("a seed without draws") << QStringList{"generate", "tiny.gguf", "--prompt", "a", "--max-tokens", "1", "--seed", "1"} << "temperature";
    QTest::newRow("a system message without a chat") << QStringList{"generate", "tiny.gguf", "--prompt", "a", "--max-tokens", "1", "--system", "b"} << "chat";
    QTest::newRow("unknown step") << QStringList{"compress", "tiny.gguf", "--step", "quant.rtm"} << "quant.rtn";
    QTest::newRow("unreadable step") << QStringList{"compress", "tiny.gguf", "--step", "quant.rtn:bits"} << "name=value";
    QTest::newRow("wrong parameter") << QStringList{"compress", "tiny.gguf", "--step", "quant.rtn:bits=7"} << "bits";
    QTest::newRow("contradicting parameters") << QStringList{"compress", "tiny.gguf", "--step", "prune.magnitude:sparsity=0.3,pattern=2:4"} << "pattern";
    QTest::newRow("unknown metric") << QStringList{"measure", "tiny.gguf", "--measure", "beauty"} << "beauty";
    QTest::newRow("no model to download") << QStringList{"download"} << "ORG/NAME";
    QTest::newRow("unknown device") << QStringList{"measure", "tiny.gguf", "--measure", "memory", "--device", "gpu"} << "cuda:N";
    QTest::newRow("nothing to resume") << QStringList{"run", "x.kelter", "--resume"} << "--out";
    QTest::newRow("nothing to measure") << QStringList{"compress", "tiny.gguf", "--step", "quant.rtn", "--baseline"} << "--measure";
    QTest::newRow("nothing to bench") << QStringList{"bench"} << "part is required";
    QTest::newRow("an unknown bench") << QStringList{"bench", "training"} << "kernels";
    QTest::newRow("a bench without a model") << QStringList{"bench", "decode"} << "No model";
    QTest::newRow("a bench of kernels with a model") << QStringList{"bench", "kernels", "tiny.gguf"} << "takes no model";
    QTest::newRow("a shape that is none") << QStringList{"bench", "kernels", "--shape", "64"} << "ROWSxCOLUMNS";
  }
  void misuse_is_told_with_exit_code_2() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, mention);
    const CliResult plain = sandbox_.run(arguments);
    QVERIFY2(plain.code == 2, plain.text());
    QVERIFY2(plain.out.isEmpty() && plain.err.contains(mention.toUtf8()), plain.text());
    const CliResult json = sandbox_.run(arguments + QStringList{"--json"});
    QVERIFY2(json.code == 2, json.text());
    const Json error = error_of(json);
    QVERIFY2(error.is_object() && QByteArray::fromStdString(error.dump()).contains(mention.toUtf8()), json.text());
  }

  void no_command_shows_the_help_and_is_misuse() {
    const CliResult result = sandbox_.run({});
    QCOMPARE(result.code, 2);
    QVERIFY(result.out.contains("Usage") && result.err.contains("No command"));
  }

  void errors_have_a_code_and_exit_code_1_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("code");
    QTest::newRow("no file") << QStringList{"inspect", "nowhere.gguf"} << "file_not_found";
    QTest::newRow("not in the store") << QStringList{"inspect", "store:nothing"} << "file_not_found";
    QTest::newRow("no name of a hub") << QStringList{"download", "x"} << "invalid_parameter";
    QTest::newRow("no hub") << QStringList{"download", "a/b", "--hub", "ftp://hub"} << "invalid_parameter";
    QTest::newRow("not in the cache") << QStringList{"download", "a/b", "--offline"} << "file_not_found";
    QTest::newRow("no model") << QStringList{"inspect", "words.txt"} << "file_malformed";
    QTest::newRow("cut off") << QStringList{"inspect", "cut.gguf"} << "file_malformed";
    QTest::newRow("a tensor too few") << QStringList{"inspect", "missing.gguf"} << "missing_tensor";
    QTest::newRow("a foreign architecture") << QStringList{"inspect", "mamba.gguf"} << "unsupported";
    QTest::newRow("not a number") << QStringList{"generate", "nan.gguf", "--prompt", "a", "--max-tokens", "1"} << "not_finite";
    QTest::newRow("no document") << QStringList{"run", "nowhere.kelter"} << "file_not_found";
    QTest::newRow("no step") << QStringList{"steps", "quant.magic"} << "invalid_document";
    QTest::newRow("no run") << QStringList{"compare", "nowhere", "here"} << "file_not_found";
    QTest::newRow("gpu") << QStringList{"generate", "tiny.gguf", "--prompt", "a", "--max-tokens", "1", "--device", "cuda:999"} << "unsupported";
    QTest::newRow("float16") << QStringList{"measure", "tiny.gguf", "--measure", "memory", "--dtype", "float16"} << "unsupported";
  }
  void errors_have_a_code_and_exit_code_1() {
    write_file_atomically(sandbox_.work() / "words.txt", "These are words and no model at all.");
    std::string bytes = read_text_file(sandbox_.work() / "tiny.gguf");
    write_file_atomically(sandbox_.work() / "cut.gguf", bytes.substr(0, bytes.size() / 2));
    GgufBuilder missing = tiny_llama();
    missing.tensors.erase(missing.tensors.begin() + 3);
    missing.write(sandbox_.work() / "missing.gguf");
    GgufBuilder nan = tiny_llama();
    std::fill(nan.tensors[3].data.begin(), nan.tensors[3].data.end(), std::uint8_t{0xff});
    nan.write(sandbox_.work() / "nan.gguf");
    bytes.replace(bytes.find("llama"), 5, "mamba");   // the value of general.architecture comes first
    write_file_atomically(sandbox_.work() / "mamba.gguf", bytes);
    QFETCH(QStringList, arguments);
    QFETCH(QString, code);
    const CliResult result = sandbox_.run(arguments + QStringList{"--json"});
    QVERIFY2(result.code == 1, result.text());
    const Json error = error_of(result);
    QVERIFY2(error.is_object() && error["code"] == code.toStdString(), result.text());
    const bool of_an_option = arguments.contains("--device") || arguments.contains("--dtype");
    if (arguments[1].endsWith(".gguf") && !of_an_option) QVERIFY2(result.err.contains(arguments[1].toUtf8()), result.err);   // the file is named
    QVERIFY2(result.err.startsWith("kelter-cli: error: ") && result.err.count('\n') == 1, result.err);   // one readable paragraph
    const CliResult plain = sandbox_.run(arguments);
    QVERIFY(plain.out.isEmpty());
    QCOMPARE(plain.err, result.err);
  }

  void a_result_that_cannot_be_written_is_no_success() {
    QProcess process;
    process.setStandardOutputFile("/dev/full");
    sandbox_.start(process, {"inspect", "tiny.gguf"});
    const CliResult result = CliSandbox::finish(process);
    QVERIFY2(result.code == 1 && result.err.contains("could not be written"), result.text());
  }

  void numbers_do_not_depend_on_the_locale() {
    const CliResult english = sandbox_.run({"inspect", "tiny.gguf"});
    const CliResult german = sandbox_.run({"inspect", "tiny.gguf"}, {{"LC_ALL", "de_DE.UTF-8"}, {"LANG", "de_DE.UTF-8"}});
    QCOMPARE(german.out, english.out);
  }
};

QTEST_GUILESS_MAIN(CommandLineTest)
#include "command_line_test.moc"
