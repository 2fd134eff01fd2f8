// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLineEdit>
#include <QListWidget>
#include <QtTest>

#include "ui/theme/theme.h"
#include "ui/window/command_palette.h"

using namespace kelter::ui;

class CommandPaletteTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { theme().apply(); }

  void a_score_wants_every_character_in_order() {
    QCOMPARE(CommandPalette::score("rtn", "Round to nearest"), CommandPalette::score("rtn", "round TO nearest"));
    QVERIFY(CommandPalette::score("rtn", "Round to nearest") > 0);
    QCOMPARE(CommandPalette::score("ntr", "Run to"), 0);
    QVERIFY(CommandPalette::score("run", "Run all") > CommandPalette::score("run", "Remove until now"));
    QVERIFY(CommandPalette::score("ma", "Add step: Magnitude") > CommandPalette::score("ma", "Add step: Normal"));
    QVERIFY(CommandPalette::score("", "anything") > 0);
  }

  void typing_and_enter_run_the_best_command() {
    QWidget window;
    window.resize(900, 600);
    CommandPalette palette(&window);
    QStringList ran;
    palette.set_source([&] {
      return std::vector<Command>{{"Save", "Ctrl+S", [&] { ran << "save"; }}, {"Run all", "Ctrl+R", [&] { ran << "run"; }},
                                  {"Open the demo", "", [&] { ran << "demo"; }}};
    });
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    palette.open();
    auto* field = palette.findChild<QLineEdit*>();
    auto* list = palette.findChild<QListWidget*>();
    QCOMPARE(list->count(), 3);
    QTest::keyClicks(field, "run");
    QCOMPARE(list->item(0)->text(), QString("Run all"));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(ran, QStringList{"run"});
    QVERIFY(!palette.isVisible());
  }

  void arrows_choose_and_escape_closes() {
    QWidget window;
    window.resize(900, 600);
    CommandPalette palette(&window);
    int ran = 0;
    palette.set_source([&] { return std::vector<Command>{{"First", "", [&] { ran = 1; }}, {"Second", "", [&] { ran = 2; }}}; });
    window.show();
    palette.open();
    auto* field = palette.findChild<QLineEdit*>();
    QTest::keyClick(field, Qt::Key_Down);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(ran, 2);
    palette.open();
    QVERIFY(palette.isVisible());
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!palette.isVisible());
    palette.open();
    QTest::keyClicks(field, "zzz");
    QTest::keyClick(field, Qt::Key_Return);   // "nothing is called that" is no command
    QCOMPARE(ran, 2);
  }
};

QTEST_MAIN(CommandPaletteTest)
#include "command_palette_test.moc"
