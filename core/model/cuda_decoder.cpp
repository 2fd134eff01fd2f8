// SPDX-License-Identifier: GPL-3.0-or-later
// Decoding on a GPU. A step is one chain of kernels on buffers that stay where they are: token and position are read from the
// device's memory, so that the chain is recorded once, as a graph, and played for every later step. Each kernel may begin while
// the one before it still runs. The host waits once, for the result.
//
// Played without a graph where that cannot be: a rotation that depends on the length, dense weights that more than 8
// sequences share, which the library multiplies, weights made of others, which multiply themselves one after the other, and
// where "decode-graph-cuda" is disabled.
#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>

#include <algorithm>
#include <cmath>

#include "core/formats/device_weight.h"
#include "core/kernels/dispatch.h"
#include "core/model/decoder.h"
#include "core/model/rope.h"

namespace kelter {
namespace {

constexpr const char* graph_name = "decode-graph-cuda";

using Placed = std::shared_ptr<const DeviceWeight>;

Placed placed(const Weight& weight) { return std::dynamic_pointer_cast<const DeviceWeight>(weight); }

const float* floats_of(const at::Tensor& tensor) { return tensor.defined() ? tensor.const_data_ptr<float>() : nullptr; }

struct Linear {
  Weight weight;
  Placed placed;        // the same; null for a weight made of others
  at::Tensor bias, y;   // float32; no bias: undefined. y: [batch, rows], shared by all layers
};

struct DecodeLayer {
  LayerConfig config;
  at::Tensor attention_norm, mlp_norm;
  Linear query, key, value, output, gate, up, down;
  at::Tensor keys, values;   // [batch, kv_heads, capacity, head_dim] in the compute type
  std::vector<const Linear*> linears() const { return {&query, &key, &value, &output, &gate, &up, &down}; }
};

// What products have in common: x [batch, columns], which is normalised first if there is a norm, and the sum a result joins.
struct Input {
  const at::Tensor& x;
  at::Tensor norm = {}, residual = {};
  bool gated = false;   // of two linears the first y becomes silu(first) * second
};

class CudaDecoder final : public Decoder {
 public:
  CudaDecoder(const ModelState& model, const DecoderSize& size, at::Device device)
      : config_(model.config), size_(size), device_(device), prompt_(model, size.dtype, device), embedding_(prompt_.embedding()) {
    require_device_memory(device, planned_cache(), "the KV cache");
    make_buffers();
    for (std::int64_t i = 0; i < prompt_.layer_count(); ++i) layers_.push_back(make_layer(i));
    head_ = linear_of(prepare_weight(prompt_.head(), size.dtype), {}, room(config_.vocabulary));
    scratch_ = at::zeros({largest_scratch()}, options(at::kByte));
    argmax_scratch_ = at::zeros({size.batch * 16}, options(at::kByte));
    make_angles();
    recordable_ = !rotary_depends_on_length(config_) && !any_by_library() && placed(embedding_) && kernel_enabled(graph_name);
  }

  // The device reads and writes pinned memory until then.
  ~CudaDecoder() override {
    try {
      wait();
    } catch (const std::exception&) {   // the device has failed, which the next call to it says, too
    }
  }
  CudaDecoder(const CudaDecoder&) = delete;
  CudaDecoder& operator=(const CudaDecoder&) = delete;

  void prefill(const at::Tensor& ids) override {
    const c10::DeviceGuard guard(device_);
    wait();
    const std::int64_t length = ids.size(1);
    KvCache cache;
    const at::Tensor last = prompt_.forward(ids, &cache).select(1, length - 1).contiguous();
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      layers_[i].keys.narrow(2, 0, length).copy_(cache.layers[i].keys);
      layers_[i].values.narrow(2, 0, length).copy_(cache.layers[i].values);
    }
    multiply_by_itself(head_, last, {});
    choose(/*chained=*/false, device_stream(device_));
    waiting_ = true;
  }

  void step(std::span<const std::int32_t> ids, std::int64_t position) override {
    const c10::DeviceGuard guard(device_);
    wait();
    auto* const numbers = host_step_.mutable_data_ptr<std::int32_t>();
    numbers[0] = static_cast<std::int32_t>(position);
    std::copy_n(ids.begin(), size_.batch, numbers + 1);
    void* const stream = device_stream(device_);
    waiting_ = true;
    if (recordable_ && stepped_) {
      play(stream);
    } else {
      if (rotary_depends_on_length(config_)) fill_angles(position, position + 1, position + 1);
      run(stream);
    }
    stepped_ = true;   // kernels are loaded by their first launch, which must not be recorded
    count(position);
  }

