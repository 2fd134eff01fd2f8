// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <set>

#include "core/describe/graph.h"

using namespace kelter;

namespace {
const char* demo_file = KELTER_SOURCE_DIR "/resources/demo/demo.kelter";
}

class DemoTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void every_measure_reports_on_all_eight_branches() {
    const Graph graph = build_graph(Document::load(demo_file), StepCatalogue::load(KELTER_BINARY_DIR "/plugins"));
    const std::set<std::string> branches = {"file",   "bf16",           "magnitude30", "depth2",
                                            "depth4", "rtn-g32-minmax", "rtn-g64",     "depth2-rtn-g64"};
    for (const char* measure : {"perplexity", "tasks", "throughput", "memory"}) {
      std::set<std::string> linked;
      for (const auto& [node, port] : graph.nodes[graph.index(measure)].inputs.at("model"))
        linked.insert(graph.nodes[node].id);
      QCOMPARE(linked, branches);
    }
    QCOMPARE(graph.nodes.size(), std::size_t{13});
  }

  void it_is_saved_in_the_form_kelter_writes() {
    QCOMPARE(to_pretty(Document::load(demo_file).to_json()), read_text_file(demo_file));
  }

  void every_resource_it_names_is_shipped() {
    int count = 0;
    for (const Node& node : Document::load(demo_file).nodes) {
      for (const auto& [name, value] : node.parameters.items()) {
        const std::string text = value.is_string() ? value.get<std::string>() : "";
        if (!text.starts_with("resource:")) continue;
        QVERIFY2(fs::is_regular_file(fs::path(KELTER_SOURCE_DIR "/resources") / text.substr(9)), text.c_str());
        ++count;
      }
    }
    QCOMPARE(count, 3);
  }

  void no_two_nodes_lie_on_each_other() {
    std::set<std::pair<double, double>> places;
    for (const Node& node : Document::load(demo_file).nodes)
      places.insert({node.x, node.y});
    QCOMPARE(places.size(), std::size_t{13});
  }
};

QTEST_GUILESS_MAIN(DemoTest)
#include "demo_test.moc"
