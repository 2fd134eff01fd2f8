// SPDX-License-Identifier: GPL-3.0-or-later
// The local cache of a hub in the layout of Hugging Face's programs, which share it:
//   models--ORG--NAME/blobs/DIGEST                  a complete, verified file (DIGEST.incomplete: a part of one)
//   models--ORG--NAME/snapshots/COMMIT/FILE         relative symbolic link to its blob
//   models--ORG--NAME/refs/REVISION                 the commit of a branch or tag
//   .locks/models--ORG--NAME/DIGEST.lock            held (flock) by whoever writes the blob
// No network. A value; any thread.
#pragma once

#include <optional>
#include <string>

#include "core/base/files.h"

namespace kelter {

bool is_hub_name(const std::string& model);  // ORG/NAME

// A relative path that stays where it is put: no "..", nothing absolute, no control characters. For names of files and
// revisions that others chose.
bool is_safe_path(const std::string& path);

// $HF_HUB_CACHE, $HF_HOME/hub or the user's cache folder.
fs::path hub_cache_folder();

class HubCache {
 public:
  explicit HubCache(const std::string& model);  // a hub name; Error(invalid_parameter) for anything else

  const fs::path& folder() const { return folder_; }
  fs::path blob(const std::string& digest) const { return folder_ / "blobs" / digest; }
  fs::path partial(const std::string& digest) const { return folder_ / "blobs" / (digest + ".incomplete"); }
  fs::path lock(const std::string& digest) const;
  fs::path snapshot(const std::string& commit) const { return folder_ / "snapshots" / commit; }

  // The commit of a revision (or of a commit itself) that has a snapshot here.
  std::optional<std::string> commit_of(const std::string& revision) const;

  // Names are checked by the caller (is_safe_path, is_digest). Each appears at once or not at all.
  void add_to_snapshot(const std::string& commit, const std::string& file, const std::string& digest) const;
  void set_revision(const std::string& revision, const std::string& commit) const;

 private:
  fs::path folder_;
};

// What `org/name` opens: the snapshot of its branch main; nothing where that is not in the cache.
std::optional<fs::path> hub_snapshot(const std::string& model);

}  // namespace kelter
