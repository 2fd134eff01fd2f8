// SPDX-License-Identifier: GPL-3.0-or-later
// The plain forward of a Llama-family model in ATen operations: calibration, perplexity, tasks, prefill and,
// later, gradients. Whoever wants no gradient sets at::NoGradGuard.
//
// Arithmetic: the residual stream, the norms and the rotary embedding are float32; linears and attention run
// in the compute type (float32 or bfloat16, on a GPU also float16); logits are float32. Weights stay in their stored
// form; dense weights of another type are converted to the compute type once. Engine thread only.
//
// With Activations::int8 the linears and the head multiply activations rounded to 8 bits (core/kernels/matvec.h) where the
// stored form of the weight has such a product; all others run as always. On the processor and without gradients.
//
// On a GPU the weights are copied there; results are tensors on the device unless said otherwise, inputs may lie on
// either and are moved.
//
// Shapes: B sequences, T tokens, H hidden.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/model/model_state.h"

namespace kelter {

// Keys and values of every layer, [B, kv_heads, S, head_dim] in the compute type; grows with each forward.
struct KvCache {
  struct Layer {
    at::Tensor keys, values;
  };
  std::vector<Layer> layers;
  std::int64_t length() const { return layers.empty() || !layers[0].keys.defined() ? 0 : layers[0].keys.size(2); }
  // Sequence i of the result is sequence index[i] of this (choices that share a question).
  KvCache select(const at::Tensor& index) const;
};

// Where the tokens of one forward stand, if not plainly behind the cache.
// (Keys in a cache stand at 0, 1, ... of their sequence.)
struct Placement {
  at::Tensor positions;   // [B, T] int64; undefined: cache length, cache length + 1, ...
  at::Tensor mask;        // [B, 1, T, S + T] bool, true = may look; undefined: causal
};

// How many of a model's linears, its head among them, multiply rounded activations, and how many there are; 0 of 0 where
// none is to.
struct RoundedLinears {
  std::int64_t rounded = 0, all = 0;
};
// For people, if some linears do not: which ones and why; else empty.
std::string exact_linears_note(const RoundedLinears& linears);
// Error(unsupported) for rounded activations on a GPU.
void require_activations(Activations activations, at::Device device);

// Sees what a linear multiplies, [B, T, in] in the compute type, just before it does; false: no more is wanted of this layer.
using LinearObserver = std::function<bool(const std::string& module, const at::Tensor& x)>;

// Which layers a forward takes up when it is made: all, or none, where whoever uses it places one after the other.
enum class Placing { all_layers, as_needed };

class Transformer {
 public:
  // Error(unsupported) for a compute type or activations the device does not have, Error(not_finite) naming a tensor that holds
  // NaN or infinity, Error(out_of_memory) with planned and available bytes.
  Transformer(const ModelState& model, at::ScalarType dtype, at::Device device = at::kCPU,
              Activations activations = Activations::exact, Placing placing = Placing::all_layers);

  // Takes up a layer of the model it was made of, gives it back, or puts another weight in the place of one linear of a
  // layer that is there. Errors as of the constructor.
  void place_layer(const ModelState& model, std::int64_t layer);
  void drop_layer(std::int64_t layer);
  void replace(std::int64_t layer, const std::string& module, const Weight& weight);

  const ModelConfig& config() const { return config_; }
  at::ScalarType dtype() const { return dtype_; }
  at::Device device() const { return device_; }
  Activations activations() const { return activations_; }
  RoundedLinears rounded_linears() const;
  std::int64_t layer_count() const { return static_cast<std::int64_t>(layers_.size()); }

  // The bias of a linear in the compute type; undefined where it has none.
  at::Tensor bias(std::int64_t layer, const std::string& module) const;
  // The linear of one layer as this forward multiplies it (shared, not copied).
  const Weight& weight(std::int64_t layer, const std::string& module) const {
    return layers_[static_cast<std::size_t>(layer)].linears.at(module);
  }

