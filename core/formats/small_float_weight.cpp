// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/small_float_weight.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/parallel.h"
#include "core/formats/part_reader.h"
#include "core/kernels/grouped_integer.h"

namespace kelter {
namespace {

struct Named {
  const char* name;
  SmallFloatOptions options;
};

constexpr std::int64_t block = 128, mx_block = 32;

const std::vector<Named>& named_options() {
  using enum Element;
  using enum FloatScale;
  static const std::vector<Named> all = {{"nf4", {nf4, float32, 64, 1}},
                                         {"nf4-double", {nf4, coded, 64, 1}},
                                         {"fp4", {e2m1, float32, 64, 1}},
                                         {"fp4-double", {e2m1, coded, 64, 1}},
                                         {"fp8-e4m3-tensor", {e4m3, float32, 0, 0}},
                                         {"fp8-e4m3-row", {e4m3, float32, 0, 1}},
                                         {"fp8-e4m3-block", {e4m3, float32, block, block}},
                                         {"fp8-e5m2-tensor", {e5m2, float32, 0, 0}},
                                         {"fp8-e5m2-row", {e5m2, float32, 0, 1}},
                                         {"fp8-e5m2-block", {e5m2, float32, block, block}},
                                         {"mxfp8-e4m3", {e4m3, power_of_two, mx_block, 1}},
                                         {"mxfp8-e5m2", {e5m2, power_of_two, mx_block, 1}},
                                         {"mxfp6-e3m2", {e3m2, power_of_two, mx_block, 1}},
                                         {"mxfp6-e2m3", {e2m3, power_of_two, mx_block, 1}},
                                         {"mxfp4", {e2m1, power_of_two, mx_block, 1}},
                                         {"mxint8", {int8_64ths, power_of_two, mx_block, 1}}};
  return all;
}

std::int64_t checked_group(const SmallFloatOptions& options, std::int64_t columns) {
  const std::int64_t group = options.group == 0 ? columns : options.group;
  if (columns % group != 0)
    throw Error(ErrorCode::invalid_parameter, "The blocks of the format do not divide the row", "",
                std::to_string(columns) + " inputs are no multiple of " + std::to_string(group),
                "Choose a format with shorter blocks, or with one scale for a row or the tensor.");
  return group;
}

std::int64_t rows_per_scale(const SmallFloatOptions& options, std::int64_t rows) {
  return options.scale_rows == 0 ? std::max<std::int64_t>(rows, 1) : options.scale_rows;
}

int maximum_exponent(Element element) { return std::ilogb(element_maximum(element)); }

float largest_magnitude(const float* values, std::int64_t rows, std::int64_t count, std::int64_t stride) {
  float largest = 0;
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t i = 0; i < count; ++i) {
      const float value = values[r * stride + i];
      if (!std::isfinite(value)) throw Error(ErrorCode::not_finite, "A weight is not a finite number", "", "", "Check the checkpoint.");
      largest = std::max(largest, std::abs(value));
    }
  }
  return largest;
}

// The exponent's byte of a power-of-two scale. A block of zeros counts as the smallest normal number, as published code does.
std::uint8_t exponent_byte(float largest, Element element) {
  const int exponent = largest == 0 ? std::numeric_limits<float>::min_exponent - 1 : std::ilogb(largest);
  return static_cast<std::uint8_t>(std::clamp(exponent - maximum_exponent(element) + 127, 0, 254));
}

// The number that a weight is divided by and, for powers of two, its byte.
void choose_scale(float largest, const SmallFloatOptions& options, std::size_t index, SmallFloatCodes& out) {
  if (options.scale == FloatScale::power_of_two) {
    out.scale_bytes[index] = exponent_byte(largest, options.element);
    out.scales[index] = std::ldexp(1.0f, out.scale_bytes[index] - 127);
  } else {
    out.scales[index] = largest / element_maximum(options.element);
    const bool is_fp8 = options.element == Element::e4m3 || options.element == Element::e5m2;
    if (out.scales[index] == 0 && is_fp8) out.scales[index] = 1;
  }
}

// Codes of one row's part under one scale. NF4 multiplies by the rounded reciprocal, as its published vectors do.
void round_part(const float* values, std::int64_t count, float scale, Element element, TieRule ties, std::uint8_t* codes) {
  const float reciprocal = 1 / scale;
  for (std::int64_t i = 0; i < count; ++i) {
    float value = element == Element::nf4 ? std::clamp(values[i] * reciprocal, -1.0f, 1.0f) : values[i] / scale;
    if (scale == 0) value = 0;
    codes[i] = encode_element(element, value, ties);
  }
}

