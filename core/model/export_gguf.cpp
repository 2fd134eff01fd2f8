// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>

#include <algorithm>
#include <numbers>

#include "core/formats/dense_weight.h"
#include "core/formats/ggml_weight.h"
#include "core/kernels/ggml_blocks.h"
#include "core/model/export.h"
#include "core/model/gguf_layout.h"
#include "core/model/rope.h"
#include "core/tensor/gguf_writer.h"

namespace kelter {
namespace {

struct FileType {
  const char* name;
  GgmlType type;
  std::uint32_t number;   // general.file_type
};
constexpr FileType file_types[] = {{"F32", GgmlType::F32, 0},   {"F16", GgmlType::F16, 1},   {"BF16", GgmlType::BF16, 32},
                                   {"Q8_0", GgmlType::Q8_0, 7}, {"Q4_0", GgmlType::Q4_0, 2}, {"Q4_1", GgmlType::Q4_1, 3},
                                   {"Q5_0", GgmlType::Q5_0, 8}, {"Q5_1", GgmlType::Q5_1, 9}};

std::optional<FileType> wanted_type(const std::string& name) {
  if (name == "keep") return std::nullopt;
  for (const FileType& type : file_types)
    if (name == type.name) return type;
  throw Error(ErrorCode::unsupported, "GGUF files of this type cannot be written", "type " + name, {},
              "Use keep, F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0 or Q5_1.");
}

at::ScalarType dense_type(GgmlType type) {
  return type == GgmlType::F32 ? at::kFloat : type == GgmlType::F16 ? at::kHalf : at::kBFloat16;
}

GgmlType ggml_type(at::ScalarType type) {
  return type == at::kFloat ? GgmlType::F32 : type == at::kHalf ? GgmlType::F16 : GgmlType::BF16;
}

// The type a weight has as it is stored, if GGUF knows it.
std::optional<GgmlType> stored_type(const Weight& weight) {
  if (const auto dense = std::dynamic_pointer_cast<const DenseWeight>(weight)) return ggml_type(dense->dtype());
  if (const auto blocks = std::dynamic_pointer_cast<const GgmlWeight>(weight)) return blocks->type();
  return std::nullopt;
}

Bytes bytes_of(const at::Tensor& values) {
  const auto held = std::make_shared<at::Tensor>(values.contiguous());
  return Bytes(held, held->const_data_ptr(), held->nbytes(), false);
}

Bytes encoded(const Weight& weight, GgmlType type) {
  if (stored_type(weight) == type) return weight->parts().front().data;   // both kinds have one part
  if (ggml_type_info(type).block_size == 1) return bytes_of(weight->decode(dense_type(type)));
  const at::Tensor values = weight->decode(at::kFloat);
  const std::int64_t rows = weight->rows(), columns = weight->columns();
  std::vector<std::uint8_t> blocks(static_cast<std::size_t>(rows * columns / ggml_type_info(type).block_size * ggml_type_info(type).block_bytes));
  encode_ggml_rows(static_cast<std::uint32_t>(type), values.const_data_ptr<float>(), rows, columns, blocks.data());
  return Bytes::own(std::move(blocks));
}

void write_structure(GgufWriter& writer, const ModelConfig& config, const std::string& architecture) {
  const auto key = [&](const char* name) { return architecture + "." + name; };
  const auto whole = [&](const char* name, std::int64_t value) { writer.uint32(key(name), static_cast<std::uint32_t>(value)); };
  const LayerConfig& layer = config.layers.front();
  whole("block_count", static_cast<std::int64_t>(config.layers.size()));
  whole("context_length", config.context);
  whole("embedding_length", config.hidden);
  whole("feed_forward_length", layer.intermediate);
  whole("attention.head_count", layer.heads);
  whole("attention.head_count_kv", layer.kv_heads);
  whole("attention.key_length", config.head_dim);
  whole("attention.value_length", config.head_dim);
  whole("rope.dimension_count", config.head_dim);
  whole("vocab_size", config.vocabulary);
  writer.float32(key("attention.layer_norm_rms_epsilon"), static_cast<float>(config.norm_epsilon));
  writer.float32(key("rope.freq_base"), static_cast<float>(config.rope_theta));
  if (config.window > 0) whole("attention.sliding_window", config.window);
  if (config.rope.scaling == RopeScaling::linear) {
    writer.text(key("rope.scaling.type"), "linear");
    writer.float32(key("rope.scaling.factor"), static_cast<float>(config.rope.factor));
  }
}

// SentencePiece's scores: what is merged earlier scores higher. Single characters need none.
std::vector<float> scores_of(const TokenizerData& data) {
  constexpr float never_merged = -1e6f;
  std::map<std::string, float> of_token;
  for (std::size_t rank = 0; rank < data.merges.size(); ++rank) {
    std::string token = data.merges[rank];
    token.erase(token.find(' '), 1);
    of_token.emplace(std::move(token), -static_cast<float>(rank));
  }
  std::vector<float> scores;
  for (const std::string& token : data.tokens) {
    const auto found = of_token.find(token);
    scores.push_back(found == of_token.end() ? never_merged : found->second);
  }
  return scores;
}

void write_tokenizer(GgufWriter& writer, const TokenizerData& data) {
  const bool byte_level = data.kind == TokenizerKind::byte_level;
  writer.text("tokenizer.ggml.model", byte_level ? "gpt2" : "llama");
  writer.text("tokenizer.ggml.pre", byte_level ? data.pre_tokenizer : "default");
  writer.texts("tokenizer.ggml.tokens", data.tokens);
  writer.int32s("tokenizer.ggml.token_type", data.types);
  if (byte_level) {
    writer.texts("tokenizer.ggml.merges", data.merges);
  } else {
    writer.float32s("tokenizer.ggml.scores", scores_of(data));
    writer.boolean("tokenizer.ggml.add_space_prefix", data.blank_prefix != BlankPrefix::none);
  }
  const std::pair<const char*, std::int64_t> ids[] = {
      {"bos", data.bos}, {"eos", data.eos}, {"unknown", data.unknown}, {"padding", data.padding}};
  for (const auto& [name, id] : ids)
    if (id >= 0) writer.uint32("tokenizer.ggml." + std::string(name) + "_token_id", static_cast<std::uint32_t>(id));
  writer.boolean("tokenizer.ggml.add_bos_token", data.add_bos);
  if (!data.chat_template.empty()) writer.text("tokenizer.chat_template", data.chat_template);
}

// Divisors of the frequencies, as llama.cpp reads the scaling of Llama 3.1.
void write_rope_factors(GgufWriter& writer, const ModelConfig& config) {
  if (config.rope.scaling != RopeScaling::llama3 && config.rope.scaling != RopeScaling::factors) return;
  ModelConfig plain = config;
  plain.rope = {};
  const std::vector<float> scaled = rotary_frequencies(config), unscaled = rotary_frequencies(plain);
  std::vector<float> factors;
  for (std::size_t i = 0; i < scaled.size(); ++i) factors.push_back(unscaled[i] / scaled[i]);
  const auto count = static_cast<std::int64_t>(factors.size());
  writer.tensor("rope_freqs.weight", GgmlType::F32, {count}, [factors] { return Bytes::own(factors); });
}

void check_structure(const ModelConfig& config, const std::string& where) {
  const bool same = std::all_of(config.layers.begin(), config.layers.end(), [&](const LayerConfig& layer) { return layer == config.layers.front(); });
  if (!same)
    throw Error(ErrorCode::unsupported, "The layers differ in width", where, "the llama architecture of GGUF has one width for all",
                "Keep the model in Kelter's own folder.");
  if (config.rope.scaling == RopeScaling::dynamic)
    throw Error(ErrorCode::unsupported, "The rotary scaling has no place in GGUF", where, "it is dynamic", "Export to a Hugging Face folder.");
}

class Exporter {
 public:
  Exporter(const ModelState& model, const std::string& type) : model_(model), wanted_(wanted_type(type)) {}

