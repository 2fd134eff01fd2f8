// SPDX-License-Identifier: GPL-3.0-or-later
// The run panel and the errors panel with real mouse and key events, on an engine that says what the test wants and
// on the real one. KELTER_SCREENSHOTS=DIR saves pictures of their states.
#include "ui/run/run_panel.h"

#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSplitter>
#include <QStandardItemModel>
#include <QToolButton>
#include <QTranslator>
#include <QtTest>

#include "tests/ui/engine_world.h"
#include "tests/ui/shown_panel.h"
#include "tests/ui/find_widgets.h"
#include "ui/results/elided_label.h"
#include "ui/run/errors_panel.h"
#include "ui/run/failure_list.h"
#include "ui/run/log_view.h"
#include "ui/run/progress_bars.h"
#include "ui/run/queue_view.h"
#include "ui/run/run_text.h"
#include "ui/theme/theme.h"

using namespace kelter;
using namespace kelter::test;
using namespace kelter::ui;

namespace {

void click(QWidget* widget) { QTest::mouseClick(widget, Qt::LeftButton); }

QString caption(const RunPanel& panel) { return panel.findChild<ElidedLabel*>()->text(); }

// A shown panel on a fake engine.
struct Shown : ShownPanel<RunPanel> {
  explicit Shown(const Document& document) : ShownPanel(document, {1000, 220}) {}
  RunRecord record(NodeState state) {
    RunRecord record{"0.1.0", "cpu", "class", {{"seconds", 200.0}}, {}};
    for (const Node& node : bench.document.document().nodes) {
      if (node.step.starts_with("measure.")) continue;
      NodeRecord one;
      one.id = node.id;
      one.step = node.step;
      one.recipe = node.id;
      one.state = state;
      record.nodes.push_back(one);
    }
    return record;
  }
  std::string begin() {
    bench.run();
    const std::string id = bench.runs.queue().front().id;
    engine().say(RunStarted{id, record(NodeState::waiting)});
    return QTest::qWaitFor([&] { return bench.runs.running_id() == id; }) ? id : "";
  }
  void log(const std::string& id, int from, int to, const char* level = "info") {
    for (int i = from; i < to; ++i) engine().say(RunLog{id, {level, "rtn", "line number " + std::to_string(i)}});
  }
  std::vector<QString> titles() const {
    std::vector<QString> all;
    for (const auto& queued : bench.runs.queue()) all.push_back(queued.title);
    return all;
  }
  // Runs called a, b, c, … wait behind the one under way.
  void queue(const char* names) {
    for (const char* name = names; *name; ++name) {
      bench.document.push(set_title(bench.document.document(), std::string(1, *name)), "title");
      bench.run();
    }
  }
};

// One that can be used, and one whose driver is too old.
std::vector<ComputeDevice> two_gpus() {
  const ErrorInfo old{ErrorCode::unsupported, "The NVIDIA driver is too old", "device cuda", "it knows CUDA 11.8", "Install a newer driver."};
  return {{"cuda:0", "NVIDIA H100 80GB HBM3", "NVIDIA H100 80GB HBM3 sm_90, libtorch 2.11.0", "bfloat16", 85'000'000'000, {}},
          {"cuda:1", "NVIDIA T4", {}, {}, 16'000'000'000, old}};
}

RunProgress progress(const std::string& id, std::optional<double> remaining) {
  return {id, {"rtn", "quant.rtn", 3, 6, 12, 30, "layer 12", 4.0, remaining}};
}

}  // namespace

class RunPanelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    static QTranslator plurals;   // of English, as the program loads them
    QVERIFY(plurals.load(":/translations/kelter_en.qm"));
    QCoreApplication::installTranslator(&plurals);
    theme().set_mode(Theme::Mode::light);
    QLocale::setDefault(QLocale::c());
  }
  void init() {
    world_ = std::make_unique<EngineWorld>();
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, QString::fromStdString((world_->path() / "config").string()));
    QSettings().clear();
    FakeEngine::gpus().clear();
  }

