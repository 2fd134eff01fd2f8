// SPDX-License-Identifier: GPL-3.0-or-later
// Products with activations rounded to 8 bits, against the same computed here: the rounding in float32, the sums of a
// block in integers, everything else in float64.
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
#include "core/kernels/matvec.h"
#include "tests/kernels/forced_variant.h"
#include "tests/kernels/stored_groups.h"

using namespace kelter;
using namespace kelter_tests;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

// A stored matrix and what it stands for: W = scale * (integer - zero) + minimum, the last three one for each block of 32
// columns of a row.
struct Matrix {
  std::string product;
  std::int64_t rows = 0, columns = 0;
  std::uint64_t stored_bytes = 0;
  int centre = 0;
  std::vector<int> integers;
  std::vector<double> scale, zero, minimum;
  std::vector<std::int32_t> order;
  std::function<MatrixView()> view;

  std::int64_t blocks() const { return (columns + 31) / 32; }
};

using Codes = std::function<std::uint8_t(std::size_t)>;  // of the element; only its lowest bits count

Codes random_codes() {
  return [random = std::mt19937(7)](std::size_t) mutable { return static_cast<std::uint8_t>(random()); };
}

void set_half(std::uint8_t* target, float value) {
  const std::uint16_t half = float32_to_float16(value);
  std::memcpy(target, &half, 2);
}

float half_of(float value) { return float16_to_float32(float32_to_float16(value)); }

Matrix ggml(const std::string& name, std::int64_t rows, std::int64_t columns, const std::vector<float>& scales, Codes codes = random_codes()) {
  const bool minimum = name == "q4_1", bytes = name == "q8_0";
  const std::size_t header = minimum ? 4 : 2, block_bytes = header + (bytes ? 32 : 16);
  const auto blocks = static_cast<std::size_t>(rows * columns / 32);
  std::vector<std::uint8_t> stored(blocks * block_bytes);
  Matrix m{name + "-int8-matvec", rows, columns, stored.size(), bytes ? 0 : 8, {}, {}, {}, {}, {}, {}};
  for (std::size_t b = 0; b < blocks; ++b) {
    std::uint8_t* block = stored.data() + b * block_bytes;
    const float wanted = scales[b % scales.size()];
    set_half(block, wanted);
    if (minimum) set_half(block + 2, -7.0f * wanted);
    for (std::size_t j = 0; j < 32; ++j) {
      const std::uint8_t code = bytes ? codes(32 * b + j) : codes(32 * b + j) & 15;
      if (bytes) block[header + j] = code;
      else block[header + j % 16] = static_cast<std::uint8_t>(block[header + j % 16] | code << (j < 16 ? 0 : 4));
      m.integers.push_back(bytes ? static_cast<std::int8_t>(code) : code);
    }
    m.scale.push_back(half_of(wanted));
    m.zero.push_back(name == "q4_0" ? 8 : 0);
    m.minimum.push_back(minimum ? half_of(-7.0f * wanted) : 0.0);
  }
  const Encoding encoding = bytes ? Encoding::q8_0 : minimum ? Encoding::q4_1 : Encoding::q4_0;
  m.view = [=] { return MatrixView(encoding, stored.data(), rows, columns); };
  return m;
}

Matrix grouped(int bits, std::int64_t rows, std::int64_t columns, std::int64_t group, GroupForm form,
               const std::vector<float>& scales, Codes source = random_codes()) {
  const std::int64_t groups = columns / group;
  std::vector<std::uint8_t> codes, points;
  for (std::int64_t i = 0; i < rows * columns; ++i)
    codes.push_back(static_cast<std::uint8_t>(source(static_cast<std::size_t>(i)) & ((1 << bits) - 1)));
  std::vector<std::uint8_t> packed(static_cast<std::size_t>(rows * packed_row_bytes(columns, bits)));
  pack_codes(codes.data(), rows, columns, bits, packed.data());
  std::vector<float> scale, minima;
  std::mt19937 random(11);
  for (std::int64_t g = 0; g < rows * groups; ++g) {
    scale.push_back(scales[static_cast<std::size_t>(g) % scales.size()]);
    minima.push_back(-scale.back() * 0.45f * static_cast<float>(1 << bits));
    points.push_back(static_cast<std::uint8_t>(random() & ((1u << bits) - 1)));
  }
  const StoredGroups stored(form, bits, scale, minima, points);
  Matrix m{"int" + std::to_string(bits) + "-int8-matvec", rows, columns, packed.size() + stored.bytes(), 1 << (bits - 1), {}, {}, {}, {}, {}, {}};
  m.integers.assign(codes.begin(), codes.end());
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t block = 0; block < m.blocks(); ++block) {
      const auto g = static_cast<std::size_t>(row * groups + 32 * block / group);
      m.scale.push_back(stored.scale[g]);
      m.zero.push_back(stored.zero[g]);
      m.minimum.push_back(stored.minimum[g]);
    }
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

