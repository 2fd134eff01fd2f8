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
#include <functional>
#include <string>

#include "core/kernels/matrix_view.h"

namespace kelter {

// Of the numbers a kernel writes: float32, float16 or bfloat16, rounded once to nearest even.
using NumberType = ScaleType;

// Products of one x with up to three matrices, y = x W^T + bias + residual, in one launch.
struct CudaProducts {
  static constexpr int most = 3;
  struct One {
    MatrixView weights;               // [rows, columns]; zero points in whole words of 2 bytes
    float* y = nullptr;               // [tokens, rows]; may be the residual itself
    const float* bias = nullptr;      // [rows], or null
  };
  One of[most] = {none(), none(), none()};
  int count = 1;                      // all of the same columns
  const float* x = nullptr;           // [tokens, columns]
  std::int64_t tokens = 0;            // any; the weights are read once for every 8
  const float* residual = nullptr;    // [tokens, rows], or null; of a single matrix
  const float* norm = nullptr;        // [columns]: x is normalised as by cuda_rms_norm first; null: it is not
  float epsilon = 0;                  // of the norm
  bool gated = false;                 // of two matrices: the first y becomes silu(first) * second, the second is not written
  bool chained = false;               // see below
  static One none() { return {MatrixView(Encoding::float32, nullptr, 0, 0), nullptr, nullptr}; }
};

// Most tokens for which the stored weights are read once.
inline constexpr std::int64_t cuda_matvec_tokens = 8;
// Whether cuda_products takes the matrices: dense numbers of one type, or integers of as many bits, and if there are several
// none with an order; one alone, without norm and gate, of the formats of core/kernels/cuda_formats.h. Otherwise each needs a call of its own.
bool cuda_one_launch(const CudaProducts& call);
// Float32 sums of exactly decoded weights times x. A non-finite x gives a non-finite y.
int cuda_products(const CudaProducts& call, void* stream);

// `chained`: the kernel may begin while the one queued just before it on the stream still runs, and waits for it before it
// reads or writes anything but weights and, of attention, angles, position and the cache's old places. So these must have been
// there before that other kernel, be it chained or not. On GPUs before sm_90 the same as not chained.

// Rows of a grouped-integer weight to numbers [rows, columns]: rows ids[0], ids[1], … or, without ids, begin,
// begin + 1, … The float32 values are those of decode_grouped_integer, bit for bit, columns in the order of the inputs.
int cuda_decode_rows(const GroupedIntegerView& weights, const std::int32_t* ids, std::int64_t begin, std::int64_t rows,
                     NumberType type, void* out, void* stream);

// out[r, n] = x[r, n] / sqrt(mean(x[r]^2) + epsilon) * weight[n]; x and weight float32.
int cuda_rms_norm(const float* x, const float* weight, std::int64_t rows, std::int64_t width, float epsilon, NumberType type, void* out,
                  void* stream);

// out[n] = silu(gate[n]) * up[n], all of one type, float32 arithmetic.
int cuda_silu_multiply(const void* gate, const void* up, std::int64_t n, NumberType type, void* out, void* stream);

// Turns the pairs (i, i + head_dim / 2) of every head in place; token t by row t % angle_rows of the angles. Float32 arithmetic.
struct CudaRotation {
  void* x = nullptr;                // [tokens, heads, head_dim]
  NumberType type = NumberType::float32;
  std::int64_t tokens = 0, heads = 0, head_dim = 0;
  const float *cosine = nullptr, *sine = nullptr;   // [angle_rows, head_dim / 2]
  std::int64_t angle_rows = 1;
};
int cuda_rotate(const CudaRotation& call, void* stream);

// Column sums of x^2 over runs of rows: x [rows, columns] -> sums [cuda_norm_chunks(rows), columns] in float32. Equal calls give
// equal bits.
int cuda_squared_norms(const void* x, NumberType type, std::int64_t rows, std::int64_t columns, float* sums, void* stream);
std::int64_t cuda_norm_chunks(std::int64_t rows);

// Rows ids[0], ids[1], … of any weight as float32 [count, columns].
int cuda_gather_rows(const MatrixView& weights, const std::int32_t* ids, std::int64_t count, float* out, void* stream);

// Attention of one new token for each sequence: query and key are rotated (pairs i, i + head_dim / 2, by the angles'
// cosine and sine), key and value are put into the cache at `position`, and the query looks at all places up to there.
// Float32 arithmetic on the cache's numbers. Where the work is split depends on the position alone: equal calls give equal bits.
struct CudaAttention {
  const float *query = nullptr, *key = nullptr, *value = nullptr;  // [batch, heads, head_dim], [batch, kv_heads, head_dim] twice
  const float *cosine = nullptr, *sine = nullptr;  // rows of head_dim / 2
  bool one_angle = false;                          // the only row is this position's; else row p is of position p
  const std::int32_t* position = nullptr;          // one number below capacity, on the device
  std::int64_t batch = 0, heads = 0, kv_heads = 0, head_dim = 0;   // head_dim even, up to 256
  std::int64_t window = 0;                         // places a query looks back at, itself among them; 0: all
  std::int64_t capacity = 0;                       // of the cache [batch, kv_heads, capacity, head_dim]
  NumberType type = NumberType::float32;           // of the cache
  void *keys = nullptr, *values = nullptr;
  float* out = nullptr;                            // [batch, heads, head_dim]
  void* scratch = nullptr;                         // cuda_attention_scratch bytes, zero before the first call
  bool chained = false;                            // as of products
};
int cuda_attention(const CudaAttention& call, void* stream);
// Bytes; they depend on batch, heads, kv_heads, head_dim and capacity. One call at a time may use them.
std::int64_t cuda_attention_scratch(const CudaAttention& call);

// The index of the largest number of each row, the lowest among equals; NaN counts as larger than all. `out` may be
// pinned main memory. scratch: 16 bytes for each row, zero before the first call.
int cuda_argmax(const float* x, std::int64_t rows, std::int64_t width, std::int32_t* out, void* scratch, bool chained, void* stream);

// bytes from pinned main memory, which must not change before the stream has done it.
int cuda_copy_to_device(void* to, const void* from, std::int64_t bytes, void* stream);

// A recorded sequence of launches, played back as one. One thread at a time.
class CudaGraph {
 public:
  CudaGraph() = default;
  ~CudaGraph();
  CudaGraph(const CudaGraph&) = delete;
  CudaGraph& operator=(const CudaGraph&) = delete;
  // Calls work(stream), which queues on that stream and allocates nothing; nothing runs yet. Passes exceptions on.
  int record(const std::function<void(void* stream)>& work);
  bool recorded() const { return executable_ != nullptr; }
  int play(void* stream) const;

 private:
  void* executable_ = nullptr;
};

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
