// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/step_registry.h"

namespace kelter {

const ModelState& StepInputs::model(const std::string& port) const {
  const auto found = models.find(port);
  if (found == models.end()) throw Error(ErrorCode::internal, "The step was started without a model", "input " + port);
  return found->second;
}

const TextRequest* StepInputs::text(const std::string& port) const {
  const auto found = texts.find(port);
  return found == texts.end() ? nullptr : &found->second;
}

void StepRegistry::add(const std::string& id, int version, StepFunction function) {
  if (!function) throw Error(ErrorCode::plugin, "A step was registered without a function", "step " + id);
  if (!steps_.emplace(id, std::pair(version, std::move(function))).second) {
    throw Error(ErrorCode::plugin, "A step was registered twice", "step " + id,
                "two plugins, or one plugin twice, provide it", "Remove one of the two.");
  }
}

const StepFunction& StepRegistry::get(const std::string& id) const {
  const auto found = steps_.find(id);
  if (found == steps_.end()) {
    throw Error(ErrorCode::plugin, "The code of this step is not loaded", "step " + id,
                "its plugin is missing or was refused when Kelter started", "See the log for the plugin's own error.");
  }
  return found->second.second;
}

bool StepRegistry::has(const std::string& id, int version) const {
  const auto found = steps_.find(id);
  return found != steps_.end() && found->second.first == version;
}

std::map<std::string, int> StepRegistry::versions() const {
  std::map<std::string, int> versions;
  for (const auto& [id, step] : steps_) versions[id] = step.first;
  return versions;
}

}  // namespace kelter
