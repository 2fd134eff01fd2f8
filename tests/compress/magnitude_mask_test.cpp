// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/magnitude_mask.h"

#include <ATen/ATen.h>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "tests/support/engine.h"
#include "tests/support/golden_tensors.h"
#include "tests/support/test_files.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

at::Tensor random_values(std::int64_t rows, std::int64_t columns, unsigned seed) {
  std::mt19937 random(seed);
  at::Tensor out = at::empty({rows, columns}, at::kFloat);
  float* values = out.mutable_data_ptr<float>();
  // Few different magnitudes, both signs and both zeros: ties everywhere.
  for (std::int64_t i = 0; i < out.numel(); ++i)
    values[i] = (static_cast<float>(random() % 41) - 20.0f) * (random() % 2 ? 1e-3f : -0.25f);
  return out;
}

// The published rule, with a real sort.
std::vector<bool> sorted_threshold_mask(const std::vector<float>& values, double sparsity) {
  std::vector<float> sorted(values.size());
  std::transform(values.begin(), values.end(), sorted.begin(), [](float v) { return std::abs(v); });
  std::sort(sorted.begin(), sorted.end());
  const float threshold = sorted[static_cast<std::size_t>(static_cast<double>(values.size()) * sparsity)];
  std::vector<bool> mask;
  for (const float value : values) mask.push_back(std::abs(value) <= threshold);
  return mask;
}

std::vector<float> to_vector(const at::Tensor& values) {
  const float* numbers = values.const_data_ptr<float>();
  return std::vector<float>(numbers, numbers + values.numel());
}

std::vector<bool> to_flags(const at::Tensor& mask) {
  const bool* flags = mask.const_data_ptr<bool>();
  return std::vector<bool>(flags, flags + mask.numel());
}

std::int64_t count(const at::Tensor& mask) { return mask.sum().item<std::int64_t>(); }

}  // namespace

class MagnitudeMaskTest : public QObject {
  Q_OBJECT

 private:
  static void compare_with_golden(const char* id, const at::Tensor& mask) {
    const auto path = shared_file("golden-ops/prune_oneshot.safetensors");
    const GoldenTensors golden(*path);
    QVERIFY(at::equal(mask, golden[std::string(id) + ".mask"].to(at::kBool)));
    QVERIFY(at::equal(golden["W"].masked_fill(mask, 0), golden[std::string(id) + ".W_out"]));
  }

  static std::optional<at::Tensor> golden_weight() {
    const auto path = shared_file("golden-ops/prune_oneshot.safetensors");
    if (!path) return std::nullopt;
    return GoldenTensors(*path)["W"];
  }

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void half_of_a_matrix_is_pruned_as_by_the_published_code() {
    const auto weight = golden_weight();
    if (!weight) QSKIP("the golden vectors are not beside the checkout");
    compare_with_golden("magnitude_50", mask_of_matrix(*weight, 0.5));
    QCOMPARE(count(mask_of_matrix(*weight, 0.5)), 3073);
  }

  void patterns_are_pruned_as_by_the_published_code() {
    const auto weight = golden_weight();
    if (!weight) QSKIP("the golden vectors are not beside the checkout");
    compare_with_golden("magnitude_2of4", mask_of_pattern(*weight, 2, 4));
    compare_with_golden("magnitude_4of8", mask_of_pattern(*weight, 4, 8));
  }

  void scores_are_pruned_as_by_the_published_code() {
    const auto path = shared_file("golden-ops/prune_oneshot.safetensors");
    if (!path) QSKIP("the golden vectors are not beside the checkout");
    const GoldenTensors golden(*path);
    const at::Tensor scores = golden["W"].abs() * golden["wanda_scaler_row"].sqrt();
    compare_with_golden("wanda_50", mask_of_rows(scores, 0.5));
    compare_with_golden("wanda_60", mask_of_rows(scores, 0.6));
    compare_with_golden("wanda_2of4", mask_of_pattern(scores, 2, 4));
    compare_with_golden("wanda_4of8", mask_of_pattern(scores, 4, 8));
    compare_with_golden("wanda_variant_50", mask_of_row_mass(scores, 0.5));
  }

  void a_share_of_the_mass_is_searched_until_the_sparsity_is_met() {
    at::manual_seed(3);
    const at::Tensor values = at::randn({64, 512}).abs();
    for (const double sparsity : {0.4, 0.5, 0.6})
      QVERIFY2(std::abs(static_cast<double>(count(mask_of_row_mass(values, sparsity))) / (64 * 512) - sparsity) <= 0.005,
               std::to_string(static_cast<double>(count(mask_of_row_mass(values, sparsity))) / (64 * 512)).c_str());
    QCOMPARE(count(mask_of_row_mass(at::zeros({2, 4}), 0.5)), 8);   // rows of nothing but ties go whole
    QCOMPARE(count(mask_of_row_mass(values, 0)), 0);
  }

  void the_threshold_is_the_sorted_entry_for_any_shape_and_share() {
    for (const auto& [rows, columns] : {std::pair{1, 1}, {1, 7}, {5, 1}, {17, 33}, {64, 96}}) {
      const at::Tensor values = random_values(rows, columns, static_cast<unsigned>(rows + columns));
      for (const double sparsity : {1e-9, 0.1, 0.3, 0.5, 0.77, 0.999}) {
        QVERIFY(to_flags(mask_of_matrix(values, sparsity)) == sorted_threshold_mask(to_vector(values), sparsity));
      }
    }
  }

