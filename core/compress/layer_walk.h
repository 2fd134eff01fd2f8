// SPDX-License-Identifier: GPL-3.0-or-later
// The walk that all methods without calibration share: for each chosen layer, look at or replace some of its
// linears. Progress, cancellation, checkpoints and the place in an error are written here once. Engine thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/step_context.h"
#include "core/model/model_state.h"

namespace kelter {

using LinearVisitor = std::function<void(std::int64_t layer, const std::string& module, const Weight& weight)>;
// Returns what takes the place of `weight`: of the same shape, or `weight` itself to keep it.
using LinearRewrite = std::function<Weight(std::int64_t layer, const std::string& module, const Weight& weight)>;

// Visits the seven linears of each layer in the order of linear_modules. An Error of `visit` gets
// "layer 3, self_attn.q_proj" put in front of its place. Cancellation point before every linear.
void for_each_linear(const ModelState& model, const std::vector<std::int64_t>& layers, StepContext& context,
                     const LinearVisitor& visit);

// The model with rewritten linears; all other tensors are shared. After each layer its new weights are kept as the
// checkpoint "layer-<n>"; a layer whose checkpoint exists is restored byte-identically and `rewrite` is not called
// for it, so what `rewrite` returns may depend on nothing but its arguments and the step's parameters.
ModelState rewrite_linears(const ModelState& model, const std::vector<std::int64_t>& layers, StepContext& context,
                           const LinearRewrite& rewrite);

// error / size; of nothing 0 without and infinity with an error.
double relative_error(double error, double size);

// What became of a linear, by quantity: "weight_error" = ||W - W'|| / ||W|| in Frobenius norms, and "sparsity", the share of its weights
// that are zero now. Float32 tensors of one shape and device. rewrite_linears and sweep_linears record it of every linear they change.
std::map<std::string, double> change_of(const at::Tensor& before, const at::Tensor& after);

// Replaces the embedding and, where the model has one of its own, the head. Error with the tensor's name in its place.
void rewrite_embedding(ModelState& model, StepContext& context, const std::function<Weight(const Weight& weight)>& rewrite);

// Puts `badge` into the history, once.
void add_badge(ModelState& model, const std::string& badge);

// Does a tensor of `after` take more bytes than the tensor of the same name in `before`? (badge "expanded")
bool any_tensor_grew(const ModelState& before, const ModelState& after);

}  // namespace kelter
