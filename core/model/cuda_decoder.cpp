// SPDX-License-Identifier: GPL-3.0-or-later
// Decoding on a GPU. One step queues its kernels without waiting for the device; the host waits once, for the result.
#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>

#include <cmath>

#include "core/formats/device_weight.h"
#include "core/kernels/dispatch.h"
#include "core/model/decoder.h"
#include "core/model/rope.h"

namespace kelter {
namespace {

using Placed = std::shared_ptr<const DeviceWeight>;

Placed placed(const Weight& weight) { return std::dynamic_pointer_cast<const DeviceWeight>(weight); }

struct DecodeLayer {
  LayerConfig config;
  at::Tensor attention_norm, mlp_norm;
  Placed query, key, value, output, gate, up, down;
  at::Tensor query_bias, key_bias, value_bias, output_bias, gate_bias, up_bias, down_bias;   // float32; undefined: none
  at::Tensor keys, values;   // [batch, kv_heads, capacity, head_dim] in the compute type
};

class CudaDecoder final : public Decoder {
 public:
  CudaDecoder(const ModelState& model, const DecoderSize& size, at::Device device)
      : config_(model.config), size_(size), device_(device), prompt_(model, size.dtype, device),
        embedding_(prompt_.embedding()), head_(placed(prepare_weight(prompt_.head(), size.dtype))) {
    require_device_memory(device, planned_cache(), "the KV cache");
    std::int64_t widest_mlp = 0, widest_heads = 0;
    for (std::int64_t i = 0; i < prompt_.layer_count(); ++i) {
      layers_.push_back(make_layer(i));
      widest_mlp = std::max(widest_mlp, layers_.back().config.intermediate);
      widest_heads = std::max(widest_heads, layers_.back().config.heads * config_.head_dim);
    }
    normed_ = room(config_.hidden);
    for (at::Tensor* one : {&query_, &key_, &value_}) *one = room(widest_heads);
    for (at::Tensor* one : {&gate_, &up_, &gated_}) *one = room(widest_mlp);
    rotated_ = at::empty({size.batch * widest_heads}, options(size.dtype));
    scores_ = at::empty({size.batch, config_.vocabulary}, options(at::kFloat));
  }

  void prefill(const at::Tensor& ids) override {
    const std::int64_t length = ids.size(1);
    KvCache cache;
    const at::Tensor last = prompt_.forward(ids, &cache).select(1, length - 1).contiguous();
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      layers_[i].keys.narrow(2, 0, length).copy_(cache.layers[i].keys);
      layers_[i].values.narrow(2, 0, length).copy_(cache.layers[i].values);
    }
    head_->multiply(last, scores_);
  }

  void step(std::span<const std::int32_t> ids, std::int64_t position) override {
    const c10::DeviceGuard guard(device_);
    stream_ = device_stream(device_);
    position_ = position;
    const at::Tensor tokens = at::tensor(at::ArrayRef<std::int32_t>(ids.data(), static_cast<std::size_t>(size_.batch)), at::kInt);
    hidden_ = embedding_->gather_rows(tokens, at::kFloat);
    send_angles();
    for (DecodeLayer& layer : layers_) run_layer(layer);
    normalise(prompt_.final_norm_weight());
    head_->multiply(normed_.view({size_.batch, config_.hidden}), scores_);
  }

  std::span<const float> logits() override {
    host_scores_ = scores_.cpu();
    return {host_scores_.const_data_ptr<float>(), static_cast<std::size_t>(host_scores_.numel())};
  }

  std::span<const std::int32_t> largest() override {
    host_largest_ = scores_.argmax(1).to(at::kInt).cpu();
    return {host_largest_.const_data_ptr<std::int32_t>(), static_cast<std::size_t>(size_.batch)};
  }

  RoundedLinears rounded_linears() const override { return {}; }

  std::uint64_t cache_bytes() const override {
    std::uint64_t sum = 0;
    for (const DecodeLayer& layer : layers_) sum += layer.keys.nbytes() + layer.values.nbytes();
    return sum;
  }

 private:
  at::TensorOptions options(at::ScalarType dtype) const { return at::TensorOptions(device_).dtype(dtype); }
  at::Tensor room(std::int64_t width) const { return at::empty({size_.batch * width}, options(at::kFloat)); }
  // The first batch * width numbers of a buffer.
  at::Tensor rows(const at::Tensor& buffer, std::int64_t width) const {
    return buffer.narrow(0, 0, size_.batch * width).view({size_.batch, width});
  }

  std::uint64_t planned_cache() const {
    std::int64_t positions = 0;
    for (const LayerConfig& layer : config_.layers) positions += 2 * size_.batch * layer.kv_heads * size_.capacity;
    return static_cast<std::uint64_t>(positions * config_.head_dim) * c10::elementSize(size_.dtype);
  }

