// SPDX-License-Identifier: GPL-3.0-or-later
// What the variants of the decode operations share with the functions that pick among them; internal to this
// room, plain data only (see matvec_kernels.h).
#pragma once

#include <cstdint>

namespace kelter {

// Neighbouring query heads of one kv head: q and out [heads, head_dim], keys and values [length, head_dim], and room
// for heads * length floats.
struct AttentionHeads {
  std::int64_t heads;
  const float* q;
  const void* keys;
  const void* values;
  std::int64_t head_dim, length;
  float scale;
  float* scores;
  float* out;
};

struct DecodeOps {
  void (*rms_norm)(const float* x, const float* weight, std::int64_t n, float epsilon, float* out);
  void (*rotary)(float* x, std::int64_t heads, std::int64_t head_dim, const float* cosine, const float* sine);
  void (*silu_multiply)(const float* gate, const float* up, std::int64_t n, float* out);
  void (*attention_float32)(const AttentionHeads& task);
  void (*attention_bfloat16)(const AttentionHeads& task);
  double (*log_sum_exp)(const float* logits, std::int64_t n);
  std::int64_t (*argmax)(const float* values, std::int64_t n);
};

extern const DecodeOps decode_ops_reference, decode_ops_avx2, decode_ops_avx512;

}  // namespace kelter
