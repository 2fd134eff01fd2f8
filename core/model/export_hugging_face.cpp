// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>

#include <algorithm>
#include <cstdio>

#include "core/formats/dense_weight.h"
#include "core/model/export.h"
#include "core/model/hugging_face.h"
#include "core/tensor/safetensors.h"

namespace kelter {
namespace {

// The type of the file for a weight; "keep" leaves dense ones as they are.
at::ScalarType type_of(const Weight& weight, const std::string& type) {
  if (type != "keep") return dtype_from_name(type);
  const auto dense = std::dynamic_pointer_cast<const DenseWeight>(weight);
  return dense ? dense->dtype() : at::kBFloat16;
}

SafetensorsEntry entry_of(const std::string& name, const Weight& weight, at::ScalarType type) {
  const auto dense = std::dynamic_pointer_cast<const DenseWeight>(weight);
  const Weight stored = dense && dense->dtype() == type ? weight : DenseWeight::from_tensor(weight->decode(at::kFloat), type);
  const WeightPart part = stored->parts().front();
  return {name, part.dtype, weight->shape(), part.data};
}

std::uint64_t bytes_as(const Weight& weight, at::ScalarType type) {
  return static_cast<std::uint64_t>(weight->numel()) * c10::elementSize(type);
}

using Names = std::vector<std::string>;

// Tensors in the order of the layers, cut before a file would grow beyond the limit.
std::vector<Names> shards_of(const ModelState& model, const std::string& type, std::uint64_t limit) {
  Names names;
  for (const auto& [name, weight] : model.tensors) names.push_back(name);
  std::sort(names.begin(), names.end(), comes_before);
  std::vector<Names> shards(1);
  std::uint64_t filled = 0;
  for (const std::string& name : names) {
    const Weight& weight = model.tensor(name);
    const std::uint64_t bytes = bytes_as(weight, type_of(weight, type));
    if (filled > 0 && filled + bytes > limit) {
      shards.emplace_back();
      filled = 0;
    }
    shards.back().push_back(name);
    filled += bytes;
  }
  return shards;
}

std::string shard_name(std::size_t index, std::size_t count) {
  if (count == 1) return "model.safetensors";
  char text[64];
  std::snprintf(text, sizeof text, "model-%05zu-of-%05zu.safetensors", index + 1, count);
  return text;
}

void write_weights(const ModelState& model, const fs::path& folder, const std::string& type, std::uint64_t limit) {
  const std::vector<Names> shards = shards_of(model, type, limit);
  Json map = Json::object();
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const std::string file = shard_name(i, shards.size());
    std::vector<SafetensorsEntry> entries;
    for (const std::string& name : shards[i]) {
      const Weight& weight = model.tensor(name);
      entries.push_back(entry_of(name, weight, type_of(weight, type)));
      total += entries.back().data.size();
      map[name] = file;
    }
    write_safetensors(folder / file, entries, {{"format", "pt"}});
  }
  if (shards.size() > 1)
    write_file_atomically(folder / "model.safetensors.index.json", to_pretty({{"metadata", {{"total_size", total}}}, {"weight_map", map}}));
}

void write_descriptions(const ModelState& model, const fs::path& folder, const std::string& type) {
  const std::string dtype = dtype_name(type_of(model.linear(0, linear_modules.front()), type));
  Json config = hugging_face_config(model.config, dtype), generation = Json::object();
  if (model.tokenizer) {
    const TokenizerData& data = model.tokenizer->data();
    for (const auto& [key, id] : {std::pair("bos_token_id", data.bos), {"eos_token_id", data.eos}, {"pad_token_id", data.padding}})
      if (id >= 0) config[key] = generation[key] = id;
    write_file_atomically(folder / "tokenizer.json", data.to_hugging_face().dump(1) + "\n");
    write_file_atomically(folder / "tokenizer_config.json", to_pretty(data.to_hugging_face_settings(model.config.context)));
  }
  write_file_atomically(folder / "config.json", to_pretty(config));
  write_file_atomically(folder / "generation_config.json", to_pretty(generation));
}

}  // namespace

Exported export_hugging_face(const ModelState& model, const fs::path& folder, const std::string& type, std::uint64_t shard_bytes) {
  if (type != "keep") static_cast<void>(dtype_from_name(type));
  if (fs::exists(folder) && !(fs::is_directory(folder) && fs::is_empty(folder)))
    throw Error(ErrorCode::file_unreadable, "There is something already", folder.string(), "it would be overwritten", "Name another folder.");
  Exported exported;
  for (const auto& [name, weight] : model.tensors)
    if (!std::dynamic_pointer_cast<const DenseWeight>(weight)) exported.expanded.push_back(name);
  exported.bytes = write_folder_atomically(folder, [&](const fs::path& place) {
    write_weights(model, place, type, shard_bytes);
    write_descriptions(model, place, type);
  });
  return exported;
}

}  // namespace kelter
