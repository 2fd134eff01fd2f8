// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/recipe.h"

#include <QtTest>
#include <set>

using namespace kelter;

namespace {

const StepCatalogue& catalogue() {
  static const StepCatalogue loaded = StepCatalogue::load(KELTER_BINARY_DIR "/plugins");
  return loaded;
}

// The bytes of each file of the test; a path without any is a failure.
std::map<std::string, std::string> files() {
  return {{"m.gguf", "model"},          {"copy/m2.gguf", "model"}, {"t.txt", "text"},
          {"same.txt", "text"},         {"other.txt", "other"},    {"tasks/arc.jsonl", "arc"},
          {"tasks/piqa.jsonl", "piqa"}, {"x/arc.jsonl", "arc"},    {"resource:arc", "arc"}};
}

RecipeContext context(const std::map<std::string, std::string>& bytes = files()) {
  return {"bfloat16", "x86-64 avx2, 2 threads", [bytes](const std::string& path) { return bytes.at(path); }};
}

Json base() {
  return Json::parse(R"({"kelter": 1, "nodes": [
    {"id": "m", "step": "source.model", "parameters": {"path": "m.gguf"}, "x": 0, "y": 0},
    {"id": "t", "step": "source.text", "parameters": {"path": "t.txt", "sampling": "random", "seed": 1}},
    {"id": "d", "step": "prune.depth", "parameters": {"count": 2}},
    {"id": "q", "step": "quant.rtn", "parameters": {"bits": 4}},
    {"id": "v", "step": "measure.perplexity", "parameters": {"text": "t.txt"}}],
    "links": [["m.model", "d.model"], ["t.text", "d.text"], ["d.model", "q.model"], ["q.model", "v.model"]]})");
}

std::map<std::string, std::string> keys(const Json& json, const RecipeContext& given = context()) {
  const Graph graph = build_graph(Document::from_json(json, "t"), catalogue());
  const std::vector<std::string> all = recipe_keys(graph, given);
  std::map<std::string, std::string> named;
  for (std::size_t i = 0; i < all.size(); ++i)
    named[graph.nodes[i].id] = all[i];
  return named;
}

// The nodes whose key differs.
std::set<std::string> changed(const Json& json, const RecipeContext& given = context()) {
  const auto before = keys(base()), after = keys(json, given);
  std::set<std::string> names;
  for (const auto& [id, key] : before) {
    if (after.at(id) != key) names.insert(id);
  }
  return names;
}

Json with(const char* pointer, const Json& value) {
  Json json = base();
  json[Json::json_pointer(pointer)] = value;
  return json;
}

using Names = std::set<std::string>;

}  // namespace

class RecipeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_key_is_32_hex_digits_and_the_same_every_time() {
    const auto all = keys(base());
    std::set<std::string> distinct;
    for (const auto& [id, key] : all) {
      QCOMPARE(key.size(), std::size_t{32});
      QVERIFY(key.find_first_not_of("0123456789abcdef") == std::string::npos);
      distinct.insert(key);
    }
    QCOMPARE(distinct.size(), all.size());
    QCOMPARE(keys(base()), all);
  }

  void the_keys_of_a_document_stay_what_they_are() {  // a change here makes every cache and store useless
    const std::string key = keys(base()).at("t");
    QVERIFY2(key == "d74000f3cdade601a69af5e47728cb0c", key.c_str());
  }

  void task_names_are_files_of_their_folder_or_of_the_data_store() {
    const std::string store = (data_folder() / "data").string();
    QCOMPARE(named_files("a+b", "tasks"), (std::vector<std::string>{"tasks/a.jsonl", "tasks/b.jsonl"}));
    QCOMPARE(named_files("a", "tasks/"), (std::vector<std::string>{"tasks/a.jsonl"}));
    QCOMPARE(named_files("a", ""), (std::vector<std::string>{store + "/a.jsonl"}));
    QCOMPARE(named_files("x/a+a.jsonl+resource:demo/a.jsonl", ""),
             (std::vector<std::string>{"x/a", "a.jsonl", "resource:demo/a.jsonl"}));
  }

  void ids_positions_titles_and_order_do_not_enter() {
    Json json = with("/nodes/0/x", 500);
    json["title"] = "T";
    std::swap(json["nodes"][1], json["nodes"][4]);
    QCOMPARE(changed(json), Names{});
    Json renamed = base();
    renamed["nodes"][3]["id"] = "other";
    renamed["links"][2][1] = "other.model";
    renamed["links"][3][0] = "other.model";
    QCOMPARE(keys(renamed).at("other"), keys(base()).at("q"));
  }

  void the_bytes_of_files_enter_and_not_their_paths() {
    QCOMPARE(changed(with("/nodes/0/parameters/path", "copy/m2.gguf")), Names{});
    QCOMPARE(changed(with("/nodes/4/parameters/text", "same.txt")), Names{});
    QCOMPARE(changed(with("/nodes/1/parameters/path", "other.txt")), (Names{"t", "d", "q"}));
    auto bytes = files();
    bytes["m.gguf"] = "damaged";
    QCOMPARE(changed(base(), context(bytes)), (Names{"m", "d", "q"}));
  }

  void parameters_reach_what_lies_behind_them() {
    QCOMPARE(changed(with("/nodes/3/parameters/bits", 3)), Names{"q"});
    QCOMPARE(changed(with("/nodes/2/parameters/count", 3)), (Names{"d", "q"}));
    QCOMPARE(changed(with("/nodes/1/parameters/seed", 2)), (Names{"t", "d", "q"}));
    QCOMPARE(changed(with("/nodes/4/parameters/window", 512)), Names{"v"});
    QCOMPARE(changed(with("/nodes/3/overrides", {{"0:2", {{"bits", 8}}}})), Names{"q"});
  }

  void a_default_written_down_and_a_number_written_otherwise_change_nothing() {
    QCOMPARE(changed(with("/nodes/3/parameters/group", 64.0)), Names{});
    QCOMPARE(changed(with("/nodes/2/parameters/layers", "3")), Names{});  // not in force
  }

  void dtype_and_device_class_enter_everywhere() {
    RecipeContext other = context();
    other.dtype = "float32";
    QCOMPARE(changed(base(), other).size(), std::size_t{5});
    other = context();
    other.device_class = "x86-64 avx2, 4 threads";
    QCOMPARE(changed(base(), other).size(), std::size_t{5});
  }

  void a_measure_is_keyed_by_its_settings_alone() {
    Json json = base();
    json["links"].push_back({"m.model", "v.model"});
    QCOMPARE(changed(json), Names{});
    const std::string model = keys(base()).at("q"), measure = keys(base()).at("v");
    QCOMPARE(result_key(model, measure).size(), std::size_t{32});
    QVERIFY(result_key(model, measure) != result_key(measure, model));
  }

  void a_bypassed_node_is_its_input() {
    Json json = with("/nodes/2/bypass", true);
    QCOMPARE(keys(json).at("d"), keys(json).at("m"));
    Json direct = base();
    direct["links"] = Json::parse(
        R"([["m.model", "q.model"], ["m.model", "d.model"], ["t.text", "d.text"], ["q.model", "v.model"]])");
    QCOMPARE(keys(json).at("q"), keys(direct).at("q"));
  }

  void tasks_are_known_by_the_bytes_of_their_files() {
    const auto key = [](const char* names, const char* data) {
      Json json = base();
      json["nodes"][4] = {{"id", "v"}, {"step", "measure.tasks"}, {"parameters", {{"names", names}, {"data", data}}}};
      return keys(json).at("v");
    };
    QCOMPARE(key("arc", "tasks"), key("arc", "x/"));
    QCOMPARE(key("arc", "tasks"), key("x/arc.jsonl", ""));
    QCOMPARE(key("arc", "tasks"), key("resource:arc", "tasks"));
    QVERIFY(key("arc", "tasks") != key("piqa", "tasks"));
    QVERIFY(key("arc+piqa", "tasks") != key("arc", "tasks"));
  }
};

QTEST_GUILESS_MAIN(RecipeTest)
#include "recipe_test.moc"
