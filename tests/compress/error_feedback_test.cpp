// SPDX-License-Identifier: GPL-3.0-or-later
// SparseGPT and GPTQ against the published code (the shared folder's golden-ops), against the published loop written
// down here with tensors, and against closed forms.
#include "core/compress/error_feedback.h"

#include <ATen/ATen.h>
#include <QtTest>

#include <cmath>
#include <limits>
#include <random>

#include "core/compress/inverse_factor.h"
#include "core/compress/magnitude_mask.h"
#include "tests/support/engine.h"
#include "tests/support/golden_tensors.h"
#include "tests/support/test_files.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

at::Tensor random_values(std::vector<std::int64_t> shape, unsigned seed, float deviation = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, deviation);
  at::Tensor out = at::empty(shape, at::kFloat);
  float* values = out.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < out.numel(); ++i) values[i] = normal(random);
  return out;
}

// 2/n sum x x^T, a sequence at a time as the published code does.
at::Tensor hessian_of(const at::Tensor& inputs, std::int64_t sequences) {
  at::Tensor out = at::zeros({inputs.size(1), inputs.size(1)}, at::kFloat);
  std::int64_t count = 0;
  for (const at::Tensor& sequence : inputs.chunk(sequences)) {
    out.mul_(static_cast<double>(count) / static_cast<double>(count + 1));
    ++count;
    const at::Tensor scaled = sequence.t() * std::sqrt(2.0 / static_cast<double>(count));
    out.add_(scaled.matmul(scaled.t()));
  }
  return out;
}

at::Tensor random_hessian(std::int64_t columns, unsigned seed) {
  // Correlated inputs, so that compensation has something to do.
  const at::Tensor mixing = random_values({columns, columns}, seed, 0.3f) + at::eye(columns);
  return hessian_of(random_values({3 * columns + 5, columns}, seed + 1).matmul(mixing), 1);
}

at::Tensor codes_tensor(const IntegerCodes& codes) {
  at::Tensor out = at::empty({codes.rows, codes.columns}, at::kByte);
  std::memcpy(out.mutable_data_ptr(), codes.codes.data(), codes.codes.size());
  return out;
}

at::Tensor order_tensor(const IntegerCodes& codes) {
  return at::tensor(at::ArrayRef<std::int32_t>(codes.order)).to(at::kLong);
}

// In the inputs' own order.
at::Tensor restored_codes(const IntegerCodes& codes) {
  const at::Tensor stored = codes_tensor(codes);
  return codes.order.empty() ? stored : at::empty_like(stored).index_copy_(1, order_tensor(codes), stored);
}

at::Tensor grid_tensor(const std::vector<float>& values, const IntegerCodes& codes) {
  return at::tensor(at::ArrayRef<float>(values)).view({codes.rows, codes.groups});
}

std::int64_t differing(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() ? a.ne(b).sum().item<std::int64_t>() : -1;
}

bool near(const at::Tensor& a, const at::Tensor& b) { return at::allclose(a, b, 1e-4, 1e-6); }

IntegerOptions grid_of(int bits, std::int64_t group, bool symmetric, IntegerGrid grid = IntegerGrid::gptq, at::ScalarType scale = at::kFloat) {
  return {bits, group, grid, symmetric, scale};
}