  DecodeLayer make_layer(std::int64_t i) const {
    const auto weight = [&](std::size_t module) { return placed(prompt_.weight(i, linear_modules[module])); };
    const auto bias = [&](std::size_t module) {
      const at::Tensor values = prompt_.bias(i, linear_modules[module]);
      return values.defined() ? values.to(at::kFloat).contiguous() : values;
    };
    DecodeLayer layer{config_.layers[static_cast<std::size_t>(i)], prompt_.attention_norm(i), prompt_.mlp_norm(i),
                      weight(0), weight(1), weight(2), weight(3), weight(4), weight(5), weight(6),
                      bias(0), bias(1), bias(2), bias(3), bias(4), bias(5), bias(6), {}, {}};
    layer.keys = at::empty({size_.batch, layer.config.kv_heads, size_.capacity, config_.head_dim}, options(size_.dtype));
    layer.values = at::empty_like(layer.keys);
    return layer;
  }

  // Cosines and sines of this position, computed as on the processor.
  void send_angles() {
    if (frequencies_.empty() || rotary_depends_on_length(config_)) frequencies_ = rotary_frequencies(config_, position_ + 1);
    std::vector<float> values(2 * frequencies_.size());
    for (std::size_t i = 0; i < frequencies_.size(); ++i) {
      const float angle = static_cast<float>(position_) * frequencies_[i];
      values[i] = std::cos(angle);
      values[frequencies_.size() + i] = std::sin(angle);
    }
    angles_ = at::tensor(at::ArrayRef<float>(values), at::kFloat).to(device_);
  }

  void normalise(const at::Tensor& weight) {
    check_kernel(cuda_rms_norm(hidden_.const_data_ptr<float>(), weight.const_data_ptr<float>(), size_.batch, config_.hidden,
                               static_cast<float>(config_.norm_epsilon), normed_.mutable_data_ptr<float>(), stream_),
                 "rms-norm-cuda");
  }

  void append(DecodeLayer& layer) {
    const ScaleType type = size_.dtype == at::kFloat  ? ScaleType::float32
                           : size_.dtype == at::kHalf ? ScaleType::float16
                                                      : ScaleType::bfloat16;
    const float* cosine = angles_.const_data_ptr<float>();
    check_kernel(cuda_rotary_append({query_.const_data_ptr<float>(), key_.const_data_ptr<float>(), value_.const_data_ptr<float>(),
                                     cosine, cosine + config_.head_dim / 2, size_.batch, layer.config.heads,
                                     layer.config.kv_heads, config_.head_dim, size_.capacity, position_, type,
                                     rotated_.mutable_data_ptr(), layer.keys.mutable_data_ptr(), layer.values.mutable_data_ptr()},
                                    stream_),
                 "rotary-append-cuda");
  }

  // float32 [batch, heads * head_dim]
  at::Tensor attended(const DecodeLayer& layer) {
    const std::int64_t length = position_ + 1, seen = config_.window > 0 ? std::min(config_.window, length) : length;
    const std::int64_t width = layer.config.heads * config_.head_dim;
    const at::Tensor query = rows(rotated_, width).view({size_.batch, layer.config.heads, 1, config_.head_dim});
    const at::Tensor keys = layer.keys.narrow(2, length - seen, seen), values = layer.values.narrow(2, length - seen, seen);
    count_kernel("decode_attention-sdpa-cuda", 2 * static_cast<std::uint64_t>(keys.numel()) * c10::elementSize(size_.dtype));
    return attend(query, keys, values, {}, /*causal=*/false).to(at::kFloat).reshape({size_.batch, width});
  }

  void run_layer(DecodeLayer& layer) {
    const std::int64_t kv_width = layer.config.kv_heads * config_.head_dim, middle = layer.config.intermediate;
    const at::Tensor x = normed_.view({size_.batch, config_.hidden});
    normalise(layer.attention_norm);
    layer.query->multiply(x, rows(query_, layer.config.heads * config_.head_dim), layer.query_bias);
    layer.key->multiply(x, rows(key_, kv_width), layer.key_bias);
    layer.value->multiply(x, rows(value_, kv_width), layer.value_bias);
    append(layer);
    layer.output->multiply(attended(layer), hidden_, layer.output_bias, hidden_);
    normalise(layer.mlp_norm);
    layer.gate->multiply(x, rows(gate_, middle), layer.gate_bias);
    layer.up->multiply(x, rows(up_, middle), layer.up_bias);
    check_kernel(cuda_silu_multiply(gate_.const_data_ptr<float>(), up_.const_data_ptr<float>(), size_.batch * middle,
                                    gated_.mutable_data_ptr<float>(), stream_),
                 "silu-multiply-cuda");
    layer.down->multiply(rows(gated_, middle), hidden_, layer.down_bias, hidden_);
  }

  ModelConfig config_;
  DecoderSize size_;
  at::Device device_;
  Transformer prompt_;
  Weight embedding_;
  Placed head_;
  std::vector<DecodeLayer> layers_;
  std::vector<float> frequencies_;
  at::Tensor angles_, hidden_;   // of this step
  at::Tensor normed_, query_, key_, value_, gate_, up_, gated_, rotated_, scores_;
  at::Tensor host_scores_, host_largest_;
  std::int64_t position_ = 0;
  void* stream_ = nullptr;
};

}  // namespace

std::unique_ptr<Decoder> make_cuda_decoder(const ModelState& model, const DecoderSize& size, at::Device device) {
  return std::make_unique<CudaDecoder>(model, size, device);
}

}  // namespace kelter
