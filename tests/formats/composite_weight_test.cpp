// SPDX-License-Identifier: GPL-3.0-or-later
// Weights made of others: their products against float64, their way to and from disk, and whole tiny models of them, decoded
// token by token as by the plain forward.
#include <QFile>
#include <QTemporaryDir>
#include <c10/core/GradMode.h>

#include "core/formats/adapter_weight.h"
#include "core/formats/dense_weight.h"
#include "core/formats/integer_weight.h"
#include "core/formats/low_rank_weight.h"
#include "core/formats/outlier_int8_weight.h"
#include "core/formats/small_float_weight.h"
#include "core/model/decode_engine.h"
#include "core/model/export.h"
#include "core/model/ledger.h"
#include "core/model/transformer.h"
#include "tests/formats/stored_products.h"
#include "tests/support/engine.h"
#include "tests/support/golden_tensors.h"
#include "tests/support/test_files.h"
#include "tests/support/tiny_models.h"

using namespace kelter;
using namespace kelter::test;

namespace {

at::Tensor numbers(std::int64_t rows, std::int64_t columns, double seed) {
  const at::Tensor angle = at::arange(rows * columns, at::kDouble).mul(0.7390851).add(seed);
  return (angle.sin().mul(12345.678).frac() * 0.1).to(at::kFloat).view({rows, columns});
}

Weight dense(std::int64_t rows, std::int64_t columns, at::ScalarType type, double seed = 0.5) {
  return DenseWeight::from_tensor(numbers(rows, columns, seed), type);
}
Weight int8_rows(std::int64_t rows, std::int64_t columns) {
  return IntegerWeight::quantize(numbers(rows, columns, 2.5), {8, 0, IntegerGrid::absmax, true, at::kFloat});
}
Weight low_rank(const Weight& left, const Weight& right) { return std::make_shared<LowRankWeight>(left, right); }

// A composite of [rows, columns]; `reference` is its matrix in float64, made of the inner weights; `size` bounds what a product
// may lose: tolerance * |x| size^T. bfloat16 numbers round the inputs they multiply.
struct Made {
  std::string kind;
  Weight weight;
  at::Tensor reference, size;
  double tolerance;
};

at::Tensor exact(const Weight& weight) { return weight->decode(at::kFloat).to(at::kDouble); }

Made made_low_rank(const std::string& kind, const Weight& left, const Weight& right, double tolerance) {
  return {kind, low_rank(left, right), exact(left).matmul(exact(right)), exact(left).abs().matmul(exact(right).abs()), tolerance};
}

Weight adapter(const Weight& base, const Weight& a, const Weight& b, double alpha) { return std::make_shared<AdapterWeight>(base, a, b, alpha); }

Made made_adapter(const std::string& kind, const Weight& base, std::int64_t rank, at::ScalarType type, double alpha, double tolerance) {
  const Weight a = dense(rank, base->columns(), type, 6.5), b = dense(base->rows(), rank, type, 7.5);
  const double scale = alpha / static_cast<double>(rank);
  return {kind, adapter(base, a, b, alpha), exact(base) + exact(b).matmul(exact(a)) * scale,
          exact(base).abs() + exact(b).abs().matmul(exact(a).abs()) * scale, tolerance};
}

// Inputs 3, 17, ... of every 14; `values` times 20 there, as outliers are.
std::vector<std::int64_t> some_columns(std::int64_t columns) {
  std::vector<std::int64_t> out;
  for (std::int64_t c = 3 % columns; c < columns; c += 14) out.push_back(c);
  return out;
}
at::Tensor with_outliers(std::int64_t rows, std::int64_t columns) {
  at::Tensor out = numbers(rows, columns, 9.5);
  for (const std::int64_t column : some_columns(columns)) out.select(1, column).mul_(20);
  return out;
}

// round(w 127 / max) max / 127 of what is not kept, in float64 of the float32 codes.
Made made_outliers(const std::string& kind, std::int64_t rows, std::int64_t columns, at::ScalarType type, double tolerance) {
  const at::Tensor values = with_outliers(rows, columns), index = at::tensor(some_columns(columns));
  const at::Tensor others = values.index_fill(1, index, 0), largest = others.abs().amax(1, true);
  const at::Tensor codes = (others * (127 * (1 / largest))).round().to(at::kDouble);
  const at::Tensor scaled = at::where(largest.eq(0), at::zeros_like(codes), codes * (largest / 127).to(at::kDouble));
  const at::Tensor reference = scaled.index_copy(1, index, values.index_select(1, index).to(type).to(at::kDouble));
  return {kind, OutlierInt8Weight::quantize(values, some_columns(columns), type), reference, reference.abs(), tolerance};
}

// Columns are a multiple of 32, as packed weights need.
std::vector<Made> all_made(std::int64_t rows, std::int64_t columns) {
  constexpr double float_error = 8e-6, bfloat16_error = 0.01;
  std::vector<Made> out = {
      made_low_rank("low rank float32", dense(rows, 7, at::kFloat), dense(7, columns, at::kFloat, 1.5), float_error),
      made_low_rank("low rank float16", dense(rows, 1, at::kHalf), dense(1, columns, at::kHalf, 1.5), float_error),
      made_low_rank("low rank bfloat16", dense(rows, 9, at::kBFloat16), dense(9, columns, at::kBFloat16, 1.5), bfloat16_error),
      made_low_rank("low rank packed", dense(rows, 5, at::kFloat), int8_rows(5, columns), float_error),
      made_low_rank("low rank of packed", int8_rows(rows, 32), int8_rows(32, columns), float_error)};
  const Weight nested = low_rank(dense(rows, 3, at::kFloat), dense(3, 8, at::kFloat, 3.5));
  out.push_back(made_low_rank("low rank of low rank", nested, dense(8, columns, at::kFloat, 4.5), float_error));
  out.push_back(made_adapter("adapter float32", dense(rows, columns, at::kFloat), 5, at::kFloat, 7, float_error));
  out.push_back(made_adapter("adapter on packed", int8_rows(rows, columns), 16, at::kFloat, 32, float_error));
  out.push_back(made_adapter("adapter bfloat16", dense(rows, columns, at::kBFloat16), 3, at::kBFloat16, 0.75, bfloat16_error));
  const Weight nf4 = SmallFloatWeight::quantize(numbers(rows, columns, 8.5), small_float_options("mxfp4"));
  out.push_back(made_adapter("adapter on small floats", nf4, 1, at::kHalf, 16, float_error));
  out.push_back(made_adapter("adapter on low rank", out.front().weight, 4, at::kFloat, 8, float_error));
  out.push_back(made_outliers("int8 and float16 columns", rows, columns, at::kHalf, float_error));
  out.push_back(made_outliers("int8 and bfloat16 columns", rows, columns, at::kBFloat16, bfloat16_error));
  return out;
}

// Both ways to multiply, for 0 to 300 tokens.
void check_against_float64(const Made& made) {
  const Weight& weight = made.weight;
  const double largest = made.size.max().item<double>();
  QVERIFY2((exact(weight) - made.reference).abs().max().item<double>() <= 1e-6 * largest, made.kind.c_str());
  for (const std::int64_t tokens : {0, 1, 2, 3, 5, 9, 300}) {
    const at::Tensor x = wavy_weight(std::max<std::int64_t>(tokens, 1), weight->columns()).narrow(0, 0, tokens) * 10;
    const at::Tensor wanted = x.to(at::kDouble).matmul(made.reference.t());
    const at::Tensor bound = x.abs().to(at::kDouble).matmul(made.size.t()) * made.tolerance + 1e-30;
    const at::Tensor y = at::full({tokens, weight->rows()}, 77.0f);
    weight->apply(x.const_data_ptr<float>(), tokens, y.mutable_data_ptr<float>());
    for (const at::Tensor& found : {weight->linear(x), multiply_stored(*weight, x), y}) {
      QCOMPARE(found.sizes(), wanted.sizes());
      QCOMPARE(found.scalar_type(), at::kFloat);
      QVERIFY2(((found.to(at::kDouble) - wanted).abs() <= bound).all().item<bool>(), (made.kind + ", tokens " + std::to_string(tokens)).c_str());
    }
    const at::Tensor rounded = weight->linear(x.to(at::kBFloat16));
    QCOMPARE(rounded.scalar_type(), at::kBFloat16);
    const at::Tensor loose = x.abs().to(at::kDouble).matmul(made.size.t()) * 0.03 + 1e-30;
    QVERIFY2(((rounded.to(at::kDouble) - wanted).abs() <= loose).all().item<bool>(), made.kind.c_str());
  }
}

// A token with NaN or infinity has no finite result, and no other token is touched.
void check_bad_inputs(const Made& made) {
  for (const std::int64_t tokens : {3, 40}) {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      const at::Tensor good = wavy_weight(tokens, made.weight->columns());
      const at::Tensor x = good.clone();
      x[1][made.weight->columns() - 1] = bad;
      const at::Tensor y = made.weight->linear(x), plain = made.weight->linear(good);
      const at::Tensor touched = made.reference.select(1, made.weight->columns() - 1).ne(0);
      QVERIFY2(!at::isfinite(y[1].masked_select(touched)).any().item<bool>(), made.kind.c_str());
      for (const std::int64_t other : {std::int64_t{0}, tokens - 1}) QVERIFY2(at::allclose(y[other], plain[other], 1e-4, 1e-6), made.kind.c_str());
    }
  }
}

