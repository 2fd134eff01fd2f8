// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/integer_weight.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/parallel.h"
#include "core/formats/dense_weight.h"
#include "core/formats/part_reader.h"
#include "core/kernels/ggml_blocks.h"
#include "core/kernels/grouped_integer.h"

namespace kelter {
namespace {

std::size_t scale_bytes(at::ScalarType type) { return c10::elementSize(type); }
std::string container_dtype(at::ScalarType type) { return type == at::kFloat ? "F32" : type == at::kHalf ? "F16" : "BF16"; }

float round_to_type(float value, at::ScalarType type) {
  if (type == at::kHalf) return float16_to_float32(float32_to_float16(value));
  if (type == at::kBFloat16) return bfloat16_to_float32(float32_to_bfloat16(value));
  return value;
}

Bytes store_scales(const std::vector<float>& values, at::ScalarType type) {
  if (type == at::kFloat) return Bytes::own(values);
  std::vector<std::uint16_t> out(values.size());
  std::transform(values.begin(), values.end(), out.begin(), type == at::kHalf ? float32_to_float16 : float32_to_bfloat16);
  return Bytes::own(std::move(out));
}

std::vector<float> load_scales(const Bytes& bytes, std::int64_t count, at::ScalarType type) {
  std::vector<float> out(static_cast<std::size_t>(count));
  if (type == at::kFloat) {
    std::copy_n(bytes.as<float>(), count, out.begin());
  } else {
    std::transform(bytes.as<std::uint16_t>(), bytes.as<std::uint16_t>() + count, out.begin(),
                   type == at::kHalf ? float16_to_float32 : bfloat16_to_float32);
  }
  return out;
}

// Scale and zero point (or minimum) of one group; the order of the float32 operations is the published one.
struct GroupGrid {
  float scale, zero;
  float inverse = 0;  // absmax multiplies by a reciprocal, as its published code does
};

GroupGrid gptq_grid(float low, float high, float largest_code, const IntegerOptions& options) {
  low = std::min(low, 0.0f);
  high = std::max(high, 0.0f);
  if (options.symmetric) {
    high = std::max(std::abs(low), high);
    if (low < 0) low = -high;
  }
  if (low == 0 && high == 0) {
    low = -1;
    high = 1;
  }
  const float scale = round_to_type((high - low) / largest_code, options.scale_type);
  if (options.symmetric) return {scale, (largest_code + 1) / 2};
  return {scale, scale == 0 ? 0 : std::clamp(std::nearbyint(-low / scale), 0.0f, largest_code)};
}

GroupGrid awq_grid(float low, float high, float largest_code, const IntegerOptions& options) {
  constexpr float smallest_range = 1e-5f;
  if (options.symmetric) {
    const float largest = std::max(std::max(std::abs(low), std::abs(high)), smallest_range);
    const float half = (largest_code + 1) / 2;
    return {round_to_type(largest / (half - 1), options.scale_type), half};
  }
  const float scale = round_to_type(std::max(high - low, smallest_range) / largest_code, options.scale_type);
  return {scale, scale == 0 ? 0 : std::clamp(-std::nearbyint(low / scale), 0.0f, largest_code)};
}

GroupGrid minmax_grid(float low, float high, float largest_code, const IntegerOptions& options) {
  const float minimum = round_to_type(low, options.scale_type);
  return {round_to_type((high - low) / largest_code, options.scale_type), minimum};
}

GroupGrid absmax_grid(float low, float high, float largest_code, const IntegerOptions& options) {
  const float largest = std::max(std::abs(low), std::abs(high)), half = (largest_code + 1) / 2;
  return {round_to_type(largest / (half - 1), options.scale_type), half, largest == 0 ? 0 : (half - 1) * (1 / largest)};
}

GroupGrid group_grid(float low, float high, float largest_code, const IntegerOptions& options) {
  switch (options.grid) {
    case IntegerGrid::gptq: return gptq_grid(low, high, largest_code, options);
    case IntegerGrid::awq: return awq_grid(low, high, largest_code, options);
    case IntegerGrid::absmax: return absmax_grid(low, high, largest_code, options);
    case IntegerGrid::minmax: break;
  }
  return minmax_grid(low, high, largest_code, options);
}

// Error(not_finite) unless every weight the grid can decode to is finite. The widest product a decoder forms must be, too, not only the scale.
GroupGrid checked_grid(float low, float high, bool finite, std::int64_t row, std::int64_t group, const IntegerOptions& options) {
  const float largest_code = static_cast<float>((1 << options.bits) - 1);
  const GroupGrid grid = group_grid(low, high, largest_code, options);
  if (!finite || !std::isfinite(grid.scale * (largest_code + 1)) || !std::isfinite(grid.zero))
    throw Error(ErrorCode::not_finite, finite ? "A scale overflows its number type" : "A weight is not a finite number",
                "row " + std::to_string(row) + ", group " + std::to_string(group), "",
                finite ? "Use scale_type=bfloat16 or float32." : "Check the checkpoint.");
  return grid;
}

void round_group(const float* values, std::int64_t count, const GroupGrid& grid, float largest_code,
                 IntegerGrid convention, std::uint8_t* codes) {
  for (std::int64_t i = 0; i < count; ++i) {
    float code = 0;
    if (convention == IntegerGrid::minmax) {
      code = grid.scale == 0 ? 0 : std::nearbyint((values[i] - grid.zero) / grid.scale);
    } else if (convention == IntegerGrid::absmax) {
      code = std::nearbyint(values[i] * grid.inverse) + grid.zero;
    } else {
      code = (grid.scale == 0 ? 0 : std::nearbyint(values[i] / grid.scale)) + grid.zero;
    }
    codes[i] = static_cast<std::uint8_t>(std::clamp(code, 0.0f, largest_code));
  }
}

std::int64_t checked_group(const IntegerOptions& options, std::int64_t columns) {
  const std::vector<int> allowed = {2, 3, 4, 5, 6, 8};
  if (std::find(allowed.begin(), allowed.end(), options.bits) == allowed.end())
    throw Error(ErrorCode::invalid_parameter, "This number of bits cannot be packed", "bits",
                std::to_string(options.bits), "Use 2, 3, 4, 5, 6 or 8.");
  if (options.grid == IntegerGrid::minmax && options.symmetric)
    throw Error(ErrorCode::invalid_parameter, "A free minimum cannot be symmetric", "grid=minmax, symmetric=true", "",
                "Use grid=gptq for a symmetric grid.");
  if (options.grid == IntegerGrid::absmax && !options.symmetric)
    throw Error(ErrorCode::invalid_parameter, "This grid is always symmetric", "grid=absmax, symmetric=false", "",
                "Use symmetric=true, or grid=gptq or awq for zero points.");
  if (options.group == 0) return columns;
  if (options.group < 0 || options.group % 32 != 0)
    throw Error(ErrorCode::invalid_parameter, "The group is no multiple of 32", "group",
                std::to_string(options.group), "Use 32, 64, 128, ... or 0 for whole rows.");
  if (columns % options.group != 0)
    throw Error(ErrorCode::invalid_parameter, "The group does not divide the row", "group",
                std::to_string(columns) + " inputs are no multiple of " + std::to_string(options.group),
                "Use a group that divides every width of the model, or 0 for whole rows.");
  return options.group;
}

void check_order(const Bytes& order, std::int64_t columns) {
  if (order.empty()) return;
  std::vector<bool> seen(static_cast<std::size_t>(columns));
  bool good = order.size() == seen.size() * sizeof(std::int32_t);
  for (std::size_t j = 0; good && j < seen.size(); ++j) {
    const std::int32_t input = order.as<std::int32_t>()[j];
    good = input >= 0 && input < columns && !seen[static_cast<std::size_t>(input)];
    if (good) seen[static_cast<std::size_t>(input)] = true;
  }
  if (!good)
    throw Error(ErrorCode::file_malformed, "The column order of a packed weight is damaged", "",
                "it must name each of " + std::to_string(columns) + " inputs once", "Make or download the file again.");
}

}  // namespace

const char* to_string(IntegerGrid grid) {
  switch (grid) {
    case IntegerGrid::gptq: return "gptq";
    case IntegerGrid::awq: return "awq";
    case IntegerGrid::absmax: return "absmax";
    case IntegerGrid::minmax: break;
  }
  return "minmax";
}

IntegerGrid integer_grid_from_name(const std::string& name) {
  for (IntegerGrid grid : {IntegerGrid::gptq, IntegerGrid::awq, IntegerGrid::minmax, IntegerGrid::absmax})
    if (name == to_string(grid)) return grid;
  throw Error(ErrorCode::unsupported, "The integer grid is not known", "\"" + name + "\"", "", "Use gptq, awq, minmax or absmax.");
}

IntegerCodes IntegerWeight::round_to_grid(const at::Tensor& values, const IntegerOptions& options) {
  const at::Tensor input = values.to(at::kFloat).contiguous();
  IntegerCodes out;
  out.rows = input.size(0);
  out.columns = input.size(1);
  const std::int64_t group = checked_group(options, out.columns);
  out.groups = out.columns / group;
  out.codes.resize(static_cast<std::size_t>(out.rows * out.columns));
  out.scale.resize(static_cast<std::size_t>(out.rows * out.groups));
  out.zero.resize(out.scale.size());
  const float* data = input.const_data_ptr<float>();
  const float largest_code = static_cast<float>((1 << options.bits) - 1);
  parallel_for(0, out.rows * out.groups, 256, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t g = begin; g < end; ++g) {
      const float* first = data + g * group;
      float low = first[0], high = first[0];
      bool finite = true;
      for (std::int64_t i = 0; i < group; ++i) {
        finite &= std::isfinite(first[i]);
        low = std::min(low, first[i]);
        high = std::max(high, first[i]);
      }
      const GroupGrid grid = checked_grid(low, high, finite, g / out.groups, g % out.groups, options);
      out.scale[static_cast<std::size_t>(g)] = grid.scale;
      out.zero[static_cast<std::size_t>(g)] = grid.zero;
      round_group(first, group, grid, largest_code, options.grid, out.codes.data() + g * group);
    }
  });
  return out;
}

