// SPDX-License-Identifier: GPL-3.0-or-later
// Checksums of files as hubs publish them. Reads the file in pieces; any thread.
#pragma once

#include <functional>
#include <string>

#include "core/base/files.h"

namespace kelter {

enum class DigestKind {
  sha256,    // of the bytes: large files (LFS)
  git_blob,  // SHA-1 of "blob SIZE\0" and the bytes: all others
};

// Lower-case hex. `poll` is called for every megabyte; what it throws passes through. Error(file_unreadable |
// file_not_found).
std::string file_digest(const fs::path& path, DigestKind kind, const std::function<void()>& poll);

// 64 or 40 lower-case hex digits.
bool is_digest(const std::string& text, DigestKind kind);

}  // namespace kelter
