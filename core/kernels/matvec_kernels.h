// SPDX-License-Identifier: GPL-3.0-or-later
// What the matvec variants share with the function that picks among them; internal to this room. Only plain
// data: the files compiled for an instruction set include this header, and an inline function in it could
// carry that instruction set into the rest of the program.
#pragma once

#include <cstdint>

namespace kelter {

struct MatvecTask {
  const std::uint8_t* weights;  // stored rows, row_bytes apart
  std::int64_t row_bytes;
  std::int64_t rows, columns;
  const float* x;                   // [tokens, columns]
  const std::uint16_t* x_bfloat16;  // the same rounded; dense bfloat16 only
  std::int64_t tokens;
  float* y;            // [tokens, rows]
  const float* scale;  // [rows, groups]; grouped integers only
  const float* offset;
  std::int64_t group, groups;
};

// Computes y for rows [begin, end).
using MatvecKernel = void (*)(const MatvecTask& task, std::int64_t begin, std::int64_t end);

struct MatvecKernels {
  MatvecKernel float32, bfloat16, float16, q4_0, q4_1, q8_0, int2, int3, int4, int5, int6, int8;
};

extern const MatvecKernels matvec_reference, matvec_avx2, matvec_avx512;

}  // namespace kelter
