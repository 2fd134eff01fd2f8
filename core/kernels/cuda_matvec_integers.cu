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

__device__ __forceinline__ float number_of(std::uint32_t raw, ScaleType type) {
  const float half = __half2float(__ushort_as_half(static_cast<unsigned short>(raw)));
  const std::uint32_t bits = type == ScaleType::bfloat16 ? raw << 16 : raw;
  return type == ScaleType::float16 ? half : __uint_as_float(bits);
}

// What is known of weights when a kernel is compiled: nothing, or that their scales are float16, their groups a power of two of
// blocks, and how they are placed around zero. The latter is what most weights are, and saves a third of the instructions.
enum class Known { nothing, middle, points, minima };

Known known_of(const Integers& weights) {
  if (weights.scale_type != ScaleType::float16 || weights.group_shift < 0) return Known::nothing;
  return weights.zero_kind == ZeroKind::middle ? Known::middle : weights.zero_kind == ZeroKind::points ? Known::points : Known::minima;
}

template <Known What>
__device__ __forceinline__ ZeroKind zero_kind(const Integers& weights) {
  if constexpr (What == Known::nothing) return weights.zero_kind;
  return What == Known::middle ? ZeroKind::middle : What == Known::points ? ZeroKind::points : ZeroKind::minima;
}
template <Known What>
__device__ __forceinline__ ScaleType scale_type(const Integers& weights) {
  return What == Known::nothing ? weights.scale_type : ScaleType::float16;
}
template <Known What>
__device__ __forceinline__ unsigned group_index(const Integers& weights, unsigned block) {
  return What == Known::nothing ? group_of_block(weights, block) : block >> weights.group_shift;
}

// Where a row's arrays begin; its codes at the lane's first block. Offsets in 32 bits: multiply_integers refuses what is larger.
template <int Bits, Known What>
struct RowSource {
  const std::uint32_t* codes;
  const std::uint16_t *scales, *zeros;
  unsigned zero_bit;   // of the first point in its half word

  __device__ __forceinline__ void find(const Integers& weights, std::int64_t row) {
    const unsigned at = static_cast<unsigned>(row), first = at * weights.groups;
    const std::size_t halves = static_cast<std::size_t>(first) * (scale_type<What>(weights) == ScaleType::float32 ? 2 : 1);
    const bool points = zero_kind<What>(weights) == ZeroKind::points;
    codes = weights.codes + (at * weights.blocks + threadIdx.x % 4) * Bits;
    scales = static_cast<const std::uint16_t*>(weights.scales) + halves;
    zeros = static_cast<const std::uint16_t*>(weights.zeros) + (points ? first * Bits / 16 : halves);
    zero_bit = points ? first * Bits % 16 : 0;
  }
};

// W = (code - zero) * scale + minimum; zero a whole number.
struct BlockGroup {
  float scale, minimum;
  unsigned zero;
};

// One block of a row in registers, as it came from memory: converting a number at once would wait for it, and so would a second
// read into the same register. So all scales, minima and points are read as half words, a second one where there is one.
template <int Bits, Known What>
struct BlockOfRow {
  std::uint32_t words[Bits];
  std::uint32_t scale, scale_high, zero, zero_high;
  unsigned shift;   // of a point in its half words

  // The lane's block of the chunk that begins at `first`, or another one of the row from block `end` on: its x is zero.
  __device__ __forceinline__ void load(const Integers& weights, const RowSource<Bits, What>& source, unsigned first, unsigned end) {
    const unsigned lane_block = threadIdx.x % 4, block = min(first + lane_block, end - 1);
    load_words(source.codes + (static_cast<int>(block) - static_cast<int>(lane_block)) * Bits);
    const bool wide = scale_type<What>(weights) == ScaleType::float32, points = zero_kind<What>(weights) == ZeroKind::points;
    const unsigned group = group_index<What>(weights, block), half = wide ? 2 * group : group;
    scale = __ldg(source.scales + half);
    scale_high = wide ? __ldg(source.scales + half + 1) : 0;
    const unsigned bit = source.zero_bit + group * Bits, place = points ? bit / 16 : half;
    shift = points ? bit % 16 : 0;
    zero = zero_kind<What>(weights) != ZeroKind::middle ? __ldg(source.zeros + place) : 0;
    const bool more = points ? 16 % Bits != 0 && shift + Bits > 16 : wide && zero_kind<What>(weights) == ZeroKind::minima;
    zero_high = more ? __ldg(source.zeros + place + 1) : 0;
  }

