// SPDX-License-Identifier: GPL-3.0-or-later
// The products with activations rounded to 8 bits (core/kernels/int8_matvec_kernels.h), written once over the tiles of
// int8_tiles_avx2.h and int8_tiles_avx512.h. Internal linkage: each instruction set keeps its own copy.
#pragma once

#include "core/kernels/int8_matvec_kernels.h"
#include "core/kernels/matvec_simd.h"

#ifdef __AVX512F__
#include "core/kernels/int8_tiles_avx512.h"
#else
#include "core/kernels/int8_tiles_avx2.h"
#endif

namespace kelter {
namespace {

// What meets one tile of weights: Tile::blocks blocks of x, in the order in which the tile gives its codes.
template <class Tile>
struct RoundedTile {
  static constexpr int lanes_per_block = Simd::lanes / Tile::blocks;

  std::int8_t codes[block_size * Tile::blocks];
  std::int32_t bias[Simd::lanes];  // -centre * sum of the codes that meet in the lane
  float factor[Simd::lanes];       // the scale of the block of the lane
  // Which scale of the weights belongs to a lane, counted from that of the first lane; the same for all tokens and written
  // for the first one alone. Looking up uses the lowest bits only, so lane 0 keeps in the bits above them where to count
  // from in the row.
  std::int32_t index[Simd::lanes];

  void set_factor(int block, float scale) {
    for (int i = 0; i < lanes_per_block; ++i)
      factor[block * lanes_per_block + i] = scale;
  }
  void set_bias() {
    std::memset(bias, 0, sizeof bias);
    if constexpr (Tile::has_bias) Int8Simd::store_negative(bias, Tile::dot(bias, Tile::centres(), codes));
  }
  std::int64_t first_group() const { return index[0] / Simd::lanes; }
  void set_index(std::int64_t first_block, std::int64_t per_group, std::int64_t groups) {
    const std::int64_t first = first_block / per_group;
    for (int lane = 0; lane < Simd::lanes; ++lane) {
      const std::int64_t group = (first_block + lane / lanes_per_block) / per_group;
      index[lane] = static_cast<std::int32_t>((group < groups ? group : groups - 1) - first);
    }
    index[0] = static_cast<std::int32_t>(first * Simd::lanes);
  }
};

inline std::int64_t blocks_of(std::int64_t columns) { return (columns + block_size - 1) / block_size; }

template <class Tile>
RoundedTile<Tile>* rounded_tiles(const MatvecTask& task, float* prepared, std::int64_t token) {
  static_assert(sizeof(RoundedTile<Tile>) * int8_columns / (block_size * Tile::blocks) <= int8_columns * sizeof(float));
  return reinterpret_cast<RoundedTile<Tile>*>(prepared + token * task.prepared_stride);
}

// Rounds `left` columns, at most a block of them, into a tile; returns the sum of what the codes stand for.
template <class Tile>
float round_into(RoundedTile<Tile>& tile, int block, const float* x, std::int64_t left) {
  float last[block_size] = {};
  if (left < block_size) {
    if (left > 0) std::memcpy(last, x, static_cast<std::size_t>(left) * sizeof(float));
    x = last;
  }
  float scale = 0;
  const int sum = Int8Simd::round_block(x, tile.codes + Tile::half_place(block, 0), tile.codes + Tile::half_place(block, 1), scale);
  tile.set_factor(block, scale);
  return scale * static_cast<float>(sum);
}

// MatvecKernel::prepare
template <class Tile>
void prepare_rounded(const MatvecTask& task, float* prepared, float* group_sums) {
  const std::int64_t per_group = blocks_of(task.group), blocks = blocks_of(task.columns);
  std::memset(group_sums, 0, static_cast<std::size_t>(task.tokens * task.sum_stride) * sizeof(float));
  for (std::int64_t t = 0; t < task.tokens; ++t, group_sums += task.sum_stride) {
    RoundedTile<Tile>* tile = rounded_tiles<Tile>(task, prepared, t);
    const float* x = task.x + t * task.columns;
    std::int64_t group = 0, in_group = 0;
    for (std::int64_t first = 0; first < blocks; first += Tile::blocks, ++tile) {
      for (int b = 0; b < Tile::blocks; ++b) {
        const std::int64_t done = (first + b) * block_size;
        const float sum = round_into(*tile, b, x + done, task.columns - done < 0 ? 0 : task.columns - done);
        if (done < task.columns) group_sums[group] += sum;
        if (++in_group == per_group) ++group, in_group = 0;
      }
      tile->set_bias();
      if (t == 0) tile->set_index(first, per_group, task.groups);
    }
  }
}

template <class Blocks, class Tile>
struct RoundedProduct {
  static void multiply(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
    if (task.groups == 0) return multiply_nothing(task, begin, end);
    ConvertedGroups<Blocks> groups(task);
    for (; begin < end; begin += groups.rows()) {
      const std::int64_t last = end - begin < groups.rows() ? end : begin + groups.rows();
      groups.convert(task, begin, last);
      run_from<tokens_at_once>(task, groups, begin, last, 0);
    }
  }

