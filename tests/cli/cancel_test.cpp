// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl-C: a running command answers within two seconds, says so in its record, and --resume goes on from there.
#include <QtTest>

#include "tests/support/cli_program.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

class CancelTest : public QObject {
  Q_OBJECT

  CliSandbox sandbox_;

  // Waits for a word on stderr; false if the program ended or two minutes passed.
  static bool wait_for(QProcess& process, const char* word, QByteArray& seen) {
    QElapsedTimer timer;
    timer.start();
    while (!seen.contains(word) && timer.elapsed() < 120000) {
      if (!process.waitForReadyRead(1000) && process.state() == QProcess::NotRunning) return false;
      seen += process.readAllStandardError();
    }
    return seen.contains(word);
  }

  static void interrupt(const QProcess& process) { ::kill(static_cast<pid_t>(process.processId()), SIGINT); }

 private Q_SLOTS:
  void initTestCase() {
    TinyLlama options;   // large enough that the long measure takes minutes
    options.hidden = 256;
    options.intermediate = 768;
    options.head_dim = 64;
    options.layers = 4;
    write_tiny_llama(sandbox_.work() / "model.gguf", options);
    const std::string prose = read_text_file(KELTER_SOURCE_DIR "/resources/demo/test-en.txt");
    std::string text;
    for (int i = 0; i < 40; ++i) text += prose;
    write_file_atomically(sandbox_.work() / "long.txt", text);
    write_file_atomically(sandbox_.work() / "long.kelter", R"({"kelter": 1, "title": "Long", "nodes": [
      {"id": "model", "step": "source.model", "parameters": {"path": "model.gguf"}},
      {"id": "rtn", "step": "quant.rtn", "parameters": {"bits": 4, "group": 32}},
      {"id": "short", "step": "measure.perplexity", "parameters": {"text": "long.txt", "window": 256, "limit": 2}},
      {"id": "long", "step": "measure.perplexity", "parameters": {"text": "long.txt", "window": 256}}],
      "links": [["model.model", "rtn.model"], ["rtn.model", "short.model"], ["rtn.model", "long.model"]]})");
  }

  void a_run_stops_within_two_seconds_and_resumes() {
    QProcess process;
    sandbox_.start(process, {"run", "long.kelter", "--out", "out", "--json", "--progress", "json"});
    QByteArray seen;
    QVERIFY2(wait_for(process, "\"stage_index\":4", seen), seen);
    QElapsedTimer timer;
    timer.start();
    interrupt(process);
    const CliResult stopped = CliSandbox::finish(process);
    qInfo("answered after %lld ms", timer.elapsed());
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY2(stopped.code == 130, stopped.text());
    QCOMPARE(node_of(stopped.json(), "model")["state"].get<std::string>(), std::string("done"));
    QCOMPARE(node_of(stopped.json(), "rtn")["state"].get<std::string>(), std::string("cancelled"));
    QCOMPARE(node_of(stopped.json(), "rtn")["measures"].size(), std::size_t{1});   // the short one was finished

    // With a fresh cache only the run folder can know what was finished.
    const CliResult resumed = sandbox_.run({"run", "long.kelter", "--out", "out", "--resume", "--set", "long.limit=3", "--json", "--progress", "json"},
                                           {{"XDG_CACHE_HOME", QString::fromStdString((sandbox_.work() / "other-cache").string())}});
    QVERIFY2(resumed.code == 0, resumed.text());
    const Json rtn = node_of(resumed.json(), "rtn");
    QCOMPARE(rtn["state"].get<std::string>(), std::string("done"));
    QCOMPARE(rtn["measures"].size(), std::size_t{2});
    QCOMPARE(rtn["content"].dump(), node_of(stopped.json(), "rtn")["content"].dump());
    QCOMPARE(rtn["measures"][0].dump(), node_of(stopped.json(), "rtn")["measures"][0].dump());
    QVERIFY2(!resumed.err.contains("\"stage\":\"quant.rtn\""), resumed.err);
  }

  void without_json_a_cancelled_run_still_shows_its_table() {
    QProcess process;
    sandbox_.start(process, {"measure", "model.gguf", "--measure", "perplexity:text=long.txt,window=256", "--progress", "json"});
    QByteArray seen;
    QVERIFY2(wait_for(process, "\"stage_index\":2", seen), seen);
    interrupt(process);
    const CliResult stopped = CliSandbox::finish(process);
    QVERIFY2(stopped.code == 130, stopped.text());
    QVERIFY2(stopped.out.contains("Results") && stopped.text().contains("Cancelled"), stopped.text());
  }

  void generation_stops_within_two_seconds() {
    QProcess process;
    sandbox_.start(process, {"generate", "model.gguf", "--prompt", "the", "--max-tokens", "40000", "--greedy"});
    QVERIFY(process.waitForReadyRead(120000));   // the first token
    QElapsedTimer timer;
    timer.start();
    interrupt(process);
    const CliResult stopped = CliSandbox::finish(process);
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY2(stopped.code == 130 && stopped.err.contains("Cancelled"), stopped.err);
  }
};

QTEST_GUILESS_MAIN(CancelTest)
#include "cancel_test.moc"
