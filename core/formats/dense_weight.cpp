// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/dense_weight.h"

#include <ATen/ops/from_blob.h>

#include "core/formats/gemm.h"
#include "core/formats/part_reader.h"
#include "core/kernels/dispatch.h"

namespace kelter {

std::string dtype_name(at::ScalarType dtype) {
  if (dtype == at::kFloat) return "float32";
  if (dtype == at::kHalf) return "float16";
  if (dtype == at::kBFloat16) return "bfloat16";
  throw Error(ErrorCode::internal, "Not a weight type", "", c10::toString(dtype));
}

at::ScalarType dtype_from_name(const std::string& name) {
  if (name == "float32") return at::kFloat;
  if (name == "float16") return at::kHalf;
  if (name == "bfloat16") return at::kBFloat16;
  throw Error(ErrorCode::unsupported, "The number type is not known", "\"" + name + "\"", "",
              "Use float32, bfloat16 or float16.");
}

namespace {

std::string container_dtype(at::ScalarType dtype) {
  return dtype == at::kFloat ? "F32" : dtype == at::kHalf ? "F16" : "BF16";
}

}  // namespace

DenseWeight::DenseWeight(std::vector<std::int64_t> shape, at::ScalarType dtype, Bytes values)
    : WeightFormat(std::move(shape)), dtype_(dtype), values_(std::move(values)) {
  if (values_.size() != static_cast<std::size_t>(numel()) * c10::elementSize(dtype_))
    throw Error(ErrorCode::shape_mismatch, "A dense weight has the wrong number of bytes", "",
                std::to_string(values_.size()) + " bytes for " + std::to_string(numel()) + " numbers");
  // The tensor never writes: ATen has no read-only tensors, so the promise is kept by this class alone.
  tensor_ = at::from_blob(const_cast<std::uint8_t*>(values_.data()), this->shape(),
                          [owner = values_.owner()](void*) {}, at::TensorOptions().dtype(dtype_));
}

Weight DenseWeight::from_tensor(const at::Tensor& values, at::ScalarType dtype) {
  auto held = std::make_shared<const at::Tensor>(values.to(dtype).contiguous());
  const void* data = held->const_data_ptr();
  const std::size_t bytes = held->nbytes();
  return std::make_shared<DenseWeight>(values.sizes().vec(), dtype, Bytes(held, data, bytes, false));
}

Weight DenseWeight::load(const PartReader& reader) {
  auto shape = reader.shape();
  const at::ScalarType dtype = dtype_from_name(reader.text("dtype"));
  std::uint64_t count = c10::elementSize(dtype);
  for (std::int64_t size : shape) count *= static_cast<std::uint64_t>(size);
  return std::make_shared<DenseWeight>(std::move(shape), dtype, reader.part("values", count));
}

std::string DenseWeight::name() const { return dtype_name(dtype_); }
double DenseWeight::nominal_bits() const { return 8.0 * static_cast<double>(c10::elementSize(dtype_)); }
Json DenseWeight::descriptor() const {
  return {{"kind", kind_name}, {"shape", shape()}, {"dtype", dtype_name(dtype_)}};
}
std::vector<WeightPart> DenseWeight::parts() const {
  return {{"values", container_dtype(dtype_), shape(), values_}};
}

at::Tensor DenseWeight::decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const {
  const at::Tensor rows_view = tensor_.view({rows(), columns()}).narrow(0, begin, end - begin);
  return rows_view.to(dtype, /*non_blocking=*/false, /*copy=*/true);
}

at::Tensor DenseWeight::linear(const at::Tensor& x) const {
  if (x.scalar_type() != dtype_) return WeightFormat::linear(x);
  count_kernel(gemm_name(dtype_), bytes());
  return gemm(x, tensor_);
}

std::optional<MatrixView> DenseWeight::view() const {
  const Encoding encoding = dtype_ == at::kFloat  ? Encoding::float32
                            : dtype_ == at::kHalf ? Encoding::float16
                                                  : Encoding::bfloat16;
  return MatrixView{encoding, values_.data(), rows(), columns()};
}

Weight DenseWeight::select_rows(const std::vector<std::int64_t>& rows) const {
  check_rows(rows, this->rows());
  const auto row_bytes = static_cast<std::int64_t>(c10::elementSize(dtype_)) * columns();
  auto shape = this->shape();
  shape[0] = static_cast<std::int64_t>(rows.size());
  return std::make_shared<DenseWeight>(std::move(shape), dtype_, select_byte_rows(values_, row_bytes, rows));
}

}  // namespace kelter
