// SPDX-License-Identifier: GPL-3.0-or-later
// The commands that compute: run, compress, measure; and compare, which reads what they leave.
#include <cmath>
#include <set>
#include <QtTest>

#include "tests/support/cli_program.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

const char* document = R"({"kelter": 1, "title": "Two branches", "nodes": [
  {"id": "model", "step": "source.model", "parameters": {"path": "tiny.gguf"}},
  {"id": "rtn", "step": "quant.rtn", "parameters": {"bits": 3, "group": 32}},
  {"id": "pruned", "step": "prune.magnitude", "parameters": {"sparsity": 0.5}},
  {"id": "quality", "step": "measure.perplexity", "parameters": {"text": "text.txt", "window": 64}}],
 "links": [["model.model", "rtn.model"], ["model.model", "pruned.model"],
           ["model.model", "quality.model"], ["rtn.model", "quality.model"], ["pruned.model", "quality.model"]]})";

}  // namespace

class RunCommandsTest : public QObject {
  Q_OBJECT

  CliSandbox sandbox_;

  Json json_of(const QStringList& arguments, int code = 0) const {
    const CliResult result = sandbox_.run(arguments + QStringList{"--json"});
    if (result.code != code) qWarning("%s", result.text().constData());
    return result.code == code ? result.json() : Json();
  }
  bool exists(const char* path) const { return fs::exists(sandbox_.work() / path); }

 private Q_SLOTS:
  void initTestCase() {
    TinyLlama packed;
    packed.linears = GgmlType::Q4_1;
    packed.layers = 3;
    write_tiny_llama(sandbox_.work() / "tiny.gguf", packed);
    std::string text;
    for (int i = 0; i < 60; ++i) text += "the hand and the river ran on in the rain, number " + std::to_string(i * i) + ".\n";
    write_file_atomically(sandbox_.work() / "text.txt", text);
    write_file_atomically(sandbox_.work() / "two.kelter", document);
  }

  void compress_prints_the_nodes_document_of_the_contract() {
    const Json json = json_of({"compress", "tiny.gguf", "--step", "prune.magnitude:sparsity=0.5", "--step", "quant.rtn:bits=4,group=32",
                               "--measure", "perplexity:text=text.txt,window=64", "--baseline"});
    for (const char* key : {"kelter", "device", "device_class", "nodes"}) QVERIFY2(json.contains(key), key);
    QCOMPARE(json["device"].get<std::string>(), std::string("cpu"));
    QCOMPARE(json["nodes"].size(), std::size_t{3});
    for (const char* id : {"source", "step1", "step2"}) {
      const Json node = node_of(json, id);
      for (const char* key : {"id", "step", "parameters", "state", "cached", "seconds", "recipe", "content", "ledger", "measures"}) {
        QVERIFY2(node.contains(key), key);
      }
      for (const char* key : {"source_bytes", "nominal_bits", "bits_per_weight", "linear_bytes", "total_bytes", "disk_bytes",
                              "resident_bytes", "gpu_bytes", "sparsity", "badges", "kernels"}) {
        QVERIFY2(node["ledger"].contains(key), key);
      }
      QCOMPARE(node["state"].get<std::string>(), std::string("done"));
    }
    QCOMPARE(node_of(json, "step1")["parameters"]["sparsity"].get<double>(), 0.5);
    QCOMPARE(node_of(json, "step1")["measures"].size(), std::size_t{0});   // the last node and the baseline only
    for (const char* id : {"source", "step2"}) {
      const Json measures = node_of(json, id)["measures"];
      QCOMPARE(measures.size(), std::size_t{1});
      QCOMPARE(measures[0]["metric"].get<std::string>(), std::string("perplexity"));
      QVERIFY(measures[0]["value"].get<double>() > 1 && measures[0]["stderr"].get<double>() > 0);
      for (const char* key : {"name", "text", "format", "window", "windows", "tokens", "bos", "dtype", "activations"}) {
        QVERIFY2(measures[0]["protocol"].contains(key), key);
      }
      QVERIFY(!node_of(json, id)["ledger"]["kernels"].empty());
    }
  }

