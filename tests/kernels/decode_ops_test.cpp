// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/decode_ops.h"

#include <cmath>
#include <limits>
#include <QTest>

#include "core/base/parallel.h"
#include "core/kernels/ggml_blocks.h"
#include "tests/kernels/forced_variant.h"

using namespace kelter;
using namespace kelter_tests;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

bool close(double a, double b, double relative, double absolute = 0) {
  if (std::isnan(b)) return std::isnan(a);
  return a == b || std::fabs(a - b) <= relative * std::fabs(b) + absolute;
}

}  // namespace

class DecodeOpsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void rms_norm_matches_float64() {
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced("rms_norm", isa);
      for (const std::size_t n : {1u, 7u, 16u, 33u, 576u}) {
        const auto x = normal_values(n, 1, 3.0f), weight = normal_values(n, 2);
        std::vector<float> out(n + 1, 77.0f);
        reset_kernel_counts();
        rms_norm(x.data(), weight.data(), static_cast<std::int64_t>(n), 1e-5f, out.data());
        double squares = 0;
        for (const float value : x)
          squares += static_cast<double>(value) * value;
        const double factor = 1.0 / std::sqrt(squares / static_cast<double>(n) + 1e-5f);
        for (std::size_t i = 0; i < n; ++i)
          QVERIFY(close(out[i], x[i] * factor * weight[i], 3e-7));
        QCOMPARE(out[n], 77.0f);
        QCOMPARE(counted(forced.name()), (KernelCount{1, 4 * n}));
      }
    }
  }

  void rotary_turns_pairs_half_a_head_apart() {
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced("rotary", isa);
      for (const std::int64_t head_dim : {2, 10, 64, 100}) {
        const std::int64_t heads = 3, half = head_dim / 2;
        const auto before = normal_values(static_cast<std::size_t>(heads * head_dim), 3);
        std::vector<float> x = before, cosine, sine;
        for (std::int64_t i = 0; i < half; ++i) {
          cosine.push_back(std::cos(0.3f * static_cast<float>(i + 1)));
          sine.push_back(std::sin(0.3f * static_cast<float>(i + 1)));
        }
        rotary(x.data(), heads, head_dim, cosine.data(), sine.data());
        for (std::int64_t h = 0; h < heads; ++h) {
          for (std::int64_t i = 0; i < half; ++i) {
            const std::size_t a = static_cast<std::size_t>(h * head_dim + i), b = a + static_cast<std::size_t>(half);
            const double c = cosine[static_cast<std::size_t>(i)], s = sine[static_cast<std::size_t>(i)];
            QVERIFY(close(x[a], before[a] * c - before[b] * s, 0, 1e-6));
            QVERIFY(close(x[b], before[b] * c + before[a] * s, 0, 1e-6));
          }
        }
      }
    }
  }

  // silu(g) = g / (1 + e^-g) with up = 1 shows the error of the exponential.
  void silu_is_accurate_over_the_whole_range() {
    std::vector<float> gate;
    for (float g = -87.0f; g < 100.0f; g += 0.00917f)
      gate.push_back(g);
    const std::vector<float> up(gate.size(), 1.0f);
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced("silu_multiply", isa);
      std::vector<float> out(gate.size());
      silu_multiply(gate.data(), up.data(), static_cast<std::int64_t>(gate.size()), out.data());
      for (std::size_t i = 0; i < gate.size(); ++i) {
        const double exact = gate[i] / (1.0 + std::exp(-static_cast<double>(gate[i])));
        QVERIFY2(close(out[i], exact, 1e-6, 1e-37), qPrintable(QString::number(gate[i])));
      }
    }
  }

  void silu_of_special_values_is_that_of_the_formula() {
    const std::vector<float> gate = {0.0f,  -0.0f,  not_a_number, infinity, -infinity,
                                     1e30f, -90.0f, -103.0f,      -200.0f,  1e-40f};
    const std::vector<float> up(gate.size(), 2.0f);
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced("silu_multiply", isa);
      std::vector<float> out(gate.size());
      silu_multiply(gate.data(), up.data(), static_cast<std::int64_t>(gate.size()), out.data());
      for (std::size_t i = 0; i < gate.size(); ++i) {
        const float formula = gate[i] / (1.0f + std::exp(-gate[i])) * 2.0f;
        QVERIFY2(close(out[i], formula, 1e-6, 2e-37), qPrintable(QString::number(gate[i])));
      }
    }
  }

  void attention_matches_float64_data() {
    QTest::addColumn<int>("head_dim");
    QTest::addColumn<int>("length");
    QTest::addColumn<int>("groups");
    for (const int head_dim : {1, 7, 16, 64, 72, 128}) {
      for (const int length : {1, 2, 5, 17, 130})
        QTest::addRow("head_dim %d, length %d", head_dim, length) << head_dim << length << 3;
    }
    for (const int groups : {1, 2, 4, 5, 8})
      QTest::addRow("%d query heads for one of the cache", groups) << 72 << 17 << groups;
  }
  void attention_matches_float64() {
    QFETCH(int, head_dim);
    QFETCH(int, length);
    QFETCH(int, groups);
    constexpr int kv_heads = 2;
    const int capacity = length + 3;
    const std::size_t heads = static_cast<std::size_t>(kv_heads * groups), dim = static_cast<std::size_t>(head_dim),
                      cache = static_cast<std::size_t>(kv_heads * capacity) * dim;
    const auto q = normal_values(heads * dim, 1, 2.0f);
    std::vector<std::uint16_t> keys16, values16;
    std::vector<float> keys = normal_values(cache, 2), values = normal_values(cache, 3);
    for (std::size_t i = 0; i < cache; ++i) {
      // What lies behind the valid positions must not be read.
      if (i / dim % static_cast<std::size_t>(capacity) >= static_cast<std::size_t>(length))
        keys[i] = values[i] = not_a_number;
      keys16.push_back(float32_to_bfloat16(keys[i]));
      values16.push_back(float32_to_bfloat16(values[i]));
    }
    for (const bool half : {false, true}) {
      const std::string product = half ? "decode_attention_bfloat16" : "decode_attention_float32";
      for (const Isa isa : available_isas()) {
        const ForcedVariant forced(product, isa);
        reset_kernel_counts();
        std::vector<float> out(heads * dim + 1, 77.0f);
        if (half) {
          decode_attention_bfloat16(q.data(), keys16.data(), values16.data(), kv_heads * groups, kv_heads, head_dim,
                                    capacity, length, 0.3f, out.data());
        } else {
          decode_attention_float32(q.data(), keys.data(), values.data(), kv_heads * groups, kv_heads, head_dim, capacity,
                                   length, 0.3f, out.data());
        }
        QCOMPARE(out.back(), 77.0f);
        QCOMPARE(counted(forced.name()),
                 (KernelCount{1, static_cast<std::uint64_t>(2 * kv_heads * length * head_dim * (half ? 2 : 4))}));
        const auto at = [&](const std::vector<float>& plain, const std::vector<std::uint16_t>& stored, std::size_t i) {
          return half ? static_cast<double>(bfloat16_to_float32(stored[i])) : static_cast<double>(plain[i]);
        };
        for (std::size_t h = 0; h < heads; ++h) {
          const std::size_t place = h / static_cast<std::size_t>(groups) * static_cast<std::size_t>(capacity) * dim;
          std::vector<double> score(static_cast<std::size_t>(length), 0.0);
          double largest = -infinity, total = 0;
          for (std::size_t p = 0; p < score.size(); ++p) {
            for (std::size_t d = 0; d < dim; ++d)
              score[p] += q[h * dim + d] * at(keys, keys16, place + p * dim + d);
            score[p] *= 0.3f;
            largest = std::max(largest, score[p]);
          }
          for (double& s : score)
            total += s = std::exp(s - largest);
          for (std::size_t d = 0; d < dim; ++d) {
            double sum = 0;
            for (std::size_t p = 0; p < score.size(); ++p)
              sum += score[p] * at(values, values16, place + p * dim + d);
            QVERIFY2(close(out[h * dim + d], sum / total, 2e-5, 1e-5), forced.name().c_str());
          }
        }
      }
    }
  }

  void attention_over_threads_gives_the_same() {
    const std::size_t cache = 2 * 512 * 64;
    const auto q = normal_values(6 * 64, 1), keys = normal_values(cache, 2), values = normal_values(cache, 3);
    std::vector<float> alone(6 * 64), split(6 * 64);
    decode_attention_float32(q.data(), keys.data(), values.data(), 6, 2, 64, 512, 512, 0.125f, alone.data());
    static int pieces;
    pieces = 0;
    set_parallel_backend([](std::int64_t begin, std::int64_t end, std::int64_t grain, const ParallelBody& body) {
      for (std::int64_t at = begin; at < end; at += grain, ++pieces)
        body(at, std::min(end, at + grain));
    });
    decode_attention_float32(q.data(), keys.data(), values.data(), 6, 2, 64, 512, 512, 0.125f, split.data());
    set_parallel_backend(nullptr);
    QCOMPARE(split, alone);
    QCOMPARE(pieces, 3);  // 256 KB per head: two heads a piece
  }

  void a_nan_key_makes_its_head_nan() {
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced("decode_attention_float32", isa);
      auto keys = normal_values(5 * 64, 2), out = normal_values(64, 1);
      keys[3 * 64 + 5] = not_a_number;
      const auto q = normal_values(64, 1);
      decode_attention_float32(q.data(), keys.data(), keys.data(), 1, 1, 64, 5, 5, 0.125f, out.data());
      for (const float value : out)
        QVERIFY(std::isnan(value));
    }
  }

  void log_sum_exp_is_exact_data() {
    QTest::addColumn<int>("n");
    QTest::addColumn<float>("deviation");
    QTest::addColumn<float>("centre");
    for (const int n : {1, 2, 5, 31, 32, 33, 1000, 49152}) {
      for (const float deviation : {0.0f, 3.0f, 40.0f, 3000.0f}) {
        for (const float centre : {0.5f, -300.0f})
          QTest::addRow("%d, +-%g around %g", n, double(deviation), double(centre)) << n << deviation << centre;
      }
    }
  }
  void log_sum_exp_is_exact() {
    QFETCH(int, n);
    QFETCH(float, deviation);
    QFETCH(float, centre);
    auto logits = normal_values(static_cast<std::size_t>(n), 17, deviation == 0.0f ? 1.0f : deviation);
    for (float& value : logits)
      value = deviation == 0.0f ? centre : value + centre;
    long double largest = -infinity, sum = 0;
    for (const float value : logits)
      largest = std::max(largest, static_cast<long double>(value));
    for (const float value : logits)
      sum += std::exp(value - largest);
    const double exact = static_cast<double>(largest + std::log(sum));
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced("log_sum_exp", isa);
      QVERIFY2(close(log_sum_exp(logits.data(), n), exact, 1e-12), forced.name().c_str());
    }
  }

  void log_sum_exp_of_non_finite_input_is_not_finite() {
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced("log_sum_exp", isa);
      for (const float value : {not_a_number, infinity, -infinity}) {
        for (const std::size_t place : {0u, 15u, 32u}) {
          auto logits = normal_values(33, 5);
          logits[place] = value;
          QVERIFY2(!std::isfinite(log_sum_exp(logits.data(), 33)), forced.name().c_str());
        }
      }
      QVERIFY(!std::isfinite(log_sum_exp(nullptr, 0)));
      const float huge[] = {3e38f, 3e38f, 3e38f};  // large, but finite
      QVERIFY(close(log_sum_exp(huge, 3), 3e38f, 1e-9));
    }
  }

  void argmax_is_the_first_place_of_the_largest_value() {
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced("argmax", isa);
      for (const std::size_t n : {1u, 5u, 16u, 17u, 100u}) {
        for (std::size_t place = 0; place < n; ++place) {
          auto values = normal_values(n, 6);
          values[place] = 50.0f;
          if (place + 3 < n) values[place + 3] = 50.0f;
          QCOMPARE(argmax(values.data(), static_cast<std::int64_t>(n)), static_cast<std::int64_t>(place));
        }
      }
      const std::vector<float> negative(40, -2.0f), nothing(3, -infinity);
      QCOMPARE(argmax(negative.data(), 40), std::int64_t(0));
      QCOMPARE(argmax(nothing.data(), 3), std::int64_t(0));
      const float mixed[] = {not_a_number, 1.0f, infinity, not_a_number, infinity};
      QCOMPARE(argmax(mixed, 5), std::int64_t(2));
      const float zeros[] = {-0.0f, 0.0f};
      QCOMPARE(argmax(zeros, 2), std::int64_t(0));
    }
  }
};

QTEST_GUILESS_MAIN(DecodeOpsTest)
#include "decode_ops_test.moc"
