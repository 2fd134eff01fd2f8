// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/packed_layouts.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "core/base/parallel.h"
#include "core/formats/dense_weight.h"
#include "core/kernels/ggml_blocks.h"

namespace kelter {
namespace {

static_assert(std::endian::native == std::endian::little, "packed words are read as they are stored");

constexpr std::int64_t largest_size = std::int64_t{1} << 26;   // far above any linear; inputs fit int32, products 63 bits
constexpr const char* get_again = "Get the checkpoint again.";
constexpr const char* other_checkpoint = "Use another checkpoint of the model, or quantize it here from its dense one.";

[[noreturn]] void wrong_shape(const WeightPart& array, const std::string& wanted) {
  throw Error(ErrorCode::shape_mismatch, "An array of a quantized linear has the wrong shape", array.name,
              "it is " + array.dtype + " " + Json(array.shape).dump() + ", " + wanted, get_again);
}

const WeightPart* find(const StoredArrays& arrays, const std::string& name) {
  const auto found = arrays.find(name);
  return found == arrays.end() ? nullptr : &found->second;
}

[[noreturn]] void missing(const std::string& name) {
  throw Error(ErrorCode::missing_tensor, "An array of a quantized linear is missing", name, "", get_again);
}

const WeightPart& array(const StoredArrays& arrays, const std::string& name) {
  if (const WeightPart* found = find(arrays, name)) return *found;
  missing(name);
}

// Two sizes from 1 to largest_size.
const WeightPart& matrix(const StoredArrays& arrays, const std::string& name) {
  const WeightPart& found = array(arrays, name);
  const auto fits = [](std::int64_t size) { return size > 0 && size <= largest_size; };
  if (found.shape.size() != 2 || !fits(found.shape[0]) || !fits(found.shape[1])) wrong_shape(found, "a matrix is needed");
  return found;
}

// The numbers of an array that must be of this type and shape.
template <typename T>
const T* numbers(const WeightPart& array, const char* dtype, const std::vector<std::int64_t>& shape) {
  if (array.dtype != dtype || array.shape != shape) wrong_shape(array, std::string(dtype) + " " + Json(shape).dump() + " is needed");
  return array.data.as<T>();
}

// Codes laid end to end in 32-bit words that lie `stride` words apart.
struct CodeStream {
  const std::uint32_t* words;
  std::int64_t stride;
  int bits;

  std::uint8_t operator[](std::int64_t index) const {
    const std::int64_t bit = index * bits, word = bit / 32;
    const int shift = static_cast<int>(bit % 32);
    std::uint64_t both = words[word * stride];
    if (shift + bits > 32) both |= std::uint64_t{words[(word + 1) * stride]} << 32;
    return static_cast<std::uint8_t>((both >> shift) & ((1u << bits) - 1));
  }
  // The first `count` codes, word after word.
  void unpack(std::int64_t count, std::uint8_t* out) const {
    const std::uint32_t* next = words;
    std::uint64_t held = 0;
    int held_bits = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      if (held_bits < bits) {
        held |= std::uint64_t{*next} << held_bits;
        held_bits += 32;
        next += stride;
      }
      out[i] = static_cast<std::uint8_t>(held & ((1u << bits) - 1));
      held >>= bits;
      held_bits -= bits;
    }
  }
};

std::int64_t words_of(std::int64_t count, int bits) { return (count * bits + 31) / 32; }

at::ScalarType scale_type_of(const WeightPart& scales) {
  if (scales.dtype == "F16") return at::kHalf;
  if (scales.dtype == "BF16") return at::kBFloat16;
  if (scales.dtype == "F32") return at::kFloat;
  throw Error(ErrorCode::unsupported, "The scales of a quantized linear have an unknown type", scales.name,
              "it is " + scales.dtype + "; F16, BF16 and F32 are known", other_checkpoint);
}

// The scales of [rows, columns] as stored.
std::vector<float> read_scales(const WeightPart& scales, std::int64_t rows, std::int64_t columns) {
  if (scales.shape != std::vector{rows, columns}) wrong_shape(scales, Json::array({rows, columns}).dump() + " is needed");
  const at::ScalarType type = scale_type_of(scales);
  std::vector<float> out(static_cast<std::size_t>(rows * columns));
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = type == at::kFloat ? scales.data.as<float>()[i]
             : type == at::kHalf ? float16_to_float32(scales.data.as<std::uint16_t>()[i])
                                 : bfloat16_to_float32(scales.data.as<std::uint16_t>()[i]);
  }
  return out;
}

// [rows, columns] to [columns, rows].
std::vector<float> transposed(const std::vector<float>& values, std::int64_t rows, std::int64_t columns) {
  std::vector<float> out(values.size());
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < columns; ++c) out[static_cast<std::size_t>(c * rows + r)] = values[static_cast<std::size_t>(r * columns + c)];
  return out;
}

