// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels on an NVIDIA GPU: raw device pointers, sizes and a stream, no torch and no CUDA header. In a build without
// CUDA the same functions exist and say so (cuda_kernels_absent.cpp).
//
// Every pointer is device memory of the current device, 16-byte aligned, and stays the caller's; work is queued on
// `stream` (a cudaStream_t, null for the default stream) and the pointers must live until the stream has done it.
// Any thread. Functions return 0, or a status whose text cuda_error_text gives.
//
// A weight on the device is a MatrixView of device pointers: dense numbers, or grouped integers
// (core/kernels/grouped_integer.h). ggml's Q4_0, Q4_1 and Q8_0 are grouped integers of group 32 whose scales lie apart
// from the codes: the same bytes in another order (core/formats/device_weight.h).
#pragma once

#include <cstdint>
#include <string>

#include "core/kernels/matrix_view.h"

namespace kelter {

// Of the numbers a kernel writes: float32, float16 or bfloat16, rounded once to nearest even.
using NumberType = ScaleType;

struct CudaMatvec {
  MatrixView weights;               // [rows, columns]
  const float* x = nullptr;         // [tokens, columns]
  std::int64_t tokens = 0;          // any; the weights are read once for every 8
  float* y = nullptr;               // [tokens, rows] = x W^T + bias + residual; may be the residual itself
  const float* bias = nullptr;      // [rows], or null
  const float* residual = nullptr;  // [tokens, rows], or null
};

// Most tokens for which the stored weights are read once.
inline constexpr std::int64_t cuda_matvec_tokens = 8;
// Float32 products and sums of the exactly decoded weights. A non-finite x gives a non-finite y.
int cuda_matvec(const CudaMatvec& call, void* stream);

// Rows of a grouped-integer weight to numbers [rows, columns]: rows ids[0], ids[1], … or, without ids, begin,
// begin + 1, … The float32 values are those of decode_grouped_integer, bit for bit, columns in the order of the inputs.
int cuda_decode_rows(const GroupedIntegerView& weights, const std::int32_t* ids, std::int64_t begin, std::int64_t rows,
                     NumberType type, void* out, void* stream);

// out[r, n] = x[r, n] / sqrt(mean(x[r]^2) + epsilon) * weight[n]; all float32.
int cuda_rms_norm(const float* x, const float* weight, std::int64_t rows, std::int64_t width, float epsilon, float* out,
                  void* stream);

// out[n] = silu(gate[n]) * up[n]; all float32.
int cuda_silu_multiply(const float* gate, const float* up, std::int64_t n, float* out, void* stream);

// One decode step of attention's inputs: query and key are rotated (pairs i, i + head_dim / 2, by the position's cosine
// and sine [head_dim / 2]), the query is written as `type`, key and value are put behind the cache.
struct CudaRotary {
  const float *query, *key, *value;  // [batch, heads, head_dim], [batch, kv_heads, head_dim] twice
  const float *cosine, *sine;
  std::int64_t batch, heads, kv_heads, head_dim;
  std::int64_t capacity, position;   // of the cache [batch, kv_heads, capacity, head_dim]
  NumberType type;                   // of the following
  void *rotated, *keys, *values;
};
int cuda_rotary_append(const CudaRotary& call, void* stream);

// A text that lives as long as the program.
const char* cuda_error_text(int status);

struct CudaSupport {
  int devices = 0;              // that can be used
  int driver = 0, runtime = 0;  // CUDA versions as 13000 for 13.0; driver 0: there is none
  int status = 0;               // why there is no device
};
// Asks the driver each time; never throws.
CudaSupport cuda_support() noexcept;

struct CudaDeviceInfo {
  std::string name;  // "NVIDIA H100 80GB HBM3"
  int major = 0, minor = 0;
  std::uint64_t total_bytes = 0;
};
// Of device `index` below CudaSupport::devices; empty if it does not answer.
CudaDeviceInfo cuda_device_info(int index);

}  // namespace kelter
