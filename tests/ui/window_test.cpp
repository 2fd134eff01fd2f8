// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window as a person uses it, with the real engine on a tiny model: from an empty canvas to figures by mouse
// and keys; cancel, resume, undo, save, export; two windows; closing during a run. The application adds up the CPU time
// of every event handler of the window's thread.
#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"
#include "watched_application.h"
#include "ui/canvas/canvas_panel.h"
#include "ui/figures/figure_export.h"
#include "ui/figures/figure_plot.h"
#include "ui/inspector/parameter_row.h"
#include "ui/results/results_panel.h"
#include "ui/theme/theme.h"
#include "ui/window/command_palette.h"
#include "ui/window/language.h"
#include "ui/window/main_window.h"

using namespace kelter;
using namespace kelter::ui;
using test::WatchedApplication;

namespace {

WatchedApplication& application() { return *static_cast<WatchedApplication*>(qApp); }

constexpr int run_limit_ms = 120000;

QString words(int count) {
  QString text;
  for (int i = 0; i < count; ++i) text += QString("word%1 and another one. ").arg(i % 97);
  return text;
}

}  // namespace

class WindowTest : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<EngineBridge> bridge_;
  std::unique_ptr<MainWindow> window_;

  QString path(const char* name) const { return folder_->filePath(name); }
  Workbench& bench() { return window_->bench(); }
  const Document& document() { return bench().document.document(); }
  QWidget* viewport() { return window_->canvas().view().viewport(); }
  QPoint at(const QPointF& place) { return window_->canvas().view().mapFromScene(place); }
  QPoint port(const char* node, const char* name, bool input) {
    return at(window_->canvas().scene().node(node)->port(name, input)->scenePos());
  }

  void open_window() {
    window_ = std::make_unique<MainWindow>(*bridge_);
    window_->resize(1600, 950);
    window_->show();
    QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
  }
  void drag(const QPoint& from, const QPoint& to) {
    QTest::mousePress(viewport(), Qt::LeftButton, {}, from);
    for (int part = 1; part <= 4; ++part) QTest::mouseMove(viewport(), from + (to - from) * part / 4);
    QTest::mouseRelease(viewport(), Qt::LeftButton, {}, to);
  }
  // Drops a link into empty space and takes a step from the list that opens.
  void branch_off(const char* node, const QPointF& place, const QString& typed) {
    drag(port(node, "model", false), at(place));
    auto* field = window_->canvas().pick_list().findChild<QLineEdit*>();
    QVERIFY(field->isVisible());
    QTest::keyClicks(field, typed);
    QTest::keyClick(field, Qt::Key_Return);
  }
  QWidget* field(const char* parameter) {
    auto* row = window_->findChild<ParameterRow*>(QString("parameter-") + parameter);
    if (!row) return nullptr;
    for (ParameterEditor* editor : row->findChildren<ParameterEditor*>()) {
      if (editor->isVisibleTo(row)) return editor->focusProxy();
    }
    return nullptr;
  }
  void write(const char* node, const char* parameter, const QString& text) {
    bench().selection.set({node});
    QTRY_VERIFY2(field(parameter), parameter);
    if (auto* combo = qobject_cast<QComboBox*>(field(parameter))) {
      combo->setFocus();
      QTest::keyClicks(combo, text);
    } else {
      auto* line = field(parameter);
      line->setFocus();
      QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
      QTest::keyClicks(line, text);
      QTest::keyClick(line, Qt::Key_Return);
    }
  }
  void drop_on_window(const QString& file) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(window_.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(window_.get(), &drop);
  }
  bool finished() { return !bench().runs.running() && bench().runs.queue().empty() && !bench().runs.record().nodes.empty(); }
  // source, two layers removed, then 4 bit; a second branch with 4 bit alone; perplexity of all three.
  void build_two_branches() {
    QTest::keyClick(window_.get(), Qt::Key_N, Qt::ControlModifier);
    drop_on_window(path("tiny.gguf"));
    QTRY_COMPARE(document().nodes.size(), std::size_t{1});
    window_->canvas().view().set_zoom(0.8);
    const char* model = document().nodes[0].id.c_str();
    const std::string source = model;
    branch_off(source.c_str(), {320, -120}, "Remove layers");
    QTRY_VERIFY(document().find("depth"));
    write("depth", "criterion", "list");
    write("depth", "layers", "1+2");
    branch_off("depth", {640, -120}, "Round to nearest");
    QTRY_VERIFY(document().find("rtn"));
    branch_off(source.c_str(), {320, 140}, "Round to nearest");
    QTRY_VERIFY(document().find("rtn-2"));
    for (const char* rtn : {"rtn", "rtn-2"}) write(rtn, "group", "32");
    branch_off("rtn", {960, 0}, "Perplexity");
    QTRY_VERIFY(document().find("perplexity"));
    write("perplexity", "text", path("text.txt"));
    write("perplexity", "window", "64");
    for (const char* from : {source.c_str(), "rtn-2"}) drag(port(from, "model", false), port("perplexity", "model", true));
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
    folder_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_DATA_HOME", path("data").toUtf8());
    qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
    qputenv("KELTER_CLI", KELTER_BINARY_DIR "/bin/kelter-cli");
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path("config"));
    QSettings().clear();
    QCOMPARE(QProcess::execute(KELTER_BINARY_DIR "/tests/make_tiny_llama", {path("tiny.gguf"), "4"}), 0);
    write_file_atomically(fs::path(path("text.txt").toStdString()), words(300).toStdString());
    write_file_atomically(fs::path(path("long.txt").toStdString()), words(60000).toStdString());
    bridge_ = std::make_unique<EngineBridge>();
    bridge_->start();
    open_window();
  }
  void cleanup() {
    window_.reset();
    bridge_.reset();
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
    QTRY_COMPARE_WITH_TIMEOUT(bridge_->state(), EngineBridge::State::ready, 60000);
    QTRY_VERIFY(bench().runs.plan());
    const std::vector<std::string> predicted = bench().runs.to_compute();
    application().watch();
    QTest::mouseClick(window_->findChild<QPushButton*>("run"), Qt::LeftButton);
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
    FigurePlot& plot = window_->results().plot("perplexity");
    window_->results().refresh_now();
    QCOMPARE(plot.figure().marks.size(), std::size_t{3});
    // A click on a mark selects the node everywhere.
    const std::size_t mark = 1;
    QTest::mouseClick(&plot, Qt::LeftButton, {}, plot.mark_rect(mark).center().toPoint());
    QCOMPARE(bench().selection.current().toStdString(), document_node_of(plot.figure().marks[mark].node));

    // Saved, closed, opened again: the same document, and its results are there.
    const std::string before = to_pretty(document().to_json());
    window_->files().save(path("two.kelter"));
    const auto made = contents();
    leave_and_reopen();
    window_->open_document(path("two.kelter"));
    QCOMPARE(to_pretty(document().to_json()), before);
    QTRY_VERIFY_WITH_TIMEOUT(!bench().runs.record().nodes.empty(), 60000);
    QVERIFY(contents() == made);
    QTRY_VERIFY(bench().runs.plan());
    QVERIFY(!bench().runs.any_stale());

    // A changed parameter makes the results behind it stale at once; undo makes them fresh.
    write("rtn-2", "bits", "3");
    QVERIFY(bench().runs.stale("rtn-2"));
    QVERIFY(!bench().runs.stale("rtn"));
    bench().document.undo_stack().undo();
    QTRY_VERIFY(!bench().runs.stale("rtn-2"));

    // A figure as a file.
    FigureExport& exporter = window_->results().export_figure("perplexity");
    exporter.set_path(path("figure.pdf"));
    QVERIFY(exporter.export_now());
    QVERIFY(read_text_file(path("figure.pdf").toStdString()).starts_with("%PDF"));
    exporter.close();
  }

  void undo_takes_everything_back() {
    const std::string empty = to_pretty(Document{}.to_json());
    build_two_branches();
    if (QTest::currentTestFailed()) return;
    const std::string built = to_pretty(document().to_json());
    QUndoStack& stack = bench().document.undo_stack();
    QVERIFY(stack.count() >= 12);
    viewport()->setFocus();
    for (int i = stack.count(); i > 0; --i) QTest::keyClick(viewport(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(to_pretty(document().to_json()), empty);
    for (int i = stack.count(); i > 0; --i) QTest::keyClick(viewport(), Qt::Key_Y, Qt::ControlModifier);
    QVERIFY2(to_pretty(document().to_json()) == built, ("after redo:\n" + to_pretty(document().to_json()) + "\nbuilt:\n" + built).c_str());
  }

  void a_cancelled_run_goes_on_to_the_same_models() {
    build_two_branches();
    if (QTest::currentTestFailed()) return;
    write("perplexity", "text", path("long.txt"));
    QTRY_COMPARE_WITH_TIMEOUT(bridge_->state(), EngineBridge::State::ready, 60000);
    QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(bench().runs.progress() && bench().runs.progress()->stage == "measure.perplexity" &&
                                 bench().runs.progress()->item > 0, run_limit_ms);
    QElapsedTimer timer;
    timer.start();
    QTest::mouseClick(window_->findChild<QPushButton*>("cancel"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!bench().runs.running(), 30000);
    qInfo("cancelled after %lld ms", static_cast<long long>(timer.elapsed()));
    QVERIFY(std::any_of(bench().runs.record().nodes.begin(), bench().runs.record().nodes.end(),
                        [](const NodeRecord& node) { return node.state == NodeState::cancelled; }));
    write("perplexity", "limit", "2");
    QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(finished(), run_limit_ms);
    for (const NodeRecord& node : bench().runs.record().nodes) QCOMPARE(node.state, NodeState::done);
  }

  void two_windows_share_the_engine_and_nothing_else() {
    build_two_branches();
    if (QTest::currentTestFailed()) return;
    MainWindow second(*bridge_);
    second.resize(1280, 800);
    second.show();
    second.new_document();
    QTRY_COMPARE_WITH_TIMEOUT(bridge_->state(), EngineBridge::State::ready, 60000);
    QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(finished(), run_limit_ms);
    QVERIFY(second.bench().runs.record().nodes.empty());
    QVERIFY(second.bench().runs.log().empty());
    QVERIFY(second.bench().document.document().nodes.empty());
  }

  void closing_during_a_run_asks_once_and_leaves_it_resumable() {
    build_two_branches();
    if (QTest::currentTestFailed()) return;
    write("perplexity", "text", path("long.txt"));
    window_->files().save(path("closing.kelter"));
    QTRY_COMPARE_WITH_TIMEOUT(bridge_->state(), EngineBridge::State::ready, 60000);
    QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(bench().runs.running() && !bench().runs.record().nodes.empty(), run_limit_ms);
    window_->close();
    auto* question = window_->findChild<QMessageBox*>();
    QVERIFY(question);
    QTest::mouseClick(question->button(QMessageBox::Cancel), Qt::LeftButton);
    QVERIFY(window_->isVisible());
    QVERIFY(bench().runs.running());
    QTRY_VERIFY(!window_->findChild<QMessageBox*>());
    window_->close();
    question = window_->findChild<QMessageBox*>();
    QVERIFY(question);
    QTest::mouseClick(question->button(QMessageBox::Discard), Qt::LeftButton);
    QVERIFY(!window_->isVisible());
    const QString runs = bench().run_folder();
    window_.reset();
    bridge_.reset();   // waits for the engine
    QVERIFY2(QFile::exists(runs + "/journal.jsonl"), qPrintable(runs));
    QVERIFY(QFile::exists(runs + "/run.json"));
    bridge_ = std::make_unique<EngineBridge>();
    bridge_->start();
  }

  void the_palette_adds_a_step() {
    window_->new_document();
    QTest::keyClick(window_.get(), Qt::Key_K, Qt::ControlModifier);
    auto* palette = window_->findChild<CommandPalette*>();
    QVERIFY(palette->isVisible());
    auto* typed = palette->findChild<QLineEdit*>();
    QTest::keyClicks(typed, "magnitude");
    QTest::keyClick(typed, Qt::Key_Return);
    QVERIFY(!palette->isVisible());
    QVERIFY(document().find("magnitude"));
  }

  void without_an_engine_documents_open_and_the_reason_is_said() {
    window_.reset();
    bridge_.reset();
    qputenv("KELTER_ENGINE", path("no-such-engine.so").toUtf8());
    bridge_ = std::make_unique<EngineBridge>();
    bridge_->start();
    open_window();
    QTRY_COMPARE_WITH_TIMEOUT(bridge_->state(), EngineBridge::State::unavailable, 60000);
    qunsetenv("KELTER_ENGINE");
    QVERIFY(bridge_->error() && !bridge_->error()->remedy.empty());
    window_->open_demo();
    QCOMPARE(document().nodes.size(), std::size_t{13});
    QVERIFY(!bench().document.problem());
    QVERIFY(!window_->findChild<QPushButton*>("run")->isEnabled());
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
    window_.reset();
    bridge_ = std::make_unique<EngineBridge>();  // not started: nothing is said about the model of the demo
    use_language(language);
    theme().set_large_type(large);
    const auto usual = qScopeGuard([] {
      use_language("en");
      theme().set_large_type(false);
    });
    open_window();
    window_->resize(size);
    const auto verify_fits = [&](const char* page) {
      QTest::qWait(50);
      const QSize least = window_->minimumSizeHint(), is = window_->size();
      QVERIFY2(least.width() <= size.width() && least.height() <= size.height(),
               qPrintable(QString("%1 needs %2x%3").arg(page).arg(least.width()).arg(least.height())));
      QVERIFY2(is == size, qPrintable(QString("%1 is %2x%3").arg(page).arg(is.width()).arg(is.height())));
    };
    verify_fits("start");
    window_->open_demo();
    bench().selection.set({"rtn-g64"});
    verify_fits("canvas");
    const auto* inspector = window_->findChild<QDockWidget*>("inspector");
    const int width = inspector->width(), canvas = window_->canvas().height();
    QVERIFY2(canvas >= (large ? 140 : size.height() < 800 ? 200 : 290), qPrintable(QString::number(canvas)));
    for (const auto& [page, name] : {std::pair(MainWindow::Page::results, "results"), std::pair(MainWindow::Page::chat, "chat"),
                                     std::pair(MainWindow::Page::canvas, "canvas again")}) {
      window_->show_page(page);
      verify_fits(name);
      QVERIFY2(inspector->width() == width, name);
    }
    QCOMPARE(window_->canvas().height(), canvas);
  }

  void the_demo_opens_in_one_click_and_has_no_problem() {
    window_->open_demo();
    QVERIFY(!bench().document.problem());
    QVERIFY(window_->canvas().isVisible());
  }

 private:
  void leave_and_reopen() {
    window_.reset();
    open_window();
  }
};

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  WatchedApplication watched(argc, argv);
  QApplication::setOrganizationName("Kelter");
  QApplication::setApplicationName("KelterTest");
  theme().apply();
  WindowTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "window_test.moc"
