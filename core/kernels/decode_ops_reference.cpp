// SPDX-License-Identifier: GPL-3.0-or-later
// The decode operations in plain C++ with the standard library's functions.
#include <cmath>

#include "core/kernels/decode_ops_kernels.h"
#include "core/kernels/scalar_blocks.h"

namespace kelter {
namespace {

void rms_norm(const float* x, const float* weight, std::int64_t n, float epsilon, float* out) {
  double squares = 0;
  for (std::int64_t i = 0; i < n; ++i)
    squares += static_cast<double>(x[i]) * x[i];
  const float factor = static_cast<float>(1.0 / std::sqrt(squares / static_cast<double>(n) + epsilon));
  for (std::int64_t i = 0; i < n; ++i)
    out[i] = x[i] * factor * weight[i];
}

void rotary(float* x, std::int64_t heads, std::int64_t head_dim, const float* cosine, const float* sine) {
  const std::int64_t half = head_dim / 2;
  for (std::int64_t h = 0; h < heads; ++h, x += head_dim) {
    for (std::int64_t i = 0; i < half; ++i) {
      const float a = x[i], b = x[i + half];
      x[i] = a * cosine[i] - b * sine[i];
      x[i + half] = b * cosine[i] + a * sine[i];
    }
  }
}

void silu_multiply(const float* gate, const float* up, std::int64_t n, float* out) {
  for (std::int64_t i = 0; i < n; ++i)
    out[i] = gate[i] / (1.0f + std::exp(-gate[i])) * up[i];
}

float value_of(float element) { return element; }
float value_of(std::uint16_t element) { return Scalar::bfloat16(element); }

template <class Element>
void attend(const AttentionHeads& task, const float* q, float* out) {
  const auto* keys = static_cast<const Element*>(task.keys);
  const auto* values = static_cast<const Element*>(task.values);
  float largest = -INFINITY;
  for (std::int64_t p = 0; p < task.length; ++p) {
    double dot = 0;
    for (std::int64_t d = 0; d < task.head_dim; ++d) {
      dot += static_cast<double>(q[d]) * value_of(keys[p * task.head_dim + d]);
    }
    task.scores[p] = static_cast<float>(dot) * task.scale;
    largest = std::fmax(largest, task.scores[p]);
  }
  float total = 0;
  for (std::int64_t p = 0; p < task.length; ++p) {
    task.scores[p] = std::exp(task.scores[p] - largest);
    total += task.scores[p];
  }
  for (std::int64_t d = 0; d < task.head_dim; ++d) {
    double sum = 0;
    for (std::int64_t p = 0; p < task.length; ++p) {
      sum += static_cast<double>(task.scores[p]) * value_of(values[p * task.head_dim + d]);
    }
    out[d] = static_cast<float>(sum) / total;
  }
}

template <class Element>
void attention(const AttentionHeads& task) {
  for (std::int64_t h = 0; h < task.heads; ++h)
    attend<Element>(task, task.q + h * task.head_dim, task.out + h * task.head_dim);
}

double log_sum_exp(const float* logits, std::int64_t n) {
  double largest = -INFINITY;
  for (std::int64_t i = 0; i < n; ++i) {
    if (!std::isfinite(logits[i])) return NAN;
    largest = std::fmax(largest, static_cast<double>(logits[i]));
  }
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i)
    sum += std::exp(logits[i] - largest);
  return largest + std::log(sum);
}

std::int64_t argmax(const float* values, std::int64_t n) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < n; ++i) {
    if (values[i] > values[best] || (std::isnan(values[best]) && !std::isnan(values[i]))) best = i;
  }
  return best;
}

}  // namespace

const DecodeOps decode_ops_reference = {rms_norm,    rotary, silu_multiply, attention<float>, attention<std::uint16_t>,
                                        log_sum_exp, argmax};

}  // namespace kelter
