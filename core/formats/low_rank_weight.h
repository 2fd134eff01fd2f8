// SPDX-License-Identifier: GPL-3.0-or-later
// The product of two thin matrices: W [out, in] = left [out, rank] right [rank, in], each a weight in any format. It takes the
// bytes of both, and multiplies as both in sequence: y = left (right x), rank (in + out) instead of in * out products for each
// token. Made by methods that factor a weight (SVD-LLM, arXiv:2403.07378, section 3; ASVD, arXiv:2312.05821, equation 2).
//
// Decoded, it is the product in float32.
#pragma once

#include "core/formats/composite_weight.h"

namespace kelter {

class LowRankWeight final : public CompositeWeight {
 public:
  static constexpr const char* kind_name = "low-rank";

  // Error(shape_mismatch) unless both are matrices and left has a column for each row of right.
  LowRankWeight(Weight left, Weight right);
  static Weight load(const PartReader& reader);

  const Weight& left() const { return at(0); }
  const Weight& right() const { return at(1); }
  std::int64_t rank() const { return right()->rows(); }

  std::string kind() const override { return kind_name; }
  std::string name() const override;            // "rank 64 (bfloat16)"; left first where the formats differ
  double nominal_bits() const override;         // of both factors for each weight of the product
  at::Tensor decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const override;
  at::Tensor gather_rows(const at::Tensor& ids, at::ScalarType dtype) const override;
  at::Tensor linear(const at::Tensor& x) const override;
  void apply(const float* x, std::int64_t tokens, float* y, Activations activations) const override;
  Weight select_rows(const std::vector<std::int64_t>& rows) const override;
  Weight with_inner(const std::vector<Weight>& weights) const override;
};

}  // namespace kelter
