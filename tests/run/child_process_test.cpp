// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <chrono>

#include "core/run/child_process.h"
#include "tests/run/run_support.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

ChildOutput shell(const std::string& script, const std::function<void()>& poll = nullptr) {
  return run_child("/bin/sh", {"-c", script}, poll);
}

// Gone, or waiting for a parent to notice.
bool ended(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(status, text);
  return text.empty() || text.find(") Z ") != std::string::npos;
}

}  // namespace

class ChildProcessTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void both_outputs_are_captured_whole() {
    const ChildOutput child =
        shell("i=0; while [ $i -lt 20000 ]; do echo line $i; echo error $i >&2; i=$((i+1)); done");
    QVERIFY(child.output.ends_with("line 19999\n"));
    QVERIFY(child.errors.ends_with("error 19999\n"));
    QCOMPARE(std::count(child.output.begin(), child.output.end(), '\n'), 20000);
  }

  void its_input_is_empty() { QCOMPARE(shell("cat; echo end").output, std::string("end\n")); }

  void arguments_arrive_as_they_are() {
    QCOMPARE(run_child("/bin/sh", {"-c", "printf %s \"$1\"", "sh", "a b\"$c'"}, nullptr).output,
             std::string("a b\"$c'"));
  }

  void an_exit_code_is_an_error_with_the_end_of_stderr() {
    const auto error = thrown([] { shell("echo the reason >&2; exit 3"); });
    QVERIFY(error && mentions(error, "exit code 3") && mentions(error, "the reason"));
  }

  void a_signal_is_named() {
    const auto error = thrown([] { shell("kill -SEGV $$"); });
    QVERIFY(error && mentions(error, "signal 11"));
    QCOMPARE(thrown([] { shell("kill -KILL $$"); })->code, ErrorCode::out_of_memory);
  }

  void its_own_error_passes_through() {
    const auto error = thrown([] {
      shell(
          R"(echo '{"error": {"code": "missing_tensor", "what": "A tensor is missing", "where": "x", "why": "y", "try": "z"}}'; exit 1)");
    });
    QVERIFY(error);
    QCOMPARE(error->code, ErrorCode::missing_tensor);
    QCOMPARE(error->remedy, std::string("z"));
  }

  void a_missing_program_is_an_error() {
    QCOMPARE(thrown([] { run_child("/no/such/program", {}, nullptr); })->code, ErrorCode::file_not_found);
  }

  void cancelling_ends_it_and_its_children_within_two_seconds_data() {
    QTest::addColumn<QString>("script");
    QTest::newRow("all ignore the polite request") << "trap '' TERM; sleep 60 & echo $! > '%1'; wait; sleep 60";
    QTest::newRow("only what it started ignores it")
        << "(trap '' TERM; exec sleep 60) & sleep 0.2; echo $! > '%1'; wait";
  }

  void cancelling_ends_it_and_its_children_within_two_seconds() {
    QFETCH(const QString, script);
    const fs::path pid_file = scratch_.path() / QTest::currentDataTag();
    const auto start = std::chrono::steady_clock::now();
    const auto error = thrown([&] {
      shell(script.arg(QString::fromStdString(pid_file.string())).toStdString(), [&] {
        if (fs::exists(pid_file) && fs::file_size(pid_file) > 0) throw Error(ErrorCode::cancelled, "Stop");
      });
    });
    QCOMPARE(error->code, ErrorCode::cancelled);
    QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
    const std::string process = read_text_file(pid_file);
    QTRY_VERIFY_WITH_TIMEOUT(ended(std::stoi(process)), 2000);
  }

 private:
  Scratch scratch_;
};

QTEST_GUILESS_MAIN(ChildProcessTest)
#include "child_process_test.moc"
