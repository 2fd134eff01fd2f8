// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gpu/gpu_bench.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <chrono>
#include <cstdio>
#include <vector>

#include "core/formats/dense_weight.h"
#include "core/formats/device_weight.h"
#include "core/formats/integer_weight.h"
#include "core/kernels/dispatch.h"
#include "core/measure/decode_bench.h"
#include "core/measure/perplexity.h"
#include "core/measure/read_bandwidth.h"
#include "core/measure/statistics.h"
#include "core/measure/throughput.h"

namespace kelter::test {
namespace {

double seconds_of(at::Device device, const std::function<void()>& work) {
  finish_device_work(device);
  const auto start = std::chrono::steady_clock::now();
  work();
  finish_device_work(device);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The median of the seconds of one call, in rounds of many.
double median_seconds(at::Device device, int calls, const std::function<void(int)>& call) {
  const auto all = [&] {
    for (int i = 0; i < calls; ++i) call(i);
  };
  all();
  std::vector<double> rounds;
  for (int r = 0; r < 7; ++r) rounds.push_back(seconds_of(device, all) / calls);
  return median(rounds);
}

at::Tensor random_matrix(std::int64_t rows, std::int64_t columns, at::Device device) {
  return at::randn({rows, columns}, at::TensorOptions(device).dtype(at::kBFloat16)) * 0.02;
}

struct Encoding {
  const char* name;
  int bits;             // 0: bfloat16
  std::int64_t group;
};

// Random codes with scales of the size that rounding would give; quantising a large model would take minutes.
Weight random_weight(at::Device device, std::int64_t rows, std::int64_t columns, const Encoding& encoding) {
  if (encoding.bits == 0) return DenseWeight::from_tensor(random_matrix(rows, columns, device).cpu(), at::kBFloat16);
  const IntegerOptions options{encoding.bits, encoding.group, IntegerGrid::gptq, true, at::kHalf};
  const at::Tensor codes = at::randint(256, {rows * columns * encoding.bits / 8}, at::TensorOptions(device).dtype(at::kByte)).cpu();
  const at::Tensor scales = at::full({rows * columns / encoding.group}, 0.005, at::kHalf);
  const auto bytes = [](const at::Tensor& values) {
    auto held = std::make_shared<const at::Tensor>(values);
    return Bytes(held, held->const_data_ptr(), held->nbytes(), false);
  };
  return std::make_shared<IntegerWeight>(std::vector<std::int64_t>{rows, columns}, options, bytes(codes), bytes(scales), Bytes());
}

constexpr Encoding encodings[] = {{"bfloat16", 0, 0}, {"int8 g128", 8, 128}, {"int4 g128", 4, 128}, {"int3 g128", 3, 128}};

// Copies enough that no round finds its weights in the cache of 50 MB.
std::vector<Weight> rotating(const Weight& host, at::Device device) {
  std::vector<Weight> copies;
  for (std::uint64_t bytes = 0; bytes < std::uint64_t{160} << 20 || copies.size() < 3; bytes += host->bytes())
    copies.push_back(DeviceWeight::upload(*host, device));
  return copies;
}

void bench_product(at::Device device, std::int64_t rows, std::int64_t columns, double bandwidth) {
  for (const std::int64_t tokens : {1, 2, 4, 8}) {
    const at::Tensor x = at::randn({tokens, columns}, at::TensorOptions(device).dtype(at::kFloat));
    const at::Tensor short_x = x.to(at::kBFloat16), y = at::empty({tokens, rows}, x.options());
    std::vector<at::Tensor> dense;
    for (int i = 0; i < 3 || static_cast<std::int64_t>(i) * rows * columns * 2 < (160 << 20); ++i) dense.push_back(random_matrix(rows, columns, device));
    const double library = median_seconds(device, 100, [&](int i) { at::linear(short_x, dense[static_cast<std::size_t>(i) % dense.size()]); });
    for (const Encoding& encoding : encodings) {
      const std::vector<Weight> copies = rotating(random_weight(device, rows, columns, encoding), device);
      const auto weight = [&](int i) { return std::dynamic_pointer_cast<const DeviceWeight>(copies[static_cast<std::size_t>(i) % copies.size()]); };
      const double own = median_seconds(device, 100, [&](int i) { weight(i)->multiply(x, y); });
      const double naive = median_seconds(device, 100, [&](int i) { at::linear(short_x, weight(i)->decode(at::kBFloat16)); });
      const double rate = static_cast<double>(copies[0]->bytes()) / own;
      std::printf("%6lld x %-6lld %-10s M=%lld  %8.1f us  %7.0f GB/s  %5.1f %%  bf16 linear %8.1f us (%4.2fx)  decode+linear %8.1f us (%4.2fx)\n",
                  static_cast<long long>(rows), static_cast<long long>(columns), encoding.name, static_cast<long long>(tokens),
                  own * 1e6, rate * 1e-9, 100 * rate / bandwidth, library * 1e6, library / own, naive * 1e6, naive / own);
    }
  }
}

struct Shape {
  const char* name;
  std::int64_t layers, hidden, heads, kv_heads, head_dim, intermediate, vocabulary;
  bool tied;
};
constexpr Shape shapes[] = {{"SmolLM2-135M", 30, 576, 9, 3, 64, 1536, 49152, true},
                            {"TinyLlama-1.1B", 22, 2048, 32, 4, 64, 5632, 32000, false},
                            {"Llama-2-7B", 32, 4096, 32, 32, 128, 11008, 32000, false},
                            {"Llama-3.1-8B", 32, 4096, 32, 8, 128, 14336, 128256, false}};

// Attention of one token behind 543 others, recorded once for each of as many caches as do not fit the GPU's own, chained.
void bench_attention(at::Device device, const Shape& shape, double bandwidth) {
  const std::int64_t position = 543, capacity = 576, bytes = 2 * shape.kv_heads * (position + 1) * shape.head_dim * 2;
  const auto floats = [&](std::int64_t count) { return at::randn({count}, at::TensorOptions(device).dtype(at::kFloat)); };
  const at::Tensor query = floats(shape.heads * shape.head_dim), key = floats(shape.kv_heads * shape.head_dim), out = at::empty_like(query);
  const at::Tensor angles = floats(capacity * shape.head_dim / 2), place = at::full({1}, position, at::TensorOptions(device).dtype(at::kInt));
  CudaAttention call;
  call.query = query.const_data_ptr<float>();
  call.key = call.value = key.const_data_ptr<float>();
  call.cosine = call.sine = angles.const_data_ptr<float>();
  call.position = place.const_data_ptr<std::int32_t>();
  call.batch = 1;
  call.heads = shape.heads;
  call.kv_heads = shape.kv_heads;
  call.head_dim = shape.head_dim;
  call.capacity = capacity;
  call.type = ScaleType::bfloat16;
  call.out = out.mutable_data_ptr<float>();
  const at::Tensor scratch = at::zeros({cuda_attention_scratch(call)}, at::TensorOptions(device).dtype(at::kByte));
  call.scratch = scratch.mutable_data_ptr();
  std::vector<at::Tensor> caches;
  for (std::int64_t i = 0; i < 2 * (1 + (160 << 20) / bytes); ++i) caches.push_back(random_matrix(shape.kv_heads * capacity, shape.head_dim, device));
  CudaGraph graph;
  const auto queue = [&](void* stream) {
    for (std::size_t i = 0; i < caches.size(); i += 2) {
      call.keys = caches[i].mutable_data_ptr();
      call.values = caches[i + 1].mutable_data_ptr();
      call.chained = i > 0;
      check_kernel(cuda_attention(call, stream), "attention");
    }
  };
  queue(device_stream(device));
  check_kernel(graph.record(queue), "graph");
  const double seconds = median_seconds(device, 3, [&](int) { check_kernel(graph.play(device_stream(device)), "graph"); }) / (static_cast<double>(caches.size()) / 2);
  const double rate = static_cast<double>(bytes) / seconds;
  std::printf("attention %-15s at %lld  %6.2f us  %7.0f GB/s  %5.1f %%\n", shape.name, static_cast<long long>(position), seconds * 1e6, rate * 1e-9, 100 * rate / bandwidth);
}

// Every layer holds the same random arrays in main memory; on the device each has its own copy.
ModelState random_model(at::Device device, const Shape& shape, const Encoding& encoding) {
  ModelState state;
  state.config.architecture = "llama";
  state.config.name = shape.name;
  state.config.vocabulary = shape.vocabulary;
  state.config.hidden = shape.hidden;
  state.config.head_dim = shape.head_dim;
  state.config.context = 4096;
  state.config.tied_embeddings = shape.tied;
  const std::int64_t group = encoding.bits > 0 && shape.hidden % encoding.group != 0 ? 64 : encoding.group;
  const Encoding packed{encoding.name, encoding.bits, group}, plain{"bfloat16", 0, 0};
  const Weight norm = DenseWeight::from_tensor(at::ones({shape.hidden}, at::kFloat), at::kFloat);
  const std::int64_t query = shape.heads * shape.head_dim, key = shape.kv_heads * shape.head_dim;
  const auto linear = [&](std::int64_t rows, std::int64_t columns) { return random_weight(device, rows, columns, packed); };
  const auto table = [&] { return random_weight(device, shape.vocabulary, shape.hidden, plain); };
  const std::vector<Weight> linears = {linear(query, shape.hidden), linear(key, shape.hidden), linear(key, shape.hidden),
                                       linear(shape.hidden, query), linear(shape.intermediate, shape.hidden),
                                       linear(shape.intermediate, shape.hidden), linear(shape.hidden, shape.intermediate)};
  state.tensors["model.embed_tokens.weight"] = table();
  if (!shape.tied) state.tensors["lm_head.weight"] = table();
  state.tensors["model.norm.weight"] = norm;
  for (std::int64_t i = 0; i < shape.layers; ++i) {
    state.config.layers.push_back({shape.heads, shape.kv_heads, shape.intermediate});
    for (const char* name : {"input_layernorm.weight", "post_attention_layernorm.weight"}) state.tensors[layer_prefix(i) + name] = norm;
    for (std::size_t m = 0; m < linear_modules.size(); ++m) state.tensors[linear_name(i, linear_modules[m])] = linears[m];
  }
  return state;
}

// Takes our few-row products out while it lives.
class PlainOperations {
 public:
  PlainOperations() { set(false); }
  ~PlainOperations() { set(true); }
  PlainOperations(const PlainOperations&) = delete;
  PlainOperations& operator=(const PlainOperations&) = delete;

 private:
  static void set(bool enabled) {
    for (const char* kernel : {"bfloat16-matvec-cuda", "int8-matvec-cuda", "int4-matvec-cuda", "int3-matvec-cuda"})
      set_kernel_enabled(kernel, enabled);
  }
};

void bench_model(at::Device device, const Shape& shape, const Encoding& encoding, double bandwidth) {
  const ModelState state = random_model(device, shape, encoding);
  const ThroughputRequest request{512, 64, 1, 3};
  NullContext context;
  ThroughputResult result;
  reset_peak_device_memory(device);
  {
    DecodeEngine engine(state, at::kBFloat16, request.prompt + request.output, 1, device);
    result = measure_throughput(engine, shape.vocabulary, request, context);
  }
  const double peak = static_cast<double>(device_memory(device).peak_allocated);
  const PlainOperations plain;
  const Transformer model(state, at::kBFloat16, device);
  plain_tokens_per_second(model, request.prompt, 8, context);
  const double naive = plain_tokens_per_second(model, request.prompt, 32, context);
  const double rate = result.decode_tokens_per_second.value, bytes = result.weight_bytes_per_step + result.cache_bytes_per_step;
  std::printf("%-15s %-10s decode %7.1f ± %4.1f tok/s  %5.1f %% of %4.2f TB/s  plain libtorch %6.1f (%4.2fx)  prompt of 512: %6.1f ms  peak %6.2f GB\n",
              shape.name, encoding.name, rate, result.decode_tokens_per_second.spread, 100 * rate * bytes / bandwidth, bandwidth * 1e-12,
              naive, rate / naive, 1e3 * 512 / result.prefill_tokens_per_second.value, peak * 1e-9);
  std::fflush(stdout);
}

// Perplexity of windows of 2048 tokens, head and loss among it, stated for the 341,469 tokens of WikiText-2 in Llama 2's vocabulary.
void bench_perplexity(at::Device device, const Shape& shape) {
  const Transformer model(random_model(device, shape, {"bfloat16", 0, 0}), at::kBFloat16, device);
  constexpr std::int64_t length = 2048, count = 24;
  const at::Tensor ids = at::randint(shape.vocabulary, {count, length}, at::kInt);
  std::vector<std::vector<std::int32_t>> windows;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int32_t* first = ids.const_data_ptr<std::int32_t>() + i * length;
    windows.emplace_back(first, first + length);
  }
  NullContext context;
  const auto run = [&] { window_negative_log_likelihoods(model, windows, 0, context); };
  const at::Tensor hidden = at::randn({length, shape.hidden}, at::TensorOptions(device).dtype(at::kFloat)), targets = ids.select(0, 0).to(at::kLong);
  const auto head = [&] {
    for (std::int64_t i = 0; i < count; ++i) model.negative_log_likelihood(hidden, targets);
  };
  run();
  head();
  const double per_token = seconds_of(device, run) / (count * length), of_head = seconds_of(device, head) / (count * length);
  std::printf("%-15s bfloat16   perplexity %7.0f tok/s, 341469 tokens in %5.2f s, of which head and loss %5.2f s\n", shape.name, 1 / per_token,
              341469 * per_token, 341469 * of_head);
  std::fflush(stdout);
}

}  // namespace

void bench_products(at::Device device) {
  const c10::NoGradGuard no_grad;
  const double bandwidth = measure_device_bandwidth(device);
  std::printf("copy bandwidth (read and written) %.2f TB/s\n", bandwidth * 1e-12);
  for (const auto& [rows, columns] : {std::pair<std::int64_t, std::int64_t>{4096, 4096}, {11008, 4096}, {4096, 11008}, {14336, 4096}})
    bench_product(device, rows, columns, bandwidth);
  for (const Shape& shape : shapes) bench_attention(device, shape, bandwidth);
}

void bench_models(at::Device device, const std::string& names) {
  const c10::NoGradGuard no_grad;
  const double bandwidth = measure_device_bandwidth(device);
  for (const Shape& shape : shapes) {
    if (!names.empty() && ("," + names + ",").find(std::string(",") + shape.name + ",") == std::string::npos) continue;
    for (const Encoding& encoding : encodings) bench_model(device, shape, encoding, bandwidth);
    bench_perplexity(device, shape);
  }
}

}  // namespace kelter::test
