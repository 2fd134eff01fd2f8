// SPDX-License-Identifier: GPL-3.0-or-later
// Scales and zeros of packed integers in every stored form, with the numbers they stand for.
#pragma once

#include <array>
#include <cstring>
#include <vector>

#include "core/kernels/ggml_blocks.h"
#include "core/kernels/grouped_integer.h"

namespace kelter_tests {

struct GroupForm {
  kelter::ScaleType scale_type;
  kelter::ZeroKind zero_kind;
};

inline std::vector<GroupForm> all_group_forms() {
  std::vector<GroupForm> forms;
  for (const auto type : {kelter::ScaleType::float16, kelter::ScaleType::bfloat16, kelter::ScaleType::float32}) {
    for (const auto kind : {kelter::ZeroKind::points, kelter::ZeroKind::minima, kelter::ZeroKind::middle})
      forms.push_back({type, kind});
  }
  return forms;
}

class StoredGroups {
 public:
  // One group for each scale: `minima` and `points` are used by the kinds that have them. Numbers are rounded to the
  // type they are stored in; the arrays end where the last entry does, so that a reader beyond it is caught.
  StoredGroups(GroupForm form, int bits, const std::vector<float>& scales, const std::vector<float>& minima,
               const std::vector<std::uint8_t>& points)
      : form_(form) {
    for (std::size_t g = 0; g < scales.size(); ++g) {
      scale.push_back(store(scales[g], scale_bytes_));
      const bool has_minimum = form.zero_kind == kelter::ZeroKind::minima;
      minimum.push_back(has_minimum ? store(minima[g], zero_bytes_) : 0.0f);
      const bool has_point = form.zero_kind == kelter::ZeroKind::points;
      zero.push_back(static_cast<float>(has_point ? points[g] : has_minimum ? 0 : 1 << (bits - 1)));
    }
    if (form.zero_kind != kelter::ZeroKind::points) return;
    zero_bytes_.resize((points.size() * static_cast<std::size_t>(bits) + 7) / 8);
    kelter::pack_stream(points.data(), static_cast<std::int64_t>(points.size()), bits, zero_bytes_.data());
  }

  // The weight a code of group g stands for, each operation rounded to float32.
  float weight(std::size_t g, std::uint8_t code) const {
    volatile float product = (static_cast<float>(code) - zero[g]) * scale[g];  // never fused with the addition
    return product + minimum[g];
  }
  void describe(kelter::GroupedIntegerView& view) const {
    view.scales = scale_bytes_.data();
    view.zeros = zero_bytes_.data();
    view.scale_type = form_.scale_type;
    view.zero_kind = form_.zero_kind;
  }
  std::uint64_t bytes() const { return scale_bytes_.size() + zero_bytes_.size(); }

  std::vector<float> scale, zero, minimum;

 private:
  float store(float value, std::vector<std::uint8_t>& bytes) const {
    std::array<std::uint8_t, 4> stored{};
    std::uint16_t half = 0;
    std::size_t size = 2;
    if (form_.scale_type == kelter::ScaleType::float32) {
      size = 4;
      std::memcpy(stored.data(), &value, size);
    } else {
      const bool is_float16 = form_.scale_type == kelter::ScaleType::float16;
      half = is_float16 ? kelter::float32_to_float16(value) : kelter::float32_to_bfloat16(value);
      value = is_float16 ? kelter::float16_to_float32(half) : kelter::bfloat16_to_float32(half);
      std::memcpy(stored.data(), &half, size);
    }
    bytes.insert(bytes.end(), stored.begin(), stored.begin() + static_cast<std::ptrdiff_t>(size));
    return value;
  }

  GroupForm form_;
  std::vector<std::uint8_t> scale_bytes_, zero_bytes_;
};

}  // namespace kelter_tests
