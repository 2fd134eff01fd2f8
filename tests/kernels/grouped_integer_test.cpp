// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/grouped_integer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <QTest>

#include "core/base/error.h"
#include "core/kernels/cuda_kernels.h"
#include "tests/kernels/forced_variant.h"
#include "tests/kernels/stored_groups.h"

using namespace kelter;
using namespace kelter_tests;

namespace {

std::vector<std::uint8_t> random_codes(std::int64_t count, int bits) {
  std::mt19937 random(static_cast<unsigned>(count * 8 + bits));
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(count));
  for (auto& code : codes)
    code = static_cast<std::uint8_t>(random() & ((1u << bits) - 1));
  return codes;
}

// NaN equals NaN; everything else by its bits.
bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) ? !std::isnan(b[i]) : std::memcmp(&a[i], &b[i], 4) != 0) return false;
  }
  return a.size() == b.size();
}

}  // namespace

class GroupedIntegerTest : public QObject {
  Q_OBJECT

 private:
  static void check_decoding(int bits, std::int64_t rows, std::int64_t columns, std::int64_t group, GroupForm form) {
    const std::int64_t groups = columns / group;
    const auto codes = random_codes(rows * columns, bits);
    std::vector<std::uint8_t> packed(static_cast<std::size_t>(rows * packed_row_bytes(columns, bits)));
    pack_codes(codes.data(), rows, columns, bits, packed.data());
    auto scale = normal_values(static_cast<std::size_t>(rows * groups), 1, 0.02f);
    auto minimum = normal_values(scale.size(), 2, 0.1f);
    if (scale.size() > 3) {
      scale[1] = std::numeric_limits<float>::quiet_NaN();
      scale[2] = std::numeric_limits<float>::infinity();
      scale[3] = 2e-40f;
      minimum[3] = -1e-39f;
    }
    const StoredGroups stored(form, bits, scale, minimum, random_codes(rows * groups, bits));
    GroupedIntegerView view;
    view.codes = packed.data();
    view.rows = rows;
    view.columns = columns;
    view.group = group;
    view.bits = bits;
    stored.describe(view);
    QCOMPARE(view.stored_bytes(), packed.size() + stored.bytes());
    std::vector<float> wanted;
    for (std::int64_t i = 0; i < rows * columns; ++i) {
      const auto g = static_cast<std::size_t>(i / columns * groups + i % columns / group);
      wanted.push_back(stored.weight(g, codes[static_cast<std::size_t>(i)]));
    }
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced("int" + std::to_string(bits) + "-decode", isa);
      reset_kernel_counts();
      std::vector<float> out(wanted.size(), 77.0f);
      decode_grouped_integer(view, 0, rows, out.data());
      QVERIFY2(same_bits(out, wanted), forced.name().c_str());
      QCOMPARE(counted(forced.name()), (KernelCount{1, view.stored_bytes()}));
      const std::int64_t middle = rows / 2;
      std::vector<float> part(static_cast<std::size_t>((rows - middle) * columns));
      decode_grouped_integer(view, middle, rows, part.data());
      QVERIFY(same_bits(part, {wanted.begin() + middle * columns, wanted.end()}));
    }
    check_permuted(view, wanted);
  }
  // Stored column j comes out as input order[j], and the order counts as read.
  static void check_permuted(GroupedIntegerView view, const std::vector<float>& stored) {
    std::vector<std::int32_t> order(static_cast<std::size_t>(view.columns));
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937(3));
    const std::uint64_t plain_bytes = view.stored_bytes();
    view.order = order.data();
    QCOMPARE(view.stored_bytes(), plain_bytes + 4 * order.size());
    std::vector<float> out(stored.size(), 77.0f), back(stored.size());
    decode_grouped_integer(view, 0, view.rows, out.data());
    for (std::size_t i = 0; i < back.size(); ++i) {
      const std::size_t row = i / order.size() * order.size();
      back[i] = out[row + static_cast<std::size_t>(order[i - row])];
    }
    QVERIFY(same_bits(back, stored));
  }
  static void add_widths() {
    QTest::addColumn<int>("bits");
    for (const int bits : {2, 3, 4, 5, 6, 8})
      QTest::addRow("%d bits", bits) << bits;
  }

 private Q_SLOTS:
  void packing_and_unpacking_give_the_codes_back_data() { add_widths(); }
  void packing_and_unpacking_give_the_codes_back() {
    QFETCH(int, bits);
    for (const std::int64_t rows : {0, 1, 3}) {
      for (const std::int64_t columns : {1, 31, 32, 33, 96, 100}) {
        const auto codes = random_codes(rows * columns, bits);
        std::vector<std::uint8_t> packed(static_cast<std::size_t>(rows * packed_row_bytes(columns, bits)), 0xaa),
            back(codes.size());
        pack_codes(codes.data(), rows, columns, bits, packed.data());
        unpack_codes(packed.data(), rows, columns, bits, back.data());
        QCOMPARE(back, codes);
      }
    }
  }

  void every_bit_lies_where_the_layout_says_data() { add_widths(); }
  void every_bit_lies_where_the_layout_says() {
    QFETCH(int, bits);
    // One code of all ones: its bits must be found plane by plane, and nothing else may be set.
    const std::vector<std::pair<int, std::vector<int>>> widths = {{2, {2}},    {3, {2, 1}}, {4, {4}},
                                                                  {5, {4, 1}}, {6, {4, 2}}, {8, {8}}};
    for (int element = 0; element < 32; ++element) {
      std::vector<std::uint8_t> codes(32, 0), packed(static_cast<std::size_t>(4 * bits), 0xff),
          wanted(packed.size(), 0);
      codes[static_cast<std::size_t>(element)] = static_cast<std::uint8_t>((1 << bits) - 1);
      std::size_t start = 0;
      for (const auto& [width, planes] : widths) {
        if (width != bits) continue;
        for (const int plane : planes) {
          if (plane == 8) wanted[start + static_cast<std::size_t>(element)] = 255;
          if (plane == 4) wanted[start + static_cast<std::size_t>(element % 16)] = element < 16 ? 0x0f : 0xf0;
          if (plane == 2)
            wanted[start + static_cast<std::size_t>(element % 8)] = static_cast<std::uint8_t>(3 << (element / 8 * 2));
          if (plane == 1)
            wanted[start + static_cast<std::size_t>(element / 8)] = static_cast<std::uint8_t>(1 << (element % 8));
          start += static_cast<std::size_t>(4 * plane);
        }
      }
      QCOMPARE(start, packed.size());
      pack_codes(codes.data(), 1, 32, bits, packed.data());
      QCOMPARE(packed, wanted);
    }
  }

  void lower_bits_come_first() {
    std::vector<std::uint8_t> codes(32, 0), packed(24);
    codes[0] = 0b101101;
    pack_codes(codes.data(), 1, 32, 6, packed.data());
    QCOMPARE(int(packed[0]), 0b1101);
    QCOMPARE(int(packed[16]), 0b10);
  }

  void a_stream_has_no_gaps_and_comes_back_data() { add_widths(); }
  void a_stream_has_no_gaps_and_comes_back() {
    QFETCH(int, bits);
    for (const std::int64_t count : {0, 1, 7, 8, 9, 33, 100}) {
      const auto codes = random_codes(count, bits);
      std::vector<std::uint8_t> packed(static_cast<std::size_t>((count * bits + 7) / 8) + 1, 0xee), back(codes.size());
      pack_stream(codes.data(), count, bits, packed.data());
      QCOMPARE(int(packed.back()), 0xee);  // nothing past the end
      for (std::int64_t bit = 0; bit < count * bits; ++bit) {
        const int stored = packed[static_cast<std::size_t>(bit / 8)] >> (bit % 8) & 1;
        QCOMPARE(stored, codes[static_cast<std::size_t>(bit / bits)] >> (bit % bits) & 1);
      }
      unpack_stream(packed.data(), count, bits, back.data());
      QCOMPARE(back, codes);
    }
  }

  void every_variant_decodes_to_the_rounded_product_and_sum_data() { add_widths(); }
  void every_variant_decodes_to_the_rounded_product_and_sum() {
    QFETCH(int, bits);
    struct Shape {
      std::int64_t rows, columns, group;
    };
    for (const Shape s : {Shape{1, 32, 32}, Shape{3, 96, 32}, Shape{5, 128, 64}, Shape{4, 33, 33}, Shape{7, 100, 100},
                          Shape{3, 7, 7}}) {
      for (const GroupForm form : all_group_forms())
        check_decoding(bits, s.rows, s.columns, s.group, form);
    }
  }

  void an_unknown_width_is_an_error() {
    std::uint8_t byte = 0;
    for (const int bits : {0, 1, 7, 9}) {
      QVERIFY_EXCEPTION_THROWN(pack_codes(&byte, 1, 1, bits, &byte), Error);
      QVERIFY_EXCEPTION_THROWN(unpack_stream(&byte, 1, bits, &byte), Error);
      GroupedIntegerView view;
      view.bits = bits;
      QVERIFY_EXCEPTION_THROWN(decode_grouped_integer(view, 0, 0, nullptr), Error);
    }
  }

  void asking_for_a_gpu_never_throws_and_errors_have_a_text() {
    const CudaSupport support = cuda_support();
    QCOMPARE(cuda_support().devices, support.devices);
    QVERIFY(support.devices > 0 || support.status != 0);
    QVERIFY(std::strlen(cuda_error_text(100)) > 0);
  }
};

QTEST_GUILESS_MAIN(GroupedIntegerTest)
#include "grouped_integer_test.moc"