  void the_processor_and_every_gpu_can_be_chosen_unless_it_cannot_be_used() {
    FakeEngine::gpus() = two_gpus();
    Shown shown{world_->small()};
    QVERIFY(shown.ready());
    auto* devices = named<QComboBox>(shown.panel, "Device to compute on");
    QTRY_COMPARE(devices->count(), 4);
    QCOMPARE(devices->currentText(), QString("Processor"));
    QCOMPARE(devices->itemText(1), QString("Automatic"));
    QCOMPARE(devices->itemText(2), QString("NVIDIA H100 80GB HBM3 · 85.0 GB"));
    const auto* items = static_cast<QStandardItemModel*>(devices->model());
    QVERIFY(items->item(2)->isEnabled() && !items->item(3)->isEnabled());
    QVERIFY2(devices->itemData(3, Qt::ToolTipRole).toString().contains("too old"), qPrintable(devices->itemData(3, Qt::ToolTipRole).toString()));
    QTRY_VERIFY(!shown.engine().asked<PlanRequest>().empty());
    QCOMPARE(shown.engine().asked<PlanRequest>().back().settings.device, std::string("cpu"));
    devices->setFocus();
    QTest::keyClick(devices, Qt::Key_Down);
    QTest::keyClick(devices, Qt::Key_Down);
    QTRY_COMPARE(shown.engine().asked<PlanRequest>().back().settings.device, std::string("cuda:0"));   // what runs again is counted for it
    QTest::keyClick(devices, Qt::Key_Down);   // passes over the one that cannot be used
    QCOMPARE(devices->currentIndex(), 2);
    QVERIFY(devices->toolTip().contains("sm_90"));
    click(button(shown.panel, "Run all"));
    QCOMPARE(shown.engine().asked<RunRequest>().back().settings.device, std::string("cuda:0"));
    QCOMPARE(QSettings().value("compute/device").toString(), QString("cuda:0"));
    QVERIFY(shown.bench.document.document().to_json().dump().find("cuda") == std::string::npos);
  }

  void a_remembered_device_that_is_gone_is_told_and_kept_in_mind() {
    QSettings().setValue("compute/device", "cuda:0");
    {
      Shown shown{world_->small()};
      QVERIFY(shown.ready());
      QTRY_COMPARE(shown.bench.errors().size(), std::size_t{1});
      QCOMPARE(shown.bench.settings.device, std::string("cpu"));
      QCOMPARE(named<QComboBox>(shown.panel, "Device to compute on")->currentText(), QString("Processor"));
      QCOMPARE(QSettings().value("compute/device").toString(), QString("cuda:0"));
    }
    FakeEngine::gpus() = two_gpus();
    Shown back{world_->small()};
    QVERIFY(back.ready());
    QTRY_COMPARE(named<QComboBox>(back.panel, "Device to compute on")->currentIndex(), 2);
    QVERIFY(back.bench.errors().empty());
    EngineSettings settings = back.bench.settings;
    settings.dtype = "float16";
    back.bench.set_settings(settings);
    settings.device = "cpu";
    back.bench.set_settings(settings);
    QCOMPARE(back.bench.settings.dtype, std::string());   // processors have no such type
    settings.device = "auto";
    back.bench.set_settings(settings);
    QCOMPARE(back.bench.device()->id, std::string("cuda:0"));
  }

  void the_real_engine_offers_the_processor() {
    EngineWindow window;
    RunPanel panel(window.bench);
    QVERIFY(window.wait_ready());
    auto* devices = named<QComboBox>(panel, "Device to compute on");
    QVERIFY(devices->count() > 2);   // its GPUs, or one that says why there are none
    QCOMPARE(devices->currentData().toString(), QString("cpu"));
    QCOMPARE(devices->itemData(0, Qt::ToolTipRole).toString().toStdString(), window.bridge.ready_info()->device_class);
    const auto* items = static_cast<QStandardItemModel*>(devices->model());
    for (int row = 2; row < devices->count(); ++row) {
      const ComputeDevice& gpu = window.bridge.ready_info()->devices[static_cast<std::size_t>(row) - 1];
      QCOMPARE(items->item(row)->isEnabled(), !gpu.problem.has_value());
      QVERIFY(!devices->itemData(row, Qt::ToolTipRole).toString().isEmpty());
    }
    window.bench.document.replace(world_->small(), {});
    EngineSettings settings = window.bench.settings;
    settings.device = "auto";
    window.bench.set_settings(settings);
    QVERIFY(window.wait_plan() && window.run());
    QCOMPARE(window.bench.runs.record().device, window.bench.device()->id);
  }

