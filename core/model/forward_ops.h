// SPDX-License-Identifier: GPL-3.0-or-later
// The small operations of a forward over many tokens: one pass over the numbers each, on the processor or a GPU
// (core/kernels/decode_ops.h, core/kernels/cuda_kernels.h); by ATen's operations where a gradient is wanted. Float32 arithmetic.
// Engine thread.
#pragma once

#include <ATen/core/Tensor.h>

namespace kelter {

// x / sqrt(mean(x^2) + epsilon) * weight of rows [..., H], rounded to `dtype`. x and weight float32.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double epsilon, at::ScalarType dtype);

// Rotary position embedding of heads [B, T, heads * d], which is used up -> [B, heads, T, d] of the same type: pairs (i, i + d/2) become
// x * cosine + (-second, first) * sine. cosine and sine: float32 [1 or B, 1, T, d/2].
at::Tensor rotate_heads(const at::Tensor& projected, std::int64_t heads, const at::Tensor& cosine, const at::Tensor& sine);

// silu(gate) * up
at::Tensor gated(const at::Tensor& gate, const at::Tensor& up);

// Sums of squares of the columns of [rows, columns] in float32.
at::Tensor squared_norms(const at::Tensor& rows);

}  // namespace kelter
