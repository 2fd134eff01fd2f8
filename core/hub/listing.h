// SPDX-License-Identifier: GPL-3.0-or-later
// What a hub says about a revision of a model: its commit and its files. The answer comes from outside and is checked:
// names stay inside a folder, digests are digests, sizes are sizes. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/files.h"
#include "core/hub/digest.h"

namespace kelter {

struct HubFile {
  std::string name;  // relative, with slashes
  std::uint64_t bytes = 0;
  DigestKind kind = DigestKind::git_blob;
  std::string digest;  // also the name of its blob in the cache
  bool operator==(const HubFile&) const = default;
};

struct HubListing {
  std::string commit;
  std::vector<HubFile> files;
  const HubFile* find(const std::string& name) const;  // nullptr: no such file
};

// The answer of /api/models/ORG/NAME/revision/REVISION?blobs=true, which came from `where`. Error(file_malformed).
HubListing parse_listing(std::string_view text, const std::string& where);

inline constexpr const char* weights_file = "model.safetensors";
inline constexpr const char* weights_index_file = "model.safetensors.index.json";

// The files of weights that an index names; their names are checked. Error(file_malformed).
std::vector<std::string> shards_of(const fs::path& index);

// Names of files that make a model with its weights: the required ones and, where they exist, tokenizer and settings.
std::vector<std::string> required_files(const std::vector<std::string>& weights);
const std::vector<std::string>& optional_files();

}  // namespace kelter
