// SPDX-License-Identifier: GPL-3.0-or-later
// From a GGUF container to a ModelState: names, row order and formats of the llama and qwen2 architectures.
#include <ATen/ATen.h>

#include <algorithm>
#include <optional>
#include <regex>

#include "core/formats/dense_weight.h"
#include "core/formats/ggml_weight.h"
#include "core/model/gguf_layout.h"
#include "core/model/model_state.h"

namespace kelter {
namespace {

constexpr const char* rope_factors = "rope_freqs.weight";

// GGUF's part of a layer tensor's name, and Hugging Face's.
constexpr std::pair<const char*, const char*> layer_names[] = {
    {"attn_norm", "input_layernorm"},   {"ffn_norm", "post_attention_layernorm"}, {"attn_q", "self_attn.q_proj"},
    {"attn_k", "self_attn.k_proj"},     {"attn_v", "self_attn.v_proj"},           {"attn_output", "self_attn.o_proj"},
    {"ffn_gate", "mlp.gate_proj"},      {"ffn_up", "mlp.up_proj"},                {"ffn_down", "mlp.down_proj"}};

std::optional<std::string> hugging_face_name(const std::string& name) {
  if (name == "token_embd.weight") return "model.embed_tokens.weight";
  if (name == "output_norm.weight") return "model.norm.weight";
  if (name == "output.weight") return "lm_head.weight";
  static const std::regex pattern("blk\\.([0-9]{1,5})\\.([a-z_]+)\\.(weight|bias)");
  std::smatch match;
  if (!std::regex_match(name, match, pattern)) return std::nullopt;
  for (const auto& [gguf, hugging_face] : layer_names)
    if (match[2] == gguf) return layer_prefix(std::stoll(match[1])) + hugging_face + "." + match[3].str();
  return std::nullopt;
}

// Row r of Hugging Face's rotate-half order is row order[r] of the file's interleaved pairs.
std::vector<std::int64_t> rotary_row_order(std::int64_t rows, std::int64_t head_dim) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(rows));
  const std::int64_t half = head_dim / 2;
  for (std::int64_t head = 0; head < rows / head_dim; ++head)
    for (std::int64_t side = 0; side < 2; ++side)
      for (std::int64_t pair = 0; pair < half; ++pair)
        order[static_cast<std::size_t>(head * head_dim + side * half + pair)] = head * head_dim + pair * 2 + side;
  return order;
}

Weight make_dense(const GgufTensor& tensor, at::ScalarType dtype) {
  return std::make_shared<DenseWeight>(tensor.shape, dtype, tensor.data);
}

Weight make_weight(const GgufTensor& tensor) {
  switch (tensor.type) {
    case GgmlType::F32: return make_dense(tensor, at::kFloat);
    case GgmlType::F16: return make_dense(tensor, at::kHalf);
    case GgmlType::BF16: return make_dense(tensor, at::kBFloat16);
    default: return std::make_shared<GgmlWeight>(tensor.shape, tensor.type, tensor.data);
  }
}

// The llama architecture stores rotary pairs side by side; qwen2 keeps Hugging Face's order.
bool is_query_or_key(const std::string& name) {
  return name.find("self_attn.q_proj.") != std::string::npos || name.find("self_attn.k_proj.") != std::string::npos;
}

std::vector<std::int64_t> inverse(const std::vector<std::int64_t>& order) {
  std::vector<std::int64_t> inverse(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) inverse[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  return inverse;
}

// Row order of a query or key projection, or of its bias.
std::vector<std::int64_t> rotary_row_order(const Weight& weight, std::int64_t head_dim) {
  const std::int64_t rows = weight->shape()[0];
  if (rows % head_dim != 0) throw Error(ErrorCode::shape_mismatch, "The rows are no multiple of the head size");
  return rotary_row_order(rows, head_dim);
}

Weight with_rows(const Weight& weight, const std::vector<std::int64_t>& order) {
  if (weight->shape().size() == 2) return weight->select_rows(order);
  return DenseWeight::from_tensor(weight->decode(at::kFloat).index_select(0, at::tensor(order, at::kLong)), at::kFloat);
}

RopeConfig rope_of(const GgufFile& file, const std::string& prefix, const std::string& where) {
  RopeConfig rope;
  const std::string scaling = file.text(prefix + "rope.scaling.type", "none");
  if (const GgufTensor* factors = file.find(rope_factors)) {
    if (factors->type != GgmlType::F32 || factors->shape.size() != 1)
      throw Error(ErrorCode::unsupported, "The rotary scaling is not supported", where + ", tensor " + rope_factors,
                  "its factors are no list of float32", "Use another file of the same model.");
    const at::Tensor values = make_dense(*factors, at::kFloat)->decode(at::kDouble);
    rope.scaling = RopeScaling::factors;
    rope.factors.assign(values.const_data_ptr<double>(), values.const_data_ptr<double>() + values.numel());
  } else if (scaling == "linear") {
    rope.scaling = RopeScaling::linear;
    rope.factor = file.number(prefix + "rope.scaling.factor");
  } else if (scaling != "none") {
    throw Error(ErrorCode::unsupported, "The rotary scaling is not supported", where, "its type is \"" + scaling + "\"",
                "Use a model without rotary scaling, or with a linear one.");
  }
  return rope;
}

BiasConfig bias_of(const GgufFile& file) {
  return {file.find("blk.0.attn_q.bias") != nullptr, file.find("blk.0.attn_output.bias") != nullptr,
          file.find("blk.0.ffn_up.bias") != nullptr};
}

}  // namespace

