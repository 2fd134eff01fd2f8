// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/ggml_blocks.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <QFileInfo>
#include <QTest>

#include "core/tensor/safetensors.h"
#include "tests/kernels/forced_variant.h"

using namespace kelter;
using namespace kelter_tests;

namespace {

const char* golden_path = KELTER_SOURCE_DIR "/../shared/golden-ops/gguf_blocks.safetensors";

struct Type {
  const char* name;
  std::uint32_t number;
  int size, bytes;
};
constexpr Type types[] = {{"q4_0", 2, 32, 18}, {"q4_1", 3, 32, 20},    {"q5_0", 6, 32, 22},    {"q5_1", 7, 32, 24},
                          {"q8_0", 8, 32, 34}, {"q4_k", 12, 256, 144}, {"q5_k", 13, 256, 176}, {"q6_k", 14, 256, 210}};

void add_types(int most) {
  QTest::addColumn<int>("index");
  for (int i = 0; i < most; ++i)
    QTest::newRow(types[i].name) << i;
}

}  // namespace

class GgmlBlocksTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void decodes_the_golden_blocks_bit_for_bit_data() { add_types(8); }
  void decodes_the_golden_blocks_bit_for_bit() {
    QFETCH(int, index);
    if (!QFileInfo::exists(QString::fromLatin1(golden_path))) QSKIP("golden vectors are not here");
    const SafetensorsFile golden = SafetensorsFile::open(golden_path);
    const std::string name = types[index].name;
    const SafetensorsEntry* blocks = golden.find(name + ".bytes");
    const SafetensorsEntry* values = golden.find(name + ".Y");
    QVERIFY(blocks && values);
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced(name + "-decode", isa);
      reset_kernel_counts();
      std::vector<float> out(values->data.size() / 4);
      QVERIFY(
          decode_ggml_rows(types[index].number, blocks->data.data(), values->shape[0], values->shape[1], out.data()));
      QVERIFY2(std::memcmp(out.data(), values->data.data(), values->data.size()) == 0, forced.name().c_str());
      QCOMPARE(counted(forced.name()), (KernelCount{1, blocks->data.size()}));
    }
  }

  void encodes_the_golden_inputs_byte_for_byte_data() { add_types(5); }
  void encodes_the_golden_inputs_byte_for_byte() {
    QFETCH(int, index);
    if (!QFileInfo::exists(QString::fromLatin1(golden_path))) QSKIP("golden vectors are not here");
    const SafetensorsFile golden = SafetensorsFile::open(golden_path);
    const SafetensorsEntry* x = golden.find("X");
    const SafetensorsEntry* wanted = golden.find(std::string(types[index].name) + ".bytes");
    QVERIFY(x && wanted);
    std::vector<std::uint8_t> blocks(wanted->data.size());
    QVERIFY(encode_ggml_rows(types[index].number, x->data.as<float>(), x->shape[0], x->shape[1], blocks.data()));
    QVERIFY(std::memcmp(blocks.data(), wanted->data.data(), blocks.size()) == 0);
  }

  void bfloat16_matches_the_golden_bytes() {
    if (!QFileInfo::exists(QString::fromLatin1(golden_path))) QSKIP("golden vectors are not here");
    const SafetensorsFile golden = SafetensorsFile::open(golden_path);
    const float* x = golden.find("X")->data.as<float>();
    const auto& bytes = golden.find("bf16.bytes")->data;
    const float* y = golden.find("bf16.Y")->data.as<float>();
    for (std::size_t i = 0; i < bytes.size() / 2; ++i) {
      QCOMPARE(float32_to_bfloat16(x[i]), bytes.as<std::uint16_t>()[i]);
      QCOMPARE(bfloat16_to_float32(bytes.as<std::uint16_t>()[i]), y[i]);
    }
  }

  void variants_agree_on_random_blocks_with_every_scale_data() { add_types(8); }
  void variants_agree_on_random_blocks_with_every_scale() {
    QFETCH(int, index);
    const Type& type = types[index];
    const std::int64_t rows = 5, columns = 3 * type.size;
    std::mt19937 random(static_cast<unsigned>(index));
    std::vector<std::uint8_t> blocks(static_cast<std::size_t>(rows * 3 * type.bytes));
    for (auto& byte : blocks)
      byte = static_cast<std::uint8_t>(random());  // NaN and infinite scales included
    std::vector<float> wanted(static_cast<std::size_t>(rows * columns));
    for (const Isa isa : available_isas()) {
      const ForcedVariant forced(std::string(type.name) + "-decode", isa);
      std::vector<float> out(wanted.size());
      QVERIFY(decode_ggml_rows(type.number, blocks.data(), rows, columns, out.data()));
      if (isa == Isa::reference) wanted = out;
      for (std::size_t i = 0; i < out.size(); ++i) {
        QVERIFY(std::isnan(wanted[i]) ? std::isnan(out[i]) : std::memcmp(&out[i], &wanted[i], 4) == 0);
      }
    }
  }

  void an_encoded_weight_is_within_half_a_step_of_the_original_data() { add_types(5); }
  void an_encoded_weight_is_within_half_a_step_of_the_original() {
    QFETCH(int, index);
    const Type& type = types[index];
    const auto values = normal_values(96 * 4, 21);
    std::vector<std::uint8_t> blocks(static_cast<std::size_t>(4 * 3 * type.bytes));
    std::vector<float> back(values.size());
    QVERIFY(encode_ggml_rows(type.number, values.data(), 4, 96, blocks.data()));
    QVERIFY(decode_ggml_rows(type.number, blocks.data(), 4, 96, back.data()));
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::uint16_t half;
      std::memcpy(&half, blocks.data() + i / 32 * static_cast<std::size_t>(type.bytes), 2);
      const float step = std::fabs(float16_to_float32(half));
      // The centred grids end one step before the value opposite to the extreme, which is cut off there.
      const float allowed = (type.number == 2 || type.number == 6 ? 1.01f : 0.52f) * step + 0.01f * step;
      QVERIFY2(std::fabs(back[i] - values[i]) <= allowed, type.name);
    }
  }

  void a_constant_and_a_zero_block_survive() {
    for (int index = 0; index < 5; ++index) {
      for (const float constant : {0.0f, 0.5f, -2.0f}) {
        const std::vector<float> values(32, constant);
        std::vector<std::uint8_t> blocks(64);
        std::vector<float> back(32);
        QVERIFY(encode_ggml_rows(types[index].number, values.data(), 1, 32, blocks.data()));
        QVERIFY(decode_ggml_rows(types[index].number, blocks.data(), 1, 32, back.data()));
        for (const float value : back)
          QVERIFY(std::fabs(value - constant) <= 1e-3f * std::fabs(constant));
      }
    }
  }

  void a_nan_weight_stays_visible() {
    for (int index = 0; index < 5; ++index) {
      for (const int place : {0, 13, 31}) {
        std::vector<float> values(32, 0.25f), back(32);
        values[static_cast<std::size_t>(place)] = std::numeric_limits<float>::quiet_NaN();
        std::vector<std::uint8_t> blocks(64);
        QVERIFY(encode_ggml_rows(types[index].number, values.data(), 1, 32, blocks.data()));
        QVERIFY(decode_ggml_rows(types[index].number, blocks.data(), 1, 32, back.data()));
        QVERIFY(std::isnan(back[static_cast<std::size_t>(place)]));
      }
    }
  }

  void unknown_types_are_refused_and_empty_input_is_no_work() {
    float value = 5.0f;
    std::uint8_t byte = 0;
    for (const std::uint32_t type : {0u, 1u, 10u, 11u, 30u, 39u, 99u}) {
      QVERIFY(!decode_ggml_rows(type, &byte, 1, 32, &value));
      QVERIFY(!encode_ggml_rows(type, &value, 1, 32, &byte));
    }
    QVERIFY(!encode_ggml_rows(12, &value, 1, 256, &byte));
    QVERIFY(decode_ggml_rows(2, nullptr, 0, 64, nullptr));
    QVERIFY(encode_ggml_rows(2, nullptr, 0, 64, nullptr));
    QCOMPARE(value, 5.0f);
  }

  void every_float16_comes_back_from_float32() {
    for (std::uint32_t bits = 0; bits < 65536; ++bits) {
      const std::uint16_t half = static_cast<std::uint16_t>(bits);
      const float value = float16_to_float32(half);
      if (std::isnan(value)) {
        QVERIFY(std::isnan(float16_to_float32(float32_to_float16(value))));
      } else {
        QCOMPARE(float32_to_float16(value), half);
        const int exponent = (half >> 10) & 31;
        const double magnitude = exponent == 31  ? std::numeric_limits<double>::infinity()
                                 : exponent == 0 ? std::ldexp(half & 1023, -24)
                                                 : std::ldexp(1024 + (half & 1023), exponent - 25);
        QCOMPARE(static_cast<double>(value), half & 0x8000 ? -magnitude : magnitude);
      }
    }
  }

  void float16_and_bfloat16_round_to_the_nearest_even() {
    std::mt19937 random(4);
    for (int i = 0; i < 200000; ++i) {
      float value;
      const std::uint32_t bits = random();
      std::memcpy(&value, &bits, 4);
      if (std::isnan(value)) {
        QVERIFY(std::isnan(bfloat16_to_float32(float32_to_bfloat16(value))));
        continue;
      }
      const std::uint16_t half = float32_to_float16(value);
      const std::uint16_t brain = float32_to_bfloat16(value);
      // No neighbour is nearer, and an equally near one would be odd.
      for (const int step : {-1, 1}) {
        const float got = float16_to_float32(half), next = float16_to_float32(static_cast<std::uint16_t>(half + step));
        if (std::isfinite(got) && std::isfinite(next) && std::signbit(got) == std::signbit(next)) {
          const double mine = std::fabs(double(got) - value), other = std::fabs(double(next) - value);
          QVERIFY(mine < other || (mine == other && half % 2 == 0));
        }
        const float b = bfloat16_to_float32(brain), n = bfloat16_to_float32(static_cast<std::uint16_t>(brain + step));
        if (std::isfinite(b) && std::isfinite(n) && std::signbit(b) == std::signbit(n)) {
          const double mine = std::fabs(double(b) - value), other = std::fabs(double(n) - value);
          QVERIFY(mine < other || (mine == other && brain % 2 == 0));
        }
      }
    }
    QCOMPARE(float32_to_float16(65519.0f), std::uint16_t(0x7bff));
    QCOMPARE(float32_to_float16(65520.0f), std::uint16_t(0x7c00));
    QCOMPARE(float32_to_float16(-1e30f), std::uint16_t(0xfc00));
    QCOMPARE(float32_to_bfloat16(std::numeric_limits<float>::max()), std::uint16_t(0x7f80));
  }
};

QTEST_GUILESS_MAIN(GgmlBlocksTest)
#include "ggml_blocks_test.moc"