IntegerGrids IntegerWeight::grids(const at::Tensor& low, const at::Tensor& high, const IntegerOptions& options) {
  const at::Tensor least = low.contiguous(), greatest = high.contiguous();
  IntegerGrids out = {at::empty_like(least), at::empty_like(least), at::empty_like(least)};
  const float *lows = least.const_data_ptr<float>(), *highs = greatest.const_data_ptr<float>();
  float *scale = out.scale.mutable_data_ptr<float>(), *zero = out.zero.mutable_data_ptr<float>(), *factor = out.factor.mutable_data_ptr<float>();
  const std::int64_t rows = least.size(1);
  for (std::int64_t i = 0; i < least.numel(); ++i) {
    const GroupGrid grid = checked_grid(lows[i], highs[i], std::isfinite(lows[i]) && std::isfinite(highs[i]), i % rows, i / rows, options);
    scale[i] = grid.scale;
    zero[i] = grid.zero;
    factor[i] = options.grid == IntegerGrid::absmax ? grid.inverse : grid.scale == 0 ? std::numeric_limits<float>::infinity() : grid.scale;
  }
  return out;
}

std::shared_ptr<const IntegerWeight> IntegerWeight::pack(const IntegerCodes& codes, const IntegerOptions& options) {
  std::vector<std::uint8_t> packed(static_cast<std::size_t>(codes.rows * packed_row_bytes(codes.columns, options.bits)));
  pack_codes(codes.codes.data(), codes.rows, codes.columns, options.bits, packed.data());
  Bytes zeros;
  if (options.grid == IntegerGrid::minmax) {
    zeros = store_scales(codes.zero, options.scale_type);
  } else if (!options.symmetric) {
    std::vector<std::uint8_t> points(codes.zero.size());
    std::transform(codes.zero.begin(), codes.zero.end(), points.begin(), [](float z) { return static_cast<std::uint8_t>(z); });
    std::vector<std::uint8_t> stream((points.size() * static_cast<std::size_t>(options.bits) + 7) / 8);
    pack_stream(points.data(), static_cast<std::int64_t>(points.size()), options.bits, stream.data());
    zeros = Bytes::own(std::move(stream));
  }
  return std::make_shared<IntegerWeight>(std::vector<std::int64_t>{codes.rows, codes.columns}, options,
                                         Bytes::own(std::move(packed)), store_scales(codes.scale, options.scale_type),
                                         std::move(zeros), codes.order.empty() ? Bytes() : Bytes::own(codes.order));
}

