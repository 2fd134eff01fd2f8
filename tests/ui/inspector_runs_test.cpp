// SPDX-License-Identifier: GPL-3.0-or-later
// The inspector beside runs (estimates, results, what an edit costs, errors), its help, its keyboard path and its pace.
// KELTER_SCREENSHOTS=DIR writes pictures of it.
#include <ctime>

#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QScrollArea>
#include <QScrollBar>
#include <QTranslator>
#include <random>

#include "tests/ui/inspector_desk.h"

using namespace kelter;
using namespace kelter::ui;

namespace {

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

class InspectorRunsTest : public QObject, private InspectorDesk {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { theme().set_mode(Theme::Mode::light); }
  void init() {
    QLocale::setDefault(QLocale::c());
    open_desk();
  }
  void cleanup() { desk_.reset(); }

  // ---- estimates and results --------------------------------------------------------------------------------

  void estimates_stand_beside_what_was_measured() {
    QVERIFY(label_with(&desk_->panel, "Nothing is known yet"));
    Plan plan;
    plan.nodes = {{"model", "source.model", "recipe-model", true, {}, {}, {}},
                  {"rtn", "quant.rtn", "recipe-rtn", false, 8.1, 400000000, 95000000},
                  {"magnitude", "prune.magnitude", "recipe-magnitude", false, {}, {}, {}},
                  {"depth", "prune.depth", "recipe-depth", true, {}, {}, {}},
                  {"tasks", "measure.tasks", "recipe-tasks", false, 13.9, {}, {}}};
    plan.seconds = 22.0;
    plan.peak_bytes = 400000000;
    plan.disk_bytes = 95000000;
    tell(PlanMade{"plan", plan, {}});
    QCOMPARE(ledger("Time", true), QString("8.1 s"));
    QCOMPARE(ledger("Time", false), QString("unknown"));
    QCOMPARE(ledger("On disk", true), QString("95.0 MB"));
    QVERIFY(ledger("Bits per weight", false).isEmpty());  // not a row of two unknowns

    auto* title = desk_->panel.findChild<QLabel*>("cost-title");
    auto* details = desk_->panel.findChild<QLabel*>("cost-details");
    QVERIFY(title->isVisible());
    QCOMPARE(title->text(), QString("2 of 3 steps are not computed yet"));
    QCOMPARE(details->text(), QString("at least 22 s, a part is unknown · peak 400.0 MB · 95.0 MB on disk"));

    run({done_node("rtn", "quant.rtn", 4.5, 59719680)});
    QCOMPARE(ledger("Bits per weight", false), QString("4.50"));
    QCOMPARE(ledger("Bits per weight", true), QString("unknown"));
    QCOMPARE(ledger("Linear weights", false), QString("59.7 MB"));
    QCOMPARE(ledger("On disk", false), QString("95.1 MB"));
    QCOMPARE(ledger("Resident", false), QString("96.0 MB"));
    QCOMPARE(ledger("Time", false), QString("8.4 s"));
    QCOMPARE(ledger("Kernel", false).remove(QChar(0x200B)), QString("int4-decode_attention-g64-avx512 and 2 more"));
    QVERIFY(label_with(&desk_->panel, "and 2 more")->toolTip().contains("argmax-avx2"));
    QCOMPARE(ledger("Kind", false), QString("packed"));
    desk_->bench.selection.set({"magnitude"});
    QVERIFY(label_with(&desk_->panel, "Nothing is known yet"));
  }

  void an_edit_says_what_it_re_runs() {
    run({done_node("rtn", "quant.rtn", 4.5, 59719680), done_node("depth", "prune.depth", 16, 200000000)});
    Plan plan;
    plan.nodes = {{"rtn", "quant.rtn", "recipe-rtn", true, {}, {}, {}},
                  {"depth", "prune.depth", "recipe-depth", true, {}, {}, {}},
                  {"magnitude", "prune.magnitude", "recipe-m", true, {}, {}, {}}};
    tell(PlanMade{"plan", plan, {}});
    auto* title = desk_->panel.findChild<QLabel*>("cost-title");
    auto* details = desk_->panel.findChild<QLabel*>("cost-details");
    QVERIFY(!title->isVisible());  // all is there
    write("group", "32");
    plan.nodes[0].cached = false;
    plan.nodes[0].recipe = "other";
    plan.nodes[0].seconds = 22;
    plan.seconds = 22;
    tell(PlanMade{"plan", plan, {}});
    QVERIFY(title->isVisible());
    QCOMPARE(title->text(), QString("This edit re-runs 1 of 3 steps"));
    QCOMPARE(details->text(), QString("about 22 s"));
    QVERIFY(label_with(&desk_->panel, "Measured before the last edits"));
    desk_->undo();  // the new plan is not there yet: the old words stay, without a wrong time
    QVERIFY(title->isVisible());
    QVERIFY(!details->text().contains("22 s"));
    plan.nodes[0] = {"rtn", "quant.rtn", "recipe-rtn", true, {}, {}, {}};
    tell(PlanMade{"plan", plan, {}});
    QVERIFY(!title->isVisible());
  }

