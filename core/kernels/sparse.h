// SPDX-License-Identifier: GPL-3.0-or-later
// Pruned weights without their zeros: a bit for each weight, set where it is kept, and the kept values row after row.
//
// Bits: bit c % 32 of word c / 32 of a row; a row takes ceil(columns / 32) little-endian words, bits behind the last column
// are 0. Values: numbers of 16 or 32 bits, or codes of 4 bits, two in a byte, the first in the lower half, that stand for
// scale * (code - 8) with a float16 scale for each group of columns; rows begin at whole bytes. Where each row keeps as many
// (n of every m, such as 2:4) rows lie at equal distances, and no starts are stored: for 2:4 the bits take as much room as
// the indices of two bits for each kept value that GPUs use.
#pragma once

#include <cstdint>

#include "core/kernels/encodings.h"

namespace kelter {

enum class SparseValues : std::uint8_t { float32, float16, bfloat16, int4 };

struct SparseView {
  const std::uint32_t* bits = nullptr;         // [rows, words()]
  const std::uint8_t* values = nullptr;
  // [rows + 1]: row r's kept values are [starts[r], starts[r + 1]); in codes of 4 bits rounded up to whole bytes, so that
  // starts are even. Null where every row keeps `kept_per_row` (even for 4 bits).
  const std::uint32_t* starts = nullptr;
  const std::uint16_t* scales = nullptr;       // int4: float16 [rows, groups()]
  std::int64_t rows = 0, columns = 0;
  std::int64_t kept_per_row = 0;
  std::int64_t group = 0;                      // int4: columns per scale, a multiple of 32 that divides columns
  std::uint64_t value_bytes = 0;               // of all values
  SparseValues type = SparseValues::bfloat16;
  std::int64_t words() const { return (columns + 31) / 32; }
  std::int64_t groups() const { return group > 0 ? columns / group : 0; }
  std::uint64_t stored_bytes() const;          // what a pass over all rows reads
};

// Bits of a value: 32, 16 or 4.
int sparse_value_bits(SparseValues type);

// Rows [begin, end) as float32, pruned weights as 0; int4: (code - 8) * scale, rounded once.
void decode_sparse(const SparseView& weights, std::int64_t begin, std::int64_t end, float* out);

}  // namespace kelter
