// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/outlier_int8_weight.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

#include "core/formats/dense_weight.h"
#include "core/formats/device_weight.h"
#include "core/formats/integer_weight.h"
#include "core/formats/part_reader.h"

namespace kelter {
namespace {

constexpr IntegerOptions int8_rows{8, 0, IntegerGrid::absmax, true, at::kFloat};
constexpr std::uint8_t code_of_zero = 128;

at::Tensor as_index(const std::vector<std::int64_t>& columns) { return at::tensor(at::ArrayRef<std::int64_t>(columns), at::kLong); }

// Ascending, each once, all below `width`, at least one.
bool valid_columns(const std::vector<std::int64_t>& columns, std::int64_t width) {
  return !columns.empty() && columns.front() >= 0 && columns.back() < width &&
         std::adjacent_find(columns.begin(), columns.end(), std::greater_equal<>()) == columns.end();
}

Bytes as_bytes(const std::vector<std::int64_t>& columns) { return Bytes::own(std::vector<std::int32_t>(columns.begin(), columns.end())); }

// A row of 8-bit codes holds that of input c at byte c.
bool codes_are_zero(const IntegerWeight& int8, const std::vector<std::int64_t>& columns) {
  const WeightPart codes = int8.parts().front();
  const std::int64_t row_bytes = codes.shape[1];
  for (std::int64_t row = 0; row < int8.rows(); ++row)
    for (const std::int64_t column : columns)
      if (codes.data.data()[row * row_bytes + column] != code_of_zero) return false;
  return true;
}

}  // namespace

std::vector<std::int64_t> OutlierInt8Weight::largest_columns(const at::Tensor& values, std::int64_t count) {
  const at::Tensor largest = values.to(at::kFloat).abs().amax(0).contiguous();
  const float* size = largest.const_data_ptr<float>();
  std::vector<std::int64_t> order(static_cast<std::size_t>(largest.numel()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) { return size[a] > size[b]; });
  order.resize(static_cast<std::size_t>(std::clamp<std::int64_t>(count, 0, largest.numel())));
  std::sort(order.begin(), order.end());
  return order;
}

Weight OutlierInt8Weight::quantize(const at::Tensor& values, std::vector<std::int64_t> columns, at::ScalarType type) {
  std::sort(columns.begin(), columns.end());
  if (values.dim() != 2 || !valid_columns(columns, values.size(1)) || c10::elementSize(type) != 2)
    throw Error(ErrorCode::invalid_parameter, "The columns cannot be kept", "columns", "there must be at least one, each once, inside the matrix, in 16 bits",
                "Name other columns.");
  const at::Tensor index = as_index(columns), numbers = values.to(at::kFloat);
  const Weight kept = DenseWeight::from_tensor(numbers.index_select(1, index), type);
  if (!kept->finite())
    throw Error(ErrorCode::not_finite, "A weight is not a finite number", "", "it is NaN or infinite, or too large for " + dtype_name(type),
                "Keep the columns in bfloat16, and check the checkpoint.");
  return std::make_shared<OutlierInt8Weight>(IntegerWeight::quantize(numbers.index_fill(1, index, 0), int8_rows), kept, as_bytes(columns));
}

OutlierInt8Weight::OutlierInt8Weight(Weight int8, Weight kept, Bytes columns)
    : CompositeWeight(int8->shape(), {{"int8", int8}, {"kept", kept}}), columns_(std::move(columns)) {
  const bool fits = int8->shape().size() == 2 && kept->shape().size() == 2 && kept->rows() == int8->rows() && kept->kind() == DenseWeight::kind_name &&
                    columns_.size() == static_cast<std::size_t>(kept->columns()) * sizeof(std::int32_t);
  if (!fits || !valid_columns(kept_columns(), int8->columns()))
    throw Error(ErrorCode::shape_mismatch, "Kept columns do not fit their matrix", "", kept->name() + " of " + std::to_string(kept->columns()) + " columns");
  const auto placed = std::dynamic_pointer_cast<const DeviceWeight>(int8);
  index_ = as_index(kept_columns()).to(placed ? placed->device() : at::Device(at::kCPU));
}

Weight OutlierInt8Weight::load(const PartReader& reader) {
  const auto int8 = std::dynamic_pointer_cast<const IntegerWeight>(reader.inner("int8"));
  const auto kept = std::dynamic_pointer_cast<const DenseWeight>(reader.inner("kept"));
  const bool known = int8 && int8->options() == int8_rows && !int8->permuted() && kept && kept->dtype() != at::kFloat;
  if (!known || reader.shape() != int8->shape() || kept->shape().size() != 2 || kept->rows() != int8->rows())
    throw Error(ErrorCode::file_malformed, "Stored rows of int8 with kept columns do not fit together", "", {}, "Make or download the file again.");
  const Bytes stored = reader.part("columns", static_cast<std::uint64_t>(kept->columns()) * sizeof(std::int32_t));
  const std::vector<std::int64_t> columns(stored.as<std::int32_t>(), stored.as<std::int32_t>() + kept->columns());
  if (!valid_columns(columns, int8->columns()) || !codes_are_zero(*int8, columns))
    throw Error(ErrorCode::file_malformed, "Stored rows of int8 have invalid kept columns", "", "they must ascend, exist, and have no code beside them",
                "Make or download the file again.");
  return std::make_shared<OutlierInt8Weight>(int8, kept, stored);
}

std::vector<std::int64_t> OutlierInt8Weight::kept_columns() const {
  const auto* column = columns_.as<std::int32_t>();
  return {column, column + columns_.size() / sizeof(std::int32_t)};
}

std::string OutlierInt8Weight::name() const {
  return int8()->name() + " + " + std::to_string(kept()->columns()) + " " + kept()->name() + (kept()->columns() == 1 ? " column" : " columns");
}

double OutlierInt8Weight::nominal_bits() const {
  return int8()->nominal_bits() + kept()->nominal_bits() * static_cast<double>(kept()->columns()) / static_cast<double>(columns());
}

std::vector<WeightPart> OutlierInt8Weight::parts() const {
  std::vector<WeightPart> out = CompositeWeight::parts();
  out.push_back({"columns", "I32", {kept()->columns()}, columns_});
  return out;
}

std::uint64_t OutlierInt8Weight::bytes() const { return CompositeWeight::bytes() + columns_.size(); }

at::Tensor OutlierInt8Weight::decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const {
  return int8()->decode_rows(begin, end, at::kFloat).index_copy_(1, index_, kept()->decode_rows(begin, end, at::kFloat)).to(dtype);
}

at::Tensor OutlierInt8Weight::gather_rows(const at::Tensor& ids, at::ScalarType dtype) const {
  return int8()->gather_rows(ids, at::kFloat).index_copy_(1, index_, kept()->gather_rows(ids, at::kFloat)).to(dtype);
}

// The kept inputs are zero in the other product: not to spoil it where they are not finite, nor its activations of 8 bits.
at::Tensor OutlierInt8Weight::linear(const at::Tensor& x) const {
  return int8()->linear(x.index_fill(1, index_, 0)) + kept()->linear(x.index_select(1, index_));
}

void OutlierInt8Weight::apply(const float* x, std::int64_t tokens, float* y, Activations activations) const {
  const std::vector<std::int64_t> chosen = kept_columns();
  const auto size = [tokens](std::int64_t width) { return static_cast<std::size_t>(tokens * width); };
  std::vector<float> others(x, x + tokens * columns()), outliers(size(kept()->columns())), product(size(rows()));
  for (std::int64_t token = 0; token < tokens; ++token) {
    float* row = others.data() + token * columns();
    float* out = outliers.data() + token * kept()->columns();
    for (const std::int64_t column : chosen) *out++ = std::exchange(row[column], 0.0f);
  }
  int8()->apply(others.data(), tokens, y, activations);
  kept()->apply(outliers.data(), tokens, product.data(), Activations::exact);
  for (std::size_t i = 0; i < product.size(); ++i) y[i] += product[i];
}

Weight OutlierInt8Weight::select_rows(const std::vector<std::int64_t>& rows) const {
  return std::make_shared<OutlierInt8Weight>(int8()->select_rows(rows), kept()->select_rows(rows), columns_);
}

Weight OutlierInt8Weight::with_inner(const std::vector<Weight>& weights) const {
  return std::make_shared<OutlierInt8Weight>(weights[0], weights[1], columns_);
}

}  // namespace kelter
