// SPDX-License-Identifier: GPL-3.0-or-later
// What the variants of row decoding share with the functions that pick among them; internal to this room,
// plain data only (see matvec_kernels.h).
#pragma once

#include <cstdint>

#include "core/kernels/matvec_kernels.h"

namespace kelter {

// Rows [begin, end) of task.weights; out is where row `begin` goes.
using GroupedDecoder = void (*)(const MatvecTask& task, std::int64_t begin, std::int64_t end, float* out);

struct GroupedDecoders {
  GroupedDecoder int2, int3, int4, int5, int6, int8;
};

extern const GroupedDecoders grouped_decoders_reference, grouped_decoders_avx2, grouped_decoders_avx512;

// `count` blocks, back to back, to floats, back to back.
using GgmlDecoder = void (*)(const std::uint8_t* blocks, std::int64_t count, float* out);

struct GgmlDecoders {
  GgmlDecoder q4_0, q4_1, q5_0, q5_1, q8_0, q4_k, q5_k, q6_k;
};

extern const GgmlDecoders ggml_decoders_reference, ggml_decoders_avx2, ggml_decoders_avx512;

}  // namespace kelter
