// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/recipe.h"

#include <nlohmann/json.hpp>

#include "core/base/files.h"
#include "core/base/hash.h"

namespace kelter {
namespace {

// Keys sorted: neither the order of a schema nor that of a document may enter a hash.
using SortedJson = nlohmann::json;

SortedJson parameter_identity(const ParameterSchema& schema, const Json& parameters, const RecipeContext& context) {
  const Json& value = parameters.at(schema.id);
  if (value.is_null()) return nullptr;
  if (schema.type == ParameterType::folder) return nullptr;  // counts through the files in it
  if (schema.type == ParameterType::path) {
    const std::string path = value.get<std::string>();
    return path.empty() ? SortedJson() : SortedJson(context.file_identity(path));
  }
  if (schema.type == ParameterType::names && !schema.folder.empty()) {
    SortedJson files = SortedJson::array();
    const std::string folder = parameters.at(schema.folder).get<std::string>();
    for (const std::string& path : named_files(value.get<std::string>(), folder)) {
      files.push_back(context.file_identity(path));
    }
    return files;
  }
  return SortedJson(value);
}

// A measure is keyed by its settings alone: the model it reports on is the other half of result_key().
SortedJson input_identity(const Graph& graph, const GraphNode& node, const std::vector<std::string>& keys) {
  SortedJson inputs = SortedJson::object();
  for (const auto& [port, sources] : node.inputs) {
    const Port* described = node.step->input(port);
    if (node.step->is_measure() && described && described->type == PortType::model) continue;
    for (const Graph::Output& source : sources) {
      const auto [producer, output] = graph.producer(source);
      inputs[port].push_back({keys[producer], output});
    }
  }
  return inputs;
}

// The key of node number keys.size(); those before it are known.
std::string next_key(const Graph& graph, const RecipeContext& context, const std::vector<std::string>& keys) {
  const GraphNode& node = graph.nodes[keys.size()];
  if (node.bypass && !node.step->outputs.empty()) {
    return keys[graph.producer({keys.size(), node.step->outputs.front().name}).first];
  }
  SortedJson parameters = SortedJson::object();
  for (const ParameterSchema& schema : node.step->parameters) {
    parameters[schema.id] = parameter_identity(schema, node.parameters, context);
  }
  const SortedJson recipe = {{"step", node.step->id},
                             {"version", node.step->version},
                             {"parameters", parameters},
                             {"overrides", SortedJson(node.overrides)},
                             {"inputs", input_identity(graph, node, keys)},
                             {"dtype", context.dtype},
                             {"device_class", context.device_class}};
  return xxh128_hex(recipe.dump());
}

}  // namespace

std::string task_folder(const std::string& folder) {
  return folder.empty() ? (data_folder() / "data").string() : folder;
}

std::vector<std::string> named_files(const std::string& names, const std::string& folder) {
  std::vector<std::string> files;
  for (const std::string& name : split_names(names)) {
    const bool is_path = name.find_first_of("/:") != std::string::npos || name.ends_with(".jsonl");
    files.push_back(is_path ? name : (fs::path(task_folder(folder)) / (name + ".jsonl")).string());
  }
  return files;
}

std::vector<std::string> recipe_keys(const Graph& graph, const RecipeContext& context) {
  std::vector<std::string> keys;
  while (keys.size() < graph.nodes.size())
    keys.push_back(next_key(graph, context, keys));
  return keys;
}

std::string result_key(const std::string& model_key, const std::string& measure_key) {
  return xxh128_hex(model_key + " " + measure_key);
}

}  // namespace kelter
