// SPDX-License-Identifier: GPL-3.0-or-later
// A weight with a low-rank correction that is not merged into it: W [out, in] = base + (alpha / rank) b a, with dense factors
// a [rank, in] and b [out, rank] beside a base in any format, which stays as it is stored. Hu et al.: LoRA, arXiv:2106.09685,
// equation 3 (W0 x + (alpha / r) B A x); on a packed base it is that of QLoRA, arXiv:2305.14314, equation 5.
//
// Decoded, it is the sum in float32.
#pragma once

#include "core/formats/composite_weight.h"

namespace kelter {

class AdapterWeight final : public CompositeWeight {
 public:
  static constexpr const char* kind_name = "adapter";

  // Error(shape_mismatch) unless a and b are dense matrices that give the shape of the base; Error(invalid_parameter) unless
  // alpha is a positive number.
  AdapterWeight(Weight base, Weight a, Weight b, double alpha);
  static Weight load(const PartReader& reader);

  const Weight& base() const { return at(0); }
  const Weight& a() const { return at(1); }
  const Weight& b() const { return at(2); }
  std::int64_t rank() const { return a()->rows(); }
  double alpha() const { return alpha_; }

  std::string kind() const override { return kind_name; }
  std::string name() const override;            // "Q4_1 + adapter of rank 16 (bfloat16)"
  double nominal_bits() const override;         // of all three for each weight
  Json descriptor() const override;
  at::Tensor decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const override;
  at::Tensor gather_rows(const at::Tensor& ids, at::ScalarType dtype) const override;
  at::Tensor linear(const at::Tensor& x) const override;
  void apply(const float* x, std::int64_t tokens, float* y, Activations activations) const override;
  Weight select_rows(const std::vector<std::int64_t>& rows) const override;
  Weight with_inner(const std::vector<Weight>& weights) const override;

 private:
  float scale() const { return static_cast<float>(alpha_ / static_cast<double>(rank())); }

  double alpha_;
};

}  // namespace kelter