// The published loop with whole tensors, U given: one row per output, no transposition, no strips.
struct Published {
  at::Tensor weights, q, codes;
  double loss = 0;
};
Published published_loop(const at::Tensor& weights, const at::Tensor& upper, const FeedbackOptions& options) {
  const std::int64_t columns = weights.size(1);
  Published out{weights.clone(), at::empty_like(weights), at::empty(weights.sizes(), at::kByte)};
  at::Tensor scale, zero;
  const float largest = options.grid ? static_cast<float>((1 << options.grid->bits) - 1) : 0;
  const auto find = [&](const at::Tensor& group) {
    const at::Tensor low = group.amin(1).clamp_max(0), high = group.amax(1).clamp_min(0);
    scale = ((high - low) / largest).to(options.grid->scale_type).to(at::kFloat);
    zero = at::round(-low / scale).clamp_(0, largest);
  };
  if (options.grid && options.grid->group == 0) find(out.weights);
  const at::Tensor before = weights.clone();
  for (std::int64_t begin = 0; begin < columns; begin += options.block) {
    const std::int64_t end = std::min(columns, begin + options.block);
    const at::Tensor outer = out.weights.clone(), d = upper.diagonal().slice(0, begin, end);
    at::Tensor mask = at::zeros({weights.size(0), end - begin}, at::kBool);
    if (options.sparsity > 0) mask = mask_of_matrix(outer.slice(1, begin, end).square() / d.square(), options.sparsity);
    at::Tensor errors = at::empty({weights.size(0), end - begin}, at::kFloat);
    for (std::int64_t c = begin; c < end; ++c) {
      if (options.grid && options.grid->group > 0 && c % options.grid->group == 0) find(outer.slice(1, c, c + options.grid->group));
      if (options.of > 0 && c % options.of == 0)
        mask.slice(1, c - begin, c - begin + options.of).copy_(mask_of_pattern((out.weights.slice(1, c, c + options.of).square() / d.slice(0, c - begin, c - begin + options.of).square()).contiguous(), options.kept, options.of));
      const at::Tensor w = out.weights.select(1, c).clone();
      at::Tensor q = w.masked_fill(mask.select(1, c - begin), 0);
      if (options.grid) {
        const at::Tensor code = (at::round(q / scale) + zero).clamp_(0, largest);
        out.codes.select(1, c).copy_(code);
        q = scale * (code - zero);
      }
      const at::Tensor error = (w - q) / upper[c][c];
      errors.select(1, c - begin).copy_(error);
      out.loss += error.to(at::kDouble).square().sum().item<double>() / 2;
      out.q.select(1, c).copy_(q);
      at::Tensor rest = out.weights.slice(1, c + 1, end);
      rest.sub_(error.unsqueeze(1) * upper[c].slice(0, c + 1, end).unsqueeze(0));
    }
    at::Tensor rest = out.weights.slice(1, end);
    if (end < columns) rest.sub_(errors.matmul(upper.slice(0, begin, end).slice(1, end)));
  }
  return out;
}

}  // namespace

class ErrorFeedbackTest : public QObject {
  Q_OBJECT

 private:
  // W, the Hessian of X and what the published code made of them.
  struct Golden {
    GoldenTensors tensors;
    std::string id;
    at::Tensor operator[](const std::string& name) const { return tensors[id + "." + name]; }
    at::Tensor hessian(bool dead) const {
      at::Tensor inputs = tensors["X"].to(at::kFloat);
      if (dead) inputs.index_fill_(1, tensors["dead_cols"].to(at::kLong), 0);
      return hessian_of(inputs, 4);
    }
  };