  void an_empty_panel_says_what_to_do() {
    Shown shown{Document()};
    QVERIFY(shown.ready());
    QVERIFY2(caption(shown.panel).contains("demo"), qPrintable(caption(shown.panel)));
    QVERIFY(!button(shown.panel, "Run all")->isEnabled());
    QVERIFY(button(shown.panel, "Cancel")->isHidden());
    shown.bench.document.replace(world_->small(), {});
    QVERIFY(button(shown.panel, "Run all")->isEnabled());
    click(button(shown.panel, "Run all"));
    QCOMPARE(shown.engine().asked<RunRequest>().size(), std::size_t{1});
    QVERIFY(button(shown.panel, "Run all")->isHidden());
  }

  void progress_has_two_levels_and_time_left_is_unknown_until_it_is_known() {
    Shown shown{world_->small()};
    QVERIFY(shown.ready());
    const std::string id = shown.begin();
    shown.engine().say(progress(id, std::nullopt));
    QTRY_VERIFY(caption(shown.panel).contains("unknown"));
    QCOMPARE(caption(shown.panel), QString("step 3 of 6 · Round to nearest (rtn) · layer 12 of 30 · time left unknown"));
    shown.engine().say(progress(id, 72.0));
    QTRY_VERIFY(caption(shown.panel).endsWith("1 min 12 s left in this step"));
    const auto* bars = shown.panel.findChild<ProgressBars*>();
    QVERIFY(bars->isVisible());
    QCOMPARE(bars->items(), 0.4);
    QVERIFY(std::abs(bars->stages() - 2.4 / 6) < 1e-9);
    QVERIFY(bars->accessibleDescription().contains("40"));
  }

  // As a measure in a process of its own begins: nothing of the stage before stays.
  void a_stage_without_items_takes_the_line() {
    Shown shown{world_->small()};
    QVERIFY(shown.ready());
    const std::string id = shown.begin();
    shown.engine().say(progress(id, 72.0));
    shown.engine().say(RunProgress{id, {"rtn", "measure.throughput", 4, 6, 0, 0, {}, 0, std::nullopt}});
    QTRY_COMPARE(caption(shown.panel), QString("step 4 of 6 · Throughput of rtn · time left unknown"));
    const auto* bars = shown.panel.findChild<ProgressBars*>();
    QCOMPARE(bars->items(), 0.0);
    QCOMPARE(bars->stages(), 0.5);
  }

  void cancel_by_mouse_asks_the_engine_and_resume_goes_on() {
    Shown shown{world_->small()};
    QVERIFY(shown.ready());
    const std::string id = shown.begin();
    click(button(shown.panel, "Cancel"));
    QCOMPARE(shown.engine().asked<CancelRequest>().at(0).target, id);
    RunRecord cancelled = shown.record(NodeState::done);
    cancelled.nodes.back().state = NodeState::cancelled;
    shown.engine().say(RunFinished{id, cancelled});
    QTRY_VERIFY(button(shown.panel, "Resume")->isVisible());
    QVERIFY2(caption(shown.panel).startsWith("1 of 2 models done · 1 cancelled · 3 min 20 s"), qPrintable(caption(shown.panel)));
    QVERIFY(button(shown.panel, "Repeat failed")->isHidden());
    button(shown.panel, "Resume")->setFocus();
    QTest::keyClick(button(shown.panel, "Resume"), Qt::Key_Space);
    QCOMPARE(shown.engine().asked<RunRequest>().size(), std::size_t{2});
    QVERIFY(shown.engine().asked<RunRequest>().back().resume);
    QCOMPARE(shown.engine().asked<RunRequest>().back().out, shown.engine().asked<RunRequest>().front().out);
  }

