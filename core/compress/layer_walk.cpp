// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/layer_walk.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "core/compress/weight_archive.h"

namespace kelter {
namespace {

NamedWeights rewrite_layer(const ModelState& model, std::int64_t layer, StepContext& context, const LinearRewrite& rewrite) {
  NamedWeights changed;
  for_each_linear(model, {layer}, context, [&](std::int64_t, const std::string& module, const Weight& weight) {
    Weight replacement = rewrite(layer, module, weight);
    if (replacement != weight) changed[linear_name(layer, module)] = std::move(replacement);
  });
  return changed;
}

}  // namespace

void for_each_linear(const ModelState& model, const std::vector<std::int64_t>& layers, StepContext& context,
                     const LinearVisitor& visit) {
  for (const std::int64_t layer : layers) {
    for (const char* module : linear_modules) {
      context.check_cancelled();
      try {
        visit(layer, module, model.linear(layer, module));
      } catch (const Error& error) {
        throw error.at(model.place("layer " + std::to_string(layer) + ", " + module));
      }
    }
  }
}

ModelState rewrite_linears(const ModelState& model, const std::vector<std::int64_t>& layers, StepContext& context,
                           const LinearRewrite& rewrite) {
  ModelState out = model;
  std::int64_t done = 0;
  for (const std::int64_t layer : layers) {
    const std::string key = "layer-" + std::to_string(layer);
    NamedWeights changed;
    if (const auto kept = context.load_checkpoint(key)) {
      changed = restore_weights(*kept);
    } else {
      changed = rewrite_layer(model, layer, context, rewrite);
      context.save_checkpoint(key, archive_weights(changed));
    }
    for (const char* module : linear_modules) {
      const auto found = changed.find(linear_name(layer, module));
      if (found == changed.end()) continue;
      for (const auto& [quantity, value] : change_of(model.linear(layer, module)->decode(at::kFloat), found->second->decode(at::kFloat)))
        context.record_linear(layer, module, quantity, value);
    }
    for (auto& [name, weight] : changed) out.tensors[name] = std::move(weight);
    context.progress(++done, static_cast<std::int64_t>(layers.size()), "layer " + std::to_string(layer));
  }
  return out;
}

double relative_error(double error, double size) {
  return size > 0 ? error / size : (error > 0 ? std::numeric_limits<double>::infinity() : 0.0);
}

std::map<std::string, double> change_of(const at::Tensor& before, const at::Tensor& after) {
  const double size = before.norm(2).item<double>(), difference = (before - after).norm(2).item<double>();
  const auto zeros = static_cast<double>(after.numel() - after.count_nonzero().item<std::int64_t>());
  return {{"weight_error", relative_error(difference, size)}, {"sparsity", zeros / static_cast<double>(after.numel())}};
}

void rewrite_embedding(ModelState& model, StepContext& context, const std::function<Weight(const Weight& weight)>& rewrite) {
  for (const char* name : {"model.embed_tokens.weight", "lm_head.weight"}) {
    const auto found = model.tensors.find(name);
    if (found == model.tensors.end()) continue;
    context.check_cancelled();
    try {
      found->second = rewrite(found->second);
    } catch (const Error& error) {
      throw error.at(name);
    }
  }
}

void add_badge(ModelState& model, const std::string& badge) {
  if (std::find(model.history.begin(), model.history.end(), badge) == model.history.end()) model.history.push_back(badge);
}

bool any_tensor_grew(const ModelState& before, const ModelState& after) {
  return std::any_of(after.tensors.begin(), after.tensors.end(), [&](const auto& entry) {
    const auto found = before.tensors.find(entry.first);
    return found != before.tensors.end() && entry.second != found->second && entry.second->bytes() > found->second->bytes();
  });
}

}  // namespace kelter
