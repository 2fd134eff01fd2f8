// SPDX-License-Identifier: GPL-3.0-or-later
// The Layers dock on a record the test writes and an engine that answers what the test says: numbers in their cells,
// numbers that are none, why there is nothing, statistics of a clicked cell, settings of its layer with undo.
#include "ui/layers/layers_panel.h"

#include <QComboBox>
#include <QDockWidget>
#include <QHeaderView>
#include <QMenuBar>
#include <QSettings>
#include <QSplitter>
#include <QTemporaryDir>
#include <QTranslator>
#include <algorithm>
#include <cmath>
#include <functional>

#include "tests/ui/engine_world.h"
#include "tests/ui/inspector_desk.h"
#include "tests/ui/shown_panel.h"
#include "ui/inspector/override_table.h"
#include "ui/layers/layer_map.h"
#include "ui/results/elided_label.h"
#include "ui/tensors/statistics_view.h"
#include "ui/window/main_window.h"

using namespace kelter;
using namespace kelter::test;
using namespace kelter::ui;

namespace {

constexpr const char* modules[] = {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"};

// Layers 2, 3 and 10, out of order; every number tells where it belongs. Layer 3: up_proj has an error that is not
// finite and no zeros, down_proj has no record.
Json linears() {
  Json list = Json::array();
  for (const int layer : {10, 2, 3}) {
    for (int i = 0; i < 7; ++i) {
      if (layer == 3 && i == 6) continue;
      Json record = {{"layer", layer}, {"module", modules[i]}, {"output_error", 0.01 * layer + 0.001 * i}, {"weight_error", 0.0005}, {"sparsity", 0.5}};
      if (layer == 3 && i == 5) record["output_error"] = Json();
      if (layer == 3 && i == 5) record.erase("sparsity");
      list.push_back(record);
    }
  }
  list.push_back({{"module", "mlp.up_proj"}, {"sparsity", 1}});   // of no layer
  list.push_back("nonsense");
  return list;
}

RunRecord record(const Json& records, const char* id = "magnitude") {
  RunRecord run{"0.1.0", "cpu", "test", Json::object(), {}};
  NodeRecord node = done_node(id, "prune.magnitude", 16, 1000);
  if (!records.is_null()) node.ledger["linears"] = records;
  run.nodes.push_back(node);
  return run;
}

double luminance(const QColor& color) {   // WCAG 2.1
  const auto linear = [](double part) { return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); };
  return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b) {
  const auto [low, high] = std::minmax({luminance(a), luminance(b)});
  return (high + 0.05) / (low + 0.05);
}

struct Shown : ShownPanel<LayersPanel> {
  Shown() : ShownPanel(sound_document(), {340, 800}) {
    QObject::connect(&panel, &LayersPanel::settings_requested, &inspector, &InspectorPanel::edit_layer);
    inspector.resize(340, 900);
    inspector.show();
  }
  void open(const RunRecord& run) { bench.runs.apply(RunOpened{"open", "/run", run, {}, true}); }
  QString text(std::int64_t layer, int column) { return cell(layer, column).data().toString(); }
  QModelIndex cell(std::int64_t layer, int column) { return panel.map().cells().index_of(layer, modules[column]); }
  void click(std::int64_t layer, int column) {
    QTest::mouseClick(panel.map().viewport(), Qt::LeftButton, {}, panel.map().visualRect(cell(layer, column)).center());
  }
  void choose(const char* quantity) {
    auto* combo = panel.findChild<QComboBox*>();
    const int row = combo->findText(quantity);
    QVERIFY2(row >= 0, quantity);
    combo->setCurrentIndex(row);
    Q_EMIT combo->activated(row);
  }
  bool says(const QString& words) { return label_with(&panel, words) != nullptr; }
  Json overrides() { return bench.document.document().find("magnitude")->overrides; }
  // A run of magnitude that is under way.
  void start(const char* run_id) {
    bench.runs.add_queued(run_id, "Test", "/run");
    RunRecord run = record({});
    run.nodes[0].state = NodeState::running;
    run.nodes[0].ledger = Json();
    bench.runs.apply(RunStarted{run_id, run});
  }
  void end(const char* run_id, NodeState state) {
    RunRecord run = record(state == NodeState::done ? linears() : Json());
    run.nodes[0].state = state;
    if (state != NodeState::done) run.nodes[0].ledger = Json();
    bench.runs.apply(NodeChanged{run_id, run.nodes[0]});
    bench.runs.apply(RunFinished{run_id, run});
  }
  // What `linears` says of these layers, as a step says it that goes on, in a model of twelve.
  void tell(const char* run_id, const std::vector<int>& layers) {
    Json some = Json::array();
    for (const Json& one : linears())
      if (one.is_object() && one.contains("layer") && std::count(layers.begin(), layers.end(), one["layer"].get<int>()) > 0) some.push_back(one);
    bench.runs.apply(LinearsRecorded{run_id, {"magnitude", 12, some}});
  }
  QString caption() { return panel.findChild<ElidedLabel*>()->text(); }

