// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/matvec.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>
#include <QTest>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/kernels/ggml_blocks.h"
#include "core/kernels/grouped_integer.h"
#include "tests/kernels/forced_variant.h"
#include "tests/kernels/stored_groups.h"

using namespace kelter;
using namespace kelter_tests;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

// A stored matrix with its decoded values in double; `view` keeps what is stored.
struct Matrix {
  std::string product;
  std::int64_t rows = 0, columns = 0;
  std::uint64_t stored_bytes = 0;
  std::vector<double> values;
  std::function<MatrixView()> view;
  bool rounds_input = false;
};

void set_half(std::uint8_t* target, float value) {
  const std::uint16_t half = float32_to_float16(value);
  std::memcpy(target, &half, 2);
}

Matrix dense(const std::string& product, std::int64_t rows, std::int64_t columns, std::vector<float> weights) {
  Matrix m{product + "-matvec", rows, columns, 0, {}, {}, product == "bfloat16"};
  if (product == "float32") {
    m.stored_bytes = static_cast<std::uint64_t>(4 * rows * columns);
    m.values.assign(weights.begin(), weights.end());
    m.view = [=] { return MatrixView(Encoding::float32, weights.data(), rows, columns); };
    return m;
  }
  std::vector<std::uint16_t> stored;
  for (const float w : weights) {
    stored.push_back(product == "bfloat16" ? float32_to_bfloat16(w) : float32_to_float16(w));
    m.values.push_back(product == "bfloat16" ? bfloat16_to_float32(stored.back()) : float16_to_float32(stored.back()));
  }
  m.stored_bytes = static_cast<std::uint64_t>(2 * rows * columns);
  const Encoding encoding = product == "bfloat16" ? Encoding::bfloat16 : Encoding::float16;
  m.view = [=] { return MatrixView(encoding, stored.data(), rows, columns); };
  return m;
}

// Random codes under the scales (and minima) given, repeated over the blocks.
Matrix ggml(const std::string& product, std::int64_t rows, std::int64_t columns, const std::vector<float>& scales) {
  const bool minimum = product == "q4_1", bytes = product == "q8_0";
  const std::size_t header = minimum ? 4 : 2, block_bytes = header + (bytes ? 32 : 16);
  const std::size_t blocks = static_cast<std::size_t>(rows * columns / 32);
  std::vector<std::uint8_t> stored(blocks * block_bytes);
  Matrix m{product + "-matvec", rows, columns, stored.size(), {}, {}, false};
  std::mt19937 random(7);
  for (std::size_t b = 0; b < blocks; ++b) {
    std::uint8_t* block = stored.data() + b * block_bytes;
    for (std::size_t i = header; i < block_bytes; ++i)
      block[i] = static_cast<std::uint8_t>(random());
    const float wanted = scales[b % scales.size()];
    set_half(block, wanted);
    if (minimum) set_half(block + 2, -7.0f * wanted);
    std::uint16_t halves[2];
    std::memcpy(halves, block, 4);
    const double d = float16_to_float32(halves[0]), low = minimum ? float16_to_float32(halves[1]) : 0.0;
    for (std::size_t j = 0; j < 32; ++j) {
      const std::uint8_t* codes = block + header;
      const int nibble = j < 16 ? codes[j % 16] & 15 : codes[j % 16] >> 4;
      const double code = bytes ? static_cast<std::int8_t>(codes[j]) : (minimum ? nibble : nibble - 8);
      m.values.push_back(minimum ? d * code + low : d * code);
    }
  }
  const Encoding encoding = bytes ? Encoding::q8_0 : minimum ? Encoding::q4_1 : Encoding::q4_0;
  m.view = [=] { return MatrixView(encoding, stored.data(), rows, columns); };
  return m;
}

