// SPDX-License-Identifier: GPL-3.0-or-later
// Products on packed integers. Tensor cores multiply the codes less their zero, which 16-bit floats hold exactly, by x in
// two 16-bit parts of a common exponent for each 32 columns: together 24 bits, as many as a float32 has. The four lanes of a
// row hold blocks of 32 columns that may differ in scale; each has two columns of the products for itself, in which
// the other lanes' x is zero, so that a lane scales the sum of its own block only, in float32.
//
// GPUs before sm_80 multiply in float32.
#include "core/kernels/cuda_matvec.h"
#include "core/kernels/cuda_planes.cuh"
#include "core/kernels/cuda_products.cuh"

namespace kelter {
namespace {

using namespace cuda;

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800
constexpr bool tensor_cores = false;
#else
constexpr bool tensor_cores = true;
#endif

// Each path leaves the other's helpers unused.
[[maybe_unused]] constexpr unsigned factor_offset = 128, sum_offset = 132;   // in a record: its x is the parts times factor; the sum of its x
[[maybe_unused]] constexpr unsigned low_offset = 64;                         // of the second parts, 2^11 times too large
[[maybe_unused]] constexpr float low_scale = 0x1p-11f;

// A number as it lies in memory: converting it at once would wait for it.
__device__ __forceinline__ std::uint32_t raw_number(const char* values, ScaleType type, unsigned index) {
  return type == ScaleType::float32 ? __ldg(reinterpret_cast<const std::uint32_t*>(values) + index)
                                    : __ldg(reinterpret_cast<const std::uint16_t*>(values) + index);
}

__device__ __forceinline__ float number_of(std::uint32_t raw, ScaleType type) {
  const float half = __half2float(__ushort_as_half(static_cast<unsigned short>(raw)));
  const std::uint32_t bits = type == ScaleType::bfloat16 ? raw << 16 : raw;
  return type == ScaleType::float16 ? half : __uint_as_float(bits);
}

// Where a row's arrays begin; its codes at the lane's first block.
template <int Bits>
struct RowSource {
  const std::uint32_t* codes;
  const char *scales, *zeros;
  unsigned zero_bit;   // of the first point in its byte

  __device__ __forceinline__ void find(const Integers& weights, std::int64_t row) {
    codes = weights.codes + (row * weights.blocks + threadIdx.x % 4) * Bits;
    const std::int64_t first = row * weights.groups, place = first * (weights.scale_type == ScaleType::float32 ? 4 : 2);
    const bool points = weights.zero_kind == ZeroKind::points;
    scales = static_cast<const char*>(weights.scales) + place;
    zeros = static_cast<const char*>(weights.zeros) + (points ? first * Bits / 8 : place);
    zero_bit = points ? static_cast<unsigned>(first * Bits % 8) : 0;
  }
};

// One block of a row in registers, as it came from memory.
template <int Bits>
struct BlockOfRow {
  std::uint32_t words[Bits];
  std::uint32_t scale, zero, next_byte;   // zero: a minimum, or the byte that a point begins in
  unsigned shift;                         // of a point in its bytes

  // The lane's block of the chunk that begins at `first`; all zero from block `end` on.
  __device__ __forceinline__ void load(const Integers& weights, const RowSource<Bits>& source, unsigned first, unsigned end) {
    const unsigned block = first + threadIdx.x % 4;
    const bool inside = block < end;
    load_words(source.codes + static_cast<std::size_t>(first) * Bits, inside);
    const unsigned group = weights.group_shift >= 0 ? block >> weights.group_shift : block / weights.group_blocks;
    scale = zero = next_byte = shift = 0;
    if (!inside) return;
    scale = raw_number(source.scales, weights.scale_type, group);
    if (weights.zero_kind == ZeroKind::minima) zero = raw_number(source.zeros, weights.scale_type, group);
    if (weights.zero_kind == ZeroKind::points) load_point(source.zeros, source.zero_bit + group * Bits);
  }

