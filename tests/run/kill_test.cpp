// SPDX-License-Identifier: GPL-3.0-or-later
// Every step of Kelter's own plugins killed behind each of its checkpoints in turn, and resumed by a new process: nothing
// is lost, nothing is done twice, and the bytes are those of the run that nobody killed. All runs are children of this
// process, which itself computes nothing (tests/support/kill.h).
#include <QtTest>

#include <fstream>
#include <set>

#include "core/run/run_folder.h"
#include "core/run/runner.h"
#include "tests/run/run_support.h"
#include "tests/support/kill.h"
#include "tests/support/steps.h"
#include "tests/support/test_files.h"

using namespace kelter;
using namespace kelter::test;

namespace {

// Passes everything on, writes a line to a file for every new checkpoint, and dies behind the last one it may write.
class MortalContext : public StepContext {
 public:
  MortalContext(StepContext& inner, std::string step, fs::path trace, int& saves_left)
      : inner_(inner), step_(std::move(step)), trace_(std::move(trace)), saves_left_(saves_left) {}

  void progress(std::int64_t done, std::int64_t total, std::string_view what) override {
    inner_.progress(done, total, what);
  }
  void check_cancelled() override { inner_.check_cancelled(); }
  void log(std::string_view message) override { inner_.log(message); }
  void warn(std::string_view message) override { inner_.warn(message); }
  void record_linear(std::int64_t layer, std::string_view module, std::string_view quantity, double value) override {
    inner_.record_linear(layer, module, quantity, value);
  }
  std::optional<std::vector<std::uint8_t>> load_checkpoint(std::string_view key) override {
    return inner_.load_checkpoint(key);
  }
  void drop_checkpoint(std::string_view key) override { inner_.drop_checkpoint(key); }
  void save_checkpoint(std::string_view key, std::span<const std::uint8_t> bytes) override {
    inner_.save_checkpoint(key, bytes);
    std::ofstream(trace_, std::ios::app) << step_ << " " << key << "\n";
    if (--saves_left_ == 0) std::raise(SIGKILL);
  }

 private:
  StepContext& inner_;
  std::string step_;
  fs::path trace_;
  int& saves_left_;
};

// Those with a row of their own in killed_at_each_layer_border_and_resumed.
const std::set<std::string> killed_steps = {"prune.magnitude", "prune.depth", "quant.rtn", "format.cast", "format.expand", "prune.wanda",
                                            "prune.sparsegpt", "quant.gptq"};

std::vector<std::string> lines_of(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

std::map<std::string, std::string> files_in(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[fs::relative(entry.path(), folder).string()] = read_text_file(entry.path());
  }
  return files;
}

constexpr int never = 0;

// One user's disk: a folder that a run, killed or not, works in. Runs happen in children of this process.
class Disk {
 public:
  Disk(const BuiltSteps& steps, const Document& document) : steps_(steps), document_(document) {}

  // How the process ended that ran the document and was to die behind checkpoint number `die_after`.
  int run(int die_after, bool resume) const {
    return run_in_child([&] { run_here(die_after, resume); });
  }
  void run_here(int die_after, bool resume) const {
    int saves_left = die_after;
    const StepRegistry registry = mortal_registry(saves_left);
    const MeasureTable measures;
    Cache cache(path() / "cache", 1 << 30);
    FileIdentities identities(path() / "identities.json");
    RunStore store(path() / "runs.sqlite");
    RunOptions options;
    options.out = out();
    options.resume = resume;
    options.dtype = "float32";
    options.threads = 2;
    Runner({steps_.catalogue(), registry, measures, cache, identities, &store})
        .run(document_, options, {}, CancelFlag());
  }

  fs::path path() const { return scratch_.path().toStdString(); }
  fs::path out() const { return path() / "out"; }
  std::vector<std::string> trace() const { return lines_of(path() / "trace"); }
  RunRecord record() const { return read_run_folder(out()); }
  bool has_checkpoints(const std::string& recipe) const {
    return Cache(path() / "cache", 1 << 30).has_checkpoints(recipe);
  }

