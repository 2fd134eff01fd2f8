// SPDX-License-Identifier: GPL-3.0-or-later
// The diary of a run folder: one JSON object per line, flushed to disk line by line, only ever appended to.
// It says after a crash what was finished, and what was under way.
#pragma once

#include <string>
#include <vector>

#include "core/base/files.h"

namespace kelter {

class Journal {
 public:
  // Opens for appending (created if absent). A line torn by a crash is closed first, so that it stays alone.
  // Throws Error(file_unreadable | disk_full).
  explicit Journal(const fs::path& path);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // {"event": event, "time": seconds since 1970, ...fields}; on disk when this returns.
  void append(const std::string& event, const Json& fields);

  // All whole lines; a torn last line, and any line a crash cut, is left out. Empty if there is no file.
  static std::vector<Json> read(const fs::path& path);

 private:
  fs::path path_;
  int file_ = -1;
};

}  // namespace kelter
