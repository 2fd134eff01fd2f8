// SPDX-License-Identifier: GPL-3.0-or-later
// Attention of a decode step. The places of the cache are split among the blocks of a key head; a block serves up to 2 or 8
// query heads that share it, so that keys and values are read once for all of them. A group of lanes holds a place, 8 numbers a lane, and
// keeps its own running softmax; groups, warps and splits are put together in this order. The last block of a head to finish
// adds up the splits. Position, angles and old places are older than the kernel before this one: they are read before it
// has ended. The new place is taken from where it is rotated.
#include <cfloat>

#include "core/kernels/cuda_kernels.h"
#include "core/kernels/cuda_launch.cuh"

namespace kelter {
namespace {

using namespace cuda;

constexpr unsigned warps = 8, threads = 32 * warps;
constexpr int piece = 8;                  // numbers of a place in a lane
constexpr int together = 4;               // places that a group of lanes reads at once
constexpr std::int64_t most_splits = 64;
constexpr int splits_at_once = 10;        // whose results are read together
constexpr int most_numbers = 1024;        // of the heads of a block together
// Query heads that share a block. A short cache is read again from the second cache sooner than a block has dealt with many heads.
constexpr std::int64_t few_heads = 2, most_heads = 8, long_capacity = 4096;
constexpr std::int64_t most_head_dim = 256;
constexpr float lowest = -FLT_MAX;        // finite, so that lowest - lowest is a number
constexpr float log2_e = 1.4426950408889634f;

struct Layout {
  std::int64_t passes, splits;   // blocks for one key head because of its query heads; for its places
  int heads_each;                // query heads of a pass
  int lanes;                     // of a place
  int least_places;              // of a split: what its lanes read at once
};

std::int64_t parts(std::int64_t whole, std::int64_t size) { return (whole + size - 1) / size; }

// Of sizes alone, so that scratch fits every device.
Layout layout_of(const CudaAttention& call) {
  constexpr std::int64_t wanted_blocks = 264;   // two for each multiprocessor of a large GPU
  const std::int64_t shared = call.heads / call.kv_heads;
  Layout out{};
  out.lanes = 1;
  while (out.lanes * piece < call.head_dim) out.lanes *= 2;
  std::int64_t most = call.capacity > long_capacity ? most_heads : few_heads;
  if (most * out.lanes * piece > most_numbers) most = most_numbers / (out.lanes * piece);
  out.passes = parts(shared, most);
  out.heads_each = static_cast<int>(parts(shared, out.passes));
  out.least_places = static_cast<int>(warps) * together * 32 / out.lanes;
  const std::int64_t wanted = parts(wanted_blocks, call.kv_heads * out.passes * call.batch);
  const std::int64_t useful = parts(call.capacity, out.least_places);
  out.splits = wanted < useful ? wanted : useful;
  if (out.splits > most_splits) out.splits = most_splits;
  return out;
}

// Eight numbers of a place as they lie in memory.
template <typename T>
struct Piece {
  alignas(16) T values[piece];
  // `count` of them, the others zero; `whole`: it is all or none, aligned.
  __device__ __forceinline__ void load(const T* source, int count, bool whole) {
    if (whole && count == piece) {
#pragma unroll
      for (int i = 0; i < static_cast<int>(sizeof values / 16); ++i)
        reinterpret_cast<uint4*>(values)[i] = reinterpret_cast<const uint4*>(source)[i];
    } else {
#pragma unroll
      for (int i = 0; i < piece; ++i) values[i] = i < count ? source[i] : T(0.0f);
    }
  }
};

// What a group of lanes, a warp or a split knows about one query head: the largest score, the sum of 2^(score - largest), and
// the values' sum with these weights.
struct Running {
  float largest = lowest, sum = 0.0f;
  float values[piece] = {};
  __device__ __forceinline__ void scale(float factor) {
    sum *= factor;
#pragma unroll
    for (int i = 0; i < piece; ++i) values[i] *= factor;
  }
  __device__ __forceinline__ void merge_lanes(int distance) {
    const float other = __shfl_xor_sync(all_lanes, largest, distance), both = fmaxf(largest, other);
    scale(exp2f(largest - both));
    largest = both;
    sum += __shfl_xor_sync(all_lanes, sum, distance);
#pragma unroll
    for (int i = 0; i < piece; ++i) values[i] += __shfl_xor_sync(all_lanes, values[i], distance);
  }
};

struct Step {
  CudaAttention call;
  Layout layout;
  bool whole;   // pieces can be read at once
};

__device__ __forceinline__ float rotated(const float* head, const float* cosine, const float* sine, int i, int half) {
  return i < half ? head[i] * cosine[i] - head[i + half] * sine[i] : head[i] * cosine[i - half] + head[i - half] * sine[i - half];
}

// Which places this block looks at, and how many blocks look at any.
struct Range {
  std::int64_t begin, end, active;
};

__device__ __forceinline__ Range range_of(const Step& step, std::int64_t position) {
  const std::int64_t seen = step.call.window > 0 && step.call.window < position + 1 ? step.call.window : position + 1;
  const std::int64_t first = position + 1 - seen;
  std::int64_t each = (seen + step.layout.splits - 1) / step.layout.splits;
  each = max(static_cast<std::int64_t>(step.layout.least_places), (each + 7) / 8 * 8);
  const std::int64_t begin = first + blockIdx.x * each;
  return {begin, min(begin + each, position + 1), (seen + each - 1) / each};
}

// The new key and value, rounded: to their place, and to `fresh` [2][width], zero behind head_dim.
template <typename T>
__device__ void append(const Step& step, std::int64_t kv_row, std::int64_t position, const float* cosine, const float* sine, T* fresh) {
  const CudaAttention& call = step.call;
  const int size = static_cast<int>(call.head_dim), width = step.layout.lanes * piece;
  const std::int64_t place = (kv_row * call.capacity + position) * call.head_dim;
  const float *key = call.key + kv_row * call.head_dim, *value = call.value + kv_row * call.head_dim;
  for (int i = threadIdx.x; i < width; i += threads) {
    put(fresh + i, i < size ? rotated(key, cosine, sine, i, size / 2) : 0.0f);
    put(fresh + width + i, i < size ? value[i] : 0.0f);
    if (i >= size) continue;
    static_cast<T*>(call.keys)[place + i] = fresh[i];
    static_cast<T*>(call.values)[place + i] = fresh[width + i];
  }
}

// The rotated query heads of this block times the scale of softmax, base 2; numbers behind a head's end are zero.
// [room][2][lanes][4], so that neighbouring lanes read neighbouring numbers.
__device__ void stage_queries(const Step& step, std::int64_t first_head, int heads, int room, const float* cosine,
                              const float* sine, float* queries) {
  const CudaAttention& call = step.call;
  const int size = static_cast<int>(call.head_dim), lanes = step.layout.lanes, width = lanes * piece;
  const float scale = log2_e / sqrtf(static_cast<float>(size));
  for (int i = threadIdx.x; i < room * width; i += threads) {
    const int head = i / width, n = i % width;
    const bool inside = n < size && head < heads;
    const float value = inside ? rotated(call.query + (first_head + head) * call.head_dim, cosine, sine, n, size / 2) : 0.0f;
    queries[head * width + (n / 4 % 2 * lanes + n / piece) * 4 + n % 4] = value * scale;
  }
}

template <typename T>
__device__ __forceinline__ float dot(const Piece<T>& key, const float* query, int lanes) {
  const float4 a = *reinterpret_cast<const float4*>(query), b = *reinterpret_cast<const float4*>(query + lanes * 4);
  float sum = to_float(key.values[0]) * a.x;
  sum = fmaf(to_float(key.values[1]), a.y, sum);
  sum = fmaf(to_float(key.values[2]), a.z, sum);
  sum = fmaf(to_float(key.values[3]), a.w, sum);
  sum = fmaf(to_float(key.values[4]), b.x, sum);
  sum = fmaf(to_float(key.values[5]), b.y, sum);
  sum = fmaf(to_float(key.values[6]), b.z, sum);
  return fmaf(to_float(key.values[7]), b.w, sum);
}

// Places that a group of lanes reads at once, and where they lie.
template <typename T>
struct Places {
  Piece<T> keys[together], values[together];

