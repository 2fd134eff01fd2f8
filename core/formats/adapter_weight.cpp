// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/adapter_weight.h"

#include <ATen/ops/matmul.h>

#include <cmath>

#include "core/formats/dense_weight.h"
#include "core/formats/part_reader.h"

namespace kelter {
namespace {

// What keeps these from being an adapter; empty if nothing does.
std::string misfit(const Weight& base, const Weight& a, const Weight& b) {
  for (const Weight& factor : {a, b})
    if (factor->kind() != DenseWeight::kind_name) return "a factor is " + factor->name() + ", which is not dense";
  if (base->shape().size() != 2 || a->shape().size() != 2 || b->shape().size() != 2) return "all three must be matrices";
  if (b->columns() != a->rows()) return "b has " + std::to_string(b->columns()) + " columns, a " + std::to_string(a->rows()) + " rows";
  if (b->rows() == base->rows() && a->columns() == base->columns()) return "";
  return "the factors give " + std::to_string(b->rows()) + " x " + std::to_string(a->columns()) + ", the base is " +
         std::to_string(base->rows()) + " x " + std::to_string(base->columns());
}

}  // namespace

AdapterWeight::AdapterWeight(Weight base, Weight a, Weight b, double alpha)
    : CompositeWeight(base->shape(), {{"base", base}, {"a", a}, {"b", b}}), alpha_(alpha) {
  if (const std::string why = misfit(base, a, b); !why.empty())
    throw Error(ErrorCode::shape_mismatch, "An adapter does not fit its base", "", why);
  if (!std::isfinite(alpha) || alpha <= 0)
    throw Error(ErrorCode::invalid_parameter, "The alpha of an adapter is no positive number", "alpha", std::to_string(alpha), "Use the rank, or twice the rank.");
}

Weight AdapterWeight::load(const PartReader& reader) {
  const Weight base = reader.inner("base"), a = reader.inner("a"), b = reader.inner("b");
  std::string why = misfit(base, a, b);
  if (why.empty() && reader.shape() != base->shape()) why = "the base has another shape";
  const double alpha = reader.number("alpha");
  if (why.empty() && alpha <= 0) why = "alpha is not positive";
  if (!why.empty()) throw Error(ErrorCode::file_malformed, "A stored adapter does not fit its base", "", why, "Make or download the file again.");
  return std::make_shared<AdapterWeight>(base, a, b, alpha);
}

std::string AdapterWeight::name() const {
  const std::string formats = a()->name() == b()->name() ? a()->name() : b()->name() + ", " + a()->name();
  return base()->name() + " + adapter of rank " + std::to_string(rank()) + " (" + formats + ")";
}

double AdapterWeight::nominal_bits() const {
  double bits = 0;
  for (const Inner& one : inner()) bits += one.weight->nominal_bits() * static_cast<double>(one.weight->numel());
  return bits / static_cast<double>(numel());
}

Json AdapterWeight::descriptor() const {
  Json out = CompositeWeight::descriptor();
  out["alpha"] = alpha_;
  return out;
}

at::Tensor AdapterWeight::decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const {
  const at::Tensor update = at::matmul(b()->decode_rows(begin, end, at::kFloat), a()->decode(at::kFloat));
  return base()->decode_rows(begin, end, at::kFloat).add(update, scale()).to(dtype);
}

at::Tensor AdapterWeight::gather_rows(const at::Tensor& ids, at::ScalarType dtype) const {
  const at::Tensor update = at::matmul(b()->gather_rows(ids, at::kFloat), a()->decode(at::kFloat));
  return base()->gather_rows(ids, at::kFloat).add(update, scale()).to(dtype);
}

at::Tensor AdapterWeight::linear(const at::Tensor& x) const { return base()->linear(x).add(b()->linear(a()->linear(x)), scale()); }

void AdapterWeight::apply(const float* x, std::int64_t tokens, float* y, Activations activations) const {
  std::vector<float> middle(static_cast<std::size_t>(tokens * rank())), update(static_cast<std::size_t>(tokens * rows()));
  base()->apply(x, tokens, y, activations);
  a()->apply(x, tokens, middle.data(), activations);
  b()->apply(middle.data(), tokens, update.data(), activations);
  for (std::size_t i = 0; i < update.size(); ++i) y[i] += scale() * update[i];
}

Weight AdapterWeight::select_rows(const std::vector<std::int64_t>& rows) const {
  return std::make_shared<AdapterWeight>(base()->select_rows(rows), a(), b()->select_rows(rows), alpha_);
}

Weight AdapterWeight::with_inner(const std::vector<Weight>& weights) const {
  return std::make_shared<AdapterWeight>(weights[0], weights[1], weights[2], alpha_);
}

}  // namespace kelter
