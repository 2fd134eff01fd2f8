// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the cases of tests/pipelines/cases (README.md says what they hold) with the built program.
#include <QRegularExpression>
#include <QtTest>
#include <algorithm>

#include "tests/support/cli_program.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

GgmlType type_named(const std::string& name) {
  for (const GgmlType type : {GgmlType::F32, GgmlType::F16, GgmlType::BF16, GgmlType::Q4_0, GgmlType::Q4_1, GgmlType::Q8_0}) {
    if (ggml_type_info(type).name == name) return type;
  }
  throw Error(ErrorCode::invalid_parameter, "The case names an unknown format", name);
}

TinyLlama options_of(const Json& model) {
  TinyLlama options;
  options.layers = model.value("layers", options.layers);
  options.seed = model.value("seed", options.seed);
  options.tied = model.value("tied", options.tied);
  options.linears = type_named(model.value("linears", "F32"));
  options.embedding = type_named(model.value("embedding", "F32"));
  return options;
}

// "ledger.linear_bytes", or "measures.METRIC" for the value of a measure. Discarded if there is none.
Json value_at(const Json& node, const std::string& path) {
  if (path.starts_with("measures.")) {
    for (const Json& measure : node["measures"]) {
      if (measure["metric"] == path.substr(9)) return measure["value"];
    }
    return Json(Json::value_t::discarded);
  }
  Json value = node;
  for (const QString& key : QString::fromStdString(path).split('.')) {
    if (!value.is_object() || !value.contains(key.toStdString())) return Json(Json::value_t::discarded);
    value = Json(value[key.toStdString()]);
  }
  return value;
}

Json value_in(const Json& result, const std::string& text) {
  const std::size_t colon = text.find(':');
  return value_at(node_of(result, text.substr(0, colon)), text.substr(colon + 1));
}

// A side of a relation: a number, NODE:path, or "FACTOR * NODE:path".
Json side_of(const Json& result, const Json& side) {
  if (!side.is_string()) return side;
  static const QRegularExpression pattern("^(?:([0-9.]+) \\* )?(.+)$");
  const auto match = pattern.match(QString::fromStdString(side.get<std::string>()));
  const Json value = value_in(result, match.captured(2).toStdString());
  return match.captured(1).isEmpty() || !value.is_number() ? value : Json(match.captured(1).toDouble() * value.get<double>());
}

bool holds(const Json& left, const std::string& op, const Json& right) {
  if (left.is_discarded() || right.is_discarded()) return false;
  if (op == "==") return left == right;
  if (op == "!=") return left != right;
  if (!left.is_number() || !right.is_number()) return false;
  return op == "<" ? left.get<double>() < right.get<double>() : op == "<=" && left.get<double>() <= right.get<double>();
}

std::string shown(const Json& value) { return value.is_discarded() ? "nothing" : value.dump(); }

bool is_linear(const Json& tensor) {
  const std::string name = tensor["a"]["name"];
  return name.find("_proj.") != std::string::npos;
}

// Complaints, empty if all is as the case says.
class Verdict {
 public:
  Verdict(const Json& test, const Json& result) : test_(test), result_(result) {
    check_values();
    check_relations();
    check_bounds();
  }
  const std::string& text() const { return text_; }

 private:
  void complain(const std::string& what) { text_ += what + "\n"; }

  void check_values() {
    const Json nodes = test_.value("nodes", Json::object());
    for (const auto& [id, expected] : nodes.items()) {
      const Json node = node_of(result_, id);
      for (const auto& [path, wanted] : expected.items()) {
        const Json found = node.is_null() ? Json(Json::value_t::discarded) : value_at(node, path);
        if (found.is_discarded() || found != wanted) complain(id + ":" + path + " is " + shown(found) + ", not " + wanted.dump());
      }
    }
  }
  void check_relations() {
    for (const Json& relation : test_.value("relations", Json::array())) {
      const Json left = side_of(result_, relation[0]), right = side_of(result_, relation[2]);
      if (!holds(left, relation[1], right)) complain(relation.dump() + " does not hold: " + shown(left) + ", " + shown(right));
    }
  }
  void check_bounds() {
    const Json within = test_.value("within", Json::object());
    for (const auto& [path, bounds] : within.items()) {
      const Json value = value_in(result_, path);
      if (!holds(bounds[0], "<=", value) || !holds(value, "<=", bounds[1])) complain(path + " is " + shown(value) + ", not within " + bounds.dump());
    }
  }

  const Json& test_;
  const Json& result_;
  std::string text_;
};

// What a record says besides how long it took and where it came from.
Json without_time(Json result) {
  result.erase("environment");
  for (Json& node : result["nodes"]) {
    for (const char* key : {"cached", "seconds"}) node.erase(key);
    if (node["ledger"].is_object()) node["ledger"].erase("kernels");
  }
  return result;
}

QStringList words(const Json& list) {
  QStringList out;
  for (const Json& word : list) out << QString::fromStdString(word.get<std::string>());
  return out;
}

}  // namespace

class PipelineTest : public QObject {
  Q_OBJECT