// The same stored columns belonging to other inputs.
Matrix permuted(Matrix m) {
  m.order.resize(static_cast<std::size_t>(m.columns));
  std::iota(m.order.begin(), m.order.end(), 0);
  std::shuffle(m.order.begin(), m.order.end(), std::mt19937(5));
  m.stored_bytes += 4 * m.order.size();
  m.view = [view = m.view, order = m.order] {
    GroupedIntegerView integers = view().integers;
    integers.order = order.data();
    return MatrixView(integers);
  };
  return m;
}

std::vector<Matrix> matrices(std::int64_t rows, std::int64_t columns, const std::vector<float>& scales) {
  std::vector<Matrix> all;
  if (columns % 32 == 0) {
    for (const char* name : {"q4_0", "q4_1", "q8_0"}) all.push_back(ggml(name, rows, columns, scales));
  }
  auto turn = static_cast<std::size_t>(rows + columns);  // the stored forms take turns
  for (const int bits : {4, 8}) {
    for (const std::int64_t group : {columns, std::int64_t{32}, std::int64_t{64}, std::int64_t{96}, std::int64_t{128}}) {
      if (group != columns && (columns < group || columns % group != 0)) continue;
      all.push_back(grouped(bits, rows, columns, group, all_group_forms()[turn++ % 9], scales));
    }
  }
  return all;
}

// A block of x as it is to be rounded.
struct Rounded {
  double scale = 0;
  std::vector<int> codes;

  explicit Rounded(const std::vector<float>& x) : codes(x.size()) {
    float largest = 0;
    bool finite = true;
    for (const float value : x) {
      finite &= std::isfinite(value);
      largest = std::max(largest, std::fabs(value));
    }
    if (!finite) scale = not_a_number;
    if (!finite || largest < 0x1p-100f) return;
    scale = largest / 127.0f;
    for (std::size_t j = 0; j < x.size(); ++j) codes[j] = static_cast<int>(std::lrint(x[j] * (127.0f / largest)));
  }
};

// The product, and the sum of magnitudes that bounds the rounding of any float32 order.
struct Expected {
  double value = 0, magnitude = 0;
};

Expected expected(const Matrix& m, const float* x, std::int64_t row) {
  Expected e;
  for (std::int64_t block = 0; block < m.blocks(); ++block) {
    std::vector<float> values;
    for (std::int64_t c = 32 * block; c < std::min(32 * block + 32, m.columns); ++c)
      values.push_back(x[m.order.empty() ? c : m.order[static_cast<std::size_t>(c)]]);
    const Rounded rounded(values);
    std::int64_t dot = 0, sum = 0, size = 0;
    for (std::size_t j = 0; j < values.size(); ++j) {
      const int code = m.integers[static_cast<std::size_t>(row * m.columns + 32 * block) + j], q = rounded.codes[j];
      dot += code * q;
      sum += q;
      size += std::abs((code - m.centre) * q);
    }
    const auto b = static_cast<std::size_t>(row * m.blocks() + block);
    const double total = static_cast<double>(sum), offset = m.scale[b] * (m.centre - m.zero[b]) + m.minimum[b];
    e.value += rounded.scale * (m.scale[b] * (static_cast<double>(dot) - m.zero[b] * total) + m.minimum[b] * total);
    e.magnitude += rounded.scale * (std::fabs(m.scale[b]) * static_cast<double>(size) + std::fabs(offset * total));
  }
  return e;
}

QString difference(const Matrix& m, const std::vector<float>& x, std::int64_t tokens, const std::vector<float>& y) {
  for (std::int64_t t = 0; t < tokens; ++t) {
    for (std::int64_t r = 0; r < m.rows; ++r) {
      const Expected e = expected(m, x.data() + t * m.columns, r);
      const double got = y[static_cast<std::size_t>(t * m.rows + r)];
      const bool right = std::isfinite(e.value) ? std::fabs(got - e.value) <= 1e-6 * e.magnitude + 1e-37 : !std::isfinite(got);
      if (!right)
        return QStringLiteral("token %1 row %2: %3 instead of %4").arg(t).arg(r).arg(got, 0, 'g', 9).arg(e.value, 0, 'g', 9);
    }
  }
  return {};
}

// Every variant of every matrix on x.
QString check_all(const std::vector<Matrix>& all, const std::vector<float>& x, std::int64_t tokens) {
  for (const Matrix& m : all) {
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced(m.product, isa);
      reset_kernel_counts();
      std::vector<float> y(static_cast<std::size_t>(tokens * m.rows) + 1, 77.0f);
      matvec({m.view(), x.data(), tokens, y.data(), Activations::int8});
      const QString place = QString::fromStdString(forced.name()) + QStringLiteral(" %1x%2, ").arg(m.rows).arg(m.columns);
      if (y.back() != 77.0f) return place + "wrote past the end";
      const QString wrong = difference(m, x, tokens, y);
      if (!wrong.isEmpty()) return place + wrong;
      if (tokens > 0 && kernel_counts() != std::map<std::string, KernelCount>{{forced.name(), {1, m.stored_bytes}}})
        return place + "counted something else";
    }
  }
  return {};
}