// Random codes and points; the minima shift the codes to both sides of zero.
Matrix grouped(int bits, std::int64_t rows, std::int64_t columns, std::int64_t group, GroupForm form,
               const std::vector<float>& scales) {
  const std::int64_t groups = columns / group;
  std::mt19937 random(11);
  const auto random_codes = [&](std::int64_t count) {
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(count));
    for (auto& code : codes)
      code = static_cast<std::uint8_t>(random() & ((1u << bits) - 1));
    return codes;
  };
  const auto codes = random_codes(rows * columns), points = random_codes(rows * groups);
  std::vector<std::uint8_t> packed(static_cast<std::size_t>(rows * packed_row_bytes(columns, bits)));
  pack_codes(codes.data(), rows, columns, bits, packed.data());
  std::vector<float> scale, minima;
  for (std::int64_t g = 0; g < rows * groups; ++g) {
    scale.push_back(scales[static_cast<std::size_t>(g) % scales.size()]);
    minima.push_back(-scale.back() * 0.45f * static_cast<float>(1 << bits));
  }
  const StoredGroups stored(form, bits, scale, minima, points);
  Matrix m{"int" + std::to_string(bits) + "-matvec", rows, columns, packed.size() + stored.bytes(), {}, {}, false};
  for (std::int64_t i = 0; i < rows * columns; ++i) {
    const auto g = static_cast<std::size_t>(i / columns * groups + i % columns / group);
    m.values.push_back(static_cast<double>(stored.weight(g, codes[static_cast<std::size_t>(i)])));
  }
  m.view = [=] {
    GroupedIntegerView view;
    view.codes = packed.data();
    view.rows = rows;
    view.columns = columns;
    view.group = group;
    view.bits = bits;
    stored.describe(view);
    return MatrixView(view);
  };
  return m;
}

// The same matrix with its stored columns belonging to other inputs.
Matrix permuted(const Matrix& stored) {
  std::vector<std::int32_t> order(static_cast<std::size_t>(stored.columns));
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(5));
  Matrix m = stored;
  m.stored_bytes += 4 * order.size();
  for (std::size_t i = 0; i < m.values.size(); ++i) {
    const std::size_t row = i / order.size() * order.size();
    m.values[row + static_cast<std::size_t>(order[i - row])] = stored.values[i];
  }
  m.view = [view = stored.view, order] {
    GroupedIntegerView integers = view().integers;
    integers.order = order.data();
    return MatrixView(integers);
  };
  return m;
}

std::vector<Matrix> matrices(std::int64_t rows, std::int64_t columns, const std::vector<float>& scales) {
  std::vector<Matrix> all;
  const auto weights = normal_values(static_cast<std::size_t>(rows * columns), 3, scales[0]);
  for (const char* product : {"float32", "bfloat16", "float16"})
    all.push_back(dense(product, rows, columns, weights));
  if (columns % 32 == 0) {
    for (const char* product : {"q4_0", "q4_1", "q8_0"})
      all.push_back(ggml(product, rows, columns, scales));
  }
  // The stored forms take turns, so that each meets each width over the shapes.
  std::size_t turn = static_cast<std::size_t>(rows + columns);
  for (const int bits : {2, 3, 4, 5, 6, 8}) {
    for (const std::int64_t group : {columns, std::int64_t{32}, std::int64_t{64}, std::int64_t{96}}) {
      if (group != columns && (columns < group || columns % group != 0)) continue;
      all.push_back(grouped(bits, rows, columns, group, all_group_forms()[turn++ % 9], scales));
    }
  }
  return all;
}

// The product in double, and the sum of magnitudes that bounds the rounding of any float32 order.
struct Expected {
  double value = 0, magnitude = 0;
};

Expected expected(const Matrix& m, const float* x, std::int64_t row) {
  Expected e;
  for (std::int64_t c = 0; c < m.columns; ++c) {
    const double w = m.values[static_cast<std::size_t>(row * m.columns + c)];
    const double v = m.rounds_input ? bfloat16_to_float32(float32_to_bfloat16(x[c])) : x[c];
    e.value += w * v;
    e.magnitude += std::fabs(w * v);
  }
  return e;
}

