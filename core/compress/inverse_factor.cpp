// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/inverse_factor.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/base/units.h"

namespace kelter {
namespace {

bool succeeded(const at::Tensor& status) { return status.item<int>() == 0; }

// U of U^T U = H^-1; undefined if H or the computed inverse is not positive definite in float32.
at::Tensor upper_of_inverse(const at::Tensor& hessian) {
  auto [lower, status] = at::linalg_cholesky_ex(hessian);
  if (!succeeded(status)) return {};
  at::Tensor inverse = at::cholesky_inverse(lower);
  lower.reset();
  auto [upper, second_status] = at::linalg_cholesky_ex(inverse, /*upper=*/true);
  if (!succeeded(second_status) || !upper.isfinite().all().item<bool>()) return {};
  return upper.contiguous();
}

// Tried after the wanted damping, as far as larger.
constexpr double larger_dampings[] = {0.01, 0.05, 0.1, 0.5, 1};

// Sets them to 1, in place; which ones those were.
at::Tensor revive_dead_inputs(at::Tensor& hessian) {
  if (hessian.dim() != 2 || hessian.size(0) != hessian.size(1) || hessian.scalar_type() != at::kFloat)
    throw Error(ErrorCode::shape_mismatch, "A Hessian must be a square matrix of float32");
  if (!hessian.isfinite().all().item<bool>())
    throw Error(ErrorCode::not_finite, "A Hessian holds a number that is not finite", "", "the inputs of this layer overflow or hold NaN",
                "Check the checkpoint and the calibration texts.");
  at::Tensor diagonal = hessian.diagonal();
  at::Tensor dead = diagonal.eq(0);
  diagonal.masked_fill_(dead, 1);
  return dead;
}

}  // namespace

InverseFactor inverse_factor(at::Tensor hessian, double damping, bool by_importance) {
  if (!(damping > 0 && damping <= 1))
    throw Error(ErrorCode::invalid_parameter, "The damping is out of range", "damping", format_number(damping), "Use a share above 0 up to 1, as 0.01.");
  InverseFactor out;
  out.dead = revive_dead_inputs(hessian);
  out.dead_count = out.dead.sum().item<std::int64_t>();
  if (by_importance) {
    out.order = at::argsort(hessian.diagonal(), /*stable=*/true, 0, /*descending=*/true);
    hessian = hessian.index_select(0, out.order).index_select(1, out.order);
  }
  at::Tensor diagonal = hessian.diagonal();
  const at::Tensor original = diagonal.clone();
  const at::Tensor mean = original.mean();
  const auto succeeds_with = [&](double share) {
    out.damping = share;
    diagonal.copy_(original + mean * share);
    out.upper = upper_of_inverse(hessian);
    return out.upper.defined();
  };
  if (succeeds_with(damping)) return out;
  for (const double larger : larger_dampings)
    if (larger > damping && succeeds_with(larger)) return out;
  throw Error(ErrorCode::invalid_data, "A Hessian has no inverse", "", "even with " + format_number(out.damping) + " of its mean diagonal added it is not positive definite",
              "Use more calibration texts, or a larger damping.");
}

}  // namespace kelter
