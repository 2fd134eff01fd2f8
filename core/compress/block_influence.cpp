// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/block_influence.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <numeric>

#include "core/compress/windows.h"

namespace kelter {
namespace {

constexpr std::int64_t batch_tokens = 4096;
constexpr const char* checkpoint_key = "finished-layers";

// cos along the last dimension in float64. Two zero vectors count as equal; one alone is at a right angle to all.
at::Tensor cosine(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = a.to(at::kDouble), y = b.to(at::kDouble);
  const at::Tensor x_norm = x.square().sum(-1).sqrt(), y_norm = y.square().sum(-1).sqrt();
  const at::Tensor product = x_norm * y_norm;
  const at::Tensor degenerate = x_norm.eq(y_norm).to(at::kDouble);
  return at::where(product.gt(0), (x * y).sum(-1) / product, degenerate).clamp(-1.0, 1.0);
}

// The walk through the layers, of which everything but the model and the windows is kept in a checkpoint.
class Walk {
 public:
  Walk(const Transformer& model, const at::Tensor& ids, StepContext& context)
      : model_(model), context_(context), samples_(ids.size(0)), tokens_(ids.size(1)),
        batch_(std::max<std::int64_t>(1, batch_tokens / tokens_)),
        hidden_(at::empty({samples_, tokens_, model.config().hidden}, at::kFloat)) {
    if (resume()) return;
    for_each_batch([&](std::int64_t first, std::int64_t count) {
      hidden_.narrow(0, first, count).copy_(model_.embed(ids.narrow(0, first, count)));
    });
    keep_final_tokens();
  }

  LayerSimilarity run() {
    while (finished() < model_.layer_count()) {
      run_layer(finished());
      context_.save_checkpoint(checkpoint_key, serialise());
      context_.progress(finished(), model_.layer_count(), "layer " + std::to_string(finished() - 1));
    }
    return std::move(result_);
  }

 private:
  std::int64_t finished() const { return static_cast<std::int64_t>(result_.influence.size()); }

  template <typename Body>
  void for_each_batch(Body body) {
    for (std::int64_t first = 0; first < samples_; first += batch_) {
      context_.check_cancelled();
      body(first, std::min(batch_, samples_ - first));
    }
  }

  void run_layer(std::int64_t layer) {
    double sum = 0;
    for_each_batch([&](std::int64_t first, std::int64_t count) {
      const at::Tensor kept = hidden_.narrow(0, first, count), batch = kept.to(model_.device());
      const at::Tensor output = model_.layer(layer, batch);
      sum += cosine(batch, output).sum().item<double>();
      kept.copy_(output);
    });
    if (!std::isfinite(sum))
      throw Error(ErrorCode::not_finite, "The layer's output is not finite", "layer " + std::to_string(layer),
                  "a hidden state is NaN or infinite", "Check the model, or compute in float32.");
    result_.influence.push_back(1.0 - sum / static_cast<double>(samples_ * tokens_));
    keep_final_tokens();
  }

  void keep_final_tokens() { result_.final_tokens.push_back(hidden_.select(1, tokens_ - 1).clone(at::MemoryFormat::Contiguous)); }

  // The influences, the final tokens, the hidden states behind the last finished layer; all sizes follow from the
  // number of influences, which stands in front.
  std::vector<std::uint8_t> serialise() const {
    std::vector<std::uint8_t> out;
    const auto append = [&](const void* data, std::size_t size) {
      const auto* bytes = static_cast<const std::uint8_t*>(data);
      out.insert(out.end(), bytes, bytes + size);
    };
    const std::int64_t count = finished();
    append(&count, sizeof(count));
    append(result_.influence.data(), result_.influence.size() * sizeof(double));
    for (const at::Tensor& tokens : result_.final_tokens) append(tokens.const_data_ptr(), tokens.nbytes());
    append(hidden_.const_data_ptr(), hidden_.nbytes());
    return out;
  }

  bool resume() {
    const auto kept = context_.load_checkpoint(checkpoint_key);
    std::int64_t count = 0;
    if (!kept || kept->size() < sizeof(count)) return false;
    const std::uint8_t* bytes = kept->data();
    const auto take = [&](void* data, std::size_t size) {
      std::memcpy(data, bytes, size);
      bytes += size;
    };
    take(&count, sizeof(count));
    const std::size_t final_bytes = static_cast<std::size_t>(samples_ * model_.config().hidden) * sizeof(float);
    if (count < 1 || count > model_.layer_count()) return false;
    const auto layers = static_cast<std::size_t>(count);
    if (kept->size() != sizeof(count) + layers * sizeof(double) + (layers + 1) * final_bytes + hidden_.nbytes()) return false;
    result_.influence.resize(layers);
    take(result_.influence.data(), layers * sizeof(double));
    for (std::size_t i = 0; i <= layers; ++i) {
      result_.final_tokens.push_back(at::empty({samples_, model_.config().hidden}, at::kFloat));
      take(result_.final_tokens.back().mutable_data_ptr(), final_bytes);
    }
    take(hidden_.mutable_data_ptr(), hidden_.nbytes());
    return true;
  }

  const Transformer& model_;
  StepContext& context_;
  std::int64_t samples_, tokens_, batch_;
  at::Tensor hidden_;   // on the processor, float32 [samples, tokens, hidden]: the input of layer finished()
  LayerSimilarity result_;
};

}  // namespace

double LayerSimilarity::angular_distance(std::int64_t first, std::int64_t count) const {
  const at::Tensor& input = final_tokens.at(static_cast<std::size_t>(first));
  const at::Tensor& output = final_tokens.at(static_cast<std::size_t>(first + count));
  return cosine(input, output).acos().mean().item<double>() / std::numbers::pi;
}

std::int64_t LayerSimilarity::most_similar_block(std::int64_t count) const {
  const auto layers = static_cast<std::int64_t>(influence.size());
  if (count < 1 || count >= layers)
    throw Error(ErrorCode::invalid_parameter, "There is no such block of layers", "count",
                std::to_string(count) + " of " + std::to_string(layers) + " layers without the last one",
                "Remove fewer layers than the model has.");
  std::int64_t best = 0;
  double least = angular_distance(0, count);
  for (std::int64_t first = 1; first + count < layers; ++first) {
    const double distance = angular_distance(first, count);
    if (distance >= least) continue;
    least = distance;
    best = first;
  }
  return best;
}

std::vector<std::int64_t> LayerSimilarity::least_influential(std::int64_t count) const {
  std::vector<std::int64_t> order(influence.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return influence[static_cast<std::size_t>(a)] < influence[static_cast<std::size_t>(b)];
  });
  order.resize(std::min(order.size(), static_cast<std::size_t>(count)));
  return order;
}

LayerSimilarity measure_layer_similarity(const Transformer& model, const std::vector<std::vector<std::int32_t>>& windows,
                                         StepContext& context) {
  const at::NoGradGuard no_gradient;
  return Walk(model, windows_tensor(windows), context).run();
}

}  // namespace kelter
