// SPDX-License-Identifier: GPL-3.0-or-later
// Opening a Hugging Face checkpoint folder.
#include <ATen/ATen.h>

#include "core/formats/dense_weight.h"
#include "core/model/hugging_face.h"
#include "core/model/model_state.h"
#include "core/tensor/safetensors.h"

namespace kelter {
namespace {

constexpr const char* single_file = "model.safetensors";
constexpr const char* index_file = "model.safetensors.index.json";

// Buffers that old checkpoints hold beside the weights; they follow from the configuration.
bool is_buffer(const std::string& name) { return name.ends_with("rotary_emb.inv_freq"); }

Weight make_weight(const SafetensorsEntry& entry) {
  if (entry.dtype == "F32") return std::make_shared<DenseWeight>(entry.shape, at::kFloat, entry.data);
  if (entry.dtype == "F16") return std::make_shared<DenseWeight>(entry.shape, at::kHalf, entry.data);
  if (entry.dtype == "BF16") return std::make_shared<DenseWeight>(entry.shape, at::kBFloat16, entry.data);
  if (entry.dtype == "F64") {
    const at::Tensor values = at::from_blob(const_cast<std::uint8_t*>(entry.data.data()), entry.shape, at::kDouble);
    return DenseWeight::from_tensor(values, at::kFloat);
  }
  throw Error(ErrorCode::unsupported, "The type of a weight is not supported", {}, "it is " + entry.dtype,
              "Use a checkpoint in float32, float16 or bfloat16.");
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
  explicit Checkpoint(const fs::path& folder) : folder_(folder) {
    if (fs::exists(folder / index_file)) {
      for (const auto& [tensor, file] : read_index(folder / index_file)) add(tensor, file);
    } else if (fs::exists(folder / single_file)) {
      for (const SafetensorsEntry& entry : shard(single_file).entries()) add(entry.name, single_file);
    } else {
      throw Error(ErrorCode::file_not_found, "The folder holds no weights", folder.string(),
                  "it has neither model.safetensors nor model.safetensors.index.json",
                  "Get the checkpoint in safetensors form (older ones hold pytorch_model.bin, which can run code when opened).");
    }
  }

  const std::map<std::string, Weight>& tensors() const { return tensors_; }
  std::uint64_t bytes() const { return bytes_; }

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
      tensors_.emplace(tensor, make_weight(*entry));
    } catch (const Error& error) {
      throw error.at(place);
    }
  }

  fs::path folder_;
  std::map<std::string, SafetensorsFile> shards_;
  std::map<std::string, Weight> tensors_;
  std::uint64_t bytes_ = 0;
};

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
  if (json.contains("quantization_config") && !json["quantization_config"].is_null())
    throw Error(ErrorCode::unsupported, "Quantized Hugging Face checkpoints cannot be opened yet", config.string(),
                "it has a \"quantization_config\"", "Use the checkpoint it was made from, or a GGUF file.");
  if (state.config.name.empty()) state.config.name = fs::absolute(folder).lexically_normal().filename().string();
  if (fs::exists(folder / "tokenizer.json")) state.tokenizer = open_tokenizer(folder, state.config);
  const Checkpoint checkpoint(folder);
  state.tensors = checkpoint.tensors();
  state.source_bytes = checkpoint.bytes();
  state.origin = folder.string();
  if (state.config.tied_embeddings) state.tensors.erase("lm_head.weight");   // some files hold the shared tensor twice
  state.validate(folder.string());
  return state;
}

}  // namespace kelter