  Exported write(const fs::path& path) {
    check_structure(model_.config, path.string());
    const std::string architecture = model_.config.architecture == "qwen2" ? "qwen2" : "llama";
    writer_.text("general.architecture", architecture);
    writer_.text("general.name", model_.config.name);
    writer_.uint32("general.file_type", file_type());
    writer_.uint32("general.quantization_version", 2);
    write_structure(writer_, model_.config, architecture);
    write_tokenizer(writer_, model_.text_tokenizer().data());
    write_rope_factors(writer_, model_.config);
    for (const auto& [name, weight] : model_.tensors) add(name, weight);
    exported_.bytes = writer_.write(path);
    return std::move(exported_);
  }

 private:
  std::uint32_t file_type() const {
    if (wanted_) return wanted_->number;
    const auto stored = stored_type(model_.linear(0, linear_modules.front()));
    for (const FileType& type : file_types)
      if (stored == type.type) return type.number;
    return file_types[1].number;
  }

  GgmlType type_of(const std::string& name, const Weight& weight) {
    if (weight->shape().size() == 1) return GgmlType::F32;
    const auto stored = stored_type(weight);
    if (!wanted_ && !stored) exported_.expanded.push_back(name);
    const GgmlType type = wanted_ ? wanted_->type : stored.value_or(GgmlType::F16);
    if (weight->columns() % ggml_type_info(type).block_size == 0) return type;
    exported_.unblocked.push_back(name);
    return GgmlType::F16;
  }

  void add(const std::string& name, const Weight& weight) {
    const GgmlType type = type_of(name, weight);
    const Weight ordered = gguf_row_order(model_.config, name, weight);
    writer_.tensor(gguf_name_of(name), type, weight->shape(), [ordered, type] { return encoded(ordered, type); });
  }

  const ModelState& model_;
  std::optional<FileType> wanted_;
  GgufWriter writer_;
  Exported exported_;
};

}  // namespace

Exported export_gguf(const ModelState& model, const fs::path& path, const std::string& type) { return Exporter(model, type).write(path); }

}  // namespace kelter
