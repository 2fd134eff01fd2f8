// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of int8 with some inputs left out of them and kept in 16 bits: the mixed decomposition of Dettmers et al., LLM.int8(),
// arXiv:2208.07339, section 3.2, equation 8. W [out, in] has the kept columns as they were; all others are int8 codes with one
// scale for a row, max |w| / 127 over those others. Products: int8 without the kept inputs, which are zero there, plus the
// kept inputs times the kept columns. Unlike the released code the kept columns are the original ones, as the paper
// draws them, and which they are is settled when the weight is made, not for each batch.
#pragma once

#include "core/formats/composite_weight.h"

namespace kelter {

class OutlierInt8Weight final : public CompositeWeight {
 public:
  static constexpr const char* kind_name = "int8-outliers";

  // Any float matrix on the processor; `columns` in any order, at least one; `type` float16 or bfloat16.
  // Error(invalid_parameter) for a column that does not exist or comes twice, Error(not_finite) for a weight that is no
  // finite number or too large for its type.
  static Weight quantize(const at::Tensor& values, std::vector<std::int64_t> columns, at::ScalarType type);
  // The `count` columns with the largest absolute weight, in ascending order; the lower ones among equals.
  static std::vector<std::int64_t> largest_columns(const at::Tensor& values, std::int64_t count);
  static Weight load(const PartReader& reader);

  // `int8` [out, in] with code 0 in the kept columns, `kept` [out, k] dense, `columns` k ascending numbers in I32.
  // Error(shape_mismatch) for other shapes and columns.
  OutlierInt8Weight(Weight int8, Weight kept, Bytes columns);

  const Weight& int8() const { return at(0); }
  const Weight& kept() const { return at(1); }
  std::vector<std::int64_t> kept_columns() const;

  std::string kind() const override { return kind_name; }
  std::string name() const override;            // "int8 row + 4 float16 columns"
  double nominal_bits() const override;
  std::vector<WeightPart> parts() const override;
  std::uint64_t bytes() const override;
  at::Tensor decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const override;
  at::Tensor gather_rows(const at::Tensor& ids, at::ScalarType dtype) const override;
  at::Tensor linear(const at::Tensor& x) const override;
  void apply(const float* x, std::int64_t tokens, float* y, Activations activations) const override;
  Weight select_rows(const std::vector<std::int64_t>& rows) const override;
  Weight with_inner(const std::vector<Weight>& weights) const override;

 private:
  Bytes columns_;
  at::Tensor index_;   // the same as int64 where the inner weights lie
};

}  // namespace kelter
