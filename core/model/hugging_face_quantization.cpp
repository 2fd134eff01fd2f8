// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/hugging_face_quantization.h"

#include <algorithm>
#include <cctype>

namespace kelter {
namespace {

constexpr std::int64_t largest_group = std::int64_t{1} << 26;

// A quantization configuration; null counts as absent.
class Settings {
 public:
  Settings(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
    if (!json.is_object()) damaged("it is no JSON object");
  }

  [[noreturn]] void damaged(const std::string& why) const {
    throw Error(ErrorCode::file_malformed, "The quantization of the checkpoint makes no sense", where_, why, "Get the file again.");
  }
  [[noreturn]] void refuse(const std::string& what, const std::string& why) const {
    throw Error(ErrorCode::unsupported, what, where_, why,
                "Use the checkpoint it was made from, a GGUF file, or one in GPTQ, AWQ or compressed-tensors pack-quantized form.");
  }

  const Json& at(const char* key) const {
    static const Json nothing;
    const auto found = json_.find(key);
    return found == json_.end() ? nothing : *found;
  }
  bool has(const char* key) const { return !at(key).is_null(); }
  // Absent, false, or an empty list or object.
  bool is_empty(const char* key) const {
    const Json& value = at(key);
    return value.is_null() || value == false || (value.is_structured() && value.empty());
  }
  std::string text(const char* key, const std::string& otherwise) const {
    if (!has(key)) return otherwise;
    if (!at(key).is_string()) damaged(std::string("\"") + key + "\" is no text");
    return at(key).get<std::string>();
  }
  bool flag(const char* key, bool otherwise) const {
    if (!has(key)) return otherwise;
    if (!at(key).is_boolean()) damaged(std::string("\"") + key + "\" is neither true nor false");
    return at(key).get<bool>();
  }
  std::int64_t integer(const char* key) const {
    if (!at(key).is_number_integer()) damaged(std::string("\"") + key + "\" is no whole number");
    return at(key).get<std::int64_t>();
  }
  // The number of bits, which must be one of those given.
  int bits(const char* key, const std::string& method, const std::vector<int>& known) const {
    const std::int64_t bits = integer(key);
    for (int width : known)
      if (bits == width) return width;
    std::string list;
    for (int width : known) list += (list.empty() ? "" : ", ") + std::to_string(width);
    refuse("The checkpoint's number of bits is not supported", method + " of " + std::to_string(bits) + " bits; " + list + " are read");
  }
  // -1 (the whole row) becomes 0.
  std::int64_t group(const char* key) const {
    const std::int64_t group = integer(key);
    if (group == -1) return 0;
    if (group <= 0 || group > largest_group) damaged(std::string("\"") + key + "\" is " + std::to_string(group));
    return group;
  }
  const std::string& where() const { return where_; }

