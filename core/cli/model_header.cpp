// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/model_header.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

#include "core/model/gguf_layout.h"
#include "core/model/model_state.h"
#include "core/run/model_source.h"
#include "core/tensor/gguf.h"

namespace kelter {
namespace {

constexpr std::string_view layers_prefix = "model.layers.";

std::string kind_of(const std::string& name) {
  if (name == "model.embed_tokens.weight") return "embedding";
  if (name == "lm_head.weight") return "head";
  for (const char* module : linear_modules) {
    const std::string suffix = std::string(module) + ".weight";
    if (name.ends_with(suffix)) return std::string(module).substr(std::string(module).find('.') + 1);
  }
  return "norm";
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
    const std::string name = gguf_tensor_name(file, tensor);
    shapes[name] = tensor.shape;
    header.tensors.push_back(tensor_header(name, tensor.name, ggml_type_info(tensor.type).name, tensor.shape, tensor.data.size()));
  }
  check_tensor_shapes(header.config, shapes, header.path);
  return header;
}

// Opening a Kelter folder maps its weights and reads none.
ModelHeader folder_header(const fs::path& path) {
  const ModelState state = open_kelter_folder(path);
  ModelHeader header;
  header.path = path.string();
  header.container = "Kelter folder";
  header.file_bytes = folder_bytes(path);
  header.config = state.config;
  header.tokenizer = state.tokenizer;
  header.history = state.history;
  for (const auto& [name, weight] : state.tensors) {
    header.tensors.push_back(tensor_header(name, name, weight->name(), weight->shape(), weight->bytes()));
  }
  return header;
}

}  // namespace

ModelHeader read_model_header(const std::string& model) {
  const fs::path path = resolve_model(model);
  ModelHeader header = fs::is_directory(path) ? folder_header(path) : gguf_header(path);
  std::sort(header.tensors.begin(), header.tensors.end(),
            [](const TensorHeader& left, const TensorHeader& right) { return comes_before(left.name, right.name); });
  return header;
}

std::shared_ptr<const Tokenizer> read_tokenizer(const std::string& model) {
  const fs::path path = resolve_model(model);
  if (fs::is_directory(path)) {
    const fs::path file = path / "tokenizer.json";
    return std::make_shared<const Tokenizer>(TokenizerData::from_json(read_json_file(file), file.string()));
  }
  return std::make_shared<const Tokenizer>(TokenizerData::from_gguf(GgufFile::open(path)));
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

}  // namespace kelter
