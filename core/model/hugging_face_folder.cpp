// SPDX-License-Identifier: GPL-3.0-or-later
// Opening a Hugging Face checkpoint folder.
#include <ATen/ATen.h>

#include "core/formats/dense_weight.h"
#include "core/model/hugging_face.h"
#include "core/model/hugging_face_quantization.h"
#include "core/model/model_state.h"
#include "core/tensor/safetensors.h"

namespace kelter {
namespace {

constexpr const char* single_file = "model.safetensors";
constexpr const char* index_file = "model.safetensors.index.json";

// Buffers that old checkpoints hold beside the weights; they follow from the configuration.
bool is_buffer(const std::string& name) { return name.ends_with("rotary_emb.inv_freq"); }

// Every 8-bit float is a bfloat16, too.
bool is_float8(const SafetensorsEntry& entry) { return entry.dtype == "F8_E4M3" || entry.dtype == "F8_E5M2"; }

Weight converted(const SafetensorsEntry& entry, at::ScalarType from, at::ScalarType to) {
  return DenseWeight::from_tensor(at::from_blob(const_cast<std::uint8_t*>(entry.data.data()), entry.shape, from), to);
}

Weight make_weight(const SafetensorsEntry& entry) {
  if (entry.shape.empty() || entry.shape.size() > 2 || entry.data.empty())
    throw Error(ErrorCode::unsupported, "A weight is neither a matrix nor a vector", {}, "its shape is " + Json(entry.shape).dump(),
                "Use a model of the Llama family.");
  if (entry.dtype == "F32") return std::make_shared<DenseWeight>(entry.shape, at::kFloat, entry.data);
  if (entry.dtype == "F16") return std::make_shared<DenseWeight>(entry.shape, at::kHalf, entry.data);
  if (entry.dtype == "BF16") return std::make_shared<DenseWeight>(entry.shape, at::kBFloat16, entry.data);
  if (entry.dtype == "F64") return converted(entry, at::kDouble, at::kFloat);
  if (entry.dtype == "F8_E4M3") return converted(entry, at::kFloat8_e4m3fn, at::kBFloat16);
  if (entry.dtype == "F8_E5M2") return converted(entry, at::kFloat8_e5m2, at::kBFloat16);
  const bool number = entry.dtype.starts_with("I") || entry.dtype.starts_with("U") || entry.dtype == "BOOL";
  throw Error(ErrorCode::unsupported, "The type of a weight is not supported", {},
              "it is " + entry.dtype + (number ? ", and integers are weights only with a quantization that config.json describes" : ""),
              "Use a checkpoint in float32, float16, bfloat16 or 8-bit floats, or one in GPTQ, AWQ or compressed-tensors form.");
}

// The file of each tensor; one file holds all where there is no index.
std::map<std::string, std::string> read_index(const fs::path& path) {
  const Json json = read_json_file(path);
  const auto damaged = [&](const std::string& why) -> Error {
    return Error(ErrorCode::file_malformed, "The index of the checkpoint is damaged", path.string(), why, "Get the file again.");
  };
  const auto map = json.is_object() ? json.find("weight_map") : json.end();
  if (map == json.end() || !map->is_object()) throw damaged("\"weight_map\" is missing");
  std::map<std::string, std::string> files;
  for (const auto& [tensor, file] : map->items()) {
    if (!file.is_string()) throw damaged("the file of " + tensor + " is no text");
    const fs::path name = file.get<std::string>();
    if (name.empty() || name.has_parent_path() || name == "." || name == "..")
      throw damaged("the file of " + tensor + " lies outside the folder");
    files[tensor] = name.string();
  }
  return files;
}

class Checkpoint {
 public:
  Checkpoint(const fs::path& folder, std::optional<QuantizedStorage> quantized) : folder_(folder), quantized_(std::move(quantized)) {
    if (fs::exists(folder / index_file)) {
      for (const auto& [tensor, file] : read_index(folder / index_file)) add(tensor, file);
    } else if (fs::exists(folder / single_file)) {
      for (const SafetensorsEntry& entry : shard(single_file).entries()) add(entry.name, single_file);
    } else {
      throw Error(ErrorCode::file_not_found, "The folder holds no weights", folder.string(),
                  "it has neither model.safetensors nor model.safetensors.index.json",
                  "Get the checkpoint in safetensors form (older ones hold pytorch_model.bin, which can run code when opened).");
    }
    for (const auto& [module, arrays] : arrays_) assemble(module, arrays);
  }

  const std::map<std::string, Weight>& tensors() const { return tensors_; }
  std::uint64_t bytes() const { return bytes_; }
  bool expanded() const { return expanded_; }                        // a weight takes more bytes than in the file
  bool is_quantized(const std::string& module) const { return arrays_.contains(module); }