std::shared_ptr<const IntegerWeight> IntegerWeight::quantize(const at::Tensor& values, const IntegerOptions& options) {
  return pack(round_to_grid(values, options), options);
}

IntegerWeight::IntegerWeight(std::vector<std::int64_t> shape, IntegerOptions options, Bytes codes, Bytes scales, Bytes zeros,
                             Bytes order)
    : WeightFormat(std::move(shape)), options_(options), codes_(std::move(codes)), scales_(std::move(scales)),
      zeros_(std::move(zeros)), order_(std::move(order)) {
  checked_group(options_, columns());
  const auto count = static_cast<std::size_t>(rows() * groups());
  const std::size_t zero_bytes = options_.grid == IntegerGrid::minmax ? count * scale_bytes(options_.scale_type)
                                 : options_.symmetric                ? 0
                                                      : (count * static_cast<std::size_t>(options_.bits) + 7) / 8;
  if (codes_.size() != static_cast<std::size_t>(rows() * packed_row_bytes(columns(), options_.bits)) ||
      scales_.size() != count * scale_bytes(options_.scale_type) || zeros_.size() != zero_bytes)
    throw Error(ErrorCode::shape_mismatch, "A packed weight has the wrong number of bytes", "", name());
  check_order(order_, columns());
}

Weight IntegerWeight::load(const PartReader& reader) {
  auto shape = reader.shape();
  if (shape.size() != 2) throw Error(ErrorCode::file_malformed, "A packed weight must be a matrix");
  IntegerOptions options;
  options.bits = static_cast<int>(reader.integer("bits", 2, 8));
  options.group = reader.integer("group", 0, shape[1]);
  options.grid = integer_grid_from_name(reader.text("grid"));
  options.symmetric = reader.boolean("symmetric");
  options.scale_type = dtype_from_name(reader.text("scale_type"));
  const std::int64_t group = checked_group(options, shape[1]);
  const auto count = static_cast<std::uint64_t>(shape[0] * (shape[1] / group));
  const std::uint64_t scales = count * scale_bytes(options.scale_type);
  Bytes zeros;
  if (options.grid == IntegerGrid::minmax) {
    zeros = reader.part("minima", scales);
  } else if (!options.symmetric) {
    zeros = reader.part("zeros", (count * static_cast<std::uint64_t>(options.bits) + 7) / 8);
  }
  const auto code_bytes = static_cast<std::uint64_t>(shape[0] * packed_row_bytes(shape[1], options.bits));
  Bytes order;
  if (reader.boolean("permuted", false)) order = reader.part("order", static_cast<std::uint64_t>(shape[1]) * sizeof(std::int32_t));
  return std::make_shared<IntegerWeight>(std::move(shape), options, reader.part("codes", code_bytes),
                                         reader.part("scales", scales), std::move(zeros), std::move(order));
}

