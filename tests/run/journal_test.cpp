// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/run/journal.h"
#include "tests/run/run_support.h"

using namespace kelter;
using namespace kelter::test;

class JournalTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void lines_come_back_in_order() {
    const fs::path path = scratch_.path() / "order.jsonl";
    {
      Journal journal(path);
      journal.append("started", {{"node", "a"}});
      journal.append("finished", {{"node", "a\nb"}, {"content", "…"}});
    }
    Journal(path).append("started", {{"node", "c"}});
    const std::vector<Json> lines = Journal::read(path);
    QCOMPARE(lines.size(), std::size_t{3});
    QCOMPARE(lines[1].at("node").get<std::string>(), std::string("a\nb"));
    QCOMPARE(lines[2].at("event").get<std::string>(), std::string("started"));
    QVERIFY(lines[0].at("time").get<double>() > 1e9);
  }

  void a_line_torn_anywhere_loses_only_itself() {
    const fs::path path = scratch_.path() / "torn.jsonl";
    {
      Journal journal(path);
      journal.append("started", {{"node", "a"}});
      journal.append("finished", {{"node", "a"}});
    }
    const std::string whole = read_text_file(path);
    const std::size_t first = whole.find('\n') + 1;
    for (std::size_t size = first; size < whole.size(); ++size) {
      write_text(path, whole.substr(0, size));
      QCOMPARE(Journal::read(path).size(), std::size_t{1});
      Journal(path).append("started", {{"node", "b"}});
      const std::vector<Json> lines = Journal::read(path);
      // Cut behind its last brace only the newline was lost, and the next writer put it back.
      QCOMPARE(lines.size(), size + 1 == whole.size() ? std::size_t{3} : std::size_t{2});
      QCOMPARE(lines.back().at("node").get<std::string>(), std::string("b"));
    }
  }

  void no_file_is_an_empty_journal() { QVERIFY(Journal::read(scratch_.path() / "nowhere").empty()); }

  void an_unwritable_place_is_an_error() {
    QVERIFY_EXCEPTION_THROWN(Journal(scratch_.path() / "no" / "folder"), Error);
  }

 private:
  Scratch scratch_;
};

QTEST_GUILESS_MAIN(JournalTest)
#include "journal_test.moc"
