// SPDX-License-Identifier: GPL-3.0-or-later
// Packed integer codes of 2, 3, 4, 5, 6 or 8 bits.
//
// Layout: each row is cut into blocks of 32 columns (the last one padded with code 0). A block is the
// concatenation of bit planes, lowest bits first, each plane of w bits taking 4*w bytes:
//   bits 2 = [2]   3 = [2][1]   4 = [4]   5 = [4][1]   6 = [4][2]   8 = [8]
//   plane of 8: byte j = element j
//   plane of 4: byte j (0..15) = element j | element j+16 << 4          (as ggml's Q4_1)
//   plane of 2: byte j (0..7)  = element j | j+8 << 2 | j+16 << 4 | j+24 << 6
//   plane of 1: bit j of a little-endian 32-bit word = element j
// So a row takes 4 * bits * ceil(columns / 32) bytes and every block starts at a fixed place.
#pragma once

#include <cstdint>

#include "core/kernels/encodings.h"

namespace kelter {

inline std::int64_t packed_row_bytes(std::int64_t columns, int bits) { return 4 * bits * ((columns + 31) / 32); }

// codes: [rows, columns], one per byte, each < 2^bits. packed: rows * packed_row_bytes, fully written.
void pack_codes(const std::uint8_t* codes, std::int64_t rows, std::int64_t columns, int bits, std::uint8_t* packed);
void unpack_codes(const std::uint8_t* packed, std::int64_t rows, std::int64_t columns, int bits, std::uint8_t* codes);

// Codes laid end to end in a little-endian bit stream (zero points): ceil(count * bits / 8) bytes.
void pack_stream(const std::uint8_t* codes, std::int64_t count, int bits, std::uint8_t* packed);
void unpack_stream(const std::uint8_t* packed, std::int64_t count, int bits, std::uint8_t* codes);

// A packed weight with its scales and zeros as they are stored; borrowed.
struct GroupedIntegerView {
  const std::uint8_t* codes = nullptr;   // packed as above
  const void* scales = nullptr;          // [rows, groups] in scale_type
  const void* zeros = nullptr;           // points: the stream of [rows, groups] codes; minima: as the scales; else unused
  std::int64_t rows = 0, columns = 0;
  std::int64_t group = 0;                // columns per group: a multiple of 32 that divides columns, or = columns
  int bits = 0;
  ScaleType scale_type = ScaleType::float16;
  ZeroKind zero_kind = ZeroKind::middle;
  // [columns]: stored column j belongs to input order[j], a permutation; null where they lie in the order of the inputs.
  const std::int32_t* order = nullptr;
  std::int64_t groups() const { return group > 0 ? (columns + group - 1) / group : 0; }
  // Packed codes, stored scales, zeros and order: what a pass over all rows reads.
  std::uint64_t stored_bytes() const;
};

// Rows [begin, end) as float32: (code - zero) * scale + minimum with one multiplication and one addition, each
// rounded; zero or minimum is 0 where the weight has none. Columns come out in the order of the inputs.
void decode_grouped_integer(const GroupedIntegerView& weights, std::int64_t begin, std::int64_t end, float* out);

}  // namespace kelter