  void neighbouring_floats_are_told_apart() {
    // All in one bin of the first histogram; the second one must separate them.
    at::Tensor values = at::empty({1, 64}, at::kFloat);
    float next = 1.0f;
    for (std::int64_t i = 63; i >= 0; --i, next = std::nextafter(next, 2.0f)) values[0][i] = i % 2 ? next : -next;
    const at::Tensor mask = mask_of_matrix(values, 0.25);
    QCOMPARE(count(mask), 17);
    QVERIFY(mask.narrow(1, 64 - 17, 17).all().item<bool>());
  }

  void all_ties_at_the_threshold_go_and_no_pruning_prunes_nothing() {
    const at::Tensor constant = at::full({4, 8}, -0.5f);
    QCOMPARE(count(mask_of_matrix(constant, 0.1)), 32);
    for (const at::Tensor& values : {constant, at::zeros({4, 8})}) {
      QCOMPARE(count(mask_of_matrix(values, 0)), 0);
      QCOMPARE(count(mask_of_rows(values, 0)), 0);
    }
  }

  void several_matrices_share_one_threshold_as_if_they_were_one() {
    const std::vector<at::Tensor> parts = {random_values(8, 16, 1), random_values(3, 5, 2) * 3, random_values(1, 40, 3)};
    std::vector<float> together;
    for (const at::Tensor& part : parts) {
      const std::vector<float> values = to_vector(part);
      together.insert(together.end(), values.begin(), values.end());
    }
    const auto source = [&](const ValuesVisitor& visit) { std::for_each(parts.begin(), parts.end(), visit); };
    for (const double sparsity : {0.2, 0.5, 0.9}) {
      const std::optional<float> threshold = magnitude_threshold(source, sparsity);
      std::vector<bool> mask;
      for (const at::Tensor& part : parts) {
        const std::vector<bool> flags = to_flags(mask_up_to(part, threshold));
        mask.insert(mask.end(), flags.begin(), flags.end());
      }
      QVERIFY(mask == sorted_threshold_mask(together, sparsity));
    }
    QVERIFY(!magnitude_threshold(source, 0));
    QVERIFY(!magnitude_threshold([](const ValuesVisitor&) {}, 0.5));
  }

  void rows_lose_an_exact_count_and_the_lowest_index_among_equals() {
    const at::Tensor values = random_values(6, 50, 9);
    const at::Tensor mask = mask_of_rows(values, 0.37);
    // A stable argsort is the definition.
    const at::Tensor order = std::get<1>(at::sort(values.abs(), /*stable=*/true, 1, false)).narrow(1, 0, 18);
    QVERIFY(at::equal(mask, at::zeros({6, 50}, at::kBool).scatter(1, order, true)));
    QCOMPARE(count(mask), 6 * 18);
  }

  void a_pattern_keeps_n_of_m_and_prunes_the_lowest_index_among_equals() {
    const at::Tensor values = at::tensor({3.0f, -1.0f, 1.0f, 2.0f, 0.0f, -0.0f, 0.0f, 0.0f}).view({1, 8});
    QVERIFY((to_flags(mask_of_pattern(values, 1, 4)) == std::vector<bool>{false, true, true, true, true, true, true, false}));
    QVERIFY((to_flags(mask_of_pattern(values, 3, 4)) == std::vector<bool>{false, true, false, false, true, false, false, false}));
    QVERIFY((to_flags(mask_of_pattern(values, 2, 4)) == std::vector<bool>{false, true, true, false, true, true, false, false}));
    QCOMPARE(count(mask_of_pattern(random_values(5, 24, 4), 5, 8)), 5 * 3 * 3);
  }

  void a_transposed_view_is_read_as_the_matrix_it_shows() {
    const at::Tensor values = random_values(12, 20, 5);
    const at::Tensor view = values.t().contiguous().t();
    QVERIFY(at::equal(mask_of_rows(view, 0.4), mask_of_rows(values, 0.4)));
    QVERIFY(at::equal(mask_of_matrix(view, 0.4), mask_of_matrix(values, 0.4)));
  }

  void a_row_that_does_not_divide_is_a_clear_error() {
    const auto error = thrown([] { mask_of_pattern(at::ones({2, 10}), 2, 4); });
    QVERIFY(error && error->code == ErrorCode::invalid_parameter);
    QVERIFY(mentions(error, "10 inputs are no multiple of 4"));
  }

  void numbers_without_a_rank_and_impossible_shares_are_errors() {
    for (const float bad : {std::nanf(""), -std::nanf(""), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
      at::Tensor values = random_values(4, 8, 6);
      values[3][7] = bad;
      QCOMPARE(thrown([&] { mask_of_matrix(values, 0.5); })->code, ErrorCode::not_finite);
      QCOMPARE(thrown([&] { mask_of_rows(values, 0.5); })->code, ErrorCode::not_finite);
      QCOMPARE(thrown([&] { mask_of_pattern(values, 2, 4); })->code, ErrorCode::not_finite);
    }
    for (const double bad : {-0.1, 1.0, std::nan("")}) {
      QCOMPARE(thrown([&] { mask_of_matrix(at::ones({2, 2}), bad); })->code, ErrorCode::invalid_parameter);
      QCOMPARE(thrown([&] { mask_of_rows(at::ones({2, 2}), bad); })->code, ErrorCode::invalid_parameter);
    }
  }
};

QTEST_GUILESS_MAIN(MagnitudeMaskTest)
#include "magnitude_mask_test.moc"
