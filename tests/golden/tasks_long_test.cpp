// SPDX-License-Identifier: GPL-3.0-or-later
// Whole tasks with the default model in float32 against lm-evaluation-harness, item by item: minutes.
#include <QtTest>

#include "core/measure/tasks.h"
#include "tests/support/engine.h"
#include "tests/support/golden_tasks.h"
#include "tests/support/test_files.h"

using namespace kelter;
using namespace kelter::test;

class TasksLongTest : public QObject {
  Q_OBJECT

  std::unique_ptr<ModelState> state_;
  std::unique_ptr<Transformer> model_;

 private Q_SLOTS:
  void initTestCase() {
    const auto file = default_model_file();
    if (!file) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    start_engine();
    state_ = std::make_unique<ModelState>(open_model(*file));
    model_ = std::make_unique<Transformer>(*state_, at::kFloat);
  }

  void task_matches_lm_eval_data() {
    QTest::addColumn<QString>("reference");
    QTest::addColumn<QString>("data");
    QTest::newRow("arc_easy") << "golden-model/lm-eval-arc_easy.json" << "data/arc/arc-easy-test.jsonl";
    QTest::newRow("piqa") << "golden-model/lm-eval-piqa.json" << "data/piqa/piqa-valid.jsonl";
    QTest::newRow("winogrande") << "golden-model/lm-eval-winogrande.json" << "data/winogrande/winogrande-xl-dev.jsonl";
  }
  void task_matches_lm_eval() {
    QFETCH(QString, reference);
    QFETCH(QString, data);
    const auto golden_file = shared_file(reference.toStdString()), data_file = shared_file(data.toStdString());
    if (!golden_file || !data_file) QSKIP("the reference data is not beside the checkout");
    const Json golden = read_json_file(*golden_file);
    TaskOptions options;
    options.limit = golden["n"].get<std::int64_t>();
    NullContext context;
    const TaskResult result = measure_task(*model_, *state_->tokenizer, load_task(data_file->string()), options, context);
    const auto count = static_cast<std::size_t>(options.limit);
    QCOMPARE(result.items, options.limit);
    QCOMPARE(result.log_likelihoods.size(), count);
    QCOMPARE(golden["items"].size(), std::size_t{20});
    QCOMPARE(golden["acc_per_item"].get<std::string>().size(), count);
    compare_with_lm_eval(result, golden);
    const Json& wanted = golden["results"];
    QVERIFY(std::abs(result.acc - wanted["acc"].get<double>()) < 1e-9);
    QVERIFY(std::abs(result.acc_stderr - wanted["acc_stderr"].get<double>()) < 1e-9);
    if (!wanted.contains("acc_norm")) return;   // winogrande has none
    QVERIFY(std::abs(result.acc_norm - wanted["acc_norm"].get<double>()) < 1e-9);
    QVERIFY(std::abs(result.acc_norm_stderr - wanted["acc_norm_stderr"].get<double>()) < 1e-9);
  }
};

QTEST_GUILESS_MAIN(TasksLongTest)
#include "tasks_long_test.moc"