  __device__ __forceinline__ void load_words(const std::uint32_t* source, bool inside) {
#pragma unroll
    for (int i = 0; i < Bits; ++i) words[i] = 0;
    if (!inside) return;
    if constexpr (Bits % 4 == 0) {
#pragma unroll
      for (int i = 0; i < Bits; i += 4) {
        const uint4 four = __ldcs(reinterpret_cast<const uint4*>(source + i));
        words[i] = four.x, words[i + 1] = four.y, words[i + 2] = four.z, words[i + 3] = four.w;
      }
    } else if constexpr (Bits % 2 == 0) {
#pragma unroll
      for (int i = 0; i < Bits; i += 2) {
        const uint2 two = __ldg(reinterpret_cast<const uint2*>(source + i));
        words[i] = two.x, words[i + 1] = two.y;
      }
    } else {
#pragma unroll
      for (int i = 0; i < Bits; ++i) words[i] = __ldg(source + i);
    }
  }

  __device__ __forceinline__ void load_point(const char* zeros, unsigned bit) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(zeros) + bit / 8;
    shift = bit % 8;
    zero = __ldg(bytes);
    next_byte = 8 % Bits != 0 && shift + Bits > 8 ? __ldg(bytes + 1) : 0;
  }

  __device__ __forceinline__ Group group(const Integers& weights) const {
    Group out{number_of(scale, weights.scale_type), 0.0f, 0.0f};
    if (weights.zero_kind == ZeroKind::middle) out.zero = static_cast<float>(1 << (Bits - 1));
    if (weights.zero_kind == ZeroKind::points) out.zero = static_cast<float>(((zero | next_byte << 8) >> shift) & ((1u << Bits) - 1));
    if (weights.zero_kind == ZeroKind::minima) out.minimum = number_of(zero, weights.scale_type);
    return out;
  }
};

[[maybe_unused]] __device__ __forceinline__ float largest_of_eight_lanes(float value) {
#pragma unroll
  for (int step = 4; step > 0; step /= 2) value = fmaxf(value, __shfl_xor_sync(all_lanes, value, step));
  return value;
}

[[maybe_unused]] __device__ __forceinline__ float sum_of_eight_lanes(float value) {
#pragma unroll
  for (int step = 4; step > 0; step /= 2) value += __shfl_xor_sync(all_lanes, value, step);
  return value;
}

[[maybe_unused]] __device__ __forceinline__ std::uint32_t two_halves(float a, float b) {
  const __half2 both = __floats2half2_rn(a, b);
  return *reinterpret_cast<const std::uint32_t*>(&both);
}

// The power of two that brings numbers up to `largest` just below 2^15, as a float32's bits without fraction; its
// inverse is a normal number, too.
[[maybe_unused]] __device__ __forceinline__ std::uint32_t scale_bits(float largest) {
  const int exponent = 127 + 14 + 127 - static_cast<int>(__float_as_uint(largest) >> 23);
  return static_cast<std::uint32_t>(min(exponent, 253)) << 23;
}

// sums += a b: 16 x 16 and 16 x 8, in the tensor cores' order of registers.
[[maybe_unused]] __device__ __forceinline__ void multiply_tile(float (&sums)[4], const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#endif
}

// Two of four codes (bytes) less a zero as 16-bit floats: behind the byte 0x64 a code c is 1024 + c; `minus` is -1024 - zero.
template <int First>
__device__ __forceinline__ std::uint32_t centred(std::uint32_t codes, __half2 minus) {
  const std::uint32_t biased = __byte_perm(codes, 0x64646464u, First == 0 ? 0x4140u : 0x4342u);
  const __half2 out = __hadd2(*reinterpret_cast<const __half2*>(&biased), minus);
  return *reinterpret_cast<const std::uint32_t*>(&out);
}

template <int Bits>
struct IntegerCore {
  using Weights = Integers;
  static constexpr unsigned chunk_blocks = 4;
  // Chunks that a warp has on their way: as many as registers allow.
  __host__ __device__ static constexpr int depth(int tokens) { return Bits <= 4 && tokens != 4 ? 2 : 1; }

