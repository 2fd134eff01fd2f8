// SPDX-License-Identifier: GPL-3.0-or-later
// The matvec and decode loops for vectors of any width, written once over the names that simd.h provides. Internal
// linkage: each instruction set keeps its own copy.
//
// A block of 32 weights is decoded to exactly the floats that decoding gives, then multiplied with x by fused
// multiply-add into two sums per row and token (neighbouring vectors alternate), so that NaN and infinity
// behave as in the decoded product.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/kernels/matvec_kernels.h"
#include "core/kernels/simd.h"
#include "core/kernels/unroll.h"

namespace kelter {
namespace {

constexpr int block_size = 32;
constexpr int tokens_at_once = 4;

// The processor's own prefetching ends at each page; asking for memory this far ahead keeps it busy (measured:
// 10 to 40 % faster on weights that do not fit the caches). A prefetch past the end is harmless.
constexpr std::int64_t prefetch_bytes = 4096;

inline void prefetch_ahead(const void* p) { __builtin_prefetch(static_cast<const char*>(p) + prefetch_bytes); }

// Product::run<rows, tokens>(task, row, token) for all tokens, reading the rows from memory once.
template <class Product, int rows>
void multiply_all_tokens(const MatvecTask& task, std::int64_t row) {
  std::int64_t token = 0;
  for (; token + tokens_at_once <= task.tokens; token += tokens_at_once) {
    Product::template run<rows, tokens_at_once>(task, row, token);
  }
  switch (task.tokens - token) {
    case 3:
      return Product::template run<rows, 3>(task, row, token);
    case 2:
      return Product::template run<rows, 2>(task, row, token);
    case 1:
      return Product::template run<rows, 1>(task, row, token);
  }
}

template <class Product>
void multiply_rows(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  std::int64_t row = begin;
  for (; row + Product::rows_at_once <= end; row += Product::rows_at_once) {
    multiply_all_tokens<Product, Product::rows_at_once>(task, row);
  }
  for (; row < end; ++row)
    multiply_all_tokens<Product, 1>(task, row);
}

template <int rows, int tokens>
struct Sums {
  Simd::Vector chain[rows][tokens][2];

  Sums() {
    repeat<rows>([&](int r) { repeat<tokens>([&](int t) { chain[r][t][0] = chain[r][t][1] = Simd::zero(); }); });
  }
  void add(int row, int token, int part, Simd::Vector weights, const float* x) {
    chain[row][token][part % 2] = Simd::fma(weights, Simd::load(x), chain[row][token][part % 2]);
  }
  void write(const MatvecTask& task, std::int64_t first_row, std::int64_t first_token) const {
    repeat<tokens>([&](int t) {
      repeat<rows>([&](int r) {
        task.y[(first_token + t) * task.rows + first_row + r] = Simd::sum(Simd::add(chain[r][t][0], chain[r][t][1]));
      });
    });
  }
};

// ---- Dense rows ----------------------------------------------------------------------------------------

struct Float32Loader {
  using Element = float;
  static Simd::Vector load(const Element* p) { return Simd::load(p); }
};
struct Float16Loader {
  using Element = std::uint16_t;
  static Simd::Vector load(const Element* p) { return Simd::load_float16(p); }
};
struct BFloat16Loader {
  using Element = std::uint16_t;
  static Simd::Vector load(const Element* p) { return Simd::load_bfloat16(p); }
};

// The first `count` < lanes elements, zero after them.
template <class Loader>
Simd::Vector load_first(const typename Loader::Element* p, std::int64_t count) {
  typename Loader::Element buffer[Simd::lanes] = {};
  std::memcpy(buffer, p, static_cast<std::size_t>(count) * sizeof buffer[0]);
  return Loader::load(buffer);
}

template <class Loader>
struct DenseProduct {
  static constexpr int rows_at_once = Simd::rows_at_once;

  template <int rows, int tokens>
  [[gnu::flatten]] static void run(const MatvecTask& task, std::int64_t row, std::int64_t token) {
    const auto* weights = reinterpret_cast<const typename Loader::Element*>(task.weights) + row * task.columns;
    const float* x = task.x + token * task.columns;
    Sums<rows, tokens> sums;
    std::int64_t c = 0;
    for (; c + 2 * Simd::lanes <= task.columns; c += 2 * Simd::lanes) {
      repeat<2>([&](int part) {
        const std::int64_t at = c + part * Simd::lanes;
        repeat<rows>([&](int r) {
          prefetch_ahead(weights + r * task.columns + at);
          const Simd::Vector w = Loader::load(weights + r * task.columns + at);
          repeat<tokens>([&](int t) { sums.add(r, t, part, w, x + t * task.columns + at); });
        });
      });
    }
    for (; c < task.columns; c += Simd::lanes) {
      const std::int64_t count = task.columns - c < Simd::lanes ? task.columns - c : Simd::lanes;
      repeat<tokens>([&](int t) {
        const Simd::Vector values = load_first<Float32Loader>(x + t * task.columns + c, count);
        repeat<rows>([&](int r) {
          const Simd::Vector w = load_first<Loader>(weights + r * task.columns + c, count);
          sums.chain[r][t][0] = Simd::fma(w, values, sums.chain[r][t][0]);
        });
      });
    }
    sums.write(task, row, token);
  }
};

// ---- Blocks of codes -----------------------------------------------------------------------------------

// Adds `groups` groups of `per_group` blocks, `stride` bytes apart, to the sums. Row r starts at codes[r],
// scale[r] and offset[r]; x is at the column of the first block.
template <class Coder, int rows, int tokens>
inline void add_groups(Sums<rows, tokens>& sums, const std::uint8_t* const (&codes)[rows], std::int64_t stride,
                       const float* const (&scale)[rows], const float* const (&offset)[rows], std::int64_t groups,
                       std::int64_t per_group, const float* x, std::int64_t columns) {
  std::int64_t place = 0;
  for (std::int64_t g = 0; g < groups; ++g) {
    typename Coder::Map map[rows];
    repeat<rows>([&](int r) { map[r] = Coder::map(scale[r] + g, offset[r] + g); });
    for (std::int64_t b = 0; b < per_group; ++b, place += stride, x += block_size) {
      repeat<rows>([&](int r) {
        prefetch_ahead(codes[r] + place);
        Simd::Vector w[Simd::parts];
        Coder::decode(codes[r] + place, map[r], w);
        repeat<Simd::parts>([&](int part) {
          repeat<tokens>([&](int t) { sums.add(r, t, part, w[part], x + t * columns + part * Simd::lanes); });
        });
      });
    }
  }
}

// ggml: each block of `bytes` bytes starts with its float16 scale (and minimum), the codes end it.
template <class Coder, int bytes, int code_bytes>
struct GgmlProduct {
  static constexpr int rows_at_once = Simd::rows_at_once;
  static constexpr bool has_minimum = bytes - code_bytes == 4;
  static constexpr int stretch = 64;  // blocks whose scales are converted together

