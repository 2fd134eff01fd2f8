// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that can be put on the canvas, put there by mouse and keys alone: built, run, cancelled, resumed, undone,
// saved, opened again and exported. How many gestures a first experiment takes, and whether everybody can read and
// hear the window.
#include <QAccessible>
#include <QDockWidget>
#include <QPalette>
#include <QTabBar>
#include <QTreeView>
#include <set>
#include <cmath>

#include "ui/library/library_panel.h"
#include "ui/theme/theme.h"
#include "window_desk.h"

using namespace kelter;
using namespace kelter::ui;

namespace {

// WCAG 2.1.
double luminance(const QColor& color) {
  const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}
double contrast(const QColor& a, const QColor& b) {
  const double la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

}  // namespace

class BuildByHandTest : public QObject, private test::WindowDesk {
  Q_OBJECT

 private:
  // A double-click in the library: behind the selected node.
  void take_from_library(const QString& title) {
    QTreeView* tree = window().findChild<LibraryPanel*>()->tree();
    const QModelIndexList found = tree->model()->match(tree->model()->index(0, 0), Qt::DisplayRole, title, 1,
                                                       Qt::MatchExactly | Qt::MatchRecursive);
    QVERIFY2(!found.isEmpty(), qPrintable(title));
    for (int turn = 0; turn < 40 && !tree->viewport()->rect().contains(tree->visualRect(found.first()).center()); ++turn) {
      const QPoint middle = tree->viewport()->rect().center();
      const QPoint turned(0, tree->visualRect(found.first()).center().y() < middle.y() ? 120 : -120);
      QWheelEvent wheel(middle, tree->viewport()->mapToGlobal(middle), {}, turned, Qt::NoButton, Qt::NoModifier,
                        Qt::NoScrollPhase, false);
      QApplication::sendEvent(tree->viewport(), &wheel);
    }
    hands().double_click(tree->viewport(), tree->visualRect(found.first()).center());
  }
  std::size_t values_in(const char* figure) {
    const auto& marks = window().results().plot(figure).figure().marks;
    return static_cast<std::size_t>(
        std::count_if(marks.begin(), marks.end(), [](const Mark& mark) { return mark.state == MarkState::value; }));
  }
  // Every kind of step the catalogue has, but tasks to optimise against, which nothing takes yet.
  void build_everything() {
    hands().key(Qt::Key_N, Qt::ControlModifier);
    for (int i = 0; i < 4; ++i) hands().key(Qt::Key_Minus, Qt::ControlModifier);
    add_by_double_click({-900, -200}, "source.model");
    QTRY_COMPARE(document().nodes.size(), std::size_t{1});
    const std::string model = document().nodes[0].id;
    write_here("path", path("tiny.gguf"));
    add_by_double_click({-900, 200}, "source.text");
    QTRY_COMPARE(document().nodes.size(), std::size_t{2});
    const std::string text = document().nodes[1].id;
    write_here("path", path("text.txt"));
    write_here("samples", "2");
    write_here("length", "64");
    if (QTest::currentTestFailed()) return;
    branch_off(model, {-500, -260}, "Expand");
    branch_off(model, {-500, -100}, "Magnitude");
    write("magnitude", "sparsity", "0.3");
    branch_off(model, {-500, 60}, "Round to nearest");
    write("rtn", "group", "32");
    branch_off(model, {-500, 220}, "Remove layers");
    write("depth", "count", "2");
    hands().drag(viewport(), port(text, "text", false), port("depth", "text", true));
    if (QTest::currentTestFailed()) return;
    branch_off("depth", {-100, 220}, "Round to nearest");
    branch_off(model, {-500, 380}, "Cast");
    if (QTest::currentTestFailed()) return;
    branch_off(model, {-500, 540}, "Wanda");
    branch_off(model, {-500, 700}, "SparseGPT");
    branch_off(model, {-100, 540}, "GPTQ");
    write("gptq", "group", "32");
    for (const char* one : {"wanda", "sparsegpt", "gptq"}) hands().drag(viewport(), port(text, "text", false), port(one, "text", true));
    if (QTest::currentTestFailed()) return;
    const QString measures[] = {"measure.perplexity", "measure.tasks", "measure.throughput", "measure.memory"};
    double y = -280;
    for (const QString& measure : measures) {
      branch_off("rtn-2", {400, y}, measure);
      y += 150;
    }
    QTRY_COMPARE(document().nodes.size(), std::size_t{15});
    write("perplexity", "text", path("text.txt"));
    write_here("window", "64");
    write("tasks", "names", path("questions.jsonl"));
    for (const char* one : {"throughput", "memory"}) {
      write(one, "prompt", "16");
      write_here("output", "4");
    }
    write("throughput", "repeats", "1");
    for (const std::string& from : {model, std::string("expand"), std::string("magnitude"), std::string("rtn"), std::string("depth"), std::string("cast")})
      for (const char* measure : {"perplexity", "tasks", "throughput", "memory"}) link(from, measure);
    QTRY_COMPARE(document().links.size(), std::size_t{41});
    add_by_double_click({-900, 420}, "source.tasks");   // no step takes questions yet
    QTRY_COMPARE(document().nodes.size(), std::size_t{16});
    write_here("names", path("questions.jsonl"));
    QVERIFY2(!bench().document.problem(), bench().document.problem() ? bench().document.problem()->text().c_str() : "");
  }

