// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/compare.h"

#include <QtTest>

#include "sample_run.h"

using namespace kelter;
using namespace kelter::test;

namespace {

// "kind|node|what|value|value" of each row.
std::vector<std::string> lines(const Table& table) {
  std::vector<std::string> out;
  for (const auto& row : table.rows) {
    std::string line;
    for (const Cell& cell : row)
      line += (line.empty() ? "" : "|") + cell.text;
    out.push_back(line);
  }
  return out;
}

}  // namespace

class CompareTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void equal_runs_differ_in_nothing() { QVERIFY(compare_runs({sample_run(), sample_run()}).rows.empty()); }

  void only_the_parameters_that_differ_are_shown() {  // five runs of sixty parameters, three differ
    std::vector<RunRecord> runs;
    for (int run = 0; run < 5; ++run) {
      NodeRecord one = node("a", "quant.rtn", nullptr);
      for (int i = 0; i < 60; ++i)
        one.parameters["p" + std::to_string(i)] = i % 20 == 7 ? i + run : i;
      runs.push_back({"0.1.0", "cpu", "c", Json::object(), {one}});
    }
    const Table table = compare_runs(runs);
    QCOMPARE(table.columns.size(), std::size_t{8});
    QCOMPARE(lines(table), (std::vector<std::string>{"parameter|a|p7|7|8|9|10|11", "parameter|a|p27|27|28|29|30|31",
                                                     "parameter|a|p47|47|48|49|50|51"}));
    CompareOptions all;
    all.only_differences = false;
    QVERIFY(compare_runs(runs, all).rows.size() > 60);
  }

  void parameters_of_single_layers_are_compared_too() {
    RunRecord first = sample_run(), second = sample_run();
    first.nodes[2].overrides = {{"0:2", {{"bits", 8}, {"group", 32}}}};
    second.nodes[2].overrides = {{"0:2", {{"bits", 6}, {"group", 32}}}, {"5", {{"bits", 8}}}};
    QCOMPARE(lines(compare_runs({first, second})),
             (std::vector<std::string>{"parameter|rtn|bits, layers 0:2|8|6", "parameter|rtn|bits, layers 5|\u2014|8"}));
  }

  void results_carry_signed_and_paired_changes() {
    RunRecord second = sample_run();
    second.nodes[2].measures[0] = perplexity(21.0, {3.0, 3.2, 3.0, 3.2});
    second.nodes[2].measures[2] = peak(450e6, 440e6);
    second.nodes[2].ledger["disk_bytes"] = 790;
    const Table table = compare_runs({sample_run(), second}, {{"old", "new"}, true});
    QCOMPARE(table.columns[4].title, std::string("new"));
    // All windows move by the same 0.1: the error of the mean is 0 up to rounding.
    QCOMPARE(lines(table),
             (std::vector<std::string>{"size|rtn|bytes on disk|890 bytes|790 bytes (-100 bytes)",
                                       "result|rtn|Perplexity|22.00 \u00b1 0.25|21.00 \u00b1 0.25 (-1.00)",
                                       "result|rtn|Peak memory|500.0 MB|450.0 MB (-50.0 MB)"}));
  }

  void protocols_and_surroundings_that_differ_are_named() {
    RunRecord second = sample_run();
    second.device_class = "sm_90";
    second.environment["started"] = 5;
    second.environment["dtype"] = "bfloat16";
    second.nodes[0].measures[0].protocol["window"] = 512;
    QCOMPARE(
        lines(compare_runs({sample_run(), second})),
        (std::vector<std::string>{"run||device class|x86-64 avx2, 2 threads|sm_90", "run||dtype|float32|bfloat16",
                                  "result|file|Perplexity|20.00 \u00b1 0.25|20.00 \u00b1 0.25 (different protocol)"}));
  }

  void a_node_that_one_run_lacks_is_a_dash() {
    RunRecord second = sample_run();
    second.nodes.erase(second.nodes.begin() + 1);
    const std::vector<std::string> rows = lines(compare_runs({sample_run(), second}));
    QCOMPARE(rows.front(), std::string("parameter|bf16|step|format.expand|\u2014"));
    QVERIFY(std::find(rows.begin(), rows.end(), "parameter|bf16|to|bfloat16|\u2014") != rows.end());
  }

  void no_runs_and_one_run_have_tables_without_rows() {
    QVERIFY(compare_runs({}).rows.empty());
    QVERIFY(compare_runs({sample_run()}).rows.empty());
  }
};

QTEST_GUILESS_MAIN(CompareTest)
#include "compare_test.moc"
