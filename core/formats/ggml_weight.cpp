// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/ggml_weight.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>

#include <algorithm>
#include <iterator>

#include "core/formats/dense_weight.h"
#include "core/formats/part_reader.h"
#include "core/kernels/ggml_blocks.h"

namespace kelter {
namespace {

struct Direct {
  GgmlType type;
  Encoding encoding;
  int nominal_bits;
};
constexpr Direct direct_types[] = {{GgmlType::Q4_0, Encoding::q4_0, 4}, {GgmlType::Q4_1, Encoding::q4_1, 4}, {GgmlType::Q5_0, Encoding::q5_0, 5},
                                   {GgmlType::Q5_1, Encoding::q5_1, 5}, {GgmlType::Q8_0, Encoding::q8_0, 8}, {GgmlType::Q4_K, Encoding::q4_k, 4},
                                   {GgmlType::Q5_K, Encoding::q5_k, 5}, {GgmlType::Q6_K, Encoding::q6_k, 6}};

// Null for a type that has no kernel.
const Direct* find_direct(GgmlType type) {
  const auto* found = std::find_if(std::begin(direct_types), std::end(direct_types), [&](const Direct& one) { return one.type == type; });
  return found == std::end(direct_types) ? nullptr : found;
}

at::Tensor decode_blocks(GgmlType type, const std::uint8_t* blocks, std::int64_t rows, std::int64_t columns,
                         at::ScalarType dtype) {
  at::Tensor values = at::empty({rows, columns}, at::kFloat);
  if (!decode_ggml_rows(static_cast<std::uint32_t>(type), blocks, rows, columns, values.mutable_data_ptr<float>()))
    throw Error(ErrorCode::unsupported, "This block type cannot be decoded", "", ggml_type_info(type).name);
  return values.to(dtype);
}

std::int64_t block_row_bytes(GgmlType type, std::int64_t columns) {
  const GgmlTypeInfo& info = ggml_type_info(type);
  if (columns % info.block_size != 0)
    throw Error(ErrorCode::shape_mismatch, "The rows of a block weight do not divide into blocks", "",
                std::to_string(columns) + " columns, blocks of " + std::to_string(info.block_size));
  return columns / info.block_size * info.block_bytes;
}

GgmlType type_from_name(const std::string& name) {
  for (const Direct& one : direct_types)
    if (name == ggml_type_info(one.type).name) return one.type;
  throw Error(ErrorCode::unsupported, "The block type is not known", "\"" + name + "\"", "",
              "Use Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K or Q6_K.");
}

}  // namespace

bool GgmlWeight::runs_directly(GgmlType type) {
  return find_direct(type) != nullptr;
}

GgmlWeight::GgmlWeight(std::vector<std::int64_t> shape, GgmlType type, Bytes blocks)
    : WeightFormat(std::move(shape)), type_(type), blocks_(std::move(blocks)) {
  if (!runs_directly(type))
    throw Error(ErrorCode::unsupported, "Blocks of this type cannot be computed with", "",
                ggml_type_info(type).name, "Convert the file to Q8_0, Q4_K or another type named in docs/formats.md.");
  if (blocks_.size() != static_cast<std::size_t>(rows() * row_bytes()))
    throw Error(ErrorCode::shape_mismatch, "A block weight has the wrong number of bytes", "",
                std::to_string(blocks_.size()) + " bytes for " + std::to_string(rows()) + " rows of " +
                    std::to_string(row_bytes()));
}

Weight GgmlWeight::load(const PartReader& reader) {
  auto shape = reader.shape();
  const GgmlType type = type_from_name(reader.text("type"));
  const std::int64_t rows = shape.size() == 2 ? shape[0] : 1;
  const auto bytes = static_cast<std::uint64_t>(rows * block_row_bytes(type, shape.back()));
  return std::make_shared<GgmlWeight>(std::move(shape), type, reader.part("blocks", bytes));
}

void GgmlWeight::check(std::int64_t columns) {
  if (columns % 32 == 0) return;
  throw Error(ErrorCode::invalid_parameter, "The blocks of the format do not divide the row", "",
              std::to_string(columns) + " inputs are no multiple of 32", "Choose a format with one scale for a row or the tensor.");
}

Weight GgmlWeight::quantize(const at::Tensor& values, GgmlType type) {
  const at::Tensor input = values.to(at::kFloat).contiguous();
  const std::int64_t rows = input.size(0), columns = input.size(1);
  check(columns);
  const auto refuse = [](const char* what, const char* remedy) { throw Error(ErrorCode::not_finite, what, "", "", remedy); };
  if (!at::isfinite(input).all().item<bool>()) refuse("A weight is not a finite number", "Check the checkpoint.");
  std::vector<std::uint8_t> blocks(static_cast<std::size_t>(rows * block_row_bytes(type, columns)));
  encode_ggml_rows(static_cast<std::uint32_t>(type), input.const_data_ptr<float>(), rows, columns, blocks.data());
  Weight out = std::make_shared<GgmlWeight>(std::vector<std::int64_t>{rows, columns}, type, Bytes::own(std::move(blocks)));
  if (!out->finite()) refuse("A scale overflows float16", "Choose a format with float32 scales.");
  return out;
}

std::int64_t GgmlWeight::row_bytes() const { return block_row_bytes(type_, columns()); }

double GgmlWeight::nominal_bits() const { return find_direct(type_)->nominal_bits; }

Json GgmlWeight::descriptor() const { return {{"kind", kind_name}, {"shape", shape()}, {"type", name()}}; }

std::vector<WeightPart> GgmlWeight::parts() const { return {{"blocks", "U8", {rows(), row_bytes()}, blocks_}}; }

at::Tensor GgmlWeight::decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const {
  return decode_blocks(type_, blocks_.data() + begin * row_bytes(), end - begin, columns(), dtype);
}

std::optional<MatrixView> GgmlWeight::view() const {
  return MatrixView{find_direct(type_)->encoding, blocks_.data(), rows(), columns()};
}

Weight GgmlWeight::select_rows(const std::vector<std::int64_t>& rows) const {
  check_rows(rows, this->rows());
  auto shape = this->shape();
  shape[0] = static_cast<std::int64_t>(rows.size());
  return std::make_shared<GgmlWeight>(std::move(shape), type_, select_byte_rows(blocks_, row_bytes(), rows));
}

}  // namespace kelter