  void the_log_has_times_and_words_and_follows_its_end_until_scrolled_up() {
    Shown shown{world_->small()};
    QVERIFY(shown.ready());
    const std::string id = shown.begin();
    auto* log = shown.panel.findChild<LogView*>();
    shown.log(id, 0, 200);
    QTRY_VERIFY(log->toPlainText().contains("line number 199"));
    QScrollBar* bar = log->verticalScrollBar();
    QTRY_COMPARE(bar->value(), bar->maximum());
    QVERIFY(QRegularExpression("^\\d\\d:\\d\\d:\\d\\d  rtn  line number 0\\n").match(log->toPlainText()).hasMatch());
    // Up with the wheel's keyboard equivalent: new lines do not pull it down again.
    log->setFocus();
    QTest::keyClick(log, Qt::Key_PageUp);
    QTest::keyClick(log, Qt::Key_PageUp);
    QTRY_VERIFY(bar->value() < bar->maximum() && !log->follows());
    const int place = bar->value();
    shown.log(id, 200, 260, "warning");
    QTRY_VERIFY(log->toPlainText().contains("warning  rtn  line number 259"));
    QCOMPARE(bar->value(), place);
    QToolButton* to_end = named<QToolButton>(shown.panel, "end of the log");
    QVERIFY(to_end->isVisible());
    click(to_end);
    QCOMPARE(bar->value(), bar->maximum());
    QVERIFY(log->follows() && to_end->isHidden());
    shown.log(id, 260, 270);
    QTRY_VERIFY(log->toPlainText().endsWith("line number 269"));
    QCOMPARE(bar->value(), bar->maximum());
    click(named<QToolButton>(shown.panel, "Copy the whole log"));
    QCOMPARE(QGuiApplication::clipboard()->text().count('\n'), 269);
  }

  void ten_thousand_lines_do_not_stop_the_window() {
    Shown shown{world_->small()};
    QVERIFY(shown.ready());
    const std::string id = shown.begin();
    auto* log = shown.panel.findChild<LogView*>();
    QElapsedTimer timer;
    timer.start();
    shown.log(id, 0, 10000);
    QTRY_VERIFY_WITH_TIMEOUT(log->toPlainText().endsWith("line number 9999"), 20000);
    QVERIFY2(timer.elapsed() < 15000, qPrintable(QString::number(timer.elapsed())));
  }