  void what_was_computed_is_not_computed_again() {
    const QStringList arguments = {"compress", "tiny.gguf", "--step", "quant.rtn:bits=5,group=32", "--measure", "perplexity:text=text.txt,window=64"};
    const Json first = node_of(json_of(arguments), "step1"), second = node_of(json_of(arguments), "step1");
    QVERIFY(!first["cached"].get<bool>() && second["cached"].get<bool>());
    QCOMPARE(second["content"].dump(), first["content"].dump());
    QCOMPARE(second["measures"].dump(), first["measures"].dump());
    QCOMPARE(second["ledger"]["kernels"].dump(), first["ledger"]["kernels"].dump());
  }

  void rounded_activations_are_measured_under_their_own_protocol() {
    const Json node = node_of(json_of({"compress", "tiny.gguf", "--step", "quant.rtn:bits=4,group=32", "--measure",
                                       "perplexity:text=text.txt,window=64,activations=int8"}), "step1");
    QCOMPARE(node["measures"][0]["protocol"]["activations"].get<std::string>(), std::string("int8"));
    const Json linears = node["measures"][0]["int8_linears"];
    QCOMPARE(linears["all"].get<int>(), linears["rounded"].get<int>() + 1);   // the head is dense
    QVERIFY(QString::fromStdString(node["ledger"]["kernels"].dump()).contains("int4-int8-matvec-"));
  }

  void measure_measures_the_source_alone() {
    const Json json = json_of({"measure", "tiny.gguf", "--measure", "perplexity:text=text.txt,window=64", "--dtype", "float32", "--threads", "1"});
    QCOMPARE(json["nodes"].size(), std::size_t{1});
    QCOMPARE(node_of(json, "source")["measures"][0]["protocol"]["dtype"].get<std::string>(), std::string("float32"));
    QVERIFY2(json["device_class"].get<std::string>().find(", 1 thread") != std::string::npos, json["device_class"].dump().c_str());
  }

  void the_automatic_device_is_one_that_is_there() {
    const Json json = json_of({"measure", "tiny.gguf", "--measure", "perplexity:text=text.txt,window=64", "--device", "auto"});
    const std::string device = json["device"];
    const Json source = node_of(json, "source");
    QVERIFY2(device == "cpu" || device == "cuda:0", device.c_str());
    QCOMPARE(source["ledger"]["gpu_bytes"].is_null(), device == "cpu");
    QVERIFY(source["measures"][0]["value"].get<double>() > 1);
  }

  void speed_and_memory_come_from_a_process_of_their_own() {
    const Json json = json_of({"measure", "tiny.gguf", "--measure", "memory:prompt=16,output=4", "--measure", "throughput:prompt=16,output=4,repeats=2"});
    std::set<std::string> metrics;
    const Json listed = node_of(json, "source")["measures"];
    for (const Json& measure : listed) metrics.insert(measure["metric"]);
    for (const char* metric : {"peak_resident_bytes", "prefill_tokens_per_second", "decode_tokens_per_second", "time_to_first_token_ms"}) {
      QVERIFY2(metrics.contains(metric), metric);
    }
  }

  void calibration_text_reaches_the_step() {
    const Json json = json_of({"compress", "tiny.gguf", "--step", "prune.depth:criterion=influence,count=1", "--text",
                               "path=text.txt,samples=4,length=32"});
    QVERIFY(node_of(json, "step1")["ledger"]["badges"].dump().find("fewer-layers") != std::string::npos);
    QVERIFY(node_of(json, "step1")["ledger"]["linear_bytes"].get<int>() * 3 == node_of(json, "source")["ledger"]["linear_bytes"].get<int>() * 2);
  }

