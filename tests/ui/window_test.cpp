// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window as a person uses it, with the real engine on a tiny model: from an empty canvas to figures by mouse
// and keys; cancel, resume, undo, save, export; two windows; closing during a run. The application adds up the CPU time
// of every event handler of the window's thread.
#include <QApplication>
#include <QDockWidget>
#include <QLineEdit>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QtTest>

#include "core/base/files.h"
#include "watched_application.h"
#include "window_desk.h"
#include "ui/figures/figure_plot.h"
#include "ui/theme/theme.h"
#include "ui/window/command_palette.h"
#include "ui/window/language.h"

using namespace kelter;
using namespace kelter::ui;
using test::WatchedApplication;

namespace {

WatchedApplication& application() { return *static_cast<WatchedApplication*>(qApp); }

constexpr int run_limit_ms = test::WindowDesk::run_limit_ms;

}  // namespace

class WindowTest : public QObject, private test::WindowDesk {
  Q_OBJECT

 private:
  // source, two layers removed, then 4 bit; a second branch with 4 bit alone; perplexity of all three.
  void build_two_branches() {
    hands().key(Qt::Key_N, Qt::ControlModifier);
    hands().drop(&window(), path("tiny.gguf"), QPoint(700, 300));
    QTRY_COMPARE(document().nodes.size(), std::size_t{1});
    for (int i = 0; i < 4; ++i) hands().key(Qt::Key_Minus, Qt::ControlModifier);   // room for four columns
    const std::string source = document().nodes[0].id;
    branch_off(source, {320, -120}, "Remove layers");
    QTRY_VERIFY(document().find("depth"));
    write("depth", "criterion", "list");
    write("depth", "layers", "1+2");
    branch_off("depth", {640, -120}, "Round to nearest");
    QTRY_VERIFY(document().find("rtn"));
    branch_off(source, {320, 140}, "Round to nearest");
    QTRY_VERIFY(document().find("rtn-2"));
    for (const char* rtn : {"rtn", "rtn-2"}) write(rtn, "group", "32");
    branch_off("rtn", {960, 0}, "Perplexity");
    QTRY_VERIFY(document().find("perplexity"));
    write("perplexity", "text", path("text.txt"));
    write("perplexity", "window", "64");
    for (const std::string& from : {source, std::string("rtn-2")}) link(from, "perplexity");
    QTRY_COMPARE(document().links.size(), std::size_t{6});
    QVERIFY2(!bench().document.problem(), bench().document.problem() ? bench().document.problem()->text().c_str() : "");
  }
  std::map<std::string, std::string> contents() {
    std::map<std::string, std::string> found;
    for (const NodeRecord& node : bench().runs.record().nodes) found[node.id] = node.content;
    return found;
  }

 private Q_SLOTS:
  void init() {
    make_world();
    start_engine();
    open_window();
  }
  void cleanup() {
    drop_window();
    drop_engine();
  }

  void the_program_links_no_torch() {
    QProcess list;
    list.start("ldd", {KELTER_BINARY_DIR "/bin/kelter"});
    QVERIFY(list.waitForFinished());
    const QString libraries = list.readAllStandardOutput();
    QVERIFY(libraries.contains("libkelter.so"));
    QVERIFY2(!libraries.contains("torch"), qPrintable(libraries));
    QVERIFY2(!libraries.contains("kelter-engine"), qPrintable(libraries));
  }

