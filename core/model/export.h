// SPDX-License-Identifier: GPL-3.0-or-later
// A model in the files that other programs open. Engine thread (libtorch rounds).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/model_state.h"

namespace kelter {

struct Exported {
  std::uint64_t bytes = 0;             // on disk
  std::vector<std::string> expanded;   // tensors whose stored form (packed, or made of others) the file cannot hold; written as numbers
  std::vector<std::string> unblocked;  // tensors whose rows are no multiple of the block size; written as F16
};

// GGUF. `type`: F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0 or Q5_1 for all matrices, or "keep": each as it is stored. Blocks
// that have the type already are copied as they are; formats that only Kelter knows become F16. Vectors are F32. Error(unsupported)
// for a type or a structure that GGUF has no place for.
Exported export_gguf(const ModelState& model, const fs::path& path, const std::string& type);

// A Hugging Face folder: config.json, generation_config.json, the tokenizer's files and safetensors. `type`: float32,
// float16, bfloat16, or "keep": dense tensors as they are stored, packed ones as bfloat16. Above `shard_bytes` the tensors
// go into several files with an index. The folder must not exist or be empty.
Exported export_hugging_face(const ModelState& model, const fs::path& folder, const std::string& type,
                             std::uint64_t shard_bytes = 5'000'000'000);

}  // namespace kelter
