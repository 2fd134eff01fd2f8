// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/dispatch.h"

#include <cstdlib>
#include <QProcess>
#include <QTest>
#include <thread>
#include <vector>

#include "core/base/error.h"
#include "core/kernels/matvec.h"
#include "core/kernels/variants.h"
#include "tests/kernels/forced_variant.h"

using namespace kelter;
using namespace kelter_tests;

class DispatchTest : public QObject {
  Q_OBJECT

 private:
  // Starts this program again with an environment variable set, to answer one question (initTestCase).
  static int ask_child(const char* question, const char* variable, const char* value) {
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QString::fromLatin1(variable), QString::fromLatin1(value));
    environment.insert(QStringLiteral("KELTER_TEST_QUESTION"), QString::fromLatin1(question));
    process.setProcessEnvironment(environment);
    process.start(QCoreApplication::applicationFilePath(), QStringList());
    return process.waitForFinished(60000) && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
  }
  static constexpr int yes = 40, no = 41;

  static int answer(const QByteArray& question) {
    if (question == "limit refused?") {
      try {
        best_isa();
        return no;
      } catch (const Error& error) {
        return error.info().where.find("KELTER_MAX_ISA") != std::string::npos ? yes : no;
      }
    }
    if (question == "limited to reference?" && best_isa() != Isa::reference) return no;
    multiply_once();
    return kernel_counts().contains("float32-matvec-reference") && kernel_enabled("q4_1-matvec-avx2") ? yes : no;
  }
  static void multiply_once() {
    const std::vector<float> w(64, 1.0f), x(32, 1.0f);
    std::vector<float> y(2);
    matvec({{Encoding::float32, w.data(), 2, 32}, x.data(), 1, y.data()});
    QCOMPARE(y[0], 32.0f);
  }

 private Q_SLOTS:
  void initTestCase() {
    const QByteArray question = qgetenv("KELTER_TEST_QUESTION");
    if (!question.isEmpty()) std::_Exit(answer(question));
  }
  void init() { reset_kernel_counts(); }

  void counts_calls_and_bytes_by_name() {
    count_kernel("test-kernel", 100);
    count_kernel("test-kernel", 50);
    QCOMPARE(counted("test-kernel"), (KernelCount{2, 150}));
    QCOMPARE(kernel_counts().size(), std::size_t(1));  // kernels that never ran are not named
    reset_kernel_counts();
    QVERIFY(kernel_counts().empty());
  }

  void counts_from_many_threads_without_loss() {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([] {
        for (int i = 0; i < 1000; ++i)
          count_kernel("threaded-kernel", 3);
      });
    }
    for (auto& thread : threads)
      thread.join();
    QCOMPARE(counted("threaded-kernel"), (KernelCount{4000, 12000}));
  }

  void a_disabled_kernel_gives_way_to_the_next_slower_one() {
    for (const Isa isa : {Isa::avx512, Isa::avx2, Isa::reference}) {
      if (isa <= best_isa()) {
        multiply_once();
        QCOMPARE(kernel_counts().size(), std::size_t(1));
        QCOMPARE(kernel_counts().begin()->first, std::string("float32-matvec-") + to_string(isa));
        reset_kernel_counts();
      }
      set_kernel_enabled(std::string("float32-matvec-") + to_string(isa), false);
    }
    multiply_once();  // the reference runs even when it is disabled: a product must have a result
    QCOMPARE(kernel_counts().begin()->first, std::string("float32-matvec-reference"));
    QVERIFY(!kernel_enabled("float32-matvec-avx2"));
    for (const Isa isa : {Isa::reference, Isa::avx2, Isa::avx512}) {
      set_kernel_enabled(std::string("float32-matvec-") + to_string(isa), true);
    }
    QVERIFY(kernel_enabled("float32-matvec-avx2"));
  }

  void the_description_names_the_instruction_set() {
    QVERIFY(cpu_description().starts_with("x86-64"));
    QCOMPARE(best_isa() == Isa::avx512, cpu_description() == "x86-64 avx512_bf16");
  }

  void the_environment_limits_the_instruction_set() {
    QCOMPARE(ask_child("limited to reference?", "KELTER_MAX_ISA", "reference"), yes);
    if (best_isa() > Isa::reference) QCOMPARE(ask_child("limited to reference?", "KELTER_MAX_ISA", "avx2"), no);
  }
  void an_unknown_limit_is_an_error() {
    QCOMPARE(ask_child("limit refused?", "KELTER_MAX_ISA", "sse9"), yes);
    QCOMPARE(ask_child("limit refused?", "KELTER_MAX_ISA", "avx2"), no);
  }
  void the_environment_disables_kernels() {
    const char* both = "float32-matvec-avx512,,float32-matvec-avx2";
    QCOMPARE(ask_child("disabled?", "KELTER_DISABLE_KERNELS", both), yes);
    if (best_isa() > Isa::reference) QCOMPARE(ask_child("disabled?", "KELTER_DISABLE_KERNELS", "other"), no);
  }

  void work_is_cut_into_pieces_of_at_least_32_kilobytes() {
    QCOMPARE(row_grain(1152), std::int64_t(29));
    QVERIFY(row_grain(1152) * 1152 >= 32 * 1024);
    QCOMPARE(row_grain(1 << 20), std::int64_t(1));
    QVERIFY(row_grain(0) > 0);
  }
};

QTEST_GUILESS_MAIN(DispatchTest)
#include "dispatch_test.moc"
