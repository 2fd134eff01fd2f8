// SPDX-License-Identifier: GPL-3.0-or-later
// Bitmaps and 2:4 with their kept values: closed forms of their bytes, lossless round trips, products in float64.
#include "core/formats/sparse_weight.h"

#include "tests/formats/stored_products.h"
#include "tests/support/engine.h"

using namespace kelter;
using namespace kelter::test;

namespace {

// About `share` of the weights are zero, in no order; bfloat16 numbers.
at::Tensor pruned(std::int64_t rows, std::int64_t columns, double share) {
  const at::Tensor values = wavy_weight(rows, columns).to(at::kBFloat16).to(at::kFloat);
  const at::Tensor draw = at::arange(rows * columns, at::kDouble).mul(1.6180339887).add(0.3).sin().mul(54321.9).frac().abs();
  return values.masked_fill(draw.view({rows, columns}).lt(share), 0);
}

// The two largest of every four.
at::Tensor two_of_four(std::int64_t rows, std::int64_t columns) {
  const at::Tensor values = wavy_weight(rows, columns).to(at::kBFloat16).to(at::kFloat);
  const at::Tensor groups = values.view({-1, 4}), order = std::get<1>(groups.abs().topk(2, 1));
  return (groups * at::zeros_like(groups).scatter_(1, order, 1)).view({rows, columns});
}

SparseOptions options_of(SparseValues type, SparsePattern pattern = {}, std::int64_t group = 64) { return {pattern, type, group}; }

std::string product_of(const SparseWeight& weight, const char* use) {
  static const char* const names[] = {"float32", "float16", "bfloat16", "int4"};
  return std::string("sparse-") + names[static_cast<int>(weight.options().values)] + use;
}

// round(w / s) * s with s = float16(max|w| of the group / 7), clamped to 7 steps.
at::Tensor four_bits(const at::Tensor& values, std::int64_t group) {
  const at::Tensor by_group = values.view({-1, group});
  const at::Tensor scale = (by_group.abs().amax(1, true) / 7).to(at::kHalf).to(at::kFloat);
  const at::Tensor codes = at::where(scale.eq(0), at::zeros_like(by_group), (by_group / scale).round().clamp(-7, 7));
  return (codes * scale).view_as(values);
}

}  // namespace

class SparseWeightTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void a_bit_a_weight_and_the_kept_values_are_stored() {
    const at::Tensor values = pruned(64, 512, 0.5);
    const std::int64_t kept = values.ne(0).sum().item<std::int64_t>();
    const auto weight = SparseWeight::store(values, options_of(SparseValues::bfloat16));
    QCOMPARE(weight->kept(), kept);
    QCOMPARE(weight->bytes(), static_cast<std::uint64_t>(64 * 512 / 8 + 2 * kept + 4 * 65));
    QVERIFY(at::equal(weight->decode(at::kFloat), values));
    QCOMPARE(weight->count_zeros(), 64 * 512 - kept);
    QCOMPARE(weight->name(), std::string("bitmap bfloat16"));
    // 9 bits a weight at 50 %, 2.6 at 90 %, row starts apart.
    const auto bits = [](double share) {
      const auto sparse = SparseWeight::store(pruned(512, 1024, share), options_of(SparseValues::bfloat16));
      return 8.0 * static_cast<double>(sparse->bytes() - 4 * 513) / (512.0 * 1024.0);
    };
    QVERIFY(std::abs(bits(0.5) - 9) < 0.1 && std::abs(bits(0.9) - 2.6) < 0.1);
  }

  void two_of_four_stores_no_starts() {
    const at::Tensor values = two_of_four(16, 128);
    const auto weight = SparseWeight::store(values, options_of(SparseValues::bfloat16, {2, 4}));
    QCOMPARE(weight->bytes(), std::uint64_t(16 * 128 / 8 + 16 * 64 * 2));   // 9 bits a weight
    QVERIFY(at::equal(weight->decode(at::kFloat), values));
    QCOMPARE(SparseWeight::store(values, options_of(SparseValues::int4, {2, 4}))->bytes(), std::uint64_t(16 * 128 / 8 + 16 * 32 + 16 * 2 * 2));
    // Groups with fewer weights keep zeros, and stay zeros.
    at::Tensor fewer = values.clone();
    fewer[3] = 0;
    fewer[4].slice(0, 0, 3) = 0;
    QVERIFY(at::equal(SparseWeight::store(fewer, options_of(SparseValues::bfloat16, {2, 4}))->decode(at::kFloat), fewer));
  }

  void weights_against_the_pattern_are_refused_with_their_count() {
    at::Tensor values = two_of_four(16, 128);
    values[5][0] = values[5][1] = values[5][2] = 1;
    values[9].slice(0, 124) = 1;
    QCOMPARE(SparseWeight::count_offending_groups(values, {2, 4}), 2);
    const auto error = thrown([&] { SparseWeight::store(values, options_of(SparseValues::bfloat16, {2, 4})); });
    QVERIFY(error && error->code == ErrorCode::invalid_parameter);
    QVERIFY2(mentions(error, "2 of 512 groups"), error->text().c_str());
    QVERIFY(thrown([&] { SparseWeight::store(pruned(2, 66, 0.5), options_of(SparseValues::bfloat16, {2, 4})); }));
    QVERIFY(thrown([&] { SparseWeight::store(pruned(2, 96, 0.5), options_of(SparseValues::int4)); }));
  }

  void kept_values_are_exact_or_in_4_bits() {
    QCOMPARE(exact_value_type(pruned(4, 64, 0.5)), SparseValues::bfloat16);
    const at::Tensor halves = wavy_weight(4, 64).to(at::kHalf).to(at::kFloat);
    QCOMPARE(exact_value_type(halves), SparseValues::float16);
    QCOMPARE(exact_value_type(wavy_weight(4, 64) / 3), SparseValues::float32);
    for (const auto& [type, values] : {std::pair{SparseValues::float16, halves}, {SparseValues::float32, wavy_weight(4, 64) / 3}}) {
      const at::Tensor some = values.masked_fill(pruned(4, 64, 0.6).eq(0), 0);
      QVERIFY(at::equal(SparseWeight::store(some, options_of(type))->decode(at::kFloat), some));
    }
    const at::Tensor values = pruned(9, 256, 0.7);
    for (const std::int64_t group : {std::int64_t{32}, std::int64_t{64}, std::int64_t{0}})
      QVERIFY(at::equal(SparseWeight::store(values, options_of(SparseValues::int4, {}, group))->decode(at::kFloat), four_bits(values, group == 0 ? 256 : group)));
  }

  void every_form_survives_storing_and_selecting_rows() {
    for (const SparseValues type : {SparseValues::float32, SparseValues::float16, SparseValues::bfloat16, SparseValues::int4}) {
      check_storing(SparseWeight::store(pruned(6, 128, 0.5), options_of(type)));
      check_storing(SparseWeight::store(two_of_four(6, 128), options_of(type, {2, 4})));
    }
  }

  void damaged_bits_and_starts_are_refused() {
    const auto weight = SparseWeight::store(pruned(6, 100, 0.5), options_of(SparseValues::bfloat16));
    const auto spoil = [&](const std::string& part, std::size_t place, std::uint8_t change) {
      std::vector<WeightPart> parts = weight->parts();
      for (WeightPart& one : parts) {
        if (one.name != part) continue;
        std::vector<std::uint8_t> copy(one.data.span().begin(), one.data.span().end());
        copy[place] ^= change;
        one.data = Bytes::own(std::move(copy));
      }
      return thrown([&] { load_weight(weight->descriptor(), parts); });
    };
    for (const auto& error : {spoil("bits", 3, 1), spoil("bits", 15, 0x80), spoil("starts", 0, 1), spoil("starts", 4, 1), spoil("starts", 27, 0x40)})
      QVERIFY(error && error->code == ErrorCode::file_malformed);
    at::Tensor values = pruned(2, 64, 0.5);
    values[1][3] = std::numeric_limits<float>::infinity();
    QVERIFY(thrown([&] { SparseWeight::store(values, options_of(SparseValues::bfloat16)); }));
  }

  void decoding_is_exact_on_every_instruction_set() {
    for (const Isa isa : kelter_tests::available_isas()) {
      for (const std::int64_t columns : {1, 31, 33, 100, 256}) {
        const at::Tensor values = pruned(5, columns, 0.5);
        const auto weight = SparseWeight::store(values, options_of(SparseValues::bfloat16));
        check_decoding(weight, product_of(*weight, "-decode"), isa, values);
      }
      const at::Tensor values = pruned(5, 192, 0.8);
      const auto packed = SparseWeight::store(values, options_of(SparseValues::int4));
      check_decoding(packed, product_of(*packed, "-decode"), isa, four_bits(values, 64));
    }
  }

  void products_are_those_of_the_decoded_weight() {
    for (const SparseValues type : {SparseValues::float32, SparseValues::float16, SparseValues::bfloat16, SparseValues::int4}) {
      for (const double share : {0.0, 0.5, 1.0}) {
        for (const std::int64_t rows : {1, 7}) {
          const auto weight = SparseWeight::store(pruned(rows, 192, share), options_of(type));
          const auto regular = SparseWeight::store(two_of_four(rows, 192), options_of(type, {2, 4}));
          for (const Isa isa : kelter_tests::available_isas()) {
            check_products(weight, product_of(*weight, "-matvec"), isa);
            check_products(regular, product_of(*regular, "-matvec"), isa);
            check_non_finite(weight, product_of(*weight, "-matvec"), isa);
          }
        }
      }
    }
    const auto ragged = SparseWeight::store(pruned(5, 77, 0.5), options_of(SparseValues::bfloat16));
    for (const Isa isa : kelter_tests::available_isas()) check_products(ragged, product_of(*ragged, "-matvec"), isa);
  }
};

QTEST_GUILESS_MAIN(SparseWeightTest)
#include "sparse_weight_test.moc"