  void each_copy_of_a_sweep_has_its_ledger() {
    Document document = sound_document();
    document.nodes[2].parameters["bits"] = {{"sweep", {3, 8}}};
    open(document, "rtn");
    run({done_node("rtn@bits=3", "quant.rtn", 3.5, 1000000), done_node("rtn@bits=8", "quant.rtn", 8.5, 2000000)});
    auto* copies = panel_choice("Copy of the sweep");
    QVERIFY(copies->isVisible());
    QCOMPARE(copies->count(), 2);
    QCOMPARE(ledger("Bits per weight", false), QString("3.50"));
    copies->setFocus();
    QTest::keyClick(copies, Qt::Key_Down);
    QCOMPARE(ledger("Bits per weight", false), QString("8.50"));
    QCOMPARE(desk_->bench.selection.variant(), QString("rtn@bits=8"));
    desk_->bench.selection.set({"rtn"}, "rtn@bits=3");
    QCOMPARE(ledger("Bits per weight", false), QString("3.50"));
  }

  void a_failed_node_says_what_where_why_and_what_to_try() {
    NodeRecord failed = done_node("rtn", "quant.rtn", 4.5, 1);
    failed.state = NodeState::failed;
    failed.ledger = Json();
    failed.error = ErrorInfo{ErrorCode::invalid_parameter, "The group does not divide the row", "node rtn, layer 3",
                             "576 is no multiple of 128", "Use 64."};
    failed.warnings = {"Fewer samples than asked for."};
    run({failed});
    for (const char* part : {"does not divide the row", "layer 3", "576 is no multiple", "Use 64.", "Fewer samples"}) {
      QVERIFY2(label_with(&desk_->panel, part), part);
    }
    QTest::mouseClick(button(&desk_->panel, "Copy the error"), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), failed.error->text());
    desk_->bench.selection.set({"depth"});
    QVERIFY(!label_with(&desk_->panel, "does not divide the row"));
  }

  void a_missing_link_is_told_at_its_node() {
    Document document = sound_document();
    document.links.erase(document.links.begin() + 3);  // the text of depth
    open(document, "depth");
    QVERIFY(label_with(&desk_->panel, "is not linked"));
    desk_->bench.selection.set({"rtn"});
    QVERIFY(!label_with(&desk_->panel, "is not linked"));
  }

  // ---- help, keyboard, pace ---------------------------------------------------------------------------------

  void help_is_shown_for_the_field_in_hand_and_for_all() {
    desk_->field("group")->setFocus();
    QVERIFY(label_with(&desk_->panel, "How many consecutive inputs of a row share a scale"));
    QVERIFY(label_with(&desk_->panel, "Allowed: at least 0. Default: 64."));
    desk_->field("bits")->setFocus();
    QVERIFY(!label_with(&desk_->panel, "How many consecutive inputs"));
    QVERIFY(!label_with(desk_->row("group"), "How many consecutive inputs"));
    QTest::mouseClick(button(&desk_->panel, "Show the help of every field"), Qt::LeftButton);
    QVERIFY(label_with(desk_->row("group"), "How many consecutive inputs"));
    QVERIFY(label_with(desk_->row("bits"), "The width of a code"));
    desk_->bench.selection.set({"depth"});
    QVERIFY(label_with(desk_->row("count"), "How many layers are removed"));
  }

