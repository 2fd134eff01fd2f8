// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli download against a local hub: what was downloaded opens by its name, Ctrl-C, offline, what other commands say.
#include <QtTest>

#include "tests/support/cli_program.h"
#include "tests/support/fake_hub.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

class DownloadCommandTest : public QObject {
  Q_OBJECT

  CliSandbox sandbox_;
  FakeHub hub_;

  QStringList download(const QString& name, const QStringList& more = {}) const {
    return QStringList{"download", "org/" + name, "--hub", QString::fromStdString(hub_.address())} + more;
  }

 private Q_SLOTS:
  void initTestCase() {
    QVERIFY2(hub_.running(), "python3 cannot run tests/support/fake_hub.py");
    write_tiny_llama(hub_.folder() / "tiny.gguf");
    const CliResult exported = sandbox_.run(
        {"export", QString::fromStdString((hub_.folder() / "tiny.gguf").string()), "--format", "hf", "--out", "hf"});
    QVERIFY2(exported.code == 0, exported.text());
    for (const auto& entry : fs::directory_iterator(sandbox_.work() / "hf"))
      fs::copy(entry.path(), hub_.folder() / entry.path().filename());
  }

  void a_name_that_is_not_in_the_cache_names_the_command() {
    const CliResult result = sandbox_.run({"inspect", "org/plain"});
    QVERIFY2(result.code == 1 && result.err.contains("kelter-cli download org/plain"), result.text());
    QVERIFY(hub_.requests().empty());
  }

  void a_downloaded_model_opens_by_its_name() {
    const CliResult result = sandbox_.run(download("plain"));
    QVERIFY2(result.code == 0, result.text());
    QVERIFY2(result.out.contains("model.safetensors") && result.out.contains("open it as org/plain"), result.text());
    const CliResult inspected = sandbox_.run({"inspect", "org/plain", "--json"});
    QVERIFY2(inspected.code == 0, inspected.text());
    const CliResult tokens = sandbox_.run({"tokenize", "org/plain", "--text", "the end"});
    QVERIFY2(tokens.code == 0 && !tokens.out.isEmpty(), tokens.text());
  }

  void json_tells_what_came_and_where_it_lies() {
    const CliResult first = sandbox_.run(download("moved", {"--json", "--file", "tiny.gguf"}));
    QVERIFY2(first.code == 0, first.text());
    const Json json = first.json();
    QCOMPARE(json["commit"].get<std::string>(), std::string(FakeHub::commit));
    QVERIFY(json["bytes"] == fs::file_size(hub_.folder() / "tiny.gguf") && json["transferred_bytes"] == json["bytes"]);
    QVERIFY2(sandbox_.run({"inspect", QString::fromStdString(json["open"])}).code == 0, first.text());
    const CliResult again = sandbox_.run(download("moved", {"--json", "--file", "tiny.gguf", "--progress", "json"}));
    QVERIFY2(again.json()["transferred_bytes"] == 0, again.text());
    const Json message = Json::parse(again.err.split('\n').first().toStdString());
    QVERIFY2(message["item"] == json["bytes"] && message["items"] == json["bytes"], again.err);
  }

  void a_token_opens_gated_models_and_stands_in_no_message() {
    const CliResult refused = sandbox_.run(download("gated"), {{"HF_TOKEN", "hf_wrong_one"}});
    QVERIFY2(refused.code == 1 && refused.err.contains("HF_TOKEN") && !refused.text().contains("hf_wrong_one"),
             refused.text());
    const CliResult given = sandbox_.run(download("gated"), {{"HF_TOKEN", FakeHub::token}});
    QVERIFY2(given.code == 0 && !given.text().contains(FakeHub::token), given.text());
  }

  void ctrl_c_answers_within_two_seconds_and_the_next_run_goes_on() {
    QProcess process;
    sandbox_.start(process, download("slow", {"--progress", "json"}));
    QByteArray seen;
    QElapsedTimer timer;
    timer.start();
    while (!seen.contains("model.safetensors") && timer.elapsed() < 60000) {
      process.waitForReadyRead(1000);
      seen += process.readAllStandardError();
    }
    timer.start();
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    const CliResult stopped = CliSandbox::finish(process);
    qInfo("answered after %lld ms", timer.elapsed());
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY2(stopped.code == 130 && stopped.err.contains("Cancelled"), stopped.text());
    QVERIFY(sandbox_.run({"inspect", "org/slow"}).code == 1);
    const CliResult resumed = sandbox_.run(download("slow"));
    QVERIFY2(resumed.code == 0, resumed.text());
    QVERIFY(hub_.requests("/cdn/slow/").back().contains("range"));
    QVERIFY(sandbox_.run({"inspect", "org/slow"}).code == 0);
  }

  void offline_asks_nobody() {
    QVERIFY(sandbox_.run(download("plain")).code == 0);
    const std::size_t before = hub_.requests().size();
    const CliResult there = sandbox_.run(download("plain"), {{"HF_HUB_OFFLINE", "1"}});
    QVERIFY2(there.code == 0, there.text());
    const CliResult absent = sandbox_.run(download("breaks", {"--offline"}));
    QVERIFY2(absent.code == 1 && absent.err.contains("org/breaks") && absent.err.contains("--offline"), absent.text());
    QCOMPARE(hub_.requests().size(), before);
  }

  void a_retry_is_told() {
    const CliResult result = sandbox_.run(download("breaks"));
    QVERIFY2(result.code == 0 && result.err.contains("trying again in 1"), result.text());
  }
};

QTEST_GUILESS_MAIN(DownloadCommandTest)
#include "download_command_test.moc"
