// SPDX-License-Identifier: GPL-3.0-or-later
// A model as an immutable value: config, tokenizer, and one WeightFormat per tensor, shared structurally.
// Tensor names are Hugging Face's ("model.layers.3.mlp.up_proj.weight") whatever the file called them.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/formats/weight_format.h"
#include "core/model/model_config.h"
#include "core/model/tokenizer.h"

namespace kelter {

// The seven linears of a layer, in the order every method visits them.
inline constexpr std::array<const char*, 7> linear_modules = {
    "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
    "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"};

std::string layer_prefix(std::int64_t layer);                                        // "model.layers.3."
std::string linear_name(std::int64_t layer, const std::string& module);              // "model.layers.3.mlp.up_proj.weight"
std::string bias_name(std::int64_t layer, const std::string& module);                // "model.layers.3.mlp.up_proj.bias"

// The layer a tensor belongs to; -1 for none.
std::int64_t layer_of(const std::string& name);
// Order of a model: embedding, layers by number, the rest.
bool comes_before(const std::string& left, const std::string& right);

struct ModelState {
  ModelConfig config;
  std::shared_ptr<const Tokenizer> tokenizer;
  std::map<std::string, Weight> tensors;        // name order: the order of every hash and file
  std::uint64_t source_bytes = 0;               // of the file the pipeline started from
  std::vector<std::string> history;             // badges earned by steps: "masked", "fewer-layers", ...
  std::string origin;                           // file or folder it came from, for errors alone: neither saved nor hashed

  const Weight& tensor(const std::string& name) const;   // Error(missing_tensor)
  const Weight& linear(std::int64_t layer, const std::string& module) const;
  const Tokenizer& text_tokenizer() const;               // Error(unsupported) for a model that came without one
  const Weight& head() const;                            // lm_head.weight, or the embedding when tied
  std::int64_t layer_count() const { return static_cast<std::int64_t>(config.layers.size()); }
  // The place of an error: `part` of this model, behind the file where that is known.
  std::string place(const std::string& part) const { return origin.empty() ? part : origin + ", " + part; }

  // A copy with one tensor replaced (all others shared).
  ModelState with(const std::string& name, Weight weight) const;
  // Hash of config, tokenizer and all tensors.
  std::string content_hash() const;
  // Every tensor the config asks for is there with its shape, and no other; else one Error naming it.
  void validate(const std::string& where) const;
};

// ModelState::validate for shapes alone, of a header whose data was not read.
void check_tensor_shapes(const ModelConfig& config, const std::map<std::string, std::vector<std::int64_t>>& shapes,
                         const std::string& where);

// A GGUF file, a Kelter folder or a Hugging Face folder. The one entry for opening models by path. Error names the file.
ModelState open_model(const fs::path& path);
// GGUF of the llama architecture: blocks stay blocks, F32/F16/BF16 stay dense; Q and K rows are put back into Hugging Face order.
ModelState open_gguf_model(const fs::path& path);
// config.json with model.safetensors, or with the shards of model.safetensors.index.json; tokenizer.json where there is
// one. Tensors stay mapped as they are stored.
ModelState open_hugging_face_folder(const fs::path& folder);

// Kelter's own folder: kelter.json (config, descriptors), weights.safetensors, tokenizer.json. Atomic: the
// folder appears complete or not at all. Returns the bytes on disk. Byte-identical for equal states.
std::uint64_t save_model(const ModelState& state, const fs::path& folder);
ModelState open_kelter_folder(const fs::path& folder);

}  // namespace kelter
