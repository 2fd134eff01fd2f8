// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/document_paths.h"

#include "core/describe/nearest.h"

namespace kelter {
namespace {

// A relative path with a scheme, without anything there, or already absolute stays as it is.
std::string absolute_path(const std::string& path, const fs::path& base) {
  if (path.empty() || path.starts_with("store:") || path.starts_with("resource:")) return path;
  std::error_code ignored;
  const fs::path found = resolve_path(path, base);
  if (fs::exists(found, ignored)) return fs::absolute(found).lexically_normal().string();
  const std::size_t mark = path.rfind('#');   // RUNDIR#NODE
  if (mark == std::string::npos || mark == 0) return path;
  const fs::path run = resolve_path(path.substr(0, mark), base);
  return fs::is_directory(run, ignored) ? fs::absolute(run).lexically_normal().string() + path.substr(mark) : path;
}

std::string absolute_names(const std::string& names, const fs::path& base) {
  std::vector<std::string> parts = split_names(names);
  for (std::string& part : parts) {
    const bool is_file = part.find('/') != std::string::npos || part.ends_with(".jsonl");
    if (is_file) part = absolute_path(part, base);
  }
  return join(parts, "+");
}

void make_absolute(Json& value, const ParameterSchema& schema, const fs::path& base) {
  if (value.is_object() && value.contains("sweep")) {
    for (Json& one : value["sweep"]) make_absolute(one, schema, base);
  }
  if (!value.is_string()) return;
  const std::string text = value.get<std::string>();
  const bool is_path = schema.type == ParameterType::path || schema.type == ParameterType::folder;
  if (is_path) value = absolute_path(text, base);
  if (schema.type == ParameterType::names && !schema.folder.empty()) value = absolute_names(text, base);
}

}  // namespace

void make_paths_absolute(Document& document, const StepCatalogue& catalogue) {
  for (Node& node : document.nodes) {
    const StepDescriptor* step = catalogue.find(node.step);
    if (!step || !node.parameters.is_object()) continue;
    for (const ParameterSchema& schema : step->parameters) {
      const auto found = node.parameters.find(schema.id);
      if (found != node.parameters.end()) make_absolute(*found, schema, document.folder);
    }
  }
}

}  // namespace kelter