  void every_field_is_reached_with_the_tab_key() {
    desk_->panel.focus_first_field();
    QSet<QWidget*> reached;
    for (int i = 0; i < 80; ++i) {
      reached.insert(QApplication::focusWidget());
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (const char* parameter : {"bits", "group", "grid", "symmetric", "scale_type", "layers"}) {
      QVERIFY2(reached.contains(desk_->field(parameter)), parameter);
      QVERIFY(reached.contains(button(desk_->row(parameter), "Sweep")));
    }
    QVERIFY(reached.contains(panel_line("Name of the node")));
  }

  void random_gestures_undone_leave_the_same_bytes() {
    std::mt19937 random(7);
    const std::string before = bytes(desk_->bench);
    const QStringList nodes = {"model", "text", "rtn", "magnitude", "depth", "tasks"};
    const QStringList texts = {"4", "0.5", "x", "", "3+5", "0:4", "2:4", "a+b", "gptq", "-3", "1e3", "32"};
    for (int gesture = 0; gesture < 120; ++gesture) {
      desk_->bench.selection.set({nodes[static_cast<int>(random() % 6)]});
      QList<ParameterRow*> rows;
      for (ParameterRow* row : desk_->panel.findChildren<ParameterRow*>()) {
        if (row->isVisible()) rows.append(row);
      }
      ParameterRow* row = rows[static_cast<int>(random() % static_cast<unsigned>(rows.size()))];
      if (random() % 5 == 0) QTest::mouseClick(button(row, "Sweep"), Qt::LeftButton);
      QWidget* field = desk_->field(row->schema().id.c_str());
      field->setFocus();
      if (auto* line = qobject_cast<QLineEdit*>(field)) {
        line->selectAll();
        QTest::keyClicks(line, texts[static_cast<int>(random() % 12)] + (row->sweeping() ? " 7 8" : ""));
        QTest::keyClick(line, random() % 2 ? Qt::Key_Tab : Qt::Key_Return);
      } else {
        QTest::keyClick(field, random() % 2 ? Qt::Key_Down : Qt::Key_Space);
        if (auto* choice = qobject_cast<QComboBox*>(field)) choice->hidePopup();
      }
      if (random() % 7 == 0) desk_->undo();
    }
    QVERIFY2(desk_->steps() > 20, qPrintable(QString::number(desk_->steps())));
    desk_->bench.document.undo_stack().setIndex(0);
    QCOMPARE(bytes(desk_->bench), before);
  }

  void nothing_is_cut_off_in_a_narrow_panel_data() {
    QTest::addColumn<QString>("language");
    QTest::addColumn<bool>("large");
    for (const char* language : {"en", "de", "fr"}) {
      for (const bool large : {false, true})
        QTest::addRow("%s%s", language, large ? ", large type" : "") << QString(language) << large;
    }
  }

  void nothing_is_cut_off_in_a_narrow_panel() {
    QFETCH(QString, language);
    QFETCH(bool, large);
    QTranslator translator;
    if (language != "en") {
      QVERIFY(translator.load(":/translations/kelter_" + language + ".qm"));
      QCoreApplication::installTranslator(&translator);
    }
    theme().set_large_type(large);
    const auto normal = qScopeGuard([] { theme().set_large_type(false); });
    open_desk();
    desk_->panel.resize(desk_->panel.minimumSizeHint().width(), 500);
    Document document = sound_document();
    document.nodes[2].overrides = {{"0:4", {{"bits", 8}, {"group", 32}, {"grid", "minmax"}}}};
    open(document, "rtn");
    run({done_node("rtn", "quant.rtn", 4.5, 59719680)});
    auto* scroll = desk_->panel.findChild<QScrollArea*>();
    for (const char* node : {"rtn", "model", "text", "magnitude", "depth", "tasks", ""}) {
      desk_->bench.selection.set(*node ? QStringList{node} : QStringList());
      QCoreApplication::processEvents();
      const int wanted = scroll->widget()->width(), there = scroll->viewport()->width();
      QVERIFY2(wanted <= there, qPrintable(QString("%1: %2 of %3").arg(node).arg(there).arg(wanted)));
    }
  }

  void showing_a_node_and_typing_take_less_than_50_ms() {
    const QStringList nodes = {"model", "text", "rtn", "magnitude", "depth", "tasks"};
    for (int round = 0; round < 3; ++round) {
      for (const QString& node : nodes) {
        const double start = thread_seconds();
        desk_->bench.selection.set({node});
        const double spent = thread_seconds() - start;
        if (round > 0) QVERIFY2(spent < 0.05, qPrintable(QString("%1: %2 s").arg(node).arg(spent)));
      }
    }
    desk_->bench.selection.set({"rtn"});
    auto* line = qobject_cast<QLineEdit*>(desk_->field("group"));
    line->setFocus();
    line->selectAll();
    for (const char key : {'1', '2', '8'}) {
      const double start = thread_seconds();
      QTest::keyClick(line, key);
      QVERIFY(thread_seconds() - start < 0.05);
    }
  }

  void pictures() {
    const QByteArray folder = qgetenv("KELTER_SCREENSHOTS");
    if (folder.isEmpty()) QSKIP("KELTER_SCREENSHOTS names no folder");
    QDir().mkpath(folder);
    for (const Theme::Mode mode : {Theme::Mode::light, Theme::Mode::dark}) {
      theme().set_mode(mode);
      for (const QSize size : {QSize(300, 640), QSize(360, 960)})
        take_pictures(folder, size);
    }
    theme().set_mode(Theme::Mode::light);
  }

 private:
  QComboBox* panel_choice(const QString& name) {
    for (QComboBox* choice : desk_->panel.findChildren<QComboBox*>()) {
      if (choice->accessibleName() == name) return choice;
    }
    return nullptr;
  }
  // A row of the ledger by its accessible name; empty if it is not shown.
  QString ledger(const QString& name, bool estimated) {
    const QString start = name + (estimated ? ", estimated: " : ", measured: ");
    for (QLabel* label : desk_->panel.findChildren<QLabel*>()) {
      if (label->isVisible() && label->accessibleName().startsWith(start)) return label->text();
    }
    return {};
  }
  void run(std::vector<NodeRecord> nodes) {
    desk_->bench.runs.add_queued("run-1", "Test", "/tmp/none");
    RunRecord record;
    record.nodes = nodes;
    for (NodeRecord& node : record.nodes) {
      node.state = NodeState::waiting;
      node.ledger = Json();
      node.error.reset();
      node.warnings.clear();
    }
    tell(RunStarted{"run-1", record});
    for (const NodeRecord& node : nodes)
      tell(NodeChanged{"run-1", node});
    record.nodes = nodes;
    tell(RunFinished{"run-1", record});
  }
  void shoot(const QByteArray& folder, const char* what) {
    QCoreApplication::processEvents();
    const QString name = QString("%1/inspector-%2-%3x%4-%5.png")
                             .arg(QString::fromUtf8(folder), what)
                             .arg(desk_->panel.width())
                             .arg(desk_->panel.height())
                             .arg(theme().dark() ? "dark" : "light");
    QVERIFY(desk_->panel.grab().save(name));
  }
  void take_pictures(const QByteArray& folder, const QSize& size) {
    desk_->panel.resize(size);
    Document document = sound_document();
    document.nodes[2].parameters = {{"bits", 3}, {"group", 64}, {"grid", "awq"}};
    document.nodes[2].overrides = {{"0:4", {{"bits", 8}}}, {"26:30", {{"bits", 6}, {"group", 32}}}};
    open(document, "rtn");
    run({done_node("rtn", "quant.rtn", 3.5, 46400000)});
    Plan plan;
    plan.nodes = {{"rtn", "quant.rtn", "other", false, 8.1, 3100000000, 95000000},
                  {"depth", "prune.depth", "d", true, {}, {}, {}}};
    plan.seconds = 22;
    plan.peak_bytes = 3100000000;
    plan.disk_bytes = 95000000;
    tell(PlanMade{"plan", plan, {}});
    shoot(folder, "rtn");
    desk_->field("group")->setFocus();
    qobject_cast<QLineEdit*>(desk_->field("group"))->setText("-3");
    QTest::keyClick(desk_->field("group"), Qt::Key_0);
    shoot(folder, "refused");
    auto* scroll = desk_->panel.findChild<QScrollArea*>();
    scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
    shoot(folder, "ledger");
    scroll->verticalScrollBar()->setValue(0);
    document.nodes[2].parameters["bits"] = {{"sweep", {3, 4, 8}}};
    open(document, "rtn");
    QTest::mouseClick(button(&desk_->panel, "The whole card"), Qt::LeftButton);
    shoot(folder, "card");
    QTest::mouseClick(button(&desk_->panel, "The whole card"), Qt::LeftButton);
    open(sound_document(), "depth");
    NodeRecord failed = done_node("depth", "prune.depth", 4.5, 1);
    failed.state = NodeState::failed;
    failed.ledger = Json();
    failed.error = ErrorInfo{ErrorCode::invalid_parameter, "More layers are removed than there are",
                             "node depth, step prune.depth", "the model has 2 layers", "Choose a smaller count."};
    failed.warnings = {"The text gives 12 windows of 16 that were asked for."};
    run({failed});
    shoot(folder, "failed");
    desk_->bench.selection.set({"text"});
    shoot(folder, "text");
    desk_->bench.selection.set({"rtn", "depth", "magnitude"});
    shoot(folder, "several");
    desk_->bench.selection.clear();
    shoot(folder, "document");
  }
};

QTEST_MAIN(InspectorRunsTest)
#include "inspector_runs_test.moc"
