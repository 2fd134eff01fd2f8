// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/result_table.h"

#include <cmath>
#include <limits>
#include <QtTest>

#include "core/report/numbers.h"
#include "sample_run.h"

using namespace kelter;
using namespace kelter::test;

namespace {

const Cell& cell(const Table& table, const char* row, const char* column) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].title != column) continue;
    for (const auto& cells : table.rows) {
      if (cells[0].text == row) return cells[i];
    }
  }
  throw std::logic_error(std::string("no cell ") + row + ", " + column);
}

std::string text(const Table& table, const char* row, const char* column) { return cell(table, row, column).text; }

std::vector<std::string> titles(const Table& table) {
  std::vector<std::string> out;
  for (const Column& column : table.columns)
    out.push_back(column.title);
  return out;
}

bool close(std::optional<double> value, double expected) { return value && std::abs(*value - expected) < 1e-12; }

}  // namespace

class ResultTableTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sizes_stand_against_the_file_and_against_bfloat16() {
    const Table table = result_table(sample_run());
    QCOMPARE(text(table, "rtn", "Bytes on disk"), std::string("890 bytes"));
    QCOMPARE(text(table, "rtn", "Against the file"), std::string("0.89x"));
    QVERIFY(close(cell(table, "rtn", "Against bf16").number, 890.0 / 1650.0));  // the node that is all bfloat16
    QCOMPARE(text(table, "rtn", "Bits per weight"), std::string("4.50"));
    QCOMPARE(text(table, "bf16", "Badges"), std::string("expanded"));
  }

  void without_an_expanded_node_bfloat16_is_two_bytes_a_weight() {
    RunRecord run = sample_run();
    run.nodes[1].ledger["total_bytes"] = 1500;  // not all of it is bfloat16
    QVERIFY(close(cell(result_table(run), "rtn", "Against bf16").number, 890.0 / 1600.0));
    run.nodes[0].ledger.erase("weights");
    QCOMPARE(text(result_table(run), "rtn", "Against bf16"), std::string(missing_text));
  }

  void the_paired_error_of_perplexity_is_its_closed_form() {
    // d = {0.1, 0.3, 0.1, 0.3}: standard deviation sqrt(4 * 0.01 / 3), error of the mean sqrt(0.04 / 12).
    const Cell& change = cell(result_table(sample_run()), "rtn", "Change of Perplexity");
    QVERIFY(close(change.number, 2.0));
    QVERIFY(close(change.error, 22.0 * std::sqrt(0.04 / 12)));
    QCOMPARE(change.text, std::string("+2.0 \u00b1 1.3"));
  }

  void the_paired_error_of_accuracy_is_its_closed_form() {
    // d = {0, 0, -1, 0}: mean -1/4, variance (3/16 + 9/16) / 3 = 1/4, error of the mean sqrt(1/16).
    const Cell& change = cell(result_table(sample_run()), "rtn", "Change of Accuracy questions (acc)");
    QVERIFY(close(change.number, -0.25));
    QVERIFY(close(change.error, 0.25));
    QCOMPARE(change.text, std::string("-0.25 \u00b1 0.25"));
  }

  void samples_that_cannot_be_paired_give_no_error() {
    for (const Json& samples :
         {Json(), Json::array(), Json::array({3.0, 3.0}), Json::array({3.0, nullptr, 3.0, 3.0}), Json("text")}) {
      const auto change = paired_change(perplexity(22, samples), perplexity(20, {3.0, 3.0, 3.0, 3.0}));
      QVERIFY(change && change->value == 2.0 && !change->error);
    }
    QVERIFY(!paired_change(perplexity(22, {3.1}), perplexity(20, {3.0}))->error);  // one window has no spread
    MeasureRecord absent = perplexity(1, nullptr);
    absent.value.reset();
    QVERIFY(!paired_change(absent, perplexity(20, nullptr)));
  }

  void a_finished_node_is_one_line_of_what_was_measured() {
    RunRecord run = sample_run();
    MeasureRecord speed;
    speed.metric = "decode_tokens_per_second";
    speed.value = 95.25;
    speed.spread = 1.2;
    run.nodes[2].measures.push_back(speed);
    QCOMPARE(result_line(run.nodes[2]),
             std::string("rtn: 890 bytes on disk, 4.50 bits per weight, Perplexity 22.00 \u00b1 0.25, "
                         "Accuracy questions (acc) 0.250 \u00b1 0.020, Decode (tokens/s) 95.2 \u00b1 1.2"));
    run.nodes[2].ledger["disk_bytes"] = nullptr;
    run.nodes[2].measures.resize(1);
    QCOMPARE(result_line(run.nodes[2]), std::string("rtn: 4.50 bits per weight, Perplexity 22.00 \u00b1 0.25"));
  }

  void identical_models_change_by_nothing_with_certainty() {
    const auto change = paired_change(perplexity(20, {3.0, 3.1}), perplexity(20, {3.0, 3.1}));
    QVERIFY(change->value == 0 && change->error == 0.0);
  }

  void the_file_itself_has_no_change() {
    QCOMPARE(text(result_table(sample_run()), "file", "Change of Perplexity"), std::string(missing_text));
  }

  void protocols_are_not_mixed() {
    RunRecord run = sample_run();
    run.nodes[2].measures[0].protocol["window"] = 512;
    const Table table = result_table(run);
    QCOMPARE(text(table, "rtn", "Change of Perplexity"), std::string("different protocol"));
    QVERIFY(!cell(table, "rtn", "Change of Perplexity").number);
    QCOMPARE(text(table, "rtn", "Perplexity"), std::string("22.00 \u00b1 0.25"));
  }

  void the_order_of_protocol_keys_is_no_difference() {
    MeasureRecord a = perplexity(20, nullptr), b = a;
    b.protocol = {{"window", 1024}, {"name", "gptq"}};
    QVERIFY(same_protocol(a, b));
    b.protocol["bos"] = false;
    QVERIFY(!same_protocol(a, b));
  }

  void two_measures_of_one_kind_have_columns_of_their_own() {
    RunRecord run = sample_run();
    run.nodes[0].measures.push_back(perplexity(30.0, nullptr, 512));
    run.nodes[2].measures.insert(run.nodes[2].measures.begin(), perplexity(33.0, nullptr, 512));  // another order
    const Table table = result_table(run);
    QCOMPARE(text(table, "rtn", "Perplexity [window=1024]"), std::string("22.00 \u00b1 0.25"));
    QCOMPARE(text(table, "rtn", "Change of Perplexity [window=512]"), std::string("+3.00"));
  }

  void peak_memory_is_shown_above_idle_too() {
    const Table table = result_table(sample_run());
    QCOMPARE(text(table, "rtn", "Peak memory"), std::string("500.0 MB"));
    QCOMPARE(text(table, "rtn", "Peak minus idle"), std::string("50.0 MB"));
    QVERIFY(close(cell(table, "file", "Peak minus idle").number, 150e6));
  }

  void what_is_missing_says_so() {
    RunRecord run = sample_run();
    run.nodes[2].measures[0].value.reset();
    run.nodes[2].measures[0].reason = "the machine has no counter";
    run.nodes[2].measures[1].value = std::numeric_limits<double>::infinity();
    const Table table = result_table(run);
    QCOMPARE(text(table, "gptq", "Bytes on disk"), std::string("failed"));
    QCOMPARE(text(table, "gptq", "Perplexity"), std::string("failed"));
    QCOMPARE(text(table, "gptq", "Change of Perplexity"), std::string("failed"));
    QCOMPARE(text(table, "bf16", "Perplexity"), std::string(missing_text));
    QCOMPARE(text(table, "rtn", "Perplexity"), std::string("not available"));
    QCOMPARE(text(table, "rtn", "Change of Perplexity"), std::string(missing_text));
    QCOMPARE(text(table, "rtn", "Accuracy questions (acc)"), std::string("infinite"));
    run.nodes[3].state = NodeState::cancelled;
    QCOMPARE(text(result_table(run), "gptq", "Perplexity"), std::string("cancelled"));
  }

  void quality_comes_before_speed_before_memory_before_the_rest() {
    RunRecord run = sample_run();
    MeasureRecord unknown, speed;
    unknown.metric = "shininess";
    unknown.value = 1;
    speed.metric = "decode_tokens_per_second";
    speed.value = 100;
    speed.spread = 1.2;
    run.nodes[0].measures.insert(run.nodes[0].measures.begin(), {unknown, speed});
    const Table table = result_table(run);
    const std::vector<std::string> all = titles(table);
    QCOMPARE(std::vector<std::string>(all.begin() + 6, all.end()),
             (std::vector<std::string>{"Perplexity", "Change of Perplexity", "Accuracy questions (acc)",
                                       "Change of Accuracy questions (acc)", "Decode (tokens/s)", "Peak memory",
                                       "Peak minus idle", "shininess"}));
    QCOMPARE(text(table, "file", "Decode (tokens/s)"), std::string("100.0 \u00b1 1.2"));
  }

  void texts_and_measures_are_no_rows() {
    RunRecord run = sample_run();
    run.nodes.push_back(node("t", "source.text", nullptr));
    run.nodes.push_back(node("m", "measure.tasks", nullptr));
    QCOMPARE(result_table(run).rows.size(), std::size_t{4});
  }

  void with_several_sources_each_node_is_compared_with_its_own() {
    RunRecord run = sample_run();
    NodeRecord other = node("other", "source.model", {{"source_bytes", 7}});
    other.measures = {perplexity(10.0, {2.0, 2.0, 2.0, 2.0})};
    run.nodes.push_back(other);
    QVERIFY(close(cell(result_table(run), "rtn", "Change of Perplexity").number, 2.0));
    run.nodes.back().ledger["source_bytes"] = 1000;  // which one it was cannot be told
    QCOMPARE(text(result_table(run), "rtn", "Change of Perplexity"), std::string(missing_text));
  }

  void an_empty_run_has_an_empty_table() {
    QVERIFY(result_table(RunRecord{}).rows.empty());
    QVERIFY(ledger_table(RunRecord{}).rows.empty());
  }

  void the_ledger_and_the_kernels_are_tables() {
    const Table ledger = ledger_table(sample_run()), kernels = kernel_table(sample_run());
    QCOMPARE(text(ledger, "rtn", "Claimed bits"), std::string("4.00"));
    QCOMPARE(text(ledger, "rtn", "Real bits per weight"), std::string("4.50"));
    QCOMPARE(text(ledger, "gptq", "On disk"), std::string("failed"));
    QCOMPARE(kernels.rows.size(), std::size_t{1});
    QCOMPARE(text(kernels, "rtn", "Calls"), std::string("210"));
    QCOMPARE(text(kernels, "rtn", "Bytes read"), std::string("5.0 kB"));
  }
};

QTEST_GUILESS_MAIN(ResultTableTest)
#include "result_table_test.moc"
