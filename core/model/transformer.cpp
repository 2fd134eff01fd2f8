// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/transformer.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "core/formats/composite_weight.h"
#include "core/formats/dense_weight.h"
#include "core/formats/device_weight.h"
#include "core/formats/gemm.h"
#include "core/model/forward_ops.h"
#include "core/model/likelihood.h"
#include "core/model/rope.h"

namespace kelter {
namespace {

// Entries of the vocabulary whose part of the head is decoded at a time.
constexpr std::int64_t vocabulary_tile = 4096;
// Rows whose logits exist at a time where the head multiplies rounded activations, all of the vocabulary at once.
constexpr std::int64_t rounded_row_tile = 64;

at::Tensor as_tensor(const std::vector<float>& values) { return at::tensor(at::ArrayRef<float>(values), at::kFloat); }

}  // namespace

KvCache KvCache::select(const at::Tensor& index) const {
  KvCache out;
  for (const Layer& layer : layers) out.layers.push_back({layer.keys.index_select(0, index), layer.values.index_select(0, index)});
  return out;
}

at::Tensor attend(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values, const at::Tensor& mask, bool causal) {
  const std::int64_t share = query.size(1) / keys.size(1);
  // The fused kernels of a GPU for 16-bit numbers read a shared head where it lies; all others need it repeated.
  const bool shared = query.is_cuda() && query.scalar_type() != at::kFloat && !mask.defined();
  const auto heads = [&](const at::Tensor& x) { return share == 1 || shared ? x : x.repeat_interleave(share, 1); };
  return at::scaled_dot_product_attention(query, heads(keys), heads(values),
                                          mask.defined() ? std::optional<at::Tensor>(mask) : std::nullopt, 0.0, causal,
                                          std::nullopt, /*enable_gqa=*/shared && share > 1);
}

Weight prepare_weight(const Weight& weight, at::ScalarType dtype) {
  if (const auto composite = std::dynamic_pointer_cast<const CompositeWeight>(weight))
    return dtype == at::kFloat ? replace_inner(composite, [&](const Weight& inner) { return prepare_weight(inner, dtype); }) : weight;
  if (const auto dense = std::dynamic_pointer_cast<const DenseWeight>(weight))
    return dense->dtype() == dtype ? weight : DenseWeight::from_tensor(dense->tensor(), dtype);
  const auto placed = std::dynamic_pointer_cast<const DeviceWeight>(weight);
  if (!placed || !placed->is_dense() || placed->tensor().scalar_type() == dtype) return weight;
  return DeviceWeight::dense(placed->tensor().to(dtype));
}

ModelState on_device(const ModelState& model, at::Device device) {
  std::uint64_t planned = 0;
  for (const auto& [name, weight] : model.tensors)
    if (!std::dynamic_pointer_cast<const DeviceWeight>(weight)) planned += weight->bytes();
  require_device_memory(device, planned, "the weights");
  ModelState out = model;
  for (auto& [name, weight] : out.tensors) weight = on_device(weight, device);
  return out;
}

namespace {

// What prepare_weight makes of it.
std::uint64_t prepared_bytes(const Weight& weight, at::ScalarType dtype) {
  if (weight->kind() == DenseWeight::kind_name) return static_cast<std::uint64_t>(weight->numel()) * c10::elementSize(dtype);
  std::uint64_t bytes = weight->bytes();
  const auto composite = std::dynamic_pointer_cast<const CompositeWeight>(weight);
  if (!composite || dtype != at::kFloat) return bytes;
  for (const CompositeWeight::Inner& one : composite->inner()) bytes += prepared_bytes(one.weight, dtype) - one.weight->bytes();
  return bytes;
}

}  // namespace

std::uint64_t device_bytes(const ModelState& model, at::ScalarType dtype) {
  std::uint64_t sum = 0;
  for (const auto& [name, weight] : model.tensors) sum += weight->bytes();
  for (std::int64_t i = 0; i < model.layer_count(); ++i) {
    for (const char* module : linear_modules) {
      const Weight& weight = model.linear(i, module);
      sum += prepared_bytes(weight, dtype) - weight->bytes();
    }
  }
  return sum;
}

// A tensor on the device; `place` is that of an error.
Weight Transformer::placed(const Weight& stored, const std::string& place) const {
  Weight weight = on_device(stored, device_);
  if (!weight->finite())
    throw Error(ErrorCode::not_finite, "A weight is not a finite number", place, "it holds NaN or infinity",
                "Check the checkpoint, or the step that made it.");
  return weight;
}

std::string exact_linears_note(const RoundedLinears& linears) {
  if (linears.rounded == linears.all) return "";
  return "Activations were rounded to 8 bits in " + std::to_string(linears.rounded) + " of " + std::to_string(linears.all) +
         " linears (the head counts as one). The others are stored in a form that has no such product and took them exactly.";
}

void require_activations(Activations activations, at::Device device) {
  if (activations == Activations::exact || !device.is_cuda()) return;
  throw Error(ErrorCode::unsupported, "Activations in 8 bits are computed on the processor only", "activations=int8",
              "the products of a GPU take activations as they are", "Use --device cpu, or activations=exact.");
}

Transformer::Transformer(const ModelState& model, at::ScalarType dtype, at::Device device, Activations activations,
                         Placing placing)
    : config_(model.config), dtype_(dtype), device_(device), activations_(activations) {
  require_activations(activations, device);
  if (dtype != at::kFloat && dtype != at::kBFloat16 && !(device.is_cuda() && dtype == at::kHalf))
    throw Error(ErrorCode::unsupported, "The compute type is not available on the CPU", dtype_name(dtype), "",
                "Use --dtype float32 or bfloat16.");
  if (placing == Placing::all_layers) require_device_memory(device, device_bytes(model, dtype), "the weights");
  frequencies_ = as_tensor(rotary_frequencies(config_)).to(device);
  embedding_ = placed(model, "model.embed_tokens.weight");
  head_ = config_.tied_embeddings ? embedding_ : placed(model, "lm_head.weight");
  final_norm_ = placed(model, "model.norm.weight")->decode(at::kFloat);
  layers_.resize(model.config.layers.size());
  if (placing == Placing::as_needed) return;
  for (std::int64_t i = 0; i < model.layer_count(); ++i) place_layer(model, i);
}

void Transformer::place_layer(const ModelState& model, std::int64_t index) {
  Layer layer;
  layer.config = model.config.layers[static_cast<std::size_t>(index)];
  layer.attention_norm = placed(model, layer_prefix(index) + "input_layernorm.weight")->decode(at::kFloat);
  layer.mlp_norm = placed(model, layer_prefix(index) + "post_attention_layernorm.weight")->decode(at::kFloat);
  for (const char* module : linear_modules) {
    layer.linears[module] = prepare_weight(placed(model, linear_name(index, module)), dtype_);
    if (config_.bias.of(module)) layer.biases[module] = placed(model, bias_name(index, module))->decode(dtype_);
  }
  layers_[static_cast<std::size_t>(index)] = std::move(layer);
}

void Transformer::drop_layer(std::int64_t index) { layers_[static_cast<std::size_t>(index)] = Layer(); }

void Transformer::replace(std::int64_t index, const std::string& module, const Weight& weight) {
  layers_[static_cast<std::size_t>(index)].linears.at(module) = prepare_weight(placed(weight, "tensor " + linear_name(index, module)), dtype_);
}

at::Tensor Transformer::embed(const at::Tensor& ids) const {
  const at::Tensor flat = ids.reshape({-1}).contiguous();
  const std::int64_t* values = flat.const_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < flat.size(0); ++i) {
    if (values[i] < 0 || values[i] >= config_.vocabulary)
      throw Error(ErrorCode::invalid_data, "A token id lies outside the vocabulary", "",
                  std::to_string(values[i]) + " of " + std::to_string(config_.vocabulary));
  }
  return embedding_->gather_rows(flat, at::kFloat).view({ids.size(0), ids.size(1), config_.hidden});
}

