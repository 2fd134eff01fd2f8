// SPDX-License-Identifier: GPL-3.0-or-later
// Results of measure_task beside those of lm-evaluation-harness (shared/golden-model/lm-eval-*.json). Needs ENGINE.
#pragma once

#include <QtTest>
#include <cmath>

#include "core/base/json.h"
#include "core/measure/tasks.h"

namespace kelter::test {

// Log-likelihoods of the first items within 1e-3, the hits of all items that were measured.
inline void compare_with_lm_eval(const TaskResult& result, const Json& golden) {
  for (std::size_t i = 0; i < golden["items"].size() && i < result.log_likelihoods.size(); ++i) {
    const Json& requests = golden["items"][i]["requests"];
    QCOMPARE(result.log_likelihoods[i].size(), requests.size());
    for (std::size_t c = 0; c < requests.size(); ++c)
      QVERIFY(std::abs(result.log_likelihoods[i][c] - requests[c]["loglikelihood"].get<double>()) < 1e-3);
  }
  const auto compare_hits = [&](const char* key, const std::vector<std::uint8_t>& hits) {
    if (!golden.contains(key)) return;
    std::string text;
    for (const std::uint8_t hit : hits) text.push_back(hit ? '1' : '0');
    QCOMPARE(QString::fromStdString(text), QString::fromStdString(golden[key].get<std::string>().substr(0, text.size())));
  };
  compare_hits("acc_per_item", result.hits);
  compare_hits("acc_norm_per_item", result.hits_norm);
}

}  // namespace kelter::test
