// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/document_path.h"

#include <algorithm>

#include "core/base/error.h"

namespace kelter::ui {
namespace {

// The part of `path` below `folder`; empty if it is not below.
fs::path below(const fs::path& path, const fs::path& folder) {
  if (folder.empty()) return {};
  const fs::path relative = path.lexically_normal().lexically_relative(folder.lexically_normal());
  return relative.empty() || *relative.begin() == ".." || relative == "." ? fs::path() : relative;
}

// store:NAME means the folder NAME of the store, or the one GGUF file in it.
bool is_the_model_of_its_folder(const fs::path& path, const fs::path& in_store) {
  const auto depth = std::distance(in_store.begin(), in_store.end());
  std::error_code ignored;
  if (depth == 1) return fs::is_directory(path, ignored);
  if (depth > 2) return false;
  const auto models =
      std::count_if(fs::directory_iterator(path.parent_path(), ignored), fs::directory_iterator(),
                    [](const fs::directory_entry& entry) { return entry.path().extension() == ".gguf"; });
  return path.extension() == ".gguf" && models == 1;
}

fs::path resources_or_none() {
  try {
    return resource_folder();
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

std::string path_for_document(const fs::path& path, const fs::path& document_folder) {
  const fs::path in_store = below(path, model_store_folder());
  if (!in_store.empty() && is_the_model_of_its_folder(path, in_store)) return "store:" + in_store.begin()->string();
  const fs::path shipped = below(path, resources_or_none());
  if (!shipped.empty()) return "resource:" + shipped.generic_string();
  const fs::path relative = below(path, document_folder);
  return relative.empty() ? path.string() : relative.generic_string();
}

bool is_there(const std::string& path, const fs::path& document_folder) {
  static const std::string store = "store:";
  std::error_code ignored;
  if (path.starts_with(store)) return fs::is_directory(model_store_folder() / path.substr(store.size()), ignored);
  if (path.find('#') != std::string::npos) return true;
  try {
    return fs::exists(resolve_path(path, document_folder), ignored);
  } catch (const Error&) {
    return false;  // resources that are not installed
  }
}

}  // namespace kelter::ui
