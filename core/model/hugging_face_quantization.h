// SPDX-License-Identifier: GPL-3.0-or-later
// How a Hugging Face checkpoint stores quantized linears: which method, which arrays, and how they become our weights.
// The configuration is untrusted. Engine thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/formats/packed_layouts.h"

namespace kelter {

struct QuantizedStorage {
  std::vector<std::string> suffixes;                       // "qweight", ...: the arrays of a linear are MODULE.SUFFIX
  std::function<Weight(const StoredArrays&)> assemble;     // those of one linear; errors: core/formats/packed_layouts.h

  // "model.layers.0.mlp.up_proj" and "qweight"; nothing for a tensor that is no part of a quantized linear.
  std::optional<std::pair<std::string, std::string>> part_of(const std::string& tensor) const;
};

// What config.json says ("quantization_config", "compression_config"), or the file that older checkpoints have instead
// (quantize_config.json of GPTQ, quant_config.json of AWQ); nothing for a plain checkpoint. GPTQ of 2, 3, 4 and 8 bits
// with zero points of both versions and g_idx, AWQ "gemm" of 4 bits, compressed-tensors "pack-quantized" of 2, 3, 4, 5, 6 and 8 bits.
// Error(unsupported) names the method, the number of bits or the pattern that is not read; Error(file_malformed) the key.
std::optional<QuantizedStorage> quantized_storage(const Json& config, const fs::path& folder);

}  // namespace kelter