  __device__ __forceinline__ void load_words(const std::uint32_t* source) {
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

  __device__ __forceinline__ BlockGroup group(const Integers& weights, bool valid) const {
    const std::uint32_t both = zero | zero_high << 16;
    const unsigned point = (both >> shift) & ((1u << Bits) - 1);
    const bool minima = zero_kind<What>(weights) == ZeroKind::minima, points = zero_kind<What>(weights) == ZeroKind::points;
    BlockGroup out{};
    out.scale = valid ? number_of(scale | scale_high << 16, scale_type<What>(weights)) : 0.0f;
    out.minimum = valid && minima ? number_of(both, scale_type<What>(weights)) : 0.0f;
    out.zero = points ? point : minima ? 0u : 1u << (Bits - 1);
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

// -1024 - zero twice, as 16-bit floats.
[[maybe_unused]] __device__ __forceinline__ __half2 minus_bias(unsigned zero) {
  const std::uint32_t bits = zero * 0x00010001u + 0xe400e400u;
  return *reinterpret_cast<const __half2*>(&bits);
}

// Two of four codes (bytes) less a zero as 16-bit floats: behind the byte 0x64 a code c is 1024 + c; `minus` is -1024 - zero.
template <int First>
__device__ __forceinline__ std::uint32_t centred(std::uint32_t codes, __half2 minus) {
  const std::uint32_t biased = __byte_perm(codes, 0x64646464u, First == 0 ? 0x4140u : 0x4342u);
  const __half2 out = __hadd2(*reinterpret_cast<const __half2*>(&biased), minus);
  return *reinterpret_cast<const std::uint32_t*>(&out);
}

template <int Bits, Known What>
struct IntegerCore {
  using Weights = Integers;
  static constexpr unsigned chunk_blocks = 4;
  // Chunks that a warp has on their way: as many as registers allow.
  __host__ __device__ static constexpr int depth(int tokens) { return Bits <= 4 && tokens != 4 ? 2 : 1; }

  using Source = RowSource<Bits, What>;
  struct Chunk {
    BlockOfRow<Bits, What> rows[2];
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
                                                    bool valid, const char* records, unsigned token_bytes, float (&sums)[2][Tokens]) {
    const BlockGroup groups[2] = {chunk.rows[0].group(first, valid), chunk.rows[1].group(second, valid)};
    const char* record = records + threadIdx.x % 4 * record_bytes;
    if constexpr (tensor_cores) {
      by_tensor_cores(chunk, groups, record, token_bytes, sums);
    } else {
      by_floats(chunk, groups, record, token_bytes, sums);
    }
  }

  template <int Tokens>
  __device__ __forceinline__ static void by_tensor_cores(const Chunk& chunk, const BlockGroup (&groups)[2], const char* record,
                                                         unsigned token_bytes, float (&sums)[2][Tokens]) {
    // Lane 4 n + q gives column n of x for block q: columns 2 q and 2 q + 1 are the parts of its own, all others zero.
    const unsigned lane = threadIdx.x % 32;
    const bool gives = lane / 8 == lane % 4;
    const char* part = gives ? record + lane / 4 % 2 * low_offset : reinterpret_cast<const char*>(zeros());
    const unsigned part_step = gives ? token_bytes : 0;
    const __half2 minus[2] = {minus_bias(groups[0].zero), minus_bias(groups[1].zero)};
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
  __device__ __forceinline__ static void by_floats(const Chunk& chunk, const BlockGroup (&groups)[2], const char* record,
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
          const float zero = code_bias + static_cast<float>(groups[r].zero);
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
  Known known = known_of(job.weights[0]);
  for (int m = 1; m < call.count; ++m)
    if (known_of(job.weights[m]) != known) known = Known::nothing;
  // With more tokens the weights are a smaller part of the work.
  if (call.tokens == 1 && known == Known::middle) return run_products<IntegerCore<Bits, Known::middle>, 1>(job, call, stream);
  if (call.tokens == 1 && known == Known::points) return run_products<IntegerCore<Bits, Known::points>, 1>(job, call, stream);
  if (call.tokens == 1 && known == Known::minima) return run_products<IntegerCore<Bits, Known::minima>, 1>(job, call, stream);
  return run_products<IntegerCore<Bits, Known::nothing>>(job, call, stream);
}

}  // namespace

int multiply_integers(const CudaProducts& call, void* stream) {
  constexpr std::int64_t most_words = std::int64_t{1} << 32, most_columns = std::int64_t{1} << 20;
  for (int m = 0; m < call.count; ++m) {
    const GroupedIntegerView& view = call.of[m].weights.integers;
    const std::int64_t words = view.rows * ((view.columns + 31) / 32) * view.bits;
    if (!cuda::is_valid(view) || words >= most_words || view.columns > most_columns) return cudaErrorInvalidValue;
  }
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
