// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/decode_kernels.h"
#include "core/kernels/scalar_blocks.h"
#include "core/kernels/scalar_groups.h"

namespace kelter {
namespace {

template <int bits>
void decode_rows(const MatvecTask& task, std::int64_t begin, std::int64_t end, float* out) {
  for (std::int64_t row = begin; row < end; ++row) {
    for (std::int64_t c = 0; c < task.columns; c += 32) {
      std::uint8_t codes[32];
      ScalarPlanes::unpack(task.weights + row * task.row_bytes + c / 32 * 4 * bits, bits, codes);
      const ScalarGroup group = ScalarGroup::of(task, row * task.groups + c / task.group, bits);
      const std::int64_t count = task.columns - c < 32 ? task.columns - c : 32;
      for (std::int64_t j = 0; j < count; ++j) {
        *out++ = (static_cast<float>(codes[j]) - group.zero) * group.scale + group.minimum;
      }
    }
  }
}

}  // namespace

const GroupedDecoders grouped_decoders_reference = {decode_rows<2>, decode_rows<3>, decode_rows<4>,
                                                    decode_rows<5>, decode_rows<6>, decode_rows<8>};

}  // namespace kelter