 private Q_SLOTS:
  void cleanup() {
    drop_window();
    drop_engine();
    theme().set_mode(Theme::Mode::system);
  }

  void everything_is_built_run_and_undone_by_hand() {
    make_world();
    std::string questions;
    for (int i = 0; i < 6; ++i) questions += R"({"context": "word", "choices": ["one", "other"], "gold": 0, "grade": 1})" "\n";
    write_file_atomically(fs::path(path("questions.jsonl").toStdString()), questions);
    start_engine();
    open_window({1900, 1300});
    const std::string empty = to_pretty(Document{}.to_json());
    build_everything();
    if (QTest::currentTestFailed()) return;
    std::set<std::string> built;
    for (const Node& node : document().nodes) built.insert(node.step);
    for (const StepDescriptor& step : bench().catalogue.steps())
      QVERIFY2(built.contains(step.id), step.id.c_str());
    // Cancelled where it takes long, and taken up again.
    write("perplexity", "text", path("long.txt"));
    await_engine();
    hands().click(button("run"));
    QTRY_VERIFY_WITH_TIMEOUT(bench().runs.progress() && bench().runs.progress()->stage == "measure.perplexity" &&
                                 bench().runs.progress()->item > 0, run_limit_ms);
    hands().click(button("cancel"));
    QTRY_VERIFY_WITH_TIMEOUT(!bench().runs.running(), 30000);
    write("perplexity", "limit", "2");
    hands().click(button("run"));
    QTRY_VERIFY_WITH_TIMEOUT(finished(), run_limit_ms);
    for (const NodeRecord& node : bench().runs.record().nodes)
      QVERIFY2(node.state == NodeState::done, node.error ? node.error->text().c_str() : node.id.c_str());
    for (const char* figure : {"accuracy", "perplexity", "memory", "throughput"})
      QTRY_VERIFY2(values_in(figure) == 7, qPrintable(QString("%1: %2").arg(figure).arg(values_in(figure))));
    // All taken back, and done again.
    const std::string whole = written();
    const int count = bench().document.undo_stack().count();
    for (int i = 0; i < count; ++i) hands().key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(written(), empty);
    for (int i = 0; i < count; ++i) hands().key(Qt::Key_Y, Qt::ControlModifier);
    QCOMPARE(written(), whole);
    save_as(path("whole.kelter"));
    if (QTest::currentTestFailed()) return;
    const std::string saved = written();
    close_and_open_again();
    open_file(path("whole.kelter"));
    QTRY_COMPARE(written(), saved);
    QTRY_VERIFY_WITH_TIMEOUT(values_in("accuracy") == 7, 60000);
    export_figure("accuracy", path("figure.pdf"));
    if (QTest::currentTestFailed()) return;
    QVERIFY(read_text_file(path("figure.pdf").toStdString()).starts_with("%PDF"));
  }

  void a_first_experiment_takes_few_gestures() {
    make_world();
    start_engine();
    open_window();
    await_engine();
    hands().count_from_zero();
    hands().drop(&window(), path("tiny.gguf"), QPoint(700, 300));
    QTRY_COMPARE(document().nodes.size(), std::size_t{1});
    const std::string model = document().nodes[0].id;
    take_from_library("Remove layers");
    QTRY_VERIFY(document().find("depth"));
    QTRY_VERIFY(field("criterion"));
    hands().click(field("criterion"));
    QTRY_VERIFY(QApplication::activePopupWidget());
    hands().type("list");
    hands().key(Qt::Key_Return);
    QTRY_VERIFY(field("layers") && !QApplication::activePopupWidget());
    hands().click(field("layers"));
    hands().type("1+2");
    take_from_library("Round to nearest");   // 4 bit in groups of 64, as it comes
    QTRY_VERIFY(document().find("rtn"));
    select(model);
    take_from_library("Round to nearest");
    QTRY_VERIFY(document().find("rtn-2"));
    take_from_library("Throughput");
    QTRY_VERIFY(document().find("throughput"));
    link("rtn", "throughput");
    select("rtn-2");
    take_from_library("Memory");
    QTRY_VERIFY(document().find("memory"));
    link("rtn", "memory");
    hands().click(button("run"));
    if (QTest::currentTestFailed()) return;
    QTRY_VERIFY_WITH_TIMEOUT(bench().runs.running(), 30000);
    QCOMPARE(document().find("depth")->parameters["layers"].get<std::string>(), std::string("1+2"));
    QCOMPARE(document().links.size(), std::size_t{7});
    qInfo("%d gestures", hands().gestures());
    QVERIFY2(hands().gestures() <= 20, qPrintable(QString::number(hands().gestures())));
    QTRY_VERIFY_WITH_TIMEOUT(finished(), run_limit_ms);
    for (const NodeRecord& node : bench().runs.record().nodes) QCOMPARE(node.state, NodeState::done);
  }

