// SPDX-License-Identifier: GPL-3.0-or-later
// The stored scale and zero of one group of packed integers in plain C++. Internal to this room; internal linkage
// as in scalar_blocks.h.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/kernels/matvec_kernels.h"
#include "core/kernels/scalar_blocks.h"

namespace kelter {
namespace {

// W = (code - zero) * scale + minimum.
struct ScalarGroup {
  float scale, zero, minimum;

  static ScalarGroup of(const MatvecTask& task, std::int64_t group, int bits) {
    ScalarGroup out{number(task.scales, task.scale_type, group), 0.0f, 0.0f};
    switch (task.zero_kind) {
      case ZeroKind::middle:
        out.zero = static_cast<float>(1 << (bits - 1));
        break;
      case ZeroKind::points:
        out.zero = static_cast<float>(point(task.zeros, group, bits));
        break;
      case ZeroKind::minima:
        out.minimum = number(task.zeros, task.scale_type, group);
        break;
    }
    return out;
  }

 private:
  static float number(const void* values, ScaleType type, std::int64_t index) {
    const auto* bytes = static_cast<const std::uint8_t*>(values);
    if (type == ScaleType::float32) {
      float value;
      std::memcpy(&value, bytes + 4 * index, sizeof value);
      return value;
    }
    if (type == ScaleType::float16) return Scalar::half_at(bytes + 2 * index);
    return Scalar::bfloat16(static_cast<std::uint16_t>(bytes[2 * index] | bytes[2 * index + 1] << 8));
  }
  // Entry `index` of a little-endian bit stream.
  static int point(const void* stream, std::int64_t index, int bits) {
    const std::int64_t first = index * bits;
    const auto* bytes = static_cast<const std::uint8_t*>(stream) + first / 8;
    const int shift = static_cast<int>(first % 8);
    const int both = shift + bits > 8 ? bytes[0] | bytes[1] << 8 : bytes[0];
    return (both >> shift) & ((1 << bits) - 1);
  }
};

}  // namespace
}  // namespace kelter
