// SPDX-License-Identifier: GPL-3.0-or-later
// Gradients of the whole model's loss with respect to its linears, for methods by Taylor expansion and Fisher information.
//
// The loss of a window is the mean of -log p(next token) over its predicted tokens, all but the first; that of all windows is the
// mean of theirs. Embedding, norms, biases and head are constants.
//
// Activation checkpointing (arXiv 1604.06174): a batch runs through the model without a graph and leaves its hidden states at the
// borders of layers in main memory, 4 bytes x (layers + 1) x hidden x tokens of the batch. Then, from the last layer to the first,
// a graph over this one layer gives the gradients of its linears and of its input; they are handed over and dropped. Of the
// model the embedding, the head and one layer lie on the device at a time.
//
// First derivatives only: a product with the whole loss's Hessian needs a graph over all layers at once, which this pass avoids.
// No checkpoints: a pass that was stopped starts again. Engine thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/compress/layer_sweep.h"

namespace kelter {

enum class GradientOf {
  batch,    // parts of the gradient of the loss of all windows: their sum over the calls is the gradient
  window    // the gradient of each window's own loss: the mean over the calls is the gradient
};

struct LinearGradient {
  std::int64_t layer = 0;
  std::string module;
  const at::Tensor& weight;     // [out, in] in the compute type on the device: what the forward multiplied
  const at::Tensor& gradient;   // float32 [out, in] on the device; summed over tokens in the compute type
};
using GradientVisit = std::function<void(const LinearGradient& linear)>;

// Calls `visit` for each linear of `layers` (ascending), batch after batch, last layer first. Returns the loss.
// Error(invalid_data) without windows, with windows of different lengths or of fewer than two tokens; Error(not_finite)
// naming the layer whose output, or the layer and module whose gradient is not finite; an Error of `visit` gets layer and
// module put in front of its place.
double sweep_gradients(const ModelState& model, const std::vector<std::int64_t>& layers, const Calibration& calibration,
                       GradientOf of, StepContext& context, const GradientVisit& visit);

// By the name of the tensor, float32 in main memory, as large as the linears of `layers` are in float32. Errors as above.
using NamedTensors = std::map<std::string, at::Tensor>;
// The gradient of the loss.
NamedTensors loss_gradients(const ModelState& model, const std::vector<std::int64_t>& layers, const Calibration& calibration,
                            StepContext& context);
// The mean over windows of the squared gradient of a window's loss: the diagonal of the empirical Fisher matrix.
NamedTensors fisher_diagonal(const ModelState& model, const std::vector<std::int64_t>& layers, const Calibration& calibration,
                             StepContext& context);

}  // namespace kelter
