// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/statistics.h"

#include <QtTest>
#include <cmath>

using namespace kelter;

class StatisticsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void mean_and_standard_error_are_the_closed_forms() {
    const std::vector<double> values = {1, 2, 4, 9};   // mean 4, squares 9 + 4 + 0 + 25 = 38
    QCOMPARE(mean(values), 4.0);
    QVERIFY(std::abs(standard_error(values) - std::sqrt(38.0 / 3 / 4)) < 1e-15);
  }

  void standard_error_of_hits_is_that_of_a_proportion() {
    std::vector<double> hits(250, 0.0);
    std::fill(hits.begin(), hits.begin() + 80, 1.0);
    const double p = 80.0 / 250;
    QVERIFY(std::abs(standard_error(hits) - std::sqrt(p * (1 - p) / 249)) < 1e-15);
  }

  void median_takes_the_middle_of_any_order() {
    QCOMPARE(median({5, 1, 3}), 3.0);
    QCOMPARE(median({4, 1, 3, 2}), 2.5);
    QCOMPARE(median({7}), 7.0);
  }

  void spread_is_half_the_distance_between_the_quartiles() {
    QCOMPARE(quartile_spread({5, 1, 2, 4, 3}), 1.0);          // quartiles 2 and 4
    QCOMPARE(quartile_spread({1, 2, 3, 4}), (3.25 - 1.75) / 2);
    QCOMPARE(quartile_spread({7}), 0.0);
  }

  void one_outlier_moves_neither_median_nor_spread_far() {
    QCOMPARE(median({10, 11, 12, 13, 1000}), 12.0);
    QCOMPARE(quartile_spread({10, 11, 12, 13, 1000}), 1.0);
  }

  void nothing_measured_is_no_number() {
    QVERIFY(std::isnan(mean({})));
    QVERIFY(std::isnan(median({})));
    QVERIFY(std::isnan(quartile_spread({})));
    QVERIFY(std::isnan(standard_error({})));
    QVERIFY(std::isnan(standard_error({3})));
  }
};

QTEST_GUILESS_MAIN(StatisticsTest)
#include "statistics_test.moc"