// Dettmers et al.: QLoRA, 3. The weights' codes are those of the scales before.
void code_scales(SmallFloatCodes& out) {
  const auto count = static_cast<std::int64_t>(out.scales.size());
  const std::vector<float>& table = dynamic_codes();
  out.offset = at::tensor(at::ArrayRef<float>(out.scales)).mean().item<float>();
  out.scale_bytes.resize(out.scales.size());
  for (std::int64_t first = 0; first < count; first += scales_per_block) {
    const std::int64_t last = std::min(count, first + scales_per_block);
    float largest = 0;
    for (std::int64_t i = first; i < last; ++i) largest = std::max(largest, std::abs(out.scales[static_cast<std::size_t>(i)] - out.offset));
    out.block_scales.push_back(largest);
    for (std::int64_t i = first; i < last; ++i) {
      float& scale = out.scales[static_cast<std::size_t>(i)];
      const float wanted = largest == 0 ? 0 : (scale - out.offset) / largest;
      const auto above = std::lower_bound(table.begin(), table.end(), wanted);
      auto nearest = above == table.end() ? above - 1 : above;
      if (above != table.begin() && wanted - *(above - 1) <= *nearest - wanted) nearest = above - 1;
      out.scale_bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(nearest - table.begin());
      scale = *nearest * largest + out.offset;
    }
  }
}

const char* element_name(Element element) {
  static const std::array<const char*, 7> names = {"nf4", "e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "int8_64ths"};
  return names[static_cast<std::size_t>(element)];
}

const char* scale_name(FloatScale scale) {
  return scale == FloatScale::float32 ? "float32" : scale == FloatScale::power_of_two ? "power_of_two" : "coded";
}

template <class Enum>
Enum from_name(const std::string& name, std::initializer_list<Enum> all, const char* (*name_of)(Enum)) {
  for (Enum one : all)
    if (name == name_of(one)) return one;
  throw Error(ErrorCode::unsupported, "The small-float format is not known", "\"" + name + "\"", "", "Open the file with a newer version.");
}

[[noreturn]] void no_number(const char* what) {
  throw Error(ErrorCode::file_malformed, "A stored weight is not a finite number", what, "", "Make or download the file again.");
}

// Codes and scales of a file, so that kernels need not look.
void check_codes(const Bytes& codes, Element element) {
  if (element != Element::e4m3 && element != Element::e5m2) return;
  const std::uint8_t first_bad = element == Element::e4m3 ? 0x7f : 0x7c;
  if (std::any_of(codes.span().begin(), codes.span().end(), [&](std::uint8_t code) { return (code & 0x7f) >= first_bad; }))
    no_number("codes");
}

void check_floats(const Bytes& bytes, const char* what) {
  const float* values = bytes.as<float>();
  if (!std::all_of(values, values + bytes.size() / sizeof(float), [](float value) { return std::isfinite(value); })) no_number(what);
}

}  // namespace

SmallFloatOptions small_float_options(const std::string& name) {
  for (const Named& one : named_options())
    if (name == one.name) return one.options;
  throw Error(ErrorCode::unsupported, "The small-float format is not known", "\"" + name + "\"");
}

const std::vector<float>& dynamic_codes() {
  static const std::vector<float> codes = [] {
    constexpr float low = 0.1f, high = 1;
    std::vector<float> out = {0, 1};
    for (int i = 0; i < 7; ++i) {
      const int pieces = 1 << i;
      const float step = (high - low) / static_cast<float>(pieces), power = static_cast<float>(std::pow(10.0, i - 6));
      // Bounds of evenly spaced pieces, rounded once, counted from the nearer end: as published tables have them.
      const auto bound = [&](int k) {
        return static_cast<float>(k < (pieces + 1) / 2 ? static_cast<double>(low) + static_cast<double>(step) * k
                                                       : static_cast<double>(high) - static_cast<double>(step) * (pieces - k));
      };
      for (int j = 0; j < pieces; ++j) {
        const float value = power * ((bound(j) + bound(j + 1)) / 2);
        out.push_back(value);
        out.push_back(-value);
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }();
  return codes;
}

SmallFloatCodes SmallFloatWeight::round_to_codes(const at::Tensor& values, const SmallFloatOptions& options, TieRule ties) {
  const at::Tensor input = values.to(at::kFloat).contiguous();
  SmallFloatCodes out;
  out.rows = input.size(0);
  out.columns = input.size(1);
  const std::int64_t group = checked_group(options, out.columns), groups = out.columns / group;
  const std::int64_t height = rows_per_scale(options, out.rows), bands = (out.rows + height - 1) / height;
  out.codes.resize(static_cast<std::size_t>(out.rows * out.columns));
  out.scales.resize(static_cast<std::size_t>(bands * groups));
  if (options.scale == FloatScale::power_of_two) out.scale_bytes.resize(out.scales.size());
  const float* data = input.const_data_ptr<float>();
  parallel_for(0, bands * groups, 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t row = i / groups * height, column = i % groups * group, count = std::min(height, out.rows - row);
      const float* first = data + row * out.columns + column;
      choose_scale(largest_magnitude(first, count, group, out.columns), options, static_cast<std::size_t>(i), out);
      for (std::int64_t r = 0; r < count; ++r)
        round_part(first + r * out.columns, group, out.scales[static_cast<std::size_t>(i)], options.element, ties,
                   out.codes.data() + (row + r) * out.columns + column);
    }
  });
  if (options.scale == FloatScale::coded) code_scales(out);
  return out;
}

