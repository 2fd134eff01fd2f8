// SPDX-License-Identifier: GPL-3.0-or-later
// The matvec and decode loops for vectors of any width, written once over the names that simd.h provides. Internal
// linkage: each instruction set keeps its own copy.
//
// Packed weights are multiplied as codes: with W = scale * (code - zero) + minimum, the product with one group is
//   scale * sum (code - centre) x  +  (scale * (centre - zero) + minimum) * sum x
// where `centre` is the middle code, so that little cancels, and sum x is taken once for all rows. A decoded weight
// is never formed, which saves a third of the arithmetic. Where the result is not finite, the reference computes the
// row again: only the decoded weights tell NaN from infinity.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/kernels/matvec_kernels.h"
#include "core/kernels/scalar_blocks.h"
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

// `chains` sums side by side for each row and token, so that one addition need not wait for the one before.
template <int rows, int tokens, int chains>
struct Sums {
  Simd::Vector chain[rows][tokens][chains];

  Sums() {
    repeat<rows>([&](int r) {
      repeat<tokens>([&](int t) { repeat<chains>([&](int k) { chain[r][t][k] = Simd::zero(); }); });
    });
  }
  void add(int row, int token, int part, Simd::Vector weights, const float* x) {
    chain[row][token][part % chains] = Simd::fma(weights, Simd::load(x), chain[row][token][part % chains]);
  }
  float total(int row, int token) const {
    Simd::Vector sum = chain[row][token][0];
    repeat<chains - 1>([&](int k) { sum = Simd::add(sum, chain[row][token][k + 1]); });
    return Simd::sum(sum);
  }
  void write(const MatvecTask& task, std::int64_t first_row, std::int64_t first_token) const {
    repeat<tokens>([&](int t) {
      repeat<rows>([&](int r) { task.y[(first_token + t) * task.rows + first_row + r] = total(r, t); });
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

// Elements [place, place + lanes) of `count`, zero behind the last.
template <class Loader>
Simd::Vector load_part(const typename Loader::Element* p, std::int64_t place, std::int64_t count) {
  if (place + Simd::lanes <= count) return Loader::load(p + place);
  return place < count ? load_first<Loader>(p + place, count - place) : Simd::zero();
}

template <class Loader>
struct DenseProduct {
  static constexpr int rows_at_once = Simd::rows_at_once;

  template <int rows, int tokens>
  [[gnu::flatten]] static void run(const MatvecTask& task, std::int64_t row, std::int64_t token) {
    const auto* weights = reinterpret_cast<const typename Loader::Element*>(task.weights) + row * task.columns;
    const float* x = task.x + token * task.columns;
    Sums<rows, tokens, 2> sums;
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

// ---- Scales --------------------------------------------------------------------------------------------

// `count` <= 8 bytes at `place` of `size` bytes as a little-endian word, zero behind the end.
inline std::uint64_t word_at(const void* bytes, std::int64_t place, std::int64_t size) {
  std::uint64_t word = 0;
  const auto* p = static_cast<const std::uint8_t*>(bytes) + place;
  if (place + 8 <= size) {
    std::memcpy(&word, p, 8);
  } else if (place < size) {
    std::memcpy(&word, p, static_cast<std::size_t>(size - place));
  }
  return word;
}

// Entries [first, first + lanes) of a stream of `count` entries; what lies behind the last is not to be used.
template <int bits>
Simd::Vector stream_at(const void* stream, std::int64_t first, std::int64_t count) {
  const std::int64_t size = (count * bits + 7) / 8, place = first * bits / 8;
  const int shift = static_cast<int>(first * bits % 8);
  // Eight entries take exactly `bits` bytes, so that the next eight have the same shift.
  const std::uint64_t next = Simd::lanes > 8 ? word_at(stream, place + bits, size) >> shift : 0;
  return Simd::stream_values<bits>(word_at(stream, place, size) >> shift, next);
}

// Numbers [first, first + lanes) of `count`, as above.
inline Simd::Vector numbers_at(const void* values, ScaleType type, std::int64_t first, std::int64_t count) {
  const auto* bytes = static_cast<const std::uint8_t*>(values) + first * (type == ScaleType::float32 ? 4 : 2);
  alignas(64) std::uint8_t last[4 * Simd::lanes] = {};
  if (first + Simd::lanes > count) {
    std::memcpy(last, bytes, static_cast<std::size_t>((count - first) * (type == ScaleType::float32 ? 4 : 2)));
    bytes = last;
  }
  switch (type) {
    case ScaleType::float32:
      return Simd::load(reinterpret_cast<const float*>(bytes));
    case ScaleType::float16:
      return Simd::load_float16(reinterpret_cast<const std::uint16_t*>(bytes));
    case ScaleType::bfloat16:
      break;
  }
  return Simd::load_bfloat16(reinterpret_cast<const std::uint16_t*>(bytes));
}

// W = scale * (code - zero) + minimum, a group in each lane.
struct GroupVectors {
  Simd::Vector scale, zero, minimum;
};

template <int bits>
GroupVectors groups_at(const MatvecTask& task, std::int64_t first) {
  const std::int64_t count = task.rows * task.groups;
  GroupVectors out{numbers_at(task.scales, task.scale_type, first, count), Simd::zero(), Simd::zero()};
  switch (task.zero_kind) {
    case ZeroKind::middle:
      out.zero = Simd::set(1 << (bits - 1));
      break;
    case ZeroKind::points:
      out.zero = stream_at<bits>(task.zeros, first, count);
      break;
    case ZeroKind::minima:
      out.minimum = numbers_at(task.zeros, task.scale_type, first, count);
      break;
  }
  return out;
}

// ---- Blocks of codes -----------------------------------------------------------------------------------

// MatvecKernel::prepare: x in whole blocks, in the order in which Codes gives the weights, and its sums.
template <class Codes>
[[gnu::flatten]] void prepare_blocks(const MatvecTask& task, float* prepared, float* group_sums) {
  const std::int64_t per_group = (task.group + block_size - 1) / block_size;
  for (std::int64_t t = 0; t < task.tokens; ++t) {
    const float* x = task.x + t * task.columns;
    std::int64_t left = task.columns;
    for (std::int64_t g = 0; g < task.sum_stride; ++g) {
      Simd::Vector sum = Simd::zero();
      for (std::int64_t b = 0; b < per_group && left > 0; ++b, x += block_size, prepared += block_size) {
        Simd::Vector v[Simd::parts];
        repeat<Simd::parts>([&](int part) {
          v[part] = load_part<Float32Loader>(x, part * Simd::lanes, left);
          sum = Simd::add(sum, v[part]);
        });
        Codes::arrange(v);
        repeat<Simd::parts>([&](int part) { Simd::store(prepared + part * Simd::lanes, v[part]); });
        left -= block_size;
      }
      *group_sums++ = Simd::sum(sum);
    }
  }
}

// Where scales and codes lie. groups(): scale and offset (see the top) of the groups from `first` on, counted over all
// rows; lanes beyond `count` are not to be used.

// In front of each block, which is `bytes` long and ends with its codes.
template <class BlockCodes, int bytes, int code_bytes>
struct GgmlBlocks {
  using Codes = BlockCodes;
  static constexpr int stride = bytes, header = bytes - code_bytes;
  static constexpr bool has_offset = header == 4;

  static void groups(const MatvecTask& task, std::int64_t first, std::int64_t count, Simd::Vector& scale,
                     Simd::Vector& offset) {
    Simd::Vector minimum;
    Simd::read_headers(task.weights + first * bytes, bytes, count, scale, minimum);
    offset = Simd::fma(scale, Simd::set(Codes::centre), minimum);
  }
};

template <int bits>
struct GroupedBlocks {
  using Codes = FastCodes<bits>;
  static constexpr int stride = 4 * bits, header = 0;
  static constexpr bool has_offset = true;

  static void groups(const MatvecTask& task, std::int64_t first, std::int64_t, Simd::Vector& scale,
                     Simd::Vector& offset) {
    const GroupVectors vectors = groups_at<bits>(task, first);
    scale = vectors.scale;
    offset = Simd::fma(Simd::subtract(Simd::set(Codes::centre), vectors.zero), scale, vectors.minimum);
  }
};

// The scales and offsets of some rows as floats, each row behind the other; converting them for several rows at a time
// costs a fraction of what it costs row by row.
template <class Blocks>
class ConvertedGroups {
 public:
  explicit ConvertedGroups(const MatvecTask& task)
      : rows_(task.groups * Simd::rows_at_once < most ? most / task.groups / Simd::rows_at_once * Simd::rows_at_once
                                                      : Simd::rows_at_once),
        room_(rows_ * task.groups + 2 * Simd::lanes) {
    values_ = new float[static_cast<std::size_t>(2 * room_)];
  }
  ~ConvertedGroups() { delete[] values_; }
  ConvertedGroups(const ConvertedGroups&) = delete;
  ConvertedGroups& operator=(const ConvertedGroups&) = delete;

  std::int64_t rows() const { return rows_; }  // at a time
  void convert(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
    const std::int64_t first = begin * task.groups, count = (end - begin) * task.groups;
    Simd::Vector scale, offset = Simd::zero();
    std::int64_t g = 0;
    for (; g < count; g += Simd::lanes) {
      Blocks::groups(task, first + g, count - g, scale, offset);
      Simd::store(values_ + g, scale);
      if constexpr (Blocks::has_offset) Simd::store(values_ + room_ + g, Simd::keep_first(offset, count - g));
    }
    // A row's offsets are read in whole vectors: what follows the last one meets sums that are zero.
    if constexpr (Blocks::has_offset) Simd::store(values_ + room_ + g, Simd::zero());
  }
  const float* scales() const { return values_; }
  const float* offsets() const { return values_ + room_; }

 private:
  // Scales in front of their blocks are read before the codes, which ask for the memory that follows: not more at a time
  // than they asked for.
  static constexpr std::int64_t most = Blocks::header > 0 ? prefetch_bytes / 2 / Blocks::stride : 512;
  std::int64_t rows_, room_;
  float* values_;
};

// Rows without columns.
inline void multiply_nothing(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
  for (std::int64_t t = 0; t < task.tokens; ++t) {
    for (std::int64_t row = begin; row < end; ++row)
      task.y[t * task.rows + row] = 0;
  }
}

template <class Blocks>
struct PackedProduct {
  using Codes = typename Blocks::Codes;

  static void multiply(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
    if (task.groups == 0) return multiply_nothing(task, begin, end);
    ConvertedGroups<Blocks> groups(task);
    for (; begin < end; begin += groups.rows()) {
      const std::int64_t last = end - begin < groups.rows() ? end : begin + groups.rows();
      groups.convert(task, begin, last);
      std::int64_t token = 0;
      for (; token + tokens_at_once <= task.tokens; token += tokens_at_once)
        run_rows<tokens_at_once>(task, groups, begin, last, token);
      switch (task.tokens - token) {
        case 3:
          run_rows<3>(task, groups, begin, last, token);
          break;
        case 2:
          run_rows<2>(task, groups, begin, last, token);
          break;
        case 1:
          run_rows<1>(task, groups, begin, last, token);
          break;
      }
      recompute_if_not_finite(task, begin, last);
    }
  }

 private:
  static void recompute_if_not_finite(const MatvecTask& task, std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      bool finite = true;
      for (std::int64_t t = 0; t < task.tokens; ++t)
        finite &= task.y[t * task.rows + row] * 0.0f == 0.0f;
      if (!finite) task.exact(task, row, row + 1);
    }
  }

  template <int tokens>
  static void run_rows(const MatvecTask& task, const ConvertedGroups<Blocks>& groups, std::int64_t begin,
                       std::int64_t end, std::int64_t token) {
    // Short groups overlap with their neighbours anyway, and every chain costs a multiplication per group.
    constexpr int many = tokens > 2 ? 1 : tokens == 2 ? 2 : Simd::parts;
    switch ((task.group + block_size - 1) / block_size) {
      case 1:
        return run<tokens, 1, 1>(task, groups, begin, end, token);
      case 2:
        return run<tokens, 1, 2>(task, groups, begin, end, token);
    }
    run<tokens, many, 0>(task, groups, begin, end, token);
  }

  template <int tokens, int chains, int fixed_blocks>
  [[gnu::flatten]] static void run(const MatvecTask& task, const ConvertedGroups<Blocks>& groups, std::int64_t begin,
                                   std::int64_t end, std::int64_t token) {
    const float* scales = groups.scales();
    const float* offsets = groups.offsets();
    for (; begin + Simd::rows_at_once <= end; begin += Simd::rows_at_once) {
      run_few<Simd::rows_at_once, tokens, chains, fixed_blocks>(task, begin, token, scales, offsets);
      scales += Simd::rows_at_once * task.groups;
      offsets += Simd::rows_at_once * task.groups;
    }
    for (; begin < end; ++begin, scales += task.groups, offsets += task.groups)
      run_few<1, tokens, chains, fixed_blocks>(task, begin, token, scales, offsets);
  }

  template <int rows, int tokens, int chains, int fixed_blocks>
  static void run_few(const MatvecTask& task, std::int64_t row, std::int64_t token, const float* scales,
                      const float* offsets) {
    Sums<rows, tokens, chains> sums;
    if constexpr (Blocks::has_offset) {
      const float* x_sums = task.group_sums + token * task.sum_stride;
      for (std::int64_t g = 0; g < task.groups; g += Simd::lanes) {
        repeat<rows>([&](int r) {
          const Simd::Vector offset = Simd::load(offsets + r * task.groups + g);
          repeat<tokens>([&](int t) { sums.add(r, t, 0, offset, x_sums + t * task.sum_stride + g); });
        });
      }
    }
    const std::uint8_t* codes = task.weights + row * task.row_bytes + Blocks::header;
    const float* x = task.prepared + token * task.prepared_stride;
    const std::int64_t per_group = (task.group + block_size - 1) / block_size;
    for (std::int64_t g = 0; g < task.groups; ++g) {
      Sums<rows, tokens, chains> dots;
      const auto add = [&](int) {
        add_block(dots, task, codes, x);
        codes += Blocks::stride;
        x += block_size;
      };
      if constexpr (fixed_blocks > 0) {
        repeat<fixed_blocks>(add);
      } else {
        for (std::int64_t b = 0; b < per_group; ++b)
          add(0);
      }
      repeat<rows>([&](int r) {
        const Simd::Vector factor = Simd::set(scales[r * task.groups + g]);
        repeat<tokens>([&](int t) {
          repeat<chains>([&](int k) { sums.chain[r][t][k] = Simd::fma(factor, dots.chain[r][t][k], sums.chain[r][t][k]); });
        });
      });
    }
    sums.write(task, row, token);
  }

  template <int rows, int tokens, int chains>
  static void add_block(Sums<rows, tokens, chains>& dots, const MatvecTask& task, const std::uint8_t* codes,
                        const float* x) {
    repeat<rows>([&](int r) {
      prefetch_ahead(codes + r * task.row_bytes);
      Simd::Vector w[Simd::parts];
      Codes::values(codes + r * task.row_bytes, w);
      repeat<Simd::parts>([&](int part) {
        repeat<tokens>([&](int t) { dots.add(r, t, part, w[part], x + t * task.prepared_stride + part * Simd::lanes); });
      });
    });
  }
};

template <class Blocks>
constexpr MatvecKernel packed_kernel = {prepare_blocks<typename Blocks::Codes>, PackedProduct<Blocks>::multiply};

template <int bits>
constexpr MatvecKernel grouped_kernel = packed_kernel<GroupedBlocks<bits>>;

// ---- Blocks whose parts have scales of their own ---------------------------------------------------------

// A block is decoded, as decode_ggml_rows does it, and multiplied from the cache.
template <class Block>
struct DecodedProduct {
  static constexpr int rows_at_once = 1;

  template <int rows, int tokens>
  [[gnu::flatten]] static void run(const MatvecTask& task, std::int64_t row, std::int64_t token) {
    static_assert(Block::size % (2 * Simd::lanes) == 0);
    const std::uint8_t* block = task.weights + row * task.row_bytes;
    const float* x = task.x + token * task.columns;
    Sums<1, tokens, 2> sums;
    for (std::int64_t c = 0; c < task.columns; c += Block::size, block += Block::bytes) {
      prefetch_ahead(block);
      alignas(64) float weights[Block::size];
      Block::decode(block, weights);
      for (int j = 0; j < Block::size; j += 2 * Simd::lanes) {
        repeat<2>([&](int part) {
          const int at = j + part * Simd::lanes;
          const Simd::Vector w = Simd::load(weights + at);
          repeat<tokens>([&](int t) { sums.add(0, t, part, w, x + t * task.columns + c + at); });
        });
      }
    }
    sums.write(task, row, token);
  }
};

template <class Block>
constexpr MatvecKernel decoded_kernel = {nullptr, multiply_rows<DecodedProduct<Block>>};

// ---- Decoding ------------------------------------------------------------------------------------------

// Decodes one block into the `count` first floats of out.
template <class Codes>
void decode_block(const std::uint8_t* codes, float scale, float zero, float minimum, std::int64_t count, float* out) {
  Simd::Vector w[Simd::parts];
  Codes::values(codes, w);
  alignas(64) float buffer[block_size];
  float* target = count < block_size ? buffer : out;
  const Simd::Vector shift = Simd::set(zero - Codes::centre);
  repeat<Simd::parts>([&](int part) {
    const Simd::Vector scaled = Simd::multiply(Simd::subtract(w[part], shift), Simd::set(scale));
    Simd::store(target + part * Simd::lanes, Simd::add(scaled, Simd::set(minimum)));
  });
  if (count < block_size) std::memcpy(out, buffer, static_cast<std::size_t>(count) * sizeof(float));
}

// Rows [begin, end) to out, as decode_grouped_integer promises.
template <int bits>
[[gnu::flatten]] void decode_grouped_rows(const MatvecTask& task, std::int64_t begin, std::int64_t end, float* out) {
  alignas(64) float scale[Simd::lanes], zero[Simd::lanes], minimum[Simd::lanes];
  const std::uint8_t* codes = task.weights + begin * task.row_bytes;
  for (std::int64_t g = begin * task.groups; g < end * task.groups; ++g) {
    const std::int64_t place = (g - begin * task.groups) % Simd::lanes;
    if (place == 0) {
      const GroupVectors vectors = groups_at<bits>(task, g);
      Simd::store(scale, vectors.scale);
      Simd::store(zero, vectors.zero);
      Simd::store(minimum, vectors.minimum);
    }
    for (std::int64_t c = 0; c < task.group; c += block_size, codes += 4 * bits) {
      const std::int64_t count = task.group - c < block_size ? task.group - c : block_size;
      decode_block<NaturalCodes<bits>>(codes, scale[place], zero[place], minimum[place], count, out);
      out += count;
    }
  }
}

}  // namespace
}  // namespace kelter
