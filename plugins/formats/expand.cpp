// SPDX-License-Identifier: GPL-3.0-or-later
#include <numeric>

#include "core/compress/layer_walk.h"
#include "core/formats/dense_weight.h"
#include "plugins/formats/steps.h"

namespace kelter {
namespace {

Weight dense(const Weight& weight, at::ScalarType dtype) {
  const auto stored = std::dynamic_pointer_cast<const DenseWeight>(weight);
  if (stored && stored->dtype() == dtype) return weight;
  Weight out = DenseWeight::from_tensor(weight->decode(dtype), dtype);
  if (!out->finite())
    throw Error(ErrorCode::not_finite, "A weight is not a finite number", "",
                "it is NaN or infinite, or too large for " + dtype_name(dtype),
                "Use to=bfloat16 or to=float32, and check the checkpoint.");
  return out;
}

}  // namespace

ModelState expand(const StepInputs& inputs, StepContext& context) {
  const ModelState& model = inputs.model();
  const at::ScalarType dtype = dtype_from_name(inputs.parameters.at("to").get<std::string>());
  std::vector<std::int64_t> layers(static_cast<std::size_t>(model.layer_count()));
  std::iota(layers.begin(), layers.end(), 0);
  ModelState out = rewrite_linears(model, layers, context, [&](std::int64_t, const std::string&, const Weight& weight) {
    return dense(weight, dtype);
  });
  rewrite_embedding(out, context, [&](const Weight& weight) { return dense(weight, dtype); });
  if (any_tensor_grew(model, out)) add_badge(out, "expanded");
  return out;
}

}  // namespace kelter
