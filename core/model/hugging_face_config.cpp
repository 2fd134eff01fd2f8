// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/model/hugging_face.h"

namespace kelter {
namespace {

constexpr std::array<const char*, 3> known_architectures = {"llama", "mistral", "qwen2"};

[[noreturn]] void refuse(const std::string& where, const std::string& what, const std::string& why) {
  throw Error(ErrorCode::unsupported, what, where, why, "Use a model of the Llama, Mistral or Qwen2 family.");
}

// The keys of config.json; null counts as absent, as in transformers.
class Keys {
 public:
  Keys(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
    if (!json.is_object()) damaged("it is no JSON object");
  }

  bool has(const char* key) const {
    const auto found = json_.find(key);
    return found != json_.end() && !found->is_null();
  }
  const Json& object(const char* key) const {
    if (!json_.at(key).is_object()) damaged(std::string("\"") + key + "\" is no object");
    return json_.at(key);
  }
  template <typename T>
  T get(const char* key) const {
    if (!has(key)) damaged(std::string("\"") + key + "\" is missing");
    try {
      return json_.at(key).get<T>();
    } catch (const Json::exception&) {
      damaged(std::string("\"") + key + "\" has the wrong type");
    }
  }
  template <typename T>
  T get(const char* key, T otherwise) const {
    return has(key) ? get<T>(key) : otherwise;
  }

 private:
  [[noreturn]] void damaged(const std::string& why) const {
    throw Error(ErrorCode::file_malformed, "The model's configuration makes no sense", where_, why, "Get the file again.");
  }

