// SPDX-License-Identifier: GPL-3.0-or-later
// Plain rounding into any of the formats of core/formats, and lossless storage of what is pruned already.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "core/compress/layer_walk.h"
#include "core/describe/parameter.h"
#include "core/formats/dense_weight.h"
#include "core/formats/ggml_weight.h"
#include "core/formats/integer_weight.h"
#include "core/formats/outlier_int8_weight.h"
#include "core/formats/small_float_weight.h"
#include "core/formats/sparse_weight.h"
#include "plugins/formats/steps.h"

namespace kelter {
namespace {

std::string text(const Json& parameters, const char* name) { return parameters.at(name).get<std::string>(); }

bool is_sparse(const std::string& to) { return to == "bitmap" || to == "2:4"; }
bool is_dense(const std::string& to) { return to == "bfloat16" || to == "float16" || to == "float32"; }

// Of the blocks that rounding alone makes.
std::optional<GgmlType> ggml_type_of(const std::string& to) {
  static const std::map<std::string, GgmlType> types = {
      {"q4_0", GgmlType::Q4_0}, {"q4_1", GgmlType::Q4_1}, {"q5_0", GgmlType::Q5_0}, {"q5_1", GgmlType::Q5_1}, {"q8_0", GgmlType::Q8_0}};
  const auto found = types.find(to);
  return found == types.end() ? std::nullopt : std::optional(found->second);
}

// The name that small_float_options knows.
std::string small_float_name(const Json& parameters) {
  std::string to = text(parameters, "to");
  if (to == "fp8") return "fp8-" + text(parameters, "float8") + "-" + text(parameters, "scales");
  if (to == "mxfp8") return to + "-" + text(parameters, "float8");
  if (to == "mxfp6") return to + "-" + text(parameters, "float6");
  const bool twice = (to == "nf4" || to == "fp4") && parameters.at("double_quantization").get<bool>();
  return twice ? to + "-double" : to;
}

IntegerOptions int8_rows() { return {8, 0, IntegerGrid::absmax, true, at::kFloat}; }

// How many inputs keep their weights: a share below 1, else a number.
std::int64_t outlier_count(const Json& parameters, std::int64_t columns) {
  const double outliers = parameters.at("outliers").get<double>();
  if (outliers < 1) return std::max<std::int64_t>(1, std::llround(outliers * static_cast<double>(columns)));
  if (outliers > static_cast<double>(columns) || outliers != std::floor(outliers))
    throw Error(ErrorCode::invalid_parameter, "So many inputs cannot be kept", "outliers", "the matrix has " + std::to_string(columns) + " inputs",
                "Use a whole number up to that, or a share below 1.");
  return static_cast<std::int64_t>(outliers);
}

// Kept weights stay what they are where they have 16 bits.
Weight int8_outliers(const Json& parameters, const Weight& weight, const at::Tensor& values) {
  const auto dense = std::dynamic_pointer_cast<const DenseWeight>(weight);
  const at::ScalarType type = dense && dense->dtype() == at::kBFloat16 ? at::kBFloat16 : at::kHalf;
  return OutlierInt8Weight::quantize(values, OutlierInt8Weight::largest_columns(values, outlier_count(parameters, weight->columns())), type);
}

SparseOptions sparse_options(const Json& parameters, const at::Tensor& values) {
  SparseOptions options;
  if (text(parameters, "to") == "2:4") options.pattern = {2, 4};
  options.group = 0;
  const std::string type = text(parameters, "values");
  if (type == "exact") options.values = exact_value_type(values);
  if (type == "bfloat16") options.values = SparseValues::bfloat16;
  if (type == "float16") options.values = SparseValues::float16;
  if (type == "int4") {
    options.values = SparseValues::int4;
    options.group = parameters.at("group").get<std::int64_t>();
  }
  return options;
}

// Before any work: what cannot be stored so is refused with its layer.
void check(const Json& parameters, const Weight& weight) {
  const std::string to = text(parameters, "to");
  if (is_dense(to) || to == "int8") return;
  if (to == "int8-outliers") return static_cast<void>(outlier_count(parameters, weight->columns()));
  if (ggml_type_of(to)) return GgmlWeight::check(weight->columns());
  if (!is_sparse(to)) return SmallFloatWeight::check(small_float_options(small_float_name(parameters)), weight->columns());
  SparseWeight::check(sparse_options(parameters, at::Tensor(weight->decode_rows(0, 1, at::kFloat))), weight->columns());
}

Weight finite(Weight weight, const std::string& to) {
  if (!weight->finite())
    throw Error(ErrorCode::not_finite, "A weight is not a finite number", "", "it is NaN or infinite, or too large for " + to,
                "Choose a format with a wider range, and check the checkpoint.");
  return weight;
}

Weight cast_weight(const Json& parameters, const Weight& weight) {
  const std::string to = text(parameters, "to");
  const at::Tensor values = weight->decode(at::kFloat);
  if (is_dense(to)) return finite(DenseWeight::from_tensor(values, dtype_from_name(to)), to);
  if (const auto type = ggml_type_of(to)) return GgmlWeight::quantize(values, *type);
  if (to == "int8") return IntegerWeight::quantize(values, int8_rows());
  if (to == "int8-outliers") return int8_outliers(parameters, weight, values);
  if (is_sparse(to)) return finite(SparseWeight::store(values, sparse_options(parameters, values)), to);
  return SmallFloatWeight::quantize(values, small_float_options(small_float_name(parameters)));
}

// Read from the finished model, so that a resumed run warns like an uninterrupted one.
void warn_of_growth(const ModelState& before, const ModelState& after, const std::vector<std::int64_t>& layers, StepContext& context) {
  std::uint64_t old_bytes = 0, new_bytes = 0;
  for_each_linear(after, layers, context, [&](std::int64_t layer, const std::string& module, const Weight& weight) {
    if (weight->kind() != SparseWeight::kind_name) return;
    old_bytes += before.linear(layer, module)->bytes();
    new_bytes += weight->bytes();
  });
  if (new_bytes > old_bytes)
    context.warn("The sparse storage takes " + std::to_string(new_bytes) + " bytes where " + std::to_string(old_bytes) +
                 " were: too few weights are zero for it. Prune more first, or keep the format.");
}

}  // namespace

ModelState cast(const StepInputs& inputs, StepContext& context) {
  const ModelState& model = inputs.model();
  const std::vector<std::int64_t> layers = parse_layers(text(inputs.parameters, "layers"), model.layer_count(), "layers");
  for_each_linear(model, layers, context, [&](std::int64_t layer, const std::string&, const Weight& weight) {
    check(inputs.parameters_of(layer), weight);
  });
  ModelState out = rewrite_linears(model, layers, context, [&](std::int64_t layer, const std::string&, const Weight& weight) {
    return cast_weight(inputs.parameters_of(layer), weight);
  });
  if (inputs.parameters.at("embedding").get<bool>()) rewrite_embedding(out, context, [&](const Weight& weight) {
    check(inputs.parameters, weight);
    return cast_weight(inputs.parameters, weight);
  });
  if (any_tensor_grew(model, out)) add_badge(out, "expanded");
  warn_of_growth(model, out, layers, context);
  return out;
}

}  // namespace kelter
