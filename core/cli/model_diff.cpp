// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/model_diff.h"

#include <c10/core/GradMode.h>

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/cli/interrupt.h"
#include "core/run/model_header.h"

namespace kelter {
namespace {

constexpr std::int64_t tile_weights = 1 << 22;   // decoded at once

using LayerMatch = std::map<std::int64_t, std::int64_t>;   // layer of a -> layer of b

std::vector<std::string> layer_fingerprints(const ModelState& model) {
  std::vector<std::string> prints;
  for (std::int64_t layer = 0; layer < model.layer_count(); ++layer) {
    prints.push_back(model.tensor(layer_prefix(layer) + "input_layernorm.weight")->content_hash() +
                     model.tensor(layer_prefix(layer) + "post_attention_layernorm.weight")->content_hash());
  }
  return prints;
}

// The longest common subsequence.
LayerMatch match_in_order(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::vector<int>> length(a.size() + 1, std::vector<int>(b.size() + 1, 0));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      length[i][j] = a[i] == b[j] ? length[i + 1][j + 1] + 1 : std::max(length[i + 1][j], length[i][j + 1]);
    }
  }
  LayerMatch match;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) {
      match.emplace(static_cast<std::int64_t>(i++), static_cast<std::int64_t>(j++));
    } else if (length[i + 1][j] >= length[i][j + 1]) {
      ++i;
    } else {
      ++j;
    }
  }
  return match;
}

LayerMatch match_layers(const ModelState& a, const ModelState& b) {
  LayerMatch match;
  if (a.layer_count() != b.layer_count()) match = match_in_order(layer_fingerprints(a), layer_fingerprints(b));
  if (!match.empty()) return match;
  for (std::int64_t layer = 0; layer < std::min(a.layer_count(), b.layer_count()); ++layer) match.emplace(layer, layer);
  return match;
}

// The name in b of a tensor of a; empty if its layer is gone.
std::string name_in_b(const std::string& name, const LayerMatch& match) {
  const std::int64_t layer = layer_of(name);
  if (layer < 0) return name;
  const auto found = match.find(layer);
  return found == match.end() ? "" : layer_prefix(found->second) + name.substr(layer_prefix(layer).size());
}

struct Norms {
  double difference = 0, reference = 0;   // squared
};

double squared(const at::Tensor& values) { return values.to(at::kDouble).square_().sum().item<double>(); }
std::int64_t zeros(const at::Tensor& values) { return values.numel() - values.count_nonzero().item<std::int64_t>(); }

// Both weights have one shape; a vector is one row.
Norms compare_values(TensorDifference& tensor) {
  const WeightFormat &a = *tensor.a, &b = *tensor.b;
  const std::int64_t rows = a.rows(), step = std::max<std::int64_t>(1, tile_weights / a.columns());
  Norms norms;
  double largest = 0;
  std::int64_t zeros_a = 0, zeros_b = 0;
  for (std::int64_t row = 0; row < rows; row += step) {
    stop_if_interrupted();
    const std::int64_t end = std::min(rows, row + step);
    const at::Tensor left = a.decode_rows(row, end, at::kFloat), right = b.decode_rows(row, end, at::kFloat);
    const at::Tensor difference = right - left;
    norms.difference += squared(difference);
    norms.reference += squared(left);
    largest = std::max(largest, difference.abs().max().item<double>());
    zeros_a += zeros(left);
    zeros_b += zeros(right);
  }
  const auto count = static_cast<double>(a.numel());
  tensor.sparsity_a = static_cast<double>(zeros_a) / count;
  tensor.sparsity_b = static_cast<double>(zeros_b) / count;
  tensor.largest_error = largest;
  if (norms.reference > 0) tensor.relative_error = std::sqrt(norms.difference / norms.reference);
  return norms;
}

std::optional<double> sparsity(const Weight& weight) {
  if (!weight) return std::nullopt;
  return static_cast<double>(weight->count_zeros()) / static_cast<double>(weight->numel());
}

// Equal weights are told by their hash: only what differs is decoded twice.
Norms examine(TensorDifference& tensor) {
  if (tensor.a && tensor.b && tensor.a->shape() == tensor.b->shape()) {
    tensor.same = tensor.a == tensor.b || tensor.a->content_hash() == tensor.b->content_hash();
    if (!tensor.same) return compare_values(tensor);
  }
  tensor.sparsity_a = sparsity(tensor.a);
  tensor.sparsity_b = tensor.same ? tensor.sparsity_a : sparsity(tensor.b);
  if (!tensor.same) return {};
  tensor.relative_error = tensor.largest_error = 0;
  return {0, squared(tensor.a->decode(at::kFloat))};
}

std::vector<std::string> names_in_order(const ModelState& model) {
  std::vector<std::string> names;
  for (const auto& [name, weight] : model.tensors) names.push_back(name);
  std::sort(names.begin(), names.end(), comes_before);
  return names;
}

std::vector<TensorDifference> pair_tensors(const ModelState& a, const ModelState& b, const LayerMatch& match) {
  std::vector<TensorDifference> tensors;
  std::set<std::string> used;
  for (const std::string& name : names_in_order(a)) {
    TensorDifference& tensor = tensors.emplace_back();
    tensor.name_a = name;
    tensor.a = a.tensors.at(name);
    const auto found = b.tensors.find(name_in_b(name, match));
    if (found == b.tensors.end()) continue;
    tensor.name_b = found->first;
    tensor.b = found->second;
    used.insert(found->first);
  }
  for (const std::string& name : names_in_order(b)) {
    if (used.contains(name)) continue;
    TensorDifference& tensor = tensors.emplace_back();
    tensor.name_b = name;
    tensor.b = b.tensors.at(name);
  }
  return tensors;
}

}  // namespace

ModelDifference compare_models(const ModelState& a, const ModelState& b) {
  const c10::NoGradGuard no_gradient;
  const LayerMatch match = match_layers(a, b);
  ModelDifference difference;
  std::set<std::int64_t> matched;
  for (const auto& [left, right] : match) matched.insert(right);
  for (std::int64_t layer = 0; layer < a.layer_count(); ++layer) {
    if (!match.contains(layer)) difference.removed_layers.push_back(layer);
  }
  for (std::int64_t layer = 0; layer < b.layer_count(); ++layer) {
    if (!matched.contains(layer)) difference.added_layers.push_back(layer);
  }
  difference.tensors = pair_tensors(a, b, match);
  Norms total;
  for (TensorDifference& tensor : difference.tensors) {
    stop_if_interrupted();
    const Norms norms = examine(tensor);
    total.difference += norms.difference;
    total.reference += norms.reference;
  }
  if (total.reference > 0) difference.relative_error = std::sqrt(total.difference / total.reference);
  return difference;
}

}  // namespace kelter