  void all_text_has_enough_contrast_data() {
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
  }
  void all_text_has_enough_contrast() {
    QFETCH(bool, dark);
    theme().set_mode(dark ? Theme::Mode::dark : Theme::Mode::light);
    const QPalette palette = QApplication::palette();
    struct Pair {
      QPalette::ColorGroup group;
      QPalette::ColorRole text, ground;
      double least;
    };
    const Pair pairs[] = {{QPalette::Active, QPalette::WindowText, QPalette::Window, 4.5},
                          {QPalette::Active, QPalette::Text, QPalette::Base, 4.5},
                          {QPalette::Active, QPalette::Text, QPalette::AlternateBase, 4.5},
                          {QPalette::Active, QPalette::ButtonText, QPalette::Button, 4.5},
                          {QPalette::Active, QPalette::ToolTipText, QPalette::ToolTipBase, 4.5},
                          {QPalette::Active, QPalette::Link, QPalette::Base, 4.5},
                          {QPalette::Active, QPalette::Link, QPalette::Window, 4.5},
                          {QPalette::Active, QPalette::HighlightedText, QPalette::Highlight, 4.5},
                          {QPalette::Inactive, QPalette::HighlightedText, QPalette::Highlight, 4.5},
                          {QPalette::Active, QPalette::PlaceholderText, QPalette::Base, 3},
                          {QPalette::Disabled, QPalette::WindowText, QPalette::Window, 3},
                          {QPalette::Disabled, QPalette::Text, QPalette::Base, 3},
                          {QPalette::Disabled, QPalette::ButtonText, QPalette::Button, 3}};
    for (const Pair& pair : pairs) {
      const double found = contrast(palette.color(pair.group, pair.text), palette.color(pair.group, pair.ground));
      QVERIFY2(found >= pair.least, qPrintable(QString("%1 on %2: %3").arg(QVariant::fromValue(pair.text).toString(),
                                                       QVariant::fromValue(pair.ground).toString()).arg(found)));
    }
    // Text in the colours of the theme itself.
    const Colors& c = theme().colors();
    for (const QColor& ground : {c.background, c.panel, c.field}) {
      for (const QColor& text : {c.ink, c.muted, c.accent, c.success, c.warning, c.danger})
        QVERIFY2(contrast(text, ground) >= 4.5,
                 qPrintable(QString("%1 on %2: %3").arg(text.name(), ground.name()).arg(contrast(text, ground))));
    }
  }

  void everything_that_takes_the_focus_has_a_name() {
    make_world();
    open_window();
    QStringList nameless;
    const auto look = [&](const char* page) {
      QCoreApplication::processEvents();
      for (QWidget* widget : window().findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus || widget->focusProxy()) continue;
        if (const auto* tabs = qobject_cast<QTabBar*>(widget); tabs && tabs->count() == 0) continue;   // of hidden docks
        const QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
        if (face && !face->text(QAccessible::Name).isEmpty()) continue;
        const QWidget* parent = widget->parentWidget();
        nameless << QString("%1: %2 %3 in %4 %5").arg(page, widget->metaObject()->className(), widget->objectName(),
                                                      parent->metaObject()->className(), parent->objectName());
      }
    };
    look("start");
    window().open_demo();
    for (QDockWidget* dock : window().findChildren<QDockWidget*>()) dock->show();
    for (const char* node : {"file", "calibration", "depth2", "rtn-g64", "magnitude30", "perplexity", "tasks", "throughput"}) {
      bench().selection.set({node});
      look(node);
    }
    for (QDockWidget* dock : window().findChildren<QDockWidget*>()) {
      dock->raise();
      look("docks");
    }
    for (const MainWindow::Page page : {MainWindow::Page::results, MainWindow::Page::chat}) {
      window().show_page(page);
      look(page == MainWindow::Page::results ? "results" : "chat");
    }
    nameless.removeDuplicates();
    QVERIFY2(nameless.isEmpty(), qPrintable('\n' + nameless.join('\n')));
  }
};

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
  QApplication application(argc, argv);
  QApplication::setQuitOnLastWindowClosed(false);
  QApplication::setOrganizationName("Kelter");
  QApplication::setApplicationName("KelterTest");
  theme().apply();
  BuildByHandTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "build_by_hand_test.moc"