// Inputs per group; 0 stands for all.
std::int64_t inputs_per_group(std::int64_t group, std::int64_t inputs, const WeightPart& weight) {
  if (group == 0 || group == inputs) return inputs;
  if (group % 32 == 0 && group > 0 && inputs % group == 0) return group;
  throw Error(ErrorCode::unsupported, "The group size of a quantized linear is not supported", weight.name,
              "its groups have " + std::to_string(group) + " of " + std::to_string(inputs) +
                  " inputs; a multiple of 32 that divides them is needed, or all",
              other_checkpoint);
}

// The inputs sorted by the group that "g_idx" gives them; empty where that is their own order. Every group must be full.
std::vector<std::int32_t> read_order(const WeightPart& index, std::int64_t inputs, std::int64_t group) {
  const auto* groups = numbers<std::int32_t>(index, "I32", {inputs});
  const std::int64_t count = inputs / group;
  std::vector<std::int64_t> filled(static_cast<std::size_t>(count), 0);
  std::vector<std::int32_t> order(static_cast<std::size_t>(inputs));
  for (std::int64_t i = 0; i < inputs; ++i) {
    if (groups[i] < 0 || groups[i] >= count)
      throw Error(ErrorCode::file_malformed, "An input of a quantized linear has no group", index.name,
                  "input " + std::to_string(i) + " is in group " + std::to_string(groups[i]) + " of " + std::to_string(count), get_again);
    std::int64_t& place = filled[static_cast<std::size_t>(groups[i])];
    if (place == group)
      throw Error(ErrorCode::unsupported, "The groups of a quantized linear are not equally large", index.name,
                  "group " + std::to_string(groups[i]) + " has more than " + std::to_string(group) + " inputs", other_checkpoint);
    order[static_cast<std::size_t>(groups[i] * group + place++)] = static_cast<std::int32_t>(i);
  }
  if (std::is_sorted(order.begin(), order.end())) order.clear();
  return order;
}

// Codes of every output in stored order; `read_row(output, codes)` writes those of one output in the order of its inputs.
template <typename ReadRow>
std::vector<std::uint8_t> read_codes(std::int64_t outputs, std::int64_t inputs, const std::vector<std::int32_t>& order, const ReadRow& read_row) {
  std::vector<std::uint8_t> out(static_cast<std::size_t>(outputs * inputs));
  parallel_for(0, outputs, std::max<std::int64_t>(1, 65536 / inputs), [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::uint8_t> unordered(order.size());
    for (std::int64_t o = begin; o < end; ++o) {
      std::uint8_t* row = out.data() + o * inputs;
      read_row(o, order.empty() ? row : unordered.data());
      for (std::size_t j = 0; j < order.size(); ++j) row[j] = unordered[static_cast<std::size_t>(order[j])];
    }
  });
  return out;
}

// Packs what was read. A weight whose zero points are all the middle code is symmetric and stores none.
PackedWeight pack(IntegerCodes codes, IntegerOptions options) {
  const auto middle = static_cast<float>(1 << (options.bits - 1));
  options.symmetric = std::all_of(codes.zero.begin(), codes.zero.end(), [&](float zero) { return zero == middle; });
  return IntegerWeight::pack(codes, options);
}

// A group of all inputs need not be a multiple of 32.
IntegerOptions options_of(int bits, std::int64_t group, IntegerGrid grid, const WeightPart& scales) {
  return {bits, group % 32 == 0 ? group : 0, grid, false, scale_type_of(scales)};
}

// ---- GPTQ -----------------------------------------------------------------------------------------------------------

// A one in the lowest bit of every code of a word; 0 where codes cross words.
std::uint32_t ones_of_codes(int bits) { return bits == 2 ? 0x55555555u : bits == 4 ? 0x11111111u : bits == 8 ? 0x01010101u : 0u; }