at::Tensor Transformer::norm(const at::Tensor& x, const at::Tensor& weight) const { return rms_norm(x, weight, config_.norm_epsilon, dtype_); }

at::Tensor Transformer::final_norm(const at::Tensor& hidden) const { return rms_norm(hidden, final_norm_, config_.norm_epsilon, at::kFloat); }

at::Tensor Transformer::linear(const Layer& layer, const char* module, const at::Tensor& x, const LinearObserver& observe) const {
  if (observe && !observe(module, x)) return {};
  const Weight& weight = layer.linears.at(module);
  const at::Tensor rows = x.reshape({-1, x.size(-1)});
  const at::Tensor out = (rounds(*weight) ? multiply_stored(*weight, rows, Activations::int8) : weight->linear(rows)).view({x.size(0), x.size(1), weight->rows()});
  const auto bias = layer.biases.find(module);
  return bias == layer.biases.end() ? out : out + bias->second;
}

bool Transformer::rounds(const WeightFormat& weight) const {
  return activations_ == Activations::int8 && weight.rounds_activations();
}

RoundedLinears Transformer::rounded_linears() const {
  if (activations_ == Activations::exact) return {};
  RoundedLinears count{rounds(*head_) ? 1 : 0, 1};
  for (const Layer& layer : layers_) {
    for (const auto& [module, weight] : layer.linears) {
      count.rounded += rounds(*weight) ? 1 : 0;
      ++count.all;
    }
  }
  return count;
}

