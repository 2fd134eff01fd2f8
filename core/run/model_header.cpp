// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/model_header.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/model/gguf_layout.h"
#include "core/model/model_state.h"
#include "core/run/model_source.h"
#include "core/tensor/gguf.h"

namespace kelter {
namespace {

std::string kind_of(const std::string& name) {
  if (name == "model.embed_tokens.weight") return "embedding";
  if (name == "lm_head.weight") return "head";
  for (const char* module : linear_modules) {
    const std::string suffix = std::string(module) + ".weight";
    if (name.ends_with(suffix)) return std::string(module).substr(std::string(module).find('.') + 1);
  }
  return name.ends_with(".bias") ? "bias" : "norm";
}

std::int64_t element_count(const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  return count;
}

std::uint64_t folder_bytes(const fs::path& folder) {
  std::uint64_t sum = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) sum += entry.file_size();
  }
  return sum;
}

TensorHeader tensor_header(std::string name, std::string stored_name, std::string format, std::vector<std::int64_t> shape,
                           std::uint64_t bytes) {
  TensorHeader tensor;
  tensor.kind = kind_of(name);
  tensor.name = std::move(name);
  tensor.stored_name = std::move(stored_name);
  tensor.format = std::move(format);
  tensor.parameters = element_count(shape);
  tensor.shape = std::move(shape);
  tensor.bytes = bytes;
  return tensor;
}

ModelHeader gguf_header(const fs::path& path) {
  const GgufFile file = GgufFile::open(path);
  ModelHeader header;
  header.path = path.string();
  header.container = "GGUF version " + std::to_string(file.version());
  header.file_bytes = file.file_bytes();
  header.config = gguf_config(file);
  header.tokenizer = std::make_shared<const Tokenizer>(TokenizerData::from_gguf(file));
  std::map<std::string, std::vector<std::int64_t>> shapes;
  for (const GgufTensor& tensor : file.tensors()) {
    if (!gguf_is_weight(tensor)) continue;
    const std::string name = gguf_tensor_name(file, tensor);
    shapes[name] = tensor.shape;
    header.tensors.push_back(tensor_header(name, tensor.name, ggml_type_info(tensor.type).name, tensor.shape, tensor.data.size()));
  }
  check_tensor_shapes(header.config, shapes, header.path);
  return header;
}

// Opening a folder maps its weights and reads none.
ModelHeader folder_header(const fs::path& path) {
  const ModelState state = open_model(path);
  ModelHeader header;
  header.path = path.string();
  header.container = fs::exists(path / "kelter.json") ? "Kelter folder" : "Hugging Face folder";
  header.file_bytes = folder_bytes(path);
  header.config = state.config;
  header.tokenizer = state.tokenizer;
  header.history = state.history;
  for (const auto& [name, weight] : state.tensors) {
    header.tensors.push_back(tensor_header(name, name, weight->name(), weight->shape(), weight->bytes()));
  }
  return header;
}

// A number, or [least, most] where layers differ.
Json of_layers(const ModelConfig& config, std::int64_t LayerConfig::*value) {
  if (config.layers.empty()) return 0;
  const auto [least, most] = std::minmax_element(config.layers.begin(), config.layers.end(), [value](const auto& a, const auto& b) {
    return a.*value < b.*value;
  });
  if ((*least).*value == (*most).*value) return (*least).*value;
  return Json::array({(*least).*value, (*most).*value});
}

}  // namespace

ModelHeader read_model_header(const std::string& model, const fs::path& base) {
  const fs::path path = resolve_model(model, base);
  ModelHeader header = fs::is_directory(path) ? folder_header(path) : gguf_header(path);
  std::sort(header.tensors.begin(), header.tensors.end(),
            [](const TensorHeader& left, const TensorHeader& right) { return comes_before(left.name, right.name); });
  return header;
}

Json model_summary(const ModelHeader& header) {
  const ModelConfig& config = header.config;
  std::int64_t parameters = 0;
  std::uint64_t bytes = 0;
  Json formats = Json::object(), tensors = Json::array();
  for (const TensorHeader& tensor : header.tensors) {
    parameters += tensor.parameters;
    bytes += tensor.bytes;
    formats[tensor.format] = formats.value(tensor.format, 0) + 1;
    tensors.push_back({{"name", tensor.name}, {"shape", tensor.shape}, {"format", tensor.format}, {"bytes", tensor.bytes}});
  }
  return {{"name", config.name},
          {"path", header.path},
          {"container", header.container},
          {"file_bytes", header.file_bytes},
          {"architecture", config.architecture},
          {"layers", config.layers.size()},
          {"hidden", config.hidden},
          {"heads", of_layers(config, &LayerConfig::heads)},
          {"kv_heads", of_layers(config, &LayerConfig::kv_heads)},
          {"head_dim", config.head_dim},
          {"intermediate", of_layers(config, &LayerConfig::intermediate)},
          {"vocabulary", config.vocabulary},
          {"context", config.context},
          {"parameters", parameters},
          {"tensor_bytes", bytes},
          {"bits_per_weight", parameters > 0 ? 8.0 * static_cast<double>(bytes) / static_cast<double>(parameters) : 0.0},
          {"formats", formats},
          {"tensors", tensors}};
}

std::shared_ptr<const Tokenizer> read_tokenizer(const std::string& model) {
  const fs::path path = resolve_model(model);
  if (!fs::is_directory(path)) return std::make_shared<const Tokenizer>(TokenizerData::from_gguf(GgufFile::open(path)));
  const fs::path file = path / "tokenizer.json";
  const bool own = fs::exists(path / "kelter.json");
  return std::make_shared<const Tokenizer>(own ? TokenizerData::from_json(read_json_file(file), file.string())
                                               : TokenizerData::from_hugging_face(path));
}

}  // namespace kelter
