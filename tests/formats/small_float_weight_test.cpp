// SPDX-License-Identifier: GPL-3.0-or-later
// NF4, FP4, FP8 and MX against golden vectors (bitsandbytes 0.50.2, microxcaling 7bc4195, casts of torch 2.11.0; the shared
// folder's golden-ops), closed forms of their numbers, and products in float64.
#include "core/formats/small_float_weight.h"

#include <cmath>

#include "core/formats/integer_weight.h"
#include "core/kernels/grouped_integer.h"
#include "tests/formats/stored_products.h"
#include "tests/support/engine.h"
#include "tests/support/golden_tensors.h"
#include "tests/support/test_files.h"

using namespace kelter;
using namespace kelter::test;

namespace {

constexpr Element elements[] = {Element::nf4, Element::e2m1, Element::e2m3, Element::e3m2, Element::e4m3, Element::e5m2, Element::int8_64ths};
const std::vector<std::string> names = {"nf4", "nf4-double", "fp4", "fp4-double", "fp8-e4m3-tensor", "fp8-e4m3-row", "fp8-e4m3-block",
                                        "fp8-e5m2-tensor", "fp8-e5m2-row", "fp8-e5m2-block", "mxfp8-e4m3", "mxfp8-e5m2",
                                        "mxfp6-e3m2", "mxfp6-e2m3", "mxfp4", "mxint8"};

std::string element_text(Element element) {
  switch (element) {
    case Element::nf4: return "nf4";
    case Element::e2m1: return "e2m1";
    case Element::e2m3: return "e2m3";
    case Element::e3m2: return "e3m2";
    case Element::e4m3: return "e4m3";
    case Element::e5m2: return "e5m2";
    case Element::int8_64ths: break;
  }
  return "mxint8";
}

at::Tensor codes_of(const SmallFloatCodes& codes) {
  return at::tensor(at::ArrayRef<std::uint8_t>(codes.codes)).to(at::kByte).view({codes.rows, codes.columns});
}
at::Tensor bytes_of(const std::vector<std::uint8_t>& bytes) { return at::tensor(at::ArrayRef<std::uint8_t>(bytes)).to(at::kByte); }

// value * scale in float32, one multiplication.
at::Tensor plain_decode(const SmallFloatWeight& weight) {
  const SmallFloatCodes codes = weight.unpack();
  const std::int64_t group = weight.options().group == 0 ? codes.columns : weight.options().group;
  const std::int64_t height = weight.options().scale_rows == 0 ? codes.rows : weight.options().scale_rows;
  at::Tensor out = at::empty({codes.rows, codes.columns}, at::kFloat);
  float* values = out.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < codes.rows * codes.columns; ++i) {
    const std::int64_t row = i / codes.columns, g = row / height * (codes.columns / group) + i % codes.columns / group;
    values[i] = element_value(weight.options().element, codes.codes[static_cast<std::size_t>(i)]) * codes.scales[static_cast<std::size_t>(g)];
  }
  return out;
}

bool is_number(Element element, int code) {
  if (element == Element::e4m3) return (code & 0x7f) != 0x7f;
  return element != Element::e5m2 || (code & 0x7f) < 0x7c;
}

}  // namespace

class SmallFloatWeightTest : public QObject {
  Q_OBJECT

 private:
  static const GoldenTensors* golden(const char* file) {
    static std::map<std::string, std::unique_ptr<GoldenTensors>> open;
    const auto path = shared_file(std::string("golden-ops/") + file);
    if (!path) return nullptr;
    auto& found = open[file];
    if (!found) found = std::make_unique<GoldenTensors>(*path);
    return found.get();
  }

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  // ---- numbers