  static void prepare(const CliSandbox& sandbox, const Json& test) {
    write_tiny_llama(sandbox.work() / "tiny.gguf", options_of(test.value("model", Json::object())));
    std::string text;
    for (int i = 0; i < 80; ++i) text += "the hand and the river ran on in the rain, number " + std::to_string(i * i) + ".\n";
    write_file_atomically(sandbox.work() / "text.txt", text);
    if (test.contains("document")) write_file_atomically(sandbox.work() / "case.kelter", to_pretty(test["document"]));
  }

  static QStringList command(const Json& test) {
    if (test.contains("document")) return {"run", "case.kelter", "--json"};
    return QStringList{"compress", "tiny.gguf"} + words(test["arguments"]) + QStringList{"--json"};
  }

  // What stands between two models of a run folder.
  static std::string compare(const CliSandbox& sandbox, const Json& diff) {
    const QString a = QString::fromStdString("out#" + diff["a"].get<std::string>()), b = QString::fromStdString("out#" + diff["b"].get<std::string>());
    const CliResult result = sandbox.run({"diff", a, b, "--all", "--json"});
    if (result.code != 0) return result.text().toStdString();
    std::string complaints;
    int compared = 0;
    const Json listed = result.json()["tensors"];
    for (const Json& tensor : listed) {
      if (diff["kind"] == "linears" && !is_linear(tensor)) continue;
      ++compared;
      const Json error = tensor["max_abs_error"];
      if (!error.is_number() || error.get<double>() > diff["max_abs_error"].get<double>()) complaints += tensor.dump() + "\n";
    }
    return compared > 0 ? complaints : "no tensor was compared\n";
  }

 private Q_SLOTS:
  void every_case_holds_data() {
    QTest::addColumn<QString>("file");
    const QDir folder(KELTER_SOURCE_DIR "/tests/pipelines/cases");
    for (const QString& name : folder.entryList({"*.json"}, QDir::Files, QDir::Name)) QTest::newRow(qPrintable(name)) << folder.filePath(name);
  }
  void every_case_holds() {
    QFETCH(QString, file);
    const Json test = read_json_file(file.toStdString());
    const CliSandbox sandbox;
    prepare(sandbox, test);
    const bool has_diffs = test.contains("diffs");
    const int exit = test.value("exit", 0);

    const CliResult first = sandbox.run(command(test));
    QVERIFY2(first.code == exit, first.text());
    if (test.contains("error")) {
      QCOMPARE(first.json()["error"]["code"].dump(), test["error"].dump());
      return;
    }
    const Verdict verdict(test, first.json());
    QVERIFY2(verdict.text().empty(), verdict.text().c_str());

    const CliResult second = sandbox.run(command(test));
    QCOMPARE(second.code, exit);
    QCOMPARE(without_time(second.json()).dump(), without_time(first.json()).dump());
    const Json listed = second.json()["nodes"];
    // What a failed node needs is made again for it.
    for (const Json& node : listed) {
      if (exit == 0 && node["state"] == "done") QVERIFY2(node["cached"].get<bool>(), node.dump().c_str());
    }

    const CliResult uncached = sandbox.run(command(test), {{"KELTER_CACHE_LIMIT", "0"}, {"XDG_CACHE_HOME", QString::fromStdString((sandbox.work() / "none").string())}});
    QCOMPARE(uncached.code, exit);
    QCOMPARE(without_time(uncached.json()).dump(), without_time(first.json()).dump());

    if (has_diffs) {
      const CliResult kept = sandbox.run(command(test) + QStringList{"--out", "out"});
      QVERIFY2(kept.code == exit, kept.text());
      for (const Json& diff : test["diffs"]) {
        const std::string complaints = compare(sandbox, diff);
        QVERIFY2(complaints.empty(), complaints.c_str());
      }
    }
  }

  void a_wrong_case_is_seen() {
    const Json result = Json::parse(R"({"nodes": [{"id": "a", "state": "done", "ledger": {"bytes": 3}, "measures": [{"metric": "m", "value": 2.5}]}]})");
    const auto complains = [&](const char* test) { return !Verdict(Json::parse(test), result).text().empty(); };
    QVERIFY(!complains(R"({"nodes": {"a": {"state": "done", "ledger.bytes": 3}}, "relations": [["a:ledger.bytes", "<", 4], ["2 * a:ledger.bytes", "==", 6]],
                           "within": {"a:measures.m": [2, 3]}})"));
    QVERIFY(complains(R"({"nodes": {"a": {"state": "failed"}}})"));
    QVERIFY(complains(R"({"nodes": {"b": {"state": "done"}}})"));
    QVERIFY(complains(R"({"nodes": {"a": {"ledger.absent": null}}})"));
    QVERIFY(complains(R"({"relations": [["a:ledger.bytes", "<", 3]]})"));
    QVERIFY(complains(R"({"relations": [["a:ledger.absent", "==", "b:ledger.absent"]]})"));
    QVERIFY(complains(R"({"within": {"a:measures.m": [3, 4]}})"));
    QVERIFY(complains(R"({"within": {"a:measures.absent": [0, 4]}})"));
  }
};

QTEST_GUILESS_MAIN(PipelineTest)
#include "pipeline_test.moc"