 private:
  static constexpr int most_rows = 4;
  static constexpr std::int64_t tile_bytes = Tile::blocks * Blocks::stride;

  // All tokens from `token` on, `tokens` at a time; the rest fewer at a time.
  template <int tokens>
  static void run_from(const MatvecTask& task, const ConvertedGroups<Blocks>& groups, std::int64_t begin, std::int64_t end,
                       std::int64_t token) {
    for (; token + tokens <= task.tokens; token += tokens)
      run<tokens>(task, groups, begin, end, token);
    if constexpr (tokens > 1) run_from<tokens - 1>(task, groups, begin, end, token);
  }

  template <int tokens>
  [[gnu::flatten]] static void run(const MatvecTask& task, const ConvertedGroups<Blocks>& groups, std::int64_t begin,
                                   std::int64_t end, std::int64_t token) {
    run_rows<tokens == 1 ? most_rows : Simd::rows_at_once, tokens>(task, begin, end, token, groups.scales(), groups.offsets());
  }

  // All rows from `begin` on, `rows` at a time; the rest fewer at a time.
  template <int rows, int tokens>
  static void run_rows(const MatvecTask& task, std::int64_t begin, std::int64_t end, std::int64_t token, const float* scales,
                       const float* offsets) {
    for (; begin + rows <= end; begin += rows, scales += rows * task.groups, offsets += rows * task.groups)
      run_few<rows, tokens>(task, begin, token, scales, offsets);
    if constexpr (rows > 1) run_rows<rows / 2, tokens>(task, begin, end, token, scales, offsets);
  }

  template <int rows, int tokens>
  static void run_few(const MatvecTask& task, std::int64_t row, std::int64_t token, const float* scales, const float* offsets) {
    Sums<rows, tokens, 1> sums;
    if constexpr (Blocks::has_offset) add_offsets(sums, task, token, offsets);
    const std::uint8_t* codes = task.weights + row * task.row_bytes + Blocks::header;
    const auto* x = tiles(task, token);
    const auto* index = tiles(task, 0);
    std::int64_t left = blocks_of(task.columns);
    for (; left >= Tile::blocks; left -= Tile::blocks, ++x, ++index, codes += tile_bytes)
      add_tile(sums, task, x, *index, scales, codes, [](const std::uint8_t* p) { return Tile::load(p); });
    if (left > 0)
      add_tile(sums, task, x, *index, scales, codes, [&](const std::uint8_t* p) { return Tile::load_first(p, left); });
    write(sums, task, row, token);
  }

