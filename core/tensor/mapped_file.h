// SPDX-License-Identifier: GPL-3.0-or-later
// A read-only memory-mapped file. Opening is lazy: pages are read when touched.
#pragma once

#include "core/base/bytes.h"
#include "core/base/files.h"

namespace kelter {

// Maps the whole file. Throws Error(file_not_found | file_unreadable) naming the path; a directory and
// an empty file are errors too. The mapping lives as long as any Bytes taken from it.
Bytes map_file(const fs::path& path);

}  // namespace kelter
