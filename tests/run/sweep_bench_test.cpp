// SPDX-License-Identifier: GPL-3.0-or-later
// What the figures of the layer sweep's growth are made of, never how large they are.
#include "core/run/sweep_bench.h"

#include <QtTest>
#include <cmath>

#include "core/base/error.h"
#include "tests/support/engine.h"

using namespace kelter;
using namespace kelter::test;

namespace {

// Cancels behind so many looks.
class Impatient : public NullContext {
 public:
  explicit Impatient(int looks) : left_(looks) {}
  void progress(std::int64_t, std::int64_t, std::string_view) override { check_cancelled(); }
  void check_cancelled() override {
    if (left_-- == 0) throw Error(ErrorCode::cancelled, "Stopped");
  }

 private:
  int left_;
};

}  // namespace

class SweepBenchTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void every_size_is_stated_against_the_first() {
    NullContext context;
    const std::vector<SweepGrowthLine> lines = bench_sweep_growth(2, at::kCPU, context, 64, 128);
    QCOMPARE(lines.size(), std::size_t{9});
    const double first = lines[0].seconds.value / (4 * 128);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const SweepGrowthLine& line = lines[i];
      QCOMPARE(line.layers, std::int64_t{4} << (i / 3));
      QCOMPARE(line.tokens, std::int64_t{128} << (i % 3));
      QCOMPARE(line.seconds.samples.size(), std::size_t{2});
      QVERIFY(line.seconds.value > 0 && !line.peak_bytes);
      QVERIFY(std::abs(line.of_linear - line.seconds.value / static_cast<double>(line.layers * line.tokens) / first) < 1e-9 * line.of_linear);
    }
    QCOMPARE(lines[0].of_linear, 1.0);
  }

  void it_can_be_cancelled() {
    Impatient context(20);
    try {
      bench_sweep_growth(2, at::kCPU, context, 64, 128);
      QFAIL("nobody looked");
    } catch (const Error& error) {
      QCOMPARE(error.info().code, ErrorCode::cancelled);
    }
  }
};

QTEST_GUILESS_MAIN(SweepBenchTest)
#include "sweep_bench_test.moc"