std::optional<ErrorInfo> refused(const Json& descriptor, const std::vector<WeightPart>& parts) {
  return thrown([&] { load_weight(descriptor, parts); });
}

QByteArray bytes_of(const fs::path& path) {
  QFile file(QString::fromStdString(path.string()));
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("missing");
}

std::vector<std::string> tensor_names(const ModelState& model) {
  std::vector<std::string> out;
  for (std::int64_t i = 0; i < model.layer_count(); ++i)
    for (const char* module : linear_modules) out.push_back(linear_name(i, module));
  return out;
}

// Its linears become what `make` makes of their shape.
ModelState model_of(const std::function<Weight(std::int64_t rows, std::int64_t columns)>& make, bool embedding = false) {
  TinyLlama options;
  options.tied = !embedding;
  ModelState model = open_tiny(options);
  std::vector<std::string> names = tensor_names(model);
  if (embedding) names.insert(names.end(), {"model.embed_tokens.weight", "lm_head.weight"});
  for (const std::string& name : names) {
    Weight& weight = model.tensors.at(name);
    weight = make(weight->rows(), weight->columns());
  }
  return model;
}

ModelState decoded(const ModelState& model) {
  ModelState out = model;
  for (auto& [name, weight] : out.tensors) weight = DenseWeight::from_tensor(weight->decode(at::kFloat), at::kFloat);
  return out;
}

