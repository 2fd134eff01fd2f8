// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/document.h"

#include <QTemporaryDir>
#include <QtTest>

#include "core/describe/graph.h"
#include "expect_error.h"
#include "tests/support/kill.h"

using namespace kelter;
using namespace kelter::test;

namespace {

const char* foreign = R"({
  "later": [1, 2.50, {"a": null}],
  "kelter": 1,
  "title": "",
  "links": [["a.model", "b.model"]],
  "nodes": [
    {"id": "a", "zeta": true, "step": "quantum.collapse", "x": 280.0, "parameters": {"s": 0.5, "n": 1, "f": 1.0,
      "big": 9007199254740993, "tiny": 1e-300, "deep": {"b": [], "a": {}}}, "alpha": {"z": 1, "a": 2}, "y": -0.0},
    {"step": "b.c", "id": "b", "bypass": false, "overrides": null, "parameters": {}, "x": 5},
    {"id": "c", "step": "d"}
  ],
  "notes": [], "groups": {}
})";

Document document(const std::string& text) { return Document::from_json(parse_json(text, "test"), "test"); }

// Long enough that writing it takes time.
Document wide_document(const std::string& title, int nodes) {
  Document made;
  made.title = title;
  for (int i = 0; i < nodes; ++i) {
    Node node;
    node.id = "rtn-" + std::to_string(i);
    node.step = "quant.rtn";
    node.parameters = {{"bits", 4}, {"group", i}};
    made.nodes.push_back(node);
  }
  return made;
}

}  // namespace

class DocumentTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void unknown_steps_and_keys_are_kept_byte_for_byte() {
    QCOMPARE(document(foreign).to_json().dump(), parse_json(foreign, "test").dump());
  }

  void saving_a_loaded_file_gives_the_same_bytes() {
    const fs::path old = KELTER_SOURCE_DIR "/tests/compat/one.kelter";
    const QTemporaryDir folder;
    const fs::path copy = fs::path(folder.path().toStdString()) / "copy.kelter";
    Document::load(old).save(copy);
    QCOMPARE(read_text_file(copy), read_text_file(old));
  }

  void the_first_version_opens_for_ever() {
    const Document old = Document::load(KELTER_SOURCE_DIR "/tests/compat/one.kelter");
    QCOMPARE(old.title, std::string("Two ways to 3 bit"));
    QCOMPARE(old.nodes.size(), std::size_t{6});
    QCOMPARE(old.links.size(), std::size_t{7});
    QCOMPARE(old.find("calibration")->unknown["colour"], Json("#aabbcc"));
    QCOMPARE(old.find("calibration")->y, 160.5);
    QVERIFY(old.find("short")->bypass);
    QCOMPARE(old.find("prune")->overrides["0:4"]["sparsity"], Json(0.1));
    QCOMPARE(old.groups[0]["title"], Json("3 bit"));
    QCOMPARE(old.folder, fs::path(KELTER_SOURCE_DIR "/tests/compat"));
    QCOMPARE(old.find("nobody"), nullptr);
    const Graph graph = build_graph(old, StepCatalogue::load(KELTER_BINARY_DIR "/plugins"));
    QCOMPARE(graph.nodes.size(), std::size_t{8});  // two of the six exist twice
  }

  void an_edit_changes_nothing_else() {
    Document edited = document(foreign);
    edited.nodes[0].x = 300.5;
    edited.nodes[1].x = 0;
    edited.nodes[1].bypass = true;
    edited.nodes[2].overrides = {{"0:2", {{"bits", 8}}}};
    const Json json = edited.to_json();
    QCOMPARE(json["nodes"][0]["x"].dump(), std::string("300.5"));
    QCOMPARE(json["nodes"][1].dump(),
             std::string(R"({"step":"b.c","id":"b","bypass":true,"overrides":null,"parameters":{},"x":0})"));
    QCOMPARE(json["nodes"][2].dump(), std::string(R"({"id":"c","step":"d","overrides":{"0:2":{"bits":8}}})"));
    edited.nodes[2].overrides = nullptr;
    QCOMPARE(edited.to_json()["nodes"][2].dump(), std::string(R"({"id":"c","step":"d"})"));
  }

  void a_document_made_in_memory_has_stable_keys() {
    Document made;
    made.title = "T";
    Node first, second;
    first.id = "a";
    first.step = "source.model";
    first.parameters = {{"path", "m.gguf"}};
    first.x = 10;
    first.y = 0.5;
    second.id = "b";
    second.step = "quant.rtn";
    made.nodes = {first, second};
    made.links.push_back({"a", "model", "b", "model"});
    QCOMPARE(made.to_json().dump(),
             std::string(
                 R"({"kelter":1,"title":"T","nodes":[{"id":"a","step":"source.model","parameters":{"path":"m.gguf"},)"
                 R"("x":10,"y":0.5},{"id":"b","step":"quant.rtn","parameters":{},"x":0,"y":0}],)"
                 R"("links":[["a.model","b.model"]]})"));
    const Document read = Document::from_json(made.to_json(), "t");
    QVERIFY(read.nodes == made.nodes);  // the layout of a file is no content
    QVERIFY(read.links == made.links);
  }

  void what_is_no_document_is_refused_with_the_place() {
    const std::pair<const char*, const char*> cases[] = {
        {"[]", "t"},
        {R"({"nodes": []})", "t"},
        {R"({"kelter": 1})", "t"},
        {R"({"kelter": 0, "nodes": []})", "t"},
        {R"({"kelter": 2, "nodes": []})", "t"},
        {R"({"kelter": 4294967297, "nodes": []})", "t"},
        {R"({"kelter": 1, "nodes": {}})", "t"},
        {R"({"kelter": 1, "nodes": [3]})", "node 1"},
        {R"({"kelter": 1, "nodes": [{"id": "a", "step": "s"}, {"step": "s"}]})", "node 2"},
        {R"({"kelter": 1, "nodes": [{"id": "a"}]})", "node 1"},
        {R"({"kelter": 1, "nodes": [{"id": 7, "step": "s"}]})", "node 1"},
        {R"({"kelter": 1, "nodes": [{"id": "a", "step": "s", "parameters": []}]})", "node 1"},
        {R"({"kelter": 1, "nodes": [{"id": "a", "step": "s", "x": "left"}]})", "node 1"},
        {R"({"kelter": 1, "nodes": [{"id": "a", "step": "s", "bypass": 1}]})", "node 1"},
        {R"({"kelter": 1, "nodes": [], "links": [["a.b"]]})", "link 1"},
        {R"({"kelter": 1, "nodes": [], "links": ["a.b"]})", "link 1"},
        {R"({"kelter": 1, "nodes": [], "links": [["a", "b.c"]]})", "link 1"},
        {R"({"kelter": 1, "nodes": [], "links": [[".b", "b.c"]]})", "link 1"},
        {R"({"kelter": 1, "nodes": [], "links": [["a.", "b.c"]]})", "link 1"},
        {R"({"kelter": 1, "nodes": [], "links": [["a.b", "b.c"], [1, 2]]})", "link 2"}};
    for (const auto& [text, place] : cases) {
      const ErrorInfo info = error_of([&] { Document::from_json(Json::parse(text), "t"); });
      QVERIFY2(info.code == ErrorCode::invalid_document && is_complete(info) && mentions(info.where, place), text);
    }
  }

  void a_killed_save_leaves_the_whole_old_or_the_whole_new_document() {
    const QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "saved.kelter";
    const Document first = wide_document("first", 900), second = wide_document("second", 600);
    first.save(path);
    const auto save_forever = [&] {
      while (true) {
        second.save(path);
        first.save(path);
      }
    };
    const auto check = [&](int round) {
      const Document found = Document::load(path);
      const Document& whole = found.title == "first" ? first : second;
      QVERIFY2(found.to_json() == whole.to_json(), ("round " + std::to_string(round)).c_str());
    };
    kill_at_random_points(100, std::chrono::microseconds(15000), save_forever, check);
    // Temporary files left behind prove that writers died in the middle of their work.
    QVERIFY(std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator()) > 1);
  }

  void a_missing_or_broken_file_is_named() {
    QCOMPARE(error_of([] { Document::load("no/such.kelter"); }).code, ErrorCode::file_not_found);
    const QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "broken.kelter";
    write_file_atomically(path, "{\"kelter\": 1,");
    QVERIFY(mentions(error_of([&] { Document::load(path); }).where, "broken.kelter"));
  }
};

QTEST_GUILESS_MAIN(DocumentTest)
#include "document_test.moc"