at::Tensor Transformer::bias(std::int64_t layer, const std::string& module) const {
  const auto& biases = layers_[static_cast<std::size_t>(layer)].biases;
  const auto found = biases.find(module);
  return found == biases.end() ? at::Tensor() : found->second;
}

// float32 [B or 1, 1, T, head_dim / 2]
at::Tensor Transformer::angles(const at::Tensor& positions) const {
  at::Tensor frequencies = frequencies_;
  if (rotary_depends_on_length(config_) && positions.numel() > 0)
    frequencies = as_tensor(rotary_frequencies(config_, positions.max().item<std::int64_t>() + 1)).to(device_);
  return (positions.to(at::kFloat).unsqueeze(-1) * frequencies).unsqueeze(1);
}

// Which keys a query looks at; undefined where plain causal attention is meant.
at::Tensor Transformer::mask(const at::Tensor& positions, std::int64_t past, const Placement& place) const {
  const std::int64_t tokens = positions.size(1);
  at::Tensor mask = place.mask;
  const auto boolean = at::TensorOptions(device_).dtype(at::kBool);
  if (!mask.defined() && past > 0) mask = at::ones({tokens, past + tokens}, boolean).tril(past);
  const bool reaches_back = config_.window > 0 && past + tokens > config_.window;
  if (!reaches_back) return mask;
  if (!mask.defined()) mask = at::ones({tokens, tokens}, boolean).tril();
  const at::Tensor cached = at::arange(past, positions.options()).unsqueeze(0).expand({positions.size(0), past});
  const at::Tensor distance = positions.unsqueeze(-1) - at::cat({cached, positions}, 1).unsqueeze(1);   // [B, T, S + T]
  return mask.logical_and((distance < config_.window).unsqueeze(1));
}

