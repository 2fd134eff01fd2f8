// SPDX-License-Identifier: GPL-3.0-or-later
// Content identity of files: the xxh128 of their bytes, remembered by device, inode, size and modification
// time, so that a large checkpoint is read once. Thread-safe; several processes may share one file of memories.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "core/base/files.h"

namespace kelter {

class FileIdentities {
 public:
  explicit FileIdentities(fs::path memory = cache_folder() / "identities.json");

  // 32 hex digits. A folder's identity is that of the names and bytes of its regular files, in name order.
  // Throws Error(file_not_found | file_unreadable).
  std::string of(const fs::path& path);

 private:
  std::string of_file(const fs::path& path);
  std::string of_folder(const fs::path& path);
  void remember(const std::string& key, const std::string& identity);

  fs::path memory_;
  std::mutex mutex_;
  std::map<std::string, std::string> known_;   // "device:inode:size:mtime" -> identity
};

}  // namespace kelter
