// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/chain.h"

#include <QTemporaryDir>
#include <QtTest>

#include "core/cli/console.h"
#include "core/describe/document_paths.h"
#include "core/describe/graph.h"
#include "core/run/plugin_loader.h"
#include "tests/support/thrown.h"

using namespace kelter;
using kelter::test::mentions;
using kelter::test::thrown;

namespace {

std::string link_text(const Document& document) {
  std::string text;
  for (const Link& link : document.links) {
    text += (text.empty() ? "" : " ") + link.from_node + "." + link.from_port + ">" + link.to_node + "." + link.to_port;
  }
  return text;
}

std::string node_text(const Document& document) {
  std::string text;
  for (const Node& node : document.nodes) text += (text.empty() ? "" : " ") + node.id + ":" + node.step;
  return text;
}

}  // namespace

class ChainTest : public QObject {
  Q_OBJECT

  const StepCatalogue catalogue_ = load_catalogue();

 private Q_SLOTS:
  void a_chain_is_source_step1_step2_measured_at_its_end() {
    const Document document = make_chain({"m.gguf", {"prune.magnitude:sparsity=0.5", "quant.rtn:bits=3"}, {}, {"memory", "measure.throughput"}, false}, catalogue_);
    QCOMPARE(node_text(document), std::string("source:source.model step1:prune.magnitude step2:quant.rtn measure1:measure.memory "
                                              "measure2:measure.throughput"));
    QCOMPARE(link_text(document), std::string("source.model>step1.model step1.model>step2.model step2.model>measure1.model "
                                              "step2.model>measure2.model"));
    QCOMPARE(build_graph(document, catalogue_).nodes.size(), std::size_t{5});
  }

  void the_baseline_is_measured_before_the_last_step() {
    const Document document = make_chain({"m.gguf", {"quant.rtn"}, {}, {"memory"}, true}, catalogue_);
    QCOMPARE(link_text(document), std::string("source.model>step1.model source.model>measure1.model step1.model>measure1.model"));
  }

  void a_source_alone_is_measured_once() {
    const Document document = make_chain({"m.gguf", {}, {}, {"memory"}, true}, catalogue_);
    QCOMPARE(link_text(document), std::string("source.model>measure1.model"));
  }

  void the_text_reaches_every_step_that_takes_one() {
    const Document document =
        make_chain({"m.gguf", {"prune.depth:count=1", "quant.rtn", "prune.depth:count=2"}, "path=t.txt,samples=4", {}, false}, catalogue_);
    QCOMPARE(link_text(document), std::string("source.model>step1.model text.text>step1.text step1.model>step2.model "
                                              "step2.model>step3.model text.text>step3.text"));
    QCOMPARE(document.find("text")->parameters.dump(), std::string(R"({"path":"t.txt","samples":4})"));
  }

  void arguments_without_effect_or_sense_are_refused() {
    const auto refused = [&](const ChainRequest& request, const char* mention) {
      const auto error = thrown([&] { make_chain(request, catalogue_); });
      return mentions(error, mention);
    };
    QVERIFY(refused({"m.gguf", {"quant.rtn"}, "path=t.txt", {}, false}, "no effect"));
    QVERIFY(refused({"m.gguf", {"rtn"}, {}, {}, false}, "quant.rtn"));
    QVERIFY(refused({"m.gguf", {"measure.memory"}, {}, {}, false}, "There is no step"));
    QVERIFY(refused({"m.gguf", {"source.model:path=x"}, {}, {}, false}, "There is no step"));
    QVERIFY(refused({"m.gguf", {}, {}, {"perplexit:text=x"}, false}, "measure.perplexity"));
    QVERIFY(refused({"m.gguf", {}, {}, {"perplexity"}, false}, "\"text\" is missing"));
  }

  void set_changes_one_parameter_with_its_type() {
    Document document = make_chain({"m.gguf", {"quant.rtn:bits=4"}, {}, {}, false}, catalogue_);
    set_parameter(document, "step1.bits=3", catalogue_);
    set_parameter(document, "step1.symmetric=true", catalogue_);
    QCOMPARE(document.find("step1")->parameters.dump(), std::string(R"({"bits":3,"symmetric":true})"));
    set_parameter(document, R"(step1.bits={"sweep": [3, 4]})", catalogue_);
    QCOMPARE(build_graph(document, catalogue_).nodes.size(), std::size_t{3});
  }

  void set_refuses_what_is_not_there() {
    Document document = make_chain({"m.gguf", {"quant.rtn:bits=4"}, {}, {}, false}, catalogue_);
    const auto refused = [&](const char* text, const char* mention) {
      return mentions(thrown([&] { set_parameter(document, text, catalogue_); }), mention);
    };
    QVERIFY(refused("step1.bits", "NODE.PARAM=VALUE"));
    QVERIFY(refused("bits=3", "NODE.PARAM=VALUE"));
    QVERIFY(refused(".bits=3", "NODE.PARAM=VALUE"));
    QVERIFY(refused("step.bits=3", "step1"));
    QVERIFY(refused("step1.bit=3", "bits"));
    QVERIFY(refused("step1.bits=7", "7"));
    QVERIFY(refused("step1.bits={", "JSON"));
  }

  void only_relative_paths_of_what_exists_become_absolute() {
    QTemporaryDir folder;
    const fs::path base = folder.path().toStdString();
    write_file_atomically(base / "m.gguf", "x");
    write_file_atomically(base / "t.txt", "x");
    fs::create_directories(base / "run");
    Document document = make_chain({"m.gguf", {"prune.depth"}, "path=t.txt", {"tasks:names=a+b.jsonl", "perplexity:text=resource:demo/test-en.txt"}, false}, catalogue_);
    document.folder = base;
    make_paths_absolute(document, catalogue_);
    QCOMPARE(document.find("source")->parameters["path"].get<std::string>(), (base / "m.gguf").string());
    QCOMPARE(document.find("text")->parameters["path"].get<std::string>(), (base / "t.txt").string());
    QCOMPARE(document.find("measure1")->parameters["names"].get<std::string>(), std::string("a+b.jsonl"));
    QCOMPARE(document.find("measure2")->parameters["text"].get<std::string>(), std::string("resource:demo/test-en.txt"));
    for (const auto& [given, wanted] : {std::pair<std::string, std::string>{"run#step1", (base / "run").string() + "#step1"},
                                        {"store:x", "store:x"}, {"nowhere.gguf", "nowhere.gguf"}}) {
      Document other = make_chain({given, {}, {}, {}, false}, catalogue_);
      other.folder = base;
      make_paths_absolute(other, catalogue_);
      QCOMPARE(other.find("source")->parameters["path"].get<std::string>(), wanted);
    }
  }
};

QTEST_GUILESS_MAIN(ChainTest)
#include "chain_test.moc"
