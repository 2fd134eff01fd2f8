// SPDX-License-Identifier: GPL-3.0-or-later
// Products of packed integer weights with activations rounded to 8 bits; internal to this room, plain data only (see
// matvec_kernels.h, whose tasks and kernels these are).
//
// x is rounded once for each product, in blocks of 32 columns (the last one padded with zeros):
//   scale = max |x| / 127,   q = round(x * (127 / max |x|)),   each operation in float32, halves to even
// A block whose largest magnitude is below 2^-100 counts as zero; one with NaN or infinity has the scale NaN and no codes,
// so that every y of that token is NaN. With W = scale_w * (code - zero) + minimum, a block gives
//   scale_w * scale * sum (code - centre) q  +  (scale_w * (centre - zero) + minimum) * scale * sum q
// where the sums are exact integers and `centre` is the middle code (see matvec_simd.h); the last factor is summed over a
// group of columns beforehand. So the variants differ in the order of their float32 additions alone; the reference adds
// in double.
#pragma once

#include "core/kernels/matvec_kernels.h"

namespace kelter {

// Columns of x that MatvecTask::prepared_stride is a multiple of; it has room for a float of each.
constexpr std::int64_t int8_columns = 128;

struct Int8MatvecKernels {
  MatvecKernel q4_0, q4_1, q8_0, int4, int8;
};

extern const Int8MatvecKernels int8_matvec_reference, int8_matvec_avx2, int8_matvec_avx512;

}  // namespace kelter
