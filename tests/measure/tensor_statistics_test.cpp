// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/tensor_statistics.h"

#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "core/formats/dense_weight.h"
#include "tests/support/engine.h"
#include "tests/support/tiny_models.h"

using namespace kelter;
using namespace kelter::test;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

// One float32 row.
TensorStatistics statistics_of(const std::vector<float>& values, std::int64_t rows = 1) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(values.data());
  const auto columns = static_cast<std::int64_t>(values.size()) / rows;
  const DenseWeight weight({rows, columns}, at::kFloat, Bytes::own(std::vector<std::uint8_t>(data, data + values.size() * sizeof(float))));
  NullContext context;
  return tensor_statistics(weight, context);
}

// Two passes in float64, the definition.
struct Reference {
  double mean = 0, deviation = 0, kurtosis = 0;

  explicit Reference(const std::vector<float>& values) {
    const auto n = static_cast<double>(values.size());
    for (const float value : values) mean += static_cast<double>(value) / n;
    double second = 0, fourth = 0;
    for (const float value : values) {
      const double square = (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
      second += square / n;
      fourth += square * square / n;
    }
    deviation = std::sqrt(second);
    kurtosis = fourth / (second * second);
  }
};

bool close(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b)); }

std::int64_t sum(const std::vector<std::int64_t>& counts) { return std::accumulate(counts.begin(), counts.end(), std::int64_t{0}); }

}  // namespace

class TensorStatisticsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void small_numbers_have_closed_forms() {
    const TensorStatistics of = statistics_of({-1, 0, 0, 1});
    QCOMPARE(of.count, std::int64_t{4});
    QCOMPARE(of.zeros, std::int64_t{2});
    QCOMPARE(of.minimum, -1.0);
    QCOMPARE(of.maximum, 1.0);
    QCOMPARE(of.mean, 0.0);
    QCOMPARE(of.deviation, std::sqrt(0.5));
    QCOMPARE(of.kurtosis, 2.0);   // (2/4) / (1/2)^2
    QCOMPARE(of.histogram.front(), std::int64_t{1});
    QCOMPARE(of.histogram.at(32), std::int64_t{2});
    QCOMPARE(of.histogram.back(), std::int64_t{1});
  }

  void many_tiles_give_what_the_definition_gives() {
    std::mt19937 random(7);
    std::normal_distribution<float> normal(0.5F, 2.0F);
    std::vector<float> values(3 * 1000003);   // no multiple of a tile
    for (float& value : values) value = normal(random);
    const TensorStatistics of = statistics_of(values, 3);
    const Reference reference(values);
    QVERIFY2(close(of.mean, reference.mean), qPrintable(QString::number(of.mean - reference.mean)));
    QVERIFY(close(of.deviation, reference.deviation));
    QVERIFY(close(of.kurtosis, reference.kurtosis));
    QVERIFY(std::abs(of.kurtosis - 3) < 0.02);
    QCOMPARE(sum(of.histogram), of.count);
  }

  void values_that_are_not_finite_are_counted_and_left_out() {
    const TensorStatistics of = statistics_of({std::numeric_limits<float>::quiet_NaN(), 2, infinity, -infinity, 4});
    QCOMPARE(of.not_finite, std::int64_t{3});
    QCOMPARE(of.mean, 3.0);
    QCOMPARE(of.maximum, 4.0);
    QCOMPARE(sum(of.histogram), std::int64_t{2});
  }

  void without_a_finite_value_there_are_no_numbers() {
    const TensorStatistics of = statistics_of({infinity, infinity});
    QVERIFY(std::isnan(of.mean) && std::isnan(of.minimum) && std::isnan(of.kurtosis));
    QVERIFY(of.to_json()["mean"].is_null());
  }

  void equal_values_have_no_kurtosis() {
    const TensorStatistics of = statistics_of({3, 3, 3});
    QCOMPARE(of.deviation, 0.0);
    QVERIFY(std::isnan(of.kurtosis));
    QCOMPARE(of.histogram.front(), std::int64_t{3});
  }

  void every_stored_format_can_be_read() {
    const ModelState model = open_tiny();
    NullContext context;
    for (const auto& [name, weight] : model.tensors) QCOMPARE(tensor_statistics(*weight, context).count, weight->numel());
  }

  void it_can_be_cancelled() {
    const ModelState model = open_tiny();
    CancellingContext context(0);
    QVERIFY_EXCEPTION_THROWN(tensor_statistics(*model.tensors.begin()->second, context), Error);
  }
};

QTEST_GUILESS_MAIN(TensorStatisticsTest)
#include "tensor_statistics_test.moc"
