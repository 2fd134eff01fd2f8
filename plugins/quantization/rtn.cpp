// SPDX-License-Identifier: GPL-3.0-or-later
// Round to nearest on the grids of core/formats/integer_weight.h.
#include "core/compress/layer_walk.h"
#include "core/describe/parameter.h"
#include "plugins/quantization/integer_options.h"
#include "plugins/quantization/steps.h"

namespace kelter {
namespace {

using Layers = std::vector<std::int64_t>;

// Read from the finished model and not while rounding, so that a resumed run warns like an uninterrupted one.
void warn_of_clipping(const ModelState& before, const ModelState& after, const Layers& layers, StepContext& context) {
  std::int64_t clipped = 0, groups = 0;
  for_each_linear(after, layers, context, [&](std::int64_t layer, const std::string& module, const Weight& weight) {
    const auto& packed = dynamic_cast<const IntegerWeight&>(*weight);
    clipped += packed.count_clipped_groups(before.linear(layer, module)->decode(at::kFloat));
    const std::int64_t group = packed.options().group;
    groups += group == 0 ? packed.rows() : packed.numel() / group;
  });
  if (clipped == 0) return;
  context.warn(std::to_string(clipped) + " of " + std::to_string(groups) +
               " groups do not fit on their grid: it cannot shift to groups on one side of zero, or the scale type is too "
               "coarse for them. Use grid=minmax, or scale_type=float32.");
}

}  // namespace

ModelState round_to_nearest(const StepInputs& inputs, StepContext& context) {
  const ModelState& model = inputs.model();
  const Layers layers = parse_layers(inputs.parameters.at("layers").get<std::string>(), model.layer_count(), "layers");
  const auto options = [&](std::int64_t layer) { return integer_options(inputs.parameters_of(layer)); };
  for_each_linear(model, layers, context, [&](std::int64_t layer, const std::string&, const Weight& weight) {
    IntegerWeight::check(options(layer), weight->columns());
  });
  ModelState out = rewrite_linears(model, layers, context, [&](std::int64_t layer, const std::string&, const Weight& weight) {
    return IntegerWeight::quantize(weight->decode(at::kFloat), options(layer));
  });
  warn_of_clipping(model, out, layers, context);
  return out;
}

}  // namespace kelter
