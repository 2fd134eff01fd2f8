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

// How rotary frequencies are stretched for contexts longer than the model was pre-trained on; formulas in rope.h.
enum class RopeScaling { none, linear, dynamic, llama3, factors };

struct RopeConfig {
  RopeScaling scaling = RopeScaling::none;
  double factor = 1.0;                    // linear, dynamic, llama3
  double low_frequency_factor = 1.0;      // llama3
  double high_frequency_factor = 4.0;     // llama3
  std::int64_t original_context = 0;      // dynamic, llama3: positions before stretching
  std::vector<double> factors;            // factors: a divisor of each of the head_dim / 2 frequencies (GGUF's rope_freqs)
  bool operator==(const RopeConfig&) const = default;
};

// Which linears have a bias.
struct BiasConfig {
  bool query_key_value = false, output = false, mlp = false;
  bool operator==(const BiasConfig&) const = default;
  bool of(const std::string& module) const;   // "self_attn.q_proj", ...
};

struct ModelConfig {
  std::string architecture;        // "llama", "mistral" or "qwen2"
  std::string name;                // as the file calls it
  std::int64_t vocabulary = 0;
  std::int64_t hidden = 0;
  std::int64_t head_dim = 0;       // even; rotary pairs are (i, i + head_dim / 2)
  std::int64_t context = 0;        // positions the model was made for
  double rope_theta = 10000.0;
  double norm_epsilon = 1e-5;
  RopeConfig rope;
  std::int64_t window = 0;         // a token looks at itself and window - 1 before it; 0: at all before it
  BiasConfig bias;
  bool tied_embeddings = false;    // no lm_head.weight: the head is the embedding
  std::vector<LayerConfig> layers;

  bool operator==(const ModelConfig&) const = default;
  // What a plain Llama has not (scaling, window, biases) is left out.
  Json to_json() const;
  // Untrusted; Error(file_malformed) names `where` and the key.
  static ModelConfig from_json(const Json& json, const std::string& where);
  // Positive, bounded, divisible where they must be; Error(file_malformed) otherwise.
  void validate(const std::string& where) const;
};

}  // namespace kelter
