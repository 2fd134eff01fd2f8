// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/gradient_pass.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

#include "core/compress/windows.h"
#include "core/formats/dense_weight.h"
#include "core/formats/device_weight.h"
#include "core/model/transformer.h"

namespace kelter {
namespace {

constexpr std::int64_t batch_tokens = 4096;
// Logits that exist at a time: rows x entries of the vocabulary.
constexpr std::int64_t row_tile = 512, vocabulary_tile = 4096;

// A dense copy of its own, of which a gradient can be asked without a mark on the model's weight.
Weight trainable_copy(const Weight& weight, at::ScalarType dtype, at::Device device) {
  const at::Tensor values = weight->decode(dtype);
  return device.is_cuda() ? DeviceWeight::dense(values.clone()) : DenseWeight::from_tensor(values, dtype);
}

at::Tensor tensor_of(const Weight& copy) {
  if (const auto dense = std::dynamic_pointer_cast<const DenseWeight>(copy)) return dense->tensor();
  return std::dynamic_pointer_cast<const DeviceWeight>(copy)->tensor();
}

void require_finite(const at::Tensor& values, const std::string& what, const std::string& place) {
  if (values.isfinite().all().item<bool>()) return;
  throw Error(ErrorCode::not_finite, what + " is not finite", place, "it holds NaN or infinity", "Check the model, or compute in float32.");
}

class GradientSweep {
 public:
  GradientSweep(const ModelState& model, const std::vector<std::int64_t>& layers, const Calibration& calibration, GradientOf of,
                StepContext& context, const GradientVisit& visit)
      : model_(model), layers_(layers), of_(of), context_(context), visit_(visit), ids_(windows_tensor(calibration.windows)),
        forward_(model, calibration.dtype, calibration.device, Activations::exact, Placing::as_needed) {
    if (ids_.size(1) < 2)
      throw Error(ErrorCode::invalid_data, "The calibration windows predict nothing", "", "they are of one token", "Use windows of two tokens or more.");
    batch_ = std::max<std::int64_t>(1, batch_tokens / ids_.size(1));
    const std::int64_t batches = (ids_.size(0) + batch_ - 1) / batch_;
    total_ = batches * (2 * model.layer_count() - lowest());
  }

  double run() {
    double loss = 0;
    for (std::int64_t first = 0; first < ids_.size(0); first += batch_)
      loss += run_batch(ids_.narrow(0, first, std::min(batch_, ids_.size(0) - first)));
    return loss / static_cast<double>(ids_.size(0));
  }

 private:
  std::int64_t lowest() const { return layers_.empty() ? model_.layer_count() : layers_.front(); }

  // The sum of the windows' losses.
  double run_batch(const at::Tensor& ids) {
    std::vector<at::Tensor> borders = {forward_.embed(ids).to(at::kCPU)};
    for (std::int64_t layer = 0; layer < model_.layer_count(); ++layer) {
      forward_.place_layer(model_, layer);
      const at::Tensor output = forward_.layer(layer, borders.back().to(forward_.device()));
      forward_.drop_layer(layer);
      require_finite(output, "The layer's output", model_.place("layer " + std::to_string(layer)));
      if (layer < lowest()) borders.back() = at::Tensor();
      borders.push_back(output.to(at::kCPU));
      context_.progress(++done_, total_, "layer " + std::to_string(layer) + ", outputs");
    }
    double loss = 0;
    at::Tensor slope = head_gradient(borders.back(), ids, loss);
    for (std::int64_t layer = model_.layer_count() - 1; layer >= lowest(); --layer) {
      borders.pop_back();
      slope = layer_gradient(layer, borders.back(), slope);
      context_.progress(++done_, total_, "layer " + std::to_string(layer) + ", gradients");
    }
    return loss;
  }

  // What the windows' losses say of the last hidden states, [B, T, H] in main memory. The softmax is differentiated by hand,
  // so that no graph holds logits: d/dz = sum_v p_v W_v - W_target.
  at::Tensor head_gradient(const at::Tensor& hidden, const at::Tensor& ids, double& loss) {
    const std::int64_t predicted = ids.size(1) - 1, width = hidden.size(2);
    const at::Tensor rows = hidden.narrow(1, 0, predicted).reshape({-1, width}), targets = ids.narrow(1, 1, predicted).reshape({-1});
    at::Tensor out = at::zeros_like(hidden);
    at::Tensor slopes = at::empty_like(rows);
    for (std::int64_t first = 0; first < rows.size(0); first += row_tile) {
      context_.check_cancelled();
      const std::int64_t count = std::min(row_tile, rows.size(0) - first);
      const at::Tensor leaf = rows.narrow(0, first, count).to(forward_.device()).clone().set_requires_grad(true);
      const at::AutoGradMode with_gradient(true);
      const at::Tensor normed = forward_.final_norm(leaf);
      const at::Tensor slope = softmax_gradient(normed.detach(), targets.narrow(0, first, count), loss) / static_cast<double>(predicted);
      slopes.narrow(0, first, count).copy_(torch::autograd::grad({normed}, {leaf}, {slope})[0]);
    }
    loss /= static_cast<double>(predicted);
    out.narrow(1, 0, predicted).copy_(slopes.view({ids.size(0), predicted, width}));
    return out;
  }

