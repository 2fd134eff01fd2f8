// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/model_source.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/hub/hub_cache.h"

namespace kelter {
namespace {

constexpr std::string_view store_prefix = "store:";

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

bool is_kelter_folder(const fs::path& path) { return fs::exists(path / "kelter.json"); }

std::vector<fs::path> gguf_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".gguf") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// A folder as MODEL: a Kelter folder, a note about an untouched source, a folder with one GGUF file, or a Hugging Face
// folder.
fs::path resolve_folder(const fs::path& folder) {
  if (is_kelter_folder(folder)) return folder;
  if (fs::exists(folder / source_note_name)) return read_source_note(folder / source_note_name);
  const std::vector<fs::path> files = gguf_files(folder);
  if (files.size() == 1) return files.front();
  if (files.size() > 1) {
    throw Error(ErrorCode::invalid_parameter, "The folder holds more than one model", folder.string(),
                "it has " + std::to_string(files.size()) + " GGUF files", "Name the file itself.");
  }
  if (fs::exists(folder / "config.json")) return folder;   // what is wrong with it, opening says
  throw Error(ErrorCode::file_not_found, "The folder holds no model", folder.string(),
              "it has neither a GGUF file nor kelter.json nor config.json",
              "Name a GGUF file, a Hugging Face folder or a folder saved by Kelter.");
}

// Where a model comes from that is not here.
std::string how_to_get_one(const char* first) {
  std::string text = "scripts/run brings the demo's model into the model store, kelter-cli download ORG/NAME a model of the hub.";
  return text.insert(0, first);
}

fs::path resolve_store(const std::string& name) {
  const fs::path store = model_store_folder();
  const bool plain = !name.empty() && name.find('/') == std::string::npos && name != "." && name != "..";
  if (plain && fs::is_directory(store / name)) return resolve_folder(store / name);
  const std::vector<std::string> models = names_in(store);
  throw Error(ErrorCode::file_not_found, "There is no model \"" + name + "\" in the model store", store.string(),
              models.empty() ? "the store is empty" : "it holds " + listed(models),
              how_to_get_one(models.empty() ? "" : "Name one that is there. "));
}

fs::path resolve_node(const fs::path& run, const std::string& node) {
  const fs::path folder = run / node_folder_name(node);
  if (fs::is_directory(folder)) return resolve_folder(folder);
  std::vector<std::string> nodes;
  for (const std::string& name : names_in(run)) {
    if (is_kelter_folder(run / name) || fs::exists(run / name / source_note_name)) nodes.push_back(name);
  }
  throw Error(ErrorCode::file_not_found, "The run has no model of node \"" + node + "\"", run.string(),
              nodes.empty() ? "it holds no models" : "it holds " + listed(nodes), "Name one of its nodes.");
}

fs::path resolve_existing(const fs::path& path) { return fs::is_directory(path) ? resolve_folder(path) : path; }

}  // namespace

fs::path resolve_model(const std::string& model, const fs::path& base) {
  if (model.starts_with(store_prefix)) return resolve_store(model.substr(store_prefix.size()));
  const fs::path path = resolve_path(model, base);
  if (fs::exists(path)) return resolve_existing(path);
  if (const auto snapshot = hub_snapshot(model)) return resolve_folder(*snapshot);
  if (const std::size_t mark = model.rfind('#'); mark != std::string::npos && mark > 0) {
    const fs::path run = resolve_path(model.substr(0, mark), base);
    if (fs::is_directory(run)) return resolve_node(run, model.substr(mark + 1));
    throw Error(ErrorCode::file_not_found, "There is no run folder", run.string(), {}, "Check the path before \"#\".");
  }
  if (is_hub_name(model) && path.extension() != ".gguf") {
    throw Error(ErrorCode::file_not_found, "There is no such model", model,
                "it is neither a path here nor a model in the local cache of the hub",
                "Check the path, or bring the model from the hub with: kelter-cli download " + model);
  }
  const std::vector<std::string> models = names_in(model_store_folder());
  throw Error(ErrorCode::file_not_found, "There is no such model", path.string(),
              "neither a file nor a folder is there",
              models.empty() ? how_to_get_one("Check the path. ")
                             : "Check the path, or use store:NAME with " + listed(models) + ".");
}

std::string node_folder_name(const std::string& node_id) {
  std::string name;
  for (const char c : node_id) {
    const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view("_-@=,+.").find(c) != std::string_view::npos;
    name += safe ? c : '_';
  }
  // Two ids must never share a folder.
  const bool same = name == node_id && !name.starts_with('.') && name.size() <= 200;
  return same ? name : name.substr(0, 160) + "~" + xxh128_hex(node_id).substr(0, 8);
}

void write_source_note(const fs::path& folder, const std::string& given, const fs::path& file,
                       const std::string& identity) {
  Json note;
  note["file"] = fs::absolute(file).lexically_normal().string();
  note["given"] = given;
  note["bytes"] = fs::is_directory(file) ? Json() : Json(fs::file_size(file));
  note["hash"] = identity;
  fs::create_directories(folder);
  write_file_atomically(folder / source_note_name, to_pretty(note));
}

fs::path read_source_note(const fs::path& note) {
  const Json json = read_json_file(note);
  if (!json.is_object() || !json.contains("file") || !json["file"].is_string()) {
    throw Error(ErrorCode::file_malformed, "The note about an untouched source names no file", note.string());
  }
  const fs::path file = json["file"].get<std::string>();
  if (!fs::exists(file)) {
    throw Error(ErrorCode::file_not_found, "The source of this node is gone", file.string(),
                "the run folder only names it in " + note.string(), "Put the file back or run the document again.");
  }
  const Json bytes = json.value("bytes", Json());
  if (bytes.is_number_unsigned() && fs::is_regular_file(file) && fs::file_size(file) != bytes.get<std::uint64_t>()) {
    throw Error(ErrorCode::file_malformed, "The source of this node was changed", file.string(),
                "its size is no longer the one in " + note.string(), "Run the document again.");
  }
  return file;
}

}  // namespace kelter