  void codes_stand_for_the_published_numbers() {
    const std::vector<float> fp4 = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0.0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};
    for (int code = 0; code < 16; ++code) QCOMPARE(element_value(Element::e2m1, static_cast<std::uint8_t>(code)), fp4[static_cast<std::size_t>(code)]);
    // Each pair: a code and its number, from the specifications' tables.
    const std::vector<std::tuple<Element, int, float>> table = {
        {Element::e2m3, 0x01, 0.125f}, {Element::e2m3, 0x07, 0.875f},   {Element::e2m3, 0x08, 1},         {Element::e2m3, 0x1f, 7.5f},
        {Element::e3m2, 0x01, 0.0625f}, {Element::e3m2, 0x03, 0.1875f}, {Element::e3m2, 0x04, 0.25f},     {Element::e3m2, 0x3f, -28},
        {Element::e4m3, 0x01, 0x1p-9f}, {Element::e4m3, 0x07, 0x7p-9f}, {Element::e4m3, 0x08, 0x1p-6f},   {Element::e4m3, 0x7e, 448},
        {Element::e5m2, 0x01, 0x1p-16f}, {Element::e5m2, 0x03, 0x3p-16f}, {Element::e5m2, 0x04, 0x1p-14f}, {Element::e5m2, 0xfb, -57344},
        {Element::int8_64ths, 0x7f, 127.0f / 64}, {Element::int8_64ths, 0xff, -1.0f / 64}, {Element::nf4, 0, -1}, {Element::nf4, 7, 0}};
    for (const auto& [element, code, value] : table) QCOMPARE(element_value(element, static_cast<std::uint8_t>(code)), value);
    QVERIFY(std::isnan(element_value(Element::e4m3, 0x7f)) && std::isinf(element_value(Element::e5m2, 0x7c)));
  }

  void the_nearest_code_is_taken_and_ties_follow_their_rule() {
    for (const Element element : elements) {
      std::vector<std::pair<double, int>> numbers;   // every value once, ascending
      for (int code = 0; code < 1 << element_bits(element); ++code) {
        const float value = element_value(element, static_cast<std::uint8_t>(code));
        if (!is_number(element, code) || (value == 0 && std::signbit(value)) || std::abs(value) > element_maximum(element)) continue;
        numbers.emplace_back(value, code);
        QCOMPARE(int(encode_element(element, value)), code);
      }
      std::sort(numbers.begin(), numbers.end());
      for (std::size_t i = 1; i < numbers.size(); ++i) {
        const double low = numbers[i - 1].first, high = numbers[i].first, middle = (low + high) / 2;
        const auto value_of = [&](double value, TieRule ties) { return static_cast<double>(element_value(element, encode_element(element, static_cast<float>(value), ties))); };
        for (const TieRule ties : {TieRule::even, TieRule::away_from_zero}) {
          QCOMPARE(value_of(middle - (high - low) / 8, ties), low);
          QCOMPARE(value_of(middle + (high - low) / 8, ties), high);
        }
        if (element == Element::nf4) continue;
        QCOMPARE(std::abs(value_of(middle, TieRule::away_from_zero)), std::max(std::abs(low), std::abs(high)));
        const int even = element == Element::int8_64ths ? static_cast<int>(std::lround(value_of(middle, TieRule::even) * 64))
                                                        : int(encode_element(element, static_cast<float>(middle)));
        QVERIFY2(even % 2 == 0, element_text(element).c_str());
      }
      const float beyond = element_maximum(element) * 100;
      QCOMPARE(element_value(element, encode_element(element, beyond)), element_maximum(element));
      QCOMPARE(element_value(element, encode_element(element, -beyond)), -element_maximum(element));
    }
  }

  void casts_to_fp8_are_those_of_torch() {
    const GoldenTensors* file = golden("mx_fp8.safetensors");
    if (!file) QSKIP("the golden vectors are not beside the checkout");
    const at::Tensor edge = (*file)["edge"], wanted = (*file)["fp8_cast_edge.e4m3_clamp"];
    for (std::int64_t i = 0; i < edge.numel(); ++i) {
      const float value = edge[i].item<float>();
      if (std::isnan(value)) continue;
      QCOMPARE(int(encode_element(Element::e4m3, value)), wanted[i].item<int>());
    }
  }

  // ---- golden vectors

  void nf4_has_the_published_codes_and_scales() {
    const GoldenTensors* file = golden("nf4.safetensors");
    if (!file) QSKIP("the golden vectors are not beside the checkout");
    const auto weight = SmallFloatWeight::quantize((*file)["nf4_b64_f16.W"], small_float_options("nf4"));
    const SmallFloatCodes codes = weight->unpack();
    QVERIFY(at::equal(codes_of(codes), (*file)["nf4_b64_f16.codes"]));
    QVERIFY(at::equal(at::tensor(codes.scales), (*file)["nf4_b64_f16.absmax"]));
    QVERIFY(at::equal(weight->decode(at::kHalf), (*file)["nf4_b64_f16.W_dequant"]));
    for (std::uint8_t code = 0; code < 16; ++code) QCOMPARE(element_value(Element::nf4, code), (*file)["nf4_b64_f16.quant_map"][code].item<float>());
    // Blocks run across rows there; ours do not, so that the ragged weight is one row here, and its last block another.
    const at::Tensor flat = (*file)["nf4_b64_ragged.W"].flatten(), wanted = (*file)["nf4_b64_ragged.codes"].flatten();
    QVERIFY(at::equal(codes_of(SmallFloatWeight::round_to_codes(flat.slice(0, 0, 448).view({1, 448}), small_float_options("nf4"))).flatten(), wanted.slice(0, 0, 448)));
    const SmallFloatCodes last = SmallFloatWeight::round_to_codes(flat.slice(0, 448).view({1, 52}), {Element::nf4, FloatScale::float32, 0, 1});
    QVERIFY(at::equal(codes_of(last).flatten(), wanted.slice(0, 448)));
    QCOMPARE(last.scales[0], (*file)["nf4_b64_ragged.absmax"][7].item<float>());
  }

  void double_quantization_has_the_published_codes_of_scales() {
    const GoldenTensors* file = golden("nf4.safetensors");
    if (!file) QSKIP("the golden vectors are not beside the checkout");
    QVERIFY(at::equal(at::tensor(dynamic_codes()), (*file)["nf4_b64_f16_dq.nested_quant_map"]));
    const auto weight = SmallFloatWeight::quantize((*file)["nf4_b64_f16.W"], small_float_options("nf4-double"));
    const SmallFloatCodes codes = weight->unpack();
    QVERIFY(at::equal(codes_of(codes), (*file)["nf4_b64_f16.codes"]));
    QVERIFY(at::equal(bytes_of(codes.scale_bytes), (*file)["nf4_b64_f16_dq.absmax"]));
    QVERIFY(at::allclose(at::tensor(codes.block_scales), (*file)["nf4_b64_f16_dq.nested_absmax"], 1e-6, 0));
    QVERIFY(at::allclose(at::tensor({codes.offset}), (*file)["nf4_b64_f16_dq.nested_offset"].flatten(), 1e-6, 0));
    QVERIFY(at::allclose(at::tensor(codes.scales), (*file)["nf4_b64_f16_dq.absmax_dequant"], 1e-6, 0));
    QVERIFY(at::allclose(weight->decode(at::kHalf).to(at::kFloat), (*file)["nf4_b64_f16_dq.W_dequant"].to(at::kFloat), 0.002, 1e-7));
  }

  void microscaling_has_the_published_codes_and_scales_data() {
    QTest::addColumn<QString>("golden_id");
    QTest::addColumn<QString>("name");
    for (const auto& [id, name] : {std::pair{"mxfp8_e4m3", "mxfp8-e4m3"}, {"mxfp8_e5m2", "mxfp8-e5m2"}, {"mxfp6_e3m2", "mxfp6-e3m2"},
                                   {"mxfp6_e2m3", "mxfp6-e2m3"}, {"mxfp4_e2m1", "mxfp4"}, {"mxint8", "mxint8"}})
      for (const char* rule : {"even", "nearest"}) QTest::newRow((std::string(id) + "_" + rule).c_str()) << QString("%1_%2").arg(id, rule) << QString(name);
  }
  void microscaling_has_the_published_codes_and_scales() {
    const GoldenTensors* file = golden("mx_fp8.safetensors");
    if (!file) QSKIP("the golden vectors are not beside the checkout");
    QFETCH(QString, golden_id);
    QFETCH(QString, name);
    const std::string id = golden_id.toStdString();
    const TieRule ties = golden_id.endsWith("even") ? TieRule::even : TieRule::away_from_zero;
    const auto weight = SmallFloatWeight::quantize((*file)["X"], small_float_options(name.toStdString()), ties);
    const SmallFloatCodes codes = weight->unpack();
    QVERIFY(at::equal(codes_of(codes), (*file)[id + ".codes"].view(at::kByte)));
    QVERIFY(at::equal(bytes_of(codes.scale_bytes), (*file)[id + ".scale_e8m0"].flatten()));
    QVERIFY(at::equal(weight->decode(at::kFloat), (*file)[id + ".Y"]));
  }

  void fp8_has_the_published_codes_and_scales() {
    const GoldenTensors* file = golden("mx_fp8.safetensors");
    if (!file) QSKIP("the golden vectors are not beside the checkout");
    for (const std::string element : {"e4m3", "e5m2"}) {
      for (const auto& [id, scope] : {std::pair{"_tensor", "-tensor"}, {"_channel", "-row"}}) {
        const auto weight = SmallFloatWeight::quantize((*file)["W"], small_float_options("fp8-" + element + scope));
        const SmallFloatCodes codes = weight->unpack();
        QVERIFY(at::equal(codes_of(codes), (*file)[element + id + ".q"]));
        QVERIFY(at::equal(at::tensor(codes.scales), (*file)[element + id + ".scale"]));
        QVERIFY(at::equal(weight->decode(at::kFloat), (*file)[element + id + ".Y"]));
      }
    }
  }

  void int8_rows_have_the_published_codes() {
    const GoldenTensors* file = golden("llm_int8.safetensors");
    if (!file) QSKIP("the golden vectors are not beside the checkout");
    const IntegerCodes codes = IntegerWeight::round_to_grid((*file)["W"], {8, 0, IntegerGrid::absmax, true, at::kFloat});
    const at::Tensor found = at::tensor(at::ArrayRef<std::uint8_t>(codes.codes)).to(at::kInt) - 128;
    QVERIFY(at::equal(found, (*file)["CB"].to(at::kInt).flatten()));
    QVERIFY(at::allclose(at::tensor(codes.scale) * 127, (*file)["SCB"], 1e-6, 0));
  }

  // ---- storage

  void bytes_are_codes_and_scales() {
    const std::int64_t rows = 256, columns = 256;
    const std::map<std::string, double> bits = {{"nf4", 4.5}, {"fp4", 4.5}, {"fp8-e4m3-row", 8 + 32.0 / 256}, {"fp8-e5m2-block", 8 + 32.0 / (128 * 128)},
                                                {"fp8-e4m3-tensor", 8 + 32.0 / 65536}, {"mxfp8-e5m2", 8.25}, {"mxfp6-e2m3", 6.25}, {"mxfp4", 4.25}, {"mxint8", 8.25}};
    for (const auto& [name, each] : bits) {
      const auto weight = SmallFloatWeight::quantize(wavy_weight(rows, columns), small_float_options(name));
      QCOMPARE(static_cast<double>(weight->bytes()), each * rows * columns / 8);
      QCOMPARE(weight->name(), name);
    }
    // 1024 scales in a byte each, four blocks of them and an offset.
    QCOMPARE(SmallFloatWeight::quantize(wavy_weight(rows, columns), small_float_options("nf4-double"))->bytes(), std::uint64_t(32768 + 1024 + 16 + 4));
  }

  void every_form_survives_storing_and_selecting_rows() {
    for (const std::string& name : names) check_storing(SmallFloatWeight::quantize(wavy_weight(130, 128), small_float_options(name)));
  }

  void groups_that_do_not_divide_are_refused() {
    for (const std::string name : {"nf4", "mxfp4", "fp8-e4m3-block"}) {
      const auto error = thrown([&] { SmallFloatWeight::quantize(wavy_weight(4, 80), small_float_options(name)); });
      QVERIFY(error && error->code == ErrorCode::invalid_parameter);
      QVERIFY(mentions(error, "80"));
    }
    QCOMPARE(SmallFloatWeight::quantize(wavy_weight(4, 80), small_float_options("fp8-e4m3-row"))->columns(), 80);
    QVERIFY(thrown([] { small_float_options("nf3"); }));
  }

  void numbers_that_are_none_are_refused() {
    at::Tensor values = wavy_weight(4, 128);
    values[2][7] = std::numeric_limits<float>::quiet_NaN();
    for (const std::string& name : names) {
      const auto error = thrown([&] { SmallFloatWeight::quantize(values, small_float_options(name)); });
      QVERIFY(error && error->code == ErrorCode::not_finite);
    }
    // In a file: E4M3's NaN, E5M2's infinity, the exponent 255, an infinite scale.
    const auto spoil = [](const std::string& name, const std::string& part, std::size_t place, std::vector<std::uint8_t> bytes) {
      const auto weight = SmallFloatWeight::quantize(wavy_weight(4, 128), small_float_options(name));
      std::vector<WeightPart> parts = weight->parts();
      for (WeightPart& one : parts) {
        if (one.name != part) continue;
        std::vector<std::uint8_t> copy(one.data.span().begin(), one.data.span().end());
        std::copy(bytes.begin(), bytes.end(), copy.begin() + static_cast<std::ptrdiff_t>(place));
        one.data = Bytes::own(std::move(copy));
      }
      return thrown([&] { load_weight(weight->descriptor(), parts); });
    };
    for (const auto& error : {spoil("fp8-e4m3-row", "codes", 100, {0xff}), spoil("fp8-e5m2-row", "codes", 100, {0x7c}),
                              spoil("mxfp6-e2m3", "scales", 3, {255}), spoil("nf4", "scales", 4, {0, 0, 0x80, 0x7f}),
                              spoil("nf4-double", "scale_parameters", 0, {0, 0, 0xc0, 0x7f})})
      QVERIFY(error && error->code == ErrorCode::file_malformed);
  }

  void zeros_subnormal_and_large_scales_keep_their_numbers() {
    at::Tensor values = wavy_weight(3, 128);
    values[0] = 0;
    values[1] *= 1e-38f;
    values[2] *= 1e37f;
    for (const std::string& name : names) {
      const auto weight = SmallFloatWeight::quantize(values, small_float_options(name));
      QVERIFY2(at::equal(weight->decode(at::kFloat), plain_decode(*weight)), name.c_str());
      QVERIFY2(weight->finite(), name.c_str());
      if (weight->options().scale_rows == 1 && weight->options().scale != FloatScale::coded) {
        QCOMPARE(weight->decode(at::kFloat)[0].abs().max().item<float>(), 0.0f);
        QVERIFY2((weight->decode(at::kFloat)[2] - values[2]).abs().max().item<float>() < 1.1e36f, name.c_str());
      }
    }
  }

  // ---- products

  void decoding_is_one_multiplication_on_every_instruction_set() {
    for (const std::string& name : names) {
      const auto weight = SmallFloatWeight::quantize(wavy_weight(131, 384), small_float_options(name));
      for (const Isa isa : kelter_tests::available_isas())
        check_decoding(weight, element_text(weight->options().element) + "-decode", isa, plain_decode(*weight));
    }
    const auto ragged = SmallFloatWeight::quantize(wavy_weight(5, 77), small_float_options("fp8-e4m3-row"));
    for (const Isa isa : kelter_tests::available_isas()) check_decoding(ragged, "e4m3-decode", isa, plain_decode(*ragged));
  }

  void products_are_those_of_the_decoded_weight() {
    for (const std::string& name : names) {
      for (const std::int64_t rows : {1, 7}) {
        const auto weight = SmallFloatWeight::quantize(wavy_weight(rows, 384), small_float_options(name));
        const std::string product = element_text(weight->options().element) + "-matvec";
        for (const Isa isa : kelter_tests::available_isas()) {
          check_products(weight, product, isa);
          check_non_finite(weight, product, isa);
        }
      }
    }
    const auto ragged = SmallFloatWeight::quantize(wavy_weight(5, 77), small_float_options("fp8-e5m2-row"));
    for (const Isa isa : kelter_tests::available_isas()) check_products(ragged, "e5m2-matvec", isa);
  }
};

QTEST_GUILESS_MAIN(SmallFloatWeightTest)
#include "small_float_weight_test.moc"