// True zero points [groups, outputs].
std::vector<float> gptq_zeros(const WeightPart& stored, std::int64_t groups, std::int64_t outputs, const GptqLayout& layout) {
  const std::int64_t width = words_of(outputs, layout.bits);
  const auto* words = numbers<std::uint32_t>(stored, "I32", {groups, width});
  std::vector<std::uint32_t> raised(words, words + groups * width);
  const std::uint32_t ones = ones_of_codes(layout.bits);
  if (layout.zero_points == ZeroPoints::less_one_words)
    for (std::uint32_t& word : raised) word += ones;   // undoes the borrows, too
  const bool is_raised = layout.zero_points == ZeroPoints::less_one_words && ones != 0;
  const int less = layout.zero_points == ZeroPoints::as_they_are || is_raised ? 0 : 1, mask = (1 << layout.bits) - 1;
  std::vector<float> zeros(static_cast<std::size_t>(groups * outputs));
  for (std::int64_t g = 0; g < groups; ++g) {
    const CodeStream codes{raised.data() + g * width, 1, layout.bits};
    for (std::int64_t o = 0; o < outputs; ++o) {
      if (layout.zero_points == ZeroPoints::less_one_words && !is_raised && codes[o] == mask)
        throw Error(ErrorCode::unsupported, "A zero point of a quantized linear is ambiguous", stored.name,
                    "a zero point of 0 in " + std::to_string(layout.bits) + " bits, version 1, changes its neighbours",
                    "Save the checkpoint with checkpoint_format gptq_v2.");
      zeros[static_cast<std::size_t>(g * outputs + o)] = static_cast<float>((codes[o] + less) & mask);
    }
  }
  return zeros;
}

std::vector<std::int32_t> gptq_order(const StoredArrays& arrays, std::int64_t inputs, std::int64_t group, bool act_order) {
  if (const WeightPart* index = find(arrays, "g_idx")) return read_order(*index, inputs, group);
  if (act_order && group < inputs) missing("g_idx");   // which input is in which group is lost
  return {};
}

}  // namespace

PackedWeight integers_from_gptq(const StoredArrays& arrays, const GptqLayout& layout) {
  const WeightPart &weight = matrix(arrays, "qweight"), &scales = matrix(arrays, "scales");
  const std::int64_t inputs = weight.shape[0] * 32 / layout.bits, outputs = weight.shape[1];
  if (words_of(inputs, layout.bits) != weight.shape[0] || outputs * layout.bits % 32 != 0)
    wrong_shape(weight, "which holds no whole number of " + std::to_string(layout.bits) + "-bit codes");
  const auto* words = numbers<std::uint32_t>(weight, "I32", weight.shape);
  const std::int64_t group = inputs_per_group(layout.group, inputs, weight);
  IntegerCodes out{outputs, inputs, inputs / group, {}, {}, {}, gptq_order(arrays, inputs, group, layout.act_order)};
  out.scale = transposed(read_scales(scales, out.groups, outputs), out.groups, outputs);
  out.zero = transposed(gptq_zeros(array(arrays, "qzeros"), out.groups, outputs, layout), out.groups, outputs);
  out.codes = read_codes(outputs, inputs, out.order, [&](std::int64_t o, std::uint8_t* row) {
    CodeStream{words + o, outputs, layout.bits}.unpack(inputs, row);
  });
  return pack(std::move(out), options_of(layout.bits, layout.group, IntegerGrid::gptq, scales));
}

// ---- AutoAWQ --------------------------------------------------------------------------------------------------------

PackedWeight integers_from_awq(const StoredArrays& arrays, std::int64_t group_size) {
  constexpr int bits = 4;
  constexpr std::int64_t per_word = 8;
  constexpr std::int64_t place[per_word] = {0, 4, 1, 5, 2, 6, 3, 7};   // of output o % 8 in its word
  const WeightPart &weight = matrix(arrays, "qweight"), &scales = matrix(arrays, "scales");
  const std::int64_t inputs = weight.shape[0], width = weight.shape[1], outputs = width * per_word;
  const auto* words = numbers<std::uint32_t>(weight, "I32", weight.shape);
  const std::int64_t group = inputs_per_group(group_size, inputs, weight);
  const auto code = [&](std::uint32_t word, std::int64_t k) { return static_cast<std::uint8_t>(word >> (bits * place[k]) & 15u); };
  IntegerCodes out{outputs, inputs, inputs / group, {}, {}, {}, {}};
  const auto* zeros = numbers<std::uint32_t>(array(arrays, "qzeros"), "I32", {out.groups, width});
  out.scale = transposed(read_scales(scales, out.groups, outputs), out.groups, outputs);
  for (std::int64_t o = 0; o < outputs; ++o)
    for (std::int64_t g = 0; g < out.groups; ++g) out.zero.push_back(static_cast<float>(code(zeros[g * width + o / per_word], o % per_word)));
  out.codes.resize(static_cast<std::size_t>(outputs * inputs));
  parallel_for(0, width, std::max<std::int64_t>(1, 65536 / inputs), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t w = begin; w < end; ++w) {
      std::uint8_t* rows = out.codes.data() + w * per_word * inputs;
      for (std::int64_t i = 0; i < inputs; ++i)
        for (std::int64_t k = 0; k < per_word; ++k) rows[k * inputs + i] = code(words[i * width + w], k);
    }
  });
  return pack(std::move(out), options_of(bits, group_size, IntegerGrid::awq, scales));
}