  __device__ __forceinline__ static int groups(const Step& step) { return 32 / step.layout.lanes; }
  __device__ __forceinline__ static int sweep(const Step& step) { return groups(step) * static_cast<int>(warps); }
  __device__ __forceinline__ static std::int64_t place(const Step& step, std::int64_t base, int u) {
    return base + u * sweep(step) + static_cast<int>(threadIdx.x / 32) * groups(step) + static_cast<int>(threadIdx.x % 32) / step.layout.lanes;
  }

  // All but the newest, which is not in the cache yet.
  __device__ __forceinline__ void load(const Step& step, const Range& range, std::int64_t kv_row, std::int64_t position, std::int64_t base) {
    const CudaAttention& call = step.call;
    const int part = static_cast<int>(threadIdx.x % 32) % step.layout.lanes;
    const int here = min(piece, static_cast<int>(call.head_dim) - part * piece);   // below 1: nothing of a place is here
    const std::int64_t start = kv_row * call.capacity * call.head_dim + part * piece, end = min(range.end, position);
#pragma unroll
    for (int u = 0; u < together; ++u) {
      const std::int64_t at = place(step, base, u);
      const int count = at < end ? here : 0;
      keys[u].load(static_cast<const T*>(call.keys) + start + at * call.head_dim, count, step.whole);
      values[u].load(static_cast<const T*>(call.values) + start + at * call.head_dim, count, step.whole);
    }
  }