std::string IntegerWeight::name() const {
  return "int" + std::to_string(options_.bits) + (options_.group == 0 ? " row" : " g" + std::to_string(options_.group)) +
         (permuted() ? " permuted" : "");
}

Json IntegerWeight::descriptor() const {
  Json out = {{"kind", kind_name},           {"shape", shape()},
              {"bits", options_.bits},       {"group", options_.group},
              {"grid", to_string(options_.grid)}, {"symmetric", options_.symmetric},
              {"scale_type", dtype_name(options_.scale_type)}};
  if (permuted()) out["permuted"] = true;
  return out;
}

std::vector<WeightPart> IntegerWeight::parts() const {
  std::vector<WeightPart> out = {
      {"codes", "U8", {rows(), packed_row_bytes(columns(), options_.bits)}, codes_},
      {"scales", container_dtype(options_.scale_type), {rows(), groups()}, scales_}};
  if (options_.grid == IntegerGrid::minmax) {
    out.push_back({"minima", container_dtype(options_.scale_type), {rows(), groups()}, zeros_});
  } else if (!options_.symmetric) {
    out.push_back({"zeros", "U8", {static_cast<std::int64_t>(zeros_.size())}, zeros_});
  }
  if (permuted()) out.push_back({"order", "I32", {columns()}, order_});
  return out;
}