  void from_an_empty_canvas_to_figures_by_mouse_and_keys() {
    build_two_branches();
    if (QTest::currentTestFailed()) return;
    await_engine();
    QTRY_VERIFY(bench().runs.plan());
    const std::vector<std::string> predicted = bench().runs.to_compute();
    application().watch();
    hands().click(button("run"));
    QTRY_VERIFY_WITH_TIMEOUT(finished(), run_limit_ms);
    QTest::qWait(200);   // the last updates are drawn, too
    application().stop_watching();
    std::vector<std::string> executed;
    for (const NodeRecord& node : bench().runs.record().nodes) {
      QVERIFY2(node.state == NodeState::done, node.error ? node.error->text().c_str() : node.id.c_str());
      if (!node.cached && node.step != "source.model") executed.push_back(node.id);
    }
    QCOMPARE(executed.size(), std::size_t{3});
    for (const std::string& id : executed) QVERIFY2(std::count(predicted.begin(), predicted.end(), id) == 1, id.c_str());
    qInfo("%d events while running; the longest took %.1f ms of CPU: %s", application().events(), application().worst_ms(),
          qPrintable(application().worst()));
    QVERIFY2(application().worst_ms() < 50, qPrintable(application().worst()));

    // Four plots: perplexity has a mark for each of the four models.
    FigurePlot& plot = window().results().plot("perplexity");
    window().results().refresh_now();
    QCOMPARE(plot.figure().marks.size(), std::size_t{3});
    // A click on a mark selects the node everywhere.
    const std::size_t mark = 1;
    hands().click(&plot, plot.mark_rect(mark).center().toPoint());
    QCOMPARE(bench().selection.current().toStdString(), document_node_of(plot.figure().marks[mark].node));

    // Saved, closed, opened again: the same document, and its results are there.
    const std::string before = to_pretty(document().to_json());
    save_as(path("two.kelter"));
    if (QTest::currentTestFailed()) return;
    const auto made = contents();
    close_and_open_again();
    open_file(path("two.kelter"));
    QTRY_COMPARE(to_pretty(document().to_json()), before);
    QTRY_VERIFY_WITH_TIMEOUT(!bench().runs.record().nodes.empty(), 60000);
    QVERIFY(contents() == made);
    QTRY_VERIFY(bench().runs.plan());
    QVERIFY(!bench().runs.any_stale());

    // A changed parameter makes the results behind it stale at once; undo makes them fresh.
    write("rtn-2", "bits", "3");
    QVERIFY(bench().runs.stale("rtn-2"));
    QVERIFY(!bench().runs.stale("rtn"));
    hands().key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY(!bench().runs.stale("rtn-2"));

    // A figure as a file.
    export_figure("perplexity", path("figure.pdf"));
    if (QTest::currentTestFailed()) return;
    QVERIFY(read_text_file(path("figure.pdf").toStdString()).starts_with("%PDF"));
  }

  void undo_takes_everything_back() {
    const std::string empty = to_pretty(Document{}.to_json());
    build_two_branches();
    if (QTest::currentTestFailed()) return;
    const std::string built = to_pretty(document().to_json());
    QUndoStack& stack = bench().document.undo_stack();
    QVERIFY(stack.count() >= 12);
    for (int i = stack.count(); i > 0; --i) hands().key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(to_pretty(document().to_json()), empty);
    for (int i = stack.count(); i > 0; --i) hands().key(Qt::Key_Y, Qt::ControlModifier);
    QVERIFY2(to_pretty(document().to_json()) == built, ("after redo:\n" + to_pretty(document().to_json()) + "\nbuilt:\n" + built).c_str());
  }

