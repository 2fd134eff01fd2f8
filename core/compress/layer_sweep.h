// SPDX-License-Identifier: GPL-3.0-or-later
// The machine of all one-shot methods: it brings calibration windows through the model layer by layer, gathers what a
// method asks of the inputs of each linear, lets the method put another weight in its place, and makes the next layer's
// inputs. Streaming, batches, shared inputs, cancellation, progress, checkpoints and per-linear errors are written here
// once. Loop and order: the code of GPTQ (arXiv 2210.17323), SparseGPT (arXiv 2301.00774) and Wanda (arXiv 2306.11695).
//
// Hidden states of all windows are held between layers (bfloat16 where the forwards compute in it, else float32) in main memory or, where
// they take no more than a quarter of what is free there, on the GPU. Of the model the embedding, one layer and the next one lie on the
// device: that one is read, and changed layers are brought home and kept, while the GPU computes.
// Engine thread; sets NoGradGuard itself.
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

// What the model is fed with and where it runs.
struct Calibration {
  std::vector<std::vector<std::int32_t>> windows;   // of one length
  at::ScalarType dtype = at::kFloat;                // compute type of the forwards; statistics are float32 in any case
  at::Device device = at::kCPU;
};

// What is gathered of an input of `in` features, over all tokens x of all windows.
enum class Statistic {
  squared_norms,   // sum of x_j^2
  gram             // also the sum of x x^T
};

// Of one input, shared by the linears that read it. Float32 on the device of the calibration.
struct InputStatistics {
  std::string first;                      // the first linear that reads it: its name within the layer
  std::int64_t samples = 0, tokens = 0;   // windows, and tokens in all of them
  at::Tensor squared_norms;               // [in]
  at::Tensor gram;                        // [in, in], or undefined
  at::Tensor probe;                       // [rows, in]: some tokens as they are, at most probe_tokens

  // The Hessian of half the squared output error averaged over windows: 2 / samples * gram (SparseGPT, GPTQ). A new tensor.
  at::Tensor hessian() const;
};

struct SweptLinear {
  std::int64_t layer = 0;
  std::string module;
  Weight weight;                    // as stored
  Weight placed;                    // the same where the forward runs
  const InputStatistics& input;
  at::Tensor values() const;        // float32 [out, in] there, the caller's own
};

// What takes the place of a linear; its own weight keeps it.
struct ChangedLinear {
  Weight weight;                               // in main memory or where the forward runs; the result holds it in main memory
  std::map<std::string, double> values = {};   // recorded beside the errors, by quantity
  std::string warning = {};                    // for people, if anything is to be said of this linear
  ChangedLinear(Weight changed) : weight(std::move(changed)) {}   // NOLINT(google-explicit-constructor): most methods say no more
};
// Depends on nothing but its argument and parameters of the step.
using LinearChange = std::function<ChangedLinear(const SweptLinear& linear)>;

struct SweepOptions {
  Statistic statistic = Statistic::squared_norms;
  // Within a layer one after the other, each with inputs from what was changed before it: q k v, o, gate up, down.
  bool true_sequential = false;
  // The next layer sees what the changed layer puts out; else what the unchanged one did.
  bool inputs_from_changed = true;
};

// The model with changed linears of `layers` (ascending); all other tensors are shared. Beside each changed linear its relative output error
// ||X (W - W')^T|| / ||X W^T|| over the probe is recorded as "output_error" (StepContext::record_linear), and change_of.
//
// After each layer its new weights, values and warnings are kept as the checkpoint "layer-<n>"; on resume such a layer is not
// changed again, its weights are taken and its outputs computed, so that the result is byte-identical.
// Error(invalid_data) without windows or with windows of different lengths; Error(not_finite) naming layer and module
// whose input is not finite; an Error of `change` gets layer and module put in front of its place.
ModelState sweep_linears(const ModelState& model, const std::vector<std::int64_t>& layers, const Calibration& calibration,
                         const SweepOptions& options, StepContext& context, const LinearChange& change);

}  // namespace kelter
