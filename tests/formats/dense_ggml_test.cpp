// SPDX-License-Identifier: GPL-3.0-or-later
// Weights stored as plain numbers and as ggml blocks.
#include <ATen/ATen.h>
#include <QtTest>

#include <cmath>
#include <limits>

#include "core/formats/dense_weight.h"
#include "core/formats/ggml_weight.h"
#include "core/kernels/ggml_blocks.h"
#include "tests/formats/stored_products.h"
#include "tests/support/engine.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

at::Tensor random_weight(std::int64_t rows, std::int64_t columns) {
  return at::arange(rows * columns, at::kDouble).mul(0.7390851).sin().mul(12345.678).frac().to(at::kFloat).view({rows, columns});
}

const std::vector<at::ScalarType> dense_types = {at::kFloat, at::kHalf, at::kBFloat16};
const std::vector<GgmlType> block_types = {GgmlType::Q4_0, GgmlType::Q4_1, GgmlType::Q5_0, GgmlType::Q5_1, GgmlType::Q8_0};

std::shared_ptr<const GgmlWeight> blocks(const at::Tensor& values, GgmlType type) {
  const GgmlTypeInfo& info = ggml_type_info(type);
  std::vector<std::uint8_t> out(static_cast<std::size_t>(values.numel() / info.block_size * info.block_bytes));
  if (!encode_ggml_rows(static_cast<std::uint32_t>(type), values.const_data_ptr<float>(), values.size(0), values.size(1), out.data()))
    throw Error(ErrorCode::internal, "The test cannot encode this type");
  return std::make_shared<GgmlWeight>(values.sizes().vec(), type, Bytes::own(std::move(out)));
}

std::vector<Weight> one_of_each(std::int64_t rows, std::int64_t columns) {
  std::vector<Weight> out;
  for (const at::ScalarType type : dense_types) out.push_back(DenseWeight::from_tensor(random_weight(rows, columns), type));
  for (const GgmlType type : block_types) out.push_back(blocks(random_weight(rows, columns), type));
  return out;
}

}  // namespace

class DenseGgmlTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void bytes_are_those_of_the_number_type() {
    const std::vector<std::uint64_t> per_32 = {128, 64, 64, 18, 20, 22, 24, 34};
    const std::vector<double> nominal = {32, 16, 16, 4, 4, 5, 5, 8};
    const std::vector<std::string> names = {"float32", "float16", "bfloat16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"};
    const std::vector<Weight> weights = one_of_each(7, 96);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      QCOMPARE(weights[i]->bytes(), 7 * 3 * per_32[i]);
      QCOMPARE(weights[i]->nominal_bits(), nominal[i]);
      QCOMPARE(weights[i]->name(), names[i]);
    }
  }

  void every_form_survives_storing_and_selecting_rows() {
    for (const Weight& weight : one_of_each(6, 64)) {
      const Weight back = load_weight(Json::parse(weight->descriptor().dump()), weight->parts());
      QCOMPARE(back->content_hash(), weight->content_hash());
      QVERIFY(at::equal(back->decode(at::kFloat), weight->decode(at::kFloat)));
      const std::vector<std::int64_t> rows = {5, 1, 1};
      const Weight selected = weight->select_rows(rows);
      QCOMPARE(selected->kind(), weight->kind());
      QVERIFY(at::equal(selected->decode(at::kFloat), weight->decode(at::kFloat).index_select(0, at::tensor(rows))));
      QVERIFY(thrown([&] { weight->select_rows({6}); }));
    }
  }

  void dense_numbers_round_once_and_to_the_nearest() {
    const at::Tensor values = random_weight(5, 33);
    for (const at::ScalarType type : dense_types) {
      const Weight weight = DenseWeight::from_tensor(values, type);
      QVERIFY(at::equal(weight->decode(at::kFloat), values.to(type).to(at::kFloat)));
      QVERIFY(at::equal(weight->decode_rows(2, 4, type), values.narrow(0, 2, 2).to(type)));
    }
    const Weight norm = DenseWeight::from_tensor(values[0], at::kFloat);
    QVERIFY(at::equal(norm->decode(at::kFloat), values[0]));
    QCOMPARE(norm->rows(), 1);
    QCOMPARE(norm->columns(), 33);
  }

  void decoding_gives_a_copy_that_may_be_written() {
    const Weight weight = DenseWeight::from_tensor(random_weight(2, 8), at::kFloat);
    const std::string before = weight->content_hash();
    weight->decode(at::kFloat).zero_();
    QCOMPARE(weight->content_hash(), before);
  }

  void products_are_those_of_the_decoded_weight() {
    for (const Weight& weight : one_of_each(50, 160)) {
      const at::Tensor decoded = weight->decode(at::kFloat).to(at::kDouble);
      for (const std::int64_t tokens : {1, 3, 4, 5, 40}) {
        // Short binary fractions, so that rounding the input to bfloat16 changes nothing.
        const at::Tensor x = random_weight(tokens, 160).to(at::kBFloat16).to(at::kFloat);
        const at::Tensor wanted = x.to(at::kDouble).matmul(decoded.t());
        const at::Tensor found = weight->linear(x);
        QCOMPARE(found.scalar_type(), at::kFloat);
        QVERIFY2((found.to(at::kDouble) - wanted).abs().max().item<double>() < 1e-4, weight->name().c_str());
        const at::Tensor coarse = weight->linear(x.to(at::kBFloat16));
        QCOMPARE(coarse.scalar_type(), at::kBFloat16);
        // bfloat16 rounds each weight and the result to 8 bits; sums are float32.
        const at::Tensor bound = (x.abs().to(at::kDouble).matmul(decoded.abs().t()) + wanted.abs()) * 0x1p-8 + 1e-4;
        QVERIFY2(((coarse.to(at::kDouble) - wanted).abs() <= bound).all().item<bool>(), weight->name().c_str());
      }
    }
  }

  void blocks_of_256_run_as_they_are_stored_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("scale_at");   // of float16 scales in the block, the last two bytes of Q6_K
    QTest::newRow("q4_k") << 12 << 0;
    QTest::newRow("q5_k") << 13 << 0;
    QTest::newRow("q6_k") << 14 << 208;
  }
  void blocks_of_256_run_as_they_are_stored() {
    QFETCH(int, type);
    QFETCH(int, scale_at);
    const GgmlType block = static_cast<GgmlType>(type);
    const auto size = static_cast<std::size_t>(ggml_type_info(block).block_bytes);
    std::vector<std::uint8_t> bytes(7 * 3 * size);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>((i * 2654435761u) >> 13);
    for (std::size_t b = 0; b < bytes.size(); b += size)   // 2^-6 to 2^-4, so that all are numbers
      for (int i = scale_at; i < scale_at + (block == GgmlType::Q6_K ? 2 : 4); i += 2) bytes[b + static_cast<std::size_t>(i) + 1] = 0x24 + b / size % 8;
    const Weight weight = std::make_shared<GgmlWeight>(std::vector<std::int64_t>{7, 768}, block, Bytes::own(std::move(bytes)));
    QVERIFY(weight->finite());
    check_storing(weight);
    const std::string name = QTest::currentDataTag();
    for (const Isa isa : kelter_tests::available_isas()) {
      check_products(weight, name + "-matvec", isa);
      check_non_finite(weight, name + "-matvec", isa);
    }
  }

  void zeros_and_numbers_that_are_none_are_seen() {
    for (const at::ScalarType type : dense_types) {
      at::Tensor values = random_weight(4, 10) + 2;
      values[1] = 0;
      values[3][9] = -0.0f;
      QCOMPARE(DenseWeight::from_tensor(values, type)->count_zeros(), 11);
      QVERIFY(DenseWeight::from_tensor(values, type)->finite());
      values[3][9] = std::numeric_limits<float>::quiet_NaN();
      QVERIFY(!DenseWeight::from_tensor(values, type)->finite());
      values[3][9] = 1e5f;
      QCOMPARE(DenseWeight::from_tensor(values, type)->finite(), type != at::kHalf);
    }
  }

  void a_block_with_an_infinite_scale_is_not_finite() {
    for (const GgmlType type : block_types) {
      std::vector<std::uint8_t> bytes(static_cast<std::size_t>(ggml_type_info(type).block_bytes), 0x11);
      bytes[0] = 0x00;
      bytes[1] = 0x7c;   // float16 infinity, little-endian
      QVERIFY(!GgmlWeight({1, 32}, type, Bytes::own(std::move(bytes))).finite());
    }
  }

  void a_wrong_number_of_bytes_is_an_error() {
    const auto bytes = [](std::size_t size) { return Bytes::own(std::vector<std::uint8_t>(size)); };
    QCOMPARE(thrown([&] { DenseWeight({2, 3}, at::kHalf, bytes(11)); })->code, ErrorCode::shape_mismatch);
    QCOMPARE(thrown([&] { GgmlWeight({2, 32}, GgmlType::Q4_1, bytes(39)); })->code, ErrorCode::shape_mismatch);
    QCOMPARE(thrown([&] { GgmlWeight({1, 33}, GgmlType::Q4_1, bytes(20)); })->code, ErrorCode::shape_mismatch);
    QCOMPARE(thrown([&] { GgmlWeight({1, 32}, GgmlType::F32, bytes(128)); })->code, ErrorCode::unsupported);
  }

  void a_damaged_description_is_an_error() {
    for (const Weight& weight : one_of_each(2, 32)) {
      for (const char* key : {"shape", "dtype", "type"}) {
        if (!weight->descriptor().contains(key)) continue;
        for (const Json& value : {Json(), Json("x"), Json::array({2, 64}), Json::array({0, 32}), Json::array({-2, -32})}) {
          Json descriptor = weight->descriptor();
          descriptor[key] = value;
          QVERIFY2(thrown([&] { load_weight(descriptor, weight->parts()); }), (key + value.dump()).c_str());
        }
      }
      QVERIFY(thrown([&] { load_weight(weight->descriptor(), {}); }));
      QVERIFY(thrown([&] { load_weight({{"kind", "codebook"}}, weight->parts()); }));
      QVERIFY(thrown([&] { load_weight(Json::array(), weight->parts()); }));
    }
  }

  void names_of_number_types_go_both_ways() {
    for (const at::ScalarType type : dense_types) QVERIFY(dtype_from_name(dtype_name(type)) == type);
    QCOMPARE(thrown([] { dtype_from_name("int4"); })->code, ErrorCode::unsupported);
  }
};

QTEST_GUILESS_MAIN(DenseGgmlTest)
#include "dense_ggml_test.moc"
