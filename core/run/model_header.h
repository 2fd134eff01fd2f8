// SPDX-License-Identifier: GPL-3.0-or-later
// What a model file says about itself, read from its header: no tensor data is touched, so that a large file
// opens at once. The same checks as opening it for work: an incomplete or contradictory model is an error.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/files.h"
#include "core/model/model_config.h"
#include "core/model/tokenizer.h"

namespace kelter {

struct TensorHeader {
  std::string name;                   // Hugging Face's
  std::string stored_name;            // as the file calls it
  std::string kind;                   // "embedding", "head", "norm", "q_proj", …
  std::string format;                 // as stored: "Q4_1", "bfloat16", "int4 g64"
  std::vector<std::int64_t> shape;
  std::int64_t parameters = 0;
  std::uint64_t bytes = 0;
};

struct ModelHeader {
  std::string path, container;        // "GGUF version 3", "Kelter folder"
  std::uint64_t file_bytes = 0;
  ModelConfig config;
  std::shared_ptr<const Tokenizer> tokenizer;
  std::vector<TensorHeader> tensors;  // embedding, layers in order, the rest
  std::vector<std::string> history;   // badges earned by steps
};

// `model` as core/run/model_source.h resolves it. Error names the file.
ModelHeader read_model_header(const std::string& model, const fs::path& base = {});
// As in ModelInspected of core/describe/engine.h.
Json model_summary(const ModelHeader& header);
std::shared_ptr<const Tokenizer> read_tokenizer(const std::string& model);

}  // namespace kelter