  void the_queue_is_reordered_by_keyboard() {
    Shown shown{world_->small()};
    QVERIFY(shown.ready());
    QVERIFY(!shown.begin().empty());
    shown.queue("abcd");
    auto* queue = shown.panel.findChild<QueueView*>();
    QTRY_COMPARE(queue->model()->rowCount(), 4);
    QVERIFY(queue->isVisible());
    queue->setFocus();
    queue->setCurrentIndex(queue->model()->index(2, 0));   // c
    QTest::keyClick(queue, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(shown.titles(), (std::vector<QString>{"a", "c", "b", "d"}));
    QCOMPARE(queue->currentIndex().row(), 1);
    QTest::keyClick(queue, Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(shown.titles(), (std::vector<QString>{"c", "a", "b", "d"}));
    QTest::keyClick(queue, Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(shown.titles(), (std::vector<QString>{"a", "c", "b", "d"}));
    QTest::keyClick(queue, Qt::Key_Delete);
    QCOMPARE(shown.titles(), (std::vector<QString>{"a", "b", "d"}));
    click(named<QToolButton>(shown.panel, "Move down"));
    QCOMPARE(shown.titles(), (std::vector<QString>{"a", "d", "b"}));
    click(named<QToolButton>(shown.panel, "Run next"));
    click(named<QToolButton>(shown.panel, "Remove from the queue"));
    QCOMPARE(shown.titles(), (std::vector<QString>{"a", "d"}));
  }

  void the_queue_is_reordered_by_dragging() {
    Shown shown{world_->small()};
    QVERIFY(shown.ready());
    QVERIFY(!shown.begin().empty());
    shown.queue("abc");
    auto* queue = shown.panel.findChild<QueueView*>();
    QTRY_COMPARE(queue->model()->rowCount(), 3);
    drag(queue, 0, queue->visualRect(queue->model()->index(2, 0)).bottomLeft() + QPoint(20, -2));
    QCOMPARE(shown.titles(), (std::vector<QString>{"b", "c", "a"}));
    drag(queue, 2, queue->visualRect(queue->model()->index(0, 0)).topLeft() + QPoint(20, 2));
    QCOMPARE(shown.titles(), (std::vector<QString>{"a", "b", "c"}));
    // A click is no drag.
    QTest::mouseClick(queue->viewport(), Qt::LeftButton, {}, queue->visualRect(queue->model()->index(1, 0)).center());
    QCOMPARE(shown.titles(), (std::vector<QString>{"a", "b", "c"}));
    QCOMPARE(queue->currentIndex().row(), 1);
  }

  void what_failed_is_named_with_its_layer_and_can_be_copied_shown_and_repeated() {
    EngineWindow window;
    QVERIFY(window.wait_ready());
    RunPanel panel(window.bench);
    ErrorsPanel errors(window.bench);
    panel.resize(1000, 260);
    panel.show();
    errors.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    window.bench.document.replace(world_->failing(), {});
    click(button(panel, "Run all"));
    QTRY_VERIFY_WITH_TIMEOUT(button(panel, "Repeat failed")->isVisible(), 30000);
    auto* failures = panel.findChild<FailureList*>();
    QCOMPARE(failures->count(), 1);
    QPushButton* show = button(panel, "bad failed at layer 2");
    click(show);
    QCOMPARE(window.bench.selection.nodes(), QStringList{"bad"});
    click(named<QToolButton>(panel, "Copy the error of bad"));
    const QString copied = QGuiApplication::clipboard()->text();
    for (const char* part : {"The Hessian is not finite", "node bad", "layer 2", "a calibration token is NaN", "Use another text."}) {
      QVERIFY2(copied.contains(part), qPrintable(copied));
    }
    QCOMPARE(errors.count(), 1);
    QSignalSpy finished(&window.bench.runs, &RunModel::run_finished);
    click(button(panel, "Repeat failed"));
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30000);
    QCOMPARE(errors.count(), 2);
    screenshot(panel, "run-failed");
  }

  void a_run_shows_from_its_start_to_its_end() {
    EngineWindow window;
    QVERIFY(window.wait_ready());
    RunPanel panel(window.bench);
    panel.resize(1000, 220);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    window.bench.document.replace(world_->slow(40), {});
    click(button(panel, "Run all"));
    QTRY_VERIFY_WITH_TIMEOUT(caption(panel).contains("Slow step (slow)"), 30000);
    QTRY_VERIFY_WITH_TIMEOUT(caption(panel).endsWith(" left in this step"), 30000);   // known after two items
    QTRY_VERIFY(panel.findChild<LogView*>()->toPlainText().contains("item 3 of 40 is done"));
    screenshot(panel, "run-running");
    QElapsedTimer timer;
    timer.start();
    click(button(panel, "Cancel"));
    QTRY_VERIFY_WITH_TIMEOUT(button(panel, "Resume")->isVisible(), 2000);
    QVERIFY(timer.elapsed() < 2000);
    screenshot(panel, "run-cancelled");
  }

  // ---- errors ---------------------------------------------------------------------------------------------

  void every_error_is_whole_and_copyable_newest_first() {
    EngineBridge bridge;
    Workbench bench(load_catalogue(), bridge);
    bench.report({ErrorCode::internal, "First", "", "", ""});
    ErrorsPanel panel(bench);
    panel.resize(700, 240);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    QCOMPARE(panel.count(), 1);
    bench.report({ErrorCode::disk_full, "Second", "node rtn, quant.rtn, layer 3", "there are 3 bytes", "Free some space."});
    QCOMPARE(panel.count(), 2);
    QCOMPARE(panel.findChildren<ErrorCard*>().size(), 2);
    click(named<QPushButton>(panel, "Copy all errors"));
    QCOMPARE(QGuiApplication::clipboard()->text(),
             QString("Second\nWhere: node rtn, quant.rtn, layer 3\nWhy: there are 3 bytes\nWhat to try: Free some space.\n\nFirst"));
    ErrorCard* second = named<ErrorCard>(panel, "Second");
    click(named<QPushButton>(*second, "Copy this error"));
    QVERIFY(QGuiApplication::clipboard()->text().startsWith("Second\nWhere: node rtn"));
    bench.document.replace(world_->small(), {});
    click(named<QPushButton>(*second, "Show rtn"));
    QCOMPARE(bench.selection.nodes(), QStringList{"rtn"});
    screenshot(panel, "errors");
    click(named<QPushButton>(panel, "Clear all errors"));
    QCOMPARE(panel.count(), 0);
    QVERIFY(bench.errors().empty());
    screenshot(panel, "errors-empty");
  }

  void hundreds_of_errors_are_held_to_a_limit() {
    EngineBridge bridge;
    Workbench bench(load_catalogue(), bridge);
    ErrorsPanel panel(bench);
    for (int i = 0; i < 260; ++i) bench.report({ErrorCode::internal, "Number " + std::to_string(i), "", "", ""});
    QCOMPARE(panel.count(), 200);
    QCOMPARE(bench.errors().size(), std::size_t{200});
    QCOMPARE(bench.errors().front().what, std::string("Number 60"));
  }

  // ---- everybody can use it ---------------------------------------------------------------------------------

  void every_button_has_a_name_and_can_be_reached_by_keyboard() {
    Shown shown{world_->small()};
    QVERIFY(shown.ready());
    QVERIFY(!shown.begin().empty());
    shown.queue("ab");
    ErrorsPanel errors(shown.bench);
    for (const QWidget* panel : std::initializer_list<const QWidget*>{&shown.panel, &errors}) {
      for (const QAbstractButton* one : panel->findChildren<QAbstractButton*>()) {
        if (one->parentWidget()->inherits("QScrollBar")) continue;
        QVERIFY2(!one->accessibleName().isEmpty(), qPrintable(one->text()));
      }
    }
    auto* queue = shown.panel.findChild<QueueView*>();
    QVERIFY(queue->focusPolicy() & Qt::TabFocus);
    QVERIFY(shown.panel.findChild<LogView*>()->focusPolicy() & Qt::TabFocus);
  }

  void pictures() {
    if (qEnvironmentVariableIsEmpty("KELTER_SCREENSHOTS")) QSKIP("KELTER_SCREENSHOTS is not set");
    Shown shown{world_->small()};
    QVERIFY(shown.ready());
    screenshot(shown.panel, "run-empty");
    const std::string id = shown.begin();
    shown.queue("S");
    shown.bench.document.push(set_title(shown.bench.document.document(), "Sweep: Wanda 10 to 70 %"), "t");
    shown.bench.run();
    shown.log(id, 0, 12);
    shown.log(id, 12, 13, "warning");
    shown.log(id, 13, 14, "error");
    shown.engine().say(progress(id, 72.0));
    QTRY_VERIFY(caption(shown.panel).contains("left"));
    QTest::qWait(100);
    screenshot(shown.panel, "run-queue");
  }

 private:
  static void drag(QueueView* queue, int row, const QPoint& to) {
    QWidget* area = queue->viewport();
    const QPoint from = queue->visualRect(queue->model()->index(row, 0)).center();
    QTest::mousePress(area, Qt::LeftButton, {}, from);
    for (int i = 1; i <= 4; ++i) QTest::mouseMove(area, from + (to - from) * i / 4);
    QTest::mouseRelease(area, Qt::LeftButton, {}, to);
  }

  // Light and dark, as wide as in a window of 1280 and of 1920.
  static void screenshot(QWidget& panel, const QString& name) {
    const QString folder = qEnvironmentVariable("KELTER_SCREENSHOTS");
    if (folder.isEmpty()) return;
    const QSize before = panel.size();
    for (const Theme::Mode mode : {Theme::Mode::light, Theme::Mode::dark}) {
      theme().set_mode(mode);
      for (const int width : {780, 1320}) {
        panel.resize(width, width < 1000 ? 190 : 220);
        QTest::qWait(30);
        panel.grab().save(QString("%1/%2-%3-%4.png").arg(folder, name, mode == Theme::Mode::dark ? "dark" : "light").arg(width));
      }
    }
    theme().set_mode(Theme::Mode::light);
    panel.resize(before);
  }

  std::unique_ptr<EngineWorld> world_;
};

QTEST_MAIN(RunPanelTest)
#include "run_panel_test.moc"
