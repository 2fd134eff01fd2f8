// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_config.h"

#include <cmath>

#include "core/base/error.h"

namespace kelter {
namespace {

constexpr std::int64_t largest_size = std::int64_t{1} << 31;
constexpr std::int64_t most_layers = 10000;

[[noreturn]] void refuse(const std::string& where, const std::string& why) {
  throw Error(ErrorCode::file_malformed, "The model's configuration makes no sense", where, why,
              "Check that the file is complete and of the llama family.");
}

void check_size(std::int64_t value, const char* name, const std::string& where) {
  if (value <= 0 || value > largest_size) refuse(where, std::string(name) + " is " + std::to_string(value));
}

template <typename T>
T get(const Json& json, const char* key, const std::string& where) {
  const auto found = json.find(key);
  if (found == json.end()) refuse(where, std::string("\"") + key + "\" is missing");
  try {
    return found->template get<T>();
  } catch (const Json::exception&) {
    refuse(where, std::string("\"") + key + "\" has the wrong type");
  }
}

}  // namespace

Json ModelConfig::to_json() const {
  Json layer_list = Json::array();
  for (const LayerConfig& layer : layers)
    layer_list.push_back({{"heads", layer.heads}, {"kv_heads", layer.kv_heads}, {"intermediate", layer.intermediate}});
  return {{"architecture", architecture}, {"name", name},
          {"vocabulary", vocabulary},     {"hidden", hidden},
          {"head_dim", head_dim},         {"context", context},
          {"rope_theta", rope_theta},     {"norm_epsilon", norm_epsilon},
          {"tied_embeddings", tied_embeddings}, {"layers", std::move(layer_list)}};
}

ModelConfig ModelConfig::from_json(const Json& json, const std::string& where) {
  if (!json.is_object()) refuse(where, "it is no JSON object");
  ModelConfig config;
  config.architecture = get<std::string>(json, "architecture", where);
  config.name = get<std::string>(json, "name", where);
  config.vocabulary = get<std::int64_t>(json, "vocabulary", where);
  config.hidden = get<std::int64_t>(json, "hidden", where);
  config.head_dim = get<std::int64_t>(json, "head_dim", where);
  config.context = get<std::int64_t>(json, "context", where);
  config.rope_theta = get<double>(json, "rope_theta", where);
  config.norm_epsilon = get<double>(json, "norm_epsilon", where);
  config.tied_embeddings = get<bool>(json, "tied_embeddings", where);
  const auto layers = json.find("layers");
  if (layers == json.end() || !layers->is_array()) refuse(where, "\"layers\" is missing");
  for (const Json& layer : *layers) {
    if (!layer.is_object()) refuse(where, "a layer is no JSON object");
    config.layers.push_back({get<std::int64_t>(layer, "heads", where), get<std::int64_t>(layer, "kv_heads", where),
                             get<std::int64_t>(layer, "intermediate", where)});
  }
  config.validate(where);
  return config;
}

void ModelConfig::validate(const std::string& where) const {
  check_size(vocabulary, "the vocabulary", where);
  check_size(hidden, "the hidden size", where);
  check_size(head_dim, "the head size", where);
  check_size(context, "the context length", where);
  if (head_dim % 2 != 0) refuse(where, "the head size " + std::to_string(head_dim) + " is odd");
  if (!std::isfinite(rope_theta) || rope_theta <= 0) refuse(where, "the rotary base is not positive");
  if (!std::isfinite(norm_epsilon) || norm_epsilon < 0) refuse(where, "the norm epsilon is negative");
  if (layers.empty() || static_cast<std::int64_t>(layers.size()) > most_layers)
    refuse(where, "it has " + std::to_string(layers.size()) + " layers");
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string layer = where + ", layer " + std::to_string(i);
    check_size(layers[i].heads, "the number of heads", layer);
    check_size(layers[i].kv_heads, "the number of key and value heads", layer);
    check_size(layers[i].intermediate, "the MLP width", layer);
    if (layers[i].heads % layers[i].kv_heads != 0)
      refuse(layer, std::to_string(layers[i].heads) + " heads are no multiple of " + std::to_string(layers[i].kv_heads) +
                        " key and value heads");
    if (layers[i].heads > largest_size / head_dim) refuse(layer, "heads times head size is too large");
  }
}

}  // namespace kelter
