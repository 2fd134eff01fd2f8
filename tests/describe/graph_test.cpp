// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/graph.h"

#include <QtTest>

#include "expect_error.h"

using namespace kelter;
using namespace kelter::test;

namespace {

const StepCatalogue& catalogue() {
  static const StepCatalogue loaded = StepCatalogue::load(KELTER_BINARY_DIR "/plugins");
  return loaded;
}

// "id step {parameters}" for each node, "a.model b.model" for each link.
Document document(const std::vector<std::array<const char*, 3>>& nodes,
                  const std::vector<std::pair<const char*, const char*>>& links) {
  Json json = {{"kelter", 1}, {"nodes", Json::array()}, {"links", Json::array()}};
  for (const auto& [id, step, parameters] : nodes) {
    json["nodes"].push_back({{"id", id}, {"step", step}, {"parameters", Json::parse(parameters)}});
  }
  for (const auto& [from, to] : links)
    json["links"].push_back({from, to});
  return Document::from_json(json, "test");
}

const std::array<const char*, 3> source = {"m", "source.model", R"({"path": "m.gguf"})"};
const std::array<const char*, 3> text = {"t", "source.text", R"({"path": "t.txt"})"};
const std::array<const char*, 3> speed = {"v", "measure.throughput", "{}"};

std::string ids(const Graph& graph) {
  std::string out;
  for (const GraphNode& node : graph.nodes)
    out += (out.empty() ? "" : " ") + node.id;
  return out;
}

std::string inputs(const Graph& graph, const std::string& id, const std::string& port) {
  std::string out;
  const GraphNode& node = graph.nodes[graph.index(id)];
  for (const auto& [index, output] : node.inputs.at(port)) {
    out += (out.empty() ? "" : " ") + graph.nodes[index].id + "/" + output;
  }
  return out;
}

// m -> q, a node whose layers differ.
Document overridden_document(const char* step, const char* parameters, const char* overrides) {
  Document given = document({source, {"q", step, parameters}}, {{"m.model", "q.model"}});
  given.nodes[1].overrides = Json::parse(overrides);
  return given;
}

GraphNode overridden(const char* step, const char* parameters, const char* overrides) {
  return build_graph(overridden_document(step, parameters, overrides), catalogue()).nodes[1];
}

// The one root cause: complete, and naming all the parts.
void refuses(const Document& document, ErrorCode code, std::initializer_list<const char*> parts) {
  const ErrorInfo info = error_of([&] { build_graph(document, catalogue()); });
  QVERIFY2(info.code == code && is_complete(info), info.text().c_str());
  for (const char* part : parts)
    QVERIFY2(mentions(info.text(), part), (info.text() + " lacks " + part).c_str());
}

}  // namespace

class GraphTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void nodes_come_in_topological_order_and_document_order_among_equals() {
    const Graph graph = build_graph(
        document({{"v", "measure.throughput", "{}"}, {"b", "quant.rtn", "{}"}, {"a", "quant.rtn", "{}"}, source},
                 {{"m.model", "a.model"}, {"m.model", "b.model"}, {"a.model", "v.model"}, {"b.model", "v.model"}}),
        catalogue());
    QCOMPARE(ids(graph), std::string("m b a v"));
    QCOMPARE(inputs(graph, "v", "model"), std::string("a/model b/model"));  // link order
  }

  void parameters_are_resolved() {
    const Graph graph =
        build_graph(document({source, {"q", "quant.rtn", R"({"bits": 3})"}}, {{"m.model", "q.model"}}), catalogue());
    QCOMPARE(graph.nodes[1].parameters["bits"], Json(3));
    QCOMPARE(graph.nodes[1].parameters["group"], Json(64));
  }

  void an_empty_document_is_an_empty_graph() { QVERIFY(build_graph(document({}, {}), catalogue()).nodes.empty()); }

  void a_sweep_multiplies_its_node_and_all_behind_it_but_no_measure() {
    const Graph graph = build_graph(
        document({source,
                  {"p", "prune.magnitude", R"({"sparsity": {"sweep": [0.3, 0.5]}})"},
                  {"q", "quant.rtn", "{}"},
                  speed},
                 {{"m.model", "p.model"}, {"p.model", "q.model"}, {"q.model", "v.model"}, {"m.model", "v.model"}}),
        catalogue());
    QCOMPARE(ids(graph), std::string("m p@sparsity=0.3 p@sparsity=0.5 q@sparsity=0.3 q@sparsity=0.5 v"));
    QCOMPARE(inputs(graph, "q@sparsity=0.5", "model"), std::string("p@sparsity=0.5/model"));
    QCOMPARE(inputs(graph, "v", "model"), std::string("q@sparsity=0.3/model q@sparsity=0.5/model m/model"));
    const GraphNode& copy = graph.nodes[graph.index("q@sparsity=0.5")];
    QCOMPARE(copy.document_node, std::string("q"));
    QCOMPARE(copy.sweep.dump(), std::string(R"({"sparsity":0.5})"));
    QCOMPARE(graph.nodes[1].parameters["sparsity"], Json(0.3));
  }

  void two_sweeps_are_the_product_on_one_node_and_along_a_path() {
    const Graph one = build_graph(
        document({source, {"q", "quant.rtn", R"({"bits": {"sweep": [3, 4]}, "group": {"sweep": [32, 64]}})"}},
                 {{"m.model", "q.model"}}),
        catalogue());
    QCOMPARE(ids(one), std::string("m q@bits=3,group=32 q@bits=3,group=64 q@bits=4,group=32 q@bits=4,group=64"));
    const Graph path = build_graph(document({source,
                                             {"a", "quant.rtn", R"({"bits": {"sweep": [3, 4]}})"},
                                             {"b", "quant.rtn", R"({"bits": {"sweep": [5, 6]}})"}},
                                            {{"m.model", "a.model"}, {"a.model", "b.model"}}),
                                   catalogue());
    QCOMPARE(
        ids(path),
        std::string(
            "m a@bits=3 a@bits=4 b@a.bits=3,b.bits=5 b@a.bits=3,b.bits=6 b@a.bits=4,b.bits=5 b@a.bits=4,b.bits=6"));
    QCOMPARE(inputs(path, "b@a.bits=4,b.bits=5", "model"), std::string("a@bits=4/model"));
    QCOMPARE(path.nodes.back().sweep.dump(), std::string(R"({"a.bits":4,"b.bits":6})"));
    QCOMPARE(path.nodes.back().parameters["bits"], Json(6));
  }

  void a_swept_measure_reports_on_every_copy_with_every_value() {
    const Graph graph = build_graph(document({source,
                                              {"q", "quant.rtn", R"({"bits": {"sweep": [3, 4]}})"},
                                              {"v", "measure.throughput", R"({"batch": {"sweep": [1, 2]}})"}},
                                             {{"m.model", "q.model"}, {"q.model", "v.model"}}),
                                    catalogue());
    QCOMPARE(ids(graph), std::string("m q@bits=3 q@bits=4 v@batch=1 v@batch=2"));
    QCOMPARE(inputs(graph, "v@batch=2", "model"), std::string("q@bits=3/model q@bits=4/model"));
  }

  void a_text_swept_before_two_branches_reaches_both_as_one_axis() {
    const Graph graph = build_graph(
        document({source,
                  {"t", "source.text", R"({"path": "t.txt", "samples": {"sweep": [8, 16]}})"},
                  {"a", "prune.depth", "{}"},
                  {"b", "prune.depth", "{}"}},
                 {{"m.model", "a.model"}, {"t.text", "a.text"}, {"a.model", "b.model"}, {"t.text", "b.text"}}),
        catalogue());
    QCOMPARE(ids(graph), std::string("m t@samples=8 t@samples=16 a@samples=8 a@samples=16 b@samples=8 b@samples=16"));
    QCOMPARE(inputs(graph, "b@samples=16", "text"), std::string("t@samples=16/text"));
  }

  void values_of_a_sweep_name_folders() {
    const Graph graph = build_graph(
        document({{"m", "source.model", R"({"path": {"sweep": ["a/b c", "a:b_c", "a/b/c"]}})"}}, {}), catalogue());
    QCOMPARE(ids(graph), std::string("m@path=a_b_c m@path=a:b_c m@path=a_b_c~2"));
  }

  void a_wrong_sweep_is_refused() {
    for (const char* parameters :
         {R"({"bits": {"sweep": []}})", R"({"bits": {"sweep": 3}})", R"({"bits": {"sweep": [3, 3.0]}})",
          R"({"bits": {"sweep": [3, 7]}})", R"({"bits": {"values": [3]}})", R"({"bit": {"sweep": [3]}})"}) {
      refuses(document({source, {"q", "quant.rtn", parameters}}, {{"m.model", "q.model"}}),
              ErrorCode::invalid_parameter, {"\"q\"", "bit"});
    }
    refuses(document({source,
                      {"q", "prune.magnitude", R"({"sparsity": 0.5, "pattern": {"sweep": ["unstructured", "1:4"]}})"}},
                     {{"m.model", "q.model"}}),
            ErrorCode::invalid_parameter, {"sparsity", "0.75"});
  }

  void sweeps_that_explode_are_refused_before_memory_is_gone() {
    std::string values;
    for (int i = 1; i <= 300; ++i)
      values += (i > 1 ? "," : "") + std::to_string(i);
    const std::string parameters = R"({"group": {"sweep": [)" + values + R"(]}})";
    refuses(document({source, {"a", "quant.rtn", parameters.c_str()}, {"b", "quant.rtn", parameters.c_str()}},
                     {{"m.model", "a.model"}, {"a.model", "b.model"}}),
            ErrorCode::invalid_document, {"10000", "\"b\""});
  }

  void a_bypassed_node_passes_its_model_through() {
    Document bypassed =
        document({source, {"p", "prune.depth", R"({"count": {"sweep": [2, 4]}})"}, {"q", "quant.rtn", "{}"}},
                 {{"m.model", "p.model"}, {"p.model", "q.model"}});
    bypassed.nodes[1].bypass = true;
    const Graph graph = build_graph(bypassed, catalogue());  // its text is not linked, its sweep does not count
    QCOMPARE(ids(graph), std::string("m p q"));
    QVERIFY(graph.nodes[1].bypass);
    QCOMPARE(graph.producer({1, "model"}), (Graph::Output{0, "model"}));
    QCOMPARE(graph.producer({2, "model"}), (Graph::Output{2, "model"}));
    bypassed.nodes[0].bypass = true;
    refuses(bypassed, ErrorCode::invalid_document, {"\"m\"", "bypass"});
    bypassed.nodes[0].bypass = false;
    bypassed.links.erase(bypassed.links.begin());
    refuses(bypassed, ErrorCode::invalid_document, {"p.model", "not linked"});
  }

  void overrides_are_checked_and_passed_on() {
    Document given = document({source, {"q", "quant.rtn", "{}"}}, {{"m.model", "q.model"}});
    given.nodes[1].overrides = {{"0:4", {{"bits", 8.0}}}};
    QCOMPARE(build_graph(given, catalogue()).nodes[1].overrides.dump(), std::string(R"({"0:4":{"bits":8}})"));
    for (const Json& wrong : {Json{{"4:0", {{"bits", 8}}}}, Json{{"", {{"bits", 8}}}}, Json{{"0:4", {{"bits", 7}}}},
                              Json{{"0:4", {{"bit", 8}}}}, Json{{"0:4", 8}}, Json(3)}) {
      given.nodes[1].overrides = wrong;
      const ErrorInfo info = error_of([&] { build_graph(given, catalogue()); });
      QVERIFY2(is_complete(info) && mentions(info.where, "overrid"), info.text().c_str());
    }
  }

  void each_layer_has_the_parameters_in_force_there() {
    const GraphNode node =
        overridden("quant.rtn", R"({"bits": 3, "symmetric": true})",
                   R"({"0:4": {"bits": 8}, "2+5": {"group": 32}, "5": {"grid": "minmax"}, "7": {}})");
    const auto at = [&](std::int64_t layer, const char* key) {
      return node.layer_settings.parameters(node.parameters, layer)[key];
    };
    for (const auto& [layer, bits] : {std::pair{0, 8}, {3, 8}, {4, 3}, {5, 3}, {1000, 3}})
      QCOMPARE(at(layer, "bits"), Json(bits));
    for (const auto& [layer, group] : {std::pair{1, 64}, {2, 32}, {3, 64}, {5, 32}})
      QCOMPARE(at(layer, "group"), Json(group));
    QCOMPARE(at(5, "grid"), Json("minmax"));
    QCOMPARE(at(5, "symmetric"), Json(false));  // minmax knows no symmetric grid
    QCOMPARE(at(2, "symmetric"), Json(true));
    QCOMPARE(node.overrides.dump(), std::string(R"({"0:4":{"bits":8},"2+5":{"group":32},"5":{"grid":"minmax"}})"));
    for (const char* nothing : {"null", "{}", R"({"3": {}})"}) {
      const GraphNode plain = overridden("quant.rtn", "{}", nothing);
      QVERIFY(plain.overrides.is_null() && plain.layer_settings.empty());
    }
  }

  void rules_between_parameters_hold_in_each_layer() {
    const auto sparsity = [](const char* parameters, const char* overrides) {
      const GraphNode node = overridden("prune.magnitude", parameters, overrides);
      return node.layer_settings.parameters(node.parameters, 1)["sparsity"];
    };
    // A pattern brings its sparsity, whatever the node's own is.
    QCOMPARE(sparsity(R"({"sparsity": 0.3})", R"({"1": {"pattern": "1:4"}})"), Json(0.75));
    QCOMPARE(sparsity(R"({"pattern": "1:4"})", R"({"1": {"pattern": "2:4"}})"), Json(0.5));
    QCOMPARE(sparsity(R"({"sparsity": 0.3})", R"({"1": {"sparsity": 0.4}})"), Json(0.4));
    refuses(overridden_document("prune.magnitude", R"({"pattern": "2:4"})", R"({"1": {"sparsity": 0.3}})"),
            ErrorCode::invalid_parameter, {"\"q\"", "override of the layers 1", "0.3", "2:4", "0.5"});
    refuses(overridden_document("prune.magnitude", "{}", R"({"1": {"sparsity": 0.3}, "0:2": {"pattern": "2:4"}})"),
            ErrorCode::invalid_parameter, {"override of the layers 1 and 0:2", "0.3", "2:4"});
  }

  void what_cannot_differ_by_layer_is_refused() {
    const auto refused = [](const char* step, const char* parameters, const char* overrides,
                            std::initializer_list<const char*> parts) {
      refuses(overridden_document(step, parameters, overrides), ErrorCode::invalid_parameter, parts);
    };
    refused("quant.rtn", "{}", R"({"0:2": {"layers": "1"}})", {"\"q\"", "cannot differ", "\"layers\"", "bits, group"});
    refused("quant.rtn", "{}", R"({"0:2": {"bit": 8}})", {"override of the layers 0:2", "\"bit\"", "\"bits\""});
    refused("quant.rtn", "{}", R"({"0:2": {"bits": 7}})", {"override of the layers 0:2", "7", "2, 3, 4, 5, 6, 8"});
    refused("quant.rtn", "{}", R"({"0:2": {"bits": null}})", {"override of the layers 0:2", "null"});
    refused("quant.rtn", "{}", R"({"0:2": {"bits": {"sweep": [3, 4]}}})", {"override of the layers 0:2", "sweep"});
    refused("quant.rtn", "{}", R"({"2:2": {"bits": 8}})", {"\"q\", step quant.rtn, overrides", "2:2"});
    refused("quant.rtn", "{}", R"({"two": {"bits": 8}})", {"overrides", "two"});
    refused("quant.rtn", "{}", R"({"0:4": {"bits": 8}, "2+7": {"group": 32, "bits": 6}})",
            {"overrides", "\"bits\" twice", "0:4", "2+7", "layer 2"});
    refused("quant.rtn", R"({"layers": "4:8"})", R"({"6:9": {"bits": 8}})",
            {"override of the layers 6:9", "no effect", "leaves out layer 8"});
    refused("prune.magnitude", R"({"scope": "model"})", R"({"0": {"sparsity": 0.1}})",
            {"cannot differ", "\"sparsity\"", "scope=\"model\"", "all layers together"});
    refused("prune.depth", R"({"criterion": "list", "layers": "1"})", R"({"0": {"count": 2}})",
            {"cannot differ", "\"count\"", "one node for each"});
    QVERIFY(!overridden("quant.rtn", R"({"layers": "4:6+6:8"})", R"({"4+7": {"bits": 8}})").layer_settings.empty());
  }

  void overrides_must_fit_the_model() {
    const LayerSettings layers =
        overridden("quant.rtn", "{}", R"({"0:2": {"bits": 8}, "5": {"group": 32}})").layer_settings;
    layers.check_layer_count(6);
    const ErrorInfo info = error_of([&] { layers.check_layer_count(5); });
    QVERIFY(info.code == ErrorCode::invalid_parameter && is_complete(info));
    QVERIFY2(mentions(info.why, "layer 5") && mentions(info.why, "0 to 4"), info.text().c_str());
    LayerSettings().check_layer_count(0);
  }

  void a_sweep_beside_overrides_reaches_the_other_layers() {
    const Graph graph = build_graph(
        overridden_document("quant.rtn", R"({"bits": {"sweep": [3, 4]}})", R"({"0": {"bits": 8}})"), catalogue());
    QCOMPARE(ids(graph), std::string("m q@bits=3 q@bits=4"));
    const GraphNode& copy = graph.nodes[2];
    QCOMPARE(copy.layer_settings.parameters(copy.parameters, 0)["bits"], Json(8));
    QCOMPARE(copy.layer_settings.parameters(copy.parameters, 1)["bits"], Json(4));
  }

  void an_unknown_step_is_refused_with_the_nearest() {
    refuses(document({source, {"q", "quant.rtm", "{}"}}, {{"m.modle", "q.model"}}), ErrorCode::invalid_document,
            {"\"q\"", "quant.rtm", "quant.rtn"});
  }

  void a_wrong_parameter_names_node_step_and_reason() {
    refuses(document({source, {"q", "quant.rtn", R"({"bits": 7})"}}, {{"m.model", "q.model"}}),
            ErrorCode::invalid_parameter, {"\"q\"", "quant.rtn", "\"bits\"", "7", "2, 3, 4, 5, 6, 8"});
    refuses(document({{"m", "source.model", "{}"}}, {}), ErrorCode::invalid_parameter,
            {"\"m\"", "\"path\"", "missing"});
  }

  void wrong_links_are_refused_one_by_one() {
    using Links = std::vector<std::pair<const char*, const char*>>;
    const std::pair<Links, std::vector<const char*>> cases[] = {
        {{{"m.model", "x.model"}}, {"\"x\"", "no such node"}},
        {{{"n.model", "q.model"}}, {"\"n\"", "no such node"}},
        {{{"m.modle", "q.model"}}, {"modle", "\"model\""}},
        {{{"m.model", "q.modle"}}, {"modle", "\"model\""}},
        {{{"v.record", "q.model"}}, {"measure.throughput has no outputs"}},
        {{{"q.model", "m.model"}}, {"source.model has no inputs"}},
        {{{"t.text", "q.model"}}, {"t.text", "gives text", "takes model"}},
        {{{"m.model", "q.model"}, {"d.model", "q.model"}}, {"q.model", "two links"}},
        {{{"m.model", "v.model"}, {"m.model", "v.model"}}, {"v.model", "twice"}}};
    for (const auto& [links, parts] : cases) {
      const Document wrong =
          document({source, text, {"q", "quant.rtn", "{}"}, {"d", "prune.depth", "{}"}, speed}, links);
      const ErrorInfo info = error_of([&] { build_graph(wrong, catalogue()); });
      QVERIFY2(info.code == ErrorCode::invalid_document && is_complete(info), info.text().c_str());
      for (const char* part : parts)
        QVERIFY2(mentions(info.text(), part), (info.text() + " lacks " + part).c_str());
    }
  }

  void a_missing_input_is_refused_where_the_parameters_need_it() {
    refuses(document({source, {"q", "quant.rtn", "{}"}}, {}), ErrorCode::invalid_document, {"q.model", "not linked"});
    refuses(document({source, speed}, {}), ErrorCode::invalid_document, {"v.model", "not linked"});
    refuses(document({source, {"d", "prune.depth", "{}"}}, {{"m.model", "d.model"}}), ErrorCode::invalid_document,
            {"d.text", "criterion", "influence"});
    const Graph graph = build_graph(
        document({source, {"d", "prune.depth", R"({"criterion": "list", "layers": "3"})"}}, {{"m.model", "d.model"}}),
        catalogue());
    QCOMPARE(ids(graph), std::string("m d"));
  }

  void a_cycle_is_refused_with_its_nodes() {
    const Document cycle =
        document({source,
                  {"a", "quant.rtn", "{}"},
                  {"b", "quant.rtn", "{}"},
                  {"c", "quant.rtn", "{}"},
                  {"d", "quant.rtn", "{}"}},
                 {{"c.model", "a.model"}, {"a.model", "b.model"}, {"b.model", "c.model"}, {"c.model", "d.model"}});
    refuses(cycle, ErrorCode::invalid_document, {"cycle", "a -> b -> c -> a"});
    refuses(document({{"a", "quant.rtn", "{}"}}, {{"a.model", "a.model"}}), ErrorCode::invalid_document,
            {"cycle", "a -> a"});
  }

  void ids_are_unique_and_plain() {
    refuses(document({source, source}, {}), ErrorCode::invalid_document, {"Two nodes", "\"m\""});
    for (const char* id : {"", "a b", "a.b", "\xc3\xa9", "a@b", "a/b"}) {
      refuses(document({{id, "source.model", R"({"path": "m"})"}}, {}), ErrorCode::invalid_document, {"letters"});
    }
    QVERIFY(is_valid_id("Az09_-"));
  }

  void one_root_cause_is_reported_not_what_follows_from_it() {
    // The unknown step makes its links and everything behind it wrong as well.
    const ErrorInfo info = error_of([] {
      build_graph(
          document({source, {"q", "no.such", "{}"}, speed}, {{"q.nothing", "v.model"}, {"m.model", "q.nowhere"}}),
          catalogue());
    });
    QVERIFY(mentions(info.text(), "no.such") && !mentions(info.text(), "nothing"));
  }

  void an_unknown_id_is_answered_with_the_nearest() {
    const Graph graph = build_graph(document({source}, {}), catalogue());
    QCOMPARE(graph.index("m"), std::size_t{0});
    QVERIFY_THROWS_EXCEPTION(Error, graph.index("model"));
  }
};

QTEST_GUILESS_MAIN(GraphTest)
#include "graph_test.moc"