 private:
  StepRegistry mortal_registry(int& saves_left) const {
    StepRegistry registry;
    for (const auto& [id, version] : steps_.registry().versions()) {
      registry.add(id, version, [&, id = id](const StepInputs& inputs, StepContext& context) {
        MortalContext mortal(context, id, path() / "trace", saves_left);
        return steps_.registry().get(id)(inputs, mortal);
      });
    }
    return registry;
  }

  QTemporaryDir scratch_;
  const BuiltSteps& steps_;
  const Document& document_;
};

// The same models with the same files, made with nothing done twice.
std::string difference(const Disk& found, const Disk& wanted) {
  const RunRecord record = found.record(), expected = wanted.record();
  if (record.nodes.size() != expected.nodes.size()) return "the run has other nodes";
  for (std::size_t i = 0; i < record.nodes.size(); ++i) {
    const NodeRecord& node = record.nodes[i];
    if (node.state != NodeState::done) return node.id + " is " + to_string(node.state);
    if (node.content.empty() || node.content != expected.nodes[i].content) return node.id + " has another content";
    if (node.ledger != expected.nodes[i].ledger) return node.id + " has another ledger";
    if (node.warnings != expected.nodes[i].warnings) return node.id + " has other warnings";
    if (found.has_checkpoints(node.recipe)) return node.id + " left checkpoints";
    if (node.step == "source.model") continue;
    if (files_in(found.out() / node.id) != files_in(wanted.out() / node.id)) return node.id + " has other files";
  }
  return found.trace() == wanted.trace() ? "" : "layers were done twice, or not at all";
}

}  // namespace

class KillTest : public QObject {
  Q_OBJECT

 private:
  // A chain of steps from one model, with a text where a step takes one.
  Document chain(const fs::path& model, const std::string& steps) const {
    const Json list = Json::parse(steps);
    Json nodes = {{{"id", "model"}, {"step", "source.model"}, {"parameters", {{"path", model.string()}}}},
                  {{"id", "text"},
                   {"step", "source.text"},
                   {"parameters", {{"path", (folder() / "text.txt").string()}, {"samples", 4}, {"length", 32}}}}};
    Json links = Json::array();
    std::string last = "model";
    for (const Json& step : list) {
      const std::string id = "step" + std::to_string(nodes.size() - 1);
      nodes.push_back(step);
      nodes.back()["id"] = id;
      links.push_back({last + ".model", id + ".model"});
      if (steps_->catalogue().get(step["step"]).input("text")) links.push_back({"text.text", id + ".text"});
      last = id;
    }
    return Document::from_json({{"kelter", 1}, {"title", "killed"}, {"nodes", nodes}, {"links", links}}, "test");
  }

  // Killed behind checkpoint number `border`, then resumed by another process.
  void kill_and_resume(const Document& document, const Disk& wanted, int border) const {
    const Disk disk(*steps_, document);
    QVERIFY(was_killed(disk.run(border, false)));
    const std::vector<std::string> before = disk.trace(), all = wanted.trace();
    QCOMPARE(before, std::vector<std::string>(all.begin(), all.begin() + border));
    QCOMPARE(disk.run(never, true), 0);
    const std::string found = difference(disk, wanted);
    QVERIFY2(found.empty(), ("killed behind " + all[static_cast<std::size_t>(border) - 1] + ": " + found).c_str());
  }

  fs::path folder() const { return folder_.path().toStdString(); }

  QTemporaryDir folder_;
  std::optional<BuiltSteps> steps_;
  fs::path tiny_;

 private Q_SLOTS:
  void initTestCase() {
    steps_.emplace();
    TinyLlama options;
    options.layers = 4;
    options.linears = GgmlType::Q4_1;
    options.embedding = GgmlType::Q8_0;
    tiny_ = write_tiny_llama(folder() / "tiny.gguf", options);
    std::string text;
    for (int i = 0; i < 100; ++i)
      text += "the hand and the river ran on in the rain, number " + std::to_string(i * i) + ".\n";
    write_text(folder() / "text.txt", text);
  }