 private:
  const SafetensorsFile& shard(const std::string& file) {
    const auto found = shards_.find(file);
    if (found != shards_.end()) return found->second;
    bytes_ += fs::file_size(folder_ / file);
    return shards_.emplace(file, SafetensorsFile::open(folder_ / file)).first->second;
  }

  void add(const std::string& tensor, const std::string& file) {
    if (is_buffer(tensor)) return;
    const std::string place = (folder_ / file).string() + ", tensor " + tensor;
    if (!fs::exists(folder_ / file))
      throw Error(ErrorCode::file_not_found, "A file of the checkpoint is missing", (folder_ / file).string(),
                  "the index says that it holds " + tensor, "Get the rest of the checkpoint.");
    const SafetensorsEntry* entry = shard(file).find(tensor);
    if (!entry)
      throw Error(ErrorCode::missing_tensor, "A tensor of the model is missing", place, "the index says that it is there",
                  "Get the file again.");
    try {
      keep(*entry);
    } catch (const Error& error) {
      throw error.at(place);
    }
  }

  void keep(const SafetensorsEntry& entry) {
    if (const auto part = quantized_ ? quantized_->part_of(entry.name) : std::nullopt) {
      arrays_[part->first][part->second] = {part->second, entry.dtype, entry.shape, entry.data};
    } else {
      tensors_.emplace(entry.name, make_weight(entry));
      expanded_ |= is_float8(entry);
    }
  }

  void assemble(const std::string& module, const StoredArrays& arrays) {
    const std::string name = module + ".weight", place = folder_.string() + ", tensor " + name;
    if (tensors_.contains(name))
      throw Error(ErrorCode::file_malformed, "A tensor of the model is there twice", place, "once plain and once quantized", "Get the file again.");
    try {
      tensors_.emplace(name, quantized_->assemble(arrays));
    } catch (const Error& error) {
      throw error.at(place);
    }
  }

  fs::path folder_;
  std::optional<QuantizedStorage> quantized_;
  std::map<std::string, StoredArrays> arrays_;   // of the quantized linears, by module
  bool expanded_ = false;
  std::map<std::string, SafetensorsFile> shards_;
  std::map<std::string, Weight> tensors_;
  std::uint64_t bytes_ = 0;
};

// Writers of quantized checkpoints give a linear a bias of zeros where the model has none.
void drop_empty_biases(ModelState& state, const Checkpoint& checkpoint) {
  std::erase_if(state.tensors, [&](const auto& tensor) {
    const auto& [name, weight] = tensor;
    if (!name.ends_with(".bias")) return false;
    const std::string module = name.substr(0, name.size() - 5);
    const std::int64_t layer = layer_of(name);
    const bool wanted = layer >= 0 && state.config.bias.of(module.substr(std::min(module.size(), layer_prefix(layer).size())));
    return !wanted && checkpoint.is_quantized(module) && weight->count_zeros() == weight->numel();
  });
}

std::shared_ptr<const Tokenizer> open_tokenizer(const fs::path& folder, const ModelConfig& config) {
  TokenizerData data = TokenizerData::from_hugging_face(folder);
  if (static_cast<std::int64_t>(data.tokens.size()) > config.vocabulary)
    throw Error(ErrorCode::shape_mismatch, "Vocabulary and embedding differ in size", folder.string(),
                std::to_string(data.tokens.size()) + " tokens, " + std::to_string(config.vocabulary) + " embedding rows",
                "Check that the files are of one model.");
  data.pad(config.vocabulary);
  return std::make_shared<const Tokenizer>(std::move(data));
}

}  // namespace

ModelState open_hugging_face_folder(const fs::path& folder) {
  const fs::path config = folder / "config.json";
  if (!fs::exists(config))
    throw Error(ErrorCode::unsupported, "The folder is not a model", folder.string(), "it has neither kelter.json nor config.json",
                "Open a GGUF file, a Hugging Face folder or a folder that Kelter wrote.");
  ModelState state;
  const Json json = read_json_file(config);
  state.config = hugging_face_config(json, config.string());
  if (state.config.name.empty()) state.config.name = fs::absolute(folder).lexically_normal().filename().string();
  if (fs::exists(folder / "tokenizer.json")) state.tokenizer = open_tokenizer(folder, state.config);
  const Checkpoint checkpoint(folder, quantized_storage(json, folder));
  state.tensors = checkpoint.tensors();
  state.source_bytes = checkpoint.bytes();
  state.origin = folder.string();
  if (checkpoint.expanded()) state.history.push_back("expanded");
  drop_empty_biases(state, checkpoint);
  if (state.config.tied_embeddings) state.tensors.erase("lm_head.weight");   // some files hold the shared tensor twice
  state.validate(folder.string());
  return state;
}

}  // namespace kelter
