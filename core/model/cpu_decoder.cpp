// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>

#include <array>
#include <cmath>

#include "core/formats/dense_weight.h"
#include "core/kernels/decode_ops.h"
#include "core/kernels/ggml_blocks.h"
#include "core/model/decoder.h"
#include "core/model/rope.h"

namespace kelter {
namespace {

struct DecodeLayer {
  LayerConfig config;
  std::vector<float> attention_norm, mlp_norm;
  Weight query, key, value, output, gate, up, down;
  // Of those in the same order; empty where there is none.
  std::array<std::vector<float>, linear_modules.size()> biases;
  at::Tensor keys, values;   // [batch, kv_heads, capacity, head_dim] in the compute type
};

std::vector<float> to_vector(const at::Tensor& values) {
  const float* data = values.const_data_ptr<float>();
  return {data, data + values.numel()};
}

class CpuDecoder final : public Decoder {
 public:
  CpuDecoder(const ModelState& model, const DecoderSize& size)
      : config(model.config), prompt(model, size.dtype, at::kCPU, size.activations), dtype(size.dtype), capacity(size.capacity), batch(size.batch),
        embedding(prompt.embedding()), head(prepare_weight(prompt.head(), dtype)),
        final_norm(to_vector(prompt.final_norm_weight())),
        frequencies(rotary_frequencies(model.config)) {
    std::int64_t widest = config.hidden;
    for (std::int64_t i = 0; i < model.layer_count(); ++i) {
      DecodeLayer layer;
      layer.config = config.layers[static_cast<std::size_t>(i)];
      layer.attention_norm = to_vector(prompt.attention_norm(i));
      layer.mlp_norm = to_vector(prompt.mlp_norm(i));
      Weight* const weights[] = {&layer.query, &layer.key, &layer.value, &layer.output, &layer.gate, &layer.up, &layer.down};
      for (std::size_t m = 0; m < linear_modules.size(); ++m) {
        *weights[m] = prompt.weight(i, linear_modules[m]);
        if (const at::Tensor bias = prompt.bias(i, linear_modules[m]); bias.defined()) layer.biases[m] = to_vector(bias.to(at::kFloat));
      }
      layer.keys = at::empty({batch, layer.config.kv_heads, capacity, config.head_dim}, dtype);
      layer.values = at::empty_like(layer.keys);
      widest = std::max({widest, layer.config.intermediate, layer.config.heads * config.head_dim});
      layers.push_back(std::move(layer));
    }
    const auto room = [&](std::int64_t width) { return std::vector<float>(static_cast<std::size_t>(batch * width)); };
    hidden = room(config.hidden);
    normed = room(config.hidden);
    first = room(widest);
    second = room(widest);
    third = room(widest);
    attended = room(widest);
    scores = room(config.vocabulary);
    cosine.resize(frequencies.size());
    sine.resize(frequencies.size());
  }

  void prefill(const at::Tensor& ids) override {
    const std::int64_t length = ids.size(1);
    KvCache cache;
    const at::Tensor last = prompt.forward(ids, &cache).select(1, length - 1).contiguous();
    for (std::size_t i = 0; i < layers.size(); ++i) {
      layers[i].keys.narrow(2, 0, length).copy_(cache.layers[i].keys);
      layers[i].values.narrow(2, 0, length).copy_(cache.layers[i].values);
    }
    head->apply(last.const_data_ptr<float>(), batch, scores.data(), prompt.activations());
  }

  void step(std::span<const std::int32_t> ids, std::int64_t at) override {
    position = at;
    for (std::int64_t b = 0; b < batch; ++b) {
      const std::int32_t id = ids[static_cast<std::size_t>(b)];
      const at::Tensor row = embedding->decode_rows(id, id + 1, at::kFloat);
      std::copy_n(row.const_data_ptr<float>(), config.hidden, hidden.data() + b * config.hidden);
    }
    set_position();
    for (DecodeLayer& layer : layers) run_layer(layer);
    normalise(final_norm);
    multiply(normed, {{head, scores}});
  }

  std::span<const float> logits() override { return scores; }

  std::span<const std::int32_t> largest() override {
    chosen.resize(static_cast<std::size_t>(batch));
    for (std::int64_t b = 0; b < batch; ++b)
      chosen[static_cast<std::size_t>(b)] = static_cast<std::int32_t>(argmax(scores.data() + b * config.vocabulary, config.vocabulary));
    return chosen;
  }

  std::uint64_t cache_bytes() const override {
    std::uint64_t sum = 0;
    for (const DecodeLayer& layer : layers) sum += layer.keys.nbytes() + layer.values.nbytes();
    return sum;
  }

  RoundedLinears rounded_linears() const override { return prompt.rounded_linears(); }

 private:
  void normalise(const std::vector<float>& weight) {
    for (std::int64_t b = 0; b < batch; ++b)
      rms_norm(hidden.data() + b * config.hidden, weight.data(), config.hidden, static_cast<float>(config.norm_epsilon),
               normed.data() + b * config.hidden);
  }