  // First, while this process has one thread only.
  void a_killed_writer_of_the_record_leaves_a_whole_one() {
    const fs::path out = folder() / "record";
    const RunRecord first = measured_run(1000, 3.0), second = measured_run(1000, 4.0);
    RunFolder(out, Document(), false).write_record(first);
    const auto write_forever = [&] {
      RunFolder open(out, Document(), true);
      while (true) {
        open.write_record(second);
        open.write_record(first);
      }
    };
    int without_samples = 0;
    const auto check = [&](int round) {
      const RunRecord found = read_run_folder(out);
      const RunRecord& whole = found.nodes.at(0).measures.at(0).value == 3.0 ? first : second;
      QVERIFY2(found.to_json() == whole.to_json(), ("round " + std::to_string(round)).c_str());
      // Samples are those of this record, or none: another one's would make errors that are not true.
      const bool own = found.to_json(true) == whole.to_json(true);
      QVERIFY2(own || found.nodes.at(0).measures.at(0).samples.is_null(), ("round " + std::to_string(round)).c_str());
      without_samples += own ? 0 : 1;
    };
    kill_at_random_points(100, std::chrono::microseconds(25000), write_forever, check);
    QVERIFY2(without_samples > 0, "no writer died between the two files");
    qInfo("%d of 100 writers died between the record and its samples", without_samples);
  }

  void killed_at_each_layer_border_and_resumed_data() {
    QTest::addColumn<QString>("steps");
    QTest::addColumn<int>("borders");
    const char* depth = R"({"step": "prune.depth", "parameters": {"criterion": "influence", "count": 1}})";
    const char* rtn = R"({"step": "quant.rtn", "parameters": {"bits": 3, "group": 32}})";
    QTest::newRow("prune.magnitude") << R"([{"step": "prune.magnitude", "parameters": {"sparsity": 0.4}}])" << 4;
    QTest::newRow("prune.wanda")
        << R"([{"step": "prune.wanda", "parameters": {"sparsity": 0.4}, "overrides": {"1": {"pattern": "2:4"}, "2": {"threshold": "searched"}}}])" << 4;
    QTest::newRow("prune.sparsegpt") << R"([{"step": "prune.sparsegpt", "parameters": {"pattern": "2:4", "true_sequential": true}}])" << 4;
    QTest::newRow("quant.gptq") << R"([{"step": "quant.gptq", "parameters": {"group": 32, "act_order": true}, "overrides": {"2": {"bits": 8}}}])" << 4;
    QTest::newRow("prune.depth") << QString("[%1]").arg(depth) << 4;
    QTest::newRow("quant.rtn") << QString("[%1]").arg(rtn) << 4;
    QTest::newRow("quant.rtn, layers of their own")
        << R"([{"step": "quant.rtn", "parameters": {"bits": 3, "group": 32}, "overrides": {"0:2": {"bits": 8}, "3": {"group": 0}}}])"
        << 4;
    QTest::newRow("format.cast") << R"([{"step": "format.cast", "parameters": {"to": "mxfp6"}, "overrides": {"2": {"to": "bitmap"}}}])" << 4;
    QTest::newRow("format.expand") << R"([{"step": "format.expand"}])" << 4;
    QTest::newRow("prune.depth, quant.rtn") << QString("[%1, %2]").arg(depth, rtn) << 4 + 3;
    for (const auto& [step, version] : steps_->registry().versions()) {
      if (!killed_steps.contains(step)) QFAIL(("add a row for " + step).c_str());
    }
  }
  void killed_at_each_layer_border_and_resumed() {
    QFETCH(QString, steps);
    QFETCH(int, borders);
    const Document document = chain(tiny_, steps.toStdString());
    const Disk whole(*steps_, document);
    QCOMPARE(whole.run(never, false), 0);
    QCOMPARE(whole.trace().size(), static_cast<std::size_t>(borders));
    QCOMPARE(whole.record().nodes.size(), static_cast<std::size_t>(document.nodes.size() - 1));  // a text is no result
    for (int border = 1; border <= borders; ++border) {
      kill_and_resume(document, whole, border);
      if (QTest::currentTestFailed()) return;
    }
  }

