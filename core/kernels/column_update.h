// SPDX-License-Identifier: GPL-3.0-or-later
// One block of columns of SparseGPT and GPTQ: prune or round each column in turn and spread its error over the columns
// behind it in the block.
//
// Everything lies column by column (transposed), so that neighbours in memory are rows, which know nothing of each
// other: weights[c * rows + r]. For c = 0, 1, …:
//   w = weights[c], d = U[c, c];  q = 0 where pruned, else w rounded on the grid of its row (w itself without a grid)
//   e = (w - q) / d;  weights[j] -= e * U[c, j] for j > c;  loss[r] += e^2 / 2;  weights[c] = q
// in float32 with IEEE division, ties to even, each product rounded before it is subtracted: all variants, and CUDA's
// (core/kernels/cuda_compress.h), give the same bits. The squares of the loss are exact in double and are added column
// after column.
// Sources: SparseGPT (arXiv 2301.00774, algorithm 1) and GPTQ (arXiv 2210.17323, algorithm 1), in the order of their code.
// Pointers stay the caller's. Any thread; rows are split over parallel_for. Values must be finite and d > 0.
#pragma once

#include <cstdint>

namespace kelter {

// How a weight becomes a code (clamped to [0, largest_code]) and a code a weight; `factor` is a divisor or a
// multiplier. A scale of 0 has an infinite divisor: then every code is the zero point.
enum class ColumnRounding {
  none,
  points,      // code = round(w / factor) + zero;    q = (code - zero) * scale
  multiplied,  // code = round(w * factor) + zero;    q likewise
  minima,      // code = round((w - zero) / factor);  q = code * scale + zero
};

struct ColumnUpdate {
  static constexpr std::int64_t most_columns = 128;
  static constexpr std::int64_t most_pattern = 32;

  std::int64_t rows = 0, columns = 0;        // columns <= most_columns
  float* weights = nullptr;                  // [columns, rows]; w before, q after
  const float* upper = nullptr;              // U of the block: U[c, j] = upper[c * upper_stride + j]
  std::int64_t upper_stride = 0;
  const std::uint8_t* pruned = nullptr;      // [columns, rows], 1 = pruned; or null
  // Of every `of` columns the of - kept with the smallest w^2 / d^2 are pruned, judged when the first of them is
  // reached; among equals the first. `of` divides the columns and is at most most_pattern; 0: no pattern.
  std::int64_t kept = 0, of = 0;
  ColumnRounding rounding = ColumnRounding::none;
  float largest_code = 0;
  const float *scale = nullptr, *zero = nullptr, *factor = nullptr;  // [groups, rows]
  const std::int32_t* group = nullptr;       // [columns]: the group of each column
  std::uint8_t* codes = nullptr;             // [columns, rows]: written; null without rounding
  float* errors = nullptr;                   // [columns, rows]: e, written
  double* losses = nullptr;                  // [rows]: added to
};

// Counted as "column_update-avx512", …
void update_columns(const ColumnUpdate& call);

}  // namespace kelter
