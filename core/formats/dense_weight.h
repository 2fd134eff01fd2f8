// SPDX-License-Identifier: GPL-3.0-or-later
// Plain numbers, row-major: float32, float16 or bfloat16, possibly still in a mapped file.
#pragma once

#include "core/formats/weight_format.h"

namespace kelter {

class PartReader;

class DenseWeight final : public WeightFormat {
 public:
  static constexpr const char* kind_name = "dense";

  // `values` holds numel * element size bytes; Error(shape_mismatch) otherwise.
  DenseWeight(std::vector<std::int64_t> shape, at::ScalarType dtype, Bytes values);
  // Any CPU float tensor, stored as `dtype` (rounded to nearest even).
  static Weight from_tensor(const at::Tensor& values, at::ScalarType dtype);
  static Weight load(const PartReader& reader);

  at::ScalarType dtype() const { return dtype_; }
  at::Tensor tensor() const { return tensor_; }    // shares the memory; read only

  std::string kind() const override { return kind_name; }
  std::string name() const override;
  double nominal_bits() const override;
  Json descriptor() const override;
  std::vector<WeightPart> parts() const override;
  at::Tensor decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const override;
  at::Tensor linear(const at::Tensor& x) const override;
  std::optional<MatrixView> view() const override;
  Weight select_rows(const std::vector<std::int64_t>& rows) const override;

 private:
  at::ScalarType dtype_;
  Bytes values_;
  at::Tensor tensor_;
};

// "float32" <-> at::kFloat and so on; Error(unsupported) for other names.
std::string dtype_name(at::ScalarType dtype);
at::ScalarType dtype_from_name(const std::string& name);

}  // namespace kelter
