// SPDX-License-Identifier: GPL-3.0-or-later
// Kelter's own model folder: kelter.json, weights.safetensors, tokenizer.json.
#include "core/model/model_state.h"
#include "core/tensor/safetensors.h"

namespace kelter {
namespace {

constexpr int folder_format = 1;
const std::string part_separator = "/";

Json describe_tensors(const ModelState& state) {
  Json out = Json::object();
  for (const auto& [name, weight] : state.tensors) {
    Json entry = weight->descriptor();
    entry["parts"] = Json::array();
    for (const WeightPart& part : weight->parts()) entry["parts"].push_back(part.name);
    out[name] = std::move(entry);
  }
  return out;
}

std::vector<SafetensorsEntry> collect_parts(const ModelState& state) {
  std::vector<SafetensorsEntry> entries;
  for (const auto& [name, weight] : state.tensors)
    for (const WeightPart& part : weight->parts())
      entries.push_back({name + part_separator + part.name, part.dtype, part.shape, part.data});
  return entries;
}

std::vector<WeightPart> find_parts(const SafetensorsFile& file, const std::string& name, const Json& descriptor) {
  const auto listed = descriptor.find("parts");
  if (listed == descriptor.end() || !listed->is_array())
    throw Error(ErrorCode::file_malformed, "A stored weight does not list its parts");
  std::vector<WeightPart> parts;
  for (const Json& part : *listed) {
    if (!part.is_string()) throw Error(ErrorCode::file_malformed, "A stored weight does not list its parts");
    const auto part_name = part.get<std::string>();
    const SafetensorsEntry* entry = file.find(name + part_separator + part_name);
    if (!entry) throw Error(ErrorCode::missing_tensor, "A stored array is missing", "part " + part_name);
    parts.push_back({part_name, entry->dtype, entry->shape, entry->data});
  }
  return parts;
}

}  // namespace

std::uint64_t save_model(const ModelState& state, const fs::path& folder) {
  const Json description = {{"kelter_model", folder_format}, {"config", state.config.to_json()},
                            {"source_bytes", state.source_bytes}, {"history", state.history},
                            {"tensors", describe_tensors(state)}};
  return write_folder_atomically(folder, [&](const fs::path& place) {
    write_safetensors(place / "weights.safetensors", collect_parts(state), {{"format", "kelter"}});
    if (state.tokenizer) write_file_atomically(place / "tokenizer.json", state.tokenizer->data().to_json().dump() + "\n");
    write_file_atomically(place / "kelter.json", to_pretty(description));
  });
}

ModelState open_kelter_folder(const fs::path& folder) {
  const std::string where = (folder / "kelter.json").string();
  const Json json = read_json_file(folder / "kelter.json");
  if (!json.is_object() || !json.contains("kelter_model"))
    throw Error(ErrorCode::file_malformed, "This is not the description of a Kelter model", where);
  if (json["kelter_model"] != folder_format)
    throw Error(ErrorCode::unsupported, "The model was written by a newer Kelter", where,
                "its format is " + json["kelter_model"].dump() + ", this version reads " + std::to_string(folder_format),
                "Update Kelter.");
  ModelState state;
  try {
    state.config = ModelConfig::from_json(json.at("config"), where);
    state.source_bytes = json.at("source_bytes").get<std::uint64_t>();
    state.history = json.at("history").get<std::vector<std::string>>();
    state.origin = folder.string();
    if (const fs::path tokenizer = folder / "tokenizer.json"; fs::exists(tokenizer))
      state.tokenizer = std::make_shared<const Tokenizer>(TokenizerData::from_json(read_json_file(tokenizer), tokenizer.string()));
    const SafetensorsFile file = SafetensorsFile::open(folder / "weights.safetensors");
    for (const auto& [name, descriptor] : json.at("tensors").items()) {
      try {
        state.tensors.emplace(name, load_weight(descriptor, find_parts(file, name, descriptor)));
      } catch (const Error& error) {
        throw error.at(folder.string() + ", tensor " + name);
      }
    }
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::file_malformed, "The description of a Kelter model is damaged", where, error.what(),
                "Run the step again.");
  }
  state.validate(folder.string());
  return state;
}

}  // namespace kelter
