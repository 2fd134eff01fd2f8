// SPDX-License-Identifier: GPL-3.0-or-later
// The tensors of a model as the engine's answer lists them (ModelInspected of core/describe/engine.h), and their shapes
// in words. Values; any thread.
#pragma once

#include <QString>
#include <cstdint>
#include <vector>

#include "core/base/json.h"

namespace kelter::ui {

struct ListedTensor {
  QString name, format;
  std::vector<std::int64_t> shape;
  std::uint64_t bytes = 0;
  std::int64_t parameters = 0;
};

struct TensorList {
  QString path, container;
  std::uint64_t tensor_bytes = 0;     // of all tensors as they are stored
  std::vector<ListedTensor> tensors;  // embedding, layers in order, the rest
};

// Error(file_malformed) for an answer without these parts.
TensorList tensor_list(const Json& model);

QString shape_text(const std::vector<std::int64_t>& shape);        // "576 × 1536"
std::string plain_shape(const std::vector<std::int64_t>& shape);   // "576x1536", for tables in files

}  // namespace kelter::ui