  using Source = RowSource<Bits>;
  struct Chunk {
    BlockOfRow<Bits> rows[2];
    __device__ __forceinline__ void load(int r, const Integers& weights, const Source& source, unsigned first, unsigned end) {
      rows[r].load(weights, source, first, end);
    }
  };
  // What the lanes read that give no x to a product.
  __device__ __forceinline__ static uint4* zeros() {
    __shared__ uint4 values[4];
    return values;
  }
  __device__ __forceinline__ static void prepare() {
    if (threadIdx.x < 4) zeros()[threadIdx.x] = uint4{};
  }

  __device__ __forceinline__ static void put_quad(char* record, unsigned quad_index, const float4& quad) {
    if constexpr (tensor_cores) {
      put_parts(record, quad_index, quad);
    } else {
      put_floats(record, quad_index, quad);
    }
  }

  // Eight neighbouring lanes write a record in 16-bit parts.
  __device__ __forceinline__ static void put_parts(char* record, unsigned quad_index, const float4& quad) {
    const float largest = fmaxf(fmaxf(fabsf(quad.x), fabsf(quad.y)), fmaxf(fabsf(quad.z), fabsf(quad.w)));
    const std::uint32_t bits = scale_bits(largest_of_eight_lanes(largest));
    const float scale = __uint_as_float(bits), sum = sum_of_eight_lanes((quad.x + quad.y) + (quad.z + quad.w));
    const float x[4] = {quad.x * scale, quad.y * scale, quad.z * scale, quad.w * scale};
    float low[4];
  #pragma unroll
    for (int i = 0; i < 4; ++i) low[i] = (x[i] - __half2float(__float2half_rn(x[i]))) * (1.0f / low_scale);
    reinterpret_cast<uint2*>(record)[quad_index] = {two_halves(x[0], x[1]), two_halves(x[2], x[3])};
    reinterpret_cast<uint2*>(record + low_offset)[quad_index] = {two_halves(low[0], low[1]), two_halves(low[2], low[3])};
    if (quad_index == 0) *reinterpret_cast<float2*>(record + factor_offset) = {__uint_as_float((254u << 23) - bits), sum};
  }

  __device__ __forceinline__ static void put_floats(char* record, unsigned quad_index, const float4& quad) {
    const float sum = sum_of_eight_lanes((quad.x + quad.y) + (quad.z + quad.w));
    reinterpret_cast<float4*>(record)[quad_index] = quad;
    if (quad_index == 0) *reinterpret_cast<float*>(record + sum_offset) = sum;
  }

  template <int Tokens>
  __device__ __forceinline__ static void accumulate(const Chunk& chunk, const Integers& first, const Integers& second,
                                                    const char* records, unsigned token_bytes, float (&sums)[2][Tokens]) {
    const Group groups[2] = {chunk.rows[0].group(first), chunk.rows[1].group(second)};
    const char* record = records + threadIdx.x % 4 * record_bytes;
    if constexpr (tensor_cores) {
      by_tensor_cores(chunk, groups, record, token_bytes, sums);
    } else {
      by_floats(chunk, groups, record, token_bytes, sums);
    }
  }

