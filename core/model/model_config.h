// SPDX-License-Identifier: GPL-3.0-or-later
// The architecture of a Llama-family model. Widths belong to the layer, not to the model.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace kelter {

struct LayerConfig {
  std::int64_t heads = 0;          // query heads
  std::int64_t kv_heads = 0;       // heads is a multiple of kv_heads
  std::int64_t intermediate = 0;   // width of the MLP
  bool operator==(const LayerConfig&) const = default;
};

struct ModelConfig {
  std::string architecture;        // "llama"
  std::string name;                // as the file calls it
  std::int64_t vocabulary = 0;
  std::int64_t hidden = 0;
  std::int64_t head_dim = 0;       // even; rotary pairs are (i, i + head_dim / 2)
  std::int64_t context = 0;        // positions the model was made for
  double rope_theta = 10000.0;
  double norm_epsilon = 1e-5;
  bool tied_embeddings = false;    // no lm_head.weight: the head is the embedding
  std::vector<LayerConfig> layers;

  bool operator==(const ModelConfig&) const = default;
  Json to_json() const;
  // Untrusted; Error(file_malformed) names `where` and the key.
  static ModelConfig from_json(const Json& json, const std::string& where);
  // Positive, bounded, divisible where they must be; Error(file_malformed) otherwise.
  void validate(const std::string& where) const;
};

}  // namespace kelter