  const Json& json_;
  std::string where_;
};

RopeConfig rope_of(const Json& json, std::int64_t context, const std::string& where) {
  const Keys keys(json, where);
  const std::string type = keys.get<std::string>("rope_type", keys.get<std::string>("type", "default"));
  RopeConfig rope;
  if (type == "default") return rope;
  if (type == "linear") {
    rope.scaling = RopeScaling::linear;
  } else if (type == "dynamic") {
    rope.scaling = RopeScaling::dynamic;
    rope.original_context = context;
  } else if (type == "llama3") {
    rope.scaling = RopeScaling::llama3;
    rope.original_context = keys.get<std::int64_t>("original_max_position_embeddings");
    rope.low_frequency_factor = keys.get<double>("low_freq_factor");
    rope.high_frequency_factor = keys.get<double>("high_freq_factor");
  } else {
    refuse(where, "The rotary scaling is not supported", "its type is \"" + type + "\"");
  }
  rope.factor = keys.get<double>("factor");
  return rope;
}

std::int64_t window_of(const Keys& keys, const std::string& architecture, std::int64_t layers, const std::string& where) {
  if (architecture == "llama") return 0;
  if (architecture == "qwen2") {
    if (!keys.get("use_sliding_window", false)) return 0;
    if (keys.get<std::int64_t>("max_window_layers", layers) >= layers) return 0;   // no layer is above the border
    refuse(where, "The attention window is not supported", "only some layers have it (\"use_sliding_window\")");
  }
  return keys.get<std::int64_t>("sliding_window", 0);
}

BiasConfig bias_of(const Keys& keys, const std::string& architecture) {
  if (architecture == "qwen2") return {true, false, false};
  const bool attention = keys.get("attention_bias", false);
  return {attention, attention, keys.get("mlp_bias", false)};
}

void check_family(const Keys& keys, const std::string& where) {
  const auto architecture = keys.get<std::string>("model_type");
  if (std::find(known_architectures.begin(), known_architectures.end(), architecture) == known_architectures.end())
    refuse(where, "The architecture is not supported", "\"model_type\" is \"" + architecture + "\"");
  const auto activation = keys.get<std::string>("hidden_act", "silu");
  if (activation != "silu") refuse(where, "The activation is not supported", "\"hidden_act\" is \"" + activation + "\"");
  if (keys.get("partial_rotary_factor", 1.0) != 1.0)
    refuse(where, "The rotary embedding covers only part of a head", "\"partial_rotary_factor\" is not 1");
}

}  // namespace

ModelConfig hugging_face_config(const Json& json, const std::string& where) {
  const Keys keys(json, where);
  check_family(keys, where);
  ModelConfig config;
  config.architecture = keys.get<std::string>("model_type");
  config.name = keys.get<std::string>("_name_or_path", "");
  config.vocabulary = keys.get<std::int64_t>("vocab_size");
  config.hidden = keys.get<std::int64_t>("hidden_size");
  config.context = keys.get<std::int64_t>("max_position_embeddings");
  config.norm_epsilon = keys.get("rms_norm_eps", 1e-6);
  config.tied_embeddings = keys.get("tie_word_embeddings", false);
  const auto heads = keys.get<std::int64_t>("num_attention_heads"), count = keys.get<std::int64_t>("num_hidden_layers");
  constexpr std::int64_t most_layers = 10000;
  if (heads <= 0 || count <= 0 || count > most_layers)
    throw Error(ErrorCode::file_malformed, "The model's configuration makes no sense", where,
                std::to_string(count) + " layers, " + std::to_string(heads) + " heads", "Get the file again.");
  config.head_dim = keys.get<std::int64_t>("head_dim", config.hidden / heads);
  const LayerConfig layer = {heads, keys.get<std::int64_t>("num_key_value_heads", heads), keys.get<std::int64_t>("intermediate_size")};
  config.layers.assign(static_cast<std::size_t>(count), layer);
  config.rope_theta = keys.get("rope_theta", 10000.0);
  for (const char* key : {"rope_scaling", "rope_parameters"}) {   // the second since transformers 5, with the base in it
    if (!keys.has(key)) continue;
    const Json& rope = keys.object(key);
    config.rope = rope_of(rope, config.context, where);
    config.rope_theta = Keys(rope, where).get("rope_theta", config.rope_theta);
  }
  config.window = window_of(keys, config.architecture, count, where);
  config.bias = bias_of(keys, config.architecture);
  config.validate(where);
  return config;
}

namespace {

Json rope_scaling(const RopeConfig& rope, const std::string& where) {
  switch (rope.scaling) {
    case RopeScaling::none: return nullptr;
    case RopeScaling::linear: return {{"rope_type", "linear"}, {"factor", rope.factor}};
    case RopeScaling::dynamic: return {{"rope_type", "dynamic"}, {"factor", rope.factor}};
    case RopeScaling::llama3:
      return {{"rope_type", "llama3"},
              {"factor", rope.factor},
              {"low_freq_factor", rope.low_frequency_factor},
              {"high_freq_factor", rope.high_frequency_factor},
              {"original_max_position_embeddings", rope.original_context}};
    case RopeScaling::factors: break;
  }
  throw Error(ErrorCode::unsupported, "The rotary scaling has no form in config.json", where,
              "it is a table of factors, as GGUF files hold it", "Export to GGUF.");
}

const char* class_of(const std::string& architecture) {
  return architecture == "mistral" ? "MistralForCausalLM" : architecture == "qwen2" ? "Qwen2ForCausalLM" : "LlamaForCausalLM";
}

}  // namespace

Json hugging_face_config(const ModelConfig& config, const std::string& dtype) {
  const std::string where = config.name.empty() ? "model" : config.name;
  const LayerConfig& layer = config.layers.front();
  const auto other = std::find_if(config.layers.begin(), config.layers.end(), [&](const LayerConfig& one) { return !(one == layer); });
  if (other != config.layers.end())
    throw Error(ErrorCode::unsupported, "The layers differ in width", where,
                "layer " + std::to_string(other - config.layers.begin()) + " is not as wide as layer 0, and config.json has one width for all",
                "Keep the model in Kelter's own folder.");
  Json json = {{"architectures", {class_of(config.architecture)}},
               {"model_type", config.architecture},
               {"hidden_act", "silu"},
               {"hidden_size", config.hidden},
               {"intermediate_size", layer.intermediate},
               {"num_hidden_layers", config.layers.size()},
               {"num_attention_heads", layer.heads},
               {"num_key_value_heads", layer.kv_heads},
               {"head_dim", config.head_dim},
               {"vocab_size", config.vocabulary},
               {"max_position_embeddings", config.context},
               {"rms_norm_eps", config.norm_epsilon},
               {"rope_theta", config.rope_theta},
               {"rope_scaling", rope_scaling(config.rope, where)},
               {"tie_word_embeddings", config.tied_embeddings},
               {"torch_dtype", dtype}};
  if (config.architecture == "mistral") json["sliding_window"] = config.window > 0 ? Json(config.window) : Json();
  if (config.architecture == "llama") {
    json["attention_bias"] = config.bias.query_key_value;
    json["mlp_bias"] = config.bias.mlp;
  }
  return json;
}

}  // namespace kelter