QString difference(const Matrix& m, const std::vector<float>& x, std::int64_t tokens, const std::vector<float>& y) {
  for (std::int64_t t = 0; t < tokens; ++t) {
    for (std::int64_t r = 0; r < m.rows; ++r) {
      const Expected e = expected(m, x.data() + t * m.columns, r);
      const double got = y[static_cast<std::size_t>(t * m.rows + r)];
      const bool right = std::isnan(e.value)   ? std::isnan(got)
                         : std::isinf(e.value) ? got == e.value
                                               : std::fabs(got - e.value) <= 1e-6 * e.magnitude + 1e-37;
      if (!right) {
        return QStringLiteral("token %1 row %2: %3 instead of %4")
            .arg(t)
            .arg(r)
            .arg(got, 0, 'g', 9)
            .arg(e.value, 0, 'g', 9);
      }
    }
  }
  return {};
}

// Every variant of every matrix on x; the caller says where in case of a failure.
QString check_all(const std::vector<Matrix>& all, const std::vector<float>& x, std::int64_t tokens) {
  for (const Matrix& m : all) {
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced(m.product, isa);
      reset_kernel_counts();
      std::vector<float> y(static_cast<std::size_t>(tokens * m.rows) + 1, 77.0f);
      matvec({m.view(), x.data(), tokens, y.data()});
      const QString place =
          QString::fromStdString(forced.name()) + QStringLiteral(" %1x%2, ").arg(m.rows).arg(m.columns);
      if (y.back() != 77.0f) return place + "wrote past the end";
      const QString wrong = difference(m, x, tokens, y);
      if (!wrong.isEmpty()) return place + wrong;
      if (tokens > 0 && (kernel_counts().size() != 1 || kernel_counts().begin()->first != forced.name() ||
                         kernel_counts().begin()->second != KernelCount{1, m.stored_bytes})) {
        return place + "counted something else";
      }
    }
  }
  return {};
}

}  // namespace

class MatvecTest : public QObject {
  Q_OBJECT

  static inline int pieces = 0;
  static void cut_into_pieces() {
    pieces = 0;
    set_parallel_backend([](std::int64_t begin, std::int64_t end, std::int64_t grain, const ParallelBody& body) {
      for (std::int64_t at = begin; at < end; at += grain, ++pieces)
        body(at, std::min(end, at + grain));
    });
  }

