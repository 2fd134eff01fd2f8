// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/identity.h"

#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <vector>

#include "core/base/error.h"
#include "core/base/hash.h"

namespace kelter {
namespace {

constexpr std::uint64_t worth_remembering = 1 << 20;   // smaller files are hashed faster than looked up
constexpr std::int64_t settled_seconds = 2;            // a file written just now may change within one clock tick

struct stat status_of(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    const bool absent = errno == ENOENT || errno == ENOTDIR;
    throw Error(absent ? ErrorCode::file_not_found : ErrorCode::file_unreadable, "The file cannot be read",
                path.string(), std::strerror(errno), "Check the path.");
  }
  return status;
}

std::string memory_key(const struct stat& status) {
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) + ":" + std::to_string(status.st_size) +
         ":" + std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
}

std::string hash_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::file_unreadable, "The file cannot be opened", path.string(), std::strerror(errno));
  ContentHasher hasher;
  std::vector<char> buffer(1 << 20);
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    hasher.update(std::string_view(buffer.data(), static_cast<std::size_t>(file.gcount())));
  }
  if (file.bad()) throw Error(ErrorCode::file_unreadable, "The file cannot be read to its end", path.string());
  return hasher.hex();
}

// What another process wrote since; a damaged memory is forgotten, it only saves time.
std::map<std::string, std::string> read_memory(const fs::path& path) {
  std::map<std::string, std::string> known;
  try {
    const Json json = read_json_file(path);
    for (const auto& [key, value] : json.items()) {
      if (value.is_string()) known[key] = value.get<std::string>();
    }
  } catch (const Error&) {
    known.clear();
  }
  return known;
}

}  // namespace

FileIdentities::FileIdentities(fs::path memory) : memory_(std::move(memory)), known_(read_memory(memory_)) {}

std::string FileIdentities::of(const fs::path& path) {
  return S_ISDIR(status_of(path).st_mode) ? of_folder(path) : of_file(path);
}

std::string FileIdentities::of_file(const fs::path& path) {
  const struct stat before = status_of(path);
  const std::string key = memory_key(before);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
  }
  const std::string identity = hash_file(path);
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const bool settled = now - before.st_mtim.tv_sec >= settled_seconds && memory_key(status_of(path)) == key;
  if (settled && static_cast<std::uint64_t>(before.st_size) >= worth_remembering) remember(key, identity);
  return identity;
}

std::string FileIdentities::of_folder(const fs::path& path) {
  std::map<std::string, fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files[fs::relative(entry.path(), path).generic_string()] = entry.path();
  }
  ContentHasher hasher;
  for (const auto& [name, file] : files) hasher.update(name + "\n" + of_file(file) + "\n");
  return hasher.hex();
}

void FileIdentities::remember(const std::string& key, const std::string& identity) {
  const std::lock_guard lock(mutex_);
  known_.merge(read_memory(memory_));
  known_[key] = identity;
  Json json = Json::object();
  for (const auto& [name, value] : known_) json[name] = value;
  try {
    fs::create_directories(memory_.parent_path());
    write_file_atomically(memory_, to_pretty(json));
  } catch (const std::exception&) {
    // The answer is right without its memory (a read-only or full cache folder); it is only asked again.
    return;
  }
}

}  // namespace kelter
