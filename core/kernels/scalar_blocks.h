// SPDX-License-Identifier: GPL-3.0-or-later
// One block at a time in plain C++: 16-bit floats, the planes of packed integers and the blocks of ggml.
// Internal to this room. Everything has internal linkage, because the same lines are also compiled for wider
// instruction sets (where the compiler vectorises the loops) and must not be shared between those files.
#pragma once

#include <cstdint>
#include <cstring>

namespace kelter {
namespace {

struct Scalar {
  static float from_bits(std::uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  static std::uint32_t to_bits(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
  }

  static float bfloat16(std::uint16_t value) { return from_bits(static_cast<std::uint32_t>(value) << 16); }
  // To nearest even; a NaN is made quiet, because rounding it could give infinity.
  static std::uint16_t to_bfloat16(float value) {
    const std::uint32_t bits = to_bits(value);
    const std::uint32_t rounded = bits + 0x7fffu + ((bits >> 16) & 1u);
    const bool nan = (bits & 0x7fffffffu) > 0x7f800000u;
    return static_cast<std::uint16_t>((nan ? bits | 0x400000u : rounded) >> 16);
  }

  static float float16(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
    const std::uint32_t exponent = (half >> 10) & 31u, mantissa = half & 1023u;
    if (exponent == 31) return from_bits(sign | 0x7f800000u | mantissa << 13);
    if (exponent != 0) return from_bits(sign | (exponent + 112u) << 23 | mantissa << 13);
    // Subnormal: mantissa * 2^-24, exact in float32.
    return from_bits(sign | to_bits(static_cast<float>(mantissa) * 5.9604644775390625e-8f));
  }

  static float half_at(const std::uint8_t* bytes) {
    return float16(static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8));
  }
};

// The 32 codes of one block of packed integers (layout: core/kernels/grouped_integer.h).
struct ScalarPlanes {
  static void unpack(const std::uint8_t* block, int bits, std::uint8_t* codes) {
    std::memset(codes, 0, 32);
    int shift = 0;
    for (int width = 8; width > 0; width /= 2) {
      if (!(bits & width)) continue;
      add_plane(block, width, shift, codes);
      block += 4 * width;
      shift += width;
    }
  }
  static void pack(const std::uint8_t* codes, int bits, std::uint8_t* block) {
    std::memset(block, 0, static_cast<std::size_t>(4 * bits));
    int shift = 0;
    for (int width = 8; width > 0; width /= 2) {
      if (!(bits & width)) continue;
      take_plane(codes, width, shift, block);
      block += 4 * width;
      shift += width;
    }
  }

