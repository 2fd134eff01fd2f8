// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/grouped_integer_cuda.h"

#include <cuda_bf16.h>
#include <cuda_runtime_api.h>

namespace {

__device__ void put(float* target, float value) { *target = value; }
__device__ void put(__nv_bfloat16* target, float value) { *target = __float2bfloat16_rn(value); }

// One thread decodes 4 of the 16 bytes of a block: elements 4k..4k+3 from the low nibbles and 16 further on
// from the high ones. Four neighbouring threads share a block, so that reads and writes are contiguous.
template <typename Out>
__global__ void decode_int4(const std::uint32_t* __restrict__ codes, const float* __restrict__ scale,
                            const float* __restrict__ offset, std::int64_t words, std::int64_t words_per_row,
                            std::int64_t columns, std::int64_t group, std::int64_t groups, Out* __restrict__ out) {
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  const std::int64_t start = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  for (std::int64_t word = start; word < words; word += step) {
    const std::int64_t row = word / words_per_row, place = word % words_per_row;
    const std::int64_t first = place / 4 * 32 + place % 4 * 4;
    const std::int64_t place_of_group = row * groups + place / 4 * 32 / group;
    const float s = scale[place_of_group], o = offset[place_of_group];
    const std::uint32_t packed = codes[word];
    Out* target = out + row * columns;
    for (int j = 0; j < 4; ++j) {
      const std::uint32_t byte = packed >> (8 * j);
      // Rounded twice as on the CPU; the compiler may not fuse these intrinsics.
      if (first + j < columns) put(target + first + j, __fadd_rn(__fmul_rn(s, static_cast<float>(byte & 15u)), o));
      if (first + 16 + j < columns) {
        put(target + first + 16 + j, __fadd_rn(__fmul_rn(s, static_cast<float>((byte >> 4) & 15u)), o));
      }
    }
  }
}

template <typename Out>
int launch(const std::uint8_t* codes, const float* scale, const float* offset, std::int64_t rows, std::int64_t columns,
           std::int64_t group, Out* out, void* stream) {
  if (rows < 0 || columns < 0 || (rows * columns > 0 && group <= 0)) return cudaErrorInvalidValue;
  if (rows == 0 || columns == 0) return cudaSuccess;
  constexpr int threads = 256;
  constexpr std::int64_t most_blocks = 1 << 20;
  const std::int64_t words_per_row = (columns + 31) / 32 * 4;
  const std::int64_t words = rows * words_per_row;
  const std::int64_t wanted = (words + threads - 1) / threads;
  const unsigned blocks = static_cast<unsigned>(wanted < most_blocks ? wanted : most_blocks);
  decode_int4<<<blocks, threads, 0, static_cast<cudaStream_t>(stream)>>>(reinterpret_cast<const std::uint32_t*>(codes),
                                                                         scale, offset, words, words_per_row, columns,
                                                                         group, (columns + group - 1) / group, out);
  return cudaGetLastError();
}

}  // namespace

extern "C" int kelter_cuda_decode_int4_float32(const std::uint8_t* codes, const float* scale, const float* offset,
                                               std::int64_t rows, std::int64_t columns, std::int64_t group, float* out,
                                               void* stream) {
  return launch(codes, scale, offset, rows, columns, group, out, stream);
}

extern "C" int kelter_cuda_decode_int4_bfloat16(const std::uint8_t* codes, const float* scale, const float* offset,
                                                std::int64_t rows, std::int64_t columns, std::int64_t group,
                                                std::uint16_t* out, void* stream) {
  return launch(codes, scale, offset, rows, columns, group, reinterpret_cast<__nv_bfloat16*>(out), stream);
}

extern "C" const char* kelter_cuda_error_text(int status) {
  return cudaGetErrorString(static_cast<cudaError_t>(status));
}

bool kelter::cuda_device_available() noexcept {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess && count > 0;
}
