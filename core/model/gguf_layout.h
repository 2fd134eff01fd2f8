// SPDX-License-Identifier: GPL-3.0-or-later
// How a GGUF file of the llama or qwen2 architecture describes its model, without its weights. Pure functions of the header.
#pragma once

#include <string>

#include "core/formats/weight_format.h"
#include "core/model/model_config.h"
#include "core/tensor/gguf.h"

namespace kelter {

// Error(unsupported | file_malformed | missing_tensor) naming the file.
ModelConfig gguf_config(const GgufFile& file);

// Whether a tensor is a weight; rope_freqs.weight is part of the configuration.
bool gguf_is_weight(const GgufTensor& tensor);
// Hugging Face's name of a weight; Error(unsupported) for one that Kelter would ignore.
std::string gguf_tensor_name(const GgufFile& file, const GgufTensor& tensor);
// The inverse for a name of Hugging Face's.
std::string gguf_name_of(const std::string& hugging_face_name);
// `weight` with its rows in the order a GGUF file holds them (query and key rows of the llama architecture).
Weight gguf_row_order(const ModelConfig& config, const std::string& hugging_face_name, const Weight& weight);

}  // namespace kelter
