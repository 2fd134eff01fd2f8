// SPDX-License-Identifier: GPL-3.0-or-later
// Grouped 4-bit rows (layout: core/kernels/grouped_integer.h) to floats on a CUDA device. A plain C interface:
// raw device pointers, sizes and a stream, no torch and no CUDA header. In a build without CUDA the same
// functions exist and say so.
//
// codes: rows * packed_row_bytes(columns, 4) bytes, 16-byte aligned. scale, offset: float32 [rows, groups];
// group is a multiple of 32 that divides columns, or = columns. out: [rows, columns], row-major; W = scale *
// code + offset with one multiplication and one addition in float32 (the bits of decode_grouped_integer),
// rounded once to nearest even for bfloat16. stream is a cudaStream_t, null for the default stream. The work
// is queued; the caller keeps the pointers alive until the stream has done it. Any thread.
// Returns 0, or a status whose text kelter_cuda_error_text gives.
#pragma once

#include <cstdint>

extern "C" {

int kelter_cuda_decode_int4_float32(const std::uint8_t* codes, const float* scale, const float* offset,
                                    std::int64_t rows, std::int64_t columns, std::int64_t group, float* out,
                                    void* stream);
int kelter_cuda_decode_int4_bfloat16(const std::uint8_t* codes, const float* scale, const float* offset,
                                     std::int64_t rows, std::int64_t columns, std::int64_t group, std::uint16_t* out,
                                     void* stream);

// A text that lives as long as the program.
const char* kelter_cuda_error_text(int status);

}  // extern "C"

namespace kelter {

// True if a device can be used. False on a machine without one or without a driver; never throws.
bool cuda_device_available() noexcept;

}  // namespace kelter