  void run_fills_its_folder() {
    const Json json = json_of({"run", "two.kelter", "--out", "runs/two"});
    QCOMPARE(json["nodes"].size(), std::size_t{3});
    for (const char* path : {"runs/two/run.json", "runs/two/document.kelter", "runs/two/report.md", "runs/two/results.csv", "runs/two/results.tex",
                             "runs/two/results.json", "runs/two/log.txt", "runs/two/rtn/kelter.json", "runs/two/pruned/kelter.json"}) {
      QVERIFY2(exists(path), path);
    }
    QCOMPARE(read_json_file(sandbox_.work() / "runs/two/run.json").dump(), json.dump());
    // A node of the run is a model, and the document in the folder runs from anywhere.
    QCOMPARE(json_of({"inspect", "runs/two#rtn"})["container"].get<std::string>(), std::string("Kelter folder"));
    QCOMPARE(json_of({"inspect", "runs/two#model"})["container"].get<std::string>(), std::string("GGUF version 3"));
    const Json again = json_of({"run", "runs/two/document.kelter"});
    QCOMPARE(node_of(again, "rtn")["recipe"].dump(), node_of(json, "rtn")["recipe"].dump());
  }

  void run_prints_a_table_for_people() {
    const CliResult result = sandbox_.run({"run", "two.kelter"});
    QVERIFY2(result.code == 0, result.text());
    for (const char* text : {"model", "rtn", "pruned", "masked", "packed", "\u00b1"}) QVERIFY2(result.out.contains(text), result.text());
  }

  void a_line_tells_of_every_measured_node_as_soon_as_it_is_finished() {
    const CliResult result = sandbox_.run({"run", "two.kelter", "--set", "quality.window=48", "--out", "runs/lines"});
    QVERIFY2(result.code == 0, result.text());
    for (const char* line : {"\nkelter-cli: model: ", "\nkelter-cli: rtn: ", "\nkelter-cli: pruned: "}) {
      const qsizetype begin = result.err.indexOf(line) + 1, end = result.err.indexOf('\n', begin);
      QVERIFY2(begin > 0, result.err);
      for (const char* part : {" on disk, ", " bits per weight, ", "Perplexity "}) QVERIFY2(result.err.mid(begin, end - begin).contains(part), result.err);
    }
    // Not only with the table at the end: the second node is measured behind the line of the first.
    const qsizetype told = result.err.indexOf("kelter-cli: model: "), next = result.err.indexOf("rtn  measure.perplexity");
    QVERIFY2(told >= 0 && told < next, result.err);
    QVERIFY(!sandbox_.run({"run", "two.kelter", "--set", "quality.window=48", "--json"}).err.contains("Perplexity"));
    // Nothing was measured, so there is nothing to tell.
    QVERIFY(!sandbox_.run({"compress", "tiny.gguf", "--step", "quant.rtn:group=32"}).err.contains("bits per weight"));
  }

  void overrides_run_and_are_told() {
    Json overridden = Json::parse(document);
    overridden["nodes"][1]["overrides"] = {{"1", {{"bits", 8}}}};
    write_file_atomically(sandbox_.work() / "overridden.kelter", to_pretty(overridden));
    const Json json = json_of({"run", "overridden.kelter"});
    QCOMPARE(node_of(json, "rtn")["state"].get<std::string>(), std::string("done"));
    QCOMPARE(node_of(json, "rtn")["overrides"].dump(), std::string(R"({"1":{"bits":8}})"));
    QCOMPARE(node_of(json, "rtn")["ledger"]["nominal_bits"].get<double>(), (3.0 + 8.0 + 3.0) / 3);
    overridden["nodes"][1]["overrides"] = {{"1:4", {{"bits", 8}}}};
    write_file_atomically(sandbox_.work() / "beyond.kelter", to_pretty(overridden));
    const Json beyond = node_of(json_of({"run", "beyond.kelter"}, 1), "rtn");
    QCOMPARE(beyond["error"]["code"].get<std::string>(), std::string("invalid_parameter"));
    QVERIFY2(beyond["error"]["why"].get<std::string>().find("layer 3") != std::string::npos, beyond.dump().c_str());
  }

