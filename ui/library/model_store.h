// SPDX-License-Identifier: GPL-3.0-or-later
// What lies in the model store, read from names and sizes alone: no model is opened. Blocks on the disk; any thread.
#pragma once

#include <cstdint>
#include <QString>
#include <vector>

#include "core/base/files.h"

namespace kelter::ui {

struct StoreModel {
  QString name;  // of its folder: store:NAME
  QString kind;  // "GGUF", "Kelter", "safetensors"
  std::uint64_t bytes = 0;
};

// Folders that hold a model, by name. A folder with several GGUF files is none: store:NAME would not be clear.
std::vector<StoreModel> models_in(const fs::path& store);

}  // namespace kelter::ui
