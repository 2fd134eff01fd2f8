// SPDX-License-Identifier: GPL-3.0-or-later
// The column update for vectors of any width: lanes are rows. A strip of columns first takes all errors of the columns
// before it, a few columns at a time in registers, then its own ones. Each weight sees the same subtractions in the same
// order as in the reference, and the block is read and written once. The build sets -ffp-contract=off: a fused
// multiply-subtract would round once where the reference rounds twice.
#pragma once

#include <cstring>

#include "core/kernels/column_update_kernels.h"
#include "core/kernels/simd.h"
#include "core/kernels/unroll.h"

namespace kelter {
namespace {

using Vector = Simd::Vector;
constexpr std::int64_t lanes = Simd::lanes, vectors = 2, tile_rows = vectors * lanes;
constexpr std::int64_t columns_at_once = lanes == 16 ? 8 : 4;   // with two vectors each, what the registers hold
constexpr std::int64_t strip_columns = 16;

struct Tile {
  alignas(64) float weights[ColumnUpdate::most_pattern][tile_rows];   // the strip
  alignas(64) float errors[ColumnUpdate::most_columns][tile_rows];
  alignas(64) double losses[tile_rows];
  alignas(64) float pruned[ColumnUpdate::most_pattern][tile_rows];    // of the pattern, 1 = pruned
};

// Rows without a weight are zero everywhere, which disturbs nothing.
void read_rows(const float* source, std::int64_t count, float* target) {
  if (count == tile_rows) {
    std::memcpy(target, source, sizeof(float) * tile_rows);
  } else {
    for (std::int64_t r = 0; r < tile_rows; ++r) target[r] = r < count ? source[r] : 0.0f;
  }
}

void write_rows(const float* source, std::int64_t count, float* target) {
  std::memcpy(target, source, sizeof(float) * static_cast<std::size_t>(count));
}

struct Work {
  const ColumnUpdate& call;
  std::int64_t row, count;   // of the tile
  Tile& tile;

  const float* upper(std::int64_t c) const { return call.upper + c * call.upper_stride; }

  // Subtracts the errors of columns [0, before) from columns first … first + width - 1 of the block.
  template <int width>
  [[gnu::flatten]] void subtract_earlier(std::int64_t first, std::int64_t before, float (*strip)[tile_rows]) const {
    Vector sums[width][vectors];
    repeat<width>([&](auto j) {
      repeat<vectors>([&](auto v) { sums[j][v] = Simd::load(strip[j] + v * lanes); });
    });
    for (std::int64_t c = 0; c < before; ++c) {
      const float* factors = upper(c) + first;
      Vector error[vectors];
      repeat<vectors>([&](auto v) { error[v] = Simd::load(tile.errors[c] + v * lanes); });
      repeat<width>([&](auto j) {
        const Vector factor = Simd::set(factors[j]);
        repeat<vectors>([&](auto v) { sums[j][v] = Simd::subtract(sums[j][v], Simd::multiply(error[v], factor)); });
      });
    }
    repeat<width>([&](auto j) {
      repeat<vectors>([&](auto v) { Simd::store(strip[j] + v * lanes, sums[j][v]); });
    });
  }

  // The pattern at the start of `strip`; rank by counting, which needs no branch.
  void choose(std::int64_t first, const float (*strip)[tile_rows]) const {
    alignas(64) float scores[ColumnUpdate::most_pattern][lanes];
    const Vector one = Simd::set(1.0f), zero = Simd::zero(), wanted = Simd::set(static_cast<float>(call.of - call.kept));
    for (std::int64_t v = 0; v < vectors; ++v) {
      for (std::int64_t j = 0; j < call.of; ++j) {
        const Vector w = Simd::load(strip[j] + v * lanes), d = Simd::set(upper(first + j)[first + j]);
        Simd::store(scores[j], Simd::divide(Simd::multiply(w, w), Simd::multiply(d, d)));
      }
      for (std::int64_t j = 0; j < call.of; ++j) {
        const Vector mine = Simd::load(scores[j]);
        Vector smaller = zero;
        for (std::int64_t k = 0; k < j; ++k) smaller = Simd::add(smaller, Simd::load(scores[k]) <= mine ? one : zero);
        for (std::int64_t k = j + 1; k < call.of; ++k) smaller = Simd::add(smaller, Simd::load(scores[k]) < mine ? one : zero);
        Simd::store(tile.pruned[j] + v * lanes, smaller < wanted ? one : zero);
      }
    }
  }

  // 1 where the entries of column c are pruned, in `pruned`; whether any may be.
  bool find_pruned(std::int64_t c, float* pruned) const {
    if (call.of > 0) std::memcpy(pruned, tile.pruned[c % call.of], sizeof(float) * tile_rows);
    if (!call.pruned) return call.of > 0;
    const std::uint8_t* mask = call.pruned + c * call.rows + row;
    std::uint8_t whole[tile_rows] = {};
    std::memcpy(whole, mask, static_cast<std::size_t>(count));
    for (std::int64_t r = 0; r < tile_rows; ++r) {
      const float marked = whole[r] != 0 ? 1.0f : 0.0f;
      pruned[r] = call.of > 0 && pruned[r] > marked ? pruned[r] : marked;
    }
    return true;
  }

