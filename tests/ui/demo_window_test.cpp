// SPDX-License-Identifier: GPL-3.0-or-later
// The main job as somebody does it who sees Kelter for the first time, on a tiny model in the place of the default one:
// from the start page to four plots; a run that was cancelled and resumed; a run folder of the command line.
#include <QElapsedTimer>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"
#include "ui/canvas/canvas_panel.h"
#include "ui/figures/figure_plot.h"
#include "ui/library/start_cards.h"
#include "ui/library/start_page.h"
#include "ui/results/results_panel.h"
#include "ui/run/errors_panel.h"
#include "ui/run/log_view.h"
#include "ui/theme/theme.h"
#include "ui/window/main_window.h"
#include "watched_application.h"

using namespace kelter;
using namespace kelter::ui;

namespace {

constexpr int run_limit_ms = 300000;
const char* const figure_names[] = {"accuracy", "perplexity", "memory", "throughput"};

}  // namespace

class DemoWindowTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<EngineBridge> bridge_;
  std::unique_ptr<MainWindow> window_;

  QString path(const char* name) const { return folder_->filePath(name); }
  Workbench& bench() { return window_->bench(); }
  test::WatchedApplication& application() { return *static_cast<test::WatchedApplication*>(qApp); }
  QPushButton* button(const char* name) { return window_->findChild<QPushButton*>(name); }
  bool finished() { return !bench().runs.running() && bench().runs.queue().empty() && !bench().runs.record().nodes.empty(); }

  void open_window() {
    window_ = std::make_unique<MainWindow>(*bridge_);
    window_->show();
    QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
  }
  std::size_t values_in(const char* figure) {
    const auto& marks = window_->results().plot(figure).figure().marks;
    return static_cast<std::size_t>(std::count_if(marks.begin(), marks.end(), [](const Mark& mark) { return mark.state == MarkState::value; }));
  }
  // A document of four steps on the tiny model, with a perplexity that takes `windows` windows.
  QString small_document(int windows) {
    const Json json = Json::parse(R"({"kelter": 1, "title": "Small", "nodes": [
      {"id": "file", "step": "source.model", "parameters": {"path": "store:smollm2-135m-instruct"}},
      {"id": "rtn", "step": "quant.rtn", "parameters": {"bits": 4, "group": 64}},
      {"id": "depth", "step": "prune.depth", "parameters": {"criterion": "list", "layers": "2+3"}},
      {"id": "perplexity", "step": "measure.perplexity", "parameters": {"text": "resource:demo/test-en.txt", "window": 64}}],
      "links": [["file.model", "rtn.model"], ["file.model", "depth.model"], ["file.model", "perplexity.model"],
                ["rtn.model", "perplexity.model"], ["depth.model", "perplexity.model"]]})");
    Json limited = json;
    limited["nodes"][3]["parameters"]["limit"] = windows;
    write_file_atomically(fs::path(path("small.kelter").toStdString()), to_pretty(limited));
    return path("small.kelter");
  }

 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_DATA_HOME", path("data").toUtf8());
    qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
    qputenv("KELTER_CLI", KELTER_BINARY_DIR "/bin/kelter-cli");
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path("config"));
    QSettings().clear();
    const QString model = path("data/kelter/models/smollm2-135m-instruct");
    QDir().mkpath(model);
    QCOMPARE(QProcess::execute(KELTER_BINARY_DIR "/tests/make_tiny_llama", {model + "/tiny.gguf", "8", "128", "2048"}), 0);
    bridge_ = std::make_unique<EngineBridge>();
  }
  void cleanup() {
    window_.reset();
    bridge_.reset();
  }

  // Before the engine is even asked for: the window needs none to be shown.
  void the_window_shows_itself_within_a_second_of_processor_time() {
    const double before = test::thread_cpu_ms();
    open_window();
    const double spent = test::thread_cpu_ms() - before;
    qInfo("%.0f ms of CPU until the window is shown", spent);
    QVERIFY2(spent < 1000, qPrintable(QString::number(spent)));
  }

  void two_clicks_lead_from_the_start_page_to_four_plots() {
    bridge_->start();
    open_window();
    QTRY_COMPARE_WITH_TIMEOUT(bridge_->state(), EngineBridge::State::ready, 60000);
    application().watch();
    const auto cards = window_->findChildren<ActionCard*>();
    const auto demo = std::find_if(cards.begin(), cards.end(), [](const ActionCard* card) { return card->accessibleName().contains("demo"); });
    QVERIFY(demo != cards.end() && (*demo)->isVisible());
    QTest::mouseClick(*demo, Qt::LeftButton);                 // one
    QTRY_VERIFY(button("run")->isEnabled());
    QTest::mouseClick(button("run"), Qt::LeftButton);         // two
    QTRY_VERIFY_WITH_TIMEOUT(finished(), run_limit_ms);
    window_->results().refresh_now();
    application().stop_watching();
    for (const NodeRecord& node : bench().runs.record().nodes)
      QVERIFY2(node.state == NodeState::done, node.error ? node.error->text().c_str() : node.id.c_str());
    for (const char* figure : figure_names) {
      QVERIFY2(window_->results().plot(figure).isVisible(), figure);
      QVERIFY2(values_in(figure) == 8, qPrintable(QString("%1: %2").arg(figure).arg(values_in(figure))));
    }
    qInfo("%d events; the longest took %.1f ms of CPU: %s", application().events(), application().worst_ms(), qPrintable(application().worst()));
    QVERIFY2(application().worst_ms() < 50, qPrintable(application().worst()));
  }

  void a_run_that_was_cancelled_ends_like_one_that_was_not() {
    bridge_->start();
    open_window();
    window_->open_document(small_document(400));
    QTRY_COMPARE_WITH_TIMEOUT(bridge_->state(), EngineBridge::State::ready, 60000);
    QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(bench().runs.progress() && bench().runs.progress()->stage == "measure.perplexity" &&
                                 bench().runs.progress()->stage_index > 2, run_limit_ms);
    QElapsedTimer timer;
    timer.start();
    QTest::mouseClick(button("cancel"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!bench().runs.running(), 30000);
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    const RunRecord halted = bench().runs.record();
    QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(finished(), run_limit_ms);
    const RunRecord resumed = bench().runs.record();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < resumed.nodes.size(); ++i) {
      QCOMPARE(resumed.nodes[i].state, NodeState::done);
      if (halted.nodes[i].state != NodeState::done || halted.nodes[i].step == "source.model") continue;
      QVERIFY2(resumed.nodes[i].cached, resumed.nodes[i].id.c_str());
      ++kept;
    }
    QVERIFY(kept > 0 || halted.nodes.front().state == NodeState::done);
    // The same document in a world of its own, never cancelled.
    window_.reset();
    qputenv("XDG_CACHE_HOME", path("other-cache").toUtf8());
    QProcess whole;
    whole.start(KELTER_BINARY_DIR "/bin/kelter-cli", {"run", path("small.kelter"), "--out", path("whole")});
    QVERIFY(whole.waitForFinished(run_limit_ms));
    QVERIFY2(whole.exitCode() == 0, whole.readAllStandardError());
    const Json made = read_json_file(fs::path(path("whole/run.json").toStdString()));
    for (std::size_t i = 0; i < resumed.nodes.size(); ++i) QCOMPARE(made["nodes"][i]["content"], resumed.nodes[i].content);
  }

  void a_run_folder_of_the_command_line_opens_with_all_results_data() {
    QTest::addColumn<bool>("with_model");
    QTest::newRow("where it was made") << true;
    QTest::newRow("where its model is not") << false;
  }
  void a_run_folder_of_the_command_line_opens_with_all_results() {
    QFETCH(bool, with_model);
    QProcess made;
    made.start(KELTER_BINARY_DIR "/bin/kelter-cli", {"run", small_document(4), "--out", path("out")});
    QVERIFY(made.waitForFinished(run_limit_ms));
    QVERIFY2(made.exitCode() == 0, made.readAllStandardError());
    if (!with_model) QVERIFY(QDir().rename(path("data/kelter/models"), path("data/kelter/away")));
    bridge_->start();
    open_window();
    QTRY_COMPARE_WITH_TIMEOUT(bridge_->state(), EngineBridge::State::ready, 60000);
    window_->open_path(path("out"));
    QTRY_VERIFY_WITH_TIMEOUT(!bench().runs.record().nodes.empty(), 30000);
    QTRY_VERIFY_WITH_TIMEOUT(bench().runs.plan() || bench().runs.plan_error(), 30000);
    QCOMPARE(bool(bench().runs.plan()), with_model);
    const Json recorded = read_json_file(fs::path(path("out/run.json").toStdString()));
    QCOMPARE(recorded["nodes"].size(), bench().runs.record().nodes.size());
    for (std::size_t i = 0; i < bench().runs.record().nodes.size(); ++i)
      QCOMPARE(bench().runs.record().nodes[i].to_json(false).dump(), recorded["nodes"][i].dump());
    window_->results().refresh_now();
    QCOMPARE(values_in("perplexity"), std::size_t{3});
    const QString log = window_->findChild<LogView*>()->toPlainText();
    QCOMPARE(log, QString::fromStdString(read_text_file(path("out/log.txt").toStdString())).trimmed());
    QVERIFY2(log.contains("rtn"), qPrintable(log));
    QCOMPARE(window_->findChild<ErrorsPanel*>()->count(), 0);   // nothing was asked for that could have failed
  }
};

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  test::WatchedApplication application(argc, argv);
  QApplication::setOrganizationName("Kelter");
  QApplication::setApplicationName("KelterTest");
  theme().apply();
  DemoWindowTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "demo_window_test.moc"
