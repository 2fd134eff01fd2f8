// SPDX-License-Identifier: GPL-3.0-or-later
// The decode operations for vectors of any width, written once over the names that simd.h provides. Internal
// linkage: each instruction set keeps its own copy.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/kernels/decode_ops_kernels.h"
#include "core/kernels/simd.h"
#include "core/kernels/unroll.h"

// Only these two functions of the C library are called: they are compiled elsewhere, so that nothing built for
// this instruction set can leak out of the file.
extern "C" double log(double);
extern "C" double sqrt(double);

namespace kelter {
namespace {

constexpr float infinity = __builtin_inff();

struct Float32Source {
  using Element = float;
  static Simd::Vector load(const Element* p) { return Simd::load(p); }
};
struct BFloat16Source {
  using Element = std::uint16_t;
  static Simd::Vector load(const Element* p) { return Simd::load_bfloat16(p); }
};

// `count` elements from p: a whole vector, or `filler` after the last one.
template <class Source>
Simd::Vector load_up_to(const typename Source::Element* p, std::int64_t count, typename Source::Element filler = 0) {
  if (count >= Simd::lanes) return Source::load(p);
  typename Source::Element buffer[Simd::lanes];
  for (std::int64_t i = 0; i < Simd::lanes; ++i)
    buffer[i] = i < count ? p[i] : filler;
  return Source::load(buffer);
}

void store_up_to(float* p, std::int64_t count, Simd::Vector v) {
  if (count >= Simd::lanes) return Simd::store(p, v);
  float buffer[Simd::lanes];
  Simd::store(buffer, v);
  std::memcpy(p, buffer, static_cast<std::size_t>(count) * sizeof(float));
}

// exp by e^x = 2^n e^r with |r| <= ln 2 / 2 and the power series up to r^7 (remainder below 6e-9). Outside
// [-104, 89] the result is 0 or infinity anyway; NaN passes through because it is the second operand.
Simd::Vector exponential(Simd::Vector x) {
  x = Simd::minimum(Simd::set(89.0f), Simd::maximum(Simd::set(-104.0f), x));
  const Simd::Vector n = Simd::round(Simd::multiply(x, Simd::set(1.44269504f)));
  Simd::Vector r = Simd::subtract_product(n, Simd::set(0.693145751953125f), x);
  r = Simd::subtract_product(n, Simd::set(1.42860677e-6f), r);
  Simd::Vector series = Simd::set(1.0f / 5040);
  constexpr float coefficients[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
  for (const float coefficient : coefficients) {
    series = Simd::fma(series, r, Simd::set(coefficient));
  }
  return Simd::scale_by_power(series, n);
}

// The same in double, up to r^11 (remainder below 7e-15), for x in [-690, 0].
Simd::Doubles exponential(Simd::Doubles x) {
  const Simd::Doubles n = Simd::round(Simd::fma(x, Simd::set_doubles(1.4426950408889634), Simd::zero_doubles()));
  Simd::Doubles r = Simd::subtract_product(n, Simd::set_doubles(0.693147180369123816490), x);
  r = Simd::subtract_product(n, Simd::set_doubles(1.90821492927058770002e-10), r);
  Simd::Doubles series = Simd::set_doubles(1.0 / 39916800);
  constexpr double coefficients[] = {1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120,
                                     1.0 / 24,      1.0 / 6,      0.5,         1.0,        1.0};
  for (const double coefficient : coefficients) {
    series = Simd::fma(series, r, Simd::set_doubles(coefficient));
  }
  return Simd::scale_by_power(series, n);
}

[[gnu::flatten]] void rms_norm(const float* x, const float* weight, std::int64_t n, float epsilon, float* out) {
  Simd::Doubles sums[2] = {Simd::zero_doubles(), Simd::zero_doubles()};
  std::int64_t i = 0;
  for (; i + 2 * Simd::double_lanes <= n; i += 2 * Simd::double_lanes) {
    for (int part = 0; part < 2; ++part) {
      const Simd::Doubles values = Simd::load_doubles(x + i + part * Simd::double_lanes);
      sums[part] = Simd::fma(values, values, sums[part]);
    }
  }
  double squares = Simd::sum(Simd::add(sums[0], sums[1]));
  for (; i < n; ++i)
    squares += static_cast<double>(x[i]) * x[i];
  const double mean = squares / static_cast<double>(n);
  const Simd::Vector factor = Simd::set(static_cast<float>(1.0 / sqrt(mean + static_cast<double>(epsilon))));
  for (i = 0; i < n; i += Simd::lanes) {
    const Simd::Vector scaled = Simd::multiply(load_up_to<Float32Source>(x + i, n - i), factor);
    store_up_to(out + i, n - i, Simd::multiply(scaled, load_up_to<Float32Source>(weight + i, n - i)));
  }
}

[[gnu::flatten]] void rotary(float* x, std::int64_t heads, std::int64_t head_dim, const float* cosine,
                             const float* sine) {
  const std::int64_t half = head_dim / 2;
  for (std::int64_t h = 0; h < heads; ++h, x += head_dim) {
    for (std::int64_t i = 0; i < half; i += Simd::lanes) {
      const std::int64_t left = half - i;
      const Simd::Vector c = load_up_to<Float32Source>(cosine + i, left);
      const Simd::Vector s = load_up_to<Float32Source>(sine + i, left);
      const Simd::Vector a = load_up_to<Float32Source>(x + i, left);
      const Simd::Vector b = load_up_to<Float32Source>(x + half + i, left);
      store_up_to(x + i, left, Simd::subtract_product(b, s, Simd::multiply(a, c)));
      store_up_to(x + half + i, left, Simd::fma(a, s, Simd::multiply(b, c)));
    }
  }
}

[[gnu::flatten]] void silu_multiply(const float* gate, const float* up, std::int64_t n, float* out) {
  for (std::int64_t i = 0; i < n; i += Simd::lanes) {
    const Simd::Vector g = load_up_to<Float32Source>(gate + i, n - i);
    const Simd::Vector negative = Simd::multiply(g, Simd::set(-1.0f));
    const Simd::Vector silu = Simd::divide(g, Simd::add(exponential(negative), Simd::set(1.0f)));
    store_up_to(out + i, n - i, Simd::multiply(silu, load_up_to<Float32Source>(up + i, n - i)));
  }
}

// scores[h, p] = scale * q[h] . keys[p]. Four positions share the loads of q, the heads share those of the keys.
template <class Source, int heads>
void score_positions(const AttentionHeads& task) {
  constexpr int at_once = 4;
  const auto* keys = static_cast<const typename Source::Element*>(task.keys);
  for (std::int64_t p = 0; p < task.length; p += at_once) {
    // The last group repeats the last position instead of reading past the valid ones.
    const typename Source::Element* key[at_once];
    repeat<at_once>([&](int k) { key[k] = keys + (p + k < task.length ? p + k : task.length - 1) * task.head_dim; });
    Simd::Vector dots[heads][at_once];
    repeat<heads>([&](int h) { repeat<at_once>([&](int k) { dots[h][k] = Simd::zero(); }); });
    for (std::int64_t d = 0; d < task.head_dim; d += Simd::lanes) {
      const std::int64_t left = task.head_dim - d;
      Simd::Vector q[heads];
      repeat<heads>([&](int h) { q[h] = load_up_to<Float32Source>(task.q + h * task.head_dim + d, left); });
      repeat<at_once>([&](int k) {
        const Simd::Vector part = load_up_to<Source>(key[k] + d, left);
        repeat<heads>([&](int h) { dots[h][k] = Simd::fma(q[h], part, dots[h][k]); });
      });
    }
    repeat<heads>([&](int h) {
      float four[at_once];
      Simd::store_sums(four, dots[h][0], dots[h][1], dots[h][2], dots[h][3]);
      repeat<at_once>([&](int k) {
        if (p + k < task.length) task.scores[h * task.length + p + k] = four[k] * task.scale;
      });
    });
  }
}

// Replaces scores by e^(score - largest) and returns their sum.
float exponentiate_scores(float* scores, std::int64_t length) {
  Simd::Vector largest = Simd::set(-infinity);
  for (std::int64_t p = 0; p < length; p += Simd::lanes) {
    largest = Simd::maximum(load_up_to<Float32Source>(scores + p, length - p, -infinity), largest);
  }
  const Simd::Vector shift = Simd::set(-Simd::maximum_of(largest));
  Simd::Vector total = Simd::zero();
  for (std::int64_t p = 0; p < length; p += Simd::lanes) {
    const std::int64_t left = length - p;
    const Simd::Vector e = exponential(Simd::add(load_up_to<Float32Source>(scores + p, left, -infinity), shift));
    store_up_to(scores + p, left, e);
    total = Simd::add(total, e);
  }
  return Simd::sum(total);
}

// out[h] = sum_p scores[h, p] * values[p] / totals[h], four vectors of head_dim in registers at a time.
template <class Source, int heads>
void mix_values(const AttentionHeads& task, const float (&totals)[heads]) {
  constexpr int at_once = 4;
  const auto* values = static_cast<const typename Source::Element*>(task.values);
  for (std::int64_t d = 0; d < task.head_dim; d += at_once * Simd::lanes) {
    Simd::Vector sums[heads][at_once];
    repeat<heads>([&](int h) { repeat<at_once>([&](int k) { sums[h][k] = Simd::zero(); }); });
    const auto add = [&](std::int64_t p, int k, Simd::Vector value) {
      repeat<heads>([&](int h) { sums[h][k] = Simd::fma(Simd::set(task.scores[h * task.length + p]), value, sums[h][k]); });
    };
    const std::int64_t left = task.head_dim - d;
    for (std::int64_t p = 0; p < task.length; ++p) {
      const typename Source::Element* value = values + p * task.head_dim + d;
      repeat<at_once>([&](int k) {
        const std::int64_t place = k * Simd::lanes;
        if (left >= at_once * Simd::lanes) {
          add(p, k, Source::load(value + place));
        } else if (left > place) {
          add(p, k, load_up_to<Source>(value + place, left - place));
        }
      });
    }
    repeat<heads>([&](int h) {
      repeat<at_once>([&](int k) {
        const std::int64_t place = d + k * Simd::lanes;
        if (task.head_dim <= place) return;
        store_up_to(task.out + h * task.head_dim + place, task.head_dim - place,
                    Simd::divide(sums[h][k], Simd::set(totals[h])));
      });
    });
  }
}

template <class Source, int heads>
[[gnu::flatten]] void attend_together(const AttentionHeads& task) {
  score_positions<Source, heads>(task);
  float totals[heads];
  for (int h = 0; h < heads; ++h)
    totals[h] = exponentiate_scores(task.scores + h * task.length, task.length);
  mix_values<Source, heads>(task, totals);
}

template <class Source>
void attention(const AttentionHeads& task) {
  AttentionHeads part = task;
  for (std::int64_t left = task.heads; left > 0; left -= part.heads) {
    part.heads = left < Simd::heads_at_once ? left : Simd::heads_at_once;
    switch (part.heads) {
      case 1:
        attend_together<Source, 1>(part);
        break;
      case 2:
        attend_together<Source, 2>(part);
        break;
      default:
        attend_together<Source, Simd::heads_at_once>(part);
    }
    part.q += part.heads * task.head_dim;
    part.out += part.heads * task.head_dim;
  }
}

// x * 0 is NaN for NaN and infinity and 0 otherwise, so that one sum tells whether all values are finite.
[[gnu::flatten]] double log_sum_exp(const float* logits, std::int64_t n) {
  Simd::Vector largest = Simd::set(-infinity), nothing = Simd::zero();
  for (std::int64_t i = 0; i < n; i += Simd::lanes) {
    const Simd::Vector values = load_up_to<Float32Source>(logits + i, n - i, logits[0]);
    largest = Simd::maximum(values, largest);
    nothing = Simd::fma(values, Simd::zero(), nothing);
  }
  if (Simd::sum(nothing) != 0.0f) return __builtin_nan("");
  const double top = static_cast<double>(Simd::maximum_of(largest));
  const Simd::Doubles shift = Simd::set_doubles(-top), lowest = Simd::set_doubles(-690.0);
  constexpr int chains = 4;
  Simd::Doubles sums[chains] = {Simd::zero_doubles(), Simd::zero_doubles(), Simd::zero_doubles(), Simd::zero_doubles()};
  constexpr std::int64_t step = chains * Simd::double_lanes;
  std::int64_t i = 0;
  for (; i < n; i += step) {
    float padded[step];
    const float* source = logits + i;
    if (n - i < step) {
      for (std::int64_t k = 0; k < step; ++k)
        padded[k] = k < n - i ? source[k] : -infinity;
      source = padded;
    }
    repeat<chains>([&](int k) {
      const Simd::Doubles x = Simd::add(Simd::load_doubles(source + k * Simd::double_lanes), shift);
      sums[k] = Simd::add(sums[k], exponential(Simd::maximum(x, lowest)));
    });
  }
  return top + log(Simd::sum(Simd::add(Simd::add(sums[0], sums[1]), Simd::add(sums[2], sums[3]))));
}

// The largest value first, then its first place: two passes without a dependency from element to element.
[[gnu::flatten]] std::int64_t argmax(const float* values, std::int64_t n) {
  Simd::Vector largest = Simd::set(-infinity);
  for (std::int64_t i = 0; i < n; i += Simd::lanes) {
    // NaN never replaces the largest value: it is the first operand.
    largest = Simd::maximum(load_up_to<Float32Source>(values + i, n - i, -infinity), largest);
  }
  const float top = Simd::maximum_of(largest);
  const Simd::Vector wanted = Simd::set(top);
  for (std::int64_t i = 0; i < n; i += Simd::lanes) {
    if (!Simd::any_equal(load_up_to<Float32Source>(values + i, n - i, -infinity), wanted)) continue;
    for (std::int64_t k = i; k < n && k < i + Simd::lanes; ++k) {
      if (values[k] == top) return k;
    }
  }
  return 0;
}

constexpr DecodeOps decode_ops_here = {
    rms_norm, rotary, silu_multiply, attention<Float32Source>, attention<BFloat16Source>, log_sum_exp, argmax};

}  // namespace
}  // namespace kelter
