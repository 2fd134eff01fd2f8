// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/low_rank_weight.h"

#include <ATen/ops/matmul.h>

#include "core/formats/part_reader.h"

namespace kelter {
namespace {

std::string sizes(const Weight& weight) {
  std::string out;
  for (const std::int64_t size : weight->shape()) out += (out.empty() ? "" : " x ") + std::to_string(size);
  return out;
}

std::vector<std::int64_t> shape_of_product(const Weight& left, const Weight& right) {
  if (left->shape().size() != 2 || right->shape().size() != 2 || left->columns() != right->rows())
    throw Error(ErrorCode::shape_mismatch, "Two factors do not fit together", "", sizes(left) + " times " + sizes(right));
  return {left->rows(), right->columns()};
}

}  // namespace

LowRankWeight::LowRankWeight(Weight left, Weight right) : CompositeWeight(shape_of_product(left, right), {{"left", left}, {"right", right}}) {}

Weight LowRankWeight::load(const PartReader& reader) {
  const Weight left = reader.inner("left"), right = reader.inner("right");
  if (left->shape().size() != 2 || right->shape().size() != 2 || left->columns() != right->rows() ||
      reader.shape() != std::vector<std::int64_t>{left->rows(), right->columns()})
    throw Error(ErrorCode::file_malformed, "The factors of a stored weight do not give its shape", "", sizes(left) + " times " + sizes(right),
                "Make or download the file again.");
  return std::make_shared<LowRankWeight>(left, right);
}

std::string LowRankWeight::name() const {
  const std::string left_name = left()->name(), right_name = right()->name();
  return "rank " + std::to_string(rank()) + " (" + (left_name == right_name ? left_name : left_name + ", " + right_name) + ")";
}

double LowRankWeight::nominal_bits() const {
  const auto bits = [](const Weight& weight) { return weight->nominal_bits() * static_cast<double>(weight->numel()); };
  return (bits(left()) + bits(right())) / static_cast<double>(numel());
}

at::Tensor LowRankWeight::decode_rows(std::int64_t begin, std::int64_t end, at::ScalarType dtype) const {
  return at::matmul(left()->decode_rows(begin, end, at::kFloat), right()->decode(at::kFloat)).to(dtype);
}

at::Tensor LowRankWeight::gather_rows(const at::Tensor& ids, at::ScalarType dtype) const {
  return at::matmul(left()->gather_rows(ids, at::kFloat), right()->decode(at::kFloat)).to(dtype);
}

at::Tensor LowRankWeight::linear(const at::Tensor& x) const { return left()->linear(right()->linear(x)); }

void LowRankWeight::apply(const float* x, std::int64_t tokens, float* y, Activations activations) const {
  std::vector<float> middle(static_cast<std::size_t>(tokens * rank()));
  right()->apply(x, tokens, middle.data(), activations);
  left()->apply(middle.data(), tokens, y, activations);
}

Weight LowRankWeight::select_rows(const std::vector<std::int64_t>& rows) const {
  return std::make_shared<LowRankWeight>(left()->select_rows(rows), right());
}

Weight LowRankWeight::with_inner(const std::vector<Weight>& weights) const { return std::make_shared<LowRankWeight>(weights[0], weights[1]); }

}  // namespace kelter
