// SPDX-License-Identifier: GPL-3.0-or-later
// Weights in ggml's blocks exactly as a GGUF file stores them; Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K and Q6_K run directly.
#pragma once

#include "core/formats/weight_format.h"
#include "core/tensor/gguf.h"

namespace kelter {

class PartReader;

class GgmlWeight final : public WeightFormat {
 public:
  static constexpr const char* kind_name = "ggml";

  // True for the block types that are kept and run as stored.
  static bool runs_directly(GgmlType type);

  // `blocks`: rows of blocks back to back; columns a multiple of the block size. Error(shape_mismatch | unsupported).
  GgmlWeight(std::vector<std::int64_t> shape, GgmlType type, Bytes blocks);
  static Weight load(const PartReader& reader);
  // Rounds [rows, columns] float32 as ggml's reference does. Error(invalid_parameter) when 32 does not divide the columns,
  // Error(not_finite) for a weight that is no number or a scale beyond float16.
  static Weight quantize(const at::Tensor& values, GgmlType type);
  static void check(std::int64_t columns);

  GgmlType type() const { return type_; }
  std::string kind() const override { return kind_name; }
  std::string name() const override { return ggml_type_info(type_).name; }
  double nominal_bits() const override;
  Json descriptor() const override;
  std::vector<WeightPart> parts() const override;
  at::Tensor decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const override;
  std::optional<MatrixView> view() const override;
  Weight select_rows(const std::vector<std::int64_t>& rows) const override;

 private:
  std::int64_t row_bytes() const;

  GgmlType type_;
  Bytes blocks_;
};

}  // namespace kelter
