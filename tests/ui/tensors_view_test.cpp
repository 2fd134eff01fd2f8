// SPDX-License-Identifier: GPL-3.0-or-later
// The page of tensors: on an engine that says what the test wants, and on the real one with a tiny model whose numbers
// the test counts itself.
#include "ui/tensors/tensors_panel.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QTranslator>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "core/tensor/gguf.h"
#include "tests/ui/engine_world.h"
#include "tests/ui/find_widgets.h"
#include "tests/ui/shown_panel.h"
#include "ui/canvas/canvas_panel.h"
#include "ui/tensors/histogram_bars.h"
#include "ui/tensors/statistics_view.h"
#include "ui/tensors/tensor_tree.h"
#include "ui/window/main_window.h"

using namespace kelter;
using namespace kelter::test;
using namespace kelter::ui;

namespace {

constexpr qint64 longest_ms = 50;   // the window may not answer

Json tensor(const std::string& name, const std::vector<std::int64_t>& shape, const char* format, std::uint64_t bytes) {
  return {{"name", name}, {"shape", shape}, {"format", format}, {"bytes", bytes}};
}

// A model of `layers` layers with nine tensors each.
Json model(int layers) {
  Json tensors = {tensor("model.embed_tokens.weight", {1000, 64}, "Q8_0", 68000)};
  for (int i = 0; i < layers; ++i) {
    const std::string layer = "model.layers." + std::to_string(i) + ".";
    tensors.push_back(tensor(layer + "input_layernorm.weight", {64}, "F32", 256));
    for (const char* name : {"q_proj", "k_proj", "v_proj", "o_proj"})
      tensors.push_back(tensor(layer + "self_attn." + name + ".weight", {64, 64}, "Q4_0", 2304));
    tensors.push_back(tensor(layer + "post_attention_layernorm.weight", {64}, "F32", 256));
    for (const char* name : {"gate_proj", "up_proj", "down_proj"})
      tensors.push_back(tensor(layer + "mlp." + name + ".weight", {96, 64}, "Q4_1", static_cast<std::uint64_t>(3840 + i)));
  }
  tensors.push_back(tensor("model.norm.weight", {64}, "F32", 256));
  return {{"path", "/models/model.gguf"}, {"container", "GGUF version 3"}, {"tensors", tensors}};
}

Json numbers(double mean) {
  return {{"count", 4096}, {"zeros", 41}, {"not_finite", 0}, {"minimum", -1.5}, {"maximum", 2.0}, {"mean", mean},
          {"deviation", 0.25}, {"kurtosis", 3.25}, {"histogram", std::vector<int>{1, 2, 4093}}};
}

Document one_source(const std::string& path, const fs::path& folder = {}) {
  Document document = Document::from_json({{"kelter", 1}, {"nodes", {EngineWorld::node("model", "source.model", {{"path", path}}), EngineWorld::node("rtn", "quant.rtn")}},
                                           {"links", Links{{"model.model", "rtn.model"}}}}, "test");
  document.folder = folder;
  return document;
}

QString message(const TensorsPanel& panel) {
  QString text;
  for (const QLabel* label : panel.findChildren<QLabel*>())
    if (label->isVisible()) text += label->text() + "\n";
  return text;
}

QString top(const TensorTree& tree, int row, int column = 0) { return tree.model()->index(row, column).data().toString(); }

struct Shown : ShownPanel<TensorsPanel> {
  explicit Shown(const Document& document = one_source("model.gguf")) : ShownPanel(document, {1000, 600}) {}
  std::string asked() const { return FakeEngine::last().asked<InspectRequest>().back().id; }
  bool list(const Json& json) {
    FakeEngine::last().say(ModelInspected{asked(), json});
    return QTest::qWaitFor([&] { return panel.tree().list().tensors.size() == json["tensors"].size(); });
  }
  bool wait_question(std::size_t count) {
    return QTest::qWaitFor([&] { return FakeEngine::last().asked<StatisticsRequest>().size() == count; });
  }
  QLineEdit* search() { return named<QLineEdit>(panel, "Search tensors"); }
};

}  // namespace

class TensorsViewTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    static QTranslator plurals;   // of English, as the program loads them
    QVERIFY(plurals.load(":/translations/kelter_en.qm"));
    QCoreApplication::installTranslator(&plurals);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, config_.path());
    QLocale::setDefault(QLocale::c());
  }
  void init() { world_ = std::make_unique<EngineWorld>(2); }

  void tensors_stand_in_layers_and_modules_with_what_they_come_to() {
    Shown shown;
    QVERIFY(shown.ready() && shown.list(model(12)));
    const TensorTree& tree = shown.panel.tree();
    QCOMPARE(tree.model()->rowCount(), 14);   // embedding, 12 layers, norm
    QCOMPARE(top(tree, 1), QString("Layer 0"));
    const QModelIndex layer = tree.model()->index(1, 0);
    QCOMPARE(tree.model()->rowCount(layer), 4);
    const QModelIndex mlp = tree.model()->index(3, 0, layer);
    QCOMPARE(mlp.data().toString(), QString("mlp"));
    QCOMPARE(tree.model()->index(1, 0, mlp).data().toString(), QString("up_proj"));
    QCOMPARE(mlp.siblingAtColumn(TensorTreeModel::shape).data().toString(), QString("3 tensors"));
    QCOMPARE(mlp.siblingAtColumn(TensorTreeModel::bytes).data().toString(), QString("11.5 kB"));
    QCOMPARE(mlp.siblingAtColumn(TensorTreeModel::format).data().toString(), QString("Q4_1"));
    const double all = 68000 + 256 + 12 * (512 + 4 * 2304 + 3 * 3840) + 3 * 66;
    QCOMPARE(top(tree, 0, TensorTreeModel::share), QString::number(100 * 68000 / all, 'f', 1) + " %");
  }

  void what_is_typed_leaves_the_tensors_that_have_every_word() {
    Shown shown;
    QVERIFY(shown.ready() && shown.list(model(12)));
    shown.panel.activateWindow();
    shown.panel.tree().setFocus();
    QTest::keyClick(&shown.panel.tree(), Qt::Key_F, Qt::ControlModifier);
    QTRY_VERIFY(shown.search()->hasFocus());
    QTest::keyClicks(shown.search(), "layers.1 up");
    QCOMPARE(shown.panel.tree().shown(), 3);   // 1, 10, 11
    QVERIFY2(message(shown.panel).contains("3 of 110 tensors"), qPrintable(message(shown.panel)));
    QVERIFY(shown.panel.tree().isExpanded(shown.panel.tree().model()->index(0, 0)));
    QTest::keyClick(shown.search(), Qt::Key_Escape);
    QCOMPARE(shown.panel.tree().shown(), 110);
    QVERIFY(shown.panel.tree().hasFocus());
    shown.search()->setText("Q8_0");
    QCOMPARE(shown.panel.tree().shown(), 1);
  }

  void a_click_on_a_title_sorts_and_the_third_gives_the_order_of_the_model_back() {
    Shown shown;
    QVERIFY(shown.ready() && shown.list(model(12)));
    TensorTree& tree = shown.panel.tree();
    const auto click = [&](int column) {
      const QPoint at(tree.header()->sectionViewportPosition(column) + 20, tree.header()->height() / 2);
      QTest::mouseClick(tree.header()->viewport(), Qt::LeftButton, {}, at);
    };
    click(TensorTreeModel::bytes);
    QCOMPARE(top(tree, 0), QString("model.norm"));
    click(TensorTreeModel::bytes);
    QCOMPARE(top(tree, 0), QString("model.embed_tokens"));
    QCOMPARE(top(tree, 1), QString("Layer 11"));   // its mlp is the largest
    click(TensorTreeModel::bytes);
    QCOMPARE(top(tree, 1), QString("Layer 0"));
    click(TensorTreeModel::name);
    QCOMPARE(top(tree, 2), QString("Layer 2"));    // not Layer 10
  }

  void choosing_another_tensor_stops_the_one_being_read() {
    Shown shown;
    QVERIFY(shown.ready() && shown.list(model(2)));
    shown.panel.tree().select("model.layers.0.mlp.up_proj.weight");
    QVERIFY(shown.wait_question(1));
    const StatisticsRequest first = FakeEngine::last().asked<StatisticsRequest>().back();
    QCOMPARE(first.tensor, std::string("model.layers.0.mlp.up_proj.weight"));
    QVERIFY(message(shown.panel).contains("reading its numbers"));
    shown.panel.tree().select("model.norm.weight");
    QCOMPARE(FakeEngine::last().asked<CancelRequest>().back().target, first.id);
    QVERIFY(shown.wait_question(2));
    FakeEngine::last().say(TensorMeasured{first.id, first.tensor, numbers(99)});   // too late
    FakeEngine::last().say(TensorMeasured{FakeEngine::last().asked<StatisticsRequest>().back().id, "model.norm.weight", numbers(0.5)});
    QTRY_COMPARE(shown.panel.statistics().value("Mean"), QString("0.5"));
    QCOMPARE(shown.panel.statistics().value("Zeros"), QString("41 (1.0 %)"));
    QCOMPARE(shown.panel.statistics().findChild<HistogramBars*>()->bins().size(), std::size_t{3});
    shown.panel.tree().select("model.layers.0.mlp.up_proj.weight");   // not read to its end: asked again
    QVERIFY(shown.wait_question(3));
    shown.panel.tree().select("model.norm.weight");                   // known
    QCOMPARE(shown.panel.statistics().value("Mean"), QString("0.5"));
    QTest::qWait(200);
    QCOMPARE(FakeEngine::last().asked<StatisticsRequest>().size(), std::size_t{3});
  }

  void rows_are_copied_as_text_and_as_csv() {
    Shown shown;
    QVERIFY(shown.ready() && shown.list(model(2)));
    TensorTree& tree = shown.panel.tree();
    tree.setCurrentIndex(tree.model()->index(1, 0));   // layer 0: all of its tensors
    QTest::keyClick(&tree, Qt::Key_C, Qt::ControlModifier);
    const QMimeData* data = QGuiApplication::clipboard()->mimeData();
    const QStringList lines = data->text().split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 10);
    QCOMPARE(lines[2], QString("model.layers.0.self_attn.q_proj.weight\t64x64\tQ4_0\t2304"));
    const QString csv = QString::fromUtf8(data->data("text/csv"));
    QVERIFY2(csv.startsWith("Name,Shape,Format,Bytes,Share (%)\r\n") || csv.startsWith("Name,Shape,Format,Bytes,"), qPrintable(csv));
    QCOMPARE(csv.count("\r\n"), 10);
  }

  void it_says_that_the_engine_loads_and_what_to_do_without_a_model() {
    FakeEngine::is_slow() = true;
    {
      Shown shown;
      QVERIFY(QTest::qWaitForWindowExposed(&shown.panel));
      QVERIFY2(message(shown.panel).contains("Loading the engine"), qPrintable(message(shown.panel)));
      FakeEngine::last().say(FakeEngine::ready());
      QTRY_VERIFY(message(shown.panel).contains("Reading the list"));
      QVERIFY(shown.list(model(1)));
      shown.bench.selection.set({"rtn"});
      QVERIFY2(message(shown.panel).contains("rtn has no model yet"), qPrintable(message(shown.panel)));
      shown.bench.selection.set({"model"});
      QVERIFY(shown.list(model(1)));
      shown.bench.document.replace(Document(), {});
      QVERIFY2(message(shown.panel).contains("No model to look into"), qPrintable(message(shown.panel)));
    }
    FakeEngine::is_slow() = false;
  }

  void a_thousand_tensors_do_not_stop_the_window() {
    Shown shown;
    QVERIFY(shown.ready());
    const Json large = model(111);   // 1001 tensors
    QElapsedTimer timer;
    timer.start();
    shown.panel.tree().set_list(tensor_list(large));
    const qint64 built = timer.restart();
    shown.panel.tree().set_words("proj");
    const qint64 filtered = timer.elapsed();
    QVERIFY2(built < longest_ms && filtered < longest_ms, qPrintable(QString("%1 and %2 ms").arg(built).arg(filtered)));
    QCOMPARE(shown.panel.tree().shown(), 777);
  }

  void every_control_has_a_name() {
    Shown shown;
    for (const QWidget* widget : shown.panel.findChildren<QWidget*>()) {
      const bool reachable = widget->focusPolicy() != Qt::NoFocus && !widget->objectName().startsWith("qt_");
      if (reachable && (qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QComboBox*>(widget) || qobject_cast<const QPushButton*>(widget) ||
                        qobject_cast<const TensorTree*>(widget)))
        QVERIFY2(!widget->accessibleName().isEmpty(), widget->metaObject()->className());
    }
  }

  // ---- the real engine -----------------------------------------------------------------------------------------

  void the_numbers_of_a_file_that_never_ran_are_those_of_its_bytes() {
    EngineWindow window;
    window.bench.document.replace(one_source("tiny.gguf", world_->path()), {});
    TensorsPanel panel(window.bench);
    panel.resize(1000, 600);
    panel.show();
    QTRY_VERIFY_WITH_TIMEOUT(panel.tree().list().tensors.size() > 10, 60000);
    panel.tree().select("model.layers.1.mlp.up_proj.weight");
    QTRY_VERIFY_WITH_TIMEOUT(!panel.statistics().value("Mean").isEmpty(), 30000);
    const GgufFile file = GgufFile::open(world_->path() / "tiny.gguf");
    const auto& all = file.tensors();
    const auto found = std::find_if(all.begin(), all.end(), [](const GgufTensor& one) { return one.name == "blk.1.ffn_up.weight"; });
    QVERIFY(found != all.end());
    std::vector<float> values(found->data.size() / sizeof(float));
    std::memcpy(values.data(), found->data.data(), values.size() * sizeof(float));
    const auto count = static_cast<double>(values.size());
    double sum = 0, second = 0, fourth = 0;
    for (const float value : values) sum += static_cast<double>(value);
    for (const float value : values) {
      const double square = std::pow(static_cast<double>(value) - sum / count, 2);
      second += square / count;
      fourth += square * square / count;
    }
    const StatisticsView& shown = panel.statistics();
    QCOMPARE(shown.value("Least"), value_text(static_cast<double>(*std::min_element(values.begin(), values.end()))));
    QCOMPARE(shown.value("Largest"), value_text(static_cast<double>(*std::max_element(values.begin(), values.end()))));
    QCOMPARE(shown.value("Mean"), value_text(sum / count));
    QCOMPARE(shown.value("Deviation"), value_text(std::sqrt(second)));
    QCOMPARE(shown.value("Kurtosis"), value_text(fourth / (second * second)));
    QCOMPARE(shown.value("Values"), QString::number(values.size()));
    const std::vector<std::int64_t>& bins = shown.findChild<HistogramBars*>()->bins();
    QCOMPARE(std::accumulate(bins.begin(), bins.end(), std::int64_t{0}), static_cast<std::int64_t>(values.size()));
  }

  void a_finished_node_shows_its_saved_model() {
    EngineWindow window;
    window.bench.document.replace(world_->small(), {});
    QVERIFY(window.wait_ready() && window.run());
    TensorsPanel panel(window.bench);
    panel.show();
    window.bench.selection.set({"rtn"});
    QTRY_COMPARE_WITH_TIMEOUT(panel.tree().list().container, QString("Kelter folder"), 30000);
    const auto& tensors = panel.tree().list().tensors;
    const auto packed = std::find_if(tensors.begin(), tensors.end(), [](const ListedTensor& one) { return one.name.endsWith("q_proj.weight"); });
    QVERIFY(packed != tensors.end());
    QVERIFY2(packed->format.startsWith("int4"), qPrintable(packed->format));
    panel.tree().select(packed->name);
    QTRY_VERIFY_WITH_TIMEOUT(!panel.statistics().value("Mean").isEmpty(), 30000);
  }

  void a_file_that_is_gone_is_told_with_a_way_out_and_read_when_it_is_back() {
    EngineWindow window;
    window.bench.document.replace(one_source("later.gguf", world_->path()), {});
    TensorsPanel panel(window.bench);
    panel.resize(1000, 600);
    panel.show();
    QVERIFY(window.wait_ready());
    QTRY_VERIFY_WITH_TIMEOUT(message(panel).contains("later.gguf"), 30000);
    QVERIFY(button(panel, "Try again")->isVisible());
    world_->add_model("later.gguf", 3);
    QTest::mouseClick(button(panel, "Try again"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(panel.tree().list().tensors.size() > 20, 30000);
  }

  void the_canvas_and_the_view_menu_lead_there() {
    EngineBridge bridge;
    bridge.start_with(FakeEngine::start);
    MainWindow window(bridge);
    window.resize(1400, 900);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    window.bench().document.replace(one_source("model.gguf"), {});
    window.show_page(MainWindow::Page::canvas);
    window.bench().selection.set({"model"});
    QAction* show = window.canvas().canvas_actions().tensors;
    QVERIFY(show->isEnabled());
    show->trigger();
    QVERIFY(window.tensors().isVisible());
    QTRY_VERIFY(!FakeEngine::last().asked<InspectRequest>().empty());
    QCOMPARE(FakeEngine::last().asked<InspectRequest>().back().model, std::string("model.gguf"));
    window.show_page(MainWindow::Page::canvas);
    window.canvas().view().setFocus();
    QTest::keyClick(window.focusWidget(), Qt::Key_4, Qt::AltModifier);
    QVERIFY(window.tensors().isVisible());
    window.show_page(MainWindow::Page::canvas);
    QTest::mouseClick(named<QPushButton>(window, "Show the tensors of this model"), Qt::LeftButton);
    QVERIFY(window.tensors().isVisible());
  }

 private:
  QTemporaryDir config_;
  std::unique_ptr<EngineWorld> world_;
};

QTEST_MAIN(TensorsViewTest)
#include "tensors_view_test.moc"
