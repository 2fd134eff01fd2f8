// SPDX-License-Identifier: GPL-3.0-or-later
// What the documents say about the command line is true: the README's commands run, and every option exists.
#include <QRegularExpression>
#include <QtTest>

#include "tests/support/cli_program.h"

using namespace kelter;
using namespace kelter::test;

namespace {

QString read(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

const QString source = KELTER_SOURCE_DIR;

// The commands of the blocks marked console (lines that begin with "$ ") or sh (every line), without those of the
// scripts, which CI runs itself. A backslash at the end of a line goes on in the next one.
QStringList commands_of(const QString& text) {
  static const QRegularExpression block("^```(console|sh)\n(.*?)^```", QRegularExpression::MultilineOption | QRegularExpression::DotMatchesEverythingOption);
  QStringList commands;
  for (auto found = block.globalMatch(text); found.hasNext();) {
    const auto match = found.next();
    QString body = match.captured(2);
    body.replace("\\\n", " ");
    for (QString line : body.split('\n', Qt::SkipEmptyParts)) {
      if (match.captured(1) == "console" && !line.startsWith("$ ")) continue;
      if (line.startsWith("$ ")) line.remove(0, 2);
      if (!line.contains("scripts/")) commands << line;
    }
  }
  return commands;
}

}  // namespace

class ReadmeTest : public QObject {
  Q_OBJECT

  CliSandbox sandbox_;

 private Q_SLOTS:
  void blocks_are_found() {
    QCOMPARE(commands_of("a\n```console\n$ one \\\n  two\noutput\n$ scripts/run\n```\n```sh\nthree\n```\n```cpp\nint four;\n```\n"),
             (QStringList{"one    two", "three"}));
    QVERIFY(commands_of(read(source + "/README.md")).size() >= 5);
  }

  void the_commands_of_the_readme_run_data() {
    QTest::addColumn<QString>("command");
    for (const QString& command : commands_of(read(source + "/README.md"))) QTest::newRow(qPrintable(command.left(70))) << command;
  }
  void the_commands_of_the_readme_run() {
    if (!sandbox_.add_default_model()) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    const fs::path resources = sandbox_.work() / "resources";
    if (!fs::exists(resources)) fs::create_directory_symlink(fs::path(KELTER_SOURCE_DIR) / "resources", resources);
    QFETCH(QString, command);
    QVERIFY2(command.startsWith("kelter-cli "), "only kelter-cli and the scripts belong into the README's commands");
    QStringList words = QProcess::splitCommand(command);
    words.removeFirst();
    const CliResult result = sandbox_.run(words);
    QVERIFY2(result.code == 0, result.text());
    QVERIFY(!result.out.isEmpty());
  }

  void every_option_in_the_documents_exists_data() {
    QTest::addColumn<QString>("file");
    for (const char* file : {"README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/formats.md", "resources/demo/README.md"}) {
      QTest::newRow(file) << QString(file);
    }
  }
  void every_option_in_the_documents_exists() {
    static const QRegularExpression call("kelter-cli ([a-z-]+)((?:[^\n`]|\\\\\n)*)"), option("--[a-z][a-z-]*");
    QFETCH(QString, file);
    const QString text = read(source + "/" + file);
    QVERIFY2(!text.isEmpty(), qPrintable(file));
    for (auto found = call.globalMatch(text); found.hasNext();) {
      const auto match = found.next();
      const QString name = match.captured(1);
      const bool is_option = name.startsWith('-');
      const CliResult help = sandbox_.run(is_option ? QStringList{"--help"} : QStringList{name, "--help"});
      QVERIFY2(help.code == 0, qPrintable(match.captured(0)));
      for (auto words = option.globalMatch(match.captured(is_option ? 0 : 2)); words.hasNext();) {
        const QString word = words.next().captured(0);
        QVERIFY2(help.out.contains(word.toUtf8()), qPrintable(match.captured(0) + ": " + word));
      }
    }
  }
};

QTEST_GUILESS_MAIN(ReadmeTest)
#include "readme_test.moc"