  template <int rows, int tokens>
  static void write(const Sums<rows, tokens, 1>& sums, const MatvecTask& task, std::int64_t row, std::int64_t token) {
    if constexpr (rows == 4) {
      repeat<tokens>([&](int t) {
        Simd::store_sums(task.y + (token + t) * task.rows + row, sums.chain[0][t][0], sums.chain[1][t][0], sums.chain[2][t][0],
                         sums.chain[3][t][0]);
      });
    } else {
      sums.write(task, row, token);
    }
  }

  // Every cache line is asked for, those of the rest of a row, too, and behind the rows that are read at the same time:
  // a line that is not costs as much as several that are.
  template <int rows>
  static void prefetch_later(const MatvecTask& task, const std::uint8_t* codes) {
    const std::int64_t all = rows * task.row_bytes;
    const std::uint8_t* later = codes + (all > prefetch_bytes ? all : prefetch_bytes);
    __builtin_prefetch(later);
    if constexpr (tile_bytes > 64) __builtin_prefetch(later + tile_bytes / 2);
  }

  static const RoundedTile<Tile>* tiles(const MatvecTask& task, std::int64_t token) {
    return rounded_tiles<Tile>(task, const_cast<float*>(task.prepared), token);
  }

  // The part that does not depend on the codes. What follows a row's last offset is another row's and must not show, even
  // if it is not finite.
  template <int rows, int tokens>
  static void add_offsets(Sums<rows, tokens, 1>& sums, const MatvecTask& task, std::int64_t token, const float* offsets) {
    const float* x_sums = task.group_sums + token * task.sum_stride;
    for (std::int64_t g = 0; g < task.groups; g += Simd::lanes) {
      repeat<rows>([&](int r) {
        const Simd::Vector offset = Simd::keep_first(Simd::load(offsets + r * task.groups + g), task.groups - g);
        repeat<tokens>([&](int t) { sums.add(r, t, 0, offset, x_sums + t * task.sum_stride + g); });
      });
    }
  }

  // load(place): the codes of a tile. x: the tile of the first token; place: of the first row.
  template <int rows, int tokens, class Load>
  static void add_tile(Sums<rows, tokens, 1>& sums, const MatvecTask& task, const RoundedTile<Tile>* x,
                       const RoundedTile<Tile>& index, const float* scales, const std::uint8_t* place, const Load& load) {
    scales += index.first_group();
    repeat<rows>([&](int r) {
      prefetch_later<rows>(task, place + r * task.row_bytes);
      const typename Tile::Codes codes = load(place + r * task.row_bytes);
      const Simd::Vector scale = Int8Simd::look_up(index.index, scales + r * task.groups);
      repeat<tokens>([&](int t) {
        const auto& values = *reinterpret_cast<const RoundedTile<Tile>*>(reinterpret_cast<const float*>(x) + t * task.prepared_stride);
        const Simd::Vector dots = Int8Simd::to_floats(Tile::dot(values.bias, codes, values.codes));
        const Simd::Vector scaled = Simd::multiply(dots, Simd::load(values.factor));
        sums.chain[r][t][0] = Simd::fma(scaled, scale, sums.chain[r][t][0]);
      });
    });
  }
};

template <class Blocks, class Tile>
constexpr MatvecKernel rounded_kernel = {prepare_rounded<Tile>, RoundedProduct<Blocks, Tile>::multiply};

// The table of an instruction set.
constexpr Int8MatvecKernels int8_kernels = {rounded_kernel<GgmlBlocks<FastCodes<4>, 18, 16>, NibbleTile<18>>,
                                            rounded_kernel<GgmlBlocks<FastCodes<4>, 20, 16>, NibbleTile<20>>,
                                            rounded_kernel<GgmlBlocks<SignedByteCodes, 34, 32>, ByteTile<34, true>>,
                                            rounded_kernel<GroupedBlocks<4>, NibbleTile<16>>,
                                            rounded_kernel<GroupedBlocks<8>, ByteTile<32, false>>};

}  // namespace
}  // namespace kelter