  static std::optional<Golden> golden(const char* file, const char* id) {
    const auto path = shared_file(std::string("golden-ops/") + file);
    if (!path) return std::nullopt;
    return Golden{GoldenTensors(*path), id};
  }

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void gptq_is_the_published_one_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("group");
    QTest::addColumn<bool>("symmetric");
    QTest::addColumn<bool>("act_order");
    QTest::addColumn<bool>("static_groups");
    QTest::addColumn<bool>("search");
    QTest::addColumn<bool>("dead");
    QTest::newRow("w4_pc_asym") << 4 << 0 << false << false << false << false << false;
    QTest::newRow("w4_pc_sym") << 4 << 0 << true << false << false << false << false;
    QTest::newRow("w4_g64_asym") << 4 << 64 << false << false << false << false << false;
    QTest::newRow("w4_g64_sym") << 4 << 64 << true << false << false << false << false;
    QTest::newRow("w4_g128_asym") << 4 << 128 << false << false << false << false << false;
    QTest::newRow("w4_g128_sym") << 4 << 128 << true << false << false << false << false;
    QTest::newRow("w4_pc_asym_act") << 4 << 0 << false << true << false << false << false;
    QTest::newRow("w4_g64_sym_act") << 4 << 64 << true << true << false << false << false;
    QTest::newRow("w4_g128_asym_act") << 4 << 128 << false << true << false << false << false;
    QTest::newRow("w4_g64_asym_act_static") << 4 << 64 << false << true << true << false << false;
    QTest::newRow("w3_pc_asym") << 3 << 0 << false << false << false << false << false;
    QTest::newRow("w3_g64_asym") << 3 << 64 << false << false << false << false << false;
    QTest::newRow("w3_g128_sym") << 3 << 128 << true << false << false << false << false;
    QTest::newRow("w3_g128_asym_act") << 3 << 128 << false << true << false << false << false;
    QTest::newRow("w4_g128_asym_dead") << 4 << 128 << false << false << false << false << true;
    QTest::newRow("w4_pc_asym_mse") << 4 << 0 << false << false << false << true << false;
  }
  void gptq_is_the_published_one() {
    QFETCH(int, bits);
    QFETCH(int, group);
    QFETCH(bool, symmetric);
    QFETCH(bool, act_order);
    QFETCH(bool, static_groups);
    QFETCH(bool, search);
    QFETCH(bool, dead);
    const auto expected = golden("gptq.safetensors", QTest::currentDataTag());
    if (!expected) QSKIP("the golden vectors are not beside the checkout");
    FeedbackOptions options;
    options.grid = grid_of(bits, group, symmetric);
    options.act_order = act_order;
    options.static_groups = static_groups;
    options.search = search;
    const FeedbackResult result = compensate(expected->tensors["W"], expected->hessian(dead), options);
    QCOMPARE(differing(restored_codes(*result.codes), (*expected)["codes"]), 0);
    QVERIFY(near(grid_tensor(result.codes->scale, *result.codes), (*expected)["scales"].t()));
    QCOMPARE(differing(grid_tensor(result.codes->zero, *result.codes), (*expected)["zeros"].t().to(at::kFloat)), 0);
    QVERIFY(near(result.weights, (*expected)["W_hat"]));
    QCOMPARE(result.dead_inputs, dead ? 4 : 0);
    QCOMPARE(result.damping, 0.01);
    QCOMPARE(!result.codes->order.empty(), act_order && !static_groups && group != 0);
    if (!result.codes->order.empty()) QCOMPARE(differing(order_tensor(*result.codes), (*expected)["perm"].to(at::kLong)), 0);
    // What is packed is what was compensated.
    QVERIFY(at::equal(IntegerWeight::pack(*result.codes, *options.grid)->decode(at::kFloat), result.weights));
  }

  void sparsegpt_is_the_published_one_data() {
    QTest::addColumn<int>("pattern");
    QTest::addColumn<bool>("dead");
    QTest::addColumn<bool>("joint");
    QTest::newRow("sparsegpt_50") << 0 << false << false;
    QTest::newRow("sparsegpt_2of4") << 4 << false << false;
    QTest::newRow("sparsegpt_50_dead") << 0 << true << false;
    QTest::newRow("sparsegpt_50_joint4") << 0 << false << true;
  }
  void sparsegpt_is_the_published_one() {
    QFETCH(int, pattern);
    QFETCH(bool, dead);
    QFETCH(bool, joint);
    const auto expected = golden("prune_oneshot.safetensors", QTest::currentDataTag());
    if (!expected) QSKIP("the golden vectors are not beside the checkout");
    FeedbackOptions options;
    options.sparsity = pattern == 0 ? 0.5 : 0;
    options.kept = pattern / 2;
    options.of = pattern;
    if (joint) options.grid = grid_of(4, 0, false);
    const FeedbackResult result = compensate(expected->tensors["W"], expected->hessian(dead), options);
    QCOMPARE(differing(result.weights.eq(0).to(at::kByte), (*expected)["mask"]), 0);
    QVERIFY(near(result.weights, (*expected)["W_out"]));
    QCOMPARE(result.dead_inputs, dead ? 5 : 0);
    QCOMPARE(result.codes.has_value(), joint);
    if (!joint) return;
    QCOMPARE(differing(codes_tensor(*result.codes), (*expected)["codes"]), 0);
    QVERIFY(near(at::tensor(at::ArrayRef<float>(result.codes->scale)), (*expected)["scale"]));
    QVERIFY(near(at::tensor(at::ArrayRef<float>(result.codes->zero)), (*expected)["zero"]));
  }

  void odd_shapes_follow_the_published_loop() {
    for (const auto& [rows, columns, block, group] : {std::tuple{1, 32, 128, 32}, {33, 96, 128, 96}, {17, 576, 128, 192}, {5, 160, 100, 32}, {64, 352, 128, 0}, {7, 45, 128, 0}, {3, 1, 128, 0}}) {
      for (const int bits : {2, 3, 4, 5, 6, 8}) {
        FeedbackOptions options;
        options.block = block;
        options.grid = grid_of(bits, group, false, IntegerGrid::gptq, at::kHalf);
        compare(rows, columns, options);
      }
    }
  }

  void odd_shapes_are_pruned_as_by_the_published_loop() {
    FeedbackOptions options;
    for (const double sparsity : {0.3, 0.5, 0.9}) {
      options.sparsity = sparsity;
      for (const auto& [rows, columns] : {std::pair{1, 40}, {19, 300}, {40, 128}, {6, 1}}) compare(rows, columns, options);
    }
    options.sparsity = 0;
    for (const auto& [kept, of, columns] : {std::tuple{2, 4, 260}, {1, 2, 6}, {5, 8, 136}, {3, 16, 144}, {10, 32, 192}, {4, 32, 32}, {1, 1, 5}, {2, 4, 4}}) {
      options.kept = kept;
      options.of = of;
      for (const std::int64_t rows : {1, 21, 70}) compare(rows, columns, options);
    }
    options.grid = grid_of(4, 32, false);
    options.kept = 2;
    options.of = 4;
    compare(18, 224, options);
  }

  void a_pattern_that_does_not_divide_128_keeps_its_groups() {
    FeedbackOptions options;
    options.kept = 1;
    options.of = 3;
    const FeedbackResult result = compensate(random_values({9, 300}, 1), random_hessian(300, 2), options);
    QVERIFY((result.weights.view({9, 100, 3}).ne(0).sum(-1) == 1).all().item<bool>());
  }

  void without_correlation_it_rounds_to_nearest() {
    // A diagonal Hessian spreads nothing: the codes are those of round_to_grid, for every convention.
    const at::Tensor weights = random_values({10, 192}, 3);
    const at::Tensor hessian = at::diag(random_values({192}, 4).abs() + 0.5);
    for (const IntegerOptions& grid : {grid_of(4, 64, false), grid_of(3, 32, true), grid_of(4, 0, false, IntegerGrid::awq), grid_of(4, 96, true, IntegerGrid::awq),
                                       grid_of(4, 64, false, IntegerGrid::minmax, at::kHalf), grid_of(8, 0, true, IntegerGrid::absmax), grid_of(2, 32, false, IntegerGrid::gptq, at::kBFloat16)}) {
      FeedbackOptions options;
      options.grid = grid;
      const FeedbackResult result = compensate(weights, hessian.clone(), options);
      const IntegerCodes nearest = IntegerWeight::round_to_grid(weights, grid);
      QVERIFY(result.codes->codes == nearest.codes);
      QVERIFY(result.codes->scale == nearest.scale);
      QVERIFY(result.codes->zero == nearest.zero);
      QVERIFY(at::allclose(result.weights, IntegerWeight::pack(nearest, grid)->decode(at::kFloat), 1e-6, 1e-7));
      // The order changes nothing but where the groups lie.
      options.act_order = options.static_groups = true;
      QVERIFY(compensate(weights, hessian.clone(), options).codes->codes == nearest.codes);
    }
  }

  void two_inputs_are_compensated_as_by_hand() {
    // H = [[2, 1], [1, 2]], hardly damped: pruning the first input moves the second by H_12 / H_22 of it.
    FeedbackOptions options;
    options.damping = 1e-9;
    options.kept = 1;
    options.of = 2;
    const at::Tensor hessian = at::tensor({2.0f, 1.0f, 1.0f, 2.0f}).view({2, 2});
    const FeedbackResult result = compensate(at::tensor({1.0f, 3.0f}).view({1, 2}), hessian.clone(), options);
    QVERIFY(at::allclose(result.weights, at::tensor({0.0f, 3.5f}).view({1, 2}), 1e-5, 0));
    // The squared error: w^2 / (2 (H^-1)_11) = 1 / (2 * 2/3).
    QVERIFY(std::abs(result.loss - 0.75) < 1e-5);
  }

  void compensation_lowers_the_error_of_the_layer() {
    const at::Tensor weights = random_values({24, 256}, 5), hessian = random_hessian(256, 6);
    const auto error = [&](const at::Tensor& out) { return ((out - weights).matmul(hessian) * (out - weights)).sum().item<double>(); };
    FeedbackOptions options;
    options.grid = grid_of(3, 64, false);
    const double nearest = error(IntegerWeight::quantize(weights, *options.grid)->decode(at::kFloat));
    QVERIFY(error(compensate(weights, hessian.clone(), options).weights) < 0.8 * nearest);
    options.act_order = true;
    QVERIFY(error(compensate(weights, hessian.clone(), options).weights) < 0.8 * nearest);
  }

  void zeros_are_kept_and_pruned_weights_are_exactly_zero() {
    at::Tensor weights = random_values({13, 256}, 7);
    weights.masked_fill_(mask_of_rows(weights, 0.5), 0);
    const at::Tensor zeros = weights.eq(0);
    for (const IntegerOptions& grid : {grid_of(4, 64, false), grid_of(4, 64, true, IntegerGrid::awq), grid_of(3, 32, false, IntegerGrid::awq), grid_of(8, 0, true, IntegerGrid::absmax)}) {
      FeedbackOptions options;
      options.grid = grid;
      options.keep_zeros = true;
      for (const bool act_order : {false, true}) {
        options.act_order = act_order;
        const FeedbackResult result = compensate(weights, random_hessian(256, 8), options);
        QVERIFY(result.weights.masked_select(zeros).eq(0).all().item<bool>());
        QVERIFY(at::allclose(IntegerWeight::pack(*result.codes, grid)->decode(at::kFloat), result.weights, 1e-6, 0));
      }
      options.keep_zeros = false;
      QVERIFY(!compensate(weights, random_hessian(256, 8), options).weights.masked_select(zeros).eq(0).all().item<bool>());
    }
  }

  void dead_inputs_become_zero_and_disturb_nothing() {
    at::Tensor hessian = random_hessian(64, 9);
    for (const std::int64_t input : {0, 17, 63}) {
      hessian.select(0, input).fill_(0);
      hessian.select(1, input).fill_(0);
    }
    FeedbackOptions options;
    options.sparsity = 0.25;
    const FeedbackResult result = compensate(random_values({11, 64}, 10), hessian, options);
    QCOMPARE(result.dead_inputs, 3);
    for (const std::int64_t input : {0, 17, 63}) QVERIFY(result.weights.select(1, input).eq(0).all().item<bool>());
    const FeedbackResult all = compensate(random_values({4, 32}, 10), at::zeros({32, 32}), options);
    QCOMPARE(all.dead_inputs, 32);
    QCOMPARE(all.weights.count_nonzero().item<std::int64_t>(), 0);
  }

  void the_factor_is_that_of_the_inverse() {
    const at::Tensor hessian = random_hessian(150, 11), exact = hessian.to(at::kDouble);
    const InverseFactor factor = inverse_factor(hessian.clone(), 0.01);
    const at::Tensor damped = exact + 0.01 * exact.diagonal().mean() * at::eye(150, at::kDouble);
    const at::Tensor upper = factor.upper.to(at::kDouble);
    QVERIFY(at::allclose(upper.t().matmul(upper).matmul(damped), at::eye(150, at::kDouble), 0, 1e-3));
    QVERIFY(at::equal(factor.upper, factor.upper.triu()));
    QCOMPARE(factor.damping, 0.01);
  }

  void a_singular_hessian_takes_more_damping_and_says_so() {
    // One token with positive and negative inputs of very different size: rank 1.
    const at::Tensor x = random_values({96, 1}, 12) * 100;
    const at::Tensor hessian = x.matmul(x.t());
    const InverseFactor factor = inverse_factor(hessian.clone(), 1e-9);
    QVERIFY(factor.damping > 1e-9);
    QVERIFY(factor.upper.isfinite().all().item<bool>());
    // Slightly indefinite: an eigenvalue of -0.02 of the mean diagonal.
    at::Tensor indefinite = at::eye(10, at::kFloat);
    indefinite[0][1].fill_(1.02f);
    indefinite[1][0].fill_(1.02f);
    QCOMPARE(inverse_factor(indefinite.clone(), 0.01).damping, 0.05);
    indefinite[0][1].fill_(-20.0f);
    indefinite[1][0].fill_(-20.0f);
    const auto error = thrown([&] { inverse_factor(indefinite.clone(), 0.01); });
    QVERIFY(error && error->code == ErrorCode::invalid_data);
    QVERIFY(mentions(error, "more calibration texts"));
  }

  void numbers_that_are_not_finite_are_errors() {
    FeedbackOptions options;
    options.grid = grid_of(4, 32, false);
    const float nan = std::nanf(""), infinity = std::numeric_limits<float>::infinity();
    for (const float bad : {nan, infinity, -infinity}) {
      at::Tensor weights = random_values({2, 32}, 13), hessian = random_hessian(32, 14);
      weights[1][31] = bad;
      QCOMPARE(thrown([&] { compensate(weights, hessian.clone(), options); })->code, ErrorCode::not_finite);
      hessian[5][6] = bad;
      QCOMPARE(thrown([&] { compensate(random_values({2, 32}, 13), hessian.clone(), options); })->code, ErrorCode::not_finite);
    }
    options.grid->scale_type = at::kHalf;
    const auto error = thrown([&] { compensate(random_values({2, 32}, 13) * 1e6, random_hessian(32, 14), options); });
    QVERIFY(error && error->code == ErrorCode::not_finite && mentions(error, "scale"));
  }

  void options_that_do_not_go_together_are_errors() {
    const auto refused = [](const FeedbackOptions& options) {
      const auto error = thrown([&] { check(options, 96); });
      return error && error->code == ErrorCode::invalid_parameter;
    };
    FeedbackOptions options;
    QVERIFY(!refused(options));
    for (const std::int64_t block : {0, 129}) {
      options.block = block;
      QVERIFY(refused(options));
    }
    options = {};
    for (const double sparsity : {-0.1, 1.0, std::nan("")}) {
      options.sparsity = sparsity;
      QVERIFY(refused(options));
    }
    options = {};
    for (const auto& [kept, of] : {std::pair{0, 4}, {5, 4}, {2, 5}, {10, 48}}) {
      options.kept = kept;
      options.of = of;
      QVERIFY(refused(options));
    }
    options.kept = 2;
    options.of = 4;
    QVERIFY(!refused(options));
    options.act_order = true;
    QVERIFY(refused(options));
    options = {};
    options.keep_zeros = true;
    options.grid = grid_of(4, 32, false, IntegerGrid::minmax);
    QVERIFY(refused(options));
    options.grid = grid_of(4, 64, false);
    QVERIFY(refused(options));
    for (const double damping : {0.0, -1.0, 2.0, std::nan("")})
      QCOMPARE(thrown([&] { inverse_factor(at::eye(3), damping); })->code, ErrorCode::invalid_parameter);
    QCOMPARE(thrown([&] { compensate(at::ones({2, 3}), at::eye(4), {}); })->code, ErrorCode::shape_mismatch);
  }

 private:
  // Decisions equal but where float order decides (none for these seeds), numbers near.
  static void compare(std::int64_t rows, std::int64_t columns, const FeedbackOptions& options) {
    const auto seed = static_cast<unsigned>(rows * 1000 + columns);
    const at::Tensor weights = random_values({rows, columns}, seed), hessian = random_hessian(columns, seed + 1);
    const at::Tensor upper = inverse_factor(hessian.clone(), options.damping).upper;
    const Published expected = published_loop(weights, upper, options);
    const at::Tensor before = weights.clone();
    const FeedbackResult result = compensate(weights, hessian.clone(), options);
    QVERIFY(at::equal(weights, before));
    const std::string where = std::to_string(rows) + "x" + std::to_string(columns);
    QVERIFY2(at::allclose(result.weights, expected.q, 1e-3, 1e-5), where.c_str());
    QVERIFY2(std::abs(result.loss - expected.loss) <= 1e-4 * expected.loss, where.c_str());
    if (options.grid) QVERIFY2(at::equal(codes_tensor(*result.codes), expected.codes), where.c_str());
  }
};

QTEST_GUILESS_MAIN(ErrorFeedbackTest)
#include "error_feedback_test.moc"
