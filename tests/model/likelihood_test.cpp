// SPDX-License-Identifier: GPL-3.0-or-later
// Negative log-likelihoods: the parity table on the processor and on the first GPU, and closed forms.
#include <QtTest>

#include <cmath>

#include "tests/parity/likelihood_parity.h"
#include "tests/support/engine.h"

using namespace kelter;
using namespace kelter::test;

class LikelihoodTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void they_agree_with_float64_data() {
    QTest::addColumn<QString>("device");
    QTest::newRow("processor") << "cpu";
    QTest::newRow("GPU") << "cuda:0";
  }
  void they_agree_with_float64() {
    QFETCH(QString, device);
    if (device != "cpu" && device_problem(cuda_support(), 0)) QSKIP("there is no GPU");
    int cases = 0;
    std::string wrong;
    compare_likelihoods(parse_device(device.toStdString()), [&](const ParityCase& one) {
      ++cases;
      if (!one.ok()) wrong += one.text() + ": error " + std::to_string(one.error) + " " + one.note + "\n";
    });
    QVERIFY2(wrong.empty(), wrong.c_str());
    QVERIFY(cases > 200);
  }

  void equal_logits_give_the_logarithm_of_their_number() {
    const at::Tensor nll = likelihood_by_tiles(at::full({3, 1000}, -7.5f), at::zeros({3}, at::kLong), 300);
    for (std::int64_t r = 0; r < 3; ++r) QVERIFY(std::abs(nll[r].item<double>() - std::log(1000.0)) < 1e-12);
  }

  void a_target_that_never_came_has_no_likelihood() {
    RunningLikelihood likelihood(at::full({2}, 12, at::kLong));
    likelihood.add(at::zeros({2, 5}), 0, 0);
    QVERIFY(likelihood.finish().isnan().all().item<bool>());
    likelihood.add(at::zeros({2, 10}), 0, 5);
    QVERIFY(std::abs(likelihood.finish()[1].item<double>() - std::log(15.0)) < 1e-12);
  }

  // The table must notice what it is for.
  void a_wrong_likelihood_is_noticed() {
    const LikelihoodShape shape{3, 31, 31, 0, 0};
    const at::Tensor logits = random_values({3, 31}, 1, 1), targets = likelihood_targets(shape), none = at::zeros({3}, at::kBool);
    at::Tensor nll = likelihood_by_tiles(logits, targets, 31);
    QVERIFY(likelihood_error(nll, logits, targets, none) < 1e-12);
    nll[2] += 1e-5;
    QVERIFY(likelihood_error(nll, logits, targets, none) > 1e-6);
    nll[2] = std::nan("");
    QCOMPARE(likelihood_error(nll, logits, targets, none), failed);
  }
};

QTEST_GUILESS_MAIN(LikelihoodTest)
#include "likelihood_test.moc"