// ---- compressed-tensors ---------------------------------------------------------------------------------------------

namespace {

// [out, in] of the linear.
std::pair<std::int64_t, std::int64_t> read_shape(const StoredArrays& arrays) {
  const WeightPart& stored = array(arrays, "weight_shape");
  const auto* sizes = numbers<std::int64_t>(stored, "I64", {2});
  const auto fits = [](std::int64_t size) { return size > 0 && size <= largest_size; };
  if (!fits(sizes[0]) || !fits(sizes[1]))
    throw Error(ErrorCode::file_malformed, "The shape of a quantized linear makes no sense", stored.name,
                std::to_string(sizes[0]) + " x " + std::to_string(sizes[1]), get_again);
  return {sizes[0], sizes[1]};
}

CompressedScheme scheme_of(const std::vector<CompressedScheme>& schemes, const WeightPart& weight, const WeightPart& scales,
                           bool symmetric, std::int64_t inputs) {
  for (const CompressedScheme& scheme : schemes) {
    const std::int64_t group = scheme.group == 0 ? inputs : scheme.group;
    if (scheme.symmetric == symmetric && words_of(inputs, scheme.bits) == weight.shape[1] && scales.shape[1] * group == inputs) return scheme;
  }
  throw Error(ErrorCode::unsupported, "A quantized linear follows no scheme of its checkpoint", weight.name,
              std::to_string(weight.shape[1]) + " words and " + std::to_string(scales.shape[1]) + " scales for " +
                  std::to_string(inputs) + " inputs, " + (symmetric ? "no zero points" : "zero points") +
                  "; old files of 3, 5 or 6 bits are packed in another way",
              other_checkpoint);
}

// True zero points [out, groups].
std::vector<float> compressed_zeros(const WeightPart& stored, std::int64_t outputs, std::int64_t groups, int bits) {
  std::vector<float> zeros;
  if (stored.dtype == "I8") {
    const auto* points = numbers<std::int8_t>(stored, "I8", {outputs, groups});
    for (std::int64_t i = 0; i < outputs * groups; ++i) {
      const int zero = points[i] + (1 << (bits - 1));
      if (zero < 0 || zero >= 1 << bits)
        throw Error(ErrorCode::file_malformed, "A zero point of a quantized linear is no code", stored.name,
                    std::to_string(points[i]) + " in " + std::to_string(bits) + " bits", get_again);
      zeros.push_back(static_cast<float>(zero));
    }
    return zeros;
  }
  const auto* words = numbers<std::uint32_t>(stored, "I32", {words_of(outputs, bits), groups});
  for (std::int64_t o = 0; o < outputs; ++o)
    for (std::int64_t g = 0; g < groups; ++g) zeros.push_back(static_cast<float>(CodeStream{words + g, groups, bits}[o]));
  return zeros;
}

// The library fills an index that it does not use with -1.
bool is_unused(const WeightPart& index) {
  return index.dtype == "I32" && !index.data.empty() && index.data.as<std::int32_t>()[0] == -1;
}

}  // namespace

PackedWeight integers_from_compressed_tensors(const StoredArrays& arrays, const std::vector<CompressedScheme>& schemes) {
  const WeightPart &weight = matrix(arrays, "weight_packed"), &scales = matrix(arrays, "weight_scale");
  const std::pair shape = read_shape(arrays);
  const std::int64_t outputs = shape.first, inputs = shape.second;
  const WeightPart* points = find(arrays, "weight_zero_point");
  const CompressedScheme scheme = scheme_of(schemes, weight, scales, points == nullptr, inputs);
  const std::int64_t group = inputs_per_group(scheme.group, inputs, weight), width = words_of(inputs, scheme.bits);
  const auto* words = numbers<std::uint32_t>(weight, "I32", {outputs, width});
  IntegerCodes out{outputs, inputs, inputs / group, {}, {}, {}, {}};
  const WeightPart* index = find(arrays, "weight_g_idx");
  if (index && !is_unused(*index)) {
    out.order = read_order(*index, inputs, group);
  } else if (scheme.act_order && group < inputs) {
    missing("weight_g_idx");
  }
  out.scale = read_scales(scales, outputs, out.groups);
  out.zero.assign(out.scale.size(), static_cast<float>(1 << (scheme.bits - 1)));
  if (points) out.zero = compressed_zeros(*points, outputs, out.groups, scheme.bits);
  out.codes = read_codes(outputs, inputs, out.order, [&](std::int64_t o, std::uint8_t* row) {
    CodeStream{words + o * width, 1, scheme.bits}.unpack(inputs, row);
  });
  return pack(std::move(out), options_of(scheme.bits, scheme.group, IntegerGrid::gptq, scales));
}

}  // namespace kelter
