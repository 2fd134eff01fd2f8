// SPDX-License-Identifier: GPL-3.0-or-later
// Linears as GPTQ, AutoAWQ and compressed-tensors store them become grouped integers without loss: against arrays that
// those programs wrote (tests/golden/packed-layouts.safetensors, whose header says where they are from; the whole set
// where the reference data lie beside the checkout) and against layouts written bit by bit here.
#include "core/formats/packed_layouts.h"

#include <ATen/ATen.h>
#include <QtTest>

#include "tests/support/engine.h"
#include "tests/support/golden_tensors.h"
#include "tests/support/quantized_linear.h"
#include "tests/support/test_files.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

// The arrays PREFIX.NAME under NAME.
StoredArrays arrays_of(const SafetensorsFile& file, const std::string& prefix) {
  StoredArrays out;
  for (const SafetensorsEntry& entry : file.entries())
    if (entry.name.starts_with(prefix + ".")) {
      const std::string name = entry.name.substr(prefix.size() + 1);
      out[name] = {name, entry.dtype, entry.shape, entry.data};
    }
  return out;
}

fs::path kept_file() { return fs::path(KELTER_SOURCE_DIR) / "tests/golden/packed-layouts.safetensors"; }

// Codes in the order of the inputs, [rows, columns].
at::Tensor codes_of(const IntegerWeight& weight) {
  const IntegerCodes codes = weight.unpack();
  const at::Tensor stored = at::tensor(std::vector<int>(codes.codes.begin(), codes.codes.end())).view({codes.rows, codes.columns});
  return codes.order.empty() ? stored : at::empty_like(stored).index_copy_(1, at::tensor(codes.order).to(at::kLong), stored);
}

// Zero points, [rows, groups].
at::Tensor zeros_of(const IntegerWeight& weight) {
  const IntegerCodes codes = weight.unpack();
  return at::tensor(codes.zero).view({codes.rows, codes.groups}).to(at::kInt);
}

at::Tensor as_int(const at::Tensor& values) { return values.to(at::kInt); }

void check_weights(const IntegerWeight& weight, const QuantizedLinear& linear) {
  QVERIFY(at::equal(weight.decode(at::kFloat).flatten(), at::tensor(linear.weights())));
  QCOMPARE(weight.unpack().rows, linear.rows);
}

}  // namespace

class PackedLayoutsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  // ---- what other programs wrote ------------------------------------------------------------------------------------

  void gptq_files_keep_every_code_scale_and_zero_point_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("group");
    const QString kept = QString::fromStdString(kept_file().string());
    QTest::newRow("kept, act-order") << kept << "gptq.w4_g64_asym_act" << 4 << 64;
    QTest::newRow("kept, 3 bits") << kept << "gptq.w3_g64_asym" << 3 << 64;
    const QString shared = QString::fromStdString((shared_folder() / "golden-ops/pack_gptq.safetensors").string());
    for (const char* id : {"w4_g64_sym", "w4_g64_asym", "w4_g64_asym_act"}) QTest::newRow(id) << shared << id << 4 << 64;
    QTest::newRow("w4_pc_asym") << shared << "w4_pc_asym" << 4 << 0;
    for (const char* id : {"w3_g64_asym", "w3_g64_sym"}) QTest::newRow(id) << shared << id << 3 << 64;
    QTest::newRow("w8_g64_asym") << shared << "w8_g64_asym" << 8 << 64;
  }
  void gptq_files_keep_every_code_scale_and_zero_point() {
    QFETCH(QString, file);
    QFETCH(QString, prefix);
    QFETCH(int, bits);
    QFETCH(int, group);
    if (!fs::exists(file.toStdString())) QSKIP("the golden vectors are not beside the checkout");
    const GoldenTensors golden(file.toStdString());
    const std::string id = prefix.toStdString() + ".";
    StoredArrays arrays = arrays_of(SafetensorsFile::open(file.toStdString()), prefix.toStdString());
    const bool act_order = prefix.endsWith("_act");
    const PackedWeight first = integers_from_gptq(arrays, {bits, group, act_order, ZeroPoints::less_one});
    QVERIFY(at::equal(codes_of(*first), as_int(golden[id + "codes"])));
    QVERIFY(at::equal(zeros_of(*first), as_int(golden[id + "zeros"]).t()));
    QCOMPARE(first->permuted(), act_order);
    QCOMPARE(first->options().symmetric, prefix.endsWith("_sym"));
    QCOMPARE(first->options().scale_type, at::kHalf);
    if (golden.has(id + "W_dequant")) QVERIFY(at::equal(first->decode(at::kHalf), golden[id + "W_dequant"]));
    // None of these zero points is 0, so that every writer's version 1 is the same.
    QCOMPARE(integers_from_gptq(arrays, {bits, group, act_order, ZeroPoints::less_one_words})->content_hash(), first->content_hash());
    arrays["qzeros"].data = arrays["qzeros_v2"].data;
    QCOMPARE(integers_from_gptq(arrays, {bits, group, act_order, ZeroPoints::as_they_are})->content_hash(), first->content_hash());
  }

  void a_zero_point_of_zero_is_read_as_its_writer_meant_it() {
    const GoldenTensors golden(kept_file());
    const SafetensorsFile file = SafetensorsFile::open(kept_file());
    const at::Tensor wanted = as_int(golden["gptq.zero0.zeros"]).t();
    QVERIFY(wanted.eq(0).any().item<bool>());
    StoredArrays arrays = as_gptq(random_linear(4, 32, 32, 32, false, false, 0.1f), true);
    const auto read = [&](const char* stored, ZeroPoints kind) {
      arrays["qzeros"].data = file.find(std::string("gptq.zero0.") + stored)->data;
      return zeros_of(*integers_from_gptq(arrays, {4, 32, false, kind}));
    };
    QVERIFY(at::equal(read("qzeros_v2", ZeroPoints::as_they_are), wanted));
    QVERIFY(at::equal(read("qzeros_v1_per_nibble", ZeroPoints::less_one), wanted));
    QVERIFY(at::equal(read("qzeros_v1_gptqmodel", ZeroPoints::less_one_words), wanted));
    QVERIFY(!at::equal(read("qzeros_v1_gptqmodel", ZeroPoints::less_one), wanted));
  }

  void awq_files_keep_every_code_scale_and_zero_point_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<int>("group");
    QTest::newRow("kept") << QString::fromStdString(kept_file().string()) << "awq.w4_g64" << 64;
    const QString shared = QString::fromStdString((shared_folder() / "golden-ops/pack_awq.safetensors").string());
    QTest::newRow("w4_g64") << shared << "w4_g64" << 64;
    QTest::newRow("w4_g32") << shared << "w4_g32" << 32;
  }
  void awq_files_keep_every_code_scale_and_zero_point() {
    QFETCH(QString, file);
    QFETCH(QString, prefix);
    QFETCH(int, group);
    if (!fs::exists(file.toStdString())) QSKIP("the golden vectors are not beside the checkout");
    const GoldenTensors golden(file.toStdString());
    const std::string id = prefix.toStdString() + ".";
    const StoredArrays arrays = arrays_of(SafetensorsFile::open(file.toStdString()), prefix.toStdString());
    const PackedWeight weight = integers_from_awq(arrays, group);
    QVERIFY(at::equal(codes_of(*weight), as_int(golden[id + "codes"]).t()));   // the file holds [in, out]
    QVERIFY(at::equal(zeros_of(*weight), as_int(golden[id + "zeros"]).t()));
    QCOMPARE(weight->options().grid, IntegerGrid::awq);
    if (!golden.has(id + "W_dequant_T")) return;
    QVERIFY(at::equal(weight->decode(at::kHalf), golden[id + "W_dequant_T"].t()));
    // The same linear in the layout of GPTQ is the same weight but for the name of its grid.
    StoredArrays other = {{"qweight", arrays.at("exllama_qweight")}, {"qzeros", arrays.at("exllama_qzeros")}, {"scales", arrays.at("scales")}};
    const PackedWeight gptq = integers_from_gptq(other, {4, group, false, ZeroPoints::less_one});
    QVERIFY(at::equal(gptq->decode(at::kFloat), weight->decode(at::kFloat)));
  }

  void compressed_tensors_files_keep_every_code_scale_and_zero_point_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("group");
    const QString kept = QString::fromStdString(kept_file().string());
    QTest::newRow("kept, zero points") << kept << "compressed.w3_g32_asym" << 3 << 32;
    QTest::newRow("kept, bfloat16") << kept << "compressed.w4_g32_sym_bf16" << 4 << 32;
    const QString shared = QString::fromStdString((shared_folder() / "golden-ops/pack_compressed_tensors.safetensors").string());
    for (const char* id : {"w4_g32_sym", "w4_g32_asym", "w4_g32_sym_bf16"}) QTest::newRow(id) << shared << id << 4 << 32;
    for (const char* id : {"w4_channel_sym", "w4_channel_asym"}) QTest::newRow(id) << shared << id << 4 << 0;
    for (const char* id : {"w3_g32_sym", "w3_g32_asym"}) QTest::newRow(id) << shared << id << 3 << 32;
    QTest::newRow("w8_channel_sym") << shared << "w8_channel_sym" << 8 << 0;
  }
  void compressed_tensors_files_keep_every_code_scale_and_zero_point() {
    QFETCH(QString, file);
    QFETCH(QString, prefix);
    QFETCH(int, bits);
    QFETCH(int, group);
    if (!fs::exists(file.toStdString())) QSKIP("the golden vectors are not beside the checkout");
    const GoldenTensors golden(file.toStdString());
    const std::string id = prefix.toStdString() + ".";
    const StoredArrays arrays = arrays_of(SafetensorsFile::open(file.toStdString()), prefix.toStdString());
    const bool symmetric = !prefix.endsWith("_asym");
    const PackedWeight weight = integers_from_compressed_tensors(arrays, {{8, 64, symmetric}, {bits, group, symmetric}});
    const int middle = 1 << (bits - 1);
    QVERIFY(at::equal(codes_of(*weight), as_int(golden[id + "codes"]) + middle));   // the library counts from the middle
    if (!symmetric) QVERIFY(at::equal(zeros_of(*weight), as_int(golden[id + "zero_point"]) + middle));
    QCOMPARE(weight->options().symmetric, symmetric);
    QCOMPARE(weight->options().scale_type, prefix.endsWith("bf16") ? at::kBFloat16 : at::kFloat);
    if (golden.has(id + "W_dequant") && !prefix.endsWith("bf16")) QVERIFY(at::equal(weight->decode(at::kFloat), golden[id + "W_dequant"]));
  }

  // ---- layouts written here -----------------------------------------------------------------------------------------

  void every_width_group_and_order_comes_back() {
    for (const int bits : {2, 3, 4, 8}) {
      for (const std::int64_t group : {32, 96, 192}) {
        for (const bool symmetric : {false, true}) {
          for (const bool shuffled : {false, true}) {
            const QuantizedLinear linear = random_linear(bits, 32, 192, group, symmetric, shuffled, 0.25f, static_cast<std::uint64_t>(bits));
            const std::int64_t stated = group == 192 ? 0 : group;
            for (const bool version2 : {false, true}) {
              const auto kind = version2 ? ZeroPoints::as_they_are : ZeroPoints::less_one;
              const PackedWeight weight = integers_from_gptq(as_gptq(linear, version2, "BF16"), {bits, stated, shuffled, kind});
              check_weights(*weight, linear);
              QCOMPARE(weight->permuted(), shuffled && group < 192);
              QCOMPARE(weight->options().symmetric, symmetric);
            }
            const ZeroForm form = symmetric ? ZeroForm::none : group == 96 ? ZeroForm::bytes : ZeroForm::packed;
            check_weights(*integers_from_compressed_tensors(as_compressed(linear, form, "F16", shuffled), {{bits, stated, symmetric, shuffled}}), linear);
            if (bits == 4 && !shuffled) check_weights(*integers_from_awq(as_awq(linear), stated), linear);
          }
        }
      }
    }
    for (const int bits : {5, 6}) {
      const QuantizedLinear linear = random_linear(bits, 7, 96, 32, false, true, 0.25f);
      check_weights(*integers_from_compressed_tensors(as_compressed(linear, ZeroForm::packed, "F32", true), {{bits, 32, false, true}}), linear);
    }
  }

  void rows_that_fill_no_block_come_back() {
    const QuantizedLinear linear = random_linear(4, 8, 48, 48, false, false, 0.5f);
    check_weights(*integers_from_gptq(as_gptq(linear, false), {4, 48, true, ZeroPoints::less_one}), linear);
    check_weights(*integers_from_awq(as_awq(linear), 0), linear);
    const QuantizedLinear odd = random_linear(3, 5, 50, 50, false, false, 0.5f);
    check_weights(*integers_from_compressed_tensors(as_compressed(odd, ZeroForm::packed, "F32", false), {{3, 0, false}}), odd);
  }

  void an_index_of_minus_ones_is_no_index() {
    const QuantizedLinear linear = random_linear(4, 4, 64, 32, true, false, 0.5f);
    StoredArrays arrays = as_compressed(linear, ZeroForm::none, "F32", false);
    arrays["weight_g_idx"] = {"weight_g_idx", "I32", {64}, Bytes::own(std::vector<std::int32_t>(64, -1))};
    check_weights(*integers_from_compressed_tensors(arrays, {{4, 32, true}}), linear);
    QVERIFY(mentions(thrown([&] { integers_from_compressed_tensors(arrays, {{4, 32, true, true}}); }), "weight_g_idx"));
  }

  // ---- what is refused ----------------------------------------------------------------------------------------------

  void damaged_arrays_are_refused_by_name_data() {
    QTest::addColumn<QString>("layout");
    QTest::addColumn<QString>("array");
    QTest::addColumn<QString>("damage");
    for (const char* array : {"qweight", "qzeros", "scales"})
      for (const char* damage : {"absent", "transposed", "type", "huge", "vector"}) {
        QTest::addRow("gptq %s %s", array, damage) << "gptq" << array << damage;
        QTest::addRow("awq %s %s", array, damage) << "awq" << array << damage;
      }
    for (const char* damage : {"absent", "type", "short", "negative", "beyond", "uneven"}) QTest::addRow("gptq g_idx %s", damage) << "gptq" << "g_idx" << damage;
    for (const char* array : {"weight_packed", "weight_scale", "weight_zero_point"})
      for (const char* damage : {"transposed", "type", "huge", "vector"}) QTest::addRow("compressed %s %s", array, damage) << "compressed" << array << damage;
    for (const char* damage : {"absent", "type", "short"}) QTest::addRow("compressed weight_shape %s", damage) << "compressed" << "weight_shape" << damage;
  }
  void damaged_arrays_are_refused_by_name() {
    QFETCH(QString, layout);
    QFETCH(QString, array);
    QFETCH(QString, damage);
    const bool gptq = layout == "gptq", awq = layout == "awq";
    const QuantizedLinear linear = random_linear(4, 24, 64, 32, false, gptq, 0.5f);
    StoredArrays arrays = gptq ? as_gptq(linear, false) : awq ? as_awq(linear) : as_compressed(linear, ZeroForm::packed, "F16", true);
    const auto read = [&]() -> PackedWeight {
      if (gptq) return integers_from_gptq(arrays, {4, 32, true, ZeroPoints::less_one});
      if (awq) return integers_from_awq(arrays, 32);
      return integers_from_compressed_tensors(arrays, {{4, 32, false, true}});
    };
    check_weights(*read(), linear);
    const std::string name = array.toStdString();
    WeightPart& part = arrays[name];
    auto* index = const_cast<std::int32_t*>(part.data.as<std::int32_t>());
    if (damage == "transposed") std::swap(part.shape[0], part.shape[1]);
    if (damage == "type") part.dtype = "U16";
    if (damage == "huge") part.shape[0] = std::int64_t{1} << 61;
    if (damage == "vector") part.shape = {part.shape[0] * part.shape[1]};
    if (damage == "short") part.shape[0] -= 1;
    if (damage == "negative") index[3] = -1;
    if (damage == "beyond") index[3] = 2;
    if (damage == "uneven") index[3] = 1 - index[3];
    if (damage == "absent") arrays.erase(name);
    const auto error = thrown(read);
    QVERIFY2(error && error->code != ErrorCode::internal, "it was accepted");
    // The array itself, or one that no longer fits to it.
    bool named = mentions(error, name);
    for (const auto& [other, ignored] : arrays) named |= mentions(error, other);
    QVERIFY2(named, error->text().c_str());
    QVERIFY2(!error->remedy.empty(), error->text().c_str());
  }

  void group_sizes_that_cannot_be_held_are_refused() {
    const QuantizedLinear linear = random_linear(4, 8, 64, 16, false, false, 0.5f);
    QVERIFY(mentions(thrown([&] { integers_from_awq(as_awq(linear), 16); }), "16 of 64 inputs"));
    QVERIFY(mentions(thrown([&] { integers_from_gptq(as_gptq(linear, true), {4, 48, false, ZeroPoints::as_they_are}); }), "48 of 64 inputs"));
    // The older packing of widths that do not divide 32 has another number of words.
    const QuantizedLinear three = random_linear(3, 4, 128, 32, true, false, 0.5f);
    StoredArrays old = as_compressed(three, ZeroForm::none, "F32", false);
    old["weight_packed"] = {"weight_packed", "I32", {4, 13}, Bytes::own(std::vector<std::uint32_t>(52))};
    QVERIFY(mentions(thrown([&] { integers_from_compressed_tensors(old, {{3, 32, true}}); }), "packed in another way"));
    QVERIFY(mentions(thrown([&] { integers_from_compressed_tensors(as_compressed(three, ZeroForm::none, "F32", false), {{4, 32, true}, {3, 64, true}}); }),
                     "follows no scheme"));
  }

  void an_ambiguous_zero_point_is_refused() {
    QuantizedLinear linear = random_linear(3, 32, 32, 32, false, false, 0.5f);
    linear.zeros[5] = 0;
    const StoredArrays arrays = as_gptq(linear, false);
    QVERIFY(mentions(thrown([&] { integers_from_gptq(arrays, {3, 32, false, ZeroPoints::less_one_words}); }), "gptq_v2"));
    check_weights(*integers_from_gptq(arrays, {3, 32, false, ZeroPoints::less_one}), linear);
  }
};

QTEST_GUILESS_MAIN(PackedLayoutsTest)
#include "packed_layouts_test.moc"