  template <int Tokens>
  __device__ __forceinline__ static void by_tensor_cores(const Chunk& chunk, const Group (&groups)[2], const char* record,
                                                         unsigned token_bytes, float (&sums)[2][Tokens]) {
    // Lane 4 n + q gives column n of x for block q: columns 2 q and 2 q + 1 are the parts of its own, all others zero.
    const unsigned lane = threadIdx.x % 32;
    const bool gives = lane / 8 == lane % 4;
    const char* part = gives ? record + lane / 4 % 2 * low_offset : reinterpret_cast<const char*>(zeros());
    const unsigned part_step = gives ? token_bytes : 0;
    const __half2 minus[2] = {__float2half2_rn(-1024.0f - groups[0].zero), __float2half2_rn(-1024.0f - groups[1].zero)};
    constexpr int chains = Tokens <= 2 ? 2 : 1;   // of products that wait for each other
    float products[Tokens][4] = {}, more[Tokens][4] = {};
#pragma unroll
    for (int pair = 0; pair < 4; ++pair) {
      std::uint32_t codes[2][4];
#pragma unroll
      for (int k = 0; k < 2; ++k) {
#pragma unroll
        for (int r = 0; r < 2; ++r) {
          const std::uint32_t four = four_codes<Bits>(chunk.rows[r].words, 2 * pair + k);
          codes[k][r] = centred<0>(four, minus[r]);
          codes[k][r + 2] = centred<2>(four, minus[r]);
        }
      }
#pragma unroll
      for (int t = 0; t < Tokens; ++t) {
        const uint4 x = *reinterpret_cast<const uint4*>(part + t * part_step + pair * 16);
        multiply_tile(products[t], codes[0], x.x, x.y);
        multiply_tile(chains == 2 ? more[t] : products[t], codes[1], x.z, x.w);
      }
    }
#pragma unroll
    for (int t = 0; t < Tokens; ++t) {
      const float2 factor_sum = *reinterpret_cast<const float2*>(record + t * token_bytes + factor_offset);
#pragma unroll
      for (int r = 0; r < 2; ++r) {
        // In this order nothing leaves the range of float32 that its x does not leave.
        const float high = products[t][2 * r] + more[t][2 * r], low = products[t][2 * r + 1] + more[t][2 * r + 1];
        const float product = fmaf(low, low_scale, high) * factor_sum.x;
        sums[r][t] += fmaf(groups[r].scale, product, groups[r].minimum * factor_sum.y);
      }
    }
  }

  template <int Tokens>
  __device__ __forceinline__ static void by_floats(const Chunk& chunk, const Group (&groups)[2], const char* record,
                                                   unsigned token_bytes, float (&sums)[2][Tokens]) {
    float products[2][Tokens] = {};
#pragma unroll
    for (int k = 0; k < 8; ++k) {
      const std::uint32_t codes[2] = {four_codes<Bits>(chunk.rows[0].words, k), four_codes<Bits>(chunk.rows[1].words, k)};
#pragma unroll
      for (int t = 0; t < Tokens; ++t) {
        const float4 x = reinterpret_cast<const float4*>(record + t * token_bytes)[k];
#pragma unroll
        for (int r = 0; r < 2; ++r) {
          const float zero = code_bias + groups[r].zero;
          float& sum = products[r][t];
          sum = fmaf(biased_code(codes[r], 0) - zero, x.x, sum);
          sum = fmaf(biased_code(codes[r], 1) - zero, x.y, sum);
          sum = fmaf(biased_code(codes[r], 2) - zero, x.z, sum);
          sum = fmaf(biased_code(codes[r], 3) - zero, x.w, sum);
        }
      }
    }
#pragma unroll
    for (int t = 0; t < Tokens; ++t) {
      const float sum = *reinterpret_cast<const float*>(record + t * token_bytes + sum_offset);
#pragma unroll
      for (int r = 0; r < 2; ++r) sums[r][t] += fmaf(groups[r].scale, products[r][t], groups[r].minimum * sum);
    }
  }
};

template <int Bits>
int run(const CudaProducts& call, cudaStream_t stream) {
  Job<Integers> job = make_job<Integers>(call, [](const MatrixView& view) { return integers_of(view.integers); });
  job.order = call.of[0].weights.integers.order;
  return run_products<IntegerCore<Bits>>(job, call, stream);
}

}  // namespace

int multiply_integers(const CudaProducts& call, void* stream) {
  for (int m = 0; m < call.count; ++m)
    if (!cuda::is_valid(call.of[m].weights.integers)) return cudaErrorInvalidValue;
  auto* const on = static_cast<cudaStream_t>(stream);
  switch (call.of[0].weights.integers.bits) {
    case 2: return run<2>(call, on);
    case 3: return run<3>(call, on);
    case 4: return run<4>(call, on);
    case 5: return run<5>(call, on);
    case 6: return run<6>(call, on);
    case 8: return run<8>(call, on);
    default: return cudaErrorInvalidValue;
  }
}

}  // namespace kelter