  void set_changes_the_document_and_a_sweep_makes_a_row_per_value() {
    const Json json = json_of({"run", "two.kelter", "--set", "rtn.bits=4", "--set", "pruned.sparsity={\"sweep\": [0.25, 0.75]}"});
    QCOMPARE(node_of(json, "rtn")["parameters"]["bits"].get<int>(), 4);
    QCOMPARE(json["nodes"].size(), std::size_t{4});
    // Ties and the published threshold rule prune a little more than asked.
    QVERIFY(std::abs(node_of(json, "pruned@sparsity=0.75")["ledger"]["sparsity"].get<double>() - 0.75) < 0.002);
  }

  void a_dry_run_says_what_would_be_done_and_does_nothing() {
    const CliSandbox fresh;
    write_tiny_llama(fresh.work() / "tiny.gguf");
    write_file_atomically(fresh.work() / "text.txt", read_text_file(sandbox_.work() / "text.txt"));
    write_file_atomically(fresh.work() / "two.kelter", document);
    const CliResult result = fresh.run({"run", "two.kelter", "--out", "out", "--dry-run", "--json"});
    QVERIFY2(result.code == 0, result.text());
    const Json plan = result.json();
    for (const char* key : {"nodes", "seconds", "disk_bytes", "peak_bytes", "warnings"}) QVERIFY2(plan.contains(key), key);
    QCOMPARE(plan["nodes"].size(), std::size_t{4});
    for (const Json& node : plan["nodes"]) QCOMPARE(node["cached"].get<bool>(), false);
    QVERIFY(!fs::exists(fresh.work() / "out"));
    QVERIFY(fresh.run({"run", "two.kelter", "--dry-run"}).out.contains("to compute"));
  }

  void the_demo_can_be_planned() {
    CliSandbox sandbox;
    if (!sandbox.add_default_model()) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    const CliResult result = sandbox.run({"run", KELTER_SOURCE_DIR "/resources/demo/demo.kelter", "--dry-run", "--json"});
    QVERIFY2(result.code == 0, result.text());
    QCOMPARE(result.json()["nodes"].size(), std::size_t{8 + 4});   // the text is no result
  }

