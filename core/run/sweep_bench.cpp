// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/sweep_bench.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <random>

#include "core/compress/layer_sweep.h"
#include "core/compress/magnitude_mask.h"
#include "core/formats/compute_device.h"
#include "core/formats/dense_weight.h"
#include "core/formats/device_weight.h"

namespace kelter {
namespace {

constexpr std::array<std::int64_t, 3> depths = {4, 8, 16}, lengths = {1, 2, 4};   // layers; tokens in parts of the first
constexpr std::int64_t vocabulary = 512, head_dim = 64;

Weight random_weight(std::int64_t rows, std::int64_t columns) {
  return DenseWeight::from_tensor(at::randn({rows, columns}) * 0.02, at::kBFloat16);
}

// All layers share their weights: the sweep looks at each by itself.
ModelState random_model(std::int64_t layers, std::int64_t width) {
  at::manual_seed(1);
  const std::int64_t intermediate = 3 * width, heads = width / head_dim;
  ModelState model;
  model.config.architecture = "llama";
  model.config.name = "random";
  model.config.vocabulary = vocabulary;
  model.config.hidden = width;
  model.config.head_dim = head_dim;
  model.config.context = 4096;
  model.config.tied_embeddings = true;
  model.config.layers.assign(static_cast<std::size_t>(layers), {heads, heads, intermediate});
  const Weight square = random_weight(width, width), wide = random_weight(intermediate, width), down = random_weight(width, intermediate),
               norm = DenseWeight::from_tensor(at::ones({width}), at::kFloat);
  const std::array<Weight, 7> linears = {square, square, square, square, wide, wide, down};   // in the order of linear_modules
  model.tensors["model.embed_tokens.weight"] = random_weight(vocabulary, width);
  model.tensors["model.norm.weight"] = norm;
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    for (const char* name : {"input_layernorm.weight", "post_attention_layernorm.weight"}) model.tensors[layer_prefix(layer) + name] = norm;
    for (std::size_t m = 0; m < linear_modules.size(); ++m) model.tensors[linear_name(layer, linear_modules[m])] = linears[m];
  }
  return model;
}

// Windows of an eighth of the first length, or of 2048 tokens if that is less.
Calibration random_text(std::int64_t tokens, std::int64_t first_tokens, at::Device device) {
  const std::int64_t window = std::min<std::int64_t>(first_tokens / 8, 2048);
  std::mt19937 generator(1);
  Calibration text{{}, device.is_cuda() ? at::kBFloat16 : at::kFloat, device};
  for (std::int64_t i = 0; i < tokens / window; ++i) {
    text.windows.emplace_back();
    for (std::int64_t t = 0; t < window; ++t) text.windows.back().push_back(static_cast<std::int32_t>(generator() % vocabulary));
  }
  return text;
}

ChangedLinear half_pruned(const SweptLinear& linear) {
  at::Tensor values = linear.values();
  values.masked_fill_(mask_of_rows(values.abs() * linear.input.squared_norms.sqrt(), 0.5), 0);
  return dense_weight(values, at::kBFloat16);
}

struct Size {
  ModelState model;
  Calibration text;
  SweepGrowthLine line;
};

std::vector<Size> all_sizes(std::int64_t width, std::int64_t first_tokens, at::Device device) {
  std::vector<Size> sizes;
  for (const std::int64_t layers : depths) {
    const ModelState model = random_model(layers, width);
    for (const std::int64_t length : lengths)
      sizes.push_back({model, random_text(length * first_tokens, first_tokens, device), {layers, length * first_tokens, {}, 0, {}}});
  }
  return sizes;
}

double sweep_seconds(const Size& size, StepContext& context) {
  std::vector<std::int64_t> layers;
  for (std::int64_t i = 0; i < size.line.layers; ++i) layers.push_back(i);
  finish_device_work(size.text.device);
  const auto begin = std::chrono::steady_clock::now();
  sweep_linears(size.model, layers, size.text, {}, context, half_pruned);
  finish_device_work(size.text.device);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void measure(Size& size, StepContext& context) {
  const auto sweep = [&] { size.line.seconds.samples.push_back(sweep_seconds(size, context)); };
  if (size.text.device.is_cuda()) size.line.peak_bytes = peak_memory_of(size.text.device, sweep);
  else sweep();
}

}  // namespace

std::vector<SweepGrowthLine> bench_sweep_growth(int rounds, at::Device device, StepContext& context, std::int64_t width, std::int64_t first_tokens) {
  const at::NoGradGuard no_gradient;
  if (width == 0) width = device.is_cuda() ? 2048 : 256;
  if (first_tokens == 0) first_tokens = device.is_cuda() ? 32768 : 1024;
  std::vector<Size> sizes = all_sizes(width, first_tokens, device);
  sweep_seconds(sizes.front(), context);
  for (int round = 0; round < rounds; ++round)
    for (Size& size : sizes) measure(size, context);
  std::vector<SweepGrowthLine> lines;
  for (Size& size : sizes) {
    summarise(size.line.seconds);
    const SweepGrowthLine& first = lines.empty() ? size.line : lines.front();
    size.line.of_linear = size.line.seconds.value / first.seconds.value * static_cast<double>(first.layers * first.tokens) /
                          static_cast<double>(size.line.layers * size.line.tokens);
    lines.push_back(size.line);
  }
  return lines;
}

}  // namespace kelter