at::Tensor forward_logits(const ModelState& model, at::ScalarType dtype, std::span<const std::int32_t> ids) {
  const c10::NoGradGuard no_grad;
  const Transformer transformer(model, dtype);
  const at::Tensor input = at::tensor(at::ArrayRef<std::int32_t>(ids.data(), ids.size()), at::kInt).to(at::kLong);
  return transformer.logits(transformer.forward(input.unsqueeze(0))[0]);
}

// Of a prompt of three tokens and every later one.
at::Tensor stepped_logits(const ModelState& model, at::ScalarType dtype, std::span<const std::int32_t> ids, Activations activations = Activations::exact) {
  DecodeEngine engine(model, dtype, 32, 1, at::kCPU, activations);
  std::vector<at::Tensor> rows;
  const auto keep = [&](std::span<const float> logits) { rows.push_back(at::tensor(at::ArrayRef<float>(logits.data(), logits.size()))); };
  keep(engine.prefill(ids.first(3)));
  for (const std::int32_t& id : ids.subspan(3)) keep(engine.step(std::span(&id, 1)));
  return at::stack(rows);
}

double difference(const at::Tensor& found, const at::Tensor& wanted) {
  return ((found - wanted).abs().max() / wanted.abs().max()).item<double>();
}

}  // namespace

class CompositeWeightTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void products_are_those_of_the_decoded_weight() {
    for (const auto& [rows, columns] : {std::pair<std::int64_t, std::int64_t>{1, 32}, {33, 96}, {70, 160}})
      for (const Made& made : all_made(rows, columns)) check_against_float64(made);
    for (const std::int64_t columns : {1, 31, 77})
      check_against_float64(made_low_rank("ragged", dense(5, 3, at::kFloat), dense(3, columns, at::kFloat, 1.5), 8e-6));
  }

  void numbers_that_are_not_finite_stay_where_they_are() {
    for (const Made& made : all_made(33, 96)) check_bad_inputs(made);
    at::Tensor spoiled = numbers(4, 3, 1);
    QVERIFY(low_rank(DenseWeight::from_tensor(spoiled, at::kFloat), dense(3, 32, at::kFloat))->finite());
    spoiled[2][1] = std::numeric_limits<float>::infinity();
    QVERIFY(!low_rank(DenseWeight::from_tensor(spoiled, at::kFloat), dense(3, 32, at::kFloat))->finite());
    // Finite factors whose product is not.
    const Weight large = DenseWeight::from_tensor(at::full({4, 4}, 1e30f), at::kFloat);
    QVERIFY(large->finite() && !low_rank(large, large)->finite());
  }

  void bytes_are_those_of_the_inner_weights() {
    for (const Made& made : all_made(33, 96)) {
      std::uint64_t bytes = 0;
      for (const WeightPart& part : made.weight->parts()) bytes += part.data.size();
      QCOMPARE(made.weight->bytes(), bytes);
      QVERIFY(!made.weight->view());
    }
    const Weight weight = low_rank(dense(100, 8, at::kBFloat16), dense(8, 64, at::kBFloat16));
    QCOMPARE(weight->bytes(), std::uint64_t(2 * 8 * (100 + 64)));
    QCOMPARE(weight->nominal_bits(), 16.0 * 8 * (100 + 64) / (100 * 64));
    QCOMPARE(weight->name(), std::string("rank 8 (bfloat16)"));
    QCOMPARE(low_rank(dense(100, 8, at::kHalf), int8_rows(8, 64))->name(), std::string("rank 8 (float16, int8 row)"));
    QCOMPARE(weight->parts()[1].name, std::string("right.values"));
  }

  void every_form_survives_storing_and_selecting_rows() {
    for (const Made& made : all_made(33, 96)) check_storing(made.weight, 1e-6);
  }

  void rows_are_gathered_as_they_are_decoded() {
    for (const Made& made : all_made(33, 96)) {
      const at::Tensor found = made.weight->gather_rows(at::tensor({std::int64_t{32}, std::int64_t{0}, std::int64_t{32}}), at::kFloat);
      QVERIFY(at::allclose(found.to(at::kDouble), made.reference.index_select(0, at::tensor({32, 0, 32})), 1e-5, 1e-6));
      QVERIFY(at::allclose(made.weight->decode_rows(3, 9, at::kFloat).to(at::kDouble), made.reference.narrow(0, 3, 6), 1e-5, 1e-6));
    }
  }

  void factors_that_do_not_chain_are_refused() {
    const auto error = thrown([] { low_rank(dense(6, 4, at::kFloat), dense(5, 32, at::kFloat)); });
    QVERIFY(error && error->code == ErrorCode::shape_mismatch && mentions(error, "6 x 4 times 5 x 32"));
    const Weight weight = low_rank(dense(6, 4, at::kFloat), dense(4, 32, at::kFloat));
    Json descriptor = weight->descriptor();
    descriptor["shape"] = {6, 33};
    QVERIFY(refused(descriptor, weight->parts()));
    descriptor = weight->descriptor();
    descriptor["left"]["shape"] = {4, 6};   // as many bytes
    const auto damaged = refused(descriptor, weight->parts());
    QVERIFY(damaged && damaged->code == ErrorCode::file_malformed);
    descriptor = weight->descriptor();
    descriptor["right"]["shape"] = {128};
    QVERIFY(refused(descriptor, weight->parts()));
    descriptor = weight->descriptor();
    descriptor["right"]["kind"] = "unheard-of";
    QVERIFY(mentions(refused(descriptor, weight->parts()), "unheard-of"));
  }

  void adapters_that_do_not_fit_are_refused() {
    const Weight base = int8_rows(6, 32), a = dense(4, 32, at::kFloat), b = dense(6, 4, at::kFloat);
    for (const auto& error : {thrown([&] { adapter(base, b, a, 8); }), thrown([&] { adapter(base, dense(4, 31, at::kFloat), b, 8); }),
                              thrown([&] { adapter(base, a, dense(6, 5, at::kFloat), 8); }), thrown([&] { adapter(base, int8_rows(4, 32), b, 8); })})
      QVERIFY(error && error->code == ErrorCode::shape_mismatch);
    for (const double alpha : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
      QVERIFY(mentions(thrown([&] { adapter(base, a, b, alpha); }), "alpha"));
    const Weight weight = adapter(base, a, b, 0.1);
    QCOMPARE(weight->name(), std::string("int8 row + adapter of rank 4 (float32)"));
    QCOMPARE(weight->bytes(), base->bytes() + 4u * 4 * (6 + 32));
    for (const auto& [key, value] : {std::pair<const char*, Json>{"shape", {6, 31}}, {"alpha", 0}, {"a", base->descriptor()}, {"b", a->descriptor()}}) {
      Json descriptor = weight->descriptor();
      descriptor[key] = value;
      const auto error = refused(descriptor, weight->parts());
      QVERIFY2(error && error->code == ErrorCode::file_malformed, key);
    }
    QVERIFY(weight->content_hash() != adapter(base, a, b, 0.2)->content_hash());
  }

  void kept_columns_are_the_original_ones() {
    const at::Tensor values = with_outliers(9, 64).to(at::kBFloat16).to(at::kFloat);
    const std::vector<std::int64_t> columns = some_columns(64);
    QVERIFY(OutlierInt8Weight::largest_columns(values, static_cast<std::int64_t>(columns.size())) == columns);
    QVERIFY((OutlierInt8Weight::largest_columns(at::ones({2, 4}), 2) == std::vector<std::int64_t>{0, 1}));
    const std::vector<std::int64_t> shuffled(columns.rbegin(), columns.rend());
    const Weight weight = OutlierInt8Weight::quantize(values, shuffled, at::kBFloat16);
    QVERIFY(at::equal(weight->decode(at::kFloat).index_select(1, at::tensor(columns)), values.index_select(1, at::tensor(columns))));
    QCOMPARE(weight->name(), std::string("int8 row + 5 bfloat16 columns"));
    QCOMPARE(weight->bytes(), std::uint64_t(9 * 64 + 9 * 4 + 9 * 5 * 2 + 5 * 4));
    QCOMPARE(OutlierInt8Weight::quantize(values, {63}, at::kHalf)->name(), std::string("int8 row + 1 float16 column"));
    // Without them the others are as exact as the rows allow.
    const at::Tensor others = values.index_fill(1, at::tensor(columns), 0);
    QVERIFY(((weight->decode(at::kFloat) - values).abs() <= others.abs().amax(1, true) * (0.5 / 127 + 1e-6)).all().item<bool>());
  }

  void columns_that_cannot_be_kept_are_refused() {
    const at::Tensor values = numbers(4, 32, 1);
    for (const std::vector<std::int64_t>& columns : {std::vector<std::int64_t>{}, {32}, {-1}, {3, 3}})
      QVERIFY(thrown([&] { OutlierInt8Weight::quantize(values, columns, at::kHalf); }));
    QVERIFY(thrown([&] { OutlierInt8Weight::quantize(values, {1}, at::kFloat); }));
    for (const std::int64_t column : {1, 2}) {   // kept, and not
      const at::Tensor spoiled = values.clone();
      spoiled[0][column] = std::numeric_limits<float>::quiet_NaN();
      const auto error = thrown([&] { OutlierInt8Weight::quantize(spoiled, {1}, at::kHalf); });
      QVERIFY(error && error->code == ErrorCode::not_finite);
    }
    const auto large = thrown([] { OutlierInt8Weight::quantize(at::full({4, 32}, 1e5f), {1}, at::kHalf); });
    QVERIFY(large && large->code == ErrorCode::not_finite);
  }

  void damaged_kept_columns_are_refused() {
    const Weight weight = OutlierInt8Weight::quantize(numbers(4, 40, 1), {3, 17}, at::kHalf);
    const auto with = [&](const std::string& name, std::size_t place, std::uint8_t byte) {
      std::vector<WeightPart> parts = weight->parts();
      for (WeightPart& part : parts) {
        if (part.name != name) continue;
        std::vector<std::uint8_t> copy(part.data.span().begin(), part.data.span().end());
        copy[place] = byte;
        part.data = Bytes::own(std::move(copy));
      }
      return refused(weight->descriptor(), parts);
    };
    QVERIFY(!with("columns", 0, 3));
    for (const auto& error : {with("columns", 0, 17), with("columns", 0, 18), with("columns", 4, 40), with("columns", 3, 0x80), with("columns", 4, 16), with("int8.codes", 64 + 17, 127)})
      QVERIFY(error && error->code == ErrorCode::file_malformed);
    Json descriptor = weight->descriptor();
    descriptor["int8"]["scale_type"] = "float16";
    QVERIFY(refused(descriptor, weight->parts()));
  }

  // As the decoded product has it: no code of zero meets them.
  void infinite_kept_inputs_meet_their_own_weights_alone() {
    const Weight weight = OutlierInt8Weight::quantize(numbers(16, 64, 1), {5, 40}, at::kHalf);
    at::Tensor x = numbers(6, 64, 2);
    x[1][5] = std::numeric_limits<float>::infinity();
    x[3][40] = std::numeric_limits<float>::quiet_NaN();
    const at::Tensor wanted = x.to(at::kDouble).matmul(exact(weight).t());
    QVERIFY(wanted[1].isinf().all().item<bool>());
    for (const Activations activations : {Activations::exact, Activations::int8})
      QVERIFY(at::allclose(multiply_stored(*weight, x, activations).to(at::kDouble), wanted, 1e-2, 1e-3, /*equal_nan=*/true));
    QVERIFY(at::allclose(weight->linear(x).to(at::kDouble), wanted, 1e-4, 1e-5, /*equal_nan=*/true));
  }

  // Large inputs in kept columns leave the activations of 8 bits beside them alone.
  void outliers_do_not_spoil_rounded_activations() {
    const Weight plain = IntegerWeight::quantize(numbers(16, 64, 1), {8, 0, IntegerGrid::absmax, true, at::kFloat});
    const Weight weight = OutlierInt8Weight::quantize(numbers(16, 64, 1), {5, 40}, at::kHalf);
    at::Tensor x = numbers(3, 64, 2);
    x.select(1, 5).fill_(300);
    x.select(1, 40).fill_(-250);
    const auto error = [&](const Weight& one) {
      return (multiply_stored(*one, x, Activations::int8) - multiply_stored(*one, x)).abs().max().item<double>();
    };
    QVERIFY2(error(weight) * 100 < error(plain), std::to_string(error(weight)).c_str());
    QVERIFY(error(weight) > 0);
  }

  // Codes and scales of bitsandbytes.
  void codes_and_scales_are_the_golden_ones() {
    const auto path = shared_file("golden-ops/llm_int8.safetensors");
    if (!path) QSKIP("the golden vectors are not on this machine");
    const GoldenTensors golden(*path);
    const at::Tensor values = golden["W"].to(at::kFloat), wanted = golden["CB"].to(at::kInt), largest = golden["SCB"];
    const at::Tensor outliers = golden["int8_t6.outlier_cols"].to(at::kLong);
    const std::vector<std::int64_t> columns(outliers.const_data_ptr<std::int64_t>(), outliers.const_data_ptr<std::int64_t>() + outliers.numel());
    const auto weight = std::dynamic_pointer_cast<const OutlierInt8Weight>(OutlierInt8Weight::quantize(values, columns, at::kHalf));
    const IntegerCodes found = std::dynamic_pointer_cast<const IntegerWeight>(weight->int8())->unpack();
    int rows = 0;
    for (std::int64_t r = 0; r < values.size(0); ++r) {
      // A row whose largest weight is kept has a scale of its own.
      const float size = largest[r].item<float>();
      if (values[r].index_fill(0, outliers, 0).abs().max().item<float>() != size) continue;
      ++rows;
      QCOMPARE(found.scale[static_cast<std::size_t>(r)], size / 127);
      for (std::int64_t c = 0; c < values.size(1); ++c) {
        const bool kept = std::binary_search(columns.begin(), columns.end(), c);
        QCOMPARE(static_cast<int>(found.codes[static_cast<std::size_t>(r * values.size(1) + c)]) - 128, kept ? 0 : wanted[r][c].item<int>());
      }
    }
    QVERIFY(rows > values.size(0) / 2);
    // The paper's product with F16 columns lies beside that of the released code, whose columns are de-quantized int8.
    const at::Tensor x = golden["A"].to(at::kFloat), product = weight->linear(x), reference = golden["int8_t6.out_f32"];
    QVERIFY(difference(product, reference) < 0.02);
  }

  void deep_nesting_is_refused() {
    Weight weight = dense(8, 8, at::kFloat);
    for (int depth = 1; depth <= 3; ++depth) {
      weight = low_rank(weight, dense(8, 8, at::kFloat));
      QCOMPARE(load_weight(weight->descriptor(), weight->parts())->content_hash(), weight->content_hash());
    }
    weight = low_rank(weight, dense(8, 8, at::kFloat));
    const auto error = refused(weight->descriptor(), weight->parts());
    QVERIFY(error && error->code == ErrorCode::file_malformed && mentions(error, "nested"));
  }

  // ---- whole models ---------------------------------------------------------------------------------------------------

  void steps_equal_the_plain_forward_data() { add_kinds(); }
  void steps_equal_the_plain_forward() {
    const ModelState model = model_of(make());
    const at::Tensor wanted = forward_logits(decoded(model), at::kFloat, ids_).narrow(0, 2, 6);
    const at::Tensor plain = forward_logits(model, at::kFloat, ids_).narrow(0, 2, 6);
    QVERIFY(difference(plain, wanted) < 1e-4);
    QVERIFY(difference(stepped_logits(model, at::kFloat, ids_), plain) < 1e-4);
    const at::Tensor rounded = forward_logits(model, at::kBFloat16, ids_).narrow(0, 2, 6);
    QVERIFY(difference(rounded, wanted) < 0.1);
    QVERIFY(difference(stepped_logits(model, at::kBFloat16, ids_), rounded) < 0.1);
  }

  void embedding_and_head_may_be_made_of_others() {
    const ModelState model = model_of([](std::int64_t rows, std::int64_t columns) { return all_made(rows, columns)[3].weight; }, /*embedding=*/true);
    const at::Tensor wanted = forward_logits(decoded(model), at::kFloat, ids_).narrow(0, 2, 6);
    QVERIFY(difference(stepped_logits(model, at::kFloat, ids_), wanted) < 1e-4);
  }

  void activations_are_rounded_in_what_has_such_a_product() {
    const auto rounding = [](std::size_t kind) { return model_of([kind](std::int64_t rows, std::int64_t columns) { return all_made(rows, columns)[kind].weight; }); };
    const ModelState none = rounding(0), some = rounding(3);
    QCOMPARE(Transformer(none, at::kFloat, at::kCPU, Activations::int8).rounded_linears().rounded, 0);
    QCOMPARE(Transformer(some, at::kFloat, at::kCPU, Activations::int8).rounded_linears().rounded, 14);
    const at::Tensor exact = stepped_logits(some, at::kFloat, ids_), rounded = stepped_logits(some, at::kFloat, ids_, Activations::int8);
    QVERIFY(difference(rounded, exact) > 1e-6 && difference(rounded, exact) < 0.1);
    QVERIFY(at::equal(stepped_logits(none, at::kFloat, ids_, Activations::int8), stepped_logits(none, at::kFloat, ids_)));
  }

  void folders_keep_every_byte_data() { add_kinds(); }
  void folders_keep_every_byte() {
    const QTemporaryDir folder;
    const fs::path place = folder.path().toStdString();
    const ModelState model = model_of(make());
    save_model(model, place / "first");
    const ModelState back = open_model(place / "first");
    QCOMPARE(back.content_hash(), model.content_hash());
    save_model(back, place / "second");
    for (const char* file : {"kelter.json", "weights.safetensors"})
      QVERIFY(bytes_of(place / "first" / file) == bytes_of(place / "second" / file));
    QCOMPARE(back.linear(1, "mlp.up_proj")->name(), model.linear(1, "mlp.up_proj")->name());
  }

  void other_programs_get_the_decoded_weights_and_a_word_about_it_data() { add_kinds(); }
  void other_programs_get_the_decoded_weights_and_a_word_about_it() {
    const QTemporaryDir folder;
    const fs::path place = folder.path().toStdString();
    const ModelState model = model_of(make());
    for (const Exported& exported : {export_hugging_face(model, place / "folder", "keep"), export_gguf(model, place / "model.gguf", "keep")})
      QCOMPARE(std::set<std::string>(exported.expanded.begin(), exported.expanded.end()).size(), std::size_t{14});
    const at::Tensor wanted = model.linear(1, "self_attn.q_proj")->decode(at::kFloat);
    QVERIFY(at::equal(open_model(place / "folder").linear(1, "self_attn.q_proj")->decode(at::kFloat), wanted.to(at::kBFloat16).to(at::kFloat)));
    QVERIFY(at::allclose(open_model(place / "model.gguf").linear(1, "self_attn.q_proj")->decode(at::kFloat), wanted, 1e-3, 1e-5));
  }

  void the_ledger_names_the_form_and_counts_its_bytes() {
    const ModelState model = model_of([](std::int64_t rows, std::int64_t columns) { return low_rank(dense(rows, 4, at::kBFloat16), dense(4, columns, at::kBFloat16)); });
    const Json ledger = make_ledger(model, std::nullopt);
    QCOMPARE(ledger["badges"], Json::array({"dense", "low-rank"}));
    std::uint64_t bytes = 0;
    for (const std::string& name : tensor_names(model)) bytes += 2u * 4 * static_cast<std::uint64_t>(model.tensor(name)->rows() + model.tensor(name)->columns());
    QCOMPARE(ledger["linear_bytes"].get<std::uint64_t>(), bytes);
    const ModelState packed = model_of([](std::int64_t rows, std::int64_t columns) { return low_rank(int8_rows(rows, 32), int8_rows(32, columns)); });
    QCOMPARE(make_ledger(packed, std::nullopt)["badges"], Json::array({"packed", "low-rank"}));
    const ModelState adapted = model_of([](std::int64_t rows, std::int64_t columns) { return made_adapter("", int8_rows(rows, columns), 2, at::kHalf, 4, 0).weight; });
    QCOMPARE(make_ledger(adapted, std::nullopt)["badges"], Json::array({"packed", "adapter"}));
  }

 private:
  static void add_kinds() {
    QTest::addColumn<std::size_t>("kind");
    const std::vector<Made> kinds = all_made(8, 32);
    for (std::size_t i = 0; i < kinds.size(); ++i) QTest::newRow(kinds[i].kind.c_str()) << i;
  }
  static std::function<Weight(std::int64_t, std::int64_t)> make() {
    QFETCH(std::size_t, kind);
    return [kind](std::int64_t rows, std::int64_t columns) { return all_made(rows, columns)[kind].weight; };
  }

  const std::vector<std::int32_t> ids_ = {5, 6, 7, 40, 41, 42, 250, 3};
};

QTEST_GUILESS_MAIN(CompositeWeightTest)
#include "composite_weight_test.moc"
