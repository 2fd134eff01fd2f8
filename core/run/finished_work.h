// SPDX-License-Identifier: GPL-3.0-or-later
// What the journal of a run folder says was finished: models by recipe, results by key. Reads only; a run may be
// writing meanwhile. A value; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/run/cache.h"

namespace kelter {

class FinishedWork {
 public:
  struct Model {
    std::string recipe, content;
  };

  // Of a folder without a journal: nothing. A line that cannot be read is work that is done again.
  static FinishedWork read(const fs::path& folder);

  // What the folder of a node holds, nullptr for none. A folder that is gone counts as none.
  const Model* model_in(const std::string& node) const;
  // A node that holds the model of this recipe, `node` itself if it does; nothing if none does.
  std::optional<std::string> holder_of(const std::string& recipe, const std::string& node) const;
  const std::map<std::string, Model>& models() const { return models_; }
  const MeasureResult* result(const std::string& key) const;

  void add_model(const std::string& node, Model model) { models_[node] = std::move(model); }
  void drop_model(const std::string& node) { models_.erase(node); }

 private:
  bool is_there(const std::string& node) const;

  fs::path folder_;
  std::map<std::string, Model> models_;   // by node
  std::map<std::string, MeasureResult> results_;
};

}  // namespace kelter
