// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/decode_ops.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "core/base/parallel.h"
#include "core/kernels/decode_ops_kernels.h"
#include "core/kernels/variants.h"

namespace kelter {
namespace {

const DecodeOps& ops_of(Isa isa) { return variant_of(isa, decode_ops_reference, decode_ops_avx2, decode_ops_avx512); }

template <class Element>
void attend(void (*run)(const AttentionHeads&), const float* q, const Element* keys, const Element* values,
            std::int64_t heads, std::int64_t kv_heads, std::int64_t head_dim, std::int64_t capacity,
            std::int64_t length, float scale, float* out) {
  const std::int64_t groups = heads / kv_heads;
  // One piece of work reads at least 64 KB of the cache; short contexts stay on the calling thread.
  const std::int64_t bytes = 2 * length * head_dim * static_cast<std::int64_t>(sizeof(Element));
  parallel_for(0, heads, 2 * row_grain(bytes), [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> scores(static_cast<std::size_t>(groups * length));
    while (begin < end) {  // the part of each kv head's query heads that is ours
      const std::int64_t kv_head = begin / groups;
      const std::int64_t count = std::min(end, (kv_head + 1) * groups) - begin;
      const std::int64_t place = kv_head * capacity * head_dim;
      run({count, q + begin * head_dim, keys + place, values + place, head_dim, length, scale, scores.data(),
           out + begin * head_dim});
      begin += count;
    }
  });
}

std::uint64_t cache_bytes(std::int64_t kv_heads, std::int64_t length, std::int64_t head_dim, std::int64_t element) {
  return static_cast<std::uint64_t>(2 * kv_heads * length * head_dim * element);
}

}  // namespace

void rms_norm(const float* x, const float* weight, std::int64_t n, float epsilon, float* out) {
  static const KernelFamily family("rms_norm");
  ops_of(family.choose(4 * static_cast<std::uint64_t>(n))).rms_norm(x, weight, n, epsilon, out);
}

void rotary(float* x, std::int64_t heads, std::int64_t head_dim, const float* cosine, const float* sine) {
  static const KernelFamily family("rotary");
  ops_of(family.choose(0)).rotary(x, heads, head_dim, cosine, sine);
}

void silu_multiply(const float* gate, const float* up, std::int64_t n, float* out) {
  static const KernelFamily family("silu_multiply");
  ops_of(family.choose(0)).silu_multiply(gate, up, n, out);
}

void decode_attention_float32(const float* q, const float* keys, const float* values, std::int64_t heads,
                              std::int64_t kv_heads, std::int64_t head_dim, std::int64_t capacity, std::int64_t length,
                              float scale, float* out) {
  static const KernelFamily family("decode_attention_float32");
  const DecodeOps& ops = ops_of(family.choose(cache_bytes(kv_heads, length, head_dim, 4)));
  attend(ops.attention_float32, q, keys, values, heads, kv_heads, head_dim, capacity, length, scale, out);
}

void decode_attention_bfloat16(const float* q, const std::uint16_t* keys, const std::uint16_t* values,
                               std::int64_t heads, std::int64_t kv_heads, std::int64_t head_dim, std::int64_t capacity,
                               std::int64_t length, float scale, float* out) {
  static const KernelFamily family("decode_attention_bfloat16");
  const DecodeOps& ops = ops_of(family.choose(cache_bytes(kv_heads, length, head_dim, 2)));
  attend(ops.attention_bfloat16, q, keys, values, heads, kv_heads, head_dim, capacity, length, scale, out);
}

double log_sum_exp(const float* logits, std::int64_t n) {
  static const KernelFamily family("log_sum_exp");
  if (n <= 0) return -std::numeric_limits<double>::infinity();
  return ops_of(family.choose(0)).log_sum_exp(logits, n);
}

std::int64_t argmax(const float* values, std::int64_t n) {
  static const KernelFamily family("argmax");
  return n <= 0 ? 0 : ops_of(family.choose(0)).argmax(values, n);
}

}  // namespace kelter
