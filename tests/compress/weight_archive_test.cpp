// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/weight_archive.h"

#include <ATen/ATen.h>
#include <QtTest>

#include "core/formats/dense_weight.h"
#include "core/formats/ggml_weight.h"
#include "core/formats/integer_weight.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

class WeightArchiveTest : public QObject {
  Q_OBJECT

 private:
  static NamedWeights one_of_each_kind() {
    const at::Tensor values = at::arange(3 * 64, at::kFloat).view({3, 64}).sin();
    return {{"a.weight", DenseWeight::from_tensor(values, at::kBFloat16)},
            {"b.weight", IntegerWeight::quantize(values, {3, 32, IntegerGrid::gptq, false, at::kFloat})},
            {"c.weight", std::make_shared<GgmlWeight>(std::vector<std::int64_t>{1, 32}, GgmlType::Q4_1,
                                                      Bytes::own(std::vector<std::uint8_t>(20, 7)))}};
  }

 private Q_SLOTS:
  void every_kind_of_weight_comes_back_byte_identically() {
    const NamedWeights weights = one_of_each_kind();
    const NamedWeights back = restore_weights(archive_weights(weights));
    QCOMPARE(back.size(), weights.size());
    for (const auto& [name, weight] : weights) {
      QCOMPARE(back.at(name)->content_hash(), weight->content_hash());
      QCOMPARE(back.at(name)->kind(), weight->kind());
    }
    QVERIFY(archive_weights(back) == archive_weights(weights));
  }

  void nothing_comes_back_as_nothing() { QVERIFY(restore_weights(archive_weights({})).empty()); }

  void bytes_cut_off_anywhere_or_left_over_are_an_error() {
    const std::vector<std::uint8_t> whole = archive_weights(one_of_each_kind());
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto error = thrown([&] { restore_weights(std::span(whole).first(size)); });
      QVERIFY2(error && error->code == ErrorCode::cache_damaged, std::to_string(size).c_str());
    }
    std::vector<std::uint8_t> longer = whole;
    longer.push_back(0);
    QCOMPARE(thrown([&] { restore_weights(longer); })->code, ErrorCode::cache_damaged);
  }

  void an_absurd_index_is_an_error() {
    std::vector<std::uint8_t> bytes(64, 0xff);
    QCOMPARE(thrown([&] { restore_weights(bytes); })->code, ErrorCode::cache_damaged);
  }
};

QTEST_GUILESS_MAIN(WeightArchiveTest)
#include "weight_archive_test.moc"
