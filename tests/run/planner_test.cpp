// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <array>

#include "core/base/units.h"
#include "core/run/planner.h"
#include "tests/run/run_support.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

using Links = std::vector<std::array<std::string, 2>>;
constexpr std::uint64_t source_bytes = 5000, source_weights = 8000;

// source -> a -> b, with one measure on source and b.
Document chain(const fs::path& text) {
  return Document::from_json(
      {{"kelter", 1},
       {"title", "chain"},
       {"nodes",
        {{{"id", "source"}, {"step", "source.model"}, {"parameters", {{"path", "model.gguf"}}}},
         {{"id", "a"}, {"step", "test.scale"}, {"parameters", {{"factor", 0.5}}}},
         {{"id", "b"}, {"step", "test.same"}},
         {{"id", "quality"}, {"step", "measure.perplexity"}, {"parameters", {{"text", text.string()}}}}}},
       {"links", Links{{"source.model", "a.model"},
                       {"a.model", "b.model"},
                       {"source.model", "quality.model"},
                       {"b.model", "quality.model"}}}},
      "test");
}

}  // namespace

class PlannerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    scratch_ = std::make_unique<Scratch>();
    cache_ = std::make_unique<Cache>(scratch_->path() / "c", 1 << 30);
    store_ = std::make_unique<RunStore>(scratch_->path() / "runs.sqlite");
    graph_ = build_graph(chain("text.txt"), catalogue_);
    known_.clear();
    linear_ = {};
  }

  void without_history_nothing_is_cached_and_no_time_is_made_up() {
    const Plan plan = make();
    QCOMPARE(plan.nodes.size(), std::size_t{4});
    for (const PlannedNode& node : plan.nodes) {
      QVERIFY(!node.cached);
      QVERIFY(!node.seconds.has_value());
    }
    QVERIFY(!plan.seconds.has_value());
    QCOMPARE(plan.disk_bytes, std::uint64_t{0});
    // a: the source and a dense 16 bit copy; b: two dense copies.
    QCOMPARE(*planned(plan, "a").peak_bytes, source_bytes + 2 * source_weights);
    QCOMPARE(plan.peak_bytes, 4 * source_weights);
  }

  void times_are_scaled_from_earlier_runs() {
    store_->add_timing({"test.scale", timing_key(graph_.nodes[graph_.index("a")]), "class", source_weights / 2, 3.0});
    store_->add_timing({"measure.perplexity", "{}", "class", source_weights, 10.0});
    const Plan plan = make();
    QCOMPARE(*planned(plan, "a").seconds, 6.0);
    QVERIFY(!planned(plan, "b").seconds.has_value());
    QCOMPARE(*planned(plan, "quality").seconds, 20.0);      // two models
    QCOMPARE(*plan.seconds, 26.0);
  }

  void a_step_that_never_ran_uses_its_own_first_guess() {
    StepDescriptor step = *graph_.nodes[graph_.index("a")].step;
    step.nominal_seconds_per_gigaweight = 1e6;
    graph_.nodes[graph_.index("a")].step = &step;
    QCOMPARE(*planned(make(), "a").seconds, 8.0);
  }

  void sizes_follow_what_the_step_stores_data() {
    QTest::addColumn<QString>("linears");
    QTest::addColumn<QString>("parameters");
    QTest::addColumn<quint64>("bytes");
    // 8000 weights in 5000 bytes, 6400 of them linears in 3000 bytes.
    QTest::newRow("kept") << "kept" << "{}" << quint64{5000};
    QTest::newRow("dense") << "dense" << "{}" << quint64{2000 + 12800};
    QTest::newRow("4 bit, groups of 64, zero points") << "grouped" << R"({"bits": 4, "group": 64, "grid": "gptq", "symmetric": false, "scale_type": "float16"})"
                                                      << quint64{2000 + 6400 / 64 * (32 + 2) + 50};   // 4 bits of zero
    QTest::newRow("8 bit, symmetric") << "grouped" << R"({"bits": 8, "group": 32, "grid": "gptq", "symmetric": true, "scale_type": "float32"})"
                                      << quint64{2000 + 6400 / 32 * (32 + 4)};
    QTest::newRow("minima") << "grouped" << R"({"bits": 2, "group": 128, "grid": "minmax", "symmetric": false, "scale_type": "float16"})"
                            << quint64{2000 + 6400 / 128 * (32 + 4)};
    QTest::newRow("some layers stay") << "grouped" << R"({"bits": 2, "group": 128, "grid": "minmax", "scale_type": "float16", "layers": "3"})" << quint64{5000};
    QTest::newRow("expanded") << "expanded" << R"({"to": "float32"})" << quint64{32000};
    QTest::newRow("cast to MX") << "cast" << R"({"to": "mxfp4"})" << quint64{2000 + 6400 / 32 * (16 + 1)};
    QTest::newRow("cast to 2:4") << "cast" << R"({"to": "2:4", "values": "exact"})" << quint64{2000 + 6400 / 4 * 4 + 6400 / 8};
    QTest::newRow("cast with the embedding") << "cast" << R"({"to": "nf4", "embedding": true})" << quint64{8000 / 64 * (32 + 4)};
    QTest::newRow("not said") << "" << "{}" << quint64{16000};
  }
  void sizes_follow_what_the_step_stores() {
    QFETCH(QString, linears);
    QFETCH(QString, parameters);
    QFETCH(quint64, bytes);
    GraphNode& node = graph_.nodes[graph_.index("a")];
    StepDescriptor step = *node.step;
    step.linears = linears.toStdString();
    node.step = &step;
    node.parameters = Json::parse(parameters.toStdString());
    linear_ = {3000, 6400};
    QCOMPARE(*planned(make(true), "a").disk_bytes, static_cast<std::uint64_t>(bytes));
  }

  void known_results_need_no_models() {
    know_all();
    const Plan plan = make();
    for (const PlannedNode& node : plan.nodes) QVERIFY2(node.cached, node.id.c_str());
  }

  void a_new_measure_at_the_end_runs_what_was_not_stored() {
    know_all();
    known_.erase({graph_.index("quality"), graph_.index("b")});
    const Plan plan = make();
    QVERIFY(!planned(plan, "b").cached && !planned(plan, "a").cached && !planned(plan, "source").cached);
    QVERIFY(!planned(plan, "quality").cached);
    // With the state of a stored, a and what is before it rest.
    cache_->store_state("recipe-a", tiny_model(scratch_->path()), 1e9);
    const Plan with_state = make();
    QVERIFY(!planned(with_state, "b").cached && planned(with_state, "a").cached &&
            planned(with_state, "source").cached);
  }

  void a_run_folder_needs_every_model_and_its_disk() {
    know_all();
    const Plan plan = make(true);
    QVERIFY(!planned(plan, "a").cached);
    QVERIFY(!planned(plan, "source").disk_bytes.has_value());   // only named
    QCOMPARE(plan.disk_bytes, std::uint64_t{2 * 777});            // as the ledger knows
  }

  void a_full_disk_is_refused_with_both_numbers() {
    check_free_disk(scratch_->path() / "not" / "yet" / "there", 1);
    const auto error = thrown([&] { check_free_disk(scratch_->path(), std::uint64_t{1} << 62); });
    QVERIFY(error && error->code == ErrorCode::disk_full);
    QVERIFY(mentions(error, "may need " + format_bytes(std::uint64_t{1} << 62)));
    QVERIFY(mentions(error, "are free"));
  }

 private:
  std::pair<std::uint64_t, std::uint64_t> linear_;   // bytes and weights of the source's linears

  Plan make(bool keep = false) {
    recipes_.clear();
    for (const GraphNode& node : graph_.nodes) recipes_.push_back("recipe-" + node.id);
    return make_plan({graph_, recipes_, *cache_, store_.get(), "class", keep,
                      [&](std::size_t measure, std::size_t model) { return known_.count({measure, model}) > 0; },
                      [this](std::size_t) { return ModelTotals{source_bytes, source_weights, linear_.first, linear_.second}; }});
  }

  static PlannedNode planned(const Plan& plan, const std::string& id) {
    for (const PlannedNode& node : plan.nodes) {
      if (node.id == id) return node;
    }
    throw std::logic_error("not planned: " + id);
  }

  void know_all() {
    for (const char* id : {"source", "a", "b"}) {
      cache_->store_summary(std::string("recipe-") + id, {"content", {{"total_bytes", 777}}, 1.0, source_weights, {}});
      known_.insert({graph_.index("quality"), graph_.index(id)});
    }
  }

  std::unique_ptr<Scratch> scratch_;
  std::unique_ptr<Cache> cache_;
  std::unique_ptr<RunStore> store_;
  StepCatalogue catalogue_ = test_catalogue();
  Graph graph_;
  std::vector<std::string> recipes_;
  std::set<std::pair<std::size_t, std::size_t>> known_;
};

QTEST_GUILESS_MAIN(PlannerTest)
#include "planner_test.moc"