  __device__ __forceinline__ void take_newest(const Step& step, const T* fresh, std::int64_t position, std::int64_t base) {
    const int part = static_cast<int>(threadIdx.x % 32) % step.layout.lanes, width = step.layout.lanes * piece;
#pragma unroll
    for (int u = 0; u < together; ++u) {
      if (place(step, base, u) != position) continue;
      keys[u].load(fresh + part * piece, piece, true);
      values[u].load(fresh + width + part * piece, piece, true);
    }
  }
};

template <typename T, int Heads>
__device__ __forceinline__ void look(const Step& step, const Range& range, std::int64_t base, const Places<T>& places, const float* queries,
                                     Running (&heads)[Heads]) {
  const int lanes = step.layout.lanes, part = static_cast<int>(threadIdx.x % 32) % lanes;
#pragma unroll
  for (int h = 0; h < Heads; ++h) {
    float score[together], largest = heads[h].largest;
#pragma unroll
    for (int u = 0; u < together; ++u) score[u] = dot(places.keys[u], queries + h * lanes * piece + part * 4, lanes);
    for (int distance = lanes / 2; distance > 0; distance /= 2) {
#pragma unroll
      for (int u = 0; u < together; ++u) score[u] += __shfl_xor_sync(all_lanes, score[u], distance);
    }
#pragma unroll
    for (int u = 0; u < together; ++u) {
      if (Places<T>::place(step, base, u) >= range.end) score[u] = -INFINITY;
      largest = fmaxf(largest, score[u]);
    }
    heads[h].scale(exp2f(heads[h].largest - largest));
    heads[h].largest = largest;
#pragma unroll
    for (int u = 0; u < together; ++u) {
      const float weight = exp2f(score[u] - largest);
      heads[h].sum += weight;
#pragma unroll
      for (int i = 0; i < piece; ++i) heads[h].values[i] = fmaf(weight, to_float(places.values[u].values[i]), heads[h].values[i]);
    }
  }
}

// Partial results of one head: [width] sums of values, the largest score, the sum of weights.
struct Total {
  float value, largest, sum;
};

// Number n of the warps' partial results, put together.
__device__ __forceinline__ Total put_warps_together(const float* partial, int stride, int width, int n) {
  Total total{0.0f, lowest, 0.0f};
  for (unsigned i = 0; i < warps; ++i) total.largest = fmaxf(total.largest, partial[i * stride + width]);
  for (unsigned i = 0; i < warps; ++i) {
    const float* one = partial + i * stride;
    const float weight = exp2f(one[width] - total.largest);
    total.value = fmaf(weight, one[n], total.value);
    total.sum = fmaf(weight, one[width + 1], total.sum);
  }
  return total;
}

// Whether this block is the last of `count` to come here.
__device__ bool is_last(unsigned* counter, unsigned count) {
  __shared__ bool last;
  __syncthreads();
  if (threadIdx.x == 0) {
    __threadfence();
    last = atomicAdd(counter, 1u) == count - 1;
    if (last) *counter = 0;   // for the next call
    __threadfence();
  }
  __syncthreads();
  return last;
}

// The weight of each split in the result of each head, divided by the sum of all: [heads][splits]. A warp for a head. Reads
// around the first cache, which the other blocks' results do not go through.
__device__ void weigh_splits(const float* splits, std::int64_t split_size, int partial_size, int heads, int count, float* weights) {
  constexpr int each = most_splits / 32;
  const int lane = threadIdx.x % 32, width = partial_size - 2;
  for (int head = threadIdx.x / 32; head < heads; head += warps) {
    float largest[each], sum[each], all = lowest, total = 0.0f;
#pragma unroll
    for (int i = 0; i < each; ++i) {
      const int split = lane + 32 * i;
      const float* partial = splits + split * split_size + head * partial_size + width;
      largest[i] = split < count ? __ldcg(partial) : lowest;
      sum[i] = split < count ? __ldcg(partial + 1) : 0.0f;
    }
#pragma unroll
    for (int i = 0; i < each; ++i) all = fmaxf(all, largest[i]);
    for (int distance = 16; distance > 0; distance /= 2) all = fmaxf(all, __shfl_xor_sync(all_lanes, all, distance));
#pragma unroll
    for (int i = 0; i < each; ++i) total = fmaf(exp2f(largest[i] - all), sum[i], total);
    total = warp_sum(total);
#pragma unroll
    for (int i = 0; i < each; ++i)
      if (lane + 32 * i < count) weights[head * most_splits + lane + 32 * i] = exp2f(largest[i] - all) / total;
  }
}

template <typename T, int Heads>
__global__ void __launch_bounds__(threads) attention_kernel(const __grid_constant__ Step step) {
  extern __shared__ float4 shared_memory[];
  __shared__ float weights[Heads * most_splits];
  __shared__ alignas(16) T fresh[2 * most_head_dim];
  let_next_start();
  const CudaAttention& call = step.call;
  const Layout& layout = step.layout;
  const std::int64_t position = *call.position, kv_head = blockIdx.y / layout.passes, pass = blockIdx.y % layout.passes;
  const Range range = range_of(step, position);
  if (blockIdx.x >= range.active) return wait_for_previous();
  const std::int64_t shared_heads = call.heads / call.kv_heads, kv_row = blockIdx.z * call.kv_heads + kv_head;
  const std::int64_t first_head = kv_row * shared_heads + pass * layout.heads_each;
  const int heads = static_cast<int>(min(static_cast<std::int64_t>(layout.heads_each), shared_heads - pass * layout.heads_each));
  const int width = layout.lanes * piece, partial_size = width + 2, size = static_cast<int>(call.head_dim);
  float* const queries = reinterpret_cast<float*>(shared_memory);
  float* const partials = queries + Heads * width;   // [warps][heads_each][partial_size]
  const std::int64_t angle = call.one_angle ? 0 : position * (call.head_dim / 2);

  Places<T> places;
  places.load(step, range, kv_row, position, range.begin);
  wait_for_previous();
  stage_queries(step, first_head, heads, Heads, call.cosine + angle, call.sine + angle, queries);
  if (range.end == position + 1) append(step, kv_row, position, call.cosine + angle, call.sine + angle, fresh);
  __syncthreads();

  Running running[Heads];
  const int sweep = Places<T>::sweep(step) * together;
  for (std::int64_t base = range.begin; base < range.end; base += sweep) {
    if (base > range.begin) places.load(step, range, kv_row, position, base);
    places.take_newest(step, fresh, position, base);
    look(step, range, base, places, queries, running);
  }
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int h = 0; h < Heads; ++h) {
    for (int distance = layout.lanes; distance < 32; distance *= 2) running[h].merge_lanes(distance);
    if (lane >= layout.lanes || h >= layout.heads_each) continue;
    float* partial = partials + (threadIdx.x / 32 * layout.heads_each + h) * partial_size;
#pragma unroll
    for (int i = 0; i < piece; ++i) partial[lane * piece + i] = running[h].values[i];
    partial[width] = running[h].largest;
    partial[width + 1] = running[h].sum;
  }
  __syncthreads();