  // w on the grid; the codes as floats.
  template <ColumnRounding rounding>
  Vector round(Vector w, Vector pruned, const float* scale, const float* zero, const float* factor, float* codes) const {
    const Vector step = Simd::load(scale), point = Simd::load(zero), by = Simd::load(factor), nothing = Simd::zero();
    Vector code;
    if constexpr (rounding == ColumnRounding::minima) {
      code = Simd::round(Simd::divide(Simd::subtract(w, point), by));
    } else {
      const Vector steps = rounding == ColumnRounding::points ? Simd::divide(w, by) : Simd::multiply(w, by);
      code = Simd::add(Simd::round(steps), point);
      code = pruned > nothing ? point : code;
    }
    code = code > nothing ? code : nothing;
    const Vector largest = Simd::set(call.largest_code);
    code = code < largest ? code : largest;
    Simd::store(codes, code);
    if constexpr (rounding == ColumnRounding::minima) return Simd::add(Simd::multiply(code, step), point);
    return Simd::multiply(Simd::subtract(code, point), step);
  }

  template <ColumnRounding rounding>
  void quantize(std::int64_t c, const float* weights, const float* pruned, bool any_pruned, float* out) const {
    if constexpr (rounding == ColumnRounding::none) {
      for (std::int64_t v = 0; v < vectors; ++v) {
        const Vector w = Simd::load(weights + v * lanes);
        Simd::store(out + v * lanes, any_pruned ? (Simd::load(pruned + v * lanes) > Simd::zero() ? Simd::zero() : w) : w);
      }
    } else {
      alignas(64) float grid[3][tile_rows], codes[tile_rows];
      const std::int64_t place = call.group[c] * call.rows + row;
      read_rows(call.scale + place, count, grid[0]);
      read_rows(call.zero + place, count, grid[1]);
      read_rows(call.factor + place, count, grid[2]);
      for (std::int64_t r = count; r < tile_rows; ++r) grid[2][r] = 1.0f;
      for (std::int64_t v = 0; v < tile_rows; v += lanes)
        Simd::store(out + v, round<rounding>(Simd::load(weights + v), any_pruned ? Simd::load(pruned + v) : Simd::zero(), grid[0] + v,
                                             grid[1] + v, grid[2] + v, codes + v));
      std::uint8_t bytes[tile_rows];
      for (std::int64_t r = 0; r < tile_rows; ++r) bytes[r] = static_cast<std::uint8_t>(static_cast<int>(codes[r]));
      std::memcpy(call.codes + c * call.rows + row, bytes, static_cast<std::size_t>(count));
    }
  }

  // Column c, which is complete; its error goes to the `rest` columns behind it in the strip.
  template <ColumnRounding rounding>
  void finish_column(std::int64_t c, float (*strip)[tile_rows], std::int64_t rest) const {
    alignas(64) float q[tile_rows], pruned[tile_rows];
    const bool any_pruned = find_pruned(c, pruned);
    quantize<rounding>(c, strip[0], pruned, any_pruned, q);
    const float* factors = upper(c) + c;
    const Vector d = Simd::set(factors[0]);
    Vector error[vectors];
    for (std::int64_t v = 0; v < vectors; ++v) {
      error[v] = Simd::divide(Simd::subtract(Simd::load(strip[0] + v * lanes), Simd::load(q + v * lanes)), d);
      Simd::store(tile.errors[c] + v * lanes, error[v]);
    }
    for (std::int64_t j = 1; j <= rest; ++j) {
      const Vector factor = Simd::set(factors[j]);
      for (std::int64_t v = 0; v < vectors; ++v)
        Simd::store(strip[j] + v * lanes, Simd::subtract(Simd::load(strip[j] + v * lanes), Simd::multiply(error[v], factor)));
    }
    for (std::int64_t r = 0; r < tile_rows; ++r) {
      const double e = static_cast<double>(tile.errors[c][r]);
      tile.losses[r] += 0.5 * (e * e);
    }
    write_rows(q, count, call.weights + c * call.rows + row);
    write_rows(tile.errors[c], count, call.errors + c * call.rows + row);
  }

  template <ColumnRounding rounding>
  void run() const {
    for (std::int64_t r = 0; r < tile_rows; ++r) tile.losses[r] = r < count ? call.losses[row + r] : 0.0;
    // Whole patterns: they are judged with all errors of the columns before them subtracted.
    const std::int64_t strip = call.of <= 0 ? strip_columns : call.of >= strip_columns ? call.of : strip_columns / call.of * call.of;
    for (std::int64_t first = 0; first < call.columns; first += strip) {
      const std::int64_t width = call.columns - first < strip ? call.columns - first : strip;
      for (std::int64_t j = 0; j < width; ++j) read_rows(call.weights + (first + j) * call.rows + row, count, tile.weights[j]);
      std::int64_t j = 0;
      for (; j + columns_at_once <= width; j += columns_at_once) subtract_earlier<columns_at_once>(first + j, first, tile.weights + j);
      for (; j < width; ++j) subtract_earlier<1>(first + j, first, tile.weights + j);
      for (j = 0; j < width; ++j) {
        if (call.of > 0 && j % call.of == 0) choose(first + j, tile.weights + j);
        finish_column<rounding>(first + j, tile.weights + j, width - 1 - j);
      }
    }
    for (std::int64_t r = 0; r < count; ++r) call.losses[row + r] = tile.losses[r];
  }
};

void run(const ColumnUpdate& call, std::int64_t begin, std::int64_t end) {
  Tile tile{};
  for (std::int64_t row = begin; row < end; row += tile_rows) {
    const Work work{call, row, end - row < tile_rows ? end - row : tile_rows, tile};
    switch (call.rounding) {
      case ColumnRounding::none: work.run<ColumnRounding::none>(); break;
      case ColumnRounding::points: work.run<ColumnRounding::points>(); break;
      case ColumnRounding::multiplied: work.run<ColumnRounding::multiplied>(); break;
      case ColumnRounding::minima: work.run<ColumnRounding::minima>(); break;
    }
  }
}

constexpr ColumnUpdateKernels column_update_here = {run};

}  // namespace
}  // namespace kelter