at::Tensor Transformer::attention(const Layer& layer, std::int64_t index, const at::Tensor& x, KvCache* cache,
                                  const Placement& place, const LinearObserver& observe) const {
  const std::int64_t batch = x.size(0), tokens = x.size(1);
  if (cache && cache->layers.size() < layers_.size()) cache->layers.resize(layers_.size());
  KvCache::Layer* kept = cache ? &cache->layers[static_cast<std::size_t>(index)] : nullptr;
  const std::int64_t past = kept && kept->keys.defined() ? kept->keys.size(2) : 0;
  const std::int64_t size = config_.head_dim, heads = layer.config.heads, kv_heads = layer.config.kv_heads;
  const at::Tensor positions = place.positions.defined() ? place.positions : at::arange(past, past + tokens, at::TensorOptions(device_).dtype(at::kLong)).unsqueeze(0);
  const at::Tensor turned = angles(positions);
  const at::Tensor cosine = turned.cos(), sine = turned.sin();
  at::Tensor query = linear(layer, "self_attn.q_proj", x, observe);
  if (!query.defined()) return {};
  at::Tensor keys = linear(layer, "self_attn.k_proj", x, observe);
  if (!keys.defined()) return {};
  at::Tensor values = linear(layer, "self_attn.v_proj", x, observe);
  if (!values.defined()) return {};
  query = rotate_heads(query, heads, cosine, sine);
  keys = rotate_heads(keys, kv_heads, cosine, sine);
  values = values.view({batch, tokens, kv_heads, size}).transpose(1, 2);
  if (kept) {
    kept->keys = past > 0 ? at::cat({kept->keys, keys}, 2) : keys.contiguous();
    kept->values = past > 0 ? at::cat({kept->values, values}, 2) : values.contiguous();
    keys = kept->keys;
    values = kept->values;
  }
  const at::Tensor mask = this->mask(positions, past, place);
  const at::ScalarType type = device_.is_cuda() || multiplied_natively(dtype_) ? dtype_ : at::kFloat;
  const at::Tensor out = attend(query.to(type), keys.to(type), values.to(type), mask, /*causal=*/!mask.defined()).to(dtype_);
  return linear(layer, "self_attn.o_proj", out.transpose(1, 2).reshape({batch, tokens, heads * size}), observe);
}

at::Tensor Transformer::layer(std::int64_t index, const at::Tensor& hidden, KvCache* cache, const Placement& place,
                              const LinearObserver& observe) const {
  const Layer& layer = layers_[static_cast<std::size_t>(index)];
  const at::Tensor mixed = attention(layer, index, norm(hidden, layer.attention_norm), cache, place, observe);
  if (!mixed.defined()) return {};
  const at::Tensor attended = hidden + mixed;   // float32
  const at::Tensor x = norm(attended, layer.mlp_norm);
  const at::Tensor gate = linear(layer, "mlp.gate_proj", x, observe);
  if (!gate.defined()) return {};
  const at::Tensor up = linear(layer, "mlp.up_proj", x, observe);
  if (!up.defined()) return {};
  const at::Tensor out = linear(layer, "mlp.down_proj", gated(gate, up), observe);
  return out.defined() ? attended + out : at::Tensor();
}

at::Tensor Transformer::forward(const at::Tensor& ids, KvCache* cache, const Placement& place, const LayerHook& between) const {
  at::Tensor hidden = embed(ids);
  const auto here = [&](const at::Tensor& tensor) { return tensor.defined() ? tensor.to(device_) : tensor; };
  const Placement placed{here(place.positions), here(place.mask)};
  for (std::int64_t i = 0; i < layer_count(); ++i) {
    if (between) between(i, hidden);
    hidden = layer(i, hidden, cache, placed);
  }
  if (between) between(layer_count(), hidden);
  return final_norm(hidden);
}

// The head multiplies float32 hidden states in float32 tiles, so that logits are float32 in every compute type.
at::Tensor Transformer::logits(const at::Tensor& hidden) const {
  const at::Tensor rows = hidden.to(at::kFloat).contiguous();
  if (rounds(*head_)) return multiply_stored(*head_, rows, Activations::int8);
  at::Tensor out = at::empty({rows.size(0), config_.vocabulary}, rows.options());
  for (std::int64_t first = 0; first < config_.vocabulary; first += vocabulary_tile) {
    const std::int64_t width = std::min(vocabulary_tile, config_.vocabulary - first);
    out.narrow(1, first, width).copy_(at::linear(rows, head_->decode_rows(first, first + width, at::kFloat)));
  }
  return out;
}

at::Tensor Transformer::negative_log_likelihood(const at::Tensor& hidden, const at::Tensor& targets) const {
  const at::Tensor rows = hidden.to(at::kFloat).contiguous();
  if (!rounds(*head_)) return kelter::negative_log_likelihood(*head_, rows, targets);
  // Activations are rounded once for all of the vocabulary.
  RunningLikelihood likelihood(targets);
  for (std::int64_t row = 0; row < rows.size(0); row += rounded_row_tile)
    likelihood.add(multiply_stored(*head_, rows.narrow(0, row, std::min(rounded_row_tile, rows.size(0) - row)), Activations::int8), row, 0);
  return likelihood.finish();
}

}  // namespace kelter