  const std::int64_t block_row = blockIdx.z * gridDim.y + blockIdx.y, block_rows = static_cast<std::int64_t>(gridDim.y) * gridDim.z;
  const std::int64_t split_size = static_cast<std::int64_t>(layout.heads_each) * partial_size;
  const int active = static_cast<int>(range.active);
  auto* const counters = static_cast<unsigned*>(call.scratch);
  float* const splits = reinterpret_cast<float*>(counters + block_rows) + block_row * layout.splits * split_size;
  for (int i = threadIdx.x; i < heads * size; i += threads) {
    const int head = i / size, n = i % size;
    const Total total = put_warps_together(partials + head * partial_size, layout.heads_each * partial_size, width, n);
    if (active == 1) {
      call.out[first_head * size + i] = total.value / total.sum;
    } else {
      float* split = splits + blockIdx.x * split_size + head * partial_size;
      split[n] = total.value;
      if (n == 0) split[width] = total.largest, split[width + 1] = total.sum;
    }
  }
  if (active == 1 || !is_last(counters + block_row, static_cast<unsigned>(active))) return;
  weigh_splits(splits, split_size, partial_size, heads, active, weights);
  __syncthreads();
  for (int i = threadIdx.x; i < heads * size; i += threads) {
    const float* partial = splits + i / size * partial_size + i % size;
    const float* weight = weights + i / size * most_splits;
    float sum = 0.0f;
    for (int first = 0; first < active; first += splits_at_once) {
      float values[splits_at_once];
#pragma unroll
      for (int s = 0; s < splits_at_once; ++s) values[s] = first + s < active ? __ldcg(partial + (first + s) * split_size) : 0.0f;
#pragma unroll
      for (int s = 0; s < splits_at_once; ++s) sum = first + s < active ? fmaf(weight[first + s], values[s], sum) : sum;
    }
    call.out[first_head * size + i] = sum;
  }
}

template <typename T, int Heads>
int run(const Step& step, cudaStream_t stream) {
  const Layout& layout = step.layout;
  const std::size_t width = static_cast<std::size_t>(layout.lanes) * piece;
  const std::size_t shared = (Heads * width + warps * static_cast<std::size_t>(layout.heads_each) * (width + 2)) * sizeof(float);
  const dim3 grid(static_cast<unsigned>(layout.splits), static_cast<unsigned>(step.call.kv_heads * layout.passes),
                  static_cast<unsigned>(step.call.batch));
  return launch(&attention_kernel<T, Heads>, {grid, threads, shared, step.call.chained}, stream, step);
}

template <typename T>
int run(const Step& step, cudaStream_t stream) {
  const int heads = step.layout.heads_each;
  if (heads == 1) return run<T, 1>(step, stream);
  if (heads == 2) return run<T, 2>(step, stream);
  return heads <= 4 ? run<T, 4>(step, stream) : run<T, 8>(step, stream);
}

bool is_valid(const CudaAttention& call) {
  return call.kv_heads > 0 && call.heads > 0 && call.heads % call.kv_heads == 0 && call.head_dim > 0 && call.head_dim % 2 == 0 &&
         call.head_dim <= most_head_dim && call.capacity > 0;
}

}  // namespace

std::int64_t cuda_attention_scratch(const CudaAttention& call) {
  if (!is_valid(call)) return 0;
  const Layout layout = layout_of(call);
  const std::int64_t rows = call.batch * call.kv_heads * layout.passes;
  return rows * static_cast<std::int64_t>(sizeof(float)) * (1 + layout.splits * layout.heads_each * (layout.lanes * piece + 2));
}

int cuda_attention(const CudaAttention& call, void* stream) {
  if (!is_valid(call)) return cudaErrorInvalidValue;
  if (call.batch == 0) return cudaSuccess;
  const Step step{call, layout_of(call), call.head_dim % piece == 0};
  auto* const on = static_cast<cudaStream_t>(stream);
  switch (call.type) {
    case NumberType::float32: return run<float>(step, on);
    case NumberType::float16: return run<__half>(step, on);
    case NumberType::bfloat16: return run<__nv_bfloat16>(step, on);
  }
  return cudaErrorInvalidValue;
}

}  // namespace kelter
