// SPDX-License-Identifier: GPL-3.0-or-later
// Sparse products and decoding, once for vectors of any width: as many kept values as the next `lanes` bits have ones are
// loaded and spread to their columns. Pruned weights are multiplied as zeros, so that NaN and infinity in x come out as in the
// product of the decoded weights. Internal linkage: each instruction set keeps its own copy.
#pragma once

#include "core/kernels/matvec_simd.h"
#include "core/kernels/sparse_kernels.h"

namespace kelter {
namespace {

// A row's kept values, from the first to the last.
template <SparseValues type>
class ValueReader {
 public:
  ValueReader(const SparseView& weights, std::int64_t row) : end_(weights.values + weights.value_bytes) {
    const std::int64_t start = sparse_start(weights, row);
    place_ = weights.values + (type == SparseValues::float32 ? 4 * start : type == SparseValues::int4 ? start / 2 : 2 * start);
  }

  // The next values; those from `count` on are not to be used.
  Simd::Vector next(int count) {
    if constexpr (type == SparseValues::int4) {
      const Simd::Vector codes = Simd::nibbles(nibble_word(), Simd::lanes > 8 ? nibble_word_behind() : 0);
      taken_ += count;
      return codes;
    } else {
      constexpr int size = type == SparseValues::float32 ? 4 : 2;
      const std::uint8_t* source = place_;
      alignas(64) std::uint8_t last[4 * Simd::lanes];
      if (end_ - place_ < size * Simd::lanes) {
        std::memcpy(last, place_, static_cast<std::size_t>(size * count));
        source = last;
      }
      prefetch_ahead(source);
      place_ += size * count;
      if constexpr (type == SparseValues::float32) return Simd::load(reinterpret_cast<const float*>(source));
      if constexpr (type == SparseValues::float16) return Simd::load_float16(reinterpret_cast<const std::uint16_t*>(source));
      return Simd::load_bfloat16(reinterpret_cast<const std::uint16_t*>(source));
    }
  }

 private:
  // Eight codes from the next one on, and the eight behind them.
  std::uint64_t nibble_word() const { return word_at(place_, taken_ / 2, end_ - place_) >> (taken_ % 2 * 4); }
  std::uint64_t nibble_word_behind() const { return word_at(place_, taken_ / 2 + 4, end_ - place_) >> (taken_ % 2 * 4); }

  const std::uint8_t *place_, *end_;
  std::int64_t taken_ = 0;
};

// body(part of the block, column, weights / scale of the group) for each vector of columns in [begin, end); columns behind the last are zeros.
template <SparseValues type, class Body>
inline void each_vector(ValueReader<type>& values, const std::uint32_t* bits, std::int64_t begin, std::int64_t end, const Body& body) {
  for (std::int64_t c = begin; c < end; c += block_size) {
    const std::uint32_t word = bits[c / block_size];
    repeat<Simd::parts>([&](int part) {
      const std::uint32_t mask = word >> (part * Simd::lanes) & ((1u << Simd::lanes) - 1);
      const Simd::Vector kept = values.next(__builtin_popcount(mask));
      body(part, c + part * Simd::lanes, Simd::spread(kept, mask));
    });
  }
}

inline Simd::Vector group_scale_of(const SparseView& weights, std::int64_t index) {
  alignas(64) std::uint16_t halves[Simd::lanes] = {weights.scales[index]};
  alignas(64) float scale[Simd::lanes];
  Simd::store(scale, Simd::load_float16(halves));
  return Simd::set(scale[0]);
}

// x in whole blocks, zero behind the last column.
inline void pad_input(const MatvecTask& task, float* prepared, float*) {
  for (std::int64_t t = 0; t < task.tokens; ++t) {
    float* target = prepared + t * task.prepared_stride;
    std::memcpy(target, task.x + t * task.columns, static_cast<std::size_t>(task.columns) * sizeof(float));
    std::memset(target + task.columns, 0, static_cast<std::size_t>(task.prepared_stride - task.columns) * sizeof(float));
  }
}

template <SparseValues type>
struct SparseProduct {
  static constexpr int rows_at_once = 1;

  template <int rows, int tokens>
  [[gnu::flatten]] static void run(const MatvecTask& task, std::int64_t row, std::int64_t token) {
    const SparseView& weights = *task.sparse;
    const std::uint32_t* bits = weights.bits + row * weights.words();
    const float* x = task.prepared + token * task.prepared_stride;
    ValueReader<type> values(weights, row);
    Sums<1, tokens, 2> sums;
    if constexpr (type == SparseValues::int4) {
      for (std::int64_t g = 0; g < weights.groups(); ++g) {
        Sums<1, tokens, 2> dots;
        add(dots, values, bits, x, task.prepared_stride, g * weights.group, (g + 1) * weights.group);
        const Simd::Vector scale = group_scale_of(weights, row * weights.groups() + g);
        repeat<tokens>([&](int t) {
          repeat<2>([&](int k) { sums.chain[0][t][k] = Simd::fma(scale, dots.chain[0][t][k], sums.chain[0][t][k]); });
        });
      }
    } else {
      add(sums, values, bits, x, task.prepared_stride, 0, weights.columns);
    }
    sums.write(task, row, token);
  }

 private:
  template <int tokens>
  static void add(Sums<1, tokens, 2>& sums, ValueReader<type>& values, const std::uint32_t* bits, const float* x,
                  std::int64_t stride, std::int64_t begin, std::int64_t end) {
    each_vector(values, bits, begin, end, [&](int part, std::int64_t c, Simd::Vector w) {
      repeat<tokens>([&](int t) { sums.add(0, t, part, w, x + t * stride + c); });
    });
  }
};

template <SparseValues type>
[[gnu::flatten]] void decode_sparse_rows(const MatvecTask& task, std::int64_t begin, std::int64_t end, float* out) {
  const SparseView& weights = *task.sparse;
  const std::int64_t group = type == SparseValues::int4 ? weights.group : weights.columns;
  for (std::int64_t row = begin; row < end; ++row, out += weights.columns) {
    ValueReader<type> values(weights, row);
    for (std::int64_t first = 0; first < weights.columns; first += group) {
      Simd::Vector scale = Simd::set(1);
      if constexpr (type == SparseValues::int4) scale = group_scale_of(weights, row * weights.groups() + first / group);
      each_vector(values, weights.bits + row * weights.words(), first, first + group, [&](int, std::int64_t c, Simd::Vector w) {
        alignas(64) float buffer[Simd::lanes];
        const std::int64_t count = weights.columns - c < Simd::lanes ? weights.columns - c : Simd::lanes;
        Simd::store(buffer, Simd::multiply(w, scale));
        if (count > 0) std::memcpy(out + c, buffer, static_cast<std::size_t>(count) * sizeof(float));
      });
    }
  }
}

template <SparseValues type>
constexpr SparseKernel sparse_kernel = {{pad_input, multiply_rows<SparseProduct<type>>}, decode_sparse_rows<type>};

}  // namespace
}  // namespace kelter