  // Also while models are saved, the journal is written, and nodes are verified.
  void killed_again_and_again_at_random_points_it_ends_with_the_same_bytes() {
    const Document document = chain(
        tiny_,
        R"([{"step": "prune.depth", "parameters": {"count": 1}}, {"step": "quant.rtn", "parameters": {"group": 32}},
                         {"step": "format.expand"}])");
    const Disk whole(*steps_, document);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(whole.run(never, false), 0);
    const auto longest = std::chrono::microseconds(timer.nsecsElapsed() / 1000);
    std::mt19937_64 random(7);
    int killed = 0;
    for (int chain_number = 0; chain_number < 8; ++chain_number) {
      const Disk disk(*steps_, document);
      for (int round = 0; round < 3; ++round) {
        const pid_t child = start_child([&] { disk.run_here(never, true); });
        std::this_thread::sleep_for(std::chrono::microseconds(random() % static_cast<std::uint64_t>(longest.count())));
        ::kill(child, SIGKILL);
        const int status = wait_for_child(child);
        QVERIFY(status == 0 || was_killed(status));
        killed += was_killed(status);
      }
      QCOMPARE(disk.run(never, true), 0);
      const RunRecord record = disk.record(), wanted = whole.record();
      for (std::size_t i = 0; i < wanted.nodes.size(); ++i) {
        const NodeRecord& node = record.nodes.at(i);
        QCOMPARE(node.state, NodeState::done);
        QCOMPARE(node.content, wanted.nodes[i].content);
        if (node.step != "source.model") QVERIFY(files_in(disk.out() / node.id) == files_in(whole.out() / node.id));
      }
    }
    qInfo("%d of 24 runs died before their end", killed);
    QVERIFY(killed >= 3);  // usually half of them; a machine that is faster now than a second ago kills fewer
  }

  void gptq_of_the_default_model_killed_twice_and_resumed() {
    const auto model = default_model_file();
    if (!model) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    const Document document = chain(fs::absolute(*model), R"([{"step": "quant.gptq", "parameters": {"layers": "0:3"}}])");
    const Disk whole(*steps_, document);
    QCOMPARE(whole.run(never, false), 0);
    for (const int border : {1, 2}) {
      kill_and_resume(document, whole, border);
      if (QTest::currentTestFailed()) return;
    }
  }

  void the_default_model_killed_three_times_and_resumed() {
    const auto model = default_model_file();
    if (!model) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    const Document document = chain(fs::absolute(*model), R"([{"step": "prune.depth", "parameters": {"count": 2}},
                                                              {"step": "quant.rtn", "parameters": {"bits": 4, "group": 64}}])");
    const Disk whole(*steps_, document);
    QCOMPARE(whole.run(never, false), 0);
    QCOMPARE(whole.trace().size(), std::size_t{30 + 28});
    for (const int border :
         {17, 31, 58}) {  // in the middle of the first step, at the start and at the end of the second
      kill_and_resume(document, whole, border);
      if (QTest::currentTestFailed()) return;
    }
  }

 private:
  static RunRecord measured_run(int samples, double value) {
    RunRecord run{"0.1.0", "cpu", "c", {{"title", "killed"}}, {NodeRecord{}}};
    MeasureRecord measure;
    measure.metric = "perplexity";
    measure.value = value;
    measure.samples = std::vector<double>(static_cast<std::size_t>(samples), value);
    run.nodes[0].id = "a";
    run.nodes[0].step = "quant.rtn";
    run.nodes[0].measures = {measure};
    return run;
  }
};

QTEST_GUILESS_MAIN(KillTest)
#include "kill_test.moc"