  InspectorPanel inspector{bench};
};

// How far the map was filled each time that it grew, and what its step was then.
struct Growth {
  Growth(EngineWindow& window, LayersPanel& panel, std::string node) {
    QObject::connect(&window.bench.runs, &RunModel::linears_changed, &panel, [&window, &panel, node = std::move(node), this] {
      rows.push_back(panel.map().cells().rowCount());
      recorded.push_back(panel.map().cells().records().recorded_layers());
      running = running && window.bench.runs.node(node)->state == NodeState::running;
      captions << panel.findChild<ElidedLabel*>()->text();
      if (at && recorded.back() >= stop_at) std::exchange(at, nullptr)();
    });
  }
  std::vector<int> rows, recorded;
  bool running = true;   // every time
  QStringList captions;
  int stop_at = 0;
  std::function<void()> at;
};

}  // namespace

class LayersDockTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    static QTranslator plurals;   // of English, as the program loads them
    QVERIFY(plurals.load(":/translations/kelter_en.qm"));
    QCoreApplication::installTranslator(&plurals);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, config_.path());
    QLocale::setDefault(QLocale::c());
  }
  void init() { QSettings().clear(); }

  void every_number_stands_in_the_cell_of_its_layer_and_module() {
    Shown shown;
    shown.open(record(linears()));
    shown.bench.selection.set({"magnitude"});
    const LayerMapModel& cells = shown.panel.map().cells();
    QCOMPARE(cells.rowCount(), 3);
    QCOMPARE(cells.columnCount(), 7);
    const QStringList heads{"q", "k", "v", "o", "gate", "up", "down"};
    for (int i = 0; i < 7; ++i) QCOMPARE(cells.headerData(i, Qt::Horizontal).toString(), heads[i]);
    QCOMPARE(cells.headerData(0, Qt::Vertical).toString(), QString("2"));
    QCOMPARE(cells.headerData(2, Qt::Vertical).toString(), QString("10"));
    QCOMPARE(cells.index(0, 0).data().toString(), QString("0.020"));
    QCOMPARE(cells.index(0, 6).data().toString(), QString("0.026"));
    QCOMPARE(cells.index(2, 4).data().toString(), QString("0.10"));
    QCOMPARE(cells.index(2, 6).data(LayerMapModel::share_role).toDouble(), 1.0);   // the largest
    QVERIFY(qAbs(cells.index(0, 0).data(LayerMapModel::share_role).toDouble() - 0.02 / 0.106) < 1e-12);
    shown.choose("Zeros");
    QCOMPARE(cells.index(0, 0).data().toString(), QString("50 %"));
    QCOMPARE(cells.index(0, 0).data(LayerMapModel::share_role).toDouble(), 0.5);   // of all weights, not of the most
    shown.choose("Weight error");
    QCOMPARE(cells.index(1, 5).data().toString(), QString("5.00e−04"));
  }

  void what_is_no_number_is_told_from_what_was_not_recorded() {
    Shown shown;
    shown.open(record(linears()));
    shown.bench.selection.set({"magnitude"});
    QCOMPARE(shown.text(3, 5), QString("NaN"));
    QCOMPARE(shown.text(3, 6), QString("—"));
    QVERIFY(!shown.cell(3, 5).data(LayerMapModel::share_role).isValid());
    const QString up = shown.cell(3, 5).data(Qt::ToolTipRole).toString();
    QVERIFY2(up.contains("Output error: not finite") && up.contains("Weight error: 5.00e−04") && up.contains("Zeros: not recorded"), qPrintable(up));
    QVERIFY(shown.cell(3, 6).data(Qt::AccessibleTextRole).toString().contains("recorded nothing"));
    shown.choose("Zeros");
    QCOMPARE(shown.text(3, 5), QString("—"));
  }

  void a_step_without_activations_has_no_output_errors_to_choose() {
    Shown shown;
    Json list = linears();
    for (Json& one : list) if (one.is_object()) one.erase("output_error");
    shown.open(record(list));
    shown.bench.selection.set({"magnitude"});
    QCOMPARE(shown.panel.findChild<QComboBox*>()->currentText(), QString("Weight error"));
    QCOMPARE(shown.panel.findChild<QComboBox*>()->count(), 2);
  }

  void it_says_why_there_is_nothing() {
    Shown shown;
    QVERIFY(shown.says("No step is chosen"));
    shown.bench.selection.set({"model"});
    QVERIFY(shown.says("model is a model as it was read"));
    shown.bench.selection.set({"tasks"});
    QVERIFY(shown.says("tasks makes no model"));
    shown.bench.selection.set({"magnitude"});
    QVERIFY(shown.says("magnitude has not run"));
    RunRecord run = record({});
    shown.open(run);
    QVERIFY(shown.says("magnitude recorded nothing about single layers"));
    run.nodes[0].ledger["linears"] = {{"not", "a list"}};
    shown.open(run);
    QVERIFY(shown.says("magnitude recorded nothing"));
    run.nodes[0].state = NodeState::failed;
    run.nodes[0].ledger = Json();
    shown.open(run);
    QVERIFY(shown.says("magnitude has failed"));
  }

  void while_a_step_runs_it_fills_layer_by_layer() {
    Shown shown;
    shown.bench.selection.set({"magnitude"});
    shown.start("run-1");
    ProgressMessage progress;
    progress.node = "magnitude";
    progress.item = 3;
    progress.items = 12;
    shown.bench.runs.apply(RunProgress{"run-1", progress});
    QTRY_VERIFY(shown.says("magnitude is running"));
    QVERIFY(shown.says("3 of 12 is done"));
    shown.tell("run-1", {2});
    const LayerMapModel& cells = shown.panel.map().cells();
    QCOMPARE(cells.rowCount(), 12);
    QCOMPARE(shown.text(2, 1), QString("0.021"));
    QCOMPARE(shown.text(3, 1), QString());
    QVERIFY(shown.cell(3, 1).data(LayerMapModel::pending_role).toBool() && !shown.cell(2, 1).data(LayerMapModel::pending_role).toBool());
    QVERIFY(shown.cell(3, 1).data(Qt::ToolTipRole).toString().contains("not recorded it yet"));
    QCOMPARE(shown.caption(), QString("magnitude · running, 1 of 12 layers so far"));
    const QSignalSpy rebuilt(&cells, &QAbstractItemModel::modelReset);
    shown.panel.map().setCurrentIndex(shown.cell(2, 1));
    QVERIFY(shown.says("can be read when the step has finished"));
    shown.tell("run-1", {3});
    QCOMPARE(shown.text(2, 1), QString("0.021"));
    QCOMPARE(shown.text(3, 5), QString("NaN"));
    QCOMPARE(shown.text(3, 6), QString());   // nobody knows yet whether it comes
    QCOMPARE(shown.panel.map().currentIndex(), shown.cell(2, 1));
    QCOMPARE(rebuilt.count(), 0);             // nothing jumps
    QVERIFY(shown.caption().contains("2 of 12"));
    shown.end("run-1", NodeState::done);      // layer 10 comes with the record alone
    QCOMPARE(cells.rowCount(), 3);
    QCOMPARE(shown.text(10, 0), QString("0.10"));
    QCOMPARE(shown.text(3, 6), QString("—"));
    QCOMPARE(shown.caption(), QString("magnitude · 3 layers"));
    QCOMPARE(shown.panel.map().currentIndex(), shown.cell(2, 1));
  }

  void what_was_seen_of_a_step_that_stopped_stays_until_the_next_run() {
    for (const NodeState state : {NodeState::cancelled, NodeState::failed}) {
      Shown shown;
      shown.bench.selection.set({"magnitude"});
      shown.start("run-1");
      shown.tell("run-1", {2, 3});
      shown.end("run-1", state);
      QCOMPARE(shown.caption(), QString("magnitude · stopped after 2 of 12 layers"));
      QCOMPARE(shown.text(2, 0), QString("0.020"));
      QCOMPARE(shown.text(11, 0), QString("—"));
      shown.panel.map().setCurrentIndex(shown.cell(2, 0));
      QVERIFY(shown.says("has not finished"));
      QVERIFY(FakeEngine::last().asked<StatisticsRequest>().empty());
      shown.bench.selection.clear();          // nothing has finished: it is the best there is
      QCOMPARE(shown.text(2, 0), QString("0.020"));
      shown.start("run-2");
      QVERIFY(shown.says("No step is chosen"));
      shown.tell("run-2", {10});
      QCOMPARE(shown.text(10, 0), QString("0.10"));
      QCOMPARE(shown.text(2, 0), QString());
      QVERIFY(shown.caption().contains("1 of 12"));
    }
  }

  void it_follows_the_layers_that_come_unless_somebody_looks_elsewhere() {
    Shown shown;
    shown.panel.resize(340, 440);               // a few rows of forty
    shown.bench.selection.set({"magnitude"});
    shown.start("run-1");
    const auto tell = [&](int layer) {
      shown.bench.runs.apply(LinearsRecorded{"run-1", {"magnitude", 40, {{{"layer", layer}, {"module", modules[0]}, {"weight_error", 0.1}}}}});
      QTest::qWait(1);
      return shown.panel.map().viewport()->rect().contains(shown.panel.map().visualRect(shown.cell(layer, 0)).center());
    };
    for (int layer = 0; layer < 30; ++layer) QVERIFY2(tell(layer), qPrintable(QString::number(layer)));
    shown.panel.map().scrollToTop();
    QVERIFY(!tell(30));
    QVERIFY(shown.panel.map().viewport()->rect().contains(shown.panel.map().visualRect(shown.cell(0, 0)).center()));
  }

  void a_step_that_stopped_before_its_first_layer_says_so() {
    Shown shown;
    shown.bench.selection.set({"magnitude"});
    shown.start("run-1");
    shown.end("run-1", NodeState::cancelled);
    QVERIFY(shown.says("magnitude was cancelled"));
  }

  void of_a_sweep_it_shows_the_copy_that_fills_unless_one_is_chosen() {
    Shown shown;
    shown.bench.runs.add_queued("run-1", "Test", "/run");
    RunRecord run = record(linears(), "magnitude@sparsity=0.1");
    run.nodes.push_back(record({}, "magnitude@sparsity=0.2").nodes[0]);
    run.nodes[1].state = NodeState::running;
    run.nodes[1].ledger = Json();
    shown.bench.runs.apply(RunStarted{"run-1", run});
    shown.bench.selection.set({"magnitude"});
    QCOMPARE(shown.caption(), QString("magnitude@sparsity=0.1 · 3 layers"));
    shown.bench.runs.apply(LinearsRecorded{"run-1", {"magnitude@sparsity=0.2", 12, {linears()[7]}}});
    QCOMPARE(shown.caption(), QString("magnitude@sparsity=0.2 · running, 1 of 12 layers so far"));
    shown.bench.selection.clear();
    QVERIFY(shown.caption().startsWith("magnitude@sparsity=0.2"));
    shown.bench.selection.set({"magnitude"}, "magnitude@sparsity=0.1");
    QCOMPARE(shown.caption(), QString("magnitude@sparsity=0.1 · 3 layers"));
  }

  void what_a_run_of_another_document_records_is_not_shown() {
    Shown shown;
    shown.start("run-1");
    shown.bench.document.replace(sound_document(), {});
    shown.bench.selection.set({"magnitude"});
    shown.tell("run-1", {2});
    QVERIFY(shown.says("magnitude has not run"));
  }

  void without_a_selection_it_shows_what_finished_last() {
    Shown shown;
    RunRecord run = record(linears());
    run.nodes.push_back(record({}, "rtn").nodes[0]);
    shown.open(run);
    QCOMPARE(shown.panel.map().cells().rowCount(), 3);
    shown.bench.selection.set({"rtn"});
    QVERIFY(shown.says("rtn recorded nothing"));
  }

  void a_click_asks_for_the_numbers_of_that_tensor() {
    Shown shown;
    QVERIFY(shown.ready());
    shown.open(record(linears()));
    shown.bench.selection.set({"magnitude"});
    shown.click(3, 5);
    QTRY_COMPARE(FakeEngine::last().asked<StatisticsRequest>().size(), std::size_t{1});
    const StatisticsRequest asked = FakeEngine::last().asked<StatisticsRequest>().back();
    QCOMPARE(asked.tensor, std::string("model.layers.3.mlp.up_proj.weight"));
    QCOMPARE(asked.model, std::string("/run#magnitude"));
    const Json numbers = {{"count", 4096}, {"zeros", 41}, {"not_finite", 0}, {"minimum", -1.5}, {"maximum", 2.0}, {"mean", 0.5},
                          {"deviation", 0.25}, {"kurtosis", 3.25}, {"histogram", std::vector<int>{1, 2, 4093}}};
    FakeEngine::last().say(TensorMeasured{asked.id, asked.tensor, numbers});
    QTRY_COMPARE(shown.panel.statistics().value("Mean"), QString("0.5"));
    QTest::keyClick(&shown.panel.map(), Qt::Key_Left);   // by keys, too
    QTRY_COMPARE(FakeEngine::last().asked<StatisticsRequest>().size(), std::size_t{2});
    QCOMPARE(FakeEngine::last().asked<StatisticsRequest>().back().tensor, std::string("model.layers.3.mlp.gate_proj.weight"));
    shown.choose("Zeros");                                // other colours, the same tensor
    QCOMPARE(shown.panel.map().currentIndex(), shown.cell(3, 4));
  }

  void a_model_that_is_not_on_disk_is_not_asked_for() {
    Shown shown;
    QVERIFY(shown.ready());
    RunRecord run = record(linears());
    run.nodes[0].ledger["disk_bytes"] = Json();
    shown.open(run);
    shown.bench.selection.set({"magnitude"});
    shown.click(2, 0);
    QVERIFY(shown.says("was not kept on disk"));
    QTest::qWait(200);
    QVERIFY(FakeEngine::last().asked<StatisticsRequest>().empty());
  }

  void the_settings_of_a_layer_are_opened_edited_and_undone() {
    Shown shown;
    QVERIFY(shown.ready());
    shown.open(record(linears()));   // nothing is selected: the last one
    shown.click(3, 1);
    QAbstractButton* settings = button(&shown.panel, "Settings for layer 3 …");
    QVERIFY(settings && settings->isEnabled());
    shown.inspector.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&shown.inspector));
    QTest::mouseClick(settings, Qt::LeftButton);
    QCOMPARE(shown.bench.selection.current(), QString("magnitude"));
    QCOMPARE(shown.overrides(), (Json{{"3:4", Json::object()}}));
    auto* table = shown.inspector.findChild<OverrideTable*>();
    QTRY_VERIFY(table->view()->isVisible());
    auto* field = table->view()->viewport()->findChild<QLineEdit*>();
    QVERIFY(field);
    field->selectAll();
    QTest::keyClicks(field, "0.25");
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(shown.overrides()["3:4"]["sparsity"], Json(0.25));
    QTest::mouseClick(settings, Qt::LeftButton);   // the row is there: nothing is added
    QCOMPARE(shown.bench.document.undo_stack().count(), 2);
    shown.bench.document.undo_stack().undo();
    QCOMPARE(shown.overrides(), (Json{{"3:4", Json::object()}}));
    shown.bench.document.undo_stack().undo();
    QVERIFY(shown.overrides().is_null() || shown.overrides().empty());
    QCOMPARE(shown.text(3, 1), QString("0.031"));   // the map is that of the record all the while
  }

  void a_layer_that_a_row_names_among_others_gets_no_second_row() {
    Shown shown;
    QVERIFY(shown.ready());
    const Json before = {{"2:5", {{"sparsity", 0.125}}}};
    shown.bench.document.push(set_overrides(shown.bench.document.document(), "magnitude", before), "test");
    shown.open(record(linears()));
    shown.click(3, 1);
    QTest::keyClick(&shown.panel.map(), Qt::Key_Return);
    QCOMPARE(shown.overrides(), before);
    QCOMPARE(shown.inspector.findChild<OverrideTable*>()->view()->currentIndex().row(), 0);
  }

  void numbers_are_read_on_every_colour_in_light_and_dark() {
    for (const auto mode : {Theme::Mode::light, Theme::Mode::dark}) {
      theme().set_mode(mode);
      QColor before = heat_color(0);
      for (int i = 0; i <= 20; ++i) {
        const QColor ground = heat_color(i / 20.0);
        QVERIFY2(contrast(ground, cell_ink(ground)) >= 4.5, qPrintable(QString("%1: %2").arg(ground.name()).arg(contrast(ground, cell_ink(ground)))));
        QVERIFY(i == 0 || (luminance(ground) > luminance(before)) == theme().dark());   // one way only
        before = ground;
      }
    }
    theme().set_mode(Theme::Mode::light);
  }

  void numbers_have_places_by_their_size() {
    const auto text = [](double number) { return layer_value_text(LayerQuantity::output_error, {LayerValue::Kind::number, number}); };
    QCOMPARE(text(0), QString("0"));
    QCOMPARE(text(0.0997), QString("0.10"));
    QCOMPARE(text(0.0991), QString("0.099"));
    QCOMPARE(text(0.00996), QString("0.010"));
    QCOMPARE(text(0.00123), QString("0.0012"));
    QCOMPARE(text(1.5), QString("1.50"));
    const auto brief = [](double number) { return short_layer_text(LayerQuantity::output_error, {LayerValue::Kind::number, number}); };
    QCOMPARE(brief(0.00883), QString("0.009"));
    QCOMPARE(brief(0.00123), QString("0.001"));
    QCOMPARE(brief(0.0291), QString("0.03"));
    QCOMPARE(brief(0.000512), QString("5e−4"));
    QCOMPARE(brief(1234), QString("1e3"));
    QCOMPARE(brief(0), QString("0"));
    QCOMPARE(short_layer_text(LayerQuantity::sparsity, {LayerValue::Kind::number, 0.4867}), QString("49 %"));
    QCOMPARE(short_layer_text(LayerQuantity::sparsity, {}), QString("—"));
  }

  void wide_it_stands_beside_the_numbers_and_tall_above_them() {
    Shown shown;
    shown.panel.resize(900, 300);
    QTRY_COMPARE(shown.panel.findChild<QSplitter*>()->orientation(), Qt::Horizontal);
    shown.panel.resize(340, 800);
    QTRY_COMPARE(shown.panel.findChild<QSplitter*>()->orientation(), Qt::Vertical);
  }

  // What the engine records of a real run, and what it then counts in the model that was made.
  void a_real_run_fills_it() {
    EngineWorld world(3);
    EngineWindow window;
    LayersPanel panel(window.bench);
    panel.resize(340, 800);
    panel.show();
    window.bench.document.replace(world.read({{"kelter", 1},
                                              {"nodes", {EngineWorld::node("model", "source.model", {{"path", "tiny.gguf"}}),
                                                         EngineWorld::node("magnitude", "prune.magnitude", {{"sparsity", 0.25}})}},
                                              {"links", Links{{"model.model", "magnitude.model"}}}}), {});
    QVERIFY(window.wait_ready() && window.run());
    const LayerMapModel& cells = panel.map().cells();
    QTRY_COMPARE(cells.rowCount(), 3);
    auto* quantity = panel.findChild<QComboBox*>();
    quantity->setCurrentIndex(quantity->findText("Zeros"));
    Q_EMIT quantity->activated(quantity->currentIndex());
    for (int row = 0; row < 3; ++row)
      for (int column = 0; column < 7; ++column) QCOMPARE(cells.index(row, column).data().toString(), QString("25 %"));
    panel.map().setCurrentIndex(cells.index_of(1, "mlp.up_proj"));
    QTRY_VERIFY_WITH_TIMEOUT(panel.statistics().value("Zeros").contains("(25.0 %)"), 30000);
    QVERIFY(window.run());   // the same again, from the cache
    QCOMPARE(cells.rowCount(), 3);
    QCOMPARE(cells.index(2, 6).data().toString(), QString("25 %"));
  }

  // Pruning by a text, slow enough that the window draws while it goes on; cancelled, resumed, run again.
  void a_real_run_fills_it_while_it_goes_on() {
    EngineWorld world(12);
    write_file_atomically(world.path() / "long.txt", some_words(8000).toStdString());
    EngineWindow window;
    LayersPanel panel(window.bench);
    panel.resize(340, 800);
    panel.show();
    window.bench.document.replace(world.read({{"kelter", 1},
                                              {"nodes", {EngineWorld::node("model", "source.model", {{"path", "tiny.gguf"}}),
                                                         EngineWorld::node("text", "source.text", {{"path", "long.txt"}, {"samples", 128}, {"length", 128}}),
                                                         EngineWorld::node("wanda", "prune.wanda", {{"sparsity", 0.5}})}},
                                              {"links", Links{{"model.model", "wanda.model"}, {"text.text", "wanda.text"}}}}), {});
    QVERIFY(window.wait_ready());
    const LayerMapModel& cells = panel.map().cells();
    Growth first(window, panel, "wanda");
    first.stop_at = 3;
    first.at = [&] { window.bench.cancel(); };
    QVERIFY(window.run());
    const int seen = cells.records().recorded_layers();
    QVERIFY2(seen >= 3 && seen < 12, qPrintable(QString::number(seen)));
    QCOMPARE(window.bench.runs.node("wanda")->state, NodeState::cancelled);
    const auto* caption = panel.findChild<ElidedLabel*>();
    QCOMPARE(caption->text(), QString("wanda · stopped after %1 of 12 layers").arg(seen));
    const QString value = cells.index(0, 6).data().toString();
    QVERIFY(value.toDouble() > 0);

    const QSignalSpy rebuilt(&cells, &QAbstractItemModel::modelReset);
    const Growth second(window, panel, "wanda");
    QVERIFY(window.run());
    QVERIFY(second.running && second.rows == std::vector<int>(second.rows.size(), 12));
    QVERIFY2(second.recorded.size() >= 3 && second.recorded.front() < 12, qPrintable(QString::number(second.recorded.size())));
    QVERIFY(std::is_sorted(second.recorded.begin(), second.recorded.end()));
    QCOMPARE(second.captions.front(), QString("wanda · running, %1 of 12 layers so far").arg(second.recorded.front()));
    QVERIFY(rebuilt.count() <= 2);            // emptied at the start, and filled: not once a layer
    QCOMPARE(caption->text(), QString("wanda · 12 layers"));
    QCOMPARE(cells.index(0, 6).data().toString(), value);   // from its checkpoint
    const LayerRecords ledger(window.bench.runs.node("wanda")->ledger["linears"]);
    QVERIFY(cells.records() == ledger && ledger.recorded_layers() == 12);

    const Growth third(window, panel, "wanda");
    QVERIFY(window.run());                    // from the cache: nothing is recorded anew
    QVERIFY(third.recorded.empty() && cells.records() == ledger);
  }

  void it_is_a_dock_of_the_window_and_comes_back_where_it_was() {
    EngineBridge bridge;
    bridge.start_with(FakeEngine::start);
    {
      MainWindow window(bridge);
      window.show();
      window.new_document();
      auto* dock = window.findChild<QDockWidget*>("layers");
      QVERIFY(dock && dock->isHidden());
      dock->toggleViewAction()->trigger();
      QTRY_VERIFY(!dock->visibleRegion().isEmpty());
      QVERIFY(window.close());
    }
    MainWindow window(bridge);
    window.show();
    window.new_document();
    QVERIFY(!window.findChild<QDockWidget*>("layers")->isHidden());
  }

 private:
  QTemporaryDir config_;
};

QTEST_MAIN(LayersDockTest)
#include "layers_dock_test.moc"
