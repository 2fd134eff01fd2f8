// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/integer_weight.h"

#include <ATen/ATen.h>
#include <QtTest>

#include <cmath>
#include <limits>

#include "core/formats/dense_weight.h"
#include "core/kernels/grouped_integer.h"
#include "tests/support/engine.h"
#include "tests/support/golden_tensors.h"
#include "tests/support/test_files.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

at::Tensor random_weight(std::int64_t rows, std::int64_t columns) {
  at::Tensor out = at::arange(rows * columns, at::kDouble).mul(0.7390851).sin().mul(12345.678).frac().to(at::kFloat);
  return out.view({rows, columns}) * 0.1f;
}

std::vector<IntegerOptions> all_options(std::int64_t columns) {
  std::vector<IntegerOptions> out;
  for (const int bits : {2, 3, 4, 5, 6, 8})
    for (const std::int64_t group : {std::int64_t{0}, std::int64_t{32}, std::int64_t{64}})
      for (const IntegerGrid grid : {IntegerGrid::gptq, IntegerGrid::awq, IntegerGrid::minmax})
        for (const bool symmetric : {false, true})
          for (const at::ScalarType type : {at::kHalf, at::kBFloat16, at::kFloat}) {
            if (grid == IntegerGrid::minmax && symmetric) continue;
            if (group != 0 && columns % group != 0) continue;
            out.push_back({bits, group, grid, symmetric, type});
          }
  return out;
}

std::string text_of(const IntegerOptions& options) {
  return std::to_string(options.bits) + " bits, group " + std::to_string(options.group) + ", " + to_string(options.grid) +
         (options.symmetric ? ", symmetric, " : ", ") + dtype_name(options.scale_type);
}

// A permutation of [0, columns) that leaves no place as it is; 77 and 192 or 64 have no common divisor.
std::vector<std::int32_t> scattered(std::int32_t columns) {
  std::vector<std::int32_t> order;
  for (std::int32_t i = 0; i < columns; ++i) order.push_back((i * 77 + 5) % columns);
  return order;
}

// scale * (code - zero), or scale * code + minimum, from the unpacked integers.
at::Tensor plain_decode(const IntegerWeight& weight) {
  const IntegerCodes codes = weight.unpack();
  at::Tensor out = at::empty({codes.rows, codes.columns}, at::kFloat);
  float* values = out.mutable_data_ptr<float>();
  const std::int64_t group = codes.columns / codes.groups;
  for (std::int64_t i = 0; i < codes.rows * codes.columns; ++i) {
    const auto g = static_cast<std::size_t>(i / group);
    const auto code = static_cast<float>(codes.codes[static_cast<std::size_t>(i)]);
    values[i] = weight.options().grid == IntegerGrid::minmax ? codes.scale[g] * code + codes.zero[g]
                                                             : codes.scale[g] * (code - codes.zero[g]);
  }
  return out;
}

// Byte counts as the header of core/kernels/grouped_integer.h and the format promise them.
std::uint64_t closed_form_bytes(std::int64_t rows, std::int64_t columns, const IntegerOptions& options) {
  const auto bits = static_cast<std::uint64_t>(options.bits);
  const auto groups = static_cast<std::uint64_t>(rows * (options.group == 0 ? 1 : columns / options.group));
  const std::uint64_t scale = options.scale_type == at::kFloat ? 4 : 2;
  const std::uint64_t codes = static_cast<std::uint64_t>(rows) * 4 * bits * static_cast<std::uint64_t>((columns + 31) / 32);
  const std::uint64_t zeros = options.grid == IntegerGrid::minmax ? groups * scale : options.symmetric ? 0 : (groups * bits + 7) / 8;
  return codes + groups * scale + zeros;
}

float to_double_error(const at::Tensor& found, const at::Tensor& wanted) {
  return (found.to(at::kDouble) - wanted).abs().max().item<float>();
}

}  // namespace

class IntegerWeightTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void rounding_gives_the_codes_scales_and_weights_of_the_published_code_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("group");
    QTest::addColumn<QString>("grid");
    QTest::addColumn<bool>("symmetric");
    QTest::newRow("gptq_w4_g64_asym") << 4 << 64 << "gptq" << false;
    QTest::newRow("gptq_w4_g64_sym") << 4 << 64 << "gptq" << true;
    QTest::newRow("gptq_w4_pc_asym") << 4 << 0 << "gptq" << false;
    QTest::newRow("gptq_w4_pc_sym") << 4 << 0 << "gptq" << true;
    QTest::newRow("gptq_w3_g64_asym") << 3 << 64 << "gptq" << false;
    QTest::newRow("gptq_w8_pc_sym") << 8 << 0 << "gptq" << true;
    QTest::newRow("awq_w4_g64_asym") << 4 << 64 << "awq" << false;
    QTest::newRow("awq_w4_g64_sym") << 4 << 64 << "awq" << true;
    QTest::newRow("awq_w4_pc_asym") << 4 << 0 << "awq" << false;
    QTest::newRow("awq_w3_g64_asym") << 3 << 64 << "awq" << false;
  }
  void rounding_gives_the_codes_scales_and_weights_of_the_published_code() {
    const auto path = shared_file("golden-ops/rtn.safetensors");
    if (!path) QSKIP("the golden vectors are not beside the checkout");
    const GoldenTensors golden(*path);
    QFETCH(int, bits);
    QFETCH(int, group);
    QFETCH(QString, grid);
    QFETCH(bool, symmetric);
    const IntegerOptions options{bits, group, integer_grid_from_name(grid.toStdString()), symmetric, at::kFloat};
    const std::string id = QTest::currentDataTag();
    const auto weight = IntegerWeight::quantize(golden["W"], options);
    const IntegerCodes codes = weight->unpack();
    const auto as_tensor = [&](const std::vector<float>& values) {
      return at::tensor(values).view({codes.rows, codes.groups}).t().contiguous();   // the file holds [groups, out]
    };
    QVERIFY(at::equal(as_tensor(codes.scale), golden[id + ".scales"]));
    if (golden.has(id + ".zeros")) QVERIFY(at::equal(as_tensor(codes.zero), golden[id + ".zeros"].to(at::kFloat)));
    const at::Tensor stored = at::tensor(std::vector<int>(codes.codes.begin(), codes.codes.end())).view({codes.rows, codes.columns});
    const at::Tensor published = golden[id + ".codes"].to(at::kInt);
    // AutoAWQ counts symmetric codes from -2^(bits-1), the stored ones start at 0.
    const bool is_signed = grid == "awq" && symmetric;
    QVERIFY(at::equal(stored, is_signed ? published + (1 << (bits - 1)) : published));
    QVERIFY(at::equal(weight->decode(at::kFloat), golden[id + ".W_hat"]));
  }

  void ties_go_to_the_even_code() {
    // The range 0 to 15 makes the step 1 and the zero point 0 on every grid.
    at::Tensor values = at::zeros({1, 32});
    values[0][31] = 15;
    std::vector<std::uint8_t> wanted(32);
    wanted[31] = 15;
    for (std::int64_t i = 0; i < 15; ++i) {
      values[0][i] = static_cast<float>(i) + 0.5f;
      wanted[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i % 2 == 0 ? i : i + 1);
    }
    for (const IntegerGrid grid : {IntegerGrid::gptq, IntegerGrid::awq, IntegerGrid::minmax})
      QVERIFY2(IntegerWeight::round_to_grid(values, {4, 32, grid, false, at::kHalf}).codes == wanted, to_string(grid));
  }

  void every_format_has_its_exact_bytes_and_survives_storing() {
    for (const auto& [rows, columns] : {std::pair{1, 64}, {3, 192}, {16, 32}}) {
      const at::Tensor values = random_weight(rows, columns);
      for (const IntegerOptions& options : all_options(columns)) {
        const std::string name = text_of(options);
        const auto weight = IntegerWeight::quantize(values, options);
        QVERIFY2(weight->bytes() == closed_form_bytes(rows, columns, options), name.c_str());
        QVERIFY2(at::equal(weight->decode(at::kFloat), plain_decode(*weight)), name.c_str());
        const Weight back = load_weight(Json::parse(weight->descriptor().dump()), weight->parts());
        QVERIFY2(back->content_hash() == weight->content_hash(), name.c_str());
        QVERIFY2(at::equal(back->decode(at::kFloat), weight->decode(at::kFloat)), name.c_str());
        QVERIFY2(std::dynamic_pointer_cast<const IntegerWeight>(back)->options() == options, name.c_str());
        const auto packed_again = IntegerWeight::pack(weight->unpack(), options);
        QVERIFY2(packed_again->content_hash() == weight->content_hash(), name.c_str());
      }
    }
  }

  void an_error_is_at_most_half_a_step_with_fine_scales() {
    const at::Tensor values = random_weight(8, 128);
    for (const IntegerOptions& options : all_options(128)) {
      if (options.symmetric || options.scale_type != at::kFloat || options.grid == IntegerGrid::awq) continue;
      const auto weight = IntegerWeight::quantize(values, options);
      const IntegerCodes codes = weight->unpack();
      const at::Tensor scale = at::tensor(codes.scale).view({-1, 1});
      const at::Tensor error = (weight->decode(at::kFloat) - values).abs().view({scale.size(0), -1});
      // The rounded zero point moves the grid by up to half a step more.
      const double steps = options.grid == IntegerGrid::minmax ? 0.5 : 1.0;
      QVERIFY2((error <= scale * (steps + 1e-4)).all().item<bool>(), text_of(options).c_str());
    }
  }

  void both_products_are_those_of_the_decoded_weight() {
    const at::Tensor values = random_weight(40, 192);
    for (const IntegerOptions& options : all_options(192)) {
      const auto weight = IntegerWeight::quantize(values, options);
      const at::Tensor decoded = weight->decode(at::kFloat).to(at::kDouble);
      for (const std::int64_t tokens : {1, 4, 5, 17}) {   // up to four run on the packed form, more on decoded tiles
        const at::Tensor x = random_weight(tokens, 192) * 10;
        const at::Tensor wanted = x.to(at::kDouble).matmul(decoded.t());
        QVERIFY2(to_double_error(weight->linear(x), wanted) < 2e-5, text_of(options).c_str());
      }
    }
  }

  void permuted_columns_come_out_in_the_order_of_the_inputs() {
    const at::Tensor values = random_weight(24, 192);
    for (const IntegerOptions& options : all_options(192)) {
      const std::string name = text_of(options);
      const auto plain = IntegerWeight::quantize(values, options);
      IntegerCodes codes = plain->unpack();
      codes.order = scattered(192);
      const at::Tensor order = at::tensor(codes.order).to(at::kLong);
      const auto weight = IntegerWeight::pack(codes, options);
      const at::Tensor wanted = at::empty({24, 192}).index_copy_(1, order, plain->decode(at::kFloat));
      QVERIFY2(at::equal(weight->decode(at::kFloat), wanted), name.c_str());
      QVERIFY2(at::equal(weight->decode_rows(3, 9, at::kFloat), wanted.narrow(0, 3, 6)), name.c_str());
      QVERIFY2(weight->bytes() == closed_form_bytes(24, 192, options) + 4 * 192, name.c_str());
      for (const std::int64_t tokens : {1, 4, 5}) {   // on the packed form, and on decoded tiles
        const at::Tensor x = random_weight(tokens, 192) * 10;
        QVERIFY2(to_double_error(weight->linear(x), x.to(at::kDouble).matmul(wanted.to(at::kDouble).t())) < 2e-5, name.c_str());
      }
      const Weight back = load_weight(Json::parse(weight->descriptor().dump()), weight->parts());
      QVERIFY2(back->content_hash() == weight->content_hash() && back->content_hash() != plain->content_hash(), name.c_str());
      QVERIFY2(IntegerWeight::pack(weight->unpack(), options)->content_hash() == weight->content_hash(), name.c_str());
      QVERIFY2(at::equal(weight->select_rows({5, 0})->decode(at::kFloat), wanted.index_select(0, at::tensor({5, 0}))), name.c_str());
    }
    QVERIFY(!IntegerWeight::quantize(values, {4, 64})->descriptor().contains("permuted"));
    const IntegerOptions symmetric{4, 32, IntegerGrid::gptq, true, at::kFloat};
    at::Tensor far = random_weight(3, 64) - 0.05f;
    far[1].narrow(0, 0, 32).add_(1);   // one group far from zero, which a symmetric grid cuts off
    IntegerCodes cut = IntegerWeight::quantize(far, symmetric)->unpack();
    cut.order = scattered(64);
    const at::Tensor moved = at::empty({3, 64}).index_copy_(1, at::tensor(cut.order).to(at::kLong), far);
    QCOMPARE(IntegerWeight::pack(cut, symmetric)->count_clipped_groups(moved), 1);
    IntegerCodes codes = IntegerWeight::quantize(values, {4, 64})->unpack();
    codes.order = scattered(192);
    QCOMPARE(IntegerWeight::pack(codes, {4, 64})->name(), std::string("int4 g64 permuted"));
  }

  void an_order_that_is_no_permutation_is_refused() {
    IntegerCodes codes = IntegerWeight::quantize(random_weight(2, 64), {4, 32})->unpack();
    const auto refused = [&](std::vector<std::int32_t> order) {
      codes.order = std::move(order);
      const auto error = thrown([&] { IntegerWeight::pack(codes, {4, 32}); });
      return error && error->code == ErrorCode::file_malformed && mentions(error, "each of 64 inputs once");
    };
    std::vector<std::int32_t> order = scattered(64);
    order[7] = order[8];
    QVERIFY(refused(order));
    order[7] = 64;
    QVERIFY(refused(order));
    order[7] = -1;
    QVERIFY(refused(order));
    QVERIFY(refused(scattered(63)));
    codes.order = scattered(64);
    const auto weight = IntegerWeight::pack(codes, {4, 32});
    auto parts = weight->parts();
    QCOMPARE(parts.back().name, std::string("order"));
    parts.pop_back();
    QVERIFY(mentions(thrown([&] { load_weight(weight->descriptor(), parts); }), "order"));
    Json descriptor = weight->descriptor();
    descriptor["permuted"] = 1;
    QVERIFY(thrown([&] { load_weight(descriptor, weight->parts()); }));
  }

  void rows_are_selected_in_the_given_order() {
    const at::Tensor values = random_weight(5, 96);
    for (const IntegerOptions& options : all_options(96)) {
      const auto weight = IntegerWeight::quantize(values, options);
      const std::vector<std::int64_t> rows = {4, 0, 0, 2};
      const Weight selected = weight->select_rows(rows);
      QVERIFY(at::equal(selected->decode(at::kFloat), weight->decode(at::kFloat).index_select(0, at::tensor(rows))));
      QCOMPARE(selected->bytes(), closed_form_bytes(4, 96, options));
    }
    const auto weight = IntegerWeight::quantize(values, {4, 32});
    QCOMPARE(thrown([&] { weight->select_rows({5}); })->code, ErrorCode::shape_mismatch);
    QCOMPARE(thrown([&] { weight->select_rows({-1}); })->code, ErrorCode::shape_mismatch);
  }

  void single_rows_decode_like_the_whole() {
    for (const at::ScalarType type : {at::kHalf, at::kFloat}) {
      const auto weight = IntegerWeight::quantize(random_weight(7, 64), {3, 32, IntegerGrid::gptq, false, type});
      const at::Tensor whole = weight->decode(at::kFloat);
      for (std::int64_t row = 0; row < 7; ++row) QVERIFY(at::equal(weight->decode_rows(row, row + 1, at::kFloat)[0], whole[row]));
      QVERIFY(at::equal(weight->decode_rows(2, 5, at::kBFloat16), whole.narrow(0, 2, 3).to(at::kBFloat16)));
      QCOMPARE(weight->decode_rows(3, 3, at::kFloat).size(0), 0);
    }
  }

  void a_zero_stays_zero_on_every_grid_that_promises_it() {
    at::Tensor values = random_weight(4, 64);
    values.slice(1, 0, 64, 3) = 0;
    values[2] = 0;
    for (const IntegerOptions& options : all_options(64)) {
      const auto weight = IntegerWeight::quantize(values, options);
      QVERIFY2(weight->finite(), text_of(options).c_str());
      QVERIFY2(weight->decode(at::kFloat)[2].eq(0).all().item<bool>(), text_of(options).c_str());
      if (options.grid == IntegerGrid::gptq)
        QVERIFY2(weight->decode(at::kFloat).masked_select(values.eq(0)).eq(0).all().item<bool>(), text_of(options).c_str());
    }
  }

  void constant_groups_come_back() {
    for (const float constant : {0.05f, -0.05f, 1e-3f, 3.0f}) {
      const at::Tensor values = at::full({2, 64}, constant);
      const auto free = IntegerWeight::quantize(values, {4, 32, IntegerGrid::minmax, false, at::kFloat});
      QVERIFY(at::equal(free->decode(at::kFloat), values));
      // A range that holds 0 puts the constant on its last code.
      const auto gptq = IntegerWeight::quantize(values, {4, 32, IntegerGrid::gptq, false, at::kFloat});
      QVERIFY(at::allclose(gptq->decode(at::kFloat), values, 1e-6, 0));
    }
  }

  void a_free_minimum_returns_weights_that_lie_on_such_a_grid() {
    // Codes times a float16 scale plus a float16 minimum, as in a Q4_1 file; every group uses its first and last code.
    at::Tensor codes = at::arange(4 * 128).remainder(16).view({4, 128}).to(at::kFloat);
    const at::Tensor scale = at::tensor({0.0312f, 0.7f, 1e-3f, 5.0f}).to(at::kHalf).to(at::kFloat).view({4, 1});
    const at::Tensor minimum = at::tensor({-0.3f, -4.1f, 2e-3f, 11.0f}).to(at::kHalf).to(at::kFloat).view({4, 1});
    const at::Tensor values = codes * scale + minimum;
    QVERIFY(at::equal(IntegerWeight::quantize(values, {4, 32, IntegerGrid::minmax, false, at::kHalf})->decode(at::kFloat), values));
  }

  void groups_that_cannot_be_are_refused_before_any_work() {
    const auto refused = [](std::int64_t columns, IntegerOptions options, const char* text) {
      const auto early = thrown([&] { IntegerWeight::check(options, columns); });
      const auto late = thrown([&] { IntegerWeight::quantize(at::ones({2, columns}), options); });
      return early && late && early->code == ErrorCode::invalid_parameter && late->code == early->code && mentions(early, text);
    };
    QVERIFY(refused(576, {4, 128}, "576 inputs are no multiple of 128"));
    QVERIFY(refused(96, {4, 64}, "no multiple of 64"));
    QVERIFY(refused(64, {4, 16}, "multiple of 32"));
    QVERIFY(refused(64, {4, -32}, "multiple of 32"));
    QVERIFY(refused(32, {4, 64}, "no multiple of 64"));
    for (const int bits : {-1, 0, 1, 7, 9, 16}) QVERIFY(refused(64, {bits, 32}, "bits"));
    QVERIFY(refused(64, {4, 32, IntegerGrid::minmax, true, at::kHalf}, "symmetric"));
    IntegerWeight::check({4, 0}, 50);
    QCOMPARE(IntegerWeight::quantize(random_weight(3, 50), {4, 0})->bytes(), closed_form_bytes(3, 50, {4, 0}));
  }

  void numbers_that_are_none_are_refused_with_row_and_group() {
    for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
      for (const IntegerGrid grid : {IntegerGrid::gptq, IntegerGrid::awq, IntegerGrid::minmax}) {
        at::Tensor values = random_weight(4, 64);
        values[3][40] = bad;
        const auto error = thrown([&] { IntegerWeight::quantize(values, {4, 32, grid, false, at::kHalf}); });
        QVERIFY(error && error->code == ErrorCode::not_finite);
        QCOMPARE(error->where, std::string("row 3, group 1"));
      }
    }
  }

  void a_scale_beyond_its_type_is_refused_and_fits_a_wider_one() {
    for (const IntegerGrid grid : {IntegerGrid::gptq, IntegerGrid::awq, IntegerGrid::minmax}) {
      at::Tensor values = random_weight(2, 32);
      values[1][0] = 3e6f;
      const auto error = thrown([&] { IntegerWeight::quantize(values, {4, 32, grid, false, at::kHalf}); });
      QVERIFY(error && error->code == ErrorCode::not_finite);
      QVERIFY(mentions(error, "overflows"));
      QVERIFY(IntegerWeight::quantize(values, {4, 32, grid, false, at::kBFloat16})->finite());
    }
    at::Tensor minimum = at::full({1, 32}, -1e5f);
    QVERIFY(mentions(thrown([&] { IntegerWeight::quantize(minimum, {4, 32, IntegerGrid::minmax, false, at::kHalf}); }), "overflows"));
  }

  void the_largest_float_is_refused_or_decoded_but_never_infinite() {
    for (const IntegerOptions& options : all_options(32)) {
      for (const float size : {std::numeric_limits<float>::max(), 3e38f, 1.5e38f}) {
        at::Tensor values = at::zeros({1, 32});
        values[0][0] = size;
        values[0][1] = -size / 4;
        std::shared_ptr<const IntegerWeight> weight;
        const auto error = thrown([&] { weight = IntegerWeight::quantize(values, options); });
        if (error) {
          QVERIFY(error->code == ErrorCode::not_finite);
          continue;
        }
        QVERIFY2(weight->finite(), text_of(options).c_str());
        QVERIFY2(weight->linear(at::full({1, 32}, 1.0f / 64)).isfinite().all().item<bool>(), text_of(options).c_str());
      }
    }
  }

  void weights_too_small_for_the_scale_become_zero_and_are_counted() {
    const at::Tensor values = random_weight(2, 64) * 1e-9f;
    const auto lost = IntegerWeight::quantize(values, {4, 32, IntegerGrid::gptq, false, at::kHalf});
    QVERIFY(lost->finite());
    QVERIFY(lost->decode(at::kFloat).eq(0).all().item<bool>());
    QCOMPARE(lost->count_clipped_groups(values), 4);
    const auto kept = IntegerWeight::quantize(values, {4, 32, IntegerGrid::gptq, false, at::kFloat});
    QCOMPARE(kept->count_clipped_groups(values), 0);
  }

  void groups_that_the_grid_cuts_off_are_counted() {
    at::Tensor values = random_weight(3, 64) - 0.05f;   // on both sides of zero
    const auto clipped = [&](IntegerGrid grid, bool symmetric) {
      return IntegerWeight::quantize(values, {4, 32, grid, symmetric, at::kFloat})->count_clipped_groups(values);
    };
    const auto all = [&] {
      return std::vector<std::int64_t>{clipped(IntegerGrid::gptq, false), clipped(IntegerGrid::gptq, true),
                                       clipped(IntegerGrid::awq, false), clipped(IntegerGrid::awq, true),
                                       clipped(IntegerGrid::minmax, false)};
    };
    QVERIFY((all() == std::vector<std::int64_t>{0, 0, 0, 0, 0}));
    values[1] = random_weight(1, 64)[0] * 0.2f + 1.0f;   // far from zero: two groups
    QVERIFY((all() == std::vector<std::int64_t>{0, 2, 2, 0, 0}));
    const auto every_width = all_options(64);
    for (const IntegerOptions& options : every_width) {
      if (options.grid != IntegerGrid::gptq || options.symmetric) continue;
      QVERIFY2(IntegerWeight::quantize(values, options)->count_clipped_groups(values) == 0, text_of(options).c_str());
    }
  }

  void names_and_nominal_bits_are_what_people_write() {
    const auto weight = IntegerWeight::quantize(random_weight(2, 64), {3, 32});
    QCOMPARE(weight->name(), std::string("int3 g32"));
    QCOMPARE(weight->nominal_bits(), 3.0);
    QCOMPARE(IntegerWeight::quantize(random_weight(2, 64), {8, 0})->name(), std::string("int8 row"));
    QVERIFY(mentions(thrown([] { integer_grid_from_name("gguf"); }), "gguf"));
  }

  void a_damaged_description_or_part_is_an_error() {
    const auto weight = IntegerWeight::quantize(random_weight(4, 64), {4, 32});
    const Json good = weight->descriptor();
    const auto refuse = [&](const char* key, const Json& value) {
      Json descriptor = good;
      descriptor[key] = value;
      const auto error = thrown([&] { load_weight(descriptor, weight->parts()); });
      return error && error->code != ErrorCode::internal;
    };
    QVERIFY(refuse("bits", 7));
    QVERIFY(refuse("bits", 3));
    QVERIFY(refuse("bits", "4"));
    QVERIFY(refuse("group", 48));
    QVERIFY(refuse("group", 64));
    QVERIFY(refuse("group", -1));
    QVERIFY(refuse("grid", "q"));
    QVERIFY(refuse("grid", "minmax"));
    QVERIFY(refuse("symmetric", 1));
    QVERIFY(refuse("scale_type", "float32"));
    QVERIFY(refuse("scale_type", "float8"));
    QVERIFY(refuse("shape", Json::array({4, 128})));
    QVERIFY(refuse("shape", Json::array({64})));
    QVERIFY(refuse("shape", Json::array({std::int64_t{1} << 40, 64})));
    auto parts = weight->parts();
    parts.pop_back();
    QCOMPARE(thrown([&] { load_weight(good, parts); })->code, ErrorCode::file_malformed);
  }
};

QTEST_GUILESS_MAIN(IntegerWeightTest)
#include "integer_weight_test.moc"
