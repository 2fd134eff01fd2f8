// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/plugin_folders.h"

#include <algorithm>
#include <cstdlib>

namespace kelter {
namespace {

constexpr const char* description_suffix = ".kelter-plugin.json";

std::vector<std::string> split_folders(const std::string& text) {
  std::vector<std::string> folders;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(':', begin), text.size());
    if (end > begin) folders.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return folders;
}

std::vector<fs::path> descriptions_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().ends_with(description_suffix)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

bool safe_mode() {
  const char* value = std::getenv("KELTER_SAFE_MODE");
  return value && std::string(value) == "1";
}

std::vector<fs::path> plugin_folders() {
  std::vector<fs::path> folders{plugin_folder()};
  if (const char* path = std::getenv("KELTER_PLUGIN_PATH"); path && !safe_mode()) {
    for (const std::string& folder : split_folders(path)) folders.emplace_back(folder);
  }
  std::erase_if(folders, [](const fs::path& folder) { return !fs::is_directory(folder); });
  return folders;
}

StepCatalogue load_catalogue(std::vector<ErrorInfo>* refused) {
  StepCatalogue catalogue = StepCatalogue::builtin();
  for (const fs::path& folder : plugin_folders()) {
    for (const fs::path& file : descriptions_in(folder)) {
      try {
        catalogue.add(PluginDescription::from_file(file));
      } catch (const Error& error) {
        if (!refused) throw;
        ErrorInfo info = error.at(file.string()).info();
        if (info.remedy.empty()) info.remedy = "Mend or remove this description, or start with KELTER_SAFE_MODE=1.";
        refused->push_back(std::move(info));
      }
    }
  }
  return catalogue;
}

}  // namespace kelter
