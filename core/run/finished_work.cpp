// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/finished_work.h"

#include "core/run/journal.h"
#include "core/run/model_source.h"
#include "core/run/run_folder.h"

namespace kelter {

FinishedWork FinishedWork::read(const fs::path& folder) {
  FinishedWork work;
  work.folder_ = folder;
  for (const Json& line : Journal::read(folder / journal_name)) {
    try {
      const std::string event = line.at("event").get<std::string>();
      if (event == "finished") {
        work.models_[line.at("node").get<std::string>()] = {line.at("recipe").get<std::string>(),
                                                            line.at("content").get<std::string>()};
      } else if (event == "measured") {
        work.results_[line.at("key").get<std::string>()] = MeasureResult::from_json(line.at("result"));
      }
    } catch (const std::exception&) {
      continue;
    }
  }
  return work;
}

bool FinishedWork::is_there(const std::string& node) const {
  return fs::exists(folder_ / node_folder_name(node) / "kelter.json");
}

const FinishedWork::Model* FinishedWork::model_in(const std::string& node) const {
  const auto found = models_.find(node);
  return found != models_.end() && is_there(node) ? &found->second : nullptr;
}

std::optional<std::string> FinishedWork::holder_of(const std::string& recipe, const std::string& node) const {
  if (const Model* own = model_in(node); own && own->recipe == recipe) return node;
  for (const auto& [holder, model] : models_) {
    if (model.recipe == recipe && is_there(holder)) return holder;
  }
  return std::nullopt;
}

const MeasureResult* FinishedWork::result(const std::string& key) const {
  const auto found = results_.find(key);
  return found == results_.end() ? nullptr : &found->second;
}

}  // namespace kelter