  std::span<const float> logits() override {
    wait();
    host_scores_ = head_.y.cpu();
    return {host_scores_.const_data_ptr<float>(), static_cast<std::size_t>(host_scores_.numel())};
  }

  std::span<const std::int32_t> largest() override {
    wait();
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
  at::Tensor room(std::int64_t width) const { return at::empty({size_.batch, width}, options(at::kFloat)); }
  // The first batch * width numbers of a buffer.
  at::Tensor rows(const at::Tensor& buffer, std::int64_t width) const {
    return buffer.view({-1}).narrow(0, 0, size_.batch * width).view({size_.batch, width});
  }

  std::uint64_t planned_cache() const {
    std::int64_t positions = 0;
    for (const LayerConfig& layer : config_.layers) positions += 2 * size_.batch * layer.kv_heads * size_.capacity;
    return static_cast<std::uint64_t>(positions * config_.head_dim) * c10::elementSize(size_.dtype);
  }

  void make_buffers() {
    std::int64_t heads = 0, kv_heads = 0, middle = 0;
    for (const LayerConfig& layer : config_.layers) {
      heads = std::max(heads, layer.heads);
      kv_heads = std::max(kv_heads, layer.kv_heads);
      middle = std::max(middle, layer.intermediate);
    }
    hidden_ = room(config_.hidden);
    normed_ = room(config_.hidden);
    query_ = room(heads * config_.head_dim);
    attended_ = room(heads * config_.head_dim);
    key_ = room(kv_heads * config_.head_dim);
    value_ = room(kv_heads * config_.head_dim);
    gate_ = room(middle);
    up_ = room(middle);
    const at::TensorOptions pinned = at::TensorOptions().dtype(at::kInt).pinned_memory(true);
    host_step_ = at::empty({1 + size_.batch}, pinned);
    host_largest_ = at::empty({size_.batch}, pinned);
    step_ = at::empty({1 + size_.batch}, options(at::kInt));
  }

  static Linear linear_of(const Weight& weight, const at::Tensor& bias, const at::Tensor& y) { return {weight, placed(weight), bias, y}; }

  DecodeLayer make_layer(std::int64_t i) const {
    const auto linear = [&](std::size_t module, const at::Tensor& buffer) {
      const at::Tensor bias = prompt_.bias(i, linear_modules[module]);
      const Weight& weight = prompt_.weight(i, linear_modules[module]);
      return linear_of(weight, bias.defined() ? bias.to(at::kFloat).contiguous() : bias, rows(buffer, weight->rows()));
    };
    DecodeLayer layer{config_.layers[static_cast<std::size_t>(i)], prompt_.attention_norm(i), prompt_.mlp_norm(i),
                      linear(0, query_), linear(1, key_), linear(2, value_), linear(3, hidden_),
                      linear(4, gate_), linear(5, up_), linear(6, hidden_), {}, {}};
    layer.keys = at::empty({size_.batch, layer.config.kv_heads, size_.capacity, config_.head_dim}, options(size_.dtype));
    layer.values = at::empty_like(layer.keys);
    return layer;
  }

  std::int64_t largest_scratch() const {
    std::int64_t bytes = 1;
    for (const DecodeLayer& layer : layers_) {
      const std::int64_t needed = cuda_attention_scratch(attention_of(layer));
      if (needed == 0)
        throw Error(ErrorCode::unsupported, "This model cannot be decoded on a GPU", config_.name,
                    "the kernel of attention knows even head sizes up to 256, this one is " + std::to_string(config_.head_dim),
                    "Use --device cpu.");
      bytes = std::max(bytes, needed);
    }
    return bytes;
  }

  // Cosines and sines of every position, or room for those of one.
  void make_angles() {
    const bool one = rotary_depends_on_length(config_);
    angles_ = at::empty({2, one ? 1 : size_.capacity, config_.head_dim / 2}, options(at::kFloat));
    if (!one) fill_angles(0, size_.capacity, 0);
  }

  // Of the positions [begin, end) of a sequence of `length`, computed as on the processor.
  void fill_angles(std::int64_t begin, std::int64_t end, std::int64_t length) {
    const std::vector<float> frequencies = rotary_frequencies(config_, length);
    const at::Tensor host = at::empty(angles_.sizes(), at::kFloat);
    auto* cosine = host.mutable_data_ptr<float>();
    auto* sine = cosine + host.numel() / 2;
    for (std::int64_t position = begin; position < end; ++position) {
      for (const float frequency : frequencies) {
        const float angle = static_cast<float>(position) * frequency;
        *cosine++ = std::cos(angle);
        *sine++ = std::sin(angle);
      }
    }
    angles_.copy_(host);
  }

  bool by_library(const Linear& linear) const { return !linear.placed || (linear.placed->is_dense() && size_.batch > cuda_matvec_tokens); }
  bool any_by_library() const {
    for (const DecodeLayer& layer : layers_)
      for (const Linear* linear : layer.linears())
        if (by_library(*linear)) return true;
    return by_library(head_);
  }

  void play(void* stream) {
    if (!graph_.recorded()) check_kernel(graph_.record([this](void* recording) { run(recording); }), graph_name);
    check_kernel(graph_.play(stream), graph_name);
    count_kernel(graph_name, 0);
  }

  // Queues a step; allocates nothing unless the library multiplies.
  void run(void* stream) {
    stream_ = stream;
    const std::int32_t* const ids = step_.const_data_ptr<std::int32_t>() + 1;
    check_kernel(cuda_copy_to_device(step_.mutable_data_ptr(), host_step_.const_data_ptr(), static_cast<std::int64_t>(step_.nbytes()), stream),
                 "copy of the tokens");
    if (const Placed table = placed(embedding_))
      check_kernel(cuda_gather_rows(*table->view(), ids, size_.batch, hidden_.mutable_data_ptr<float>(), stream), "gather-cuda");
    else
      hidden_.copy_(embedding_->gather_rows(step_.narrow(0, 1, size_.batch), at::kFloat));
    for (const DecodeLayer& layer : layers_) run_layer(layer);
    multiply({&head_}, {hidden_, prompt_.final_norm_weight()});
    choose(/*chained=*/true, stream);
  }

  void run_layer(const DecodeLayer& layer) {
    multiply({&layer.query, &layer.key, &layer.value}, {hidden_, layer.attention_norm});
    check_kernel(cuda_attention(attention_of(layer), stream_), "decode_attention-cuda");
    multiply({&layer.output}, {rows(attended_, layer.output.weight->columns()), {}, hidden_});
    multiply({&layer.gate, &layer.up}, {hidden_, layer.mlp_norm, {}, /*gated=*/true});
    multiply({&layer.down}, {layer.gate.y, {}, hidden_});
  }

  void choose(bool chained, void* stream) {
    check_kernel(cuda_argmax(floats_of(head_.y), size_.batch, config_.vocabulary, host_largest_.mutable_data_ptr<std::int32_t>(),
                             argmax_scratch_.mutable_data_ptr(), chained, stream),
                 "argmax-cuda");
  }

  CudaAttention attention_of(const DecodeLayer& layer) const {
    CudaAttention call;
    call.query = floats_of(query_);
    call.key = floats_of(key_);
    call.value = floats_of(value_);
    if (angles_.defined()) call.cosine = floats_of(angles_), call.sine = call.cosine + angles_.numel() / 2;
    call.one_angle = rotary_depends_on_length(config_);
    call.position = step_.const_data_ptr<std::int32_t>();
    call.batch = size_.batch;
    call.heads = layer.config.heads;
    call.kv_heads = layer.config.kv_heads;
    call.head_dim = config_.head_dim;
    call.window = config_.window;
    call.capacity = size_.capacity;
    call.type = size_.dtype == at::kFloat ? ScaleType::float32 : size_.dtype == at::kHalf ? ScaleType::float16 : ScaleType::bfloat16;
    call.keys = layer.keys.mutable_data_ptr();
    call.values = layer.values.mutable_data_ptr();
    call.out = attended_.mutable_data_ptr<float>();
    call.scratch = scratch_.defined() ? scratch_.mutable_data_ptr() : nullptr;
    call.chained = true;
    return call;
  }

  CudaProducts products_of(std::initializer_list<const Linear*> linears, const Input& input) const {
    CudaProducts call;
    call.count = 0;
    for (const Linear* linear : linears)
      call.of[call.count++] = {*linear->placed->view(), linear->y.mutable_data_ptr<float>(), floats_of(linear->bias)};
    call.x = floats_of(input.x);
    call.tokens = size_.batch;
    call.norm = floats_of(input.norm);
    call.epsilon = static_cast<float>(config_.norm_epsilon);
    call.residual = floats_of(input.residual);
    call.gated = input.gated;
    call.chained = true;
    return call;
  }

  // In one launch if their formats allow.
  void multiply(std::initializer_list<const Linear*> linears, const Input& input) {
    const bool apart = std::any_of(linears.begin(), linears.end(), [this](const Linear* linear) { return by_library(*linear); });
    if (apart) return multiply_apart(linears, input);
    const CudaProducts call = products_of(linears, input);
    if (!cuda_one_launch(call)) return multiply_apart(linears, input);
    check_kernel(cuda_products(call, stream_), "matvec-cuda");
  }

  void multiply_apart(std::initializer_list<const Linear*> linears, const Input& input) {
    at::Tensor x = input.x;
    if (input.norm.defined()) {
      x = normed_;
      check_kernel(cuda_rms_norm(floats_of(input.x), floats_of(input.norm), size_.batch, config_.hidden,
                                 static_cast<float>(config_.norm_epsilon), NumberType::float32, normed_.mutable_data_ptr(), stream_),
                   "rms-norm-cuda");
    }
    for (const Linear* linear : linears) {
      if (by_library(*linear))
        multiply_by_itself(*linear, x, input.residual);
      else
        check_kernel(cuda_products(products_of({linear}, {x, {}, input.residual}), stream_), "matvec-cuda");
    }
    if (!input.gated) return;
    const at::Tensor &gate = (*linears.begin())->y, &up = (*(linears.begin() + 1))->y;
    check_kernel(cuda_silu_multiply(floats_of(gate), floats_of(up), gate.numel(), NumberType::float32, gate.mutable_data_ptr(), stream_),
                 "silu-multiply-cuda");
  }

  // By the weight's own product, which counts itself.
  static void multiply_by_itself(const Linear& linear, const at::Tensor& x, const at::Tensor& residual) {
    if (linear.placed) return linear.placed->multiply(x, linear.y, linear.bias, residual);
    at::Tensor out = linear.weight->linear(x);
    if (linear.bias.defined()) out = out + linear.bias;
    linear.y.copy_(residual.defined() ? out + residual : out);
  }

  // What a step has read; the library's products count themselves.
  void count(std::int64_t position) const {
    const std::int64_t length = position + 1, seen = config_.window > 0 ? std::min(config_.window, length) : length;
    const auto count_linear = [this](const Linear& linear) {
      if (!by_library(linear)) linear.placed->count_product(size_.batch);
    };
    for (const DecodeLayer& layer : layers_) {
      for (const Linear* linear : layer.linears()) count_linear(*linear);
      const std::int64_t numbers = 2 * size_.batch * layer.config.kv_heads * seen * config_.head_dim;
      count_kernel("decode_attention-cuda", static_cast<std::uint64_t>(numbers) * c10::elementSize(size_.dtype));
    }
    count_linear(head_);
  }

  void wait() {
    if (!waiting_) return;
    finish_device_work(device_);
    waiting_ = false;
  }

  ModelConfig config_;
  DecoderSize size_;
  at::Device device_;
  Transformer prompt_;
  Weight embedding_;
  Linear head_;
  std::vector<DecodeLayer> layers_;
  at::Tensor angles_;   // [cosines, sines][positions, or 1][head_dim / 2]
  at::Tensor hidden_, normed_, query_, key_, value_, attended_, gate_, up_;
  at::Tensor scratch_, argmax_scratch_;
  at::Tensor step_, host_step_;   // int32: position, ids; on the device, and pinned
  at::Tensor host_largest_;       // int32, pinned; the device writes it
  at::Tensor host_scores_;
  CudaGraph graph_;
  bool recordable_ = false, stepped_ = false, waiting_ = false;
  void* stream_ = nullptr;
};

}  // namespace

std::unique_ptr<Decoder> make_cuda_decoder(const ModelState& model, const DecoderSize& size, at::Device device) {
  return std::make_unique<CudaDecoder>(model, size, device);
}

}  // namespace kelter