 private:
  const Json& json_;
  std::string where_;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return text;
}

// ---- GPTQ -----------------------------------------------------------------------------------------------------------

// GPTQModel names itself as the one that wrote the file: "meta": {"quantizer": ["gptqmodel:1.0"]}.
bool written_by_gptqmodel(const Settings& settings) {
  const Json& meta = settings.at("meta");
  return meta.is_object() && meta.contains("quantizer") && lower(meta["quantizer"].dump()).find("gptqmodel") != std::string::npos;
}

ZeroPoints zero_points_of(const Settings& settings) {
  const std::string format = settings.text("checkpoint_format", settings.text("format", "gptq"));
  if (settings.flag("is_marlin_format", false) || (format != "gptq" && format != "gptq_v2"))
    settings.refuse("The packing of a GPTQ checkpoint is not supported",
                    "its format is \"" + (settings.flag("is_marlin_format", false) ? "marlin" : format) + "\"; gptq and gptq_v2 are read");
  if (format == "gptq_v2") return ZeroPoints::as_they_are;
  return written_by_gptqmodel(settings) ? ZeroPoints::less_one_words : ZeroPoints::less_one;
}

// Rules for single modules: leaving some out shows in the tensors, other widths are not read.
void check_dynamic(const Settings& settings) {
  if (settings.is_empty("dynamic")) return;
  if (!settings.at("dynamic").is_object()) settings.damaged("\"dynamic\" is no object");
  for (const auto& [rule, what] : settings.at("dynamic").items())
    if (!rule.starts_with("-:")) settings.refuse("Rules for single modules are not supported", "\"dynamic\" has the rule \"" + rule.substr(0, 80) + "\"");
}

QuantizedStorage gptq_storage(const Settings& settings) {
  GptqLayout layout;
  layout.bits = settings.bits("bits", "GPTQ", {2, 3, 4, 8});
  layout.group = settings.group("group_size");
  layout.act_order = settings.flag("desc_act", false);
  layout.zero_points = zero_points_of(settings);
  check_dynamic(settings);
  if (settings.text("pack_dtype", "int32") != "int32")
    settings.refuse("The packing of a GPTQ checkpoint is not supported", "its codes lie in " + settings.text("pack_dtype", ""));
  if (!settings.is_empty("rotation")) settings.refuse("Rotated GPTQ checkpoints are not supported", "it has a \"rotation\"");
  return {{"qweight", "qzeros", "scales", "g_idx"}, [layout](const StoredArrays& arrays) { return integers_from_gptq(arrays, layout); }};
}

// ---- AWQ ------------------------------------------------------------------------------------------------------------

QuantizedStorage awq_storage(const Settings& settings) {
  settings.bits(settings.has("bits") ? "bits" : "w_bit", "AWQ", {4});
  const std::int64_t group = settings.group(settings.has("group_size") ? "group_size" : "q_group_size");
  const std::string version = lower(settings.text("version", "gemm")), backend = lower(settings.text("backend", "autoawq"));
  if (version != "gemm" || backend != "autoawq")
    settings.refuse("The packing of an AWQ checkpoint is not supported",
                    "its version is \"" + version + "\", its backend \"" + backend + "\"; gemm of autoawq is read");
  if (!settings.flag("zero_point", true)) settings.refuse("AWQ checkpoints without zero points are not supported", "\"zero_point\" is false");
  return {{"qweight", "qzeros", "scales"}, [group](const StoredArrays& arrays) { return integers_from_awq(arrays, group); }};
}

// ---- compressed-tensors ---------------------------------------------------------------------------------------------

CompressedScheme compressed_scheme(const Settings& group) {
  const std::string format = group.text("format", "pack-quantized");
  if (format != "pack-quantized") group.refuse("The packing of a compressed-tensors checkpoint is not supported", "a group has the format \"" + format + "\"");
  for (const char* activations : {"input_activations", "output_activations"})
    if (!group.is_empty(activations)) group.refuse("Quantized activations are not supported", std::string("a group has \"") + activations + "\"");
  const Settings weights(group.at("weights"), group.where() + ", weights");
  CompressedScheme scheme;
  scheme.bits = weights.bits("num_bits", "compressed-tensors", {2, 3, 4, 5, 6, 8});
  scheme.symmetric = weights.flag("symmetric", true);
  const std::string type = weights.text("type", "int"), strategy = weights.text("strategy", weights.has("group_size") ? "group" : "channel");
  if (type != "int") weights.refuse("The number type of a compressed-tensors checkpoint is not supported", "its type is \"" + type + "\"; int is read");
  if (strategy != "group" && strategy != "channel")
    weights.refuse("The pattern of a compressed-tensors checkpoint is not supported", "its strategy is \"" + strategy + "\"; group and channel are read");
  if (strategy == "group") scheme.group = weights.group("group_size");
  const Json& order = weights.at("actorder");
  scheme.act_order = order == true || order == "group" || order == "dynamic";
  return scheme;
}

QuantizedStorage compressed_storage(const Settings& settings) {
  const std::string format = settings.text("format", "pack-quantized");
  if (format != "pack-quantized" && format != "mixed-precision")   // the groups of the second have formats of their own
    settings.refuse("The packing of a compressed-tensors checkpoint is not supported", "its format is \"" + format + "\"; pack-quantized is read");
  const Json& sparsity = settings.at("sparsity_config");
  if (!settings.is_empty("sparsity_config") && !(sparsity.is_object() && sparsity.value("format", Json()) == "dense"))
    settings.refuse("Compressed sparsity is not supported", "it has a \"sparsity_config\"");
  for (const char* extra : {"kv_cache_scheme", "transform_config"})
    if (!settings.is_empty(extra)) settings.refuse("Part of a compressed-tensors checkpoint is not supported", std::string("it has a \"") + extra + "\"");
  const Json& groups = settings.at("config_groups");
  if (!groups.is_object() || groups.empty()) settings.damaged("\"config_groups\" is missing");
  std::vector<CompressedScheme> schemes;
  for (const auto& [name, group] : groups.items())
    schemes.push_back(compressed_scheme(Settings(group, settings.where() + ", " + name.substr(0, 80))));
  return {{"weight_packed", "weight_scale", "weight_zero_point", "weight_shape", "weight_g_idx"},
          [schemes](const StoredArrays& arrays) { return integers_from_compressed_tensors(arrays, schemes); }};
}

QuantizedStorage storage_of(const Settings& settings, const std::string& method) {
  if (method == "gptq") return gptq_storage(settings);
  if (method == "awq") return awq_storage(settings);
  if (method == "compressed-tensors") return compressed_storage(settings);
  settings.refuse("The quantization method of the checkpoint is not supported", "\"quant_method\" is \"" + method.substr(0, 80) + "\"");
}

}  // namespace

std::optional<std::pair<std::string, std::string>> QuantizedStorage::part_of(const std::string& tensor) const {
  const std::size_t dot = tensor.rfind('.');
  if (dot == std::string::npos || std::find(suffixes.begin(), suffixes.end(), tensor.substr(dot + 1)) == suffixes.end()) return std::nullopt;
  return std::pair(tensor.substr(0, dot), tensor.substr(dot + 1));
}

std::optional<QuantizedStorage> quantized_storage(const Json& config, const fs::path& folder) {
  for (const char* key : {"quantization_config", "compression_config"}) {
    const auto found = config.find(key);
    if (found == config.end() || found->is_null()) continue;
    const Settings settings(*found, (folder / "config.json").string() + ", " + key);
    if (!settings.has("quant_method")) settings.damaged("\"quant_method\" is missing");
    return storage_of(settings, settings.text("quant_method", ""));
  }
  for (const auto& [file, method] : {std::pair("quantize_config.json", "gptq"), {"quant_config.json", "awq"}}) {
    if (!fs::exists(folder / file)) continue;
    const Json json = read_json_file(folder / file);
    return storage_of(Settings(json, (folder / file).string()), method);
  }
  return std::nullopt;
}

}  // namespace kelter
