// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/edit.h"

#include <QtTest>

#include "core/base/files.h"
#include "expect_error.h"
#include "random_edits.h"

using namespace kelter;
using namespace kelter::test;

namespace {

const StepCatalogue& catalogue() {
  static const StepCatalogue loaded = StepCatalogue::load(KELTER_BINARY_DIR "/plugins");
  return loaded;
}

// m -> a -> b -> p, m -> p, a -> p and t beside them.
Document chain() {
  return Document::from_json(Json::parse(R"({"kelter": 1, "nodes": [
    {"id": "m", "step": "source.model", "parameters": {"path": "m.gguf"}, "x": 0, "y": 0},
    {"id": "t", "step": "source.text", "parameters": {"path": "t.txt"}, "x": 0, "y": 160},
    {"id": "a", "step": "prune.depth", "parameters": {"criterion": "list", "layers": "1"}, "x": 320, "y": 0},
    {"id": "b", "step": "quant.rtn", "parameters": {"bits": 3}, "x": 640, "y": 0},
    {"id": "p", "step": "measure.perplexity", "parameters": {"text": "t.txt"}, "x": 960, "y": 0}],
    "links": [["m.model", "a.model"], ["a.model", "b.model"], ["m.model", "p.model"], ["a.model", "p.model"],
              ["b.model", "p.model"]],
    "groups": [{"id": "g", "title": "Two", "nodes": ["a", "b"]}, {"id": "h", "title": "One", "nodes": ["b"]}],
    "notes": [{"id": "n", "text": "hello", "x": 8, "y": 8}]})"),
                             "test");
}

std::string bytes(const Document& document) { return to_pretty(document.to_json()); }

// The document after the edit; checks that its inverse leads back to the same bytes.
Document after(const Document& before, const Edit& edit) {
  Document document = before;
  apply(document, edit);
  Document back = document;
  apply(back, inverse(edit));
  if (bytes(back) != bytes(before)) qFatal("the inverse of an edit does not lead back");
  return document;
}

std::string links(const Document& document) {
  std::string out;
  for (const Link& link : document.links) {
    out += (out.empty() ? "" : " ") + link.from_node + "." + link.from_port + ">" + link.to_node + "." + link.to_port;
  }
  return out;
}

std::string ids(const Document& document) {
  std::string out;
  for (const Node& node : document.nodes)
    out += (out.empty() ? "" : " ") + node.id;
  return out;
}

// What stands in the saved file for this node.
std::string saved(const Document& document, const std::string& id) { return document.find(id)->to_json().dump(); }

}  // namespace

class EditTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_new_node_has_a_free_id_and_no_parameters() {
    const Document d = chain();
    const Node node = new_node(d, catalogue().get("quant.rtn"), 8, 16);
    QCOMPARE(node.to_json().dump(), std::string(R"({"id":"rtn","step":"quant.rtn","parameters":{},"x":8,"y":16})"));
    const Document one = after(d, add_node(d, node));
    QCOMPARE(ids(one), std::string("m t a b p rtn"));
    QCOMPARE(new_node(one, catalogue().get("quant.rtn"), 0, 0).id, std::string("rtn-2"));
  }

  void free_ids_count_on_and_keep_to_the_allowed_characters() {
    Document d = chain();
    QCOMPARE(free_id(d, "new"), std::string("new"));
    QCOMPARE(free_id(d, "a"), std::string("a-2"));
    QCOMPARE(free_id(d, "g"), std::string("g-2"));  // a group
    QCOMPARE(free_id(d, "n"), std::string("n-2"));  // a note
    QCOMPARE(free_id(d, "two words.x"), std::string("two-words-x"));
    QCOMPARE(free_id(d, ""), std::string("node"));
    d = after(d, rename_node(d, "a", "rtn-2"));
    QCOMPARE(free_id(d, "rtn-2"), std::string("rtn-3"));
    QCOMPARE(free_id(d, "rtn"), std::string("rtn"));
    d = after(d, rename_node(d, "b", "x-64k"));
    QCOMPARE(free_id(d, "x-64k"), std::string("x-64k-2"));
  }

  void removing_nodes_takes_their_links_and_group_members() {
    const Document d = chain();
    const Document one = after(d, remove_nodes(d, {"a"}));
    QCOMPARE(ids(one), std::string("m t b p"));
    QCOMPARE(links(one), std::string("m.model>p.model b.model>p.model"));
    QCOMPARE(one.groups.dump(),
             std::string(R"([{"id":"g","title":"Two","nodes":["b"]},{"id":"h","title":"One","nodes":["b"]}])"));
    const Document two = after(d, remove_nodes(d, {"b", "a"}));
    QVERIFY(two.groups.is_null());  // a group without members goes
    QVERIFY(remove_nodes(d, {"nobody"}).empty());
  }

  void moving_keeps_everything_else() {
    const Document d = chain();
    const Edit edit = move_nodes(d, {{"a", 8, -16.5}, {"b", 640, 0}});
    QCOMPARE(edit.changes.size(), std::size_t(1));  // b stays where it is
    QCOMPARE(edit.merge_key, std::string("move:a,b"));
    const Document one = after(d, edit);
    QCOMPARE(one.find("a")->x, 8.0);
    QCOMPARE(one.find("a")->y, -16.5);
    QVERIFY(move_nodes(d, {{"a", 320, 0}}).empty());
  }

  void a_parameter_is_set_and_goes_back_to_its_default() {
    const Document d = chain();
    const Document one = after(d, set_parameter(d, "b", "group", 32));
    QCOMPARE(one.find("b")->parameters.dump(), std::string(R"({"bits":3,"group":32})"));
    const Document two = after(one, set_parameter(one, "b", "bits", Json()));
    QCOMPARE(two.find("b")->parameters.dump(), std::string(R"({"group":32})"));
    QVERIFY(set_parameter(d, "b", "bits", 3).empty());
    QVERIFY(set_parameter(d, "b", "group", Json()).empty());
    QCOMPARE(set_parameter(d, "b", "bits", 4).merge_key, std::string("parameter:b.bits"));
  }

  void overrides_bypass_and_title() {
    const Document d = chain();
    QCOMPARE(after(d, set_overrides(d, "b", {{"0:2", {{"bits", 8}}}})).find("b")->overrides.dump(),
             std::string(R"({"0:2":{"bits":8}})"));
    const Document bypassed = after(d, set_bypass(d, {"a", "b"}, true));
    QVERIFY(bypassed.find("a")->bypass && bypassed.find("b")->bypass);
    QVERIFY(set_bypass(bypassed, {"a"}, true).empty());
    QCOMPARE(after(d, set_title(d, "New")).title, std::string("New"));
    QVERIFY(set_title(d, "").empty());
  }

  void renaming_takes_links_and_groups_along() {
    const Document d = chain();
    const Document one = after(d, rename_node(d, "a", "short"));
    QCOMPARE(ids(one), std::string("m t short b p"));
    QCOMPARE(
        links(one),
        std::string("m.model>short.model short.model>b.model m.model>p.model short.model>p.model b.model>p.model"));
    QCOMPARE(one.groups[0]["nodes"].dump(), std::string(R"(["short","b"])"));
    QVERIFY(rename_node(d, "a", "a").empty());
    QCOMPARE(error_of([&] { rename_node(d, "a", "b"); }).code, ErrorCode::invalid_document);
    QCOMPARE(error_of([&] { rename_node(d, "a", "g"); }).code, ErrorCode::invalid_document);  // a group has it
    QVERIFY(is_complete(error_of([&] { rename_node(d, "a", "two words"); })));
  }

  void a_link_takes_the_place_of_the_one_at_a_single_input() {
    const Document d = chain();
    const Document one = after(d, add_link(d, catalogue(), {"m", "model", "b", "model"}));
    QCOMPARE(links(one),
             std::string("m.model>a.model m.model>b.model m.model>p.model a.model>p.model b.model>p.model"));
    const Document two = after(d, add_link(d, catalogue(), {"t", "text", "a", "text"}));
    QCOMPARE(two.links.size(), d.links.size() + 1);
    QVERIFY(add_link(d, catalogue(), {"m", "model", "a", "model"}).empty());
  }

  void replacing_a_link_keeps_its_place() {
    const Document d = chain();
    const Link old = {"a", "model", "p", "model"};
    QCOMPARE(links(after(d, replace_link(d, catalogue(), old, {"a", "model", "b", "model"}))),
             std::string("m.model>a.model m.model>p.model a.model>b.model b.model>p.model"));  // b takes one link only
    QCOMPARE(links(after(d, replace_link(d, catalogue(), {"a", "model", "b", "model"}, {"m", "model", "b", "model"}))),
             std::string("m.model>a.model m.model>b.model m.model>p.model a.model>p.model b.model>p.model"));
    QVERIFY(replace_link(d, catalogue(), old, old).empty());
  }

  void links_are_removed() {
    const Document d = chain();
    QCOMPARE(links(after(d, remove_links(d, {{"b", "model", "p", "model"}, {"m", "model", "a", "model"}}))),
             std::string("a.model>b.model m.model>p.model a.model>p.model"));
    QVERIFY(remove_links(d, {{"b", "model", "p", "text"}}).empty());
  }

  void groups_and_notes() {
    const Document d = chain();
    QVERIFY(after(d, set_groups(d, Json::array())).groups.is_null());
    QVERIFY(set_notes(d, d.notes).empty());
    QCOMPARE(after(d, set_notes(d, {{{"text", "x"}}})).notes.dump(), std::string(R"([{"text":"x"}])"));
    Document empty = d;
    empty.groups = Json::array();
    QVERIFY(set_groups(empty, Json::array()).empty());
    QVERIFY(remove_nodes(empty, {"t"}).changes.size() == 1);  // an empty list of groups stays as it is
  }

  void an_excerpt_holds_what_lies_wholly_inside() {
    const Document d = chain();
    const Document part = excerpt(d, {"b", "p"});
    QCOMPARE(ids(part), std::string("b p"));
    QCOMPARE(links(part), std::string("b.model>p.model"));
    QCOMPARE(part.groups.dump(), std::string(R"([{"id":"h","title":"One","nodes":["b"]}])"));
    QVERIFY(part.notes.is_null());
  }

  void what_is_inserted_has_free_ids() {
    const Document d = chain();
    const Document part = Document::from_json(excerpt(d, {"a", "b"}).to_json(), "clipboard");
    std::vector<std::string> made;
    const Document one = after(d, insert(d, part, 40, 80, &made));
    QVERIFY((made == std::vector<std::string>{"a-2", "b-2"}));
    QCOMPARE(one.find("a-2")->x, 360.0);
    QCOMPARE(one.find("a-2")->y, 80.0);
    QCOMPARE(one.links.size(), d.links.size() + 1);
    QVERIFY((one.links.back() == Link{"a-2", "model", "b-2", "model"}));
    QCOMPARE(one.groups[2].dump(), std::string(R"({"id":"g-2","title":"Two","nodes":["a-2","b-2"]})"));
    QCOMPARE(one.groups[3].dump(), std::string(R"({"id":"h-2","title":"One","nodes":["b-2"]})"));
    made.clear();
    const Document two = after(one, insert(one, part, 40, 80, &made));
    QVERIFY((made == std::vector<std::string>{"a-3", "b-3"}));
    QVERIFY(insert(d, Document(), 1, 1).empty());
  }

  void a_foreign_excerpt_may_be_odd() {
    const Document d = chain();
    const Document odd =
        Document::from_json(Json::parse(R"({"kelter": 1, "nodes": [{"id": "a", "step": "acme.x", "extra": [1]}],
                        "links": [["nobody.model", "a.model"], ["a.model", "m.model"]],
                        "groups": [{"nodes": ["nobody"]}, "no object"], "notes": ["no object", {"text": "n", "x": 1.5}]})"),
                            "clipboard");
    const Document one = after(d, insert(d, odd, 8, 8));
    QCOMPARE(one.links.size(), d.links.size());
    QCOMPARE(one.groups, d.groups);
    QCOMPARE(one.notes.back().dump(), std::string(R"({"text":"n","x":9.5,"y":8})"));
    QCOMPARE(saved(one, "a-2"), std::string(R"({"id":"a-2","step":"acme.x","extra":[1],"x":8,"y":8})"));
  }

  void a_branch_has_the_same_inputs_and_measures() {
    const Document d = chain();
    std::vector<std::string> made;
    const Document one = after(d, branch(d, catalogue(), {"a"}, 0, 120, &made));
    QVERIFY((made == std::vector<std::string>{"a-2"}));
    QCOMPARE(one.find("a-2")->parameters, d.find("a")->parameters);
    QCOMPARE(one.find("a-2")->y, 120.0);
    QCOMPARE(links(one), links(d) + " m.model>a-2.model a-2.model>p.model");  // not to b, which takes one link
    const Document two = after(d, branch(d, catalogue(), {"a", "b"}, 0, 120));
    QCOMPARE(links(two), links(d) + " a-2.model>b-2.model m.model>a-2.model a-2.model>p.model b-2.model>p.model");
    QCOMPARE(two.groups, d.groups);
    const Document three = after(d, branch(d, catalogue(), {"p"}, 0, 120));
    QCOMPARE(links(three), links(d) + " m.model>p-2.model a.model>p-2.model b.model>p-2.model");
  }

  void every_refusal_of_a_link() {
    const Document d = chain();
    const auto check = [&](const Link& link) { return check_link(d, catalogue(), link); };
    QCOMPARE(check({"t", "text", "a", "text"}), LinkRefusal::none);
    QCOMPARE(check({"m", "model", "b", "model"}), LinkRefusal::none);  // takes the place of another
    QCOMPARE(check({"m", "text", "a", "text"}), LinkRefusal::unknown_end);
    QCOMPARE(check({"nobody", "model", "a", "model"}), LinkRefusal::unknown_end);
    QCOMPARE(check({"a", "model", "a", "model"}), LinkRefusal::same_node);
    QCOMPARE(check({"t", "text", "a", "model"}), LinkRefusal::types_differ);
    QCOMPARE(check({"m", "model", "a", "model"}), LinkRefusal::exists);
    QCOMPARE(check({"b", "model", "a", "model"}), LinkRefusal::makes_cycle);
    // Without the link that is being moved there is no circle.
    const LinkCheck moving(d, catalogue(), Link{"a", "model", "b", "model"});
    QCOMPARE(moving({"b", "model", "a", "model"}), LinkRefusal::none);
    QCOMPARE(moving({"a", "model", "b", "model"}), LinkRefusal::none);
  }

  void what_depends_on_nodes() {
    const Document d = chain();
    QVERIFY((downstream(d, {"a"}) == std::vector<std::string>{"a", "b", "p"}));
    QVERIFY((downstream(d, {"t", "b"}) == std::vector<std::string>{"t", "b", "p"}));
    QVERIFY(downstream(d, {}).empty());
  }

  void joined_edits_and_chains_are_one() {
    const Document d = chain();
    EditChain steps(d);
    steps.add(remove_nodes(steps.document(), {"a"}));
    steps.add(move_nodes(steps.document(), {{"b", 8, 8}}));
    steps.add(rename_node(steps.document(), "b", "c"));
    const Document one = after(d, steps.edit());
    QCOMPARE(bytes(one), bytes(steps.document()));
    QCOMPARE(ids(one), std::string("m t c p"));
  }

  void an_edit_for_another_document_is_refused() {
    const Document d = chain();
    const Edit edit = remove_nodes(d, {"p"});
    Document other;
    QCOMPARE(error_of([&] { apply(other, edit); }).code, ErrorCode::internal);
  }

  void undoing_random_edits_gives_the_bytes_of_the_start_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<quint64>("seed");
    const QByteArray demo = QByteArray::fromStdString(read_text_file(KELTER_SOURCE_DIR "/resources/demo/demo.kelter"));
    for (quint64 seed = 1; seed <= 6; ++seed) {
      QTest::addRow("demo %d", static_cast<int>(seed)) << demo << seed;
      QTest::addRow("odd %d", static_cast<int>(seed)) << QByteArray(odd_document()) << seed;
    }
  }

  void undoing_random_edits_gives_the_bytes_of_the_start() {
    QFETCH(QByteArray, json);
    QFETCH(quint64, seed);
    Document document = Document::from_json(Json::parse(json.toStdString()), "test");
    RandomEdits random(catalogue(), seed);
    std::vector<std::string> states = {bytes(document)};
    std::vector<Edit> edits;
    std::vector<int> made(random.kinds(), 0);
    while (edits.size() < 400) {
      const auto [kind, edit] = random.next(document);
      if (edit.empty()) continue;
      apply(document, edit);
      edits.push_back(edit);
      states.push_back(bytes(document));
      ++made[kind];
    }
    for (std::size_t kind = 0; kind < made.size(); ++kind)
      QVERIFY2(made[kind] > 0, random.name(kind).c_str());
    for (std::size_t i = edits.size(); i-- > 0;) {
      apply(document, inverse(edits[i]));
      QVERIFY2(bytes(document) == states[i], qPrintable(QString("undoing edit %1").arg(i)));
    }
    for (std::size_t i = 0; i < edits.size(); ++i) {
      apply(document, edits[i]);
      QVERIFY2(bytes(document) == states[i + 1], qPrintable(QString("redoing edit %1").arg(i)));
    }
  }
};

QTEST_GUILESS_MAIN(EditTest)
#include "edit_test.moc"
