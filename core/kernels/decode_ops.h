// SPDX-License-Identifier: GPL-3.0-or-later
// The small operations of one decode step on raw float32 pointers (CPU). Shapes in each comment.
#pragma once

#include <cstdint>

namespace kelter {

// out[n] = x[n] / sqrt(mean(x^2) + epsilon) * weight[n]; the mean is accumulated in double.
void rms_norm(const float* x, const float* weight, std::int64_t n, float epsilon, float* out);

// In place on [heads, head_dim]: rotate-half pairs (i, i + head_dim/2) by position's cos/sin [head_dim/2].
void rotary(float* x, std::int64_t heads, std::int64_t head_dim, const float* cosine, const float* sine);

// out[n] = silu(gate[n]) * up[n]
void silu_multiply(const float* gate, const float* up, std::int64_t n, float* out);

// Attention of one query token: q [heads, head_dim]; keys and values [kv_heads, capacity, head_dim] with the
// first `length` positions valid; heads = groups * kv_heads and query head h uses kv head h / groups.
// out [heads, head_dim]. Softmax in float32 with the maximum taken off. float32 and bfloat16 caches.
void decode_attention_float32(const float* q, const float* keys, const float* values, std::int64_t heads,
                              std::int64_t kv_heads, std::int64_t head_dim, std::int64_t capacity,
                              std::int64_t length, float scale, float* out);
void decode_attention_bfloat16(const float* q, const std::uint16_t* keys, const std::uint16_t* values,
                               std::int64_t heads, std::int64_t kv_heads, std::int64_t head_dim,
                               std::int64_t capacity, std::int64_t length, float scale, float* out);

// log(sum(exp(logits))) in double over n float32 values (the exact sum of the perplexity contract), and the
// index of the largest value (the lowest index wins a tie). Non-finite input gives a non-finite result.
double log_sum_exp(const float* logits, std::int64_t n);
std::int64_t argmax(const float* values, std::int64_t n);

}  // namespace kelter
