// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/grouped_integer.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/kernels/decode_kernels.h"
#include "core/kernels/scalar_blocks.h"
#include "core/kernels/variants.h"

namespace kelter {
namespace {

void require_width(int bits, const char* function) {
  if ((bits >= 2 && bits <= 6) || bits == 8) return;
  throw Error(ErrorCode::internal, "Packed codes have an unknown width", function,
              "the width is " + std::to_string(bits) + " bits; there are 2, 3, 4, 5, 6 and 8");
}

struct Width {
  int bits;
  GroupedDecoder GroupedDecoders::*member;
  KernelFamily family;
};

const Width& width_of(int bits) {
  require_width(bits, "decode_grouped_integer");
  static const std::vector<Width> all = {{2, &GroupedDecoders::int2, KernelFamily("int2-decode")},
                                         {3, &GroupedDecoders::int3, KernelFamily("int3-decode")},
                                         {4, &GroupedDecoders::int4, KernelFamily("int4-decode")},
                                         {5, &GroupedDecoders::int5, KernelFamily("int5-decode")},
                                         {6, &GroupedDecoders::int6, KernelFamily("int6-decode")},
                                         {8, &GroupedDecoders::int8, KernelFamily("int8-decode")}};
  return *std::find_if(all.begin(), all.end(), [&](const Width& width) { return width.bits == bits; });
}

GroupedDecoder decoder_of(const Width& width, std::uint64_t bytes) {
  return variant_of(width.family.choose(bytes), grouped_decoders_reference, grouped_decoders_avx2, grouped_decoders_avx512).*width.member;
}

// Calls body(row) for every row, in pieces of sensible size.
template <class Body>
void each_row(std::int64_t rows, std::int64_t columns, const Body& body) {
  parallel_for(0, rows, row_grain(columns), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row)
      body(row);
  });
}

}  // namespace

void pack_codes(const std::uint8_t* codes, std::int64_t rows, std::int64_t columns, int bits, std::uint8_t* packed) {
  require_width(bits, "pack_codes");
  each_row(rows, columns, [&](std::int64_t row) {
    std::uint8_t* target = packed + row * packed_row_bytes(columns, bits);
    for (std::int64_t c = 0; c < columns; c += 32, target += 4 * bits) {
      std::uint8_t block[32] = {};
      std::memcpy(block, codes + row * columns + c, static_cast<std::size_t>(std::min<std::int64_t>(32, columns - c)));
      ScalarPlanes::pack(block, bits, target);
    }
  });
}

void unpack_codes(const std::uint8_t* packed, std::int64_t rows, std::int64_t columns, int bits, std::uint8_t* codes) {
  require_width(bits, "unpack_codes");
  each_row(rows, columns, [&](std::int64_t row) {
    const std::uint8_t* source = packed + row * packed_row_bytes(columns, bits);
    for (std::int64_t c = 0; c < columns; c += 32, source += 4 * bits) {
      std::uint8_t block[32];
      ScalarPlanes::unpack(source, bits, block);
      std::memcpy(codes + row * columns + c, block, static_cast<std::size_t>(std::min<std::int64_t>(32, columns - c)));
    }
  });
}

void pack_stream(const std::uint8_t* codes, std::int64_t count, int bits, std::uint8_t* packed) {
  require_width(bits, "pack_stream");
  std::memset(packed, 0, static_cast<std::size_t>((count * bits + 7) / 8));
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t place = i * bits / 8;
    const unsigned shifted = static_cast<unsigned>(codes[i] & ((1u << bits) - 1)) << (i * bits % 8);
    packed[place] |= static_cast<std::uint8_t>(shifted);
    if (shifted > 255) packed[place + 1] |= static_cast<std::uint8_t>(shifted >> 8);
  }
}

void unpack_stream(const std::uint8_t* packed, std::int64_t count, int bits, std::uint8_t* codes) {
  require_width(bits, "unpack_stream");
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t place = i * bits / 8;
    const int shift = static_cast<int>(i * bits % 8);
    unsigned both = packed[place];
    if (shift + bits > 8) both |= static_cast<unsigned>(packed[place + 1]) << 8;
    codes[i] = static_cast<std::uint8_t>((both >> shift) & ((1u << bits) - 1));
  }
}

std::uint64_t GroupedIntegerView::stored_bytes() const {
  const std::int64_t count = rows * groups(), number = scale_type == ScaleType::float32 ? 4 : 2;
  std::int64_t zero_bytes = 0;
  if (zero_kind == ZeroKind::points) zero_bytes = (count * bits + 7) / 8;
  if (zero_kind == ZeroKind::minima) zero_bytes = count * number;
  const std::int64_t order_bytes = order ? columns * static_cast<std::int64_t>(sizeof *order) : 0;
  return static_cast<std::uint64_t>(rows * packed_row_bytes(columns, bits) + count * number + zero_bytes + order_bytes);
}

void decode_grouped_integer(const GroupedIntegerView& weights, std::int64_t begin, std::int64_t end, float* out) {
  const Width& width = width_of(weights.bits);
  if (begin >= end || weights.columns <= 0) return;
  MatvecTask task{};
  task.weights = weights.codes;
  task.row_bytes = packed_row_bytes(weights.columns, weights.bits);
  task.rows = weights.rows;
  task.columns = weights.columns;
  task.group = weights.group;
  task.groups = weights.groups();
  task.scales = weights.scales;
  task.zeros = weights.zeros;
  task.scale_type = weights.scale_type;
  task.zero_kind = weights.zero_kind;
  // The share of the stored bytes that these rows have; rows are equally long.
  const std::uint64_t bytes =
      weights.stored_bytes() * static_cast<std::uint64_t>(end - begin) / static_cast<std::uint64_t>(weights.rows);
  const GroupedDecoder decode = decoder_of(width, bytes);
  parallel_for(begin, end, row_grain(task.row_bytes), [&](std::int64_t first, std::int64_t last) {
    float* target = out + (first - begin) * weights.columns;
    if (!weights.order) return decode(task, first, last, target);
    std::vector<float> stored(static_cast<std::size_t>(weights.columns));
    for (std::int64_t row = first; row < last; ++row, target += weights.columns) {
      decode(task, row, row + 1, stored.data());
      for (std::int64_t j = 0; j < weights.columns; ++j) target[weights.order[j]] = stored[static_cast<std::size_t>(j)];
    }
  });
}

}  // namespace kelter