  template <int rows, int tokens>
  [[gnu::flatten]] static void run(const MatvecTask& task, std::int64_t row, std::int64_t token) {
    alignas(64) float scale[rows][stretch], offset[rows][stretch];
    const float* scales[rows];
    const float* offsets[rows];
    for (int r = 0; r < rows; ++r) {
      scales[r] = scale[r];
      offsets[r] = offset[r];
    }
    Sums<rows, tokens> sums;
    const std::int64_t blocks = task.columns / block_size;
    for (std::int64_t b = 0; b < blocks; b += stretch) {
      const int count = static_cast<int>(blocks - b < stretch ? blocks - b : stretch);
      const std::uint8_t* codes[rows];
      for (int r = 0; r < rows; ++r) {
        const std::uint8_t* first = task.weights + (row + r) * task.row_bytes + b * bytes;
        codes[r] = first + (bytes - code_bytes);
        Simd::read_scales(first, bytes, count, scale[r], has_minimum ? offset[r] : nullptr);
      }
      add_groups<Coder, rows, tokens>(sums, codes, bytes, scales, offsets, count, 1,
                                      task.x + token * task.columns + b * block_size, task.columns);
    }
    sums.write(task, row, token);
  }
};

// Decodes one block into the `count` first floats of out.
template <class Coder>
void decode_block(const std::uint8_t* codes, const typename Coder::Map& map, std::int64_t count, float* out) {
  Simd::Vector w[Simd::parts];
  Coder::decode(codes, map, w);
  alignas(64) float buffer[block_size];
  float* target = count < block_size ? buffer : out;
  repeat<Simd::parts>([&](int part) { Simd::store(target + part * Simd::lanes, w[part]); });
  if (count < block_size) std::memcpy(out, buffer, static_cast<std::size_t>(count) * sizeof(float));
}

template <int bits>
struct GroupedProduct {
  using Coder = AffineCoder<bits>;
  static constexpr int rows_at_once = Simd::rows_at_once;
  static constexpr int block_bytes = 4 * bits;

  template <int rows, int tokens>
  [[gnu::flatten]] static void run(const MatvecTask& task, std::int64_t row, std::int64_t token) {
    const std::uint8_t* codes[rows];
    const float* scale[rows];
    const float* offset[rows];
    for (int r = 0; r < rows; ++r) {
      codes[r] = task.weights + (row + r) * task.row_bytes;
      scale[r] = task.scale + (row + r) * task.groups;
      offset[r] = task.offset + (row + r) * task.groups;
    }
    const float* x = task.x + token * task.columns;
    Sums<rows, tokens> sums;
    add_groups<Coder, rows, tokens>(sums, codes, block_bytes, scale, offset, task.groups, task.group / block_size, x,
                                    task.columns);
    sums.write(task, row, token);
    const std::int64_t whole = task.columns / block_size * block_size;
    if (whole == task.columns) return;
    // The last block is only partly filled (group == columns): what pads it must not meet NaN or infinity.
    for (int r = 0; r < rows; ++r) {
      float w[block_size];
      decode_block<Coder>(codes[r] + whole / block_size * block_bytes, Coder::map(scale[r], offset[r]),
                          task.columns - whole, w);
      for (int t = 0; t < tokens; ++t) {
        float& y = task.y[(token + t) * task.rows + row + r];
        for (std::int64_t c = whole; c < task.columns; ++c)
          y += w[c - whole] * x[t * task.columns + c];
      }
    }
  }
};

// Rows [begin, end) to out, as decode_grouped_integer promises.
template <int bits>
[[gnu::flatten]] void decode_grouped_rows(const MatvecTask& task, std::int64_t begin, std::int64_t end, float* out) {
  using Coder = AffineCoder<bits>;
  for (std::int64_t row = begin; row < end; ++row) {
    const std::uint8_t* codes = task.weights + row * task.row_bytes;
    for (std::int64_t g = 0; g < task.groups; ++g) {
      const auto map = Coder::map(task.scale + row * task.groups + g, task.offset + row * task.groups + g);
      for (std::int64_t c = 0; c < task.group; c += block_size, codes += 4 * bits) {
        const std::int64_t count = task.group - c < block_size ? task.group - c : block_size;
        decode_block<Coder>(codes, map, count, out);
        out += count;
      }
    }
  }
}

}  // namespace
}  // namespace kelter