  at::Tensor softmax_gradient(const at::Tensor& normed, const at::Tensor& targets, double& loss) const {
    const at::NoGradGuard no_gradient;
    const at::Tensor wanted = forward_.head()->gather_rows(targets, at::kFloat);
    const at::Tensor surprise = forward_.negative_log_likelihood(normed, targets);
    loss += surprise.sum().item<double>();
    const at::Tensor log_sum = (surprise.to(normed.device()) + (normed * wanted).sum(-1, false, at::kDouble)).to(at::kFloat).unsqueeze(1);
    at::Tensor slope = -wanted;
    for (std::int64_t begin = 0; begin < model_.config.vocabulary; begin += vocabulary_tile) {
      const at::Tensor tile = forward_.head()->decode_rows(begin, std::min(begin + vocabulary_tile, model_.config.vocabulary), at::kFloat);
      slope += at::matmul((at::linear(normed, tile) - log_sum).exp(), tile);
    }
    return slope;
  }

  // Hands over the gradients of the layer's linears, returns that of its input.
  at::Tensor layer_gradient(std::int64_t layer, const at::Tensor& input, const at::Tensor& slope) {
    forward_.place_layer(model_, layer);
    std::vector<at::Tensor> weights;
    if (std::binary_search(layers_.begin(), layers_.end(), layer)) {
      for (const char* module : linear_modules) {
        forward_.replace(layer, module, trainable_copy(forward_.weight(layer, module), forward_.dtype(), forward_.device()));
        weights.push_back(tensor_of(forward_.weight(layer, module)).set_requires_grad(true));
      }
    }
    at::Tensor out = at::empty_like(input);
    const std::int64_t step = of_ == GradientOf::window ? 1 : input.size(0);
    for (std::int64_t first = 0; first < input.size(0); first += step) {
      context_.check_cancelled();
      std::vector<at::Tensor> leaves = {input.narrow(0, first, step).to(forward_.device()).clone().set_requires_grad(true)};
      leaves.insert(leaves.end(), weights.begin(), weights.end());
      std::vector<at::Tensor> gradients = differentiate(layer, leaves, slope.narrow(0, first, step));
      out.narrow(0, first, step).copy_(gradients[0]);
      for (std::size_t i = 0; i < weights.size(); ++i) hand_over(layer, linear_modules[i], weights[i], gradients[i + 1]);
    }
    forward_.drop_layer(layer);
    return out;
  }

  std::vector<at::Tensor> differentiate(std::int64_t layer, const std::vector<at::Tensor>& leaves, const at::Tensor& slope) const {
    const at::AutoGradMode with_gradient(true);
    return torch::autograd::grad({forward_.layer(layer, leaves[0])}, leaves, {slope.to(forward_.device())});
  }

  void hand_over(std::int64_t layer, const char* module, const at::Tensor& weight, at::Tensor& gradient) const {
    const std::string place = model_.place("layer " + std::to_string(layer) + ", " + module);
    at::Tensor values = gradient.to(at::kFloat);
    gradient = at::Tensor();
    require_finite(values, "The gradient", place);
    if (of_ == GradientOf::batch) values = values / static_cast<double>(ids_.size(0));
    try {
      visit_({layer, module, weight.detach(), values});
    } catch (const Error& error) {
      throw error.at(place);
    }
  }

  const ModelState& model_;
  const std::vector<std::int64_t>& layers_;
  const GradientOf of_;
  StepContext& context_;
  const GradientVisit& visit_;
  at::Tensor ids_;   // int64 [windows, tokens]
  Transformer forward_;
  std::int64_t batch_ = 1, done_ = 0, total_ = 0;   // windows at a time; layers done, forwards and backwards
};

void add_to(NamedTensors& sums, const LinearGradient& linear, const at::Tensor& values) {
  at::Tensor& sum = sums[linear_name(linear.layer, linear.module)];
  if (sum.defined()) sum += values.to(at::kCPU);
  else sum = values.to(at::kCPU).clone();
}

}  // namespace

double sweep_gradients(const ModelState& model, const std::vector<std::int64_t>& layers, const Calibration& calibration,
                       GradientOf of, StepContext& context, const GradientVisit& visit) {
  const at::NoGradGuard no_gradient;
  return GradientSweep(model, layers, calibration, of, context, visit).run();
}

NamedTensors loss_gradients(const ModelState& model, const std::vector<std::int64_t>& layers, const Calibration& calibration,
                            StepContext& context) {
  NamedTensors sums;
  sweep_gradients(model, layers, calibration, GradientOf::batch, context,
                  [&](const LinearGradient& linear) { add_to(sums, linear, linear.gradient); });
  return sums;
}

NamedTensors fisher_diagonal(const ModelState& model, const std::vector<std::int64_t>& layers, const Calibration& calibration,
                             StepContext& context) {
  NamedTensors sums;
  const auto windows = static_cast<double>(calibration.windows.size());
  sweep_gradients(model, layers, calibration, GradientOf::window, context,
                  [&](const LinearGradient& linear) { add_to(sums, linear, linear.gradient.square() / windows); });
  return sums;
}

}  // namespace kelter
