// SPDX-License-Identifier: GPL-3.0-or-later
// How much each layer changes what passes through it: Block Influence over all tokens (ShortGPT, arXiv 2403.03853)
// and the angular distance between the inputs of two layers at the final token (arXiv 2403.17887).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/base/step_context.h"
#include "core/model/transformer.h"

namespace kelter {

struct LayerSimilarity {
  // [layers]: 1 - mean over all samples and tokens of cos(input, output) of the layer.
  std::vector<double> influence;
  // [layers + 1], each float32 [samples, hidden]: the input of each layer at the final token of every sample, and the
  // output of the last one.
  std::vector<at::Tensor> final_tokens;

  // Mean over samples of arccos(cos(input of `first`, input of `first + count`)) / pi: what the block of `count`
  // layers from `first` on does to the final token, from 0 (nothing) to 1 (turned round).
  double angular_distance(std::int64_t first, std::int64_t count) const;
  // The first layer of the block of `count` layers with the least angular distance (the lowest of equals). Blocks that
  // include the last layer do not compete: removing it is always harmful. Needs count < layers.
  std::int64_t most_similar_block(std::int64_t count) const;
  // The `count` layers of least influence, in that order (the lowest of equals first).
  std::vector<std::int64_t> least_influential(std::int64_t count) const;
};

// Runs the windows (of one length) through the model layer by layer; hidden states of all of them are held, 4 bytes
// x tokens x hidden. Cosines in float64. After each layer a checkpoint is kept, so that a killed run goes on behind
// its last finished layer with the same result. Error(invalid_data) without windows, Error(not_finite) naming the
// layer that overflows. Engine thread; sets NoGradGuard itself.
LayerSimilarity measure_layer_similarity(const Transformer& model, const std::vector<std::vector<std::int32_t>>& windows,
                                         StepContext& context);

}  // namespace kelter
