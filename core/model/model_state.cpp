// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_state.h"

#include <charconv>
#include <set>
#include <tuple>

#include "core/base/hash.h"

namespace kelter {
namespace {

constexpr std::string_view layers_prefix = "model.layers.";

// Calls visit(name, shape) for every tensor a model of this config has.
template <typename Visit>
void for_each_expected(const ModelConfig& config, Visit visit) {
  using Shape = std::vector<std::int64_t>;
  const std::int64_t hidden = config.hidden;
  visit("model.embed_tokens.weight", Shape{config.vocabulary, hidden});
  visit("model.norm.weight", Shape{hidden});
  if (!config.tied_embeddings) visit("lm_head.weight", Shape{config.vocabulary, hidden});
  for (std::size_t i = 0; i < config.layers.size(); ++i) {
    const LayerConfig& layer = config.layers[i];
    const std::string prefix = layer_prefix(static_cast<std::int64_t>(i));
    const std::int64_t query = layer.heads * config.head_dim, key = layer.kv_heads * config.head_dim;
    visit(prefix + "input_layernorm.weight", Shape{hidden});
    visit(prefix + "post_attention_layernorm.weight", Shape{hidden});
    const std::int64_t rows[] = {query, key, key, hidden, layer.intermediate, layer.intermediate, hidden};
    const std::int64_t columns[] = {hidden, hidden, hidden, query, hidden, hidden, layer.intermediate};
    for (std::size_t m = 0; m < linear_modules.size(); ++m) {
      visit(prefix + linear_modules[m] + ".weight", Shape{rows[m], columns[m]});
      if (config.bias.of(linear_modules[m])) visit(prefix + linear_modules[m] + ".bias", Shape{rows[m]});
    }
  }
}

std::string shape_text(const std::vector<std::int64_t>& shape) { return Json(shape).dump(); }

}  // namespace

std::string layer_prefix(std::int64_t layer) { return "model.layers." + std::to_string(layer) + "."; }

std::string linear_name(std::int64_t layer, const std::string& module) { return layer_prefix(layer) + module + ".weight"; }

std::string bias_name(std::int64_t layer, const std::string& module) { return layer_prefix(layer) + module + ".bias"; }

const Weight& ModelState::tensor(const std::string& name) const {
  const auto found = tensors.find(name);
  if (found == tensors.end())
    throw Error(ErrorCode::missing_tensor, "A tensor of the model is missing", name, "", "Check that the file is complete.");
  return found->second;
}

const Weight& ModelState::linear(std::int64_t layer, const std::string& module) const {
  return tensor(linear_name(layer, module));
}

std::int64_t layer_of(const std::string& name) {
  if (!name.starts_with(layers_prefix)) return -1;
  std::int64_t layer = -1;
  std::from_chars(name.data() + layers_prefix.size(), name.data() + name.size(), layer);
  return layer;
}

bool comes_before(const std::string& left, const std::string& right) {
  const auto place = [](const std::string& name) {
    const std::int64_t layer = layer_of(name);
    return layer >= 0 ? 1 : name.find("embed") != std::string::npos ? 0 : 2;
  };
  return std::tuple(place(left), layer_of(left), left) < std::tuple(place(right), layer_of(right), right);
}

const Tokenizer& ModelState::text_tokenizer() const {
  if (!tokenizer)
    throw Error(ErrorCode::unsupported, "The model has no tokenizer", config.name, "it came without tokenizer.json",
                "Put the tokenizer's files into the model's folder.");
  return *tokenizer;
}

const Weight& ModelState::head() const {
  return tensor(config.tied_embeddings ? "model.embed_tokens.weight" : "lm_head.weight");
}

ModelState ModelState::with(const std::string& name, Weight weight) const {
  ModelState copy = *this;
  copy.tensors[name] = std::move(weight);
  return copy;
}

std::string ModelState::content_hash() const {
  ContentHasher hasher;
  hasher.update(config.to_json().dump());
  hasher.update(tokenizer ? tokenizer->content_hash() : std::string("no tokenizer"));
  for (const auto& [name, weight] : tensors) {
    hasher.update(name);
    hasher.update(weight->content_hash());
  }
  return hasher.hex();
}

void check_tensor_shapes(const ModelConfig& config, const std::map<std::string, std::vector<std::int64_t>>& shapes,
                         const std::string& where) {
  config.validate(where);
  std::set<std::string> expected;
  for_each_expected(config, [&](const std::string& name, const std::vector<std::int64_t>& shape) {
    expected.insert(name);
    const auto found = shapes.find(name);
    if (found == shapes.end())
      throw Error(ErrorCode::missing_tensor, "A tensor of the model is missing", where + ", tensor " + name,
                  "the configuration asks for it", "Check that the file is complete.");
    if (found->second != shape)
      throw Error(ErrorCode::shape_mismatch, "A tensor has the wrong shape", where + ", tensor " + name,
                  "it is " + shape_text(found->second) + ", the configuration asks for " + shape_text(shape),
                  "Check that the file is complete and not mixed from two models.");
  });
  for (const auto& [name, shape] : shapes)
    if (!expected.contains(name))
      throw Error(ErrorCode::unsupported, "The model has a tensor that Kelter would ignore", where + ", tensor " + name,
                  "a model of this configuration has no such tensor", "Use a model of the Llama family.");
}

void ModelState::validate(const std::string& where) const {
  std::map<std::string, std::vector<std::int64_t>> shapes;
  for (const auto& [name, weight] : tensors) shapes.emplace(name, weight->shape());
  check_tensor_shapes(config, shapes, where);
}

ModelState open_model(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    if (fs::exists(path / "kelter.json", ignored)) return open_kelter_folder(path);
    return open_hugging_face_folder(path);
  }
  return open_gguf_model(path);
}

}  // namespace kelter