std::shared_ptr<const SmallFloatWeight> SmallFloatWeight::pack(const SmallFloatCodes& codes, const SmallFloatOptions& options) {
  const int bits = element_bits(options.element);
  std::vector<std::uint8_t> packed(static_cast<std::size_t>(codes.rows * packed_row_bytes(codes.columns, bits)));
  pack_codes(codes.codes.data(), codes.rows, codes.columns, bits, packed.data());
  Bytes parameters;
  if (options.scale == FloatScale::coded) {
    std::vector<float> all = codes.block_scales;
    all.push_back(codes.offset);
    parameters = Bytes::own(std::move(all));
  }
  Bytes scales = options.scale == FloatScale::float32 ? Bytes::own(codes.scales) : Bytes::own(codes.scale_bytes);
  return std::make_shared<SmallFloatWeight>(std::vector<std::int64_t>{codes.rows, codes.columns}, options,
                                            Bytes::own(std::move(packed)), std::move(scales), std::move(parameters));
}

std::shared_ptr<const SmallFloatWeight> SmallFloatWeight::quantize(const at::Tensor& values, const SmallFloatOptions& options, TieRule ties) {
  return pack(round_to_codes(values, options, ties), options);
}

void SmallFloatWeight::check(const SmallFloatOptions& options, std::int64_t columns) { checked_group(options, columns); }

SmallFloatWeight::SmallFloatWeight(std::vector<std::int64_t> shape, SmallFloatOptions options, Bytes codes, Bytes scales, Bytes parameters)
    : WeightFormat(std::move(shape)), options_(options), codes_(std::move(codes)), scales_(std::move(scales)),
      parameters_(std::move(parameters)) {
  checked_group(options_, columns());
  const std::int64_t count = floats().scale_count(), blocks = (count + scales_per_block - 1) / scales_per_block;
  const auto expect = [](const Bytes& bytes, std::int64_t wanted, const char* what) {
    if (bytes.size() != static_cast<std::size_t>(wanted))
      throw Error(ErrorCode::shape_mismatch, "A small-float weight has the wrong number of bytes", what,
                  std::to_string(bytes.size()) + " bytes instead of " + std::to_string(wanted));
  };
  expect(codes_, rows() * packed_row_bytes(columns(), element_bits(options_.element)), "codes");
  expect(scales_, options_.scale == FloatScale::float32 ? 4 * count : count, "scales");
  expect(parameters_, options_.scale == FloatScale::coded ? 4 * (blocks + 1) : 0, "scale_parameters");
  check_codes(codes_, options_.element);
  if (options_.scale == FloatScale::float32) check_floats(scales_, "scales");
  check_floats(parameters_, "scale_parameters");
  const auto bytes = scales_.span();
  if (options_.scale == FloatScale::power_of_two && std::find(bytes.begin(), bytes.end(), 255) != bytes.end()) no_number("scales");
}

Weight SmallFloatWeight::load(const PartReader& reader) {
  auto shape = reader.shape();
  using enum Element;
  using enum FloatScale;
  SmallFloatOptions options;
  options.element = from_name(reader.text("element"), {nf4, e2m1, e2m3, e3m2, e4m3, e5m2, int8_64ths}, element_name);
  options.scale = from_name(reader.text("scale"), {float32, power_of_two, coded}, scale_name);
  const std::int64_t rows = shape.size() == 2 ? shape[0] : 1, columns = shape.back();
  options.group = reader.integer("group", 0, columns);
  options.scale_rows = reader.integer("scale_rows", 0, std::int64_t{1} << 40);
  if (options.group % 32 != 0)
    throw Error(ErrorCode::file_malformed, "A stored weight is not described correctly", "", "\"group\" is no multiple of 32",
                "Make or download the file again.");
  const std::int64_t height = rows_per_scale(options, rows);
  const std::int64_t count = ((rows - 1) / height + 1) * (columns / checked_group(options, columns));
  const std::int64_t blocks = (count + scales_per_block - 1) / scales_per_block;
  const auto part = [&](const char* name, std::int64_t bytes) { return reader.part(name, static_cast<std::uint64_t>(bytes)); };
  return std::make_shared<SmallFloatWeight>(
      std::move(shape), options, part("codes", rows * packed_row_bytes(columns, element_bits(options.element))),
      part("scales", options.scale == float32 ? 4 * count : count),
      options.scale == coded ? part("scale_parameters", 4 * (blocks + 1)) : Bytes());
}