  const Weight& embedding() const { return embedding_; }   // as stored
  const Weight& head() const { return head_; }             // as stored; the embedding where the two are tied
  // The weights of the norms in float32 on the device.
  const at::Tensor& attention_norm(std::int64_t layer) const { return layers_[static_cast<std::size_t>(layer)].attention_norm; }
  const at::Tensor& mlp_norm(std::int64_t layer) const { return layers_[static_cast<std::size_t>(layer)].mlp_norm; }
  const at::Tensor& final_norm_weight() const { return final_norm_; }

  // ids [B, T] int64 on the processor -> float32 [B, T, H]; Error(invalid_data) for an id outside the vocabulary.
  at::Tensor embed(const at::Tensor& ids) const;
  // One decoder layer: float32 [B, T, H] -> the same; undefined where `observe` ended it.
  at::Tensor layer(std::int64_t index, const at::Tensor& hidden, KvCache* cache = nullptr, const Placement& place = {},
                   const LinearObserver& observe = nullptr) const;
  // Embedding, all layers and the final norm: float32 [B, T, H]. `between` is called before every layer
  // (cancellation, hidden norms).
  using LayerHook = std::function<void(std::int64_t layer, const at::Tensor& hidden)>;
  at::Tensor forward(const at::Tensor& ids, KvCache* cache = nullptr, const Placement& place = {},
                     const LayerHook& between = nullptr) const;
  at::Tensor final_norm(const at::Tensor& hidden) const;

  // Float32 logits [N, vocabulary] of normed hidden states [N, H].
  at::Tensor logits(const at::Tensor& hidden) const;
  // -log p(target) of each row, float64 [N] on the processor, the head in tiles so that the logits of all rows never exist
  // at once (core/model/likelihood.h). targets: [N] int64.
  at::Tensor negative_log_likelihood(const at::Tensor& hidden, const at::Tensor& targets) const;

 private:
  struct Layer {
    LayerConfig config;
    at::Tensor attention_norm, mlp_norm;     // float32 [H]
    std::map<std::string, Weight> linears;   // by module
    std::map<std::string, at::Tensor> biases;   // by module, in the compute type; few models have any
  };
  at::Tensor linear(const Layer& layer, const char* module, const at::Tensor& x, const LinearObserver& observe) const;
  at::Tensor angles(const at::Tensor& positions) const;
  at::Tensor mask(const at::Tensor& positions, std::int64_t past, const Placement& place) const;
  at::Tensor attention(const Layer& layer, std::int64_t index, const at::Tensor& x, KvCache* cache, const Placement& place,
                       const LinearObserver& observe) const;
  at::Tensor norm(const at::Tensor& x, const at::Tensor& weight) const;
  Weight placed(const Weight& weight, const std::string& place) const;
  Weight placed(const ModelState& model, const std::string& name) const { return placed(model.tensor(name), model.place("tensor " + name)); }
  bool rounds(const WeightFormat& weight) const;

  ModelConfig config_;
  at::ScalarType dtype_;
  at::Device device_;
  Activations activations_;
  Weight embedding_, head_;
  at::Tensor final_norm_;
  std::vector<Layer> layers_;
  at::Tensor frequencies_;   // float32 [head_dim / 2]
};

// Attention of query [B, heads, T, d] over keys and values [B, kv_heads, S, d], heads a multiple of kv_heads; `mask` bool,
// true = may look, or undefined.
at::Tensor attend(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values, const at::Tensor& mask, bool causal);
// The weight a forward in `dtype` multiplies with: dense weights of another type converted where they lie, also those that a
// weight is made of if dtype is float32; all others shared.
Weight prepare_weight(const Weight& weight, at::ScalarType dtype);
// The state with every tensor on `device` (core/formats/device_weight.h), or in main memory for the processor; tensors
// that lie there are shared. A GPU's take the same bytes as stored. Error(out_of_memory | unsupported).
ModelState on_device(const ModelState& model, at::Device device);
// Bytes of a model's weights on a GPU that computes in `dtype`: linears as prepare_weight leaves them, all else as stored.
std::uint64_t device_bytes(const ModelState& model, at::ScalarType dtype);

}  // namespace kelter
