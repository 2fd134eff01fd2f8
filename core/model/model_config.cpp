// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_config.h"

#include <algorithm>
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

constexpr std::pair<RopeScaling, const char*> scaling_names[] = {{RopeScaling::none, "none"},
                                                                 {RopeScaling::linear, "linear"},
                                                                 {RopeScaling::dynamic, "dynamic"},
                                                                 {RopeScaling::llama3, "llama3"},
                                                                 {RopeScaling::factors, "factors"}};

Json rope_to_json(const RopeConfig& rope) {
  Json json;
  for (const auto& [scaling, name] : scaling_names)
    if (scaling == rope.scaling) json["scaling"] = name;
  switch (rope.scaling) {
    case RopeScaling::none: break;
    case RopeScaling::linear: json["factor"] = rope.factor; break;
    case RopeScaling::llama3:
      json["low_frequency_factor"] = rope.low_frequency_factor;
      json["high_frequency_factor"] = rope.high_frequency_factor;
      [[fallthrough]];
    case RopeScaling::dynamic:
      json["factor"] = rope.factor;
      json["original_context"] = rope.original_context;
      break;
    case RopeScaling::factors: json["factors"] = rope.factors; break;
  }
  return json;
}

RopeConfig rope_from_json(const Json& json, const std::string& where) {
  RopeConfig rope;
  const auto name = get<std::string>(json, "scaling", where);
  const auto known = std::find_if(std::begin(scaling_names), std::end(scaling_names), [&](const auto& one) { return name == one.second; });
  if (known == std::end(scaling_names)) refuse(where, "the rotary scaling \"" + name + "\" is unknown");
  rope.scaling = known->first;
  const bool by_context = rope.scaling == RopeScaling::dynamic || rope.scaling == RopeScaling::llama3;
  if (by_context || rope.scaling == RopeScaling::linear) rope.factor = get<double>(json, "factor", where);
  if (by_context) rope.original_context = get<std::int64_t>(json, "original_context", where);
  if (rope.scaling == RopeScaling::llama3) {
    rope.low_frequency_factor = get<double>(json, "low_frequency_factor", where);
    rope.high_frequency_factor = get<double>(json, "high_frequency_factor", where);
  }
  if (rope.scaling == RopeScaling::factors) rope.factors = get<std::vector<double>>(json, "factors", where);
  return rope;
}

bool at_least_one(double value) { return std::isfinite(value) && value >= 1; }

void check_rope(const RopeConfig& rope, std::int64_t head_dim, const std::string& where) {
  const bool by_context = rope.scaling == RopeScaling::dynamic || rope.scaling == RopeScaling::llama3;
  if (!at_least_one(rope.factor)) refuse(where, "the factor of the rotary scaling is less than 1");
  if (by_context) check_size(rope.original_context, "the original context length", where);
  if (rope.scaling == RopeScaling::llama3) {
    const bool ordered = std::isfinite(rope.high_frequency_factor) && rope.low_frequency_factor > 0 &&
                         rope.high_frequency_factor > rope.low_frequency_factor;
    if (!ordered) refuse(where, "the frequency factors of the rotary scaling are not in order");
  }
  if (rope.scaling != RopeScaling::factors) return;
  if (static_cast<std::int64_t>(rope.factors.size()) != head_dim / 2)
    refuse(where, std::to_string(rope.factors.size()) + " rotary factors for " + std::to_string(head_dim / 2) + " frequencies");
  for (const double factor : rope.factors)
    if (!std::isfinite(factor) || factor <= 0) refuse(where, "a rotary factor is not positive");
}

}  // namespace

bool BiasConfig::of(const std::string& module) const {
  if (module.starts_with("mlp.")) return mlp;
  return module == "self_attn.o_proj" ? output : query_key_value;
}

Json ModelConfig::to_json() const {
  Json layer_list = Json::array();
  for (const LayerConfig& layer : layers)
    layer_list.push_back({{"heads", layer.heads}, {"kv_heads", layer.kv_heads}, {"intermediate", layer.intermediate}});
  Json json = {{"architecture", architecture}, {"name", name},
               {"vocabulary", vocabulary},     {"hidden", hidden},
               {"head_dim", head_dim},         {"context", context},
               {"rope_theta", rope_theta},     {"norm_epsilon", norm_epsilon},
               {"tied_embeddings", tied_embeddings}, {"layers", std::move(layer_list)}};
  if (rope.scaling != RopeScaling::none) json["rope"] = rope_to_json(rope);
  if (window > 0) json["window"] = window;
  if (bias != BiasConfig{})
    json["bias"] = {{"query_key_value", bias.query_key_value}, {"output", bias.output}, {"mlp", bias.mlp}};
  return json;
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
  if (json.contains("rope")) config.rope = rope_from_json(json["rope"], where);
  if (json.contains("window")) config.window = get<std::int64_t>(json, "window", where);
  if (json.contains("bias")) {
    const Json& bias = json["bias"];
    config.bias = {get<bool>(bias, "query_key_value", where), get<bool>(bias, "output", where), get<bool>(bias, "mlp", where)};
  }
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
  check_rope(rope, head_dim, where);
  if (window != 0) check_size(window, "the attention window", where);
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