 private Q_SLOTS:
  void every_variant_agrees_with_float64_and_counts_itself_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    for (const int rows : {1, 3, 7}) {
      for (const int columns : {1, 7, 31, 32, 33, 50, 96, 100, 576, 2208}) {
        QTest::addRow("%dx%d", rows, columns) << rows << columns;
      }
    }
  }
  void every_variant_agrees_with_float64_and_counts_itself() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    const auto all = matrices(rows, columns, {0.02f, 0.013f, 0.05f, -0.01f});
    for (const std::int64_t tokens : {0, 1, 2, 3, 4, 5, 9}) {
      const auto x = normal_values(static_cast<std::size_t>(tokens * columns) + 1, 5);
      const QString wrong = check_all(all, x, tokens);
      QVERIFY2(wrong.isEmpty(), qPrintable(wrong + QStringLiteral(" (%1 tokens)").arg(tokens)));
    }
  }

  void nan_and_infinity_in_x_propagate_data() {
    QTest::addColumn<float>("value");
    QTest::addRow("nan") << not_a_number;
    QTest::addRow("+inf") << infinity;
    QTest::addRow("-inf") << -infinity;
  }
  void nan_and_infinity_in_x_propagate() {
    QFETCH(float, value);
    for (const std::int64_t columns : {96, 50}) {
      for (const std::int64_t place : {std::int64_t(0), columns - 1}) {
        auto x = normal_values(static_cast<std::size_t>(2 * columns), 5);
        x[static_cast<std::size_t>(place)] = value;  // the second token stays finite
        const QString wrong = check_all(matrices(3, columns, {0.02f, 0.013f}), x, 2);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
      }
    }
  }

  void nan_infinite_and_subnormal_scales_propagate_data() {
    QTest::addColumn<float>("scale");
    QTest::addRow("nan") << not_a_number;
    QTest::addRow("+inf") << infinity;
    QTest::addRow("subnormal float16") << 3e-7f;
    QTest::addRow("subnormal float32") << 3e-40f;
    QTest::addRow("zero") << 0.0f;
  }
  void nan_infinite_and_subnormal_scales_propagate() {
    QFETCH(float, scale);
    for (const std::int64_t columns : {96, 50}) {
      const auto x = normal_values(static_cast<std::size_t>(columns), 5, scale < 1e-30f ? 1e6f : 1.0f);
      std::vector<Matrix> all;
      for (const int bits : {2, 3, 4, 5, 6, 8}) {
        for (const GroupForm form : all_group_forms())
          all.push_back(grouped(bits, 3, columns, columns % 32 == 0 ? 32 : columns, form, {0.02f, scale, 0.01f, 0.03f}));
      }
      if (columns % 32 == 0) {
        for (const char* product : {"q4_0", "q4_1", "q8_0"})
          all.push_back(ggml(product, 3, columns, {0.02f, scale, 0.01f, 0.3f}));
      }
      const QString wrong = check_all(all, x, 1);
      QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
  }

  void non_finite_dense_weights_propagate() {
    for (const float value : {not_a_number, infinity, -infinity}) {
      auto weights = normal_values(3 * 50, 9);
      weights[60] = value;
      std::vector<Matrix> all;
      for (const char* product : {"float32", "bfloat16", "float16"})
        all.push_back(dense(product, 3, 50, weights));
      const QString wrong = check_all(all, normal_values(50, 5), 1);
      QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
  }

  void every_stored_form_of_a_width_agrees_with_float64() {
    const auto x = normal_values(2 * 192, 5);
    for (const int bits : {2, 3, 4, 5, 6, 8}) {
      for (const GroupForm form : all_group_forms()) {
        for (const std::int64_t group : {32, 64, 192}) {
          const Matrix matrix = grouped(bits, 5, 192, group, form, {0.02f, 0.013f, -0.01f});
          const QString wrong = check_all({matrix, permuted(matrix)}, x, 2);
          QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        }
      }
    }
  }

  // Where the input's sum is large and the codes differ little from their zero, most of the product cancels.
  void a_large_common_part_of_x_costs_little() {
    auto x = normal_values(576, 5);
    for (float& value : x)
      value += 20.0f;
    const QString wrong = check_all(matrices(7, 576, {0.02f, 0.013f}), x, 1);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
  }

  void products_run_together_as_they_run_alone() {
    const auto x = normal_values(192 * 3, 5);
    std::vector<Matrix> all = matrices(5, 192, {0.02f, 0.013f});
    for (Matrix& m : matrices(40, 192, {0.05f}))
      all.push_back(std::move(m));
    all.push_back(permuted(all.back()));
    std::vector<std::vector<float>> alone, together;
    std::vector<MatvecCall> calls;
    for (const Matrix& m : all) {
      alone.emplace_back(static_cast<std::size_t>(3 * m.rows));
      matvec({m.view(), x.data(), 3, alone.back().data()});
      together.emplace_back(static_cast<std::size_t>(3 * m.rows));
      calls.push_back({m.view(), x.data(), 3, together.back().data()});
    }
    reset_kernel_counts();
    cut_into_pieces();
    matvec(calls);
    set_parallel_backend(nullptr);
    QVERIFY(together == alone);
    std::uint64_t counted_calls = 0;
    for (const auto& [name, count] : kernel_counts())
      counted_calls += count.calls;
    QCOMPARE(counted_calls, all.size());
  }

  void rows_are_split_over_threads_without_gaps() {
    cut_into_pieces();
    const auto x = normal_values(96 * 2, 5);
    const QString wrong = check_all(matrices(2001, 96, {0.02f}), x, 2);
    set_parallel_backend(nullptr);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(pieces > 100);
  }

  void no_rows_or_no_columns_are_no_work() {
    float y = 5.0f;
    matvec({{Encoding::float32, nullptr, 0, 32}, nullptr, 1, &y});
    QCOMPARE(y, 5.0f);
    matvec({{Encoding::float32, nullptr, 1, 0}, nullptr, 1, &y});
    QCOMPARE(y, 0.0f);
    matvec(std::span<const MatvecCall>());
  }

  void an_unknown_width_is_an_error() {
    GroupedIntegerView view;
    view.bits = 7;
    QVERIFY_EXCEPTION_THROWN(matvec({view, nullptr, 0, nullptr}), Error);
  }
};

QTEST_GUILESS_MAIN(MatvecTest)
#include "matvec_test.moc"
