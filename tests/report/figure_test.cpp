// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/figure.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "sample_run.h"

using namespace kelter;
using namespace kelter::test;

namespace {

MeasureRecord speed(const char* metric, double value, double spread) {
  MeasureRecord record;
  record.metric = metric;
  record.value = value;
  record.spread = spread;
  record.protocol = {{"prompt", 256}, {"output", 64}, {"batch", 1}};
  return record;
}

const Figure& find(const std::vector<Figure>& figures, const std::string& id) {
  for (const Figure& figure : figures) {
    if (figure.id == id) return figure;
  }
  throw std::logic_error("no figure " + id);
}

Figure figure_of(const RunRecord& run, const std::string& id, const FigureOptions& options = {}) {
  return find(result_figures(run, options), id);
}

const Mark& mark_of(const Figure& figure, const std::string& node) {
  for (const Mark& mark : figure.marks) {
    if (mark.node == node) return mark;
  }
  throw std::logic_error("no mark " + node);
}

std::string fact(const Mark& mark, const std::string& what) {
  for (const auto& [name, text] : mark.facts) {
    if (name == what) return text;
  }
  return "";
}

// A source of perplexity 10 and one branch.
RunRecord pair_of(double source, double branch) {
  RunRecord run = sample_run();
  run.nodes.resize(3);
  run.nodes.erase(run.nodes.begin() + 1);
  run.nodes[0].measures = {perplexity(source, nullptr)};
  run.nodes[1].measures = {perplexity(branch, nullptr)};
  return run;
}

RunRecord sweep_run() {
  RunRecord run = sample_run();
  run.nodes.resize(2);  // file and bf16
  run.nodes[1].measures = {perplexity(20.5, nullptr)};
  for (const char* step : {"quant.rtn", "quant.gptq"}) {
    for (const int bits : {4, 2, 3}) {
      const std::string name = std::string(step).substr(6) + "@bits=" + std::to_string(bits);
      NodeRecord node = test::node(name.c_str(), step, {{"source_bytes", 1000}, {"weights", 800}});
      node.parameters = {{"bits", bits}, {"group", 64}};
      node.measures = {perplexity(30.0 + bits, nullptr)};
      run.nodes.push_back(node);
    }
  }
  return run;
}

Document chain_document() {
  return Document::from_json(
      Json::parse(R"({"kelter": 1, "nodes": [
    {"id": "file", "step": "source.model", "parameters": {"path": "x.gguf"}},
    {"id": "depth", "step": "prune.depth", "parameters": {"count": 2}},
    {"id": "rtn", "step": "quant.rtn"},
    {"id": "aside", "step": "format.expand"},
    {"id": "quality", "step": "measure.perplexity"}, {"id": "tasks", "step": "measure.tasks"}],
    "links": [["file.model", "depth.model"], ["depth.model", "rtn.model"], ["depth.model", "aside.model"],
              ["file.model", "quality.model"], ["rtn.model", "quality.model"], ["rtn.model", "tasks.model"]]})"),
      "test");
}

RunRecord chain_run() {
  RunRecord run = sample_run();
  run.nodes.resize(1);
  NodeRecord depth = node("depth", "prune.depth", nullptr);
  depth.parameters = {{"criterion", "influence"}, {"count", 2}};
  NodeRecord rtn = node("rtn", "quant.rtn", nullptr);
  rtn.parameters = {{"bits", 4}, {"group", 64}, {"grid", "gptq"}};
  NodeRecord aside = node("aside", "format.expand", nullptr);
  aside.parameters = {{"to", "bfloat16"}};
  rtn.measures = {perplexity(25, nullptr), accuracy(0.4, nullptr)};
  run.nodes.insert(run.nodes.end(), {depth, rtn, aside});
  return run;
}

// RFC 4180, as a reader that knows nothing of its writer.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
        row.back() += '"', ++i;
      } else if (c == '"') {
        quoted = false;
      } else {
        row.back() += c;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      row.emplace_back();
    } else if (c == '\r') {
      rows.push_back(row), row.assign(1, ""), ++i;
    } else {
      row.back() += c;
    }
  }
  return rows;
}

}  // namespace

class FigureTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void there_are_four_figures_with_the_same_branches() {
    const std::vector<Figure> figures = result_figures(sample_run());
    QCOMPARE(figures.size(), std::size_t{4});
    for (const Figure& figure : figures)
      QCOMPARE(figure.branches, figures[0].branches);
    QCOMPARE(figures[0].id, std::string("accuracy"));
    QCOMPARE(figures[1].id, std::string("perplexity"));
    QCOMPARE(figures[2].id, std::string("memory"));
    QCOMPARE(figures[3].id, std::string("throughput"));
    // bf16 has no measure and no document says it should have one.
    QCOMPARE(figures[0].branches.size(), std::size_t{3});
    QCOMPARE(figures[0].branches[1].label, std::string("RTN 4 bit g64"));
  }

  void quantities_that_start_at_zero_are_bars_and_accuracy_is_dots() {
    const std::vector<Figure> figures = result_figures(sample_run());
    QVERIFY(find(figures, "accuracy").kind == FigureKind::dots);
    for (const char* id : {"perplexity", "memory", "throughput"})
      QVERIFY(find(figures, id).kind == FigureKind::bars);
    QCOMPARE(find(figures, "accuracy").direction, std::string("higher is better"));
    QCOMPARE(find(figures, "memory").direction, std::string("lower is better"));
  }

  void values_carry_their_errors_and_the_record() {
    const Mark rtn = mark_of(figure_of(sample_run(), "perplexity"), "rtn");
    QVERIFY(rtn.state == MarkState::value && rtn.value == 22.0 && rtn.error == 0.25);
    QCOMPARE(rtn.text, std::string("22.0"));
    QCOMPARE(fact(rtn, "Perplexity"), std::string("22.00 \u00b1 0.25"));
    QCOMPARE(fact(rtn, "Against the file"), std::string("+2.0 \u00b1 1.3"));  // as in the result table
    QCOMPARE(fact(rtn, "Bytes on disk"), std::string("890 bytes"));
    QCOMPARE(fact(rtn, "Bits per weight"), std::string("4.50"));
    QCOMPARE(fact(rtn, "Protocol"), std::string("gptq, window 1024"));
    QCOMPARE(fact(mark_of(figure_of(sample_run(), "perplexity"), "file"), "Against the file"), std::string());
  }

  void memory_is_the_peak_above_idle_and_says_so() {
    const Figure memory = figure_of(sample_run(), "memory");
    QCOMPARE(figure_heading(memory), std::string("Memory, peak minus idle (MB)"));
    QCOMPARE(mark_of(memory, "file").value, 150.0);
    QCOMPARE(mark_of(memory, "rtn").value, 50.0);
    QCOMPARE(fact(mark_of(memory, "rtn"), "Against the file"), std::string("0.33x"));
    FigureOptions options;
    options.choices["memory"] = "peak_resident_bytes";
    QCOMPARE(mark_of(figure_of(sample_run(), "memory", options), "rtn").value, 500.0);
    options.choices["memory"] = "disk";
    QCOMPARE(figure_heading(figure_of(sample_run(), "memory", options)), std::string("Bytes on disk (kB)"));
    QCOMPARE(mark_of(figure_of(sample_run(), "memory", options), "rtn").value, 0.89);
  }

  void an_idle_that_is_unknown_or_larger_than_the_peak_gives_no_value() {
    RunRecord run = sample_run();
    run.nodes[0].measures[2].details = Json::object();
    run.nodes[2].measures[2].details["idle_resident_bytes"] = 900e6;
    const Figure memory = figure_of(run, "memory");
    QCOMPARE(mark_of(memory, "file").reason, std::string("not available"));
    QCOMPARE(mark_of(memory, "rtn").reason, std::string("not available"));
  }

  void large_models_are_counted_in_gigabytes() {
    RunRecord run = sample_run();
    run.nodes[0].measures[2] = peak(14.5e9, 0.5e9);
    QCOMPARE(figure_of(run, "memory").unit, std::string("GB"));
    QCOMPARE(mark_of(figure_of(run, "memory"), "file").value, 14.0);
  }

  void throughput_offers_decode_prefill_and_the_first_token() {
    RunRecord run = sample_run();
    run.nodes[0].measures.push_back(speed("prefill_tokens_per_second", 900, 5));
    run.nodes[0].measures.push_back(speed("decode_tokens_per_second", 100, 1.2));
    const std::vector<FigureChoice> choices = figure_choices(run, "throughput");
    QCOMPARE(choices.size(), std::size_t{2});
    QCOMPARE(choices[0].title, std::string("Decode"));
    const Figure decode = figure_of(run, "throughput");
    QCOMPARE(figure_heading(decode), std::string("Throughput, decode (tokens/s)"));
    QVERIFY(mark_of(decode, "file").value == 100 && mark_of(decode, "file").error == 1.2);
    FigureOptions options;
    options.choices["throughput"] = choices[1].key;
    QCOMPARE(mark_of(figure_of(run, "throughput", options), "file").value, 900.0);
  }

  void several_tasks_are_shown_by_their_mean_with_its_error() {
    RunRecord run = sample_run();
    for (const std::size_t i : {0u, 2u}) {
      MeasureRecord second = accuracy(i == 0 ? 0.7 : 0.65, i == 0 ? Json{1, 1, 1, 0} : Json{1, 1, 0, 0});
      second.details["task"] = "piqa";
      second.standard_error = 0.015;
      run.nodes[i].measures.push_back(second);
    }
    const Figure figure = figure_of(run, "accuracy");
    QCOMPARE(figure_heading(figure), std::string("Accuracy, mean of 2 tasks, acc"));
    const Mark& rtn = mark_of(figure, "rtn");
    QCOMPARE(rtn.value, (0.25 + 0.65) / 2);
    QCOMPARE(*rtn.error, std::sqrt(0.02 * 0.02 + 0.015 * 0.015) / 2);
    // Paired: -1/4 in each task; errors 1/4 (see the result table) and sqrt(1/4/4) = 1/4.
    QCOMPARE(fact(rtn, "Against the file"), std::string("-0.25 \u00b1 0.18"));
    run.nodes[2].measures.pop_back();
    QCOMPARE(mark_of(figure_of(run, "accuracy"), "rtn").reason, std::string("1/2 tasks"));
    FigureOptions options;
    options.choices["accuracy"] = "Accuracy questions (acc)";
    QCOMPARE(mark_of(figure_of(run, "accuracy", options), "rtn").value, 0.25);
  }

  void the_axis_is_logarithmic_above_a_ratio_of_five_and_not_at_it() {
    QVERIFY(!figure_of(pair_of(10, 50), "perplexity").logarithmic);
    QCOMPARE(figure_of(pair_of(10, 50), "perplexity").base, 0.0);
    QVERIFY(figure_of(pair_of(10, std::nextafter(50.0, 51.0)), "perplexity").logarithmic);
    QVERIFY(figure_of(pair_of(50.1, 10), "perplexity").logarithmic);
    QVERIFY(!figure_of(pair_of(0, 50), "perplexity").logarithmic);  // no logarithm of zero
    QVERIFY(!figure_of(pair_of(-1, 50), "perplexity").logarithmic);
  }

  void bars_on_a_logarithmic_axis_start_at_a_stated_decade() {
    const Figure figure = figure_of(pair_of(31, 4000), "perplexity");
    QCOMPARE(figure.base, 10.0);
    QCOMPARE(figure.note, std::string("log axis, bars from 10"));
    QCOMPARE(figure_of(pair_of(10.5, 4000), "perplexity").base, 1.0);  // from 10 the first bar would vanish
    RunRecord run = sample_run();
    run.nodes[0].measures[1].value = 0.9;
    run.nodes[2].measures[1].value = 0.1;
    QCOMPARE(figure_of(run, "accuracy").note, std::string("logarithmic axis"));  // dots start nowhere
  }

  void the_file_and_its_expansion_are_baselines() {
    RunRecord run = sample_run();
    run.nodes[1].measures = {perplexity(20.5, nullptr)};
    const Figure figure = figure_of(run, "perplexity");
    QCOMPARE(figure.baselines.size(), std::size_t{2});
    QCOMPARE(figure.baselines[0].label, std::string("file"));
    QCOMPARE(figure.baselines[0].value, 20.0);
    QCOMPARE(figure.baselines[1].label, std::string("bf16"));
    QCOMPARE(figure.baselines[1].value, 20.5);
    QVERIFY(figure.branches[0].reference && figure.branches[1].reference && !figure.branches[2].reference);
    QCOMPARE(figure.branches[1].family, std::string("source"));
    QVERIFY(figure.branches[0].shade != figure.branches[1].shade);
  }

  void what_was_pruned_before_it_was_expanded_is_no_baseline() {
    const Document document = chain_document();
    RunRecord run = chain_run();
    run.nodes.back().measures = {perplexity(40, nullptr)};
    FigureOptions options;
    options.context.document = &document;
    const Figure figure = figure_of(run, "perplexity", options);
    QCOMPARE(figure.baselines.size(), std::size_t{1});
    QCOMPARE(mark_of(figure, "aside").label, std::string("\u22122 layers \u2192 bf16"));
  }

  void branches_of_one_family_differ_in_shade() {
    RunRecord run = sample_run();
    run.nodes[3].state = NodeState::done;
    run.nodes[3].measures = {perplexity(21, nullptr)};
    const Figure figure = figure_of(run, "perplexity");
    QCOMPARE(figure.branches[1].family, std::string("quantization"));
    QCOMPARE(figure.branches[2].family, std::string("quantization"));
    QVERIFY(figure.branches[1].shade == 0 && figure.branches[2].shade == 1);
  }

  void mixed_protocols_are_refused() {
    RunRecord run = sample_run();
    run.nodes[2].measures[0].protocol["window"] = 512;
    const Figure figure = figure_of(run, "perplexity");
    QVERIFY(figure.marks.empty() && figure.baselines.empty() && figure.measured);
    QCOMPARE(figure.mixed_protocols, std::vector<std::string>{"window: 1024 (file); 512 (RTN 4 bit g64)"});
    QCOMPARE(figure.mixed_nodes, (std::vector<std::string>{"file", "rtn"}));
    QVERIFY(figure.protocol.is_null());
    QVERIFY(!figure_of(run, "accuracy").marks.empty());  // the others are none the worse for it
  }

  void a_key_that_one_protocol_lacks_is_a_difference() {
    RunRecord run = sample_run();
    run.nodes[2].measures[0].protocol["stride"] = 512;
    QCOMPARE(figure_of(run, "perplexity").mixed_protocols,
             std::vector<std::string>{"stride: \u2014 (file); 512 (RTN 4 bit g64)"});
  }

  void the_order_of_protocol_keys_is_no_difference() {
    RunRecord run = sample_run();
    run.nodes[2].measures[0].protocol = {{"window", 1024}, {"name", "gptq"}};
    QVERIFY(figure_of(run, "perplexity").mixed_protocols.empty());
    QCOMPARE(figure_of(run, "perplexity").marks.size(), std::size_t{3});
  }

  void the_protocols_of_one_task_are_refused_in_a_mean_too() {
    RunRecord run = sample_run();
    for (const std::size_t i : {0u, 2u}) {
      MeasureRecord second = accuracy(0.7, nullptr);
      second.details["task"] = "piqa";
      if (i == 2) second.protocol["shots"] = 5;
      run.nodes[i].measures.push_back(second);
    }
    QCOMPARE(figure_of(run, "accuracy").mixed_protocols, std::vector<std::string>{"shots: 0 (file); 5 (RTN 4 bit g64)"});
  }

  void two_protocols_that_every_branch_has_are_two_choices() {
    RunRecord run = sample_run();
    run.nodes[0].measures.push_back(perplexity(30.0, nullptr, 512));
    run.nodes[2].measures.insert(run.nodes[2].measures.begin(), perplexity(33.0, nullptr, 512));
    const std::vector<FigureChoice> choices = figure_choices(run, "perplexity");
    QCOMPARE(choices.size(), std::size_t{2});
    QCOMPARE(figure_heading(figure_of(run, "perplexity")), std::string("Perplexity, window=1024"));
    FigureOptions options;
    options.choices["perplexity"] = choices[1].key;
    QCOMPARE(mark_of(figure_of(run, "perplexity", options), "rtn").value, 33.0);
  }

  void what_runs_is_running_and_what_has_no_value_says_why() {
    RunRecord run = sample_run();
    const Figure done = figure_of(run, "perplexity");
    QVERIFY(mark_of(done, "gptq").state == MarkState::absent);
    QCOMPARE(mark_of(done, "gptq").reason, std::string("failed"));
    run.nodes[3].state = NodeState::running;
    QVERIFY(mark_of(figure_of(run, "perplexity"), "gptq").state == MarkState::running);
    QCOMPARE(mark_of(figure_of(run, "perplexity"), "gptq").reason, std::string("running"));
    run.nodes[3].state = NodeState::waiting;
    QCOMPARE(mark_of(figure_of(run, "perplexity"), "gptq").reason, std::string("waiting"));
    run.nodes[3].measures = {perplexity(24, nullptr)};  // measured while the tasks still run
    QVERIFY(mark_of(figure_of(run, "perplexity"), "gptq").state == MarkState::value);
    QVERIFY(mark_of(figure_of(run, "accuracy"), "gptq").state == MarkState::running);
  }

  void values_that_are_no_numbers_are_absent() {
    RunRecord run = sample_run();
    run.nodes[0].measures[0].value = std::numeric_limits<double>::infinity();
    run.nodes[2].measures[0].value.reset();
    run.nodes[2].measures[0].reason = "not a number";
    run.nodes[2].measures[1].standard_error = std::numeric_limits<double>::quiet_NaN();
    const Figure figure = figure_of(run, "perplexity");
    QCOMPARE(mark_of(figure, "file").reason, std::string("infinite"));
    QCOMPARE(mark_of(figure, "rtn").reason, std::string("not a number"));
    QVERIFY(figure.baselines.empty() && !figure.logarithmic);
    QVERIFY(!mark_of(figure_of(run, "accuracy"), "rtn").error);
  }

  void the_document_tells_what_is_measured() {
    const Document document = chain_document();
    RunRecord run = chain_run();
    FigureOptions options;
    options.context.document = &document;
    QCOMPARE(figure_of(run, "perplexity", options).marks.size(), std::size_t{2});  // not depth, not aside
    run.nodes[2].measures.clear();
    run.nodes[2].state = NodeState::running;
    QVERIFY(mark_of(figure_of(run, "perplexity", options), "rtn").state == MarkState::running);
    const Figure memory = figure_of(run, "memory", options);
    QVERIFY(mark_of(memory, "rtn").state == MarkState::absent);
    QCOMPARE(mark_of(memory, "rtn").reason, std::string("not measured"));
    QVERIFY(figure_of(run, "throughput", options).measured == false);
    QVERIFY(figure_of(run, "perplexity", options).asked);
    QVERIFY(!figure_of(run, "throughput", options).asked);
    QVERIFY(figure_of(run, "throughput").asked);  // without a document nobody knows
  }

  void labels_name_the_step_and_the_way_to_it() {
    const Document document = chain_document();
    const RunRecord run = chain_run();
    QCOMPARE(branch_label(run, run.nodes[2]), std::string("RTN 4 bit g64"));
    ReportContext context;
    context.document = &document;
    QCOMPARE(branch_label(run, run.nodes[2], context), std::string("\u22122 layers \u2192 RTN 4 bit g64"));
    QCOMPARE(branch_label(run, run.nodes[0], context), std::string("file"));
    Document bypassed = document;
    bypassed.nodes[1].bypass = true;
    context.document = &bypassed;
    QCOMPARE(branch_label(run, run.nodes[2], context), std::string("RTN 4 bit g64"));
  }

  void labels_tell_parameters() {
    NodeRecord node = test::node("n", "prune.magnitude", nullptr);
    node.parameters = {{"sparsity", 0.3}, {"pattern", "unstructured"}};
    QCOMPARE(step_label(node), std::string("Magnitude 30 %"));
    node.parameters = {{"sparsity", 0.125}};
    QCOMPARE(step_label(node), std::string("Magnitude 12.5 %"));
    node.parameters = {{"sparsity", 0.5}, {"pattern", "2:4"}, {"layers", "4:18"}};
    QCOMPARE(step_label(node), std::string("Magnitude 2:4 layers 4:18"));
    node = test::node("n", "quant.rtn", nullptr);
    node.parameters = {{"bits", 4}, {"group", 0}, {"grid", "minmax"}};
    QCOMPARE(step_label(node), std::string("RTN 4 bit whole rows minmax"));
    node = test::node("n", "prune.depth", nullptr);
    node.parameters = {{"criterion", "list"}, {"layers", "3+5:8"}};
    QCOMPARE(step_label(node), std::string("\u22124 layers"));
    node.parameters = {{"count", 1}};
    QCOMPARE(step_label(node), std::string("\u22121 layer"));
    node = test::node("n", "strange.thing", nullptr);
    QCOMPARE(step_label(node), std::string("thing"));
  }

  void equal_labels_get_their_ids() {
    RunRecord run = sample_run();
    NodeRecord twin = run.nodes[2];
    twin.id = "rtn-2";
    run.nodes.push_back(twin);
    const auto labels = branch_labels(run);
    QCOMPARE(labels.at("rtn"), std::string("RTN 4 bit g64 (rtn)"));
    QCOMPARE(labels.at("rtn-2"), std::string("RTN 4 bit g64 (rtn-2)"));
    QCOMPARE(labels.at("file"), std::string("file"));
  }

  void a_sweep_makes_one_line_for_each_node() {
    const Figure figure = figure_of(sweep_run(), "perplexity");
    QVERIFY(figure.kind == FigureKind::lines);
    QCOMPARE(figure.x_title, std::string("bits"));
    QCOMPARE(figure.branches.size(), std::size_t{4});  // file, bf16, rtn, gptq
    QCOMPARE(figure.branches[2].label, std::string("RTN g64"));
    QCOMPARE(figure.marks.size(), std::size_t{8});
    std::vector<double> x;
    for (const Mark& mark : figure.marks) {
      if (mark.branch == 2) x.push_back(*mark.x);
    }
    QCOMPARE(x, (std::vector<double>{2, 3, 4}));
    QCOMPARE(mark_of(figure, "gptq@bits=3").label, std::string("GPTQ 3 bit g64"));
    QVERIFY(!mark_of(figure, "file").x);
    QCOMPARE(figure.baselines.size(), std::size_t{2});
  }

  void what_cannot_share_an_axis_stands_side_by_side() {
    RunRecord run = sweep_run();
    NodeRecord other = node("magnitude@sparsity=0.5", "prune.magnitude", nullptr);
    other.measures = {perplexity(40, nullptr)};
    run.nodes.push_back(other);
    QVERIFY(figure_of(run, "perplexity").kind == FigureKind::bars);  // bits and sparsity
    QCOMPARE(figure_of(run, "perplexity").branches.size(), std::size_t{9});
    run = sweep_run();
    for (NodeRecord& node : run.nodes) {
      const std::size_t at = node.id.find("bits");
      if (at != std::string::npos) node.id.replace(at, 4, "seed");
    }
    QVERIFY(figure_of(run, "accuracy").kind == FigureKind::dots);  // repeats are no axis
  }

  void two_sweeps_make_a_line_for_each_value_of_the_other() {
    RunRecord run = sample_run();
    run.nodes.resize(1);
    for (const char* id : {"rtn@bits=2,grid=awq", "rtn@bits=2,grid=gptq", "rtn@bits=3,grid=awq", "rtn@bits=3,grid=gptq"}) {
      NodeRecord node = test::node(id, "quant.rtn", nullptr);
      node.parameters = {{"bits", id[9] - '0'}, {"grid", std::string(id).substr(16)}};
      node.measures = {perplexity(30, nullptr)};
      run.nodes.push_back(node);
    }
    const Figure figure = figure_of(run, "perplexity");
    QVERIFY(figure.kind == FigureKind::lines);
    QCOMPARE(figure.branches.size(), std::size_t{3});
    QCOMPARE(figure.branches[1].label, std::string("RTN awq"));
    QCOMPARE(figure.branches[2].label, std::string("RTN"));
  }

  void csv_gives_back_every_number() {
    RunRecord run = sample_run();
    run.nodes[2].measures[0].value = 22.123456789012345;
    run.nodes[2].parameters["grid"] = "a, \"quoted\" grid";
    const Figure figure = figure_of(run, "perplexity");
    const auto rows = read_csv(figure_to_csv(figure));
    QCOMPARE(rows.size(), figure.marks.size() + 1);
    QCOMPARE(rows[0], (std::vector<std::string>{"Branch", "Node", "Role", "Perplexity", "Perplexity error", "State"}));
    for (std::size_t i = 0; i < figure.marks.size(); ++i) {
      const Mark& mark = figure.marks[i];
      QCOMPARE(rows[i + 1][0], mark.label);
      QCOMPARE(rows[i + 1][1], mark.node);
      QCOMPARE(rows[i + 1][2], std::string(mark.node == "file" ? "baseline" : ""));
      if (mark.state == MarkState::value) {
        QCOMPARE(std::stod(rows[i + 1][3]), mark.value);
        QCOMPARE(std::stod(rows[i + 1][4]), *mark.error);
      } else {
        QCOMPARE(rows[i + 1][3], std::string());
        QCOMPARE(rows[i + 1][5], std::string("failed"));
      }
    }
    const auto lines = read_csv(figure_to_csv(figure_of(sweep_run(), "perplexity")));
    QCOMPARE(lines[0][3], std::string("bits"));
    QCOMPARE(lines[3][3], std::string("2"));
  }

  void every_phrase_is_offered_for_translation() {
    FigureOptions options;
    std::set<std::string> asked;
    options.context.translate = [&](const std::string& english) {
      asked.insert(english);
      return "<" + english + ">";
    };
    const Figure figure = figure_of(sample_run(), "memory", options);
    QCOMPARE(figure.title, std::string("<Memory>"));
    QCOMPARE(figure.subject, std::string("<peak minus idle>"));
    QCOMPARE(figure.direction, std::string("<lower is better>"));
    QCOMPARE(figure.branches[1].label, std::string("<RTN> <4 bit> g64"));
    QCOMPARE(mark_of(figure, "gptq").reason, std::string("<failed>"));
    QVERIFY(asked.contains("%1 bit"));
  }

  void an_empty_run_has_four_empty_figures() {
    for (const Figure& figure : result_figures(RunRecord{})) {
      QVERIFY(figure.marks.empty() && figure.branches.empty() && !figure.measured);
      QVERIFY(!figure.title.empty());
    }
  }

  void a_run_without_measures_shows_sizes() {
    RunRecord run = sample_run();
    for (NodeRecord& node : run.nodes)
      node.measures.clear();
    const std::vector<FigureChoice> choices = figure_choices(run, "memory");
    QCOMPARE(choices.back().key, std::string("disk"));
    FigureOptions options;
    options.choices["memory"] = "disk";
    QVERIFY(!figure_of(run, "perplexity").measured);
  }
};

QTEST_GUILESS_MAIN(FigureTest)
#include "figure_test.moc"