  void a_cancelled_run_goes_on_to_the_same_models() {
    build_two_branches();
    if (QTest::currentTestFailed()) return;
    write("perplexity", "text", path("long.txt"));
    await_engine();
    hands().key(Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(bench().runs.progress() && bench().runs.progress()->stage == "measure.perplexity" &&
                                 bench().runs.progress()->item > 0, run_limit_ms);
    QElapsedTimer timer;
    timer.start();
    hands().click(button("cancel"));
    QTRY_VERIFY_WITH_TIMEOUT(!bench().runs.running(), 30000);
    qInfo("cancelled after %lld ms", static_cast<long long>(timer.elapsed()));
    QVERIFY(std::any_of(bench().runs.record().nodes.begin(), bench().runs.record().nodes.end(),
                        [](const NodeRecord& node) { return node.state == NodeState::cancelled; }));
    write("perplexity", "limit", "2");
    hands().key(Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(finished(), run_limit_ms);
    for (const NodeRecord& node : bench().runs.record().nodes) QCOMPARE(node.state, NodeState::done);
  }

  void two_windows_share_the_engine_and_nothing_else() {
    build_two_branches();
    if (QTest::currentTestFailed()) return;
    MainWindow second(bridge());
    second.resize(1280, 800);
    second.show();
    second.new_document();
    await_engine();
    bring_to_front();
    hands().key(Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(finished(), run_limit_ms);
    QVERIFY(second.bench().runs.record().nodes.empty());
    QVERIFY(second.bench().runs.log().empty());
    QVERIFY(second.bench().document.document().nodes.empty());
  }

  void closing_during_a_run_asks_once_and_leaves_it_resumable() {
    build_two_branches();
    if (QTest::currentTestFailed()) return;
    write("perplexity", "text", path("long.txt"));
    save_as(path("closing.kelter"));
    await_engine();
    hands().key(Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(bench().runs.running() && !bench().runs.record().nodes.empty(), run_limit_ms);
    press_close();
    auto* question = window().findChild<QMessageBox*>();
    QVERIFY(question);
    hands().click(question->button(QMessageBox::Cancel));
    QVERIFY(window().isVisible());
    QVERIFY(bench().runs.running());
    QTRY_VERIFY(!window().findChild<QMessageBox*>());
    press_close();
    question = window().findChild<QMessageBox*>();
    QVERIFY(question);
    hands().click(question->button(QMessageBox::Discard));
    QVERIFY(!window().isVisible());
    const QString runs = bench().run_folder();
    drop_window();
    drop_engine();   // waits for the engine
    QVERIFY2(QFile::exists(runs + "/journal.jsonl"), qPrintable(runs));
    QVERIFY(QFile::exists(runs + "/run.json"));
  }

  void the_palette_adds_a_step() {
    hands().key(Qt::Key_N, Qt::ControlModifier);
    hands().key(Qt::Key_K, Qt::ControlModifier);
    auto* palette = window().findChild<CommandPalette*>();
    QTRY_VERIFY(palette->isVisible() && palette->findChild<QLineEdit*>()->hasFocus());
    hands().type("magnitude");
    hands().key(Qt::Key_Return);
    QVERIFY(!palette->isVisible());
    QVERIFY(document().find("magnitude"));
  }

  void without_an_engine_documents_open_and_the_reason_is_said() {
    drop_window();
    drop_engine();
    qputenv("KELTER_ENGINE", path("no-such-engine.so").toUtf8());
    start_engine();
    open_window();
    QTRY_COMPARE_WITH_TIMEOUT(bridge().state(), EngineBridge::State::unavailable, 60000);
    qunsetenv("KELTER_ENGINE");
    QVERIFY(bridge().error() && !bridge().error()->remedy.empty());
    window().open_demo();
    QCOMPARE(document().nodes.size(), std::size_t{13});
    QVERIFY(!bench().document.problem());
    QVERIFY(!window().findChild<QPushButton*>("run")->isEnabled());
  }

  void the_window_fits_a_small_screen_data() {
    QTest::addColumn<QString>("language");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("large");
    QTest::addRow("en, 720 lines") << "en" << QSize(1280, 720) << false;
    for (const char* language : {"en", "de", "fr"}) {
      for (const bool large : {false, true})
        QTest::addRow("%s%s", language, large ? ", large type" : "") << language << QSize(1280, 800) << large;
    }
  }

  void the_window_fits_a_small_screen() {
    QFETCH(QString, language);
    QFETCH(QSize, size);
    QFETCH(bool, large);
    drop_window();
    drop_engine();   // not started: nothing is said about the model of the demo
    use_language(language);
    theme().set_large_type(large);
    const auto usual = qScopeGuard([] {
      use_language("en");
      theme().set_large_type(false);
    });
    open_window();
    window().resize(size);
    const auto verify_fits = [&](const char* page) {
      QTest::qWait(50);
      const QSize least = window().minimumSizeHint(), is = window().size();
      QVERIFY2(least.width() <= size.width() && least.height() <= size.height(),
               qPrintable(QString("%1 needs %2x%3").arg(page).arg(least.width()).arg(least.height())));
      QVERIFY2(is == size, qPrintable(QString("%1 is %2x%3").arg(page).arg(is.width()).arg(is.height())));
    };
    verify_fits("start");
    window().open_demo();
    select("rtn-g64");
    verify_fits("canvas");
    const auto* inspector = window().findChild<QDockWidget*>("inspector");
    const int width = inspector->width(), canvas = window().canvas().height();
    QVERIFY2(canvas >= (large ? 140 : size.height() < 800 ? 200 : 290), qPrintable(QString::number(canvas)));
    if (size.height() == 800 && !large) QVERIFY(canvas >= 2 * window().results().height());  // nothing to see there yet
    for (const auto& [page, name] : {std::pair(MainWindow::Page::results, "results"), std::pair(MainWindow::Page::chat, "chat"),
                                     std::pair(MainWindow::Page::canvas, "canvas again")}) {
      window().show_page(page);
      verify_fits(name);
      QVERIFY2(inspector->width() == width, name);
    }
    QCOMPARE(window().canvas().height(), canvas);
  }

  void the_demo_opens_in_one_click_and_has_no_problem() {
    window().open_demo();
    QVERIFY(!bench().document.problem());
    QVERIFY(window().canvas().isVisible());
  }
};

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
  WatchedApplication watched(argc, argv);
  QApplication::setQuitOnLastWindowClosed(false);
  QApplication::setOrganizationName("Kelter");
  QApplication::setApplicationName("KelterTest");
  theme().apply();
  WindowTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "window_test.moc"
