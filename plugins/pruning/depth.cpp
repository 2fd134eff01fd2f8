// SPDX-License-Identifier: GPL-3.0-or-later
// Removal of whole layers: by Block Influence (ShortGPT, arXiv 2403.03853), by the angular distance across a block
// (arXiv 2403.17887), or as listed.
#include <algorithm>

#include "core/base/units.h"
#include "core/compress/block_influence.h"
#include "core/compress/layer_walk.h"
#include "core/describe/parameter.h"
#include "core/run/calibration.h"
#include "plugins/pruning/steps.h"

namespace kelter {
namespace {

using Layers = std::vector<std::int64_t>;

std::string joined(const Layers& layers) {
  std::string text;
  for (const std::int64_t layer : layers) text += (text.empty() ? "" : ", ") + std::to_string(layer);
  return text;
}

void check_enough_layers(std::int64_t removed, std::int64_t layers) {
  if (removed < layers) return;
  throw Error(ErrorCode::invalid_parameter, "No layer would be left", "",
              std::to_string(removed) + " layers are to be removed, the model has " + std::to_string(layers),
              "Remove fewer layers.");
}

LayerSimilarity measure(const StepInputs& inputs, StepContext& context) {
  const ModelState& model = inputs.model();
  const Calibration calibration =
      calibration_of(inputs, context, "layers are compared by what they do to real tokens; criterion=list needs none");
  return measure_layer_similarity(Transformer(model, inputs.dtype, inputs.device), calibration.windows, context);
}

Layers by_influence(const StepInputs& inputs, std::int64_t count, StepContext& context) {
  const LayerSimilarity similarity = measure(inputs, context);
  for (std::size_t layer = 0; layer < similarity.influence.size(); ++layer)
    context.log("Layer " + std::to_string(layer) + ": block influence " + format_number(similarity.influence[layer]) + ".");
  return similarity.least_influential(count);
}

Layers by_angle(const StepInputs& inputs, std::int64_t count, StepContext& context) {
  const LayerSimilarity similarity = measure(inputs, context);
  for (std::int64_t first = 0; first + count < inputs.model().layer_count(); ++first)
    context.log("Layers " + std::to_string(first) + " to " + std::to_string(first + count - 1) + ": angular distance " +
                format_number(similarity.angular_distance(first, count)) + ".");
  Layers block;
  const std::int64_t first = similarity.most_similar_block(count);
  for (std::int64_t layer = first; layer < first + count; ++layer) block.push_back(layer);
  return block;
}

Layers chosen_layers(const StepInputs& inputs, StepContext& context) {
  const auto criterion = inputs.parameters.at("criterion").get<std::string>();
  const std::int64_t layers = inputs.model().layer_count();
  if (criterion == "list") {
    const Layers listed = parse_layers(inputs.parameters.at("layers").get<std::string>(), layers, "layers");
    check_enough_layers(static_cast<std::int64_t>(listed.size()), layers);
    return listed;
  }
  const auto count = inputs.parameters.at("count").get<std::int64_t>();
  check_enough_layers(count, layers);
  if (criterion == "influence") return by_influence(inputs, count, context);
  if (criterion == "angular") return by_angle(inputs, count, context);
  throw Error(ErrorCode::invalid_parameter, "The criterion is not known", "criterion", printable(criterion),
              "Use influence, angular or list.");
}

ModelState without_layers(const ModelState& model, const Layers& removed) {
  ModelState out = model;
  out.config.layers.clear();
  std::erase_if(out.tensors, [](const auto& entry) { return entry.first.starts_with("model.layers."); });
  for (std::int64_t layer = 0; layer < model.layer_count(); ++layer) {
    if (std::binary_search(removed.begin(), removed.end(), layer)) continue;
    const std::string from = layer_prefix(layer), to = layer_prefix(out.layer_count());
    for (auto entry = model.tensors.lower_bound(from); entry != model.tensors.end() && entry->first.starts_with(from); ++entry)
      out.tensors[to + entry->first.substr(from.size())] = entry->second;
    out.config.layers.push_back(model.config.layers[static_cast<std::size_t>(layer)]);
  }
  return out;
}

}  // namespace

ModelState prune_depth(const StepInputs& inputs, StepContext& context) {
  Layers removed = chosen_layers(inputs, context);
  std::sort(removed.begin(), removed.end());
  context.log("Removed layers: " + joined(removed) + ".");
  ModelState out = without_layers(inputs.model(), removed);
  add_badge(out, "fewer-layers");
  return out;
}

}  // namespace kelter
