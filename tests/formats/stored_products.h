// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for every stored weight: its products are those of its decoded numbers on every instruction set this processor
// has, and it survives storing.
#pragma once

#include <ATen/ATen.h>
#include <QtTest>

#include <limits>

#include "core/formats/weight_format.h"
#include "tests/kernels/forced_variant.h"
#include "tests/support/thrown.h"

namespace kelter::test {

inline at::Tensor wavy_weight(std::int64_t rows, std::int64_t columns) {
  at::Tensor out = at::arange(rows * columns, at::kDouble).mul(0.7390851).sin().mul(12345.678).frac().to(at::kFloat);
  return out.view({rows, columns}) * 0.1f;
}

// The stored form on `isa`, for 0 to 9 tokens and by tiles for 300, against float64.
inline void check_products(const Weight& weight, const std::string& product, Isa isa) {
  const kelter_tests::ForcedVariant forced(product, isa);
  const at::Tensor decoded = weight->decode(at::kFloat).to(at::kDouble);
  for (const std::int64_t tokens : {0, 1, 2, 3, 5, 9, 300}) {
    const at::Tensor x = wavy_weight(std::max<std::int64_t>(tokens, 1), weight->columns()).narrow(0, 0, tokens) * 10;
    const at::Tensor wanted = x.to(at::kDouble).matmul(decoded.t());
    const at::Tensor bound = x.abs().to(at::kDouble).matmul(decoded.abs().t()) * 4e-6 + 1e-30;
    at::Tensor found = weight->linear(x);
    QCOMPARE(found.sizes(), wanted.sizes());
    QVERIFY2(((found.to(at::kDouble) - wanted).abs() <= bound).all().item<bool>(), weight->name().c_str());
    if (tokens > 9) continue;   // by decoded tiles
    const std::uint64_t calls = kelter_tests::counted(forced.name()).calls;
    at::Tensor y = at::empty({tokens, weight->rows()}, at::kFloat);
    weight->apply(x.const_data_ptr<float>(), tokens, y.mutable_data_ptr<float>());
    QVERIFY2(((y.to(at::kDouble) - wanted).abs() <= bound).all().item<bool>(), (weight->name() + " " + forced.name()).c_str());
    QCOMPARE(kelter_tests::counted(forced.name()).calls, calls + (tokens > 0 ? 1 : 0));
  }
}

// Where the decoded product is NaN or infinite, so is the stored one's; elsewhere it is as it was.
inline void check_non_finite(const Weight& weight, const std::string& product, Isa isa) {
  const kelter_tests::ForcedVariant forced(product, isa);
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
    at::Tensor x = wavy_weight(2, weight->columns());
    x[1][weight->columns() - 1] = bad;
    const at::Tensor wanted = x.to(at::kDouble).matmul(weight->decode(at::kDouble).t());
    at::Tensor y = at::empty({2, weight->rows()}, at::kFloat);
    weight->apply(x.const_data_ptr<float>(), 2, y.mutable_data_ptr<float>());
    QVERIFY2(at::allclose(y.to(at::kDouble), wanted, 1e-4, 1e-5, /*equal_nan=*/true), (weight->name() + " " + forced.name()).c_str());
  }
}

inline void check_decoding(const Weight& weight, const std::string& decode, Isa isa, const at::Tensor& wanted) {
  const kelter_tests::ForcedVariant forced(decode, isa);
  QVERIFY2(at::equal(weight->decode(at::kFloat), wanted), (weight->name() + " " + forced.name()).c_str());
  if (weight->rows() > 2)
    QVERIFY(at::equal(weight->decode_rows(1, weight->rows() - 1, at::kBFloat16), wanted.narrow(0, 1, weight->rows() - 2).to(at::kBFloat16)));
}

// Decoded numbers may differ by `tolerance` of the largest where other rows are decoded beside them.
inline void check_storing(const Weight& weight, double tolerance = 0) {
  const Weight back = load_weight(Json::parse(weight->descriptor().dump()), weight->parts());
  QCOMPARE(back->content_hash(), weight->content_hash());
  QCOMPARE(back->name(), weight->name());
  QCOMPARE(back->bytes(), weight->bytes());
  QVERIFY(at::equal(back->decode(at::kFloat), weight->decode(at::kFloat)));
  const std::vector<std::int64_t> rows = {weight->rows() - 1, 0, 0};
  const Weight selected = weight->select_rows(rows);
  const at::Tensor whole = weight->decode(at::kFloat);
  QVERIFY((selected->decode(at::kFloat) - whole.index_select(0, at::tensor(rows))).abs().max().item<double>() <= tolerance * whole.abs().max().item<double>());
  QVERIFY(thrown([&] { weight->select_rows({weight->rows()}); }));
  QVERIFY(thrown([&] { load_weight(weight->descriptor(), {}); }));
  const Json described = weight->descriptor();
  for (const auto& [key, value] : described.items()) {
    for (const Json& bad : {Json(), Json("x"), Json(-1), Json::array({2, 64, 3}), Json::array({-2, 32})}) {
      Json descriptor = described;
      descriptor[key] = bad;
      QVERIFY2(thrown([&] { load_weight(descriptor, weight->parts()); }), (key + "=" + bad.dump()).c_str());
    }
  }
  std::vector<WeightPart> parts = weight->parts();
  for (WeightPart& part : parts) {
    const Bytes whole = part.data;
    part.data = whole.slice(0, whole.size() - 1);
    QVERIFY2(thrown([&] { load_weight(weight->descriptor(), parts); }), part.name.c_str());
    part.data = whole;
  }
}

}  // namespace kelter::test