 private:
  // Planes of 8, 4 and 2 bits put element j + k * bytes at bit k * width of byte j; the plane of 1 bit is a
  // little-endian word, so its element j is bit j % 8 of byte j / 8.
  static int byte_of(int element, int width) { return width == 1 ? element / 8 : element % (4 * width); }
  static int bit_of(int element, int width) { return width == 1 ? element % 8 : element / (4 * width) * width; }
  static void add_plane(const std::uint8_t* plane, int width, int shift, std::uint8_t* codes) {
    const int mask = (1 << width) - 1;
    for (int j = 0; j < 32; ++j) {
      codes[j] |= static_cast<std::uint8_t>(((plane[byte_of(j, width)] >> bit_of(j, width)) & mask) << shift);
    }
  }
  static void take_plane(const std::uint8_t* codes, int width, int shift, std::uint8_t* plane) {
    const int mask = (1 << width) - 1;
    for (int j = 0; j < 32; ++j) {
      plane[byte_of(j, width)] |= static_cast<std::uint8_t>(((codes[j] >> shift) & mask) << bit_of(j, width));
    }
  }
};

// Decoders of ggml's blocks: one block to `size` floats, each operation rounded to float32 as written.
struct ScalarQ4_0 {
  static constexpr int size = 32, bytes = 18;
  static void decode(const std::uint8_t* __restrict block, float* __restrict out) {
    const float d = Scalar::half_at(block);
    for (int j = 0; j < 16; ++j) {
      out[j] = static_cast<float>((block[2 + j] & 15) - 8) * d;
      out[j + 16] = static_cast<float>((block[2 + j] >> 4) - 8) * d;
    }
  }
};

struct ScalarQ4_1 {
  static constexpr int size = 32, bytes = 20;
  static void decode(const std::uint8_t* __restrict block, float* __restrict out) {
    const float d = Scalar::half_at(block), m = Scalar::half_at(block + 2);
    for (int j = 0; j < 16; ++j) {
      out[j] = static_cast<float>(block[4 + j] & 15) * d + m;
      out[j + 16] = static_cast<float>(block[4 + j] >> 4) * d + m;
    }
  }
};

struct ScalarQ5_0 {
  static constexpr int size = 32, bytes = 22;
  static void decode(const std::uint8_t* __restrict block, float* __restrict out) {
    const float d = Scalar::half_at(block);
    std::uint32_t high;
    std::memcpy(&high, block + 2, 4);
    for (int j = 0; j < 16; ++j) {
      const int low = static_cast<int>((block[6 + j] & 15) | ((high >> j) & 1u) << 4);
      const int upper = static_cast<int>((block[6 + j] >> 4) | ((high >> (j + 16)) & 1u) << 4);
      out[j] = static_cast<float>(low - 16) * d;
      out[j + 16] = static_cast<float>(upper - 16) * d;
    }
  }
};

struct ScalarQ5_1 {
  static constexpr int size = 32, bytes = 24;
  static void decode(const std::uint8_t* __restrict block, float* __restrict out) {
    const float d = Scalar::half_at(block), m = Scalar::half_at(block + 2);
    std::uint32_t high;
    std::memcpy(&high, block + 4, 4);
    for (int j = 0; j < 16; ++j) {
      const int low = static_cast<int>((block[8 + j] & 15) | ((high >> j) & 1u) << 4);
      const int upper = static_cast<int>((block[8 + j] >> 4) | ((high >> (j + 16)) & 1u) << 4);
      out[j] = static_cast<float>(low) * d + m;
      out[j + 16] = static_cast<float>(upper) * d + m;
    }
  }
};

struct ScalarQ8_0 {
  static constexpr int size = 32, bytes = 34;
  static void decode(const std::uint8_t* __restrict block, float* __restrict out) {
    const float d = Scalar::half_at(block);
    for (int j = 0; j < 32; ++j)
      out[j] = static_cast<float>(static_cast<std::int8_t>(block[2 + j])) * d;
  }
};

// The eight 6-bit scales and minima that Q4_K and Q5_K pack into 12 bytes.
struct SubScales {
  float scale[8], minimum[8];
  SubScales(const std::uint8_t* b, float d, float dmin) {
    for (int j = 0; j < 8; ++j) {
      const int sc = j < 4 ? b[j] & 63 : (b[j + 4] & 15) | (b[j - 4] >> 6) << 4;
      const int m = j < 4 ? b[j + 4] & 63 : (b[j + 4] >> 4) | (b[j] >> 6) << 4;
      scale[j] = d * static_cast<float>(sc);
      minimum[j] = dmin * static_cast<float>(m);
    }
  }
};

struct ScalarQ4_K {
  static constexpr int size = 256, bytes = 144;
  static void decode(const std::uint8_t* __restrict block, float* __restrict out) {
    const SubScales sub(block + 4, Scalar::half_at(block), Scalar::half_at(block + 2));
    for (int run = 0; run < 4; ++run) {
      const std::uint8_t* codes = block + 16 + 32 * run;
      for (int j = 0; j < 32; ++j) {
        out[64 * run + j] = sub.scale[2 * run] * static_cast<float>(codes[j] & 15) - sub.minimum[2 * run];
        out[64 * run + 32 + j] = sub.scale[2 * run + 1] * static_cast<float>(codes[j] >> 4) - sub.minimum[2 * run + 1];
      }
    }
  }
};

// As Q4_K with a fifth bit: bit k of qh[j] belongs to element 32 k + j.
struct ScalarQ5_K {
  static constexpr int size = 256, bytes = 176;
  static void decode(const std::uint8_t* __restrict block, float* __restrict out) {
    const SubScales sub(block + 4, Scalar::half_at(block), Scalar::half_at(block + 2));
    const std::uint8_t* high = block + 16;
    for (int run = 0; run < 4; ++run) {
      const std::uint8_t* codes = block + 48 + 32 * run;
      for (int j = 0; j < 32; ++j) {
        const int low = (codes[j] & 15) | ((high[j] >> (2 * run)) & 1) << 4;
        const int upper = (codes[j] >> 4) | ((high[j] >> (2 * run + 1)) & 1) << 4;
        out[64 * run + j] = sub.scale[2 * run] * static_cast<float>(low) - sub.minimum[2 * run];
        out[64 * run + 32 + j] = sub.scale[2 * run + 1] * static_cast<float>(upper) - sub.minimum[2 * run + 1];
      }
    }
  }
};

struct ScalarQ6_K {
  static constexpr int size = 256, bytes = 210;
  static void decode(const std::uint8_t* __restrict block, float* __restrict out) {
    const float d = Scalar::half_at(block + 208);
    float scale[16];
    for (int j = 0; j < 16; ++j)
      scale[j] = d * static_cast<float>(static_cast<std::int8_t>(block[192 + j]));
    for (int half = 0; half < 2; ++half) {
      const std::uint8_t* low = block + 64 * half;
      const std::uint8_t* high = block + 128 + 32 * half;
      for (int quarter = 0; quarter < 4; ++quarter) {
        const std::uint8_t* nibbles = low + 32 * (quarter % 2);
        for (int j = 0; j < 32; ++j) {
          const int code = ((nibbles[j] >> (quarter / 2 * 4)) & 15) | ((high[j] >> (2 * quarter)) & 3) << 4;
          out[128 * half + 32 * quarter + j] = scale[8 * half + 2 * quarter + j / 16] * static_cast<float>(code - 32);
        }
      }
    }
  }
};

}  // namespace
}  // namespace kelter
