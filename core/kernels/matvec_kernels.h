// SPDX-License-Identifier: GPL-3.0-or-later
// What the matvec variants share with the function that picks among them; internal to this room. Only plain
// data: the files compiled for an instruction set include this header, and an inline function in it could
// carry that instruction set into the rest of the program.
#pragma once

#include <cstdint>

#include "core/kernels/encodings.h"

namespace kelter {

struct SmallFloatScales;
struct SparseView;

struct MatvecTask {
  const std::uint8_t* weights;  // stored rows, row_bytes apart
  std::int64_t row_bytes;
  std::int64_t rows, columns;
  const float* x;  // [tokens, columns]
  std::int64_t tokens;
  float* y;  // [tokens, rows]

  // Blocks of codes: `group` columns share a scale (32 in ggml's blocks). Grouped integers keep scales, and zero
  // points or minima, outside of the rows (core/kernels/grouped_integer.h).
  std::int64_t group, groups;
  const void* scales;
  const void* zeros;
  ScaleType scale_type;
  ZeroKind zero_kind;
  const SmallFloatScales* float_scales;  // of small floats, in place of the four above
  const SparseView* sparse;              // of sparse weights, in place of weights and row_bytes too

  // What MatvecKernel::prepare made of x.
  const float* prepared;    // [tokens, prepared_stride]
  const float* group_sums;  // [tokens, sum_stride]: the sum of x over each group, zero behind the last
  std::int64_t prepared_stride, sum_stride;
  // The reference's product, for rows whose fast result is not finite: it decides between NaN and infinity.
  void (*exact)(const MatvecTask& task, std::int64_t begin, std::int64_t end);
};

struct MatvecKernel {
  // Writes what `multiply` reads in place of x; null if that is x itself.
  void (*prepare)(const MatvecTask& task, float* prepared, float* group_sums);
  // Computes y for rows [begin, end).
  void (*multiply)(const MatvecTask& task, std::int64_t begin, std::int64_t end);
};

struct MatvecKernels {
  MatvecKernel float32, bfloat16, float16, q4_0, q4_1, q8_0, q5_0, q5_1, q4_k, q5_k, q6_k, int2, int3, int4, int5, int6, int8;
};

extern const MatvecKernels matvec_reference, matvec_avx2, matvec_avx512;

}  // namespace kelter