  void a_failed_node_is_told_in_the_document_and_the_exit_code() {
    // All three layers cannot go; what lies behind is skipped, the other branch is not harmed.
    write_file_atomically(sandbox_.work() / "bad.kelter", R"({"kelter": 1, "nodes": [
      {"id": "model", "step": "source.model", "parameters": {"path": "tiny.gguf"}},
      {"id": "none", "step": "prune.depth", "parameters": {"criterion": "list", "layers": "0:3"}},
      {"id": "behind", "step": "quant.rtn", "parameters": {"group": 32}},
      {"id": "beside", "step": "quant.rtn", "parameters": {"group": 32}}],
      "links": [["model.model", "none.model"], ["none.model", "behind.model"], ["model.model", "beside.model"]]})");
    const CliResult result = sandbox_.run({"run", "bad.kelter", "--json"});
    QVERIFY2(result.code == 1, result.text());
    const Json json = result.json();
    QCOMPARE(node_of(json, "none")["state"].get<std::string>(), std::string("failed"));
    for (const char* key : {"code", "what", "where", "why", "try"}) QVERIFY2(node_of(json, "none")["error"].contains(key), key);
    QCOMPARE(node_of(json, "behind")["state"].get<std::string>(), std::string("skipped"));
    QCOMPARE(node_of(json, "beside")["state"].get<std::string>(), std::string("done"));
    QVERIFY2(result.err.contains("error: none: "), result.err);
  }

  void a_wrong_document_is_one_error_before_any_work() {
    write_file_atomically(sandbox_.work() / "cycle.kelter", R"({"kelter": 1, "nodes": [
      {"id": "a", "step": "quant.rtn", "parameters": {}}, {"id": "b", "step": "quant.rtn", "parameters": {}}],
      "links": [["a.model", "b.model"], ["b.model", "a.model"]]})");
    const CliResult result = sandbox_.run({"run", "cycle.kelter", "--json"});
    QCOMPARE(result.code, 1);
    QCOMPARE(result.json()["error"]["code"].get<std::string>(), std::string("invalid_document"));
  }

  void progress_is_one_json_object_a_line() {
    const CliResult result = sandbox_.run({"compress", "tiny.gguf", "--step", "quant.rtn:bits=6,group=32", "--measure",
                                           "perplexity:text=text.txt,window=32", "--json", "--progress", "json"});
    QVERIFY2(result.code == 0, result.text());
    int messages = 0;
    std::vector<std::string> finished;
    for (const QByteArray& line : result.err.split('\n')) {
      if (line.isEmpty()) continue;
      const Json json = Json::parse(line.toStdString(), nullptr, false);
      QVERIFY2(json.is_object(), line);
      if (json.contains("level")) continue;
      if (json.contains("measures")) {
        finished.push_back(json["id"]);
        QCOMPARE(json.dump(), node_of(result.json(), json["id"]).dump());
        continue;
      }
      for (const char* key : {"node", "stage", "stage_index", "stage_count", "item", "items", "what", "elapsed_seconds"}) QVERIFY2(json.contains(key), key);
      ++messages;
    }
    QVERIFY(messages > 0);
    QCOMPARE(finished, std::vector<std::string>{"step1"});   // the source is not measured
  }

  void every_command_that_computes_tells_its_progress_as_json_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("run") << QStringList{"run", "two.kelter", "--set", "quality.window=40", "--out", "runs/progress"};
    QTest::newRow("measure") << QStringList{"measure", "tiny.gguf", "--measure", "perplexity:text=text.txt,window=32"};
    QTest::newRow("generate") << QStringList{"generate", "tiny.gguf", "--prompt", "a", "--max-tokens", "3"};
  }
  void every_command_that_computes_tells_its_progress_as_json() {
    QFETCH(QStringList, arguments);
    const CliResult result = sandbox_.run(arguments + QStringList{"--progress", "json"});
    QVERIFY2(result.code == 0, result.text());
    int messages = 0;
    for (const QByteArray& line : result.err.split('\n')) {
      if (line.isEmpty()) continue;
      const Json json = Json::parse(line.toStdString(), nullptr, false);
      QVERIFY2(json.is_object(), line);
      messages += json.contains("stage") ? 1 : 0;
    }
    QVERIFY(messages > 0);
  }

  void compare_shows_what_differs_in_every_form() {
    json_of({"run", "two.kelter", "--out", "runs/a"});
    json_of({"run", "two.kelter", "--out", "runs/b", "--set", "rtn.bits=4"});
    const CliResult text = sandbox_.run({"compare", "runs/a", "runs/b"});
    QVERIFY2(text.code == 0 && text.out.contains("bits"), text.text());
    QVERIFY2(!text.out.contains("scope"), text.text());         // equal in both
    QVERIFY(sandbox_.run({"compare", "runs/a", "runs/b", "--all"}).out.contains("scope"));
    QVERIFY(sandbox_.run({"compare", "runs/a", "runs/b", "--format", "csv"}).out.startsWith("Kind,Node,What,"));
    QVERIFY(sandbox_.run({"compare", "runs/a", "runs/b", "--format", "markdown"}).out.contains("| --- |"));
    QVERIFY(sandbox_.run({"compare", "runs/a", "runs/b", "--format", "latex"}).out.contains("\\toprule"));
    const Json json = json_of({"compare", "runs/a", "runs/b"});
    QVERIFY(json["rows"].size() > 0);
    QCOMPARE(json["columns"].size(), std::size_t{5});
    QVERIFY(sandbox_.run({"compare", "runs/a", "runs/a/run.json"}).out.contains("do not differ"));
  }
};

QTEST_GUILESS_MAIN(RunCommandsTest)
#include "run_commands_test.moc"