void cut_into_pieces() {
  set_parallel_backend([](std::int64_t begin, std::int64_t end, std::int64_t grain, const ParallelBody& body) {
    for (std::int64_t at = begin; at < end; at += grain) body(at, std::min(end, at + grain));
  });
}

}  // namespace

class Int8MatvecTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void every_variant_agrees_with_float64_and_counts_itself_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    for (const int rows : {1, 3, 7}) {
      for (const int columns : {1, 7, 31, 32, 33, 50, 64, 96, 100, 128, 160, 192, 384, 576, 2208})
        QTest::addRow("%dx%d", rows, columns) << rows << columns;
    }
  }
  void every_variant_agrees_with_float64_and_counts_itself() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    const auto all = matrices(rows, columns, {0.02f, 0.013f, 0.05f, -0.01f});
    for (const std::int64_t tokens : {0, 1, 2, 3, 4, 5, 8, 9}) {
      const auto x = normal_values(static_cast<std::size_t>(tokens * columns) + 1, 5);
      const QString wrong = check_all(all, x, tokens);
      QVERIFY2(wrong.isEmpty(), qPrintable(wrong + QStringLiteral(" (%1 tokens)").arg(tokens)));
    }
  }

  void every_stored_form_agrees_with_float64() {
    const auto x = normal_values(2 * 384, 5);
    for (const int bits : {4, 8}) {
      for (const GroupForm form : all_group_forms()) {
        for (const std::int64_t group : {32, 64, 96, 128, 384}) {
          const Matrix matrix = grouped(bits, 5, 384, group, form, {0.02f, 0.013f, -0.01f});
          const QString wrong = check_all({matrix, permuted(matrix)}, x, 2);
          QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        }
      }
    }
  }

  // Ties are exact here, since the largest of each block is 127: they go to the even neighbour.
  void halves_are_rounded_to_even() {
    std::vector<float> x(96);
    for (std::size_t j = 0; j < x.size(); ++j) x[j] = static_cast<float>(j % 32) - 15.5f;
    x[0] = x[40] = 127.0f;
    x[95] = -127.0f;
    const QString wrong = check_all(matrices(3, 96, {0.02f, 0.013f}), x, 1);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
  }

  // Sums of 16 bits would saturate if they were formed carelessly.
  void the_largest_codes_do_not_saturate() {
    for (const int code : {0, 127, 128, 255}) {
      const Codes same = [code](std::size_t) { return static_cast<std::uint8_t>(code); };
      std::vector<Matrix> all = {grouped(4, 3, 160, 32, all_group_forms()[0], {0.02f}, same), grouped(8, 3, 160, 32, all_group_forms()[1], {0.02f}, same)};
      for (const char* name : {"q4_0", "q4_1", "q8_0"}) all.push_back(ggml(name, 3, 160, {0.02f}, same));
      for (const float sign : {1.0f, -1.0f}) {
        const QString wrong = check_all(all, std::vector<float>(160, 3.0f * sign), 1);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
      }
    }
  }

  void nan_and_infinity_in_x_make_all_of_their_token_not_finite_and_nothing_else() {
    for (const float value : {not_a_number, infinity, -infinity}) {
      for (const std::int64_t columns : {96, 50, 576}) {
        for (const std::int64_t place : {std::int64_t{0}, columns / 2, columns - 1}) {
          auto x = normal_values(static_cast<std::size_t>(2 * columns), 5);
          x[static_cast<std::size_t>(place)] = value;  // the second token stays finite
          const QString wrong = check_all(matrices(7, columns, {0.02f, 0.013f}), x, 2);
          QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        }
      }
    }
  }

  // Rows lie next to each other, so that reading on behind a row's end meets the scales of the next one.
  void scales_that_are_not_finite_stay_in_their_rows_data() {
    QTest::addColumn<float>("scale");
    QTest::addRow("nan") << not_a_number;
    QTest::addRow("+inf") << infinity;
    QTest::addRow("subnormal float16") << 3e-7f;
    QTest::addRow("subnormal float32") << 3e-40f;
    QTest::addRow("zero") << 0.0f;
  }
  void scales_that_are_not_finite_stay_in_their_rows() {
    QFETCH(float, scale);
    for (const std::int64_t columns : {96, 160, 50}) {
      const auto x = normal_values(static_cast<std::size_t>(columns), 5, scale < 1e-30f ? 1e6f : 1.0f);
      const std::int64_t group = columns % 32 == 0 ? 32 : columns;
      std::vector<float> scales(static_cast<std::size_t>(7 * columns / group), 0.02f);
      scales[scales.size() / 2] = scale;
      std::vector<Matrix> all;
      for (const int bits : {4, 8}) {
        for (const GroupForm form : all_group_forms()) all.push_back(grouped(bits, 7, columns, group, form, scales));
      }
      if (columns % 32 == 0) {
        for (const char* name : {"q4_0", "q4_1", "q8_0"}) all.push_back(ggml(name, 7, columns, scales));
      }
      const QString wrong = check_all(all, x, 1);
      QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
  }

  void a_block_of_tiny_numbers_counts_as_zero() {
    std::vector<float> x(96, 1e-42f);
    std::fill_n(x.begin() + 32, 32, 0.0f);
    QString wrong = check_all(matrices(3, 96, {0.02f}), x, 1);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    x[3] = 0x1p-100f;
    x[80] = 3e30f;
    wrong = check_all(matrices(3, 96, {0.02f}), x, 1);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
  }

  void rounding_costs_little_against_the_exact_product() {
    const auto x = normal_values(576, 5);
    for (const Matrix& m : matrices(64, 576, {0.02f, 0.013f})) {
      std::vector<float> exact(64), rounded(64);
      matvec({m.view(), x.data(), 1, exact.data()});
      matvec({m.view(), x.data(), 1, rounded.data(), Activations::int8});
      double error = 0, size = 0;
      for (std::size_t i = 0; i < exact.size(); ++i) {
        error += std::pow(exact[i] - rounded[i], 2);
        size += std::pow(exact[i], 2);
      }
      const double share = std::sqrt(error / size);
      QVERIFY2(share > 1e-5 && share < 0.02, qPrintable(QString::fromStdString(m.product) + QStringLiteral(": %1").arg(share)));
    }
  }

  void weights_without_such_a_product_are_multiplied_as_always() {
    const auto x = normal_values(96, 5), weights = normal_values(3 * 96, 9);
    const MatrixView dense(Encoding::float32, weights.data(), 3, 96);
    QVERIFY(!has_int8_product(dense));
    std::vector<float> exact(3), asked(3);
    matvec({dense, x.data(), 1, exact.data()});
    reset_kernel_counts();
    matvec({dense, x.data(), 1, asked.data(), Activations::int8});
    QVERIFY(asked == exact);
    QVERIFY(kernel_counts().begin()->first.starts_with("float32-matvec-"));
    GroupedIntegerView view;
    for (const int bits : {2, 3, 4, 5, 6, 8}) {
      view.bits = bits;
      QCOMPARE(has_int8_product(view), bits == 4 || bits == 8);
    }
  }

  void products_run_together_and_in_pieces_as_they_run_alone() {
    const auto x = normal_values(192 * 3, 5);
    std::vector<Matrix> all = matrices(5, 192, {0.02f, 0.013f});
    for (Matrix& m : matrices(1001, 192, {0.05f})) all.push_back(std::move(m));
    std::vector<std::vector<float>> alone, together;
    std::vector<MatvecCall> calls;
    for (const Matrix& m : all) {
      alone.emplace_back(static_cast<std::size_t>(3 * m.rows));
      matvec({m.view(), x.data(), 3, alone.back().data(), Activations::int8});
      together.emplace_back(static_cast<std::size_t>(3 * m.rows));
      calls.push_back({m.view(), x.data(), 3, together.back().data(), Activations::int8});
    }
    cut_into_pieces();
    matvec(calls);
    set_parallel_backend(nullptr);
    for (std::size_t i = 0; i < all.size(); ++i) {
      QVERIFY(difference(all[i], x, 3, alone[i]).isEmpty());
      QVERIFY(difference(all[i], x, 3, together[i]).isEmpty());
    }
  }

  void no_rows_or_no_columns_are_no_work() {
    float y = 5.0f;
    matvec({{Encoding::q4_1, nullptr, 0, 32}, nullptr, 1, &y, Activations::int8});
    QCOMPARE(y, 5.0f);
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced("q4_1-int8-matvec", isa);
      y = 5.0f;
      matvec({{Encoding::q4_1, nullptr, 1, 0}, nullptr, 1, &y, Activations::int8});
      QCOMPARE(y, 0.0f);
    }
  }

  void names_of_activations_are_read_and_others_refused() {
    QCOMPARE(activations_from_name("exact"), Activations::exact);
    QCOMPARE(activations_from_name("int8"), Activations::int8);
    QCOMPARE(to_string(Activations::int8), "int8");
    QVERIFY_EXCEPTION_THROWN(activations_from_name("int4"), Error);
  }
};

QTEST_GUILESS_MAIN(Int8MatvecTest)
#include "int8_matvec_test.moc"
