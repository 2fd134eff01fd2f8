// SPDX-License-Identifier: GPL-3.0-or-later
// The recipe key: what a node's result depends on, known before anything runs (a Merkle hash over source
// identity, step id and version, resolved parameters, data identity, dtype and device class).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/describe/graph.h"

namespace kelter {

struct RecipeContext {
  std::string dtype;         // "bfloat16"
  std::string device_class;  // instruction set, threads, library versions
  // Content identity of a file a parameter names (model, text, tasks): hash of its bytes.
  std::function<std::string(const std::string& path)> file_identity;
};

// Where the tasks of a `names` parameter are looked up: `folder`, or the data store's ($XDG_DATA_HOME/kelter/data, filled
// by scripts/get-data) where it is empty.
std::string task_folder(const std::string& folder);

// The files that a `names` parameter means: a path, resource: or *.jsonl as it stands, any other name as NAME.jsonl in
// task_folder(folder).
std::vector<std::string> named_files(const std::string& names, const std::string& folder);

// One key (32 hex digits) per node of the graph, same order. A bypassed node has its input's key. The id and
// position of a node and the paths of its files do not enter; the bytes of the files do.
// A measure's key is that of its own settings; the key of one result is result_key(model key, measure key).
std::vector<std::string> recipe_keys(const Graph& graph, const RecipeContext& context);
std::string result_key(const std::string& model_key, const std::string& measure_key);

}  // namespace kelter
