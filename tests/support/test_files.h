// SPDX-License-Identifier: GPL-3.0-or-later
// Where tests find files that are no part of the project. A test that needs one skips visibly without it:
//   const auto model = default_model_file();
//   if (!model) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "core/base/files.h"

namespace kelter::test {

// SmolLM2-135M-Instruct as Q4_1 GGUF: $KELTER_TEST_MODEL, else the model store.
inline std::optional<std::filesystem::path> default_model_file() {
  const char* named = std::getenv("KELTER_TEST_MODEL");
  const std::filesystem::path path =
      named && *named ? std::filesystem::path(named)
                      : model_store_folder() / "smollm2-135m-instruct" / "SmolLM2-135M-Instruct.Q4_1.gguf";
  if (!std::filesystem::is_regular_file(path)) return std::nullopt;
  return path;
}

// The reference data beside the checkout; `shared_file("golden-ops/manifest.json")` is empty when absent.
inline std::filesystem::path shared_folder() { return std::filesystem::path(KELTER_SOURCE_DIR) / ".." / "shared"; }
inline std::optional<std::filesystem::path> shared_file(const std::filesystem::path& relative) {
  const std::filesystem::path path = shared_folder() / relative;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path;
}

}  // namespace kelter::test
