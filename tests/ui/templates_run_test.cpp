// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped templates of one-shot methods, run to their end in the window on a tiny model in the place of the default
// one: every layer is told while its step runs, and every branch has its place in each of the four plots.
#include <QDockWidget>
#include <QtTest>
#include <map>
#include <set>

#include "tests/ui/window_desk.h"
#include "ui/layers/layer_map.h"
#include "ui/layers/layers_panel.h"
#include "ui/library/templates.h"
#include "ui/theme/theme.h"

using namespace kelter;
using namespace kelter::ui;

namespace {

constexpr const char* figure_names[] = {"accuracy", "perplexity", "memory", "throughput"};
constexpr int layers = 4;
constexpr int template_limit_ms = 600000;

std::size_t linked_models(const RunRecord& run, const Document& document) {
  std::set<std::string> measured;
  for (const Link& link : document.links)
    if (link.to_node == "perplexity") measured.insert(link.from_node);
  return static_cast<std::size_t>(std::count_if(run.nodes.begin(), run.nodes.end(), [&](const NodeRecord& node) {
    return measured.contains(split_graph_node(node.id).document_node);
  }));
}

}  // namespace

class TemplatesRunTest : public QObject, private test::WindowDesk {
  Q_OBJECT

  // Layers seen of each step while it ran.
  std::map<std::string, std::set<std::int64_t>> seen_;

  void watch_layers() {
    seen_.clear();
    connect(&bench().runs, &RunModel::linears_changed, this, [this](const QString& node) {
      const LinearsMessage* so_far = bench().runs.linears_so_far(node.toStdString());
      if (bench().runs.node(node.toStdString())->state != NodeState::running) return;
      for (const Json& linear : so_far->linears) seen_[node.toStdString()].insert(linear["layer"].get<std::int64_t>());
    });
  }
  // Swept branches are lines from left to right; the others stand beside each other.
  void check_figure(const char* name, bool swept, std::size_t models) {
    FigurePlot& plot = window().results().plot(name);
    const Figure& figure = plot.figure();
    QVERIFY2(plot.isVisible() && figure.mixed_protocols.empty(), name);
    QCOMPARE(figure.kind == FigureKind::lines, swept);
    QCOMPARE(figure.marks.size(), models);
    std::map<std::size_t, std::vector<const Mark*>> lines;
    for (std::size_t i = 0; i < figure.marks.size(); ++i) {
      const Mark& mark = figure.marks[i];
      QVERIFY2(mark.state == MarkState::value, (std::string(name) + ", " + mark.node + ": " + mark.reason).c_str());
      const bool baseline = swept && !mark.x;
      const QString where = QString("%1, %2").arg(name, QString::fromStdString(mark.node));
      if (!baseline) QVERIFY2(plot.mark_rect(i).isValid() && QRectF(plot.rect()).intersects(plot.mark_rect(i)), qPrintable(where));
      if (mark.x) lines[mark.branch].push_back(&mark);
    }
    for (const auto& [branch, marks] : lines) {
      QVERIFY2(marks.size() >= 2, figure.branches[branch].label.c_str());
      for (std::size_t i = 1; i < marks.size(); ++i) QVERIFY(*marks[i]->x > *marks[i - 1]->x);
    }
    QCOMPARE(!lines.empty(), swept);
  }

 private Q_SLOTS:
  void initTestCase() {
    make_world(layers);
    const QString model = path("data/kelter/models/smollm2-135m-instruct");
    QVERIFY(QDir().mkpath(model) && QFile::copy(path("tiny.gguf"), model + "/tiny.gguf"));
    start_engine();
    await_engine();
  }
  void cleanup() { drop_window(); }
  void cleanupTestCase() { drop_engine(); }

  void a_template_runs_to_its_end_and_fills_the_four_plots_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QStringList>("sweeps");   // what records each layer of the model
    QTest::addColumn<bool>("swept");
    QTest::newRow("sparsity, by size and by Wanda") << "3-how-much-pruning.kelter" << QStringList{"wanda", "magnitude"} << true;
    QTest::newRow("Wanda and SparseGPT 2:4") << "7-wanda-and-sparsegpt.kelter" << QStringList{"wanda", "sparsegpt", "magnitude"} << false;
    QTest::newRow("GPTQ and rounding") << "8-gptq-4-and-3-bit.kelter" << QStringList{"gptq", "rtn"} << true;
    QTest::newRow("both orders") << "9-prune-and-quantize.kelter" << QStringList{"wanda_first", "gptq_second", "gptq_first", "wanda_second"} << false;
  }
  void a_template_runs_to_its_end_and_fills_the_four_plots() {
    QFETCH(QString, file);
    QFETCH(QStringList, sweeps);
    QFETCH(bool, swept);
    open_window();
    window().open_template(QString(KELTER_SOURCE_DIR "/resources/templates/") + file);
    QVERIFY(!document().nodes.empty());
    window().findChild<QDockWidget*>("layers")->show();
    watch_layers();
    QTRY_VERIFY(button("run")->isEnabled());
    hands().click(button("run"));
    QTRY_VERIFY_WITH_TIMEOUT(finished(), template_limit_ms);
    const RunRecord& run = bench().runs.record();
    for (const NodeRecord& node : run.nodes) {
      QVERIFY2(node.state == NodeState::done, node.error ? node.error->text().c_str() : node.id.c_str());
      if (!sweeps.contains(QString::fromStdString(split_graph_node(node.id).document_node))) continue;
      QCOMPARE(node.ledger["linears"].size(), std::size_t{7 * layers});
      // Of another template's cache, nothing is told; else the last layer comes with the node.
      QVERIFY2(node.cached || seen_[node.id].size() + 1 >= layers, node.id.c_str());
    }
    QVERIFY(!seen_.empty());
    window().results().refresh_now();
    for (const char* name : figure_names) {
      check_figure(name, swept, linked_models(run, document()));
      if (QTest::currentTestFailed()) return;
    }
    auto* dock = window().findChild<LayersPanel*>();
    bench().selection.set({sweeps.front()});
    QCOMPARE(dock->map().cells().rowCount(), layers);
    QVERIFY(dock->map().cells().index(0, 6).data(LayerMapModel::share_role).isValid());
  }
};

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  QApplication::setQuitOnLastWindowClosed(false);
  QApplication::setOrganizationName("Kelter");
  QApplication::setApplicationName("KelterTest");
  theme().apply();
  TemplatesRunTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "templates_run_test.moc"
