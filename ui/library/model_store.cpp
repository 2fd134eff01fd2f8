// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/model_store.h"

#include <algorithm>
#include <optional>

namespace kelter::ui {
namespace {

struct Content {
  int gguf = 0, safetensors = 0;
  std::uint64_t gguf_bytes = 0, all_bytes = 0;
};

Content content_of(const fs::path& folder) {
  Content content;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const std::uint64_t size = entry->file_size(ignored);
    if (ignored) continue;
    content.all_bytes += size;
    const fs::path extension = entry->path().extension();
    if (extension == ".safetensors") ++content.safetensors;
    if (extension != ".gguf") continue;
    ++content.gguf;
    content.gguf_bytes += size;
  }
  return content;
}

std::optional<StoreModel> model_in(const fs::path& folder) {
  std::error_code ignored;
  const Content content = content_of(folder);
  const QString name = QString::fromStdString(folder.filename().string());
  if (fs::exists(folder / "kelter.json", ignored)) return StoreModel{name, "Kelter", content.all_bytes};
  if (content.gguf == 1) return StoreModel{name, "GGUF", content.gguf_bytes};
  const bool hugging_face = fs::exists(folder / "config.json", ignored) && content.safetensors > 0;
  if (content.gguf == 0 && hugging_face) return StoreModel{name, "safetensors", content.all_bytes};
  return std::nullopt;
}

}  // namespace

std::vector<StoreModel> models_in(const fs::path& store) {
  std::vector<StoreModel> models;
  std::error_code error;
  for (fs::directory_iterator entry(store, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_directory(ignored)) continue;
    if (auto model = model_in(entry->path())) models.push_back(std::move(*model));
  }
  std::sort(models.begin(), models.end(), [](const StoreModel& a, const StoreModel& b) { return a.name < b.name; });
  return models;
}

}  // namespace kelter::ui