SmallFloatCodes SmallFloatWeight::unpack() const {
  SmallFloatCodes out;
  const SmallFloatView view = floats();
  out.rows = rows();
  out.columns = columns();
  out.codes.resize(static_cast<std::size_t>(numel()));
  unpack_codes(codes_.data(), rows(), columns(), element_bits(options_.element), out.codes.data());
  const auto count = static_cast<std::size_t>(view.scale_count());
  if (options_.scale == FloatScale::float32) {
    out.scales.assign(scales_.as<float>(), scales_.as<float>() + count);
    return out;
  }
  out.scale_bytes.assign(scales_.data(), scales_.data() + count);
  if (options_.scale == FloatScale::coded) {
    const std::size_t blocks = parameters_.size() / sizeof(float) - 1;
    out.block_scales.assign(parameters_.as<float>(), parameters_.as<float>() + blocks);
    out.offset = view.scales.offset;
  }
  for (std::size_t i = 0; i < count; ++i) {
    out.scales.push_back(options_.scale == FloatScale::coded
                             ? dynamic_codes()[out.scale_bytes[i]] * out.block_scales[i / scales_per_block] + out.offset
                             : std::ldexp(1.0f, out.scale_bytes[i] - 127));
  }
  return out;
}

SmallFloatView SmallFloatWeight::floats() const {
  SmallFloatView view;
  view.codes = codes_.data();
  view.rows = rows();
  view.columns = columns();
  view.group = options_.group == 0 ? columns() : options_.group;
  view.element = options_.element;
  view.scales.kind = options_.scale;
  view.scales.values = scales_.data();
  view.scales.rows_per_scale = rows_per_scale(options_, rows());
  if (options_.scale == FloatScale::coded && parameters_.size() >= sizeof(float)) {
    view.scales.table = dynamic_codes().data();
    view.scales.block_scales = parameters_.as<float>();
    view.scales.offset = parameters_.as<float>()[parameters_.size() / sizeof(float) - 1];
  }
  return view;
}

std::string SmallFloatWeight::name() const {
  for (const Named& one : named_options())
    if (one.options == options_) return one.name;
  return std::string(element_name(options_.element)) + " g" + std::to_string(options_.group);
}

Json SmallFloatWeight::descriptor() const {
  return {{"kind", kind_name}, {"shape", shape()}, {"element", element_name(options_.element)},
          {"scale", scale_name(options_.scale)}, {"group", options_.group}, {"scale_rows", options_.scale_rows}};
}

std::vector<WeightPart> SmallFloatWeight::parts() const {
  const SmallFloatView view = floats();
  const std::int64_t groups = view.groups();
  std::vector<WeightPart> out = {
      {"codes", "U8", {rows(), packed_row_bytes(columns(), element_bits(options_.element))}, codes_},
      {"scales", options_.scale == FloatScale::float32 ? "F32" : "U8", {view.scale_count() / groups, groups}, scales_}};
  if (options_.scale == FloatScale::coded)
    out.push_back({"scale_parameters", "F32", {static_cast<std::int64_t>(parameters_.size() / sizeof(float))}, parameters_});
  return out;
}

at::Tensor SmallFloatWeight::decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const {
  at::Tensor values = at::empty({end - begin, columns()}, at::kFloat);
  decode_small_float(floats(), begin, end, values.mutable_data_ptr<float>());
  return values.to(dtype);
}

// Rows that share scales with others, or blocks of scales with them, cannot keep their codes and the encoding: their scales
// are then kept as float32 for each row.
Weight SmallFloatWeight::select_rows(const std::vector<std::int64_t>& rows) const {
  check_rows(rows, this->rows());
  const SmallFloatCodes all = unpack();
  const std::int64_t groups = floats().groups(), height = rows_per_scale(options_, this->rows());
  SmallFloatOptions options = options_;
  const bool keeps_bytes = options_.scale == FloatScale::power_of_two && height == 1;
  if (!keeps_bytes) options.scale = FloatScale::float32;
  options.scale_rows = 1;
  SmallFloatCodes out;
  out.rows = static_cast<std::int64_t>(rows.size());
  out.columns = columns();
  for (std::int64_t row : rows) {
    const std::int64_t first = row / height * groups;
    out.codes.insert(out.codes.end(), all.codes.begin() + row * columns(), all.codes.begin() + (row + 1) * columns());
    out.scales.insert(out.scales.end(), all.scales.begin() + first, all.scales.begin() + first + groups);
    if (keeps_bytes) out.scale_bytes.insert(out.scale_bytes.end(), all.scale_bytes.begin() + first, all.scale_bytes.begin() + first + groups);
  }
  return pack(out, options);
}

}  // namespace kelter