ModelConfig gguf_config(const GgufFile& file) {
  const std::string where = file.path().string();
  const std::string architecture = file.text("general.architecture");
  if (architecture != "llama" && architecture != "qwen2")
    throw Error(ErrorCode::unsupported, "The architecture is not supported", where, "it is \"" + architecture + "\"",
                "Use a GGUF file of the llama or qwen2 architecture.");
  const std::string prefix = architecture + ".";
  ModelConfig config;
  config.architecture = architecture;
  config.name = file.text("general.name", file.path().stem().string());
  config.hidden = file.integer(prefix + "embedding_length");
  config.context = file.integer(prefix + "context_length");
  config.rope_theta = file.number(prefix + "rope.freq_base", 10000.0);
  config.norm_epsilon = file.number(prefix + "attention.layer_norm_rms_epsilon");
  config.window = file.integer(prefix + "attention.sliding_window", 0);
  config.rope = rope_of(file, prefix, where);
  config.bias = bias_of(file);
  config.tied_embeddings = file.find("output.weight") == nullptr;
  const std::int64_t heads = file.integer(prefix + "attention.head_count");
  const std::int64_t count = file.integer(prefix + "block_count");
  if (heads <= 0 || count <= 0 || count > static_cast<std::int64_t>(file.tensors().size()))
    throw Error(ErrorCode::file_malformed, "The model's configuration makes no sense", where,
                std::to_string(count) + " layers, " + std::to_string(heads) + " heads");
  config.head_dim = file.integer(prefix + "attention.key_length", config.hidden / heads);
  if (file.integer(prefix + "attention.value_length", config.head_dim) != config.head_dim)
    throw Error(ErrorCode::unsupported, "Keys and values have different widths", where);
  if (file.integer(prefix + "rope.dimension_count", config.head_dim) != config.head_dim)
    throw Error(ErrorCode::unsupported, "The rotary embedding covers only part of a head", where);
  const LayerConfig layer = {heads, file.integer(prefix + "attention.head_count_kv", heads), file.integer(prefix + "feed_forward_length")};
  config.layers.assign(static_cast<std::size_t>(count), layer);
  const GgufTensor* embedding = file.find("token_embd.weight");
  if (!embedding || embedding->shape.size() != 2)
    throw Error(ErrorCode::missing_tensor, "A tensor of the model is missing", where + ", tensor token_embd.weight", "",
                "Check that the file is complete.");
  config.vocabulary = embedding->shape[0];
  config.validate(where);
  return config;
}

std::string gguf_name_of(const std::string& name) {
  if (name == "model.embed_tokens.weight") return "token_embd.weight";
  if (name == "model.norm.weight") return "output_norm.weight";
  if (name == "lm_head.weight") return "output.weight";
  static const std::regex pattern("model\\.layers\\.([0-9]+)\\.(.+)\\.(weight|bias)");
  std::smatch match;
  if (std::regex_match(name, match, pattern))
    for (const auto& [gguf, hugging_face] : layer_names)
      if (match[2] == hugging_face) return "blk." + match[1].str() + "." + gguf + "." + match[3].str();
  throw Error(ErrorCode::unsupported, "GGUF has no name for a tensor", "tensor " + name);
}

Weight gguf_row_order(const ModelConfig& config, const std::string& name, const Weight& weight) {
  if (config.architecture == "qwen2" || !is_query_or_key(name)) return weight;
  return with_rows(weight, inverse(rotary_row_order(weight, config.head_dim)));
}

bool gguf_is_weight(const GgufTensor& tensor) { return tensor.name != rope_factors; }

std::string gguf_tensor_name(const GgufFile& file, const GgufTensor& tensor) {
  const auto name = hugging_face_name(tensor.name);
  if (name && tensor.shape.size() <= 2) return *name;
  throw Error(ErrorCode::unsupported, "The model has a tensor that Kelter would ignore",
              file.path().string() + ", tensor " + tensor.name, "a model of the Llama family has no such tensor",
              "Use a model of the Llama family.");
}

ModelState open_gguf_model(const fs::path& path) {
  const GgufFile file = GgufFile::open(path);
  ModelState state;
  state.config = gguf_config(file);
  state.tokenizer = std::make_shared<const Tokenizer>(TokenizerData::from_gguf(file));
  state.source_bytes = file.file_bytes();
  state.origin = path.string();
  for (const GgufTensor& tensor : file.tensors()) {
    if (!gguf_is_weight(tensor)) continue;
    const std::string place = path.string() + ", tensor " + tensor.name;
    const std::string name = gguf_tensor_name(file, tensor);
    try {
      Weight weight = make_weight(tensor);
      if (state.config.architecture == "llama" && is_query_or_key(name)) {
        weight = with_rows(weight, rotary_row_order(weight, state.config.head_dim));
      }
      state.tensors.emplace(name, std::move(weight));
    } catch (const Error& error) {
      throw error.at(place);
    }
  }
  state.validate(path.string());
  if (state.tokenizer->vocabulary() != state.config.vocabulary)
    throw Error(ErrorCode::shape_mismatch, "Vocabulary and embedding differ in size", path.string(),
                std::to_string(state.tokenizer->vocabulary()) + " tokens, " + std::to_string(state.config.vocabulary) +
                    " embedding rows",
                "Check that the file is complete and not mixed from two models.");
  return state;
}

}  // namespace kelter