void IntegerWeight::check(const IntegerOptions& options, std::int64_t columns) { checked_group(options, columns); }

std::int64_t IntegerWeight::count_clipped_groups(const at::Tensor& values) const {
  // Half a step each for code and zero point; half a step more for a rounded scale at the far end of the grid.
  constexpr float explained_steps = 1.5f;
  at::Tensor by_column = (decode(at::kFloat) - values.to(at::kFloat)).abs();
  if (permuted()) by_column = by_column.index_select(1, at::tensor(at::ArrayRef<std::int32_t>(order_.as<std::int32_t>(), static_cast<std::size_t>(columns()))));
  const at::Tensor error = by_column.view({rows() * groups(), group()}).amax(1);
  const std::vector<float> scale = load_scales(scales_, rows() * groups(), options_.scale_type);
  const float* largest = error.const_data_ptr<float>();
  std::int64_t count = 0;
  for (std::size_t g = 0; g < scale.size(); ++g) count += largest[g] > explained_steps * scale[g];
  return count;
}

IntegerCodes IntegerWeight::unpack() const {
  IntegerCodes out;
  out.rows = rows();
  out.columns = columns();
  out.groups = groups();
  const std::int64_t count = rows() * groups();
  out.codes.resize(static_cast<std::size_t>(numel()));
  unpack_codes(codes_.data(), rows(), columns(), options_.bits, out.codes.data());
  out.scale = load_scales(scales_, count, options_.scale_type);
  if (options_.grid == IntegerGrid::minmax) {
    out.zero = load_scales(zeros_, count, options_.scale_type);
  } else if (options_.symmetric) {
    out.zero.assign(static_cast<std::size_t>(count), static_cast<float>(1 << (options_.bits - 1)));
  } else {
    std::vector<std::uint8_t> points(static_cast<std::size_t>(count));
    unpack_stream(zeros_.data(), count, options_.bits, points.data());
    out.zero.assign(points.begin(), points.end());
  }
  if (permuted()) out.order.assign(order_.as<std::int32_t>(), order_.as<std::int32_t>() + columns());
  return out;
}

GroupedIntegerView IntegerWeight::integers() const {
  GroupedIntegerView view;
  view.codes = codes_.data();
  view.scales = scales_.data();
  view.zeros = zeros_.data();
  view.rows = rows();
  view.columns = columns();
  view.group = group();
  view.bits = options_.bits;
  view.scale_type = options_.scale_type == at::kFloat  ? ScaleType::float32
                    : options_.scale_type == at::kHalf ? ScaleType::float16
                                                       : ScaleType::bfloat16;
  view.zero_kind = options_.grid == IntegerGrid::minmax ? ZeroKind::minima
                   : options_.symmetric                 ? ZeroKind::middle
                                                        : ZeroKind::points;
  if (permuted()) view.order = order_.as<std::int32_t>();
  return view;
}

at::Tensor IntegerWeight::decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const {
  at::Tensor values = at::empty({end - begin, columns()}, at::kFloat);
  decode_grouped_integer(integers(), begin, end, values.mutable_data_ptr<float>());
  return values.to(dtype);
}

Weight IntegerWeight::select_rows(const std::vector<std::int64_t>& rows) const {
  check_rows(rows, this->rows());
  const IntegerCodes all = unpack();
  IntegerCodes out;
  out.rows = static_cast<std::int64_t>(rows.size());
  out.columns = all.columns;
  out.groups = all.groups;
  out.order = all.order;
  for (std::int64_t row : rows) {
    out.codes.insert(out.codes.end(), all.codes.begin() + row * all.columns, all.codes.begin() + (row + 1) * all.columns);
    out.scale.insert(out.scale.end(), all.scale.begin() + row * all.groups, all.scale.begin() + (row + 1) * all.groups);
    out.zero.insert(out.zero.end(), all.zero.begin() + row * all.groups, all.zero.begin() + (row + 1) * all.groups);
  }
  return pack(out, options_);
}

}  // namespace kelter
