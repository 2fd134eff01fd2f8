// SPDX-License-Identifier: GPL-3.0-or-later
// Block layouts: ggml (src/ggml-common.h); encoders: the float32 formulas of the gguf Python package.
#include "core/kernels/ggml_blocks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/base/parallel.h"
#include "core/kernels/decode_kernels.h"
#include "core/kernels/scalar_blocks.h"
#include "core/kernels/variants.h"

namespace kelter {
namespace {

struct Decodable {
  std::uint32_t type;
  int size, bytes;  // elements and bytes of one block
  GgmlDecoder GgmlDecoders::*member;
  KernelFamily family;
};

template <class Block>
Decodable decodable(std::uint32_t type, GgmlDecoder GgmlDecoders::*member, const char* product) {
  return {type, Block::size, Block::bytes, member, KernelFamily(product)};
}

const Decodable* find_decodable(std::uint32_t type) {
  static const std::array all = {decodable<ScalarQ4_0>(2, &GgmlDecoders::q4_0, "q4_0-decode"),
                                 decodable<ScalarQ4_1>(3, &GgmlDecoders::q4_1, "q4_1-decode"),
                                 decodable<ScalarQ5_0>(6, &GgmlDecoders::q5_0, "q5_0-decode"),
                                 decodable<ScalarQ5_1>(7, &GgmlDecoders::q5_1, "q5_1-decode"),
                                 decodable<ScalarQ8_0>(8, &GgmlDecoders::q8_0, "q8_0-decode"),
                                 decodable<ScalarQ4_K>(12, &GgmlDecoders::q4_k, "q4_k-decode"),
                                 decodable<ScalarQ5_K>(13, &GgmlDecoders::q5_k, "q5_k-decode"),
                                 decodable<ScalarQ6_K>(14, &GgmlDecoders::q6_k, "q6_k-decode")};
  const auto found = std::find_if(all.begin(), all.end(), [&](const Decodable& each) { return each.type == type; });
  return found == all.end() ? nullptr : &*found;
}

const GgmlDecoders& decoders_of(Isa isa) { return variant_of(isa, ggml_decoders_reference, ggml_decoders_avx2, ggml_decoders_avx512); }

// ---- Encoders ------------------------------------------------------------------------------------------

// The value of largest magnitude with its sign; the first one wins a tie, and NaN wins over all, so that a
// damaged weight stays visible in the scale.
float signed_extreme(const float* values) {
  float extreme = values[0];
  for (int j = 1; j < 32; ++j) {
    if (std::isnan(extreme)) break;
    if (std::isnan(values[j]) || std::fabs(values[j]) > std::fabs(extreme)) extreme = values[j];
  }
  return extreme;
}

struct Range {
  float low, high;
};

Range range_of(const float* values) {
  Range range{values[0], values[0]};
  for (int j = 1; j < 32; ++j) {
    if (std::isnan(values[j])) return {values[j], values[j]};
    range.low = std::min(range.low, values[j]);
    range.high = std::max(range.high, values[j]);
  }
  return range;
}

float inverse(float d) { return d == 0.0f ? 0.0f : 1.0f / d; }

// Cuts the fraction off and limits to [0, largest]; NaN gives 0.
std::uint8_t truncated(float value, int largest) {
  return static_cast<std::uint8_t>(value >= 0.0f ? std::min(value, static_cast<float>(largest)) : 0.0f);
}

void put_half(std::uint8_t* target, float value) {
  const std::uint16_t half = float32_to_float16(value);
  target[0] = static_cast<std::uint8_t>(half);
  target[1] = static_cast<std::uint8_t>(half >> 8);
}

// Low nibbles, and for 5-bit codes the fifth bits in front of them.
void put_codes(const std::uint8_t* codes, bool five_bits, std::uint8_t* target) {
  if (five_bits) {
    for (int byte = 0; byte < 4; ++byte) {
      int bits = 0;
      for (int j = 0; j < 8; ++j)
        bits |= (codes[8 * byte + j] >> 4) << j;
      *target++ = static_cast<std::uint8_t>(bits);
    }
  }
  for (int j = 0; j < 16; ++j)
    target[j] = static_cast<std::uint8_t>((codes[j] & 15) | (codes[j + 16] & 15) << 4);
}

// Q4_0 and Q5_0: codes 0 .. 2 * half - 1 around half.
void encode_centred(const float* values, int half, std::uint8_t* block) {
  const float d = signed_extreme(values) / static_cast<float>(-half);
  const float id = inverse(d);
  std::uint8_t codes[32];
  for (int j = 0; j < 32; ++j) {
    codes[j] = truncated(values[j] * id + (static_cast<float>(half) + 0.5f), 2 * half - 1);
  }
  put_half(block, d);
  put_codes(codes, half == 16, block + 2);
}

// Q4_1 and Q5_1: codes 0 .. largest above the minimum.
void encode_with_minimum(const float* values, int largest, std::uint8_t* block) {
  const Range range = range_of(values);
  const float d = (range.high - range.low) / static_cast<float>(largest);
  const float id = inverse(d);
  std::uint8_t codes[32];
  for (int j = 0; j < 32; ++j)
    codes[j] = truncated((values[j] - range.low) * id + 0.5f, largest);
  put_half(block, d);
  put_half(block + 2, range.low);
  put_codes(codes, largest == 31, block + 4);
}

void encode_q8_0(const float* values, std::uint8_t* block) {
  const float d = std::fabs(signed_extreme(values)) / 127.0f;
  const float id = inverse(d);
  put_half(block, d);
  for (int j = 0; j < 32; ++j) {
    const float rounded = std::round(values[j] * id);  // halves away from zero
    const float code = rounded >= -127.0f ? std::min(rounded, 127.0f) : (rounded < 0.0f ? -127.0f : 0.0f);
    block[2 + j] = static_cast<std::uint8_t>(static_cast<std::int8_t>(code));
  }
}

using Encoder = void (*)(const float* values, std::uint8_t* block);

Encoder encoder_of(std::uint32_t type) {
  switch (type) {
    case 2:
      return [](const float* values, std::uint8_t* block) { encode_centred(values, 8, block); };
    case 3:
      return [](const float* values, std::uint8_t* block) { encode_with_minimum(values, 15, block); };
    case 6:
      return [](const float* values, std::uint8_t* block) { encode_centred(values, 16, block); };
    case 7:
      return [](const float* values, std::uint8_t* block) { encode_with_minimum(values, 31, block); };
    case 8:
      return encode_q8_0;
    default:
      return nullptr;
  }
}

}  // namespace

bool decode_ggml_rows(std::uint32_t type, const std::uint8_t* blocks, std::int64_t rows, std::int64_t columns,
                      float* out) {
  const Decodable* kind = find_decodable(type);
  if (!kind) return false;
  const std::int64_t blocks_per_row = columns / kind->size;
  const std::int64_t row_bytes = blocks_per_row * kind->bytes;
  if (rows <= 0 || row_bytes == 0) return true;
  const Isa isa = kind->family.choose(static_cast<std::uint64_t>(rows * row_bytes));
  const GgmlDecoder decode = decoders_of(isa).*kind->member;
  parallel_for(0, rows, row_grain(row_bytes), [&](std::int64_t begin, std::int64_t end) {
    decode(blocks + begin * row_bytes, (end - begin) * blocks_per_row, out + begin * columns);
  });
  return true;
}

bool encode_ggml_rows(std::uint32_t type, const float* values, std::int64_t rows, std::int64_t columns,
                      std::uint8_t* blocks) {
  const Encoder encode = encoder_of(type);
  if (!encode) return false;
  const int bytes = find_decodable(type)->bytes;
  parallel_for(0, rows, row_grain(4 * columns), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t b = begin * (columns / 32); b < end * (columns / 32); ++b) {
      encode(values + b * 32, blocks + b * bytes);
    }
  });
  return true;
}

float float16_to_float32(std::uint16_t half) { return Scalar::float16(half); }
float bfloat16_to_float32(std::uint16_t value) { return Scalar::bfloat16(value); }

std::uint16_t float32_to_float16(float value) {
  const std::uint32_t bits = Scalar::to_bits(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000u;
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u | ((magnitude >> 13) & 0x1ffu));
  if (magnitude >= 0x47800000u) return static_cast<std::uint16_t>(sign | 0x7c00u);  // 65536 and more
  if (magnitude < 0x38800000u) {
    // Subnormal: adding 0.5 puts the last kept bit (2^-24) at the end of the mantissa, and rounds to even.
    const float shifted = Scalar::from_bits(magnitude) + 0.5f;
    return static_cast<std::uint16_t>(sign | (Scalar::to_bits(shifted) - 0x3f000000u));
  }
  const std::uint32_t even = (magnitude >> 13) & 1u;
  return static_cast<std::uint16_t>(sign | ((magnitude - (112u << 23) + 0xfffu + even) >> 13));
}

std::uint16_t float32_to_bfloat16(float value) { return Scalar::to_bfloat16(value); }

}  // namespace kelter