  // Each `y` = x W^T, all in one go over the threads but for weights made of others.
  struct Target {
    const Weight& weight;
    std::vector<float>& y;
  };
  void multiply(const std::vector<float>& x, std::initializer_list<Target> targets) {
    calls.clear();
    for (const Target& target : targets) {
      if (const std::optional<MatrixView> view = target.weight->view())
        calls.push_back({*view, x.data(), batch, target.y.data(), prompt.activations()});
      else
        target.weight->apply(x.data(), batch, target.y.data(), prompt.activations());
    }
    matvec(calls);
  }

  // y [batch, width] += bias; no bias, no change.
  void add_bias(const std::vector<float>& bias, std::vector<float>& y) const {
    for (std::size_t i = 0; i < bias.size() * static_cast<std::size_t>(batch); ++i) y[i] += bias[i % bias.size()];
  }

  void add_to_hidden(const std::vector<float>& update) {
    for (std::size_t i = 0; i < hidden.size(); ++i) hidden[i] += update[i];
  }

  void set_position() {
    if (rotary_depends_on_length(config)) frequencies = rotary_frequencies(config, position + 1);
    for (std::size_t i = 0; i < frequencies.size(); ++i) {
      const float angle = static_cast<float>(position) * frequencies[i];
      cosine[i] = std::cos(angle);
      sine[i] = std::sin(angle);
    }
  }

  // Puts the new keys and values (float32 [batch, kv_heads, head_dim]) behind the cache.
  void append(DecodeLayer& layer, const float* key, const float* value) {
    const std::int64_t size = config.head_dim, rows = batch * layer.config.kv_heads;
    for (std::int64_t r = 0; r < rows; ++r) {
      const std::int64_t place = (r * capacity + position) * size;
      if (dtype == at::kFloat) {
        std::copy_n(key + r * size, size, layer.keys.mutable_data_ptr<float>() + place);
        std::copy_n(value + r * size, size, layer.values.mutable_data_ptr<float>() + place);
      } else {
        auto* keys = static_cast<std::uint16_t*>(layer.keys.mutable_data_ptr()) + place;
        auto* values = static_cast<std::uint16_t*>(layer.values.mutable_data_ptr()) + place;
        for (std::int64_t i = 0; i < size; ++i) {
          keys[i] = float32_to_bfloat16(key[r * size + i]);
          values[i] = float32_to_bfloat16(value[r * size + i]);
        }
      }
    }
  }

  void attend(const DecodeLayer& layer, const float* query, float* out) {
    const float scale = 1.0f / std::sqrt(static_cast<float>(config.head_dim));
    const std::int64_t heads = layer.config.heads, kv_heads = layer.config.kv_heads, size = config.head_dim;
    const std::int64_t length = position + 1;
    const std::int64_t seen = config.window > 0 ? std::min(config.window, length) : length;
    for (std::int64_t b = 0; b < batch; ++b) {
      const std::int64_t start = (b * kv_heads * capacity + length - seen) * size;
      const float* q = query + b * heads * size;
      float* o = out + b * heads * size;
      if (dtype == at::kFloat) {
        decode_attention_float32(q, layer.keys.const_data_ptr<float>() + start, layer.values.const_data_ptr<float>() + start,
                                 heads, kv_heads, size, capacity, seen, scale, o);
      } else {
        decode_attention_bfloat16(q, static_cast<const std::uint16_t*>(layer.keys.const_data_ptr()) + start,
                                  static_cast<const std::uint16_t*>(layer.values.const_data_ptr()) + start, heads, kv_heads,
                                  size, capacity, seen, scale, o);
      }
    }
  }

  void run_layer(DecodeLayer& layer) {
    normalise(layer.attention_norm);
    const auto& [query_bias, key_bias, value_bias, output_bias, gate_bias, up_bias, down_bias] = layer.biases;
    multiply(normed, {{layer.query, first}, {layer.key, second}, {layer.value, third}});
    add_bias(query_bias, first);
    add_bias(key_bias, second);
    add_bias(value_bias, third);
    rotary(first.data(), batch * layer.config.heads, config.head_dim, cosine.data(), sine.data());
    rotary(second.data(), batch * layer.config.kv_heads, config.head_dim, cosine.data(), sine.data());
    append(layer, second.data(), third.data());
    attend(layer, first.data(), attended.data());
    multiply(attended, {{layer.output, first}});
    add_bias(output_bias, first);
    add_to_hidden(first);
    normalise(layer.mlp_norm);
    multiply(normed, {{layer.gate, first}, {layer.up, second}});
    add_bias(gate_bias, first);
    add_bias(up_bias, second);
    silu_multiply(first.data(), second.data(), batch * layer.config.intermediate, third.data());
    multiply(third, {{layer.down, first}});
    add_bias(down_bias, first);
    add_to_hidden(first);
  }

  ModelConfig config;
  Transformer prompt;
  at::ScalarType dtype;
  std::int64_t capacity, batch, position = 0;
  Weight embedding, head;
  std::vector<DecodeLayer> layers;
  std::vector<float> final_norm, frequencies, cosine, sine;
  std::vector<float> hidden, normed, first, second, third, attended, scores;
  std::vector<std::int32_t> chosen;
  std::vector<MatvecCall> calls;
};

}  // namespace

std::unique_ptr<Decoder> make_cpu_decoder(const ModelState& model, const DecoderSize& size) {
  return std::make_unique<CpuDecoder>(model, size);
}

}  // namespace kelter
