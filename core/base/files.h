// SPDX-License-Identifier: GPL-3.0-or-later
// Files as Kelter uses them: whole reads with a clear error, atomic writes (temporary file, flush to
// disk, rename), and the places of a user's data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/json.h"

namespace kelter {

namespace fs = std::filesystem;

// Throws Error(file_not_found | file_unreadable) naming the path; a directory is not a file.
std::string read_text_file(const fs::path& path);

// Parses JSON strictly (no comments, nothing behind it, no key twice in one object, at most 256 levels);
// Error(file_malformed) names the path, line and column. Time and memory are linear in the text.
Json read_json_file(const fs::path& path);
Json parse_json(std::string_view text, const std::string& where);

// After return the file holds exactly `bytes`, also across a power cut; on failure the old content is
// untouched. Throws Error(disk_full | file_unreadable).
void write_file_atomically(const fs::path& path, std::span<const std::uint8_t> bytes);
void write_file_atomically(const fs::path& path, std::string_view text);

// The same for content that is made piece by piece: nothing shows under `path` before commit(). Dropped
// without commit (an exception), it leaves no trace. One thread.
class AtomicFile {
 public:
  explicit AtomicFile(const fs::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  void write(std::span<const std::uint8_t> bytes);
  void write(std::string_view text);
  void commit();

 private:
  fs::path target_;      // what `path` names, symbolic links followed
  fs::path temporary_;   // in the same folder; unique per process, thread and call; empty after commit
  int descriptor_ = -1;
};

// The folder appears under `folder` complete, in place of what was there, or not at all: `fill` writes into an empty one
// beside it. Returns the bytes of its files. What `fill` throws goes through; Error(disk_full | file_unreadable).
std::uint64_t write_folder_atomically(const fs::path& folder, const std::function<void(const fs::path&)>& fill);

// Flushes a file or folder to disk (after a rename, the folder that holds the name).
void flush_to_disk(const fs::path& path);

// Two-space indented, ending in a newline: the form of every JSON file Kelter writes.
std::string to_pretty(const Json& json);

// Places, created by whoever writes there. Environment variables win: XDG_DATA_HOME, XDG_CACHE_HOME,
// KELTER_RESOURCES, KELTER_PLUGINS.
fs::path data_folder();         // $XDG_DATA_HOME/kelter
fs::path model_store_folder();  // data_folder()/models
fs::path cache_folder();        // $XDG_CACHE_HOME/kelter
fs::path executable_folder();   // of the running program
fs::path resource_folder();     // beside the program, or of the source tree; throws if there is none
fs::path plugin_folder();

// `resource:x` -> resource_folder()/x; a relative path is taken from `base` (a document's folder) if it
// exists there, else from the working folder. `store:` is not resolved here (core/run/model_source.h).
fs::path resolve_path(const std::string& path, const fs::path& base = {});

}  // namespace kelter
